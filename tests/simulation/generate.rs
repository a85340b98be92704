//! Scenarios by chance, in two shapes: elections, where routers are plain and chance is in the
//! protocol, and sites, where it is in everything around that.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use stillalive::engine::drain::Order;
use stillalive::ir::Preemption;
use stillalive::sim::{
    Change, Health, Node, Plan, Quality, Router, Scenario, Spoil, Step, Tracks, Way,
};
use stillalive::units::{Family, Version};

/// Nodes, routers and LANs by number.
const NODES: std::ops::Range<usize> = 0..5;
const ROUTERS: std::ops::Range<usize> = 0..4;
const LANS: std::ops::Range<usize> = 0..2;

pub(super) fn millis(
    range: std::ops::RangeInclusive<u64>,
) -> impl Strategy<Value = Duration> + Clone {
    range.prop_map(Duration::from_millis)
}

fn priority() -> impl Strategy<Value = u8> + Clone {
    prop_oneof![4 => Just(100), 4 => Just(150), 2 => 1_u8..=254, 1 => Just(255)]
}

fn preemption() -> impl Strategy<Value = Preemption> {
    prop_oneof![
        4 => Just(Preemption::Immediate),
        1 => Just(Preemption::Never),
        1 => millis(100..=3_000).prop_map(Preemption::Delayed),
    ]
}

fn node(
    routers: usize,
    advert_int: impl Strategy<Value = Duration>,
) -> impl Strategy<Value = Node> {
    let starts = prop_oneof![3 => Just(Duration::ZERO), 1 => millis(0..=6_000)];
    (vec(priority(), routers), advert_int, preemption(), starts).prop_map(
        |(priorities, advert_int, preemption, starts)| Node {
            priorities,
            advert_int,
            preemption,
            starts,
        },
    )
}

fn quality() -> impl Strategy<Value = Quality> {
    let rough = (0_u64..=300, 0_u64..=20_000, 0_u16..=500, 0_u16..=200).prop_map(
        |(least, more, loss, duplication)| Quality {
            least_delay: Duration::from_micros(least),
            most_delay: Duration::from_micros(least + more),
            loss,
            duplication,
        },
    );
    prop_oneof![1 => Just(Quality::PERFECT), 2 => rough]
}

pub(super) fn spoil() -> impl Strategy<Value = Spoil> {
    prop_oneof![
        Just(Spoil::Ttl),
        Just(Spoil::Password),
        Just(Spoil::Checksum),
        Just(Spoil::Length),
        Just(Spoil::Version),
        Just(Spoil::Type),
        Just(Spoil::Noise),
    ]
}

pub(super) fn forged(spoil: impl Strategy<Value = Spoil>) -> impl Strategy<Value = Step> {
    let priority = prop_oneof![Just(0_u8), Just(255), any::<u8>()];
    (NODES, proptest::option::of(NODES), priority, spoil)
        .prop_map(|(to, from, priority, spoil)| Step::Forge { to, from, priority, spoil })
}

fn tracked() -> impl Strategy<Value = Step> {
    let node = NODES;
    let health =
        prop_oneof![3 => Just(Health::Good), 2 => Just(Health::Bad), 1 => Just(Health::Hangs)];
    let number = prop_oneof![2 => Just(0_i8), 1 => any::<i8>()];
    prop_oneof![
        2 => (node.clone(), health).prop_map(|(node, health)| Step::Check(node, health)),
        1 => (node.clone(), number).prop_map(|(node, number)| Step::File(node, number)),
        1 => (node, any::<bool>()).prop_map(|(node, up)| Step::Session(node, up)),
    ]
}

/// Half of the scenarios track nothing; a weight of nothing means FAULT.
fn tracks() -> impl Strategy<Value = Tracks> {
    let weight = || {
        let weight = prop_oneof![1 => Just(0_i16), 2 => -253_i16..=253];
        proptest::option::of(weight)
    };
    let some = (weight(), weight(), weight()).prop_map(|(script, file, session)| Tracks {
        script,
        file,
        session,
    });
    prop_oneof![1 => Just(Tracks::default()), 1 => some]
}

/// What operators ask for. Most drains end by themselves, or not much would happen.
fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        3 => millis(100..=5_000).prop_map(|lasts| Order::Drain { lasts: Some(lasts) }),
        1 => Just(Order::Drain { lasts: None }),
        3 => Just(Order::Resume),
        1 => Just(Order::Failover),
    ]
}

