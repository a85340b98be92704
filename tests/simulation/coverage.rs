//! What chance writes does happen: each kind of step comes up, and without it the scenario would
//! have gone another way.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use stillalive::engine::drain::Order;
use stillalive::engine::effect::Effect;
use stillalive::engine::snapshot::State;
use stillalive::ir::Preemption;
use stillalive::sim::timeline::{Entry, What};
use stillalive::sim::{Change, Health, Outcome, Scenario, Step, Tracks, Way};
use stillalive::units::{Instant, Version};

use super::generate::{elections, sites};

/// So often each has to matter.
const ENOUGH: u32 = 3;
/// So many scenarios of each shape are looked at.
const SCENARIOS: usize = 300;

/// Everything that has to matter, one time or another.
const KINDS: &[&str] = &[
    "crash",
    "start",
    "stop",
    "replace",
    "link down",
    "link up",
    "carrier down",
    "carrier up",
    "delete",
    "create",
    "rename",
    "name back",
    "delete vmac",
    "partition",
    "heal",
    "rob",
    "lose reports",
    "stall",
    "stall kernel",
    "check good",
    "check bad",
    "check hangs",
    "file",
    "session",
    "drain",
    "resume",
    "failover",
    "refuse",
    "refuse sockets",
    "forge",
    "reload priority",
    "reload addresses",
    "reload paths",
    "reload accept",
    "reload vmac",
    "reload vrid",
    "reload name",
    "reload present",
    "reload lan",
    "reload track",
    "reload grouped",
    "reload statics",
    "an owner",
    "nopreempt",
    "preempt_delay",
    "a sync group",
    "scripts",
    "files",
    "sessions",
    "a startup delay",
    "unicast among three and more",
    "three takeovers and more",
];

fn kind(step: Step) -> &'static str {
    match step {
        Step::Crash(_) => "crash",
        Step::Start(_) => "start",
        Step::Stop(_) => "stop",
        Step::Replace(_) => "replace",
        Step::LinkDown(_) => "link down",
        Step::LinkUp(_) => "link up",
        Step::Carrier(_, _, false) => "carrier down",
        Step::Carrier(_, _, true) => "carrier up",
        Step::Delete(..) => "delete",
        Step::Create(..) => "create",
        Step::Rename(..) => "rename",
        Step::NameBack(..) => "name back",
        Step::DeleteVmac(..) => "delete vmac",
        Step::Partition(..) => "partition",
        Step::Heal(_) => "heal",
        Step::Rob(..) => "rob",
        Step::LoseReports(..) => "lose reports",
        Step::Stall(..) => "stall",
        Step::StallKernel(..) => "stall kernel",
        Step::Check(_, Health::Good) => "check good",
        Step::Check(_, Health::Bad) => "check bad",
        Step::Check(_, Health::Hangs) => "check hangs",
        Step::File(..) => "file",
        Step::Session(..) => "session",
        Step::Command(_, Order::Drain { .. }) => "drain",
        Step::Command(_, Order::Resume) => "resume",
        Step::Command(_, Order::Failover) => "failover",
        Step::Refuse(..) => "refuse",
        Step::RefuseSockets(..) => "refuse sockets",
        Step::Forge { .. } => "forge",
        Step::Reload(_, change) => match change {
            Change::Nothing => "reload nothing",
            Change::Priority(..) => "reload priority",
            Change::Addresses(..) => "reload addresses",
            Change::Paths(..) => "reload paths",
            Change::Accept(..) => "reload accept",
            Change::Vmac(..) => "reload vmac",
            Change::Vrid(_) => "reload vrid",
            Change::Name(_) => "reload name",
            Change::Present(..) => "reload present",
            Change::Lan(_) => "reload lan",
            Change::Track(..) => "reload track",
            Change::Grouped(_) => "reload grouped",
            Change::Statics(_) => "reload statics",
        },
    }
}

