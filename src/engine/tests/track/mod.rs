//! What is tracked, and what it does to instances.

mod groups;
mod reasons;
mod script;
mod statics;
mod weights;

use std::sync::Arc;
use std::time::Duration;

use super::{Run, at, eth0, instance};
use crate::engine::effect::CheckId;
use crate::engine::event::{CheckOutcome, Event, Tracked};
use crate::ir::{
    BfdInstance, Config, Instance, ParamMatch, Script, SyncGroup, Track, TrackFile, TrackProcess,
    VrrpScript,
};
use crate::units::Spanned;

/// `vrrp_script NAME { script "/NAME" }` with the defaults.
pub(super) fn vrrp_script(name: &str) -> VrrpScript {
    let script = Script { program: format!("/{name}"), arguments: Vec::new(), user: None };
    VrrpScript {
        name: at(name.to_owned()),
        script: at(script),
        interval: Duration::from_secs(1),
        timeout: None,
        weight: at(0),
        reverse: false,
        rise: 1,
        fall: 1,
        user: None,
        init_fail: false,
    }
}

pub(super) fn track_file(name: &str) -> TrackFile {
    TrackFile {
        name: at(name.to_owned()),
        path: at(format!("/{name}")),
        weight: at(1),
        reverse: false,
        initial: None,
    }
}

fn track_process(name: &str) -> TrackProcess {
    TrackProcess {
        name: at(name.to_owned()),
        process: at(name.to_owned()),
        parameters: Vec::new(),
        matching: ParamMatch::Ignored,
        full_command: false,
        weight: at(0),
        reverse: false,
        quorum: 1,
        quorum_max: None,
        fork_delay: Duration::ZERO,
        terminate_delay: Duration::ZERO,
    }
}

fn bfd(name: &str) -> BfdInstance {
    BfdInstance::plain(at(name.to_owned()), at([10, 77, 0, 9].into()))
}

/// A line without words after the name.
fn line<N>(name: N) -> Spanned<Track<N>> {
    at(Track { name, weight: None, reverse: None })
}

/// A line `NAME weight N`, perhaps `reverse`.
fn weighted<N>(name: N, weight: i16, reverse: bool) -> Spanned<Track<N>> {
    at(Track { name, weight: Some(at(weight)), reverse: reverse.then_some(true) })
}

/// A configuration with one of everything: `s`, `f`, `p`, `b`.
fn config(instances: impl IntoIterator<Item = Instance>) -> Config {
    Config {
        instances: instances.into_iter().map(Arc::new).collect(),
        vrrp_scripts: vec![vrrp_script("s")],
        track_files: vec![track_file("f")],
        track_processes: vec![track_process("p")],
        bfd_instances: vec![bfd("b")],
        ..Config::default()
    }
}

fn group(members: &[&str]) -> SyncGroup {
    SyncGroup {
        name: at("G1".to_owned()),
        members: members.iter().map(|name| at((*name).to_owned())).collect(),
        notify: crate::ir::Notify::default(),
        smtp_alert: None,
        notify_priority_changes: None,
        tracking_weight: false,
        tracking: crate::ir::Tracking::default(),
    }
}

fn ended(check: u64, outcome: CheckOutcome) -> Event {
    Event::Tracked(Tracked::ScriptEnded { check: CheckId(check), outcome })
}

fn exited(check: u64, status: i32) -> Event {
    ended(check, CheckOutcome::Exited(status))
}

fn reads(value: i32) -> Event {
    Event::Tracked(Tracked::File { name: Arc::from("f"), value })
}

fn counts(count: u32) -> Event {
    Event::Tracked(Tracked::Processes { name: Arc::from("p"), count })
}

fn session(up: bool) -> Event {
    Event::Tracked(Tracked::Bfd { name: Arc::from("b"), up })
}

/// The lines of the record without those of the start.
fn told(run: &mut Run) -> String {
    let record = run.take();
    let lines = record.lines().filter(|line| {
        !line.contains("open ") && !line.contains("remove ") && !line.contains("removing VIPs")
    });
    lines.map(|line| format!("{line}\n")).collect()
}
