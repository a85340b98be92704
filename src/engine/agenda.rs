//! Which instance is due when, and which one an input is for, without asking each of them: with
//! thousands of instances most inputs concern one.
//!
//! Instances are known here by their place in the engine's list.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::engine::effect::{InstanceId, SocketId};
use crate::engine::vrrp::{Due, Instance};
use crate::ir;
use crate::units::Instant;

/// So many instances have their turn at once, the earliest first; then their effects are carried out
/// before the next ones have theirs. Who takes over first must not wait for thousands of others.
const AT_ONCE: usize = 32;

/// The index over the engine's list of instances. Tables are sorted, for they change at a reload only.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    due: BTreeSet<(Instant, u32, Due)>,
    /// What stands in `due`, by place.
    entries: Vec<Option<(Instant, Due)>>,
    places: Vec<(InstanceId, u32)>,
    hearers: Vec<(SocketId, u8, u32)>,
    /// By the virtual addresses, those that adverts leave out too.
    holders: Vec<(IpAddr, u32)>,
}

impl Agenda {
    /// Begins anew with that list.
    pub(super) fn renew(&mut self, instances: &[Instance]) {
        self.due.clear();
        self.entries = Vec::with_capacity(instances.len());
        let places = || (0_u32..).zip(instances);
        self.places = places().map(|(place, instance)| (instance.id, place)).collect();
        self.places.sort_unstable();
        let hearer = |(place, instance): (u32, &Instance)| {
            (instance.socket, instance.config.vrid.get(), place)
        };
        self.hearers = places().map(hearer).collect();
        self.hearers.sort_unstable();
        self.holders =
            places().flat_map(|(place, instance)| held(place, &instance.config)).collect();
        self.holders.sort_unstable();
        self.holders.dedup();
        for (place, instance) in instances.iter().enumerate() {
            self.set(place, instance.next_due());
        }
    }

    /// What that instance waits for now.
    pub(super) fn set(&mut self, place: usize, next: Option<(Instant, Due)>) {
        let Ok(number) = u32::try_from(place) else { return };
        if self.entries.len() <= place {
            self.entries.resize(place.saturating_add(1), None);
        }
        let Some(entry) = self.entries.get_mut(place) else { return };
        if *entry == next {
            return;
        }
        if let Some((at, due)) = entry.take() {
            self.due.remove(&(at, number, due));
        }
        if let Some((at, due)) = next {
            self.due.insert((at, number, due));
        }
        *entry = next;
    }

    /// What is due first.
    pub(super) fn first(&self) -> Option<(Instant, usize, Due)> {
        self.due.first().map(|(at, place, due)| (*at, index(*place), *due))
    }

    /// Those that are due, the earliest first, some of them if they are many.
    pub(super) fn due(&self, now: Instant) -> Vec<usize> {
        let due = self.due.iter().take_while(|(at, ..)| *at <= now);
        due.map(|(_, place, _)| index(*place)).take(AT_ONCE).collect()
    }

    /// Where an instance stands.
    pub(super) fn place(&self, instance: InstanceId) -> Option<usize> {
        let found = self.places.binary_search_by_key(&instance, |(id, _)| *id).ok()?;
        self.places.get(found).map(|(_, place)| index(*place))
    }

    /// Those that a datagram of that VRID from that socket may be for, in order.
    pub(super) fn hearers(&self, socket: SocketId, vrid: u8) -> impl Iterator<Item = usize> + '_ {
        let first = self.hearers.partition_point(|(at, number, _)| (*at, *number) < (socket, vrid));
        let rest = self.hearers.get(first..).unwrap_or_default();
        let these = rest.iter().take_while(move |(at, number, _)| (*at, *number) == (socket, vrid));
        these.map(|(_, _, place)| index(*place))
    }

    /// Those that use a pair of sockets, in order.
    pub(super) fn users(&self, socket: SocketId) -> Vec<usize> {
        let first = self.hearers.partition_point(|(at, ..)| *at < socket);
        let rest = self.hearers.get(first..).unwrap_or_default();
        let these = rest.iter().take_while(|(at, ..)| *at == socket);
        let mut places: Vec<usize> = these.map(|(_, _, place)| index(*place)).collect();
        places.sort_unstable();
        places
    }

    /// Those that have a virtual address, in order.
    pub(super) fn holders(&self, address: IpAddr) -> Vec<usize> {
        let first = self.holders.partition_point(|(held, _)| *held < address);
        let rest = self.holders.get(first..).unwrap_or_default();
        let these = rest.iter().take_while(|(held, _)| *held == address);
        these.map(|(_, place)| index(*place)).collect()
    }
}

fn held(place: u32, config: &ir::Instance) -> impl Iterator<Item = (IpAddr, u32)> + '_ {
    let all = config.addresses.iter().chain(&config.excluded);
    all.map(move |address| (address.ip(), place))
}

/// A place as an index.
fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}
