//! What can fail on one node, and what each failure makes of an instance's priority.

use std::collections::BTreeMap;
use std::fmt;

use crate::cluster::{Member, Node};
use crate::ir::{Config, Instance, SyncGroup, Track, Tracking};
use crate::units::{IfName, Priority, Span, Spanned};

/// One thing that fails, or comes to read badly, on one node.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Failure {
    /// The whole node, or its daemon.
    Node,
    /// Something that instances track.
    Thing {
        /// What kind of thing.
        kind: Kind,
        /// Its name.
        name: String,
        /// It does well, which is what costs priority (`reverse`).
        well: bool,
    },
}

/// A kind of thing that is tracked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// An interface.
    Link,
    /// A `vrrp_script`.
    Script,
    /// A `vrrp_track_process`.
    Process,
    /// A BFD session.
    Bfd,
    /// A `track_file`, in which this number stands then.
    File {
        /// The number.
        reads: i32,
    },
}

impl Failure {
    /// The loss of an interface.
    pub fn link(name: &IfName) -> Self {
        Self::Thing { kind: Kind::Link, name: name.to_string(), well: false }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Thing { kind, name, well } = self else { return f.write_str("down") };
        match (kind, well) {
            (Kind::Link, false) => write!(f, "link {name} down"),
            (Kind::Link, true) => write!(f, "link {name} up"),
            (Kind::Script, false) => write!(f, "script {name} fails"),
            (Kind::Script, true) => write!(f, "script {name} succeeds"),
            (Kind::Process, false) => write!(f, "process {name} gone"),
            (Kind::Process, true) => write!(f, "process {name} there"),
            (Kind::Bfd, false) => write!(f, "bfd {name} down"),
            (Kind::Bfd, true) => write!(f, "bfd {name} up"),
            (Kind::File { reads }, _) => write!(f, "file {name} at {reads}"),
        }
    }
}

/// What a tracked thing does to an instance in one of its two states; the worse one is less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Contribution {
    /// The instance cannot work.
    Fault,
    /// The priority is raised, or lowered, by so much.
    Adds(i32),
}

/// A thing that an instance tracks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tracker {
    /// Which, and its worse state.
    pub what: Failure,
    /// In its better state.
    pub well: Contribution,
    /// In its worse state.
    pub failed: Contribution,
    /// The line that says so.
    pub place: Span,
}

/// What an instance is fit for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Standing {
    /// Nobody hears of it: its node is down.
    Gone,
    /// In FAULT: it takes no part.
    Fault {
        /// Its own link is gone, so nobody hears that it resigns.
        unheard: bool,
    },
    /// It takes part with this priority.
    Takes {
        /// Priority in force.
        priority: Priority,
        /// It does not notice that its link is gone: it hears nobody and nobody hears it.
        cut_off: bool,
    },
}

impl Standing {
    /// The priority, if it takes part and can be heard.
    pub fn priority(self) -> Option<Priority> {
        match self {
            Self::Takes { priority, .. } => Some(priority),
            Self::Gone | Self::Fault { .. } => None,
        }
    }
}

/// The sync groups of a node, as positions of instances.
pub fn sync_groups(node: &Node) -> Vec<Vec<usize>> {
    let instances = || node.config.instances.iter();
    let position = |name: &Spanned<String>| instances().position(|each| each.name == *name);
    let groups = node.config.sync_groups.iter();
    groups.map(|group| group.members.iter().filter_map(position).collect()).collect()
}

/// What an instance tracks, by itself and through its sync group.
pub fn trackers(node: &Node, instance: &Instance) -> Vec<Tracker> {
    let config = &node.config;
    let of_group = sync_group(node, instance).map(|group| of_list(config, &group_tracking(group)));
    let mut all = of_list(config, &instance.tracking);
    for tracker in of_group.into_iter().flatten() {
        match all.iter_mut().find(|own| own.what == tracker.what) {
            // The instance's own line counts only if it means FAULT.
            Some(own) if own.failed == Contribution::Fault => {}
            Some(own) => *own = tracker,
            None => all.push(tracker),
        }
    }
    all
}

fn of_list(config: &Config, tracking: &Tracking) -> Vec<Tracker> {
    let Tracking { interfaces, scripts, files, processes, bfds } = tracking;
    let mut all = Vec::new();
    for track in interfaces {
        all.push(two_states(Kind::Link, track.name.as_str(), track, (0, false)));
    }
    for track in scripts {
        let known = config.vrrp_scripts.iter().find(|known| known.name.value == track.name);
        let usual = known.map_or((0, false), |known| (known.weight.value, known.reverse));
        all.push(two_states(Kind::Script, &track.name, track, usual));
    }
    for track in processes {
        let known = config.track_processes.iter().find(|known| known.name.value == track.name);
        let usual = known.map_or((0, false), |known| (known.weight.value, known.reverse));
        all.push(two_states(Kind::Process, &track.name, track, usual));
    }
    for track in bfds {
        let known = config.bfd_instances.iter().find(|known| known.name.value == track.name);
        let usual = known.map_or((0, false), |known| (known.weight.value, known.reverse));
        all.push(two_states(Kind::Bfd, &track.name, track, usual));
    }
    for track in files {
        let known = config.track_files.iter().find(|known| known.name.value == track.name);
        let usual = known.map_or((1, false), |known| (known.weight.value, known.reverse));
        all.push(file(track, usual));
    }
    all
}

fn weight<N>(track: &Track<N>, (weight, reverse): (i16, bool)) -> (i32, bool) {
    let weight = track.weight.map_or(weight, |weight| weight.value);
    (weight.into(), track.reverse.unwrap_or(reverse))
}

