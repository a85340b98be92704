//! Our names: what keepalived counts, and what it never told: near failovers, second masters,
//! stalls, how long scripts take, what became of reloads.

use super::family::{Family, Kind, Value};
use super::{instances, interface};
use crate::control::Process;
use crate::engine::event::CheckOutcome;
use crate::engine::snapshot::{InstanceSnapshot, Snapshot, State, Statistics, TrackerKind};
use crate::ir::Instance;

/// Every family.
pub(super) fn families(engine: &Snapshot, process: &Process) -> Vec<Family> {
    let mut families = of_process(engine, process);
    families.extend(of_instances(engine));
    families.extend(of_counters(engine));
    families.extend(of_nearness(engine));
    families.extend(of_trackers(engine));
    families.push(of_groups(engine));
    families
}

const STATES: [State; 4] = [State::Init, State::Backup, State::Master, State::Fault];

fn of_process(engine: &Snapshot, process: &Process) -> Vec<Family> {
    let gauge = |name, help| Family::new(Kind::Gauge, name, &[], help);
    let mut build =
        Family::new(Kind::Gauge, "stillalive_build_info", &["version"], "Always 1; the version");
    build.add([env!("CARGO_PKG_VERSION")], Value::Whole(1));
    let mut started = gauge(
        "stillalive_start_time_seconds",
        "When the daemon began to serve, in seconds since 1970",
    );
    started.add([], process.started);
    let mut reloads = Family::new(
        Kind::Counter,
        "stillalive_reloads_total",
        &["result"],
        "New configurations by what became of them: accepted or refused",
    );
    reloads.add(["accepted"], Value::Whole(engine.reloads.accepted));
    reloads.add(["refused"], Value::Whole(engine.reloads.refused));
    let mut success = gauge(
        "stillalive_last_reload_successful",
        "1 if the last new configuration was accepted, 0 if it was refused; absent before one came",
    );
    let mut last = gauge(
        "stillalive_last_reload_timestamp_seconds",
        "When the last new configuration came, in seconds since 1970; absent before one came",
    );
    if let Some((at, accepted)) = engine.reloads.last {
        success.add([], accepted);
        last.add([], engine.wall(at));
    }
    let mut reloading = gauge("stillalive_reloading", "1 while a new configuration is being read");
    reloading.add([], process.reloading);
    let mut stalls = Family::new(
        Kind::Counter,
        "stillalive_stalls_total",
        &[],
        "Times that the process did not run when it should have",
    );
    stalls.add([], Value::Whole(engine.stalls.count));
    let mut longest =
        gauge("stillalive_longest_stall_seconds", "The longest time that the process did not run");
    longest.add([], engine.stalls.longest);
    vec![build, started, reloads, success, last, reloading, stalls, longest]
}

/// The labels of every metric of an instance, and their values.
const INSTANCE: &[&str] = &["instance", "interface", "vrid"];

fn labels<'a>(config: &'a Instance, now: &'a InstanceSnapshot, vrid: &'a str) -> [&'a str; 3] {
    [&now.name, interface(config, now), vrid]
}

/// One gauge of each instance: its name, what it says, where it is; `None`: no sample.
type Gauge = (&'static str, &'static str, fn(&Snapshot, &InstanceSnapshot) -> Option<Value>);

const GAUGES: &[Gauge] = &[
    (
        "stillalive_instance_drained",
        "1 while an operator keeps it away from mastership",
        |_, now| Some(now.drained.is_some().into()),
    ),
    (
        "stillalive_instance_state_since_seconds",
        "When the state last changed, in seconds since 1970",
        |engine, now| Some(engine.wall(now.since).into()),
    ),
    ("stillalive_instance_priority", "Priority in force", |_, now| {
        Some(Value::Whole(now.priority.get().into()))
    }),
    (
        "stillalive_instance_master_priority",
        "Priority of the master last heard; absent if none was",
        |_, now| (now.master_priority != 0).then(|| Value::Whole(now.master_priority.into())),
    ),
    (
        "stillalive_instance_addresses_held",
        "1 while the virtual addresses are asked for and not given back",
        |_, now| Some(now.addresses_set.into()),
    ),
    ("stillalive_instance_addresses", "Virtual addresses, the excluded ones included", |_, now| {
        Some(Value::Whole(u64::try_from(now.addresses.len()).unwrap_or(u64::MAX)))
    }),
    ("stillalive_instance_faults", "Causes that keep it from working at present", |_, now| {
        Some(Value::Whole(u64::try_from(now.causes.len()).unwrap_or(u64::MAX)))
    }),
    (
        "stillalive_instance_second_masters",
        "Other masters of its virtual router that are seen at present: more than 0 is split brain",
        |_, now| Some(Value::Whole(u64::try_from(now.rivals.len()).unwrap_or(u64::MAX))),
    ),
    (
        "stillalive_instance_master_down_seconds",
        "How long a silent master is waited for",
        |_, now| Some(now.master_down.into()),
    ),
];

