//! The least time between two announcements on one interface (`vrrp_garp_interval`,
//! `vrrp_gna_interval`).
//!
//! Announcements that may not go yet wait in a queue for each interface and protocol, and go round
//! robin: one frame of each address, then the next round.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use crate::engine::effect::{Effect, InstanceId};
use crate::engine::outbox::Outbox;
use crate::units::{Family, IfName, Instant};

#[derive(Clone, PartialEq, Eq, Debug)]
struct Waiting {
    instance: InstanceId,
    address: IpAddr,
    left: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Lane {
    next: Instant,
    queue: VecDeque<Waiting>,
}

/// The queues.
#[derive(Debug, Default)]
pub(super) struct Pacing {
    garp: Duration,
    gna: Duration,
    lanes: BTreeMap<(IfName, Family), Lane>,
}

impl Pacing {
    /// Takes over the intervals; zero means no spacing.
    pub(super) fn configure(&mut self, garp: Duration, gna: Duration) {
        (self.garp, self.gna) = (garp, gna);
    }

    fn interval(&self, family: Family) -> Duration {
        match family {
            Family::V4 => self.garp,
            Family::V6 => self.gna,
        }
    }

    /// Announces each address so many times, in interleaved rounds.
    pub(super) fn announce(
        &mut self,
        now: Instant,
        instance: InstanceId,
        addresses: &[(IfName, IpAddr)],
        rounds: u32,
        out: &mut Outbox,
    ) {
        for round in 0..rounds {
            for (interface, address) in addresses {
                let family = Family::of(*address);
                if self.interval(family).is_zero() {
                    let (interface, address) = (interface.clone(), *address);
                    out.push(Effect::Announce { instance, interface, address });
                } else if round == 0 {
                    self.enqueue(instance, interface, *address, rounds);
                }
            }
        }
        self.pump(now, out);
    }

    fn enqueue(&mut self, instance: InstanceId, interface: &IfName, address: IpAddr, rounds: u32) {
        let lane = self.lanes.entry((interface.clone(), Family::of(address))).or_default();
        let known =
            |waiting: &&mut Waiting| waiting.instance == instance && waiting.address == address;
        match lane.queue.iter_mut().find(known) {
            Some(waiting) => waiting.left = waiting.left.max(rounds),
            None => lane.queue.push_back(Waiting { instance, address, left: rounds }),
        }
    }

    /// Sends what may go now.
    pub(super) fn pump(&mut self, now: Instant, out: &mut Outbox) {
        let (garp, gna) = (self.garp, self.gna);
        for ((interface, family), lane) in &mut self.lanes {
            let interval = match family {
                Family::V4 => garp,
                Family::V6 => gna,
            };
            while now >= lane.next {
                let Some(mut waiting) = lane.queue.pop_front() else { break };
                let Waiting { instance, address, .. } = waiting;
                out.push(Effect::Announce { instance, interface: interface.clone(), address });
                lane.next = now + interval;
                waiting.left = waiting.left.saturating_sub(1);
                if waiting.left > 0 {
                    lane.queue.push_back(waiting);
                }
            }
        }
        self.lanes.retain(|_, lane| !lane.queue.is_empty() || lane.next > now);
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
        if let Some(lane) = self.lanes.get_mut(&(interface.clone(), Family::of(address))) {
            lane.queue.retain(|waiting| waiting.instance != instance || waiting.address != address);
        }
    }

    /// When the next frame may go.
    pub(super) fn next(&self) -> Option<Instant> {
        self.lanes.values().filter(|lane| !lane.queue.is_empty()).map(|lane| lane.next).min()
    }
}
