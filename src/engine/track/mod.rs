//! What instances follow: scripts, files, processes and BFD sessions, each with the machine that
//! makes a state of what is observed.
//!
//! Here is known what a thing is like, not what that means: the weights and the faults are each
//! instance's own (`vrrp::tracking`). Only what somebody tracks is here.

mod bfd;
mod file;
mod news;
mod process;
mod script;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use news::News;

pub(super) use file::contribution as file_contribution;

use crate::engine::Engine;
use crate::engine::adoption::AdoptedScript;
use crate::engine::effect::{CheckId, CheckSignal, Effect};
use crate::engine::event::{CheckOutcome, Tracked};
use crate::engine::outbox::Outbox;
use crate::engine::snapshot::{TrackerKind, TrackerSnapshot};
use crate::engine::vrrp::{Followed, Instance};
use crate::ir::Config;
use crate::plan;
use crate::units::Instant;

use bfd::Bfd;
use file::File;
use process::Process;
use script::Script;

/// Whether followers have to look again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    None,
    Seen,
}

/// One tracked thing.
type Key = (TrackerKind, Arc<str>);

/// Everything that is tracked, by name.
#[derive(Debug, Default)]
pub(super) struct Trackers {
    scripts: BTreeMap<Arc<str>, Script>,
    files: BTreeMap<Arc<str>, File>,
    processes: BTreeMap<Arc<str>, Process>,
    bfds: BTreeMap<Arc<str>, Bfd>,
    /// When each wants to be woken, in that order.
    due: BTreeSet<(Instant, Key)>,
    /// What stands in `due`, by thing.
    armed: BTreeMap<Key, Instant>,
    /// Which script a run belongs to.
    runs: BTreeMap<CheckId, Arc<str>>,
    /// Who follows it, as places in the engine's list.
    followers: BTreeMap<Key, Vec<usize>>,
    /// Runs that were asked to end because a reload has no use for them, and when they are killed.
    abandoned: BTreeMap<CheckId, Instant>,
    /// The last run's number.
    checks: u64,
    /// What was observed of things that nobody tracks yet.
    foreseen: Vec<Tracked>,
}

impl Trackers {
    /// Takes over a configuration; scripts of the first one are `awaited`. What stays the same thing
    /// keeps its state. True if something that stays looks different now.
    pub(super) fn configure(
        &mut self,
        config: &Config,
        now: Instant,
        awaited: bool,
        out: &mut Outbox,
    ) -> bool {
        let plan::Tracked { scripts, files, processes, bfds } = plan::Tracked::of(config);
        let mut moved = false;

        let mut abandoned = Vec::new();
        let mut former = std::mem::take(&mut self.scripts);
        for new in config.vrrp_scripts.iter().filter(|new| scripts.contains(&*new.name.value)) {
            let script = match former.remove(new.name.value.as_str()) {
                Some(mut kept) => {
                    abandoned.extend(kept.reconfigure(new, now, out));
                    kept
                }
                None => Script::new(new, now, awaited),
            };
            self.scripts.insert(Arc::from(new.name.value.as_str()), script);
        }
        abandoned.extend(former.values().filter_map(|gone| gone.end(out)));
        self.abandoned.extend(abandoned.into_iter().map(|run| (run, now + script::KILL_AFTER)));

        let foreseen = std::mem::take(&mut self.foreseen);
        let mut former = std::mem::take(&mut self.files);
        for new in config.track_files.iter().filter(|new| files.contains(&*new.name.value)) {
            let file = match former.remove(new.name.value.as_str()) {
                Some(mut kept) => {
                    let value = seen_in(&foreseen, &new.name.value);
                    moved |= kept.reconfigure(new, value) == Change::Seen;
                    kept
                }
                None => File::new(new, seen_in(&foreseen, &new.name.value).unwrap_or(0)),
            };
            self.files.insert(Arc::from(new.name.value.as_str()), file);
        }
        let mut former = std::mem::take(&mut self.processes);
        let wanted = |name: &String| processes.contains(name.as_str());
        for new in config.track_processes.iter().filter(|new| wanted(&new.name.value)) {
            let process = match former.remove(new.name.value.as_str()) {
                Some(mut kept) => {
                    let count = counted_in(&foreseen, &new.name.value);
                    moved |= kept.reconfigure(new, count, now, out) == Change::Seen;
                    kept
                }
                None => Process::new(new, counted_in(&foreseen, &new.name.value)),
            };
            self.processes.insert(Arc::from(new.name.value.as_str()), process);
        }
        let mut former = std::mem::take(&mut self.bfds);
        for new in config.bfd_instances.iter().filter(|new| bfds.contains(&*new.name.value)) {
            let bfd = match former.remove(new.name.value.as_str()) {
                Some(mut kept) => {
                    kept.reconfigure(new);
                    kept
                }
                None => Bfd::new(new),
            };
            self.bfds.insert(Arc::from(new.name.value.as_str()), bfd);
        }

        self.due.clear();
        self.armed.clear();
        let scripts: Vec<_> = self.scripts.keys().cloned().collect();
        scripts.into_iter().for_each(|name| self.arm((TrackerKind::Script, name)));
        let processes: Vec<_> = self.processes.keys().cloned().collect();
        processes.into_iter().for_each(|name| self.arm((TrackerKind::Process, name)));
        moved
    }