/// What the engines and the kernels did until then; not what they said, and not what happened to them.
fn deeds(outcome: &Outcome, end: Instant) -> Vec<&Entry> {
    let is_deed = |entry: &&Entry| {
        entry.at < end
            && matches!(entry.what, What::Effect(_) | What::Changed { .. })
            && !matches!(entry.what, What::Effect(Effect::Log(_)))
    };
    outcome.timeline.entries().iter().filter(is_deed).collect()
}

fn differ(one: (&Scenario, &Outcome), other: &Scenario) -> bool {
    let ends = [one.0.end_of_story(), other.end_of_story()];
    // Calm comes at the end of the story.
    let also_after = if ends[0] == ends[1] { one.0.settling_time() } else { Duration::ZERO };
    let end = Instant::ORIGIN + ends[0].min(ends[1]) + also_after;
    deeds(one.1, end) != deeds(&other.play(), end)
}

/// What of a scenario may matter, each with the scenario without it.
fn without(scenario: &Scenario) -> Vec<(&'static str, Scenario)> {
    let mut all = Vec::new();
    for (place, (_, step)) in scenario.story.iter().enumerate() {
        let mut story = scenario.story.clone();
        story.remove(place);
        all.push((kind(*step), Scenario { story, ..scenario.clone() }));
    }
    let mut changed = |what, change: &dyn Fn(&mut Scenario)| {
        let mut other = scenario.clone();
        change(&mut other);
        if other != *scenario {
            all.push((what, other));
        }
    };
    changed("an owner", &|it| {
        let priorities = it.nodes.iter_mut().flat_map(|node| &mut node.priorities);
        priorities.filter(|priority| **priority == 255).for_each(|priority| *priority = 254);
    });
    let immediate = |it: &mut Scenario, which: &dyn Fn(Preemption) -> bool| {
        let nodes = it.nodes.iter_mut().filter(|node| which(node.preemption));
        nodes.for_each(|node| node.preemption = Preemption::Immediate);
    };
    changed("nopreempt", &|it| immediate(it, &|it| it == Preemption::Never));
    changed("preempt_delay", &|it| immediate(it, &|it| matches!(it, Preemption::Delayed(_))));
    changed("a sync group", &|it| it.plan.grouped = 0);
    changed("scripts", &|it| it.tracks = Tracks { script: None, ..it.tracks });
    changed("files", &|it| it.tracks = Tracks { file: None, ..it.tracks });
    changed("sessions", &|it| it.tracks = Tracks { session: None, ..it.tracks });
    changed("a startup delay", &|it| it.startup_delay = Duration::ZERO);
    all
}

#[test]
fn every_kind_of_thing_happens_and_matters() {
    let mut runner = TestRunner::deterministic();
    let shapes: [BoxedStrategy<Scenario>; 3] =
        [elections(Version::V2).boxed(), elections(Version::V3).boxed(), sites().boxed()];
    let mut mattered: BTreeMap<&str, u32> = KINDS.iter().map(|kind| (*kind, 0)).collect();
    let enough = |mattered: &BTreeMap<&str, u32>, what: &str| {
        mattered.get(what).is_none_or(|times| *times >= ENOUGH)
    };
    for number in 0..3 * SCENARIOS {
        if KINDS.iter().all(|kind| enough(&mattered, kind)) {
            return;
        }
        let scenario = shapes[number % 3].new_tree(&mut runner).unwrap().current();
        let outcome = scenario.play();
        for (what, other) in without(&scenario) {
            if !enough(&mattered, what) && differ((&scenario, &outcome), &other) {
                *mattered.entry(what).or_default() += 1;
            }
        }
        let leads = |entry: &&Entry| {
            matches!(entry.what, What::Effect(Effect::Transition { to: State::Master, .. }))
        };
        let takeovers = outcome.timeline.entries().iter().filter(leads).count();
        let many = takeovers >= 3 * scenario.plan.routers.len();
        if many {
            *mattered.entry("three takeovers and more").or_default() += 1;
        }
        if many && scenario.way == Way::Unicast && scenario.nodes.len() >= 3 {
            *mattered.entry("unicast among three and more").or_default() += 1;
        }
    }
    panic!("too little of something matters in {} scenarios: {mattered:#?}", 3 * SCENARIOS);
}
