//! Which instances of different nodes are meant to be one virtual router.
//!
//! Healthy nodes agree on VRID, addresses and mostly on names. A slip changes one of these, so none
//! alone decides: evidence is weighed, and the strongest pairs are joined first.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::cluster::{Member, Node, Router};
use crate::ir::{Instance, Transport};

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
    let mut links: Vec<(u32, usize, usize)> = Vec::new();
    for (first, one) in all.iter().enumerate() {
        for (second, other) in all.iter().enumerate().skip(first.saturating_add(1)) {
            let weight = evidence(one.instance, other.instance);
            if one.position != other.position && weight >= AT_LEAST {
                links.push((weight, first, second));
            }
        }
    }
    // The strongest first; of equals those that stand first in the files.
    links.sort_by_key(|(weight, first, second)| (std::cmp::Reverse(*weight), *first, *second));
    let mut groups = Groups { all: &all, group_of: (0..all.len()).collect() };
    for (weight, first, second) in links {
        if weight >= ENOUGH || groups.share_nothing(first, second) {
            groups.join(first, second);
        }
    }
    let group_of = groups.group_of;
    let mut routers: Vec<(usize, Router<'_>)> = Vec::new();
    for (member, group) in all.into_iter().zip(group_of) {
        match routers.iter_mut().find(|(known, _)| *known == group) {
            Some((_, router)) => router.members.push(member),
            None => routers.push((group, Router { members: vec![member] })),
        }
    }
    routers.into_iter().map(|(_, router)| router).collect()
}

/// Which instances belong together, as a number for each.
struct Groups<'g, 'a> {
    all: &'g [Member<'a>],
    group_of: Vec<usize>,
}

impl Groups<'_, '_> {
    /// Makes two groups one, unless a node would have two instances in it.
    fn join(&mut self, first: usize, second: usize) {
        let (Some(&one), Some(&other)) = (self.group_of.get(first), self.group_of.get(second))
        else {
            return;
        };
        if one != other && self.nodes_of(one).is_disjoint(&self.nodes_of(other)) {
            let (keep, drop) = (one.min(other), one.max(other));
            let dropped = self.group_of.iter_mut().filter(|group| **group == drop);
            dropped.for_each(|group| *group = keep);
        }
    }

    fn nodes_of(&self, group: usize) -> BTreeSet<usize> {
        let members = self.all.iter().zip(&self.group_of).filter(|(_, of)| **of == group);
        members.map(|(member, _)| member.position).collect()
    }

    /// Whether neither one's node has anything in common with another node yet.
    fn share_nothing(&self, first: usize, second: usize) -> bool {
        [first, second].into_iter().filter_map(|index| self.all.get(index)).all(|member| {
            let own = self.all.iter().zip(&self.group_of);
            let mut groups =
                own.filter(|(other, _)| other.position == member.position).map(|(_, group)| group);
            groups.all(|group| self.nodes_of(*group).len() == 1)
        })
    }
}

/// How much speaks for two instances being one router.
fn evidence(one: &Instance, other: &Instance) -> u32 {
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
    let (a, b) = (addresses(one), addresses(other));
    weight += if a == b && a.is_empty() {
        1
    } else if a == b {
        6
    } else if a.is_disjoint(&b) {
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