    /// Takes over what another process has found of scripts.
    pub(super) fn inherit(&mut self, scripts: &[AdoptedScript]) {
        for AdoptedScript { name, good, counter } in scripts {
            if let Some(script) = self.scripts.get_mut(name.as_str()) {
                script.inherit(*good, *counter);
            }
        }
    }

    /// Notes who follows what.
    pub(super) fn follow(&mut self, instances: &[Instance]) {
        self.followers.clear();
        for (place, instance) in instances.iter().enumerate() {
            for followed in instance.followed() {
                let key = match followed {
                    Followed::Interface(_) => continue,
                    Followed::Script(name) => (TrackerKind::Script, Arc::clone(name)),
                    Followed::File(name) => (TrackerKind::File, Arc::clone(name)),
                    Followed::Process(name) => (TrackerKind::Process, Arc::clone(name)),
                    Followed::Bfd(name) => (TrackerKind::Bfd, Arc::clone(name)),
                };
                self.followers.entry(key).or_default().push(place);
            }
        }
    }

    /// Whether a script is good, and whether its first result is awaited; `None` without the
    /// script or before its first result.
    pub(super) fn script(&self, name: &str) -> (Option<bool>, bool) {
        self.scripts.get(name).map_or((None, false), |it| (it.result(), it.is_awaited()))
    }

    /// How the last run of a script ended.
    pub(super) fn outcome(&self, name: &str) -> Option<CheckOutcome> {
        self.scripts.get(name).and_then(Script::outcome)
    }

    /// The number in a file.
    pub(super) fn file(&self, name: &str) -> i32 {
        self.files.get(name).map_or(0, File::value)
    }

    /// Whether the quorum of processes is there.
    pub(super) fn process(&self, name: &str) -> bool {
        self.processes.get(name).is_some_and(Process::is_up)
    }

    /// Whether a BFD session is up.
    pub(super) fn bfd(&self, name: &str) -> bool {
        self.bfds.get(name).is_some_and(Bfd::is_up)
    }

    /// The weight of a thing and whether it is reversed, where a line says nothing; `None` without
    /// the thing.
    pub(super) fn usual(&self, kind: TrackerKind, name: &str) -> Option<(i16, bool)> {
        match kind {
            TrackerKind::Script => self.scripts.get(name).map(Script::usual),
            TrackerKind::File => self.files.get(name).map(File::usual),
            TrackerKind::Process => self.processes.get(name).map(Process::usual),
            TrackerKind::Bfd => self.bfds.get(name).map(Bfd::usual),
        }
    }

    /// When to be woken.
    pub(super) fn next(&self) -> Option<Instant> {
        let first = self.due.first().map(|(at, _)| *at);
        first.into_iter().chain(self.abandoned.values().copied()).min()
    }

    /// Does what is due; gives the places of those who have to look again.
    fn on_time(&mut self, now: Instant, out: &mut Outbox) -> BTreeSet<usize> {
        let mut touched = BTreeSet::new();
        for (check, kill) in self.abandoned.iter_mut().filter(|(_, kill)| **kill <= now) {
            out.push(Effect::EndCheck { check: *check, signal: CheckSignal::Kill });
            *kill = now + script::KILL_AGAIN;
        }
        let due: Vec<Key> =
            self.due.iter().take_while(|(at, _)| *at <= now).map(|(_, key)| key.clone()).collect();
        for key in due {
            let change = match key.0 {
                TrackerKind::Script => {
                    let before = self.checks;
                    if let Some(script) = self.scripts.get_mut(&key.1) {
                        script.on_time(now, &mut self.checks, out);
                    }
                    if self.checks != before {
                        self.runs.insert(CheckId(self.checks), Arc::clone(&key.1));
                    }
                    Change::None
                }
                TrackerKind::Process => self
                    .processes
                    .get_mut(&key.1)
                    .map_or(Change::None, |process| process.on_time(now, out)),
                TrackerKind::File | TrackerKind::Bfd => Change::None,
            };
            self.note(&key, change, &mut touched);
            self.arm(key);
        }
        touched
    }