/// A thing that is up or down.
fn two_states<N>(kind: Kind, name: &str, track: &Spanned<Track<N>>, usual: (i16, bool)) -> Tracker {
    use Contribution::{Adds, Fault};
    let (weight, reverse) = weight(track, usual);
    let (up, down) = match (weight, reverse) {
        (0, false) => (Adds(0), Fault),
        (0, true) => (Fault, Adds(0)),
        (1.., false) => (Adds(weight), Adds(0)),
        (1.., true) => (Adds(-weight), Adds(0)),
        (_, false) => (Adds(0), Adds(weight)),
        (_, true) => (Adds(0), Adds(-weight)),
    };
    let what = Failure::Thing { kind, name: name.to_owned(), well: up < down };
    Tracker { what, well: up.max(down), failed: up.min(down), place: track.span }
}

/// A file: the number in it times the weight. It is taken to read 0, and then 1 or -1, whichever
/// lowers the priority; with a weight of 1 it holds the change itself, and may mean FAULT.
fn file(track: &Spanned<Track>, usual: (i16, bool)) -> Tracker {
    let (weight, reverse) = weight(track, usual);
    let factor = if reverse { -weight } else { weight };
    let (reads, failed) = match factor {
        0 => (i32::from(!reverse), Contribution::Fault),
        1 => (-254, Contribution::Fault),
        -1 => (254, Contribution::Fault),
        _ if factor.abs() >= 254 => (-factor.signum(), Contribution::Fault),
        _ => (-factor.signum(), Contribution::Adds(-factor.abs())),
    };
    let kind = Kind::File { reads };
    let what = Failure::Thing { kind, name: track.name.clone(), well: false };
    Tracker { what, well: Contribution::Adds(0), failed, place: track.span }
}

/// Everything that can fail on a node, as far as one of its instances notices, each with the
/// positions of those that do: the node first.
pub fn failures(node: &Node) -> Vec<(Failure, Vec<usize>)> {
    let instances = &node.config.instances;
    let mut all = vec![(Failure::Node, (0..instances.len()).collect::<Vec<usize>>())];
    let mut known: BTreeMap<Failure, usize> = BTreeMap::new();
    for (index, instance) in instances.iter().enumerate() {
        let links = interfaces(instance).map(Failure::link);
        let tracked = trackers(node, instance).into_iter().map(|tracker| tracker.what);
        for failure in links.chain(tracked) {
            let next = all.len();
            let place = *known.entry(failure.clone()).or_insert(next);
            if place == next {
                all.push((failure, Vec::new()));
            }
            if let Some((_, noticed)) = all.get_mut(place) {
                noticed.push(index);
            }
        }
    }
    all
}

/// The interfaces whose loss the instance notices, or suffers from, without a `track_` line.
fn interfaces(instance: &Instance) -> impl Iterator<Item = &IfName> {
    let own = instance.interface.iter().map(|interface| &interface.value);
    own.chain(needed(instance))
}

/// Other interfaces than the own one that what the master sets up needs, unless it says `no_track`.
fn needed(instance: &Instance) -> impl Iterator<Item = &IfName> {
    let own = instance.interface.as_ref().map(|interface| &interface.value);
    let addresses = instance.addresses.iter().chain(&instance.excluded);
    let of_addresses = addresses
        .filter(|address| !address.value.no_track)
        .filter_map(|address| address.value.interface.as_ref());
    let routes = instance.routes.iter().filter(|route| !route.value.no_track);
    let of_routes = routes.filter_map(|route| route.value.interface.as_deref());
    let rules = instance.rules.iter().filter(|rule| !rule.value.no_track);
    let of_rules =
        rules.flat_map(|rule| [rule.value.input.as_deref(), rule.value.output.as_deref()]);
    let all = of_addresses.chain(of_routes).chain(of_rules.flatten());
    all.filter(move |name| Some(*name) != own)
}

/// What the member is fit for after these failures on its node, its sync group left aside.
pub fn standing(member: &Member<'_>, failed: &[&Failure]) -> Standing {
    let instance = member.instance;
    if failed.contains(&&Failure::Node) {
        return Standing::Gone;
    }
    let is_down = |name: &IfName| failed.contains(&&Failure::link(name));
    let own_down = instance.interface.as_ref().is_some_and(|interface| is_down(interface));
    if (own_down && instance.track_primary) || needed(instance).any(is_down) {
        return Standing::Fault { unheard: own_down };
    }
    let mut sum = i32::from(instance.priority.get());
    for tracker in trackers(member.node, instance) {
        let contribution =
            if failed.contains(&&tracker.what) { tracker.failed } else { tracker.well };
        match contribution {
            Contribution::Fault => return Standing::Fault { unheard: own_down },
            Contribution::Adds(weight) => sum = sum.saturating_add(weight),
        }
    }
    Standing::Takes { priority: effective(*instance.priority, sum), cut_off: own_down }
}

/// The priority in force: an owner's never changes, any other stays between 1 and 254.
fn effective(base: Priority, sum: i32) -> Priority {
    if base.is_owner() {
        return base;
    }
    u8::try_from(sum.clamp(1, 254)).ok().and_then(Priority::new).unwrap_or(base)
}

impl Member<'_> {
    /// The line by which the instance, or its sync group, tracks something.
    pub fn tracked(&self, failure: &Failure) -> Span {
        let tracker =
            trackers(self.node, self.instance).into_iter().find(|each| each.what == *failure);
        self.at(tracker.map_or(self.instance.name.span, |tracker| tracker.place))
    }
}

/// The sync group that an instance is in.
pub fn sync_group<'n>(node: &'n Node, instance: &Instance) -> Option<&'n SyncGroup> {
    node.config.sync_groups.iter().find(|group| group.members.contains(&instance.name))
}

fn group_tracking(_: &SyncGroup) -> Tracking {
    Tracking::default()
}
