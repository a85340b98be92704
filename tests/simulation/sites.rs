//! Sites by chance: sync groups, trackers, reloads in flight, interfaces that come and go, and
//! everything that a master holds. Whatever happens, no rule of `stillalive::sim::Rule` is broken.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use stillalive::ir::Preemption;
use stillalive::sim::site::{Act, Change, Node, Plan, Router};
use stillalive::sim::{Health, Site, Way};
use stillalive::units::{Family, Version};

use super::chance::{cases, millis, order, quality};
use super::told;

/// Nodes, LANs and routers by number.
const NODES: std::ops::Range<usize> = 0..4;
const ROUTERS: std::ops::Range<usize> = 0..4;
const LANS: std::ops::Range<usize> = 0..2;

fn router() -> impl Strategy<Value = Router> {
    let options = (
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.25),
        prop::bool::weighted(0.15),
    );
    (LANS, 1_u8..=3, options).prop_map(|(lan, addresses, (paths, accept, vmac, tracks_other))| {
        Router { addresses, paths, accept, vmac, tracks_other, ..Router::plain(lan) }
    })
}

fn node() -> impl Strategy<Value = Node> {
    let preemption = prop_oneof![
        4 => Just(Preemption::Immediate),
        1 => Just(Preemption::Never),
        1 => millis(100..=3_000).prop_map(Preemption::Delayed),
    ];
    let starts = prop_oneof![3 => Just(Duration::ZERO), 1 => millis(0..=6_000)];
    (priority(), preemption, starts).prop_map(|(priority, preemption, starts)| Node {
        priority,
        preemption,
        starts,
    })
}

fn priority() -> impl Strategy<Value = u8> {
    prop_oneof![4 => Just(100), 4 => Just(150), 2 => 1_u8..=254, 1 => Just(255)]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => Just(Change::Nothing),
        2 => priority().prop_map(Change::Priority),
        2 => (ROUTERS, 1_u8..=3).prop_map(|(router, count)| Change::Addresses(router, count)),
        2 => (ROUTERS, any::<bool>()).prop_map(|(router, on)| Change::Paths(router, on)),
        2 => (ROUTERS, any::<bool>()).prop_map(|(router, on)| Change::Accept(router, on)),
        1 => (ROUTERS, any::<bool>()).prop_map(|(router, on)| Change::Vmac(router, on)),
        1 => ROUTERS.prop_map(Change::Vrid),
        1 => ROUTERS.prop_map(Change::Name),
        2 => (ROUTERS, any::<bool>()).prop_map(|(router, on)| Change::Present(router, on)),
        1 => ROUTERS.prop_map(Change::Lan),
        1 => (ROUTERS, any::<bool>()).prop_map(|(router, on)| Change::Track(router, on)),
        2 => ROUTERS.prop_map(Change::Grouped),
        1 => any::<bool>().prop_map(Change::Statics),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let health =
        prop_oneof![3 => Just(Health::Good), 2 => Just(Health::Bad), 1 => Just(Health::Hangs)];
    let everywhere_or_one = prop_oneof![Just(None), NODES.prop_map(Some)];
    prop_oneof![
        2 => NODES.prop_map(Act::Crash),
        4 => NODES.prop_map(Act::Start),
        2 => NODES.prop_map(Act::Stop),
        8 => (everywhere_or_one, change()).prop_map(|(node, change)| Act::Reload(node, change)),
        2 => (NODES, LANS).prop_map(|(node, lan)| Act::Carrier(node, lan, false)),
        3 => (NODES, LANS).prop_map(|(node, lan)| Act::Carrier(node, lan, true)),
        1 => (NODES, LANS).prop_map(|(node, lan)| Act::Delete(node, lan)),
        2 => (NODES, LANS).prop_map(|(node, lan)| Act::Create(node, lan)),
        1 => (NODES, LANS).prop_map(|(node, lan)| Act::Rename(node, lan)),
        2 => (NODES, LANS).prop_map(|(node, lan)| Act::NameBack(node, lan)),
        1 => (NODES, ROUTERS).prop_map(|(node, router)| Act::DeleteVmac(node, router)),
        2 => (LANS, any::<u8>()).prop_map(|(lan, bits)| Act::Partition(lan, bits)),
        2 => LANS.prop_map(Act::Heal),
        2 => (NODES, ROUTERS).prop_map(|(node, router)| Act::Rob(node, router)),
        1 => (NODES, millis(0..=2_000)).prop_map(|(node, time)| Act::LoseReports(node, time)),
        2 => (NODES, millis(0..=6_000)).prop_map(|(node, time)| Act::Stall(node, time)),
        1 => (NODES, millis(0..=3_000)).prop_map(|(node, time)| Act::StallKernel(node, time)),
        2 => (NODES, health).prop_map(|(node, health)| Act::Check(node, health)),
        2 => (NODES, order()).prop_map(|(node, order)| Act::Command(node, order)),
    ]
}

fn story() -> impl Strategy<Value = Vec<(Duration, Act)>> {
    vec((millis(0..=15_000), act()), 0..14).prop_map(|mut story| {
        story.sort_by_key(|(at, _)| *at);
        story
    })
}

fn site() -> impl Strategy<Value = Site> {
    let protocol = prop_oneof![
        3 => Just((Version::V2, Family::V4, 1_000)),
        1 => Just((Version::V3, Family::V4, 250)),
        1 => Just((Version::V3, Family::V6, 1_000)),
    ];
    let way = prop_oneof![3 => Just(Way::Multicast), 1 => Just(Way::Unicast)];
    let script = prop_oneof![
        3 => Just(None),
        1 => Just(Some(0_i16)),
        1 => (-60_i16..=60).prop_map(Some),
    ];
    let plan =
        (vec(router(), 1..=4), prop_oneof![1 => Just(0_usize), 2 => 2_usize..=4], any::<bool>())
            .prop_map(|(routers, grouped, statics)| Plan { routers, grouped, statics });
    let kernel = (prop_oneof![2 => Just(0_u64), 1 => Just(50)], 1_u64..=2_000);
    let world = (quality(), any::<u64>(), story());
    (protocol, way, script, plan, vec(node(), 2..=4), kernel, world).prop_map(
        |(protocol, way, script, plan, nodes, (spacing, latency), (quality, seed, story))| {
            let (version, family, advert_int) = protocol;
            Site {
                version,
                family,
                way,
                advert_int: Duration::from_millis(advert_int),
                spacing: Duration::from_millis(spacing),
                latency: Duration::from_micros(latency),
                script,
                plan,
                nodes,
                quality,
                seed,
                story,
            }
        },
    )
}

proptest! {
    #![proptest_config(cases(3_000))]
    #[test]
    fn a_site_keeps_every_rule(site in site()) {
        let outcome = site.play();
        prop_assert!(outcome.violations.is_empty(), "{}", told(&site, &outcome));
    }
}