    /// Takes what was observed; gives the places of those who have to look again.
    fn on_observed(
        &mut self,
        now: Instant,
        observed: Tracked,
        out: &mut Outbox,
    ) -> BTreeSet<usize> {
        let mut touched = BTreeSet::new();
        let (key, change) = match &observed {
            Tracked::ScriptEnded { check, outcome } => {
                self.abandoned.remove(check);
                let Some(name) = self.runs.remove(check) else { return touched };
                let Some(script) = self.scripts.get_mut(&name) else { return touched };
                let change = script.on_end(now, *check, *outcome, out);
                ((TrackerKind::Script, name), change)
            }
            Tracked::File { name, value } => match self.files.get_mut(name) {
                Some(file) => ((TrackerKind::File, Arc::clone(name)), file.on_value(*value)),
                None => {
                    self.foresee(observed);
                    return touched;
                }
            },
            Tracked::Processes { name, count } => match self.processes.get_mut(name) {
                Some(process) => {
                    let change = process.on_count(now, *count, out);
                    ((TrackerKind::Process, Arc::clone(name)), change)
                }
                None => {
                    self.foresee(observed);
                    return touched;
                }
            },
            Tracked::Bfd { name, up } => match self.bfds.get_mut(name) {
                Some(bfd) => ((TrackerKind::Bfd, Arc::clone(name)), bfd.on_state(*up)),
                None => return touched,
            },
        };
        self.note(&key, change, &mut touched);
        self.arm(key);
        touched
    }

    /// Keeps the last thing said of each name until the next configuration.
    pub(super) fn foresee(&mut self, observed: Tracked) {
        self.foreseen.retain(|known| !same_thing(known, &observed));
        self.foreseen.push(observed);
    }

    fn note(&self, key: &Key, change: Change, touched: &mut BTreeSet<usize>) {
        if change == Change::Seen {
            touched.extend(self.followers.get(key).into_iter().flatten());
        }
    }

    /// Puts down when the thing wants to be woken.
    fn arm(&mut self, key: Key) {
        let next = match key.0 {
            TrackerKind::Script => self.scripts.get(&key.1).map(Script::next),
            TrackerKind::Process => self.processes.get(&key.1).and_then(Process::next),
            TrackerKind::File | TrackerKind::Bfd => None,
        };
        if let Some(before) = self.armed.remove(&key) {
            self.due.remove(&(before, key.clone()));
        }
        if let Some(at) = next {
            self.armed.insert(key.clone(), at);
            self.due.insert((at, key));
        }
    }

    /// The end: what runs is asked to end, and nothing is started any more.
    pub(super) fn stop(&mut self, out: &mut Outbox) {
        for script in self.scripts.values() {
            script.end(out);
        }
        *self = Self::default();
    }

    /// What they look like now: scripts, files, processes, BFD sessions, each by name.
    pub(super) fn snapshot(&self) -> Vec<TrackerSnapshot> {
        let scripts = self.scripts.values().map(Script::snapshot);
        let files = self.files.values().map(File::snapshot);
        let processes = self.processes.values().map(Process::snapshot);
        let bfds = self.bfds.values().map(Bfd::snapshot);
        scripts.chain(files).chain(processes).chain(bfds).collect()
    }
}

impl Engine {
    /// Something that is tracked was observed.
    pub(super) fn on_tracked(&mut self, observed: Tracked) {
        let touched = self.trackers.on_observed(self.now, observed, &mut self.out);
        self.look_again(touched);
    }

    /// Does what is due of what is tracked.
    pub(super) fn tend_trackers(&mut self) {
        if self.trackers.next().is_some_and(|at| at <= self.now) {
            let touched = self.trackers.on_time(self.now, &mut self.out);
            self.look_again(touched);
            // A higher priority may have brought the end of a timer forward to now.
            for place in self.agenda.due(self.now) {
                self.at(place, Instance::on_time);
            }
        }
    }

    fn look_again(&mut self, places: BTreeSet<usize>) {
        for place in places {
            self.at(place, Instance::reassess);
        }
    }

    /// Tells every instance what it follows, and notes it.
    pub(super) fn follow_trackers(&mut self) {
        self.trackers.follow(&self.instances);
    }
}

fn same_thing(one: &Tracked, other: &Tracked) -> bool {
    match (one, other) {
        (Tracked::File { name: one, .. }, Tracked::File { name: other, .. })
        | (Tracked::Processes { name: one, .. }, Tracked::Processes { name: other, .. }) => {
            one == other
        }
        _ => false,
    }
}

fn seen_in(foreseen: &[Tracked], wanted: &str) -> Option<i32> {
    foreseen.iter().find_map(|observed| match observed {
        Tracked::File { name, value } if &**name == wanted => Some(*value),
        _ => None,
    })
}

fn counted_in(foreseen: &[Tracked], wanted: &str) -> Option<u32> {
    foreseen.iter().find_map(|observed| match observed {
        Tracked::Processes { name, count } if &**name == wanted => Some(*count),
        _ => None,
    })
}
