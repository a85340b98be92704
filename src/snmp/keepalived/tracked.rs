//! What is tracked: by instances (.2.4, .2.5, .2.12, .2.17, .2.20), by groups (.2.14 to .2.16, .2.19,
//! .2.22), and the things themselves (.2.9, .2.13, .2.18, .2.21).

use std::time::Duration;

use super::{Mib, command, numbered};
use crate::engine::snapshot::{TrackerKind, TrackerSnapshot};
use crate::ir::{Config, ParamMatch, Track, Tracking};
use crate::snmp::Subject;
use crate::snmp::table::{gauge, integer, text, truth};

pub(super) fn rows(table: &mut Mib<'_>, subject: Subject<'_>) {
    let config = &*subject.engine.config;
    // Tables of interfaces, scripts, files, BFD sessions, processes.
    for (number, instance) in numbered(&config.instances) {
        lists(table, config, number, &instance.tracking, [4, 5, 12, 17, 20]);
    }
    for (number, group) in numbered(&config.sync_groups) {
        lists(table, config, number, &group.tracking, [14, 15, 16, 19, 22]);
    }
    scripts(table, subject);
    files(table, subject);
    processes(table, subject);
    for (number, session) in numbered(&config.bfd_instances) {
        let mut put = |column, value| table.put(&[2, 18, 1, column], &[number], value);
        let now = found(subject, TrackerKind::Bfd, &session.name.value);
        put(2, text(&session.name.value));
        put(3, integer(i32::from(now.is_some_and(|now| now.up == Some(true)))));
        put(4, integer(i32::from(session.weight.value)));
        put(5, truth(session.reverse));
    }
}

/// The lists of one instance or group.
fn lists(
    table: &mut Mib<'_>,
    config: &Config,
    owner: u32,
    tracking: &Tracking,
    [of_interfaces, of_scripts, of_files, of_bfds, of_processes]: [u32; 5],
) {
    for (number, track) in numbered(&tracking.interfaces) {
        let mut put =
            |column, value| table.put(&[2, of_interfaces, 1, column], &[owner, number], value);
        put(1, text(track.name.as_str()));
        put(2, integer(track.weight.map_or(0, |weight| i32::from(weight.value))));
        put(3, truth(track.reverse == Some(true)));
    }
    let all = [
        (of_scripts, TrackerKind::Script, &tracking.scripts),
        (of_files, TrackerKind::File, &tracking.files),
        (of_bfds, TrackerKind::Bfd, &tracking.bfds),
        (of_processes, TrackerKind::Process, &tracking.processes),
    ];
    for (list, kind, tracks) in all {
        for (number, track) in numbered(tracks) {
            let (weight, reverse) = weight(config, kind, &track.value);
            let mut put = |column, value| table.put(&[2, list, 1, column], &[owner, number], value);
            put(2, text(&track.name));
            put(3, integer(i32::from(weight)));
            put(4, truth(reverse));
        }
    }
}

/// What a line says, or else the tracked thing itself; of files and processes keepalived shows what
/// they say themselves, whatever the line says.
fn weight(config: &Config, kind: TrackerKind, track: &Track) -> (i16, bool) {
    let name = &track.name;
    let line = |(weight, reverse): (i16, bool)| {
        (track.weight.map_or(weight, |weight| weight.value), track.reverse.unwrap_or(reverse))
    };
    match kind {
        TrackerKind::Script => {
            let found = config.vrrp_scripts.iter().find(|it| it.name.value == *name);
            line(found.map(|it| (it.weight.value, it.reverse)).unwrap_or_default())
        }
        TrackerKind::Bfd => {
            let found = config.bfd_instances.iter().find(|it| it.name.value == *name);
            line(found.map(|it| (it.weight.value, it.reverse)).unwrap_or_default())
        }
        TrackerKind::File => {
            let found = config.track_files.iter().find(|it| it.name.value == *name);
            found.map(|it| (it.weight.value, it.reverse)).unwrap_or_default()
        }
        TrackerKind::Process => {
            let found = config.track_processes.iter().find(|it| it.name.value == *name);
            found.map(|it| (it.weight.value, it.reverse)).unwrap_or_default()
        }
    }
}

fn found<'a>(subject: Subject<'a>, kind: TrackerKind, name: &str) -> Option<&'a TrackerSnapshot> {
    let mut all = subject.engine.trackers.iter();
    all.find(|tracker| tracker.kind == kind && tracker.name == name)
}

fn scripts(table: &mut Mib<'_>, subject: Subject<'_>) {
    for (number, script) in numbered(&subject.engine.config.vrrp_scripts) {
        let mut put = |column, value| table.put(&[2, 9, 1, column], &[number], value);
        let now = found(subject, TrackerKind::Script, &script.name.value);
        put(2, text(&script.name.value));
        put(3, command(&script.script.value));
        put(4, integer(i32::try_from(script.interval.as_secs()).unwrap_or(i32::MAX)));
        put(5, integer(i32::from(script.weight.value)));
        put(
            6,
            integer(match now.and_then(|now| now.up) {
                None => 1,
                Some(false) => 2,
                Some(true) => 3,
            }),
        );
        put(7, gauge(script.rise));
        put(8, gauge(script.fall));
        put(9, truth(script.reverse));
        put(10, text(&script.script.value.program));
        put(11, gauge(microseconds(script.interval)));
        let timeout = script.timeout.as_ref().map_or(Duration::ZERO, |timeout| timeout.value);
        put(12, gauge(microseconds(timeout)));
    }
}

fn files(table: &mut Mib<'_>, subject: Subject<'_>) {
    for (number, file) in numbered(&subject.engine.config.track_files) {
        let mut put = |column, value| table.put(&[2, 13, 1, column], &[number], value);
        let now = found(subject, TrackerKind::File, &file.name.value);
        put(2, text(&file.name.value));
        put(3, text(&file.path.value));
        put(4, integer(now.map_or(0, |now| i32::try_from(now.value).unwrap_or(i32::MAX))));
        put(5, integer(i32::from(file.weight.value)));
        put(6, truth(file.reverse));
    }
}

fn processes(table: &mut Mib<'_>, subject: Subject<'_>) {
    for (number, process) in numbered(&subject.engine.config.track_processes) {
        let mut put = |column, value| table.put(&[2, 21, 1, column], &[number], value);
        let now = found(subject, TrackerKind::Process, &process.name.value);
        put(2, text(&process.name.value));
        put(3, text(&process.process.value));
        if !process.parameters.is_empty() {
            let words: Vec<&str> = process.parameters.iter().map(|it| it.value.as_str()).collect();
            put(4, text(&words.join(" ")));
        }
        put(
            5,
            integer(match process.matching {
                ParamMatch::Ignored => 0,
                ParamMatch::Exact => 1,
                ParamMatch::Partial => 2,
                ParamMatch::Initial => 3,
            }),
        );
        put(6, integer(i32::from(process.weight.value)));
        put(7, truth(process.reverse));
        put(8, gauge(u32::from(process.quorum)));
        put(9, integer(process.quorum_max.as_ref().map_or(-1, |most| i32::from(most.value))));
        put(10, gauge(microseconds(process.fork_delay)));
        put(11, gauge(microseconds(process.terminate_delay)));
        let whole = process.full_command || !process.parameters.is_empty();
        put(12, truth(whole));
        put(13, integer(now.map_or(0, |now| i32::try_from(now.value).unwrap_or(i32::MAX))));
        put(14, truth(now.is_some_and(|now| now.up == Some(true))));
    }
}

fn microseconds(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}
