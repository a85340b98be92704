//! The names of top-level objects that instances refer to, collected before anything is lowered.
//!
//! keepalived looks a name up while it reads the line, so an object that is defined further down is
//! as good as none.

use std::collections::BTreeMap;

use crate::syntax::{Statement, Tree};
use crate::units::Span;

/// What can be referred to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum ObjectKind {
    Script,
    File,
    Process,
    Bfd,
    TrackGroup,
}

/// A top-level object with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Object {
    /// Its name.
    pub(super) span: Span,
    /// The weight that it has where a `track_*` line says nothing.
    pub(super) weight: i16,
}

/// The sync group of an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Membership {
    /// Where the instance is listed.
    pub(super) span: Span,
    /// `sync_group_tracking_weight`: members may keep weighted trackers.
    pub(super) weights: bool,
}

/// Everything that can be referred to, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    objects: BTreeMap<(ObjectKind, String), Object>,
    memberships: BTreeMap<String, Membership>,
}

impl Known {
    /// Collects the names of a tree.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut known = Self::default();
        for statement in &tree.statements {
            // What each block needs, and the weight that it has without a word about it.
            let (kind, needs, weight) = match statement.keyword() {
                "vrrp_script" => (ObjectKind::Script, "script", 0),
                "track_file" | "vrrp_track_file" => (ObjectKind::File, "file", 1),
                "vrrp_track_process" => (ObjectKind::Process, "process", 0),
                "bfd_instance" => (ObjectKind::Bfd, "neighbor_ip", 0),
                "track_group" => (ObjectKind::TrackGroup, "group", 0),
                "vrrp_sync_group" => {
                    known.sync_group(statement);
                    continue;
                }
                _ => continue,
            };
            known.object(kind, needs, weight, statement);
        }
        known
    }

    fn object(&mut self, kind: ObjectKind, needs: &str, weight: i16, statement: &Statement) {
        let (Some(name), Some(_)) = (statement.arguments().first(), &statement.block) else {
            return;
        };
        // keepalived removes a block that lacks what it is about.
        let Some(needed) = last(statement, needs) else { return };
        if needed.arguments().is_empty() && needed.block.is_none() {
            return;
        }
        let said = last(statement, "weight").and_then(|weight| weight.arguments().first());
        let said = said.and_then(|word| word.text.parse().ok());
        let object = Object { span: name.span, weight: said.unwrap_or(weight) };
        // The first one of a name is the one that is found.
        self.objects.entry((kind, name.text.clone())).or_insert(object);
    }

    fn sync_group(&mut self, statement: &Statement) {
        let weights = ["sync_group_tracking_weight", "global_tracking"];
        let weights = weights.iter().any(|keyword| last(statement, keyword).is_some());
        let members = inside(statement).find(|line| line.keyword() == "group");
        for line in members.into_iter().flat_map(inside) {
            for word in &line.words {
                let membership = Membership { span: word.span, weights };
                self.memberships.entry(word.text.clone()).or_insert(membership);
            }
        }
    }

    /// The object of that kind and name, wherever it is defined.
    pub(super) fn find(&self, kind: ObjectKind, name: &str) -> Option<Object> {
        self.objects.get(&(kind, name.to_owned())).copied()
    }

    /// Names of objects of that kind, for suggestions.
    pub(super) fn names(&self, kind: ObjectKind) -> impl Iterator<Item = &str> {
        self.objects.keys().filter(move |(of, _)| *of == kind).map(|(_, name)| name.as_str())
    }

    /// The sync group that an instance is in.
    pub(super) fn membership(&self, instance: &str) -> Option<&Membership> {
        self.memberships.get(instance)
    }
}

fn inside(statement: &Statement) -> impl Iterator<Item = &Statement> {
    statement.block.iter().flat_map(|block| &block.statements)
}

fn last<'s>(statement: &'s Statement, keyword: &str) -> Option<&'s Statement> {
    inside(statement).filter(|line| line.keyword() == keyword).last()
}
