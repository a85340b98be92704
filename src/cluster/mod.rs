//! Several nodes' configurations side by side: will they be one cluster, and who is master when?
//!
//! [`pairing`] finds out which instances of different nodes are one virtual router, even where they
//! differ in what should make them one; [`hearing`] says whether one router accepts another one's
//! adverts; [`election`] foretells who is master when all is well and after each single failure, and
//! [`table`] shows it. `lint` holds the rules that judge what is found here. Pure. The prediction is
//! compared with the engine in a simulated LAN by `tests/cluster`.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod contest;
pub mod document;
pub mod election;
pub mod hearing;
pub mod pairing;
mod place;
pub mod table;
pub mod tracking;

use crate::ir::{Config, Instance};
use crate::source::Moved;
use crate::syntax::Tree;
use crate::units::{Compat, Span};

/// One node: its configuration, and where the text of it lies in the common source map.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is called in the report.
    pub name: String,
    /// What runs there.
    pub config: Config,
    /// What is written there.
    pub tree: Tree,
    /// Where its spans lie in the map of all nodes.
    pub moved: Moved,
}

/// An instance of one node, as a part of a virtual router.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Position of its node.
    pub position: usize,
    /// Its node.
    pub node: &'a Node,
    /// Position in the configuration of the node.
    pub index: usize,
    /// What is configured.
    pub instance: &'a Instance,
}

impl Member<'_> {
    /// A span of its configuration in the map of all nodes.
    pub fn at(&self, span: Span) -> Span {
        self.node.moved.span(span)
    }

    /// Its node's name.
    pub fn name(&self) -> &str {
        &self.node.name
    }
}

/// Instances of different nodes that are meant to be one virtual router, in the order of the nodes;
/// at most one of each.
#[derive(Clone, Debug)]
pub struct Router<'a> {
    /// The instances.
    pub members: Vec<Member<'a>>,
}

impl<'a> Router<'a> {
    /// What people call it: the name of its first instance, and the others where they differ.
    pub fn name(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for member in &self.members {
            let name = member.instance.name.value.as_str();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join("/")
    }

    /// The member on a node.
    pub fn on(&self, position: usize) -> Option<&Member<'a>> {
        self.members.iter().find(|member| member.position == position)
    }

    /// Each member that differs in something from the majority (from the first, if there is none),
    /// with one of those that it differs from.
    pub fn odd_ones<K: PartialEq>(
        &self,
        key: impl Fn(&Member<'a>) -> Option<K>,
    ) -> Vec<(Member<'a>, Member<'a>)> {
        let keyed: Vec<(K, &Member<'a>)> =
            self.members.iter().filter_map(|member| Some((key(member)?, member))).collect();
        let count = |wanted: &K| keyed.iter().filter(|(key, _)| key == wanted).count();
        let most = keyed.iter().map(|(key, _)| count(key)).max().unwrap_or(0);
        let Some((usual, of)) = keyed.iter().find(|(key, _)| count(key) == most) else {
            return Vec::new();
        };
        keyed.iter().filter(|(key, _)| key != usual).map(|(_, odd)| (**odd, **of)).collect()
    }

    /// Every two members in both directions.
    pub fn both_ways(&self) -> impl Iterator<Item = (&Member<'a>, &Member<'a>)> {
        self.pairs().flat_map(|(one, other)| [(one, other), (other, one)])
    }

    /// Every two members, each pair once, in the order of the nodes.
    pub fn pairs(&self) -> impl Iterator<Item = (&Member<'a>, &Member<'a>)> {
        self.members.iter().enumerate().flat_map(|(index, one)| {
            self.members.iter().skip(index.saturating_add(1)).map(move |other| (one, other))
        })
    }
}

/// What the rules look at.
#[derive(Debug)]
pub struct Subject<'a> {
    /// All nodes.
    pub nodes: &'a [Node],
    /// Their virtual routers.
    pub routers: Vec<Router<'a>>,
    /// Who is master when, for each virtual router.
    pub elections: Vec<election::Election>,
    /// Whose rules count.
    pub compat: Compat,
}

impl<'a> Subject<'a> {
    /// Looks at nodes together.
    pub fn new(nodes: &'a [Node], compat: Compat) -> Self {
        let routers = pairing::pair(nodes);
        let elections = election::foretell(nodes, &routers);
        Self { nodes, routers, elections, compat }
    }

    /// Nodes that share a virtual router, directly or through others, as one cluster each.
    pub fn clusters(&self) -> Vec<Vec<usize>> {
        let mut of: Vec<usize> = (0..self.nodes.len()).collect();
        for router in &self.routers {
            for (one, other) in router.pairs() {
                let (Some(&a), Some(&b)) = (of.get(one.position), of.get(other.position)) else {
                    continue;
                };
                of.iter_mut().filter(|cluster| **cluster == b).for_each(|cluster| *cluster = a);
            }
        }
        let mut clusters: Vec<Vec<usize>> = Vec::new();
        for cluster in 0..of.len() {
            let nodes: Vec<usize> =
                (0..of.len()).filter(|node| of.get(*node) == Some(&cluster)).collect();
            if !nodes.is_empty() {
                clusters.push(nodes);
            }
        }
        clusters
    }

    /// The members of all routers that differ from the usual, each with a usual one.
    pub fn odd_ones<K: PartialEq>(
        &self,
        key: impl Fn(&Member<'a>) -> Option<K>,
    ) -> impl Iterator<Item = (Member<'a>, Member<'a>)> {
        self.routers.iter().flat_map(move |router| router.odd_ones(&key))
    }
}