fn of_instances(engine: &Snapshot) -> Vec<Family> {
    let mut states = Family::new(
        Kind::Gauge,
        "stillalive_instance_state",
        &["instance", "interface", "vrid", "state"],
        "1 for the state that the instance is in, 0 for the other three",
    );
    for (config, now) in instances(engine) {
        let vrid = now.vrid.to_string();
        let [name, interface, vrid] = labels(config, now, &vrid);
        for state in STATES {
            states.add([name, interface, vrid, state.name()], now.state == state);
        }
    }
    let gauges = GAUGES.iter().map(|(name, help, value)| {
        let mut family = Family::new(Kind::Gauge, name, INSTANCE, help);
        for (config, now) in instances(engine) {
            if let Some(value) = value(engine, now) {
                family.add(labels(config, now, &now.vrid.to_string()), value);
            }
        }
        family
    });
    std::iter::once(states).chain(gauges).collect()
}

/// One counter of each instance.
type Counter = (&'static str, &'static str, fn(&Statistics) -> u64);

const COUNTERS: &[Counter] = &[
    ("stillalive_adverts_received_total", "Valid adverts received", |it| it.adverts_received),
    ("stillalive_adverts_sent_total", "Adverts sent", |it| it.adverts_sent),
    ("stillalive_became_master_total", "Times that it became master", |it| it.became_master),
    ("stillalive_released_master_total", "Times that it stopped being master", |it| {
        it.released_master
    }),
    (
        "stillalive_priority_zero_received_total",
        "Adverts of priority 0 received: a master resigned",
        |it| it.priority_zero_received,
    ),
    ("stillalive_priority_zero_sent_total", "Times that it resigned with priority 0", |it| {
        it.priority_zero_sent
    }),
    (
        "stillalive_second_masters_total",
        "Second masters of its virtual router that were seen: split brain",
        |it| it.second_masters,
    ),
];

