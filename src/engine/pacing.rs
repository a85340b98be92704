//! The least time between two announcements on one interface (`vrrp_garp_interval`,
//! `vrrp_gna_interval`), or on several together (`garp_group`).
//!
//! Announcements that may not go yet wait in a queue for each protocol, and for each interface or
//! group of them, and go round robin: one frame of each address, then the next round. A virtual MAC
//! shares the queue of the interface below it: it is the wire that has to bear the frames.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use crate::engine::effect::{Effect, InstanceId};
use crate::engine::outbox::Outbox;
use crate::ir::Config;
use crate::units::{Family, IfName, Instant};

/// An address to be announced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The interface that holds it.
    pub(super) interface: IfName,
    /// The interface whose wire it goes over: the one below a virtual MAC, else the same.
    pub(super) base: IfName,
    /// The address.
    pub(super) address: IpAddr,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Waiting {
    instance: InstanceId,
    interface: IfName,
    address: IpAddr,
    left: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Lane {
    next: Instant,
    queue: VecDeque<Waiting>,
}

/// The least times between two announcements; zero means no spacing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Spacing {
    garp: Duration,
    gna: Duration,
}

impl Spacing {
    fn of(self, family: Family) -> Duration {
        match family {
            Family::V4 => self.garp,
            Family::V6 => self.gna,
        }
    }
}

/// The queues.
#[derive(Debug, Default)]
pub(super) struct Pacing {
    usual: Spacing,
    /// Of each interface in a `garp_group`: the first interface of the group, which stands for it.
    groups: BTreeMap<IfName, (IfName, Spacing)>,
    lanes: BTreeMap<(IfName, Family), Lane>,
}

impl Pacing {
    /// Takes over the intervals of a configuration.
    pub(super) fn configure(&mut self, config: &Config) {
        let global = &config.global;
        self.usual = Spacing { garp: global.garp_interval, gna: global.gna_interval };
        self.groups.clear();
        for group in &config.garp_groups {
            let Some(first) = group.interfaces.first() else { continue };
            let spacing = Spacing {
                garp: group.garp_interval.map_or(self.usual.garp, |interval| interval.value),
                gna: group.gna_interval.map_or(self.usual.gna, |interval| interval.value),
            };
            for member in &group.interfaces {
                self.groups.insert(member.value.clone(), (first.value.clone(), spacing));
            }
        }
    }

    fn spacing(&self, base: &IfName) -> Spacing {
        self.groups.get(base).map_or(self.usual, |(_, spacing)| *spacing)
    }

    /// Announces each address so many times, in interleaved rounds.
    pub(super) fn announce(
        &mut self,
        now: Instant,
        instance: InstanceId,
        places: &[Place],
        rounds: u32,
        out: &mut Outbox,
    ) {
        for round in 0..rounds {
            for place in places {
                let Place { interface, base, address } = place;
                if self.spacing(base).of(Family::of(*address)).is_zero() {
                    let (interface, address) = (interface.clone(), *address);
                    out.push(Effect::Announce { instance, interface, address, spaced: None });
                } else if round == 0 {
                    self.enqueue(instance, place, rounds);
                }
            }
        }
        self.pump(now, out);
    }

    fn enqueue(&mut self, instance: InstanceId, place: &Place, rounds: u32) {
        let Place { interface, base, address } = place;
        let shared = self.groups.get(base).map_or(base, |(first, _)| first).clone();
        let lane = self.lanes.entry((shared, Family::of(*address))).or_default();
        let known = |waiting: &&mut Waiting| {
            waiting.instance == instance
                && waiting.address == *address
                && waiting.interface == *interface
        };
        match lane.queue.iter_mut().find(known) {
            Some(waiting) => waiting.left = waiting.left.max(rounds),
            None => {
                let (interface, address) = (interface.clone(), *address);
                lane.queue.push_back(Waiting { instance, interface, address, left: rounds });
            }
        }
    }

    /// Sends what may go now.
    pub(super) fn pump(&mut self, now: Instant, out: &mut Outbox) {
        if self.lanes.is_empty() {
            return;
        }
        let Self { usual, groups, lanes } = self;
        for ((shared, family), lane) in lanes.iter_mut() {
            let spacing = groups.get(shared).map_or(*usual, |(_, spacing)| *spacing);
            while now >= lane.next {
                let Some(mut waiting) = lane.queue.pop_front() else { break };
                let Waiting { instance, interface, address, .. } = waiting.clone();
                let spaced = Some(shared.clone());
                out.push(Effect::Announce { instance, interface, address, spaced });
                lane.next = now + spacing.of(*family);
                waiting.left = waiting.left.saturating_sub(1);
                if waiting.left > 0 {
                    lane.queue.push_back(waiting);
                }
            }
        }
        lanes.retain(|_, lane| !lane.queue.is_empty() || lane.next > now);
    }

    /// An announcement has left, later perhaps than it was due: the wire counts.
    pub(super) fn departed(&mut self, now: Instant, queue: IfName, family: Family) {
        let next = now + self.spacing(&queue).of(family);
        let lane = self.lanes.entry((queue, family)).or_default();
        lane.next = lane.next.max(next);
    }

    /// Forgets what waits for an instance that is master no longer.
    pub(super) fn forget(&mut self, instance: InstanceId) {
        for lane in self.lanes.values_mut() {
            lane.queue.retain(|waiting| waiting.instance != instance);
        }
    }

    /// Forgets what waits for an address that the instance has given back.
    pub(super) fn forget_address(
        &mut self,
        instance: InstanceId,
        interface: &IfName,
        address: IpAddr,
    ) {
        for lane in self.lanes.values_mut() {
            lane.queue.retain(|waiting| {
                waiting.instance != instance
                    || waiting.address != address
                    || waiting.interface != *interface
            });
        }
    }

    /// When the next frame may go.
    pub(super) fn next(&self) -> Option<Instant> {
        self.lanes.values().filter(|lane| !lane.queue.is_empty()).map(|lane| lane.next).min()
    }
}