/// What may happen to any cluster.
fn common() -> impl Strategy<Value = Step> {
    let priority = (NODES, ROUTERS, priority()).prop_map(|(node, router, priority)| {
        Step::Reload(Some(node), Change::Priority(router, priority))
    });
    prop_oneof![
        3 => NODES.prop_map(Step::Crash),
        4 => NODES.prop_map(Step::Start),
        2 => NODES.prop_map(Step::Stop),
        2 => NODES.prop_map(Step::Replace),
        2 => (LANS, any::<u8>()).prop_map(|(lan, bits)| Step::Partition(lan, bits)),
        2 => LANS.prop_map(Step::Heal),
        2 => (NODES, ROUTERS).prop_map(|(node, router)| Step::Rob(node, router)),
        2 => (NODES, millis(0..=2_000)).prop_map(|(node, time)| Step::LoseReports(node, time)),
        2 => priority,
        1 => (NODES, ROUTERS, 1_u8..=3).prop_map(|(node, router, count)| {
            Step::Reload(Some(node), Change::Addresses(router, count))
        }),
        2 => (NODES, millis(0..=6_000)).prop_map(|(node, time)| Step::Stall(node, time)),
        1 => (NODES, millis(0..=3_000)).prop_map(|(node, time)| Step::StallKernel(node, time)),
        4 => tracked(),
        3 => (NODES, order()).prop_map(|(node, order)| Step::Command(node, order)),
    ]
}

/// What may happen where routers are plain and nothing is around them.
fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => common(),
        2 => NODES.prop_map(Step::LinkDown),
        3 => NODES.prop_map(Step::LinkUp),
        1 => (NODES, 1_u32..3).prop_map(|(node, times)| Step::Refuse(node, times)),
        1 => NODES.prop_map(|node| Step::RefuseSockets(node, 1)),
        2 => forged(prop_oneof![1 => Just(Spoil::Nothing), 3 => spoil()]),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => Just(Change::Nothing),
        2 => (ROUTERS, priority()).prop_map(|(router, new)| Change::Priority(router, new)),
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

/// What may happen at a site: also what befalls interfaces, and reloads of everything.
fn act() -> impl Strategy<Value = Step> {
    let everywhere_or_one = prop_oneof![Just(None), NODES.prop_map(Some)];
    prop_oneof![
        18 => common(),
        8 => (everywhere_or_one, change()).prop_map(|(node, change)| Step::Reload(node, change)),
        2 => (NODES, LANS).prop_map(|(node, lan)| Step::Carrier(node, lan, false)),
        3 => (NODES, LANS).prop_map(|(node, lan)| Step::Carrier(node, lan, true)),
        1 => (NODES, LANS).prop_map(|(node, lan)| Step::Delete(node, lan)),
        2 => (NODES, LANS).prop_map(|(node, lan)| Step::Create(node, lan)),
        1 => (NODES, LANS).prop_map(|(node, lan)| Step::Rename(node, lan)),
        2 => (NODES, LANS).prop_map(|(node, lan)| Step::NameBack(node, lan)),
        1 => (NODES, ROUTERS).prop_map(|(node, router)| Step::DeleteVmac(node, router)),
        1 => forged(spoil()),
    ]
}

/// One step, or some that belong together, each so long after the beginning.
type Turn = Vec<(Duration, Step)>;

