//! What can fail on one node, and what each failure makes of an instance's priority.

use std::collections::BTreeMap;
use std::fmt;

use crate::cluster::{Member, Node};
use crate::ir::Instance;
use crate::units::{IfName, Priority};

/// One thing that fails, or comes to read badly, on one node.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Failure {
    /// The whole node, or its daemon.
    Node,
    /// An interface.
    Link(IfName),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node => f.write_str("down"),
            Self::Link(name) => write!(f, "link {name} down"),
        }
    }
}

/// What a tracked thing does to an instance in one of its two states.
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
    /// Which.
    pub what: Failure,
    /// While all is well.
    pub well: Contribution,
    /// After its failure.
    pub failed: Contribution,
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

/// What an instance tracks.
pub fn trackers(_node: &Node, _instance: &Instance) -> Vec<Tracker> {
    Vec::new()
}

/// The sync groups of a node, as positions of instances.
pub fn sync_groups(_node: &Node) -> Vec<Vec<usize>> {
    Vec::new()
}

/// Everything that can fail on a node, as far as one of its instances notices, each with the
/// positions of those that do: the node first.
pub fn failures(node: &Node) -> Vec<(Failure, Vec<usize>)> {
    let instances = &node.config.instances;
    let mut all = vec![(Failure::Node, (0..instances.len()).collect::<Vec<usize>>())];
    let mut known: BTreeMap<Failure, usize> = BTreeMap::new();
    for (index, instance) in instances.iter().enumerate() {
        let links = interfaces(instance).map(|name| Failure::Link(name.clone()));
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

/// The interfaces whose loss the instance notices, or suffers from.
fn interfaces(instance: &Instance) -> impl Iterator<Item = &IfName> {
    let own = instance.interface.iter().map(|interface| &interface.value);
    own.chain(held_elsewhere(instance))
}

/// Interfaces of tracked addresses that are on another one than the instance.
fn held_elsewhere(instance: &Instance) -> impl Iterator<Item = &IfName> {
    let own = instance.interface.as_ref().map(|interface| &interface.value);
    let addresses = instance.addresses.iter().chain(&instance.excluded);
    addresses
        .filter(|address| !address.value.no_track)
        .filter_map(|address| address.value.interface.as_ref())
        .filter(move |name| Some(*name) != own)
}

/// What the member is fit for after these failures on its node, its sync group left aside.
pub fn standing(member: &Member<'_>, failed: &[&Failure]) -> Standing {
    let instance = member.instance;
    if failed.contains(&&Failure::Node) {
        return Standing::Gone;
    }
    let is_down = |name: &IfName| {
        failed.iter().any(|failure| matches!(failure, Failure::Link(down) if down == name))
    };
    let own_down = instance.interface.as_ref().is_some_and(|interface| is_down(interface));
    if (own_down && instance.track_primary) || held_elsewhere(instance).any(is_down) {
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
