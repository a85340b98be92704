//! The daemon's engine in simulated clusters: stories that are told line by line, and
//! thousands that chance writes.

#![allow(clippy::unwrap_used)]

mod chance;
mod coverage;
mod generate;
mod groups;
mod stories;

use stillalive::sim::{Outcome, Scenario};

/// Plays a scenario and fails with its story if a rule was broken.
fn play(scenario: &Scenario) -> Outcome {
    let outcome = scenario.play();
    assert!(outcome.violations.is_empty(), "{}", told(scenario, &outcome));
    outcome
}

/// What a failure says.
fn told(scenario: &Scenario, outcome: &Outcome) -> String {
    let broken: Vec<_> = outcome.violations.iter().map(ToString::to_string).collect();
    format!("{}\n\n{}\n{scenario:?}", broken.join("\n"), outcome.timeline.story())
}