fn alone(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Turn> {
    step.prop_map(|step| vec![(Duration::ZERO, step)])
}

/// Something that goes and comes back: by chance alone that is rare.
fn there_and_back() -> impl Strategy<Value = Turn> {
    let bad = prop_oneof![Just(Health::Bad), Just(Health::Hangs)];
    let pair = prop_oneof![
        2 => (NODES, bad)
            .prop_map(|(node, bad)| (Step::Check(node, bad), Step::Check(node, Health::Good))),
        1 => (NODES, any::<i8>())
            .prop_map(|(node, number)| (Step::File(node, number), Step::File(node, 0))),
        1 => NODES.prop_map(|node| (Step::Session(node, false), Step::Session(node, true))),
        1 => NODES.prop_map(|node| {
            let drain = Order::Drain { lasts: None };
            (Step::Command(node, drain), Step::Command(node, Order::Resume))
        }),
    ];
    (pair, millis(500..=6_000)).prop_map(|((one, other), after)| turn([one, other], after))
}

/// The same of the interfaces of a site.
fn away_and_back() -> impl Strategy<Value = Turn> {
    let pair = prop_oneof![
        (NODES, LANS).prop_map(|(node, lan)| (Step::Delete(node, lan), Step::Create(node, lan))),
        (NODES, LANS).prop_map(|(node, lan)| (Step::Rename(node, lan), Step::NameBack(node, lan))),
        (NODES, LANS, ROUTERS).prop_map(|(node, lan, router)| {
            let down = Step::Carrier(node, lan, false);
            (down, Step::Reload(None, Change::Track(router, true)))
        }),
    ];
    (pair, millis(500..=6_000)).prop_map(|((one, other), after)| turn([one, other], after))
}

/// Something is taken away while nobody is told.
fn unseen() -> impl Strategy<Value = Turn> {
    (NODES, ROUTERS, millis(100..=2_000)).prop_map(|(node, router, time)| {
        turn([Step::LoseReports(node, time), Step::Rob(node, router)], time / 2)
    })
}

/// Somebody removes an address again and again.
fn quarrel() -> impl Strategy<Value = Turn> {
    (NODES, ROUTERS, millis(200..=1_000))
        .prop_map(|(node, router, pause)| turn([Step::Rob(node, router); 6], pause))
}

fn turn(steps: impl IntoIterator<Item = Step>, pause: Duration) -> Turn {
    (0..).zip(steps).map(|(number, step)| (pause * number, step)).collect()
}

fn story(turn: impl Strategy<Value = Turn>, most: usize) -> impl Strategy<Value = Turn> {
    vec((millis(0..=12_000), turn), 0..most).prop_map(|turns| {
        let steps = turns.into_iter().flat_map(|(begin, turn)| {
            turn.into_iter().map(move |(after, step)| (begin + after, step))
        });
        let mut story: Vec<_> = steps.collect();
        story.sort_by_key(|(at, _)| *at);
        story
    })
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![2 => Just(Way::Multicast), 1 => Just(Way::Unicast)]
}

/// Elections of one version. In version 2 all nodes have one interval of whole seconds, because
/// another one is refused; in version 3 each has its own.
pub(super) fn elections(version: Version) -> impl Strategy<Value = Scenario> {
    let story = story(
        prop_oneof![
            24 => alone(step()),
            3 => there_and_back(),
            1 => quarrel(),
            1 => unseen(),
        ],
        12,
    );
    let shape = (1_usize..=2, 2_usize..=5).prop_flat_map(move |(routers, nodes)| {
        let interval = match version {
            Version::V2 => prop_oneof![3 => Just(1_000_u64), 1 => Just(2_000)].boxed(),
            Version::V3 => {
                prop_oneof![Just(1_000), Just(250), (10_u64..=200).prop_map(|it| it * 10)].boxed()
            }
        };
        let common = interval.clone().prop_map(Duration::from_millis);
        let own = interval.prop_map(Duration::from_millis);
        (common, any::<bool>(), vec(node(routers, own), nodes)).prop_map(
            move |(common, same, mut nodes)| {
                if same || version == Version::V2 {
                    nodes.iter_mut().for_each(|node| node.advert_int = common);
                }
                nodes
            },
        )
    });
    let delay = prop_oneof![4 => Just(Duration::ZERO), 1 => millis(500..=3_000)];
    let answers = (prop::bool::weighted(0.25), prop::bool::weighted(0.25));
    let kernel = (prop_oneof![2 => Just(0_u64), 1 => Just(50)], 1_u64..=2_000);
    let world = (quality(), any::<u64>(), tracks(), story);
    (shape, any::<bool>(), way(), any::<bool>(), (kernel, delay, answers), world).prop_map(
        move |(nodes, six, way, password, rest, (quality, seed, tracks, story))| {
            let ((spacing, latency), startup_delay, (unanswered, last_word)) = rest;
            // With different intervals it never ends: two fast backups learn each other's interval,
            // and each gives the slow master up before its next advert.
            let one_interval = nodes.windows(2).all(|two| two[0].advert_int == two[1].advert_int);
            Scenario {
                startup_delay,
                lower_prio_no_advert: unanswered && one_interval,
                higher_prio_send_advert: last_word,
                version,
                family: if six && version == Version::V3 { Family::V6 } else { Family::V4 },
                way,
                password: password && version == Version::V2,
                spacing: Duration::from_millis(spacing),
                latency: Duration::from_micros(latency),
                plan: Plan::plain(nodes.first().map_or(1, |node| node.priorities.len())),
                nodes,
                quality,
                seed,
                tracks,
                story,
                ends: true,
            }
        },
    )
}

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

/// Sites: sync groups, and everything that a master holds.
pub(super) fn sites() -> impl Strategy<Value = Scenario> {
    let protocol = prop_oneof![
        3 => Just((Version::V2, Family::V4, 1_000_u64)),
        1 => Just((Version::V3, Family::V4, 250)),
        1 => Just((Version::V3, Family::V6, 1_000)),
    ];
    let plan =
        (vec(router(), 1..=4), prop_oneof![1 => Just(0_usize), 2 => 2_usize..=4], any::<bool>())
            .prop_map(|(routers, grouped, statics)| Plan { routers, grouped, statics });
    let nodes = (protocol, 2_usize..=4).prop_flat_map(|(protocol, nodes)| {
        let interval = Just(Duration::from_millis(protocol.2));
        (Just(protocol), vec(node(1, interval), nodes))
    });
    let kernel = (prop_oneof![2 => Just(0_u64), 1 => Just(50)], 1_u64..=2_000);
    let world = (
        quality(),
        any::<u64>(),
        tracks(),
        story(
            prop_oneof![
                24 => alone(act()),
                3 => there_and_back(),
                3 => away_and_back(),
                1 => quarrel(),
            1 => unseen(),
            ],
            14,
        ),
    );
    (nodes, way(), plan, kernel, world).prop_map(
        |(((version, family, _), nodes), way, plan, (spacing, latency), world)| {
            let (quality, seed, tracks, story) = world;
            Scenario {
                version,
                family,
                way,
                password: false,
                spacing: Duration::from_millis(spacing),
                startup_delay: Duration::ZERO,
                lower_prio_no_advert: false,
                higher_prio_send_advert: false,
                latency: Duration::from_micros(latency),
                plan,
                nodes,
                quality,
                seed,
                tracks,
                story,
                ends: true,
            }
        },
    )
}
