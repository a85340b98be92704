//! Which instance is due when, and which one an input is for, without asking each of them: with
//! thousands of instances most inputs concern one.
//!
//! Instances are known here by their place in the engine's list.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::effect::{InstanceId, SocketId};
use crate::engine::vrrp::{Due, Instance};
use crate::units::Instant;

/// The index over the engine's list of instances.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    due: BTreeSet<(Instant, usize, Due)>,
    /// What stands in `due`, by place.
    entries: Vec<Option<(Instant, Due)>>,
    places: BTreeMap<InstanceId, usize>,
    hearers: BTreeMap<(SocketId, u8), Vec<usize>>,
}

impl Agenda {
    /// Begins anew with that list.
    pub(super) fn renew(&mut self, instances: &[Instance]) {
        self.due.clear();
        self.entries.clear();
        self.places.clear();
        self.hearers.clear();
        for (place, instance) in instances.iter().enumerate() {
            self.places.insert(instance.id, place);
            let key = (instance.socket, instance.config.vrid.get());
            self.hearers.entry(key).or_default().push(place);
            self.set(place, instance.next_due());
        }
    }

    /// What that instance waits for now.
    pub(super) fn set(&mut self, place: usize, next: Option<(Instant, Due)>) {
        if self.entries.len() <= place {
            self.entries.resize(place.saturating_add(1), None);
        }
        let Some(entry) = self.entries.get_mut(place) else { return };
        if *entry == next {
            return;
        }
        if let Some((at, due)) = entry.take() {
            self.due.remove(&(at, place, due));
        }
        if let Some((at, due)) = next {
            self.due.insert((at, place, due));
        }
        *entry = next;
    }

    /// What is due first.
    pub(super) fn first(&self) -> Option<(Instant, usize, Due)> {
        self.due.first().copied()
    }

    /// Those that are due, the earliest first.
    pub(super) fn due(&self, now: Instant) -> Vec<usize> {
        self.due.iter().take_while(|(at, ..)| *at <= now).map(|(_, place, _)| *place).collect()
    }

    /// Where an instance stands.
    pub(super) fn place(&self, instance: InstanceId) -> Option<usize> {
        self.places.get(&instance).copied()
    }

    /// Those that a datagram of that VRID from that socket may be for.
    pub(super) fn hearers(&self, socket: SocketId, vrid: u8) -> &[usize] {
        self.hearers.get(&(socket, vrid)).map_or(&[], Vec::as_slice)
    }
}
