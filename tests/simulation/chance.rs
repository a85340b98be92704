//! Ten thousand scenarios by chance, in four shapes. Whatever happens, no rule of
//! `stillalive::sim::Rule` is broken.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use stillalive::engine::drain::Order;
use stillalive::engine::effect::Effect;
use stillalive::ir::Preemption;
use stillalive::sim::timeline::{Entry, What};
use stillalive::sim::{Health, Node, Outcome, Quality, Scenario, Spoil, Step, Tracks, Way};
use stillalive::units::{Family, Version};

use super::told;

/// So many scenarios, times `SCENARIOS` if that is set. A failing seed is kept beside this file, to
/// be committed with its repair.
pub(super) fn cases(cases: u32) -> ProptestConfig {
    let times = std::env::var("SCENARIOS").ok().and_then(|times| times.parse().ok());
    let cases = cases.saturating_mul(times.unwrap_or(1));
    let seeds = FileFailurePersistence::Direct("tests/simulation/chance.proptest-regressions");
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(seeds)),
        ..ProptestConfig::default()
    }
}

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

pub(super) fn quality() -> impl Strategy<Value = Quality> {
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

fn spoil() -> impl Strategy<Value = Spoil> {
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

fn forged(spoil: impl Strategy<Value = Spoil>) -> impl Strategy<Value = Step> {
    let priority = prop_oneof![Just(0_u8), Just(255), any::<u8>()];
    (0_usize..5, proptest::option::of(0_usize..5), priority, spoil)
        .prop_map(|(to, from, priority, spoil)| Step::Forge { to, from, priority, spoil })
}

fn tracked() -> impl Strategy<Value = Step> {
    let node = 0_usize..5;
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
pub(super) fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        3 => millis(100..=5_000).prop_map(|lasts| Order::Drain { lasts: Some(lasts) }),
        1 => Just(Order::Drain { lasts: None }),
        3 => Just(Order::Resume),
        1 => Just(Order::Failover),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let node = 0_usize..5;
    prop_oneof![
        3 => node.clone().prop_map(Step::Crash),
        4 => node.clone().prop_map(Step::Start),
        2 => node.clone().prop_map(Step::Stop),
        2 => node.clone().prop_map(Step::LinkDown),
        3 => node.clone().prop_map(Step::LinkUp),
        2 => any::<u8>().prop_map(Step::Partition),
        2 => Just(Step::Heal),
        2 => node.clone().prop_map(Step::Rob),
        2 => (node.clone(), millis(0..=2_000)).prop_map(|(node, time)| Step::LoseReports(node, time)),
        2 => (node.clone(), priority(), any::<bool>())
            .prop_map(|(node, priority, more)| Step::Reload { node, priority, more }),
        2 => (node.clone(), millis(0..=6_000)).prop_map(|(node, time)| Step::Stall(node, time)),
        1 => (node.clone(), millis(0..=3_000)).prop_map(|(node, time)| Step::StallKernel(node, time)),
        1 => (node.clone(), 1_u32..3).prop_map(|(node, times)| Step::Refuse(node, times)),
        1 => node.prop_map(|node| Step::RefuseSockets(node, 1)),
        2 => forged(prop_oneof![1 => Just(Spoil::Nothing), 3 => spoil()]),
        4 => tracked(),
        3 => (0_usize..5, order()).prop_map(|(node, order)| Step::Command(node, order)),
    ]
}

fn story(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Vec<(Duration, Step)>> {
    vec((millis(0..=12_000), step), 0..12).prop_map(|mut story| {
        story.sort_by_key(|(at, _)| *at);
        story
    })
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![2 => Just(Way::Multicast), 1 => Just(Way::Unicast)]
}

/// Scenarios of one version. In version 2 all nodes have one interval of whole seconds, because
/// another one is refused; in version 3 each has its own.
fn scenario(
    version: Version,
    step: impl Strategy<Value = Step>,
) -> impl Strategy<Value = Scenario> {
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
    let world = (quality(), any::<u64>(), tracks(), story(step));
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
                nodes,
                quality,
                seed,
                tracks,
                story,
            }
        },
    )
}

fn keeps_every_rule(scenario: &Scenario) -> Result<Outcome, TestCaseError> {
    let outcome = scenario.play();
    prop_assert!(outcome.violations.is_empty(), "{}", told(scenario, &outcome));
    Ok(outcome)
}

/// Adverts and changes of state: what a datagram that is refused must not touch.
fn moves(outcome: &Outcome) -> Vec<&Entry> {
    let moves = |entry: &&Entry| {
        matches!(
            entry.what,
            What::Effect(
                Effect::SendAdvert(_) | Effect::Transition { .. } | Effect::Addresses { .. }
            )
        )
    };
    outcome.timeline.entries().iter().filter(moves).collect()
}

// 4,000 + 2,500 + 2,000 + 1,500 scenarios; those of the last two are played twice.

proptest! {
    #![proptest_config(cases(4_000))]
    #[test]
    fn version_2_keeps_every_rule(scenario in scenario(Version::V2, step())) {
        keeps_every_rule(&scenario)?;
    }
}

proptest! {
    #![proptest_config(cases(2_500))]
    #[test]
    fn version_3_keeps_every_rule(scenario in scenario(Version::V3, step())) {
        keeps_every_rule(&scenario)?;
    }
}

proptest! {
    #![proptest_config(cases(2_000))]
    /// Nothing depends on the order of a hash or on the machine's clock.
    #[test]
    fn a_scenario_has_one_timeline(
        scenario in prop_oneof![scenario(Version::V2, step()), scenario(Version::V3, step())],
    ) {
        let first = keeps_every_rule(&scenario)?;
        prop_assert!(first == scenario.play(), "{scenario:?}");
    }
}

proptest! {
    #![proptest_config(cases(1_500))]
    /// The same scenario with and without datagrams that have to be refused.
    #[test]
    fn refused_datagrams_change_nothing(
        scenario in prop_oneof![scenario(Version::V2, step()), scenario(Version::V3, step())],
        forgeries in vec((millis(0..=12_000), forged(spoil())), 1..40),
    ) {
        // Both become calm at the same time.
        let mut quiet = scenario;
        quiet.story.push((Duration::from_secs(20), Step::Heal));
        let mut loud = quiet.clone();
        loud.story.extend(forgeries);
        let (without, with) = (keeps_every_rule(&quiet)?, keeps_every_rule(&loud)?);
        prop_assert!(moves(&without) == moves(&with), "{}", told(&loud, &with));
    }
}
