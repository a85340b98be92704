//! `keepalived.json`: what monitors read of each instance.
//!
//! Version 1 is a list of instances; version 2 (`json_version 2`) an object with that list, and with
//! the tracked processes.

mod instance;
mod object;
mod process;

use crate::dump::View;
use object::{Object, list};

/// The file; `None` without instances, for keepalived writes none then.
pub fn json(view: View<'_>) -> Option<String> {
    if view.engine.instances.is_empty() {
        return None;
    }
    let instances = list(view.instances(), |entry, (config, now)| {
        entry.nested("data", |data| instance::data(data, view, config, now));
        entry.nested("stats", |stats| instance::stats(stats, &now.statistics));
    });
    let version = view.config().global.files.dumps.json_version.map_or(1, |version| version.value);
    let mut text = match version {
        1 => instances,
        _ => Object::write(|whole| {
            whole.raw("vrrp", &instances);
            let processes = &view.config().track_processes;
            if !processes.is_empty() {
                let processes = list(processes, |entry, config| {
                    process::process(entry, view, config);
                });
                whole.raw("track_process", &processes);
            }
        }),
    };
    text.push('\n');
    Some(text)
}
