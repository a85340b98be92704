//! What instances follow: scripts, files, processes and BFD sessions, by name. What is known of a
//! thing is kept as long as it is the same thing.

use std::collections::BTreeSet;

use crate::ir::{BfdInstance, Config, TrackFile, TrackProcess, Tracking, VrrpScript};
use crate::plan::setting::{Differences, Setting};
use crate::plan::{Action, Kind, Step, wording};
use crate::units::Spanned;

/// What becomes of a thing that is tracked before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Nothing.
    Keep,
    /// Other settings; what is known of it is kept.
    Change {
        /// It is looked at when it always was: a script goes on in its rhythm.
        in_rhythm: bool,
    },
    /// It is another thing: nothing is known of it.
    Restart,
}

/// A check script: its result is that of its program, run by its user.
pub fn script(old: &VrrpScript, new: &VrrpScript) -> Fate {
    if old.program() != new.program() {
        return Fate::Restart;
    }
    let in_rhythm = old.interval == new.interval && old.timeout == new.timeout;
    if old == new { Fate::Keep } else { Fate::Change { in_rhythm } }
}

/// A file: its number is that of its path.
pub fn track_file(old: &TrackFile, new: &TrackFile) -> Fate {
    match old {
        _ if old.path != new.path => Fate::Restart,
        _ if old != new => Fate::Change { in_rhythm: true },
        _ => Fate::Keep,
    }
}

/// A process: the count is of those that match.
pub fn process(old: &TrackProcess, new: &TrackProcess) -> Fate {
    let matched = |it: &TrackProcess| {
        (it.process.clone(), it.parameters.clone(), it.matching, it.full_command)
    };
    match old {
        _ if matched(old) != matched(new) => Fate::Restart,
        _ if old != new => Fate::Change { in_rhythm: true },
        _ => Fate::Keep,
    }
}

/// The names of what somebody tracks: nothing else is looked at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tracked<'a> {
    /// Of `vrrp_script` blocks.
    pub scripts: BTreeSet<&'a str>,
    /// Of `track_file` blocks.
    pub files: BTreeSet<&'a str>,
    /// Of `vrrp_track_process` blocks.
    pub processes: BTreeSet<&'a str>,
    /// Of `bfd_instance` blocks.
    pub bfds: BTreeSet<&'a str>,
}

impl<'a> Tracked<'a> {
    /// By the instances and groups of a configuration.
    pub fn of(config: &'a Config) -> Self {
        let of_instances = config.instances.iter().map(|instance| &instance.tracking);
        let of_groups = config.sync_groups.iter().map(|group| &group.tracking);
        let mut tracked = Self::default();
        for Tracking { scripts, files, processes, bfds, interfaces: _ } in
            of_instances.chain(of_groups)
        {
            tracked.scripts.extend(scripts.iter().map(|track| track.name.as_str()));
            tracked.files.extend(files.iter().map(|track| track.name.as_str()));
            tracked.processes.extend(processes.iter().map(|track| track.name.as_str()));
            tracked.bfds.extend(bfds.iter().map(|track| track.name.as_str()));
        }
        tracked
    }
}

/// What becomes of everything that is tracked.
pub(super) fn steps(old: &Config, new: &Config) -> Vec<Step> {
    let (before, after) = (Tracked::of(old), Tracked::of(new));
    let mut steps = Vec::new();
    steps.extend(compared(
        Kind::Script,
        (tracked(&old.vrrp_scripts, &before.scripts), tracked(&new.vrrp_scripts, &after.scripts)),
        |old, new| (script(old, new), of_script(old, new)),
        "its result is not kept: until the first run it counts as good, and adds no weight",
    ));
    steps.extend(compared(
        Kind::TrackFile,
        (tracked(&old.track_files, &before.files), tracked(&new.track_files, &after.files)),
        |old, new| (track_file(old, new), of_file(old, new)),
        "the number in the other file counts at once",
    ));
    let processes = (
        tracked(&old.track_processes, &before.processes),
        tracked(&new.track_processes, &after.processes),
    );
    steps.extend(compared(
        Kind::Process,
        processes,
        |old, new| (process(old, new), of_process(old, new)),
        "processes are counted anew, and the quorum counts at once",
    ));
    steps.extend(compared(
        Kind::Bfd,
        (tracked(&old.bfd_instances, &before.bfds), tracked(&new.bfd_instances, &after.bfds)),
        |old, new| (bfd(old, new), of_bfd(old, new)),
        "",
    ));
    steps
}

/// A thing that has a name.
trait Named {
    fn name(&self) -> &Spanned<String>;
}

macro_rules! named {
    ($($kind:ty),+) => {$(
        impl Named for $kind {
            fn name(&self) -> &Spanned<String> {
                &self.name
            }
        }
    )+};
}

named!(VrrpScript, TrackFile, TrackProcess, BfdInstance);

fn tracked<'a, T: Named>(all: &'a [T], names: &BTreeSet<&str>) -> Vec<&'a T> {
    all.iter().filter(|it| names.contains(it.name().as_str())).collect()
}

