//! One tracked process, in version 2 only.

use crate::dump::View;
use crate::dump::data::{looks_at_all, matching, tracker};
use crate::dump::json::object::Object;
use crate::engine::snapshot::TrackerKind;
use crate::ir::TrackProcess;

/// The keys in keepalived's order.
pub(super) fn process(object: &mut Object, view: View<'_>, config: &TrackProcess) {
    let now = tracker(view, TrackerKind::Process, &config.name.value);
    object.string("process", &config.name.value);
    if !config.parameters.is_empty() {
        let words: Vec<&str> = config.parameters.iter().map(|word| word.value.as_str()).collect();
        object.string("parameters", &words.join(" "));
    }
    object.string("param_match", matching(config.matching).unwrap_or("none"));
    object.integer("min_processes", config.quorum);
    if let Some(most) = config.quorum_max {
        object.integer("max_processes", most.value);
    }
    object.integer("current_processes", now.map_or(0, |now| now.value));
    let up = now.is_some_and(|now| now.up == Some(true));
    let turning = now.is_some_and(|now| now.turning);
    object.boolean("have_quorum", up);
    object.integer("weight", config.weight.value);
    object.decimal("terminate_delay", config.terminate_delay.as_secs_f64());
    object.decimal("fork_delay", config.fork_delay.as_secs_f64());
    object.boolean("fork_delay_timer_running", turning && !up);
    object.boolean("terminate_delay_timer_running", turning && up);
    object.boolean("full_command", looks_at_all(config));
}
