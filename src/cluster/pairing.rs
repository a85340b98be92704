//! Which instances of different nodes are meant to be one virtual router.
//!
//! Healthy nodes agree on VRID, addresses and mostly on names. A slip changes one of these, so none
//! alone decides: evidence is weighed, and the strongest pairs are joined first.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::cluster::{Member, Node, Router};
use crate::ir::{Instance, Transport};
use crate::units::{Family, Vrid};

/// Evidence below this is chance: two nodes with a `VI_1` on `eth0` each, or two clusters that use
/// the same VRID.
const ENOUGH: u32 = 6;
/// Evidence that is enough for nodes that share nothing else: a common name. They were given
/// together, so they are meant to have something in common.
const AT_LEAST: u32 = 3;

/// The virtual routers of these nodes, in the order in which they are first met. An instance that
/// no other node has is a router of one member.
pub fn pair(nodes: &[Node]) -> Vec<Router<'_>> {
    let all: Vec<Member<'_>> = nodes
        .iter()
        .enumerate()
        .flat_map(|(position, node)| {
            let instances = node.config.instances.iter().enumerate();
            instances.map(move |(index, instance)| Member { position, node, index, instance })
        })
        .collect();
    let mut groups = Groups::new(&all, nodes.len());
    let (strong, weak): (Vec<_>, Vec<_>) =
        links(&all).into_iter().partition(|(weight, ..)| *weight >= ENOUGH);
    strong.into_iter().for_each(|(_, first, second)| groups.join(first, second));
    let lone = weak.into_iter().filter(|(_, first, second)| groups.share_nothing(*first, *second));
    let lone: Vec<_> = lone.collect();
    lone.into_iter().for_each(|(_, first, second)| groups.join(first, second));
    let mut routers: Vec<Vec<usize>> =
        groups.members.into_iter().filter(|members| !members.is_empty()).collect();
    // By first appearance; members in the order of the nodes.
    routers.iter_mut().for_each(|members| members.sort_unstable());
    routers.sort_unstable();
    let member = |index: usize| all.get(index).copied();
    let routers = routers.into_iter();
    routers
        .map(|members| Router { members: members.into_iter().filter_map(member).collect() })
        .collect()
}

/// What two instances may have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Name(&'a str),
    Vrid(Vrid, Family),
    Address(IpAddr),
}

/// Pairs of instances of different nodes that have something in common, with the weight of the
/// evidence; the strongest first, of equals those that stand first in the files.
fn links(all: &[Member<'_>]) -> Vec<(u32, usize, usize)> {
    let held: Vec<BTreeSet<IpAddr>> = all.iter().map(|member| addresses(member.instance)).collect();
    let mut sharing: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
    for (index, (member, held)) in all.iter().zip(&held).enumerate() {
        let instance = member.instance;
        let keys =
            [Key::Name(&instance.name.value), Key::Vrid(instance.vrid.value, instance.family)];
        for key in keys.into_iter().chain(held.iter().map(|address| Key::Address(*address))) {
            sharing.entry(key).or_default().push(index);
        }
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for indexes in sharing.values() {
        for (at, first) in indexes.iter().enumerate() {
            let rest = indexes.iter().skip(at.saturating_add(1));
            pairs.extend(rest.map(|second| (*first, *second)));
        }
    }
    let mut links = Vec::new();
    for (first, second) in pairs {
        let (Some(one), Some(other)) = (all.get(first), all.get(second)) else { continue };
        let (Some(a), Some(b)) = (held.get(first), held.get(second)) else { continue };
        if one.position != other.position {
            let weight = evidence((one.instance, a), (other.instance, b));
            if weight >= AT_LEAST {
                links.push((weight, first, second));
            }
        }
    }
    links.sort_by_key(|(weight, first, second)| (std::cmp::Reverse(*weight), *first, *second));
    links
}

/// Which instances belong together.
struct Groups<'g, 'a> {
    all: &'g [Member<'a>],
    /// The group of each instance.
    group_of: Vec<usize>,
    /// The instances of each group; none in one that was joined to another.
    members: Vec<Vec<usize>>,
    /// Nodes that have something in common with another one.
    connected: Vec<bool>,
}

impl<'g, 'a> Groups<'g, 'a> {
    fn new(all: &'g [Member<'a>], nodes: usize) -> Self {
        Self {
            all,
            group_of: (0..all.len()).collect(),
            members: (0..all.len()).map(|index| vec![index]).collect(),
            connected: vec![false; nodes],
        }
    }

    fn position(&self, index: usize) -> Option<usize> {
        self.all.get(index).map(|member| member.position)
    }

    /// Makes two groups one, unless a node would have two instances in it.
    fn join(&mut self, first: usize, second: usize) {
        let (Some(&one), Some(&other)) = (self.group_of.get(first), self.group_of.get(second))
        else {
            return;
        };
        let nodes_of = |group: usize| -> BTreeSet<usize> {
            let members = self.members.get(group).into_iter().flatten();
            members.filter_map(|index| self.position(*index)).collect()
        };
        let (ours, theirs) = (nodes_of(one), nodes_of(other));
        if one == other || !ours.is_disjoint(&theirs) {
            return;
        }
        for position in ours.union(&theirs) {
            if let Some(connected) = self.connected.get_mut(*position) {
                *connected = true;
            }
        }
        let moved = self.members.get_mut(other).map(std::mem::take).unwrap_or_default();
        for index in &moved {
            if let Some(group) = self.group_of.get_mut(*index) {
                *group = one;
            }
        }
        if let Some(members) = self.members.get_mut(one) {
            members.extend(moved);
        }
    }

    /// Whether neither one's node has anything in common with another node yet.
    fn share_nothing(&self, first: usize, second: usize) -> bool {
        let lone = |index| {
            let position = self.position(index);
            position.and_then(|position| self.connected.get(position)) == Some(&false)
        };
        lone(first) && lone(second)
    }
}

/// How much speaks for two instances being one router.
fn evidence(
    (one, a): (&Instance, &BTreeSet<IpAddr>),
    (other, b): (&Instance, &BTreeSet<IpAddr>),
) -> u32 {
    if one.family != other.family {
        return 0;
    }
    let mut weight = 0;
    if one.vrid == other.vrid {
        weight += 4;
    }
    if one.name == other.name {
        weight += 3;
    }
    if one.interface == other.interface {
        weight += 1;
    }
    weight += if a == b && a.is_empty() {
        1
    } else if a == b {
        6
    } else if a.is_disjoint(b) {
        0
    } else {
        4
    };
    weight + u32::from(lists(one, other)) + u32::from(lists(other, one))
}

/// Every address that the master holds.
fn addresses(instance: &Instance) -> BTreeSet<IpAddr> {
    let all = instance.addresses.iter().chain(&instance.excluded);
    all.map(|address| address.value.ip()).collect()
}

/// Whether one instance has the source of another among its peers.
fn lists(one: &Instance, other: &Instance) -> bool {
    let Transport::Unicast { peers, .. } = &one.transport else { return false };
    let source = other.source.as_ref().map(|source| source.value);
    source.is_some_and(|source| peers.iter().any(|peer| peer.value.address == source))
}