fn compared<T: Named>(
    kind: Kind,
    (old, new): (Vec<&T>, Vec<&T>),
    compare: impl Fn(&T, &T) -> (Fate, Vec<Setting>),
    note_of_restart: &str,
) -> Vec<Step> {
    let find = |list: &[&T], wanted: &str| list.iter().position(|it| it.name().as_str() == wanted);
    let mut steps: Vec<Step> = new
        .iter()
        .map(|it| {
            let called = it.name().as_str();
            let Some(before) = find(&old, called).and_then(|place| old.get(place)) else {
                return Step::new(kind, called, Action::Add);
            };
            let (fate, settings) = compare(before, it);
            let (action, notes) = match fate {
                Fate::Keep => (Action::Keep, Vec::new()),
                Fate::Change { .. } => (Action::Change, Vec::new()),
                Fate::Restart => (Action::Restart, vec![note_of_restart.to_owned()]),
            };
            Step { settings, notes, ..Step::new(kind, called, action) }
        })
        .collect();
    let gone = old.iter().filter(|it| find(&new, it.name()).is_none());
    steps.extend(gone.map(|it| Step::new(kind, it.name(), Action::Remove)));
    steps
}

fn of_script(old: &VrrpScript, new: &VrrpScript) -> Vec<Setting> {
    let VrrpScript {
        name: _,
        script,
        interval,
        timeout,
        weight,
        reverse,
        rise,
        fall,
        user,
        init_fail,
    } = old;
    let mut found = Differences::default();
    found.value("script", (script, &new.script), |it| Some(wording::script(&it.value)));
    found.value("user", (user, &new.user), |it| it.as_ref().map(|user| user.user.clone()));
    found.value("interval", (interval, &new.interval), wording::time);
    found.value("timeout", (timeout, &new.timeout), wording::optional_time);
    weighed(&mut found, (weight, *reverse), (&new.weight, new.reverse));
    found.value("rise", (rise, &new.rise), wording::plain);
    found.value("fall", (fall, &new.fall), wording::plain);
    found.value("init_fail", (init_fail, &new.init_fail), wording::switch);
    found.into_settings()
}

fn of_file(old: &TrackFile, new: &TrackFile) -> Vec<Setting> {
    let TrackFile { name: _, path, weight, reverse, initial } = old;
    let mut found = Differences::default();
    found.value("file", (path, &new.path), wording::spanned);
    weighed(&mut found, (weight, *reverse), (&new.weight, new.reverse));
    found.value("init_file", (initial, &new.initial), |it| it.map(|it| it.value.value.to_string()));
    found.into_settings()
}

fn of_process(old: &TrackProcess, new: &TrackProcess) -> Vec<Setting> {
    let TrackProcess {
        name: _,
        process,
        parameters,
        matching,
        full_command,
        weight,
        reverse,
        quorum,
        quorum_max,
        fork_delay,
        terminate_delay,
    } = old;
    let mut found = Differences::default();
    let command = |process: &Spanned<String>, parameters: &[Spanned<String>]| {
        let words = std::iter::once(process).chain(parameters).map(|word| word.as_str());
        words.collect::<Vec<_>>().join(" ")
    };
    let commands = (&command(process, parameters), &command(&new.process, &new.parameters));
    found.value("process", commands, wording::plain);
    found.concealed("param_match", (matching, &new.matching));
    found.value("full_command", (full_command, &new.full_command), wording::switch);
    weighed(&mut found, (weight, *reverse), (&new.weight, new.reverse));
    found.value("quorum", (quorum, &new.quorum), wording::plain);
    found.value("quorum_max", (quorum_max, &new.quorum_max), wording::optional);
    found.value("fork_delay", (fork_delay, &new.fork_delay), wording::time);
    found.value("terminate_delay", (terminate_delay, &new.terminate_delay), wording::time);
    found.into_settings()
}

fn weighed(
    found: &mut Differences,
    (weight, reverse): (&Spanned<i16>, bool),
    (new, new_reverse): (&Spanned<i16>, bool),
) {
    found.value("weight", (&(weight.value, reverse), &(new.value, new_reverse)), |it| {
        Some(format!("{}{}", it.0, if it.1 { " reverse" } else { "" }))
    });
}

fn bfd(old: &BfdInstance, new: &BfdInstance) -> Fate {
    if old == new { Fate::Keep } else { Fate::Change { in_rhythm: true } }
}

fn of_bfd(old: &BfdInstance, new: &BfdInstance) -> Vec<Setting> {
    let mut found = Differences::default();
    found.value("neighbor_ip", (&old.neighbour, &new.neighbour), wording::spanned);
    found.value("source_ip", (&old.source, &new.source), wording::optional);
    weighed(&mut found, (&old.weight, old.reverse), (&new.weight, new.reverse));
    let mut settings = found.into_settings();
    if settings.is_empty() && old != new {
        let mut rest = Differences::default();
        rest.concealed("bfd_instance", (old, new));
        settings = rest.into_settings();
    }
    settings
}