/// What is wrong with a datagram: the value of `reason`, and where it is counted.
type Wrong = (&'static str, fn(&Statistics) -> u64);

const ERRORS: &[Wrong] = &[
    ("length", |it| it.length_errors),
    ("ttl", |it| it.ttl_errors),
    ("type", |it| it.type_errors),
    ("interval", |it| it.interval_errors),
    ("address_list", |it| it.address_list_errors),
    ("auth_type_invalid", |it| it.auth_type_invalid),
    ("auth_type_mismatch", |it| it.auth_type_mismatch),
    ("auth_failure", |it| it.auth_failures),
    ("version", |it| it.version_errors),
    ("checksum", |it| it.checksum_errors),
    ("trailer_missing", |it| it.trailers.missing),
    ("trailer_malformed", |it| it.trailers.malformed),
    ("trailer_stale", |it| it.trailers.stale),
    ("trailer_unknown_key", |it| it.trailers.unknown_key),
    ("trailer_invalid", |it| it.trailers.invalid),
    ("trailer_replayed", |it| it.trailers.replayed),
];

fn of_counters(engine: &Snapshot) -> Vec<Family> {
    let counters = COUNTERS.iter().map(|(name, help, value)| {
        let mut family = Family::new(Kind::Counter, name, INSTANCE, help);
        for (config, now) in instances(engine) {
            let value = Value::Whole(value(&now.statistics));
            family.add(labels(config, now, &now.vrid.to_string()), value);
        }
        family
    });
    let mut errors = Family::new(
        Kind::Counter,
        "stillalive_packet_errors_total",
        &["instance", "interface", "vrid", "reason"],
        "Datagrams that were refused, by what was wrong with them",
    );
    for (config, now) in instances(engine) {
        let vrid = now.vrid.to_string();
        let [name, interface, vrid] = labels(config, now, &vrid);
        for (reason, value) in ERRORS {
            errors.add([name, interface, vrid, *reason], Value::Whole(value(&now.statistics)));
        }
    }
    counters.chain(std::iter::once(errors)).collect()
}

/// From this tenth of the master-down time on the silence of a master that lived was a near
/// failover: with three adverts to that time, two in a row have been missed.
const NEAR: usize = 7;

fn of_nearness(engine: &Snapshot) -> [Family; 2] {
    let mut near = Family::new(
        Kind::Counter,
        "stillalive_near_failovers_total",
        INSTANCE,
        "Times that a backup had waited for more than seven tenths of the master-down time when its \
         master was heard again",
    );
    let mut silences = Family::new(
        Kind::Counter,
        "stillalive_advert_silences_total",
        &["instance", "interface", "vrid", "tenth"],
        "Adverts by how long the master had been silent before, in tenths of the master-down time: \
         0 is the first tenth, 9 the last; without loss it is 3 at most",
    );
    for (config, now) in instances(engine) {
        let vrid = now.vrid.to_string();
        let [name, interface, vrid] = labels(config, now, &vrid);
        let tenths = now.statistics.nearness.tenths;
        for (tenth, count) in tenths.iter().enumerate() {
            let tenth = tenth.to_string();
            silences.add([name, interface, vrid, &tenth], Value::Whole(*count));
        }
        let late = tenths.iter().skip(NEAR).fold(0_u64, |sum, count| sum.saturating_add(*count));
        near.add([name, interface, vrid], Value::Whole(late));
    }
    [near, silences]
}

fn of_trackers(engine: &Snapshot) -> [Family; 5] {
    let labels: &[&str] = &["kind", "name"];
    let mut up = Family::new(
        Kind::Gauge,
        "stillalive_tracker_up",
        labels,
        "1 if what is tracked is good, met or up, else 0; absent for files and before the first result",
    );
    let mut value = Family::new(
        Kind::Gauge,
        "stillalive_tracker_value",
        labels,
        "A file's number, how many processes run, a script's counter, 1 for a BFD session that is up",
    );
    let of_script = |name, help| Family::new(Kind::Gauge, name, &["name"], help);
    let mut took = of_script(
        "stillalive_script_duration_seconds",
        "How long the last run of a track script took; absent before the first",
    );
    let mut success = of_script(
        "stillalive_script_success",
        "1 if the last run of a track script ended with status 0, else 0; absent before the first",
    );
    let mut status = of_script(
        "stillalive_script_exit_status",
        "Exit status of the last run of a track script; absent if it did not end by itself",
    );
    for tracker in &engine.trackers {
        let name = tracker.name.as_str();
        let kind = word(tracker.kind);
        if let Some(good) = tracker.up {
            up.add([kind, name], good);
        }
        value.add([kind, name], Value::Signed(tracker.value));
        if let Some(time) = tracker.took {
            took.add([name], time);
        }
        if let Some(outcome) = tracker.last {
            success.add([name], outcome == CheckOutcome::Exited(0));
            if let CheckOutcome::Exited(number) = outcome {
                status.add([name], Value::Signed(number.into()));
            }
        }
    }
    [up, value, took, success, status]
}

const fn word(kind: TrackerKind) -> &'static str {
    match kind {
        TrackerKind::Script => "script",
        TrackerKind::File => "file",
        TrackerKind::Process => "process",
        TrackerKind::Bfd => "bfd",
    }
}

fn of_groups(engine: &Snapshot) -> Family {
    let mut states = Family::new(
        Kind::Gauge,
        "stillalive_group_state",
        &["group", "state"],
        "1 for the state that the sync group is in, 0 for the other three",
    );
    for group in &engine.groups {
        for state in STATES {
            states.add([&group.name, state.name()], group.state == state);
        }
    }
    states
}
