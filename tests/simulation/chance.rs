//! Thirteen thousand scenarios by chance. Whatever happens, no rule of `stillalive::sim::Rule` is
//! broken.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use stillalive::engine::effect::Effect;
use stillalive::sim::timeline::{Entry, What};
use stillalive::sim::{Outcome, Scenario, Step};
use stillalive::units::Version;

use super::generate::{elections, forged, millis, sites, spoil};
use super::told;

/// So many scenarios, times `SCENARIOS` if that is set. A failing seed is kept beside this file, to
/// be committed with its repair.
fn cases(cases: u32) -> ProptestConfig {
    let times = std::env::var("SCENARIOS").ok().and_then(|times| times.parse().ok());
    let cases = cases.saturating_mul(times.unwrap_or(1));
    let seeds = FileFailurePersistence::Direct("tests/simulation/chance.proptest-regressions");
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(seeds)),
        ..ProptestConfig::default()
    }
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

// 4,000 + 2,500 + 3,000 + 2,000 + 1,500 scenarios; those of the last two are played twice.

proptest! {
    #![proptest_config(cases(4_000))]
    #[test]
    fn version_2_keeps_every_rule(scenario in elections(Version::V2)) {
        keeps_every_rule(&scenario)?;
    }
}

proptest! {
    #![proptest_config(cases(2_500))]
    #[test]
    fn version_3_keeps_every_rule(scenario in elections(Version::V3)) {
        keeps_every_rule(&scenario)?;
    }
}

proptest! {
    #![proptest_config(cases(3_000))]
    #[test]
    fn a_site_keeps_every_rule(scenario in sites()) {
        keeps_every_rule(&scenario)?;
    }
}

proptest! {
    #![proptest_config(cases(2_000))]
    /// Nothing depends on the order of a hash or on the machine's clock.
    #[test]
    fn a_scenario_has_one_timeline(
        scenario in prop_oneof![elections(Version::V2), elections(Version::V3)],
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
        scenario in prop_oneof![elections(Version::V2), elections(Version::V3)],
        forgeries in vec((millis(0..=12_000), forged(spoil())), 1..40),
    ) {
        // Both become calm at the same time.
        let mut quiet = scenario;
        quiet.story.push((Duration::from_secs(20), Step::Heal(0)));
        let mut loud = quiet.clone();
        loud.story.extend(forgeries);
        let (without, with) = (keeps_every_rule(&quiet)?, keeps_every_rule(&loud)?);
        let (quietly, loudly) = (moves(&without), moves(&with));
        let differs = quietly.iter().zip(&loudly).find(|(one, other)| one != other);
        prop_assert!(quietly == loudly, "{differs:#?}\n{}", told(&loud, &with));
    }
}
