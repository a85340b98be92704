//! What waits for the worker, and what comes next. Pure.
//!
//! Changes are made in the order in which they were asked for, and no announcement leaves before the
//! changes that it stands behind. Within that, what brings the next address to life comes first: when
//! thousands of addresses come over at once, each is announced as soon as it is there, and again only
//! when nothing else waits; round by round, one frame of each address, as keepalived does it with
//! queued announcements. An address that is to be removed is not announced any more.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use crate::engine::effect::{Direction, EffectId};
use crate::runtime::netlink::Request;
use crate::runtime::worker::{Announcement, Work};

/// Requests that are sent to the kernel together if they wait together. With more of them the first
/// address would wait for the last, with fewer the system calls would cost more than they do.
const TOGETHER: usize = 16;

/// What comes next.
#[derive(Debug)]
pub(super) enum Step {
    /// Address changes of several effects, in one datagram.
    Addresses(Batch),
    /// One announcement.
    Announce(Announcement),
    /// Anything else.
    Other(Work),
}

/// Address changes in the same direction.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) change: Direction,
    /// Each effect with the number of its requests.
    pub(super) parts: Vec<(EffectId, usize)>,
    pub(super) requests: Vec<Request>,
}

impl Step {
    /// How many pieces of work it does.
    pub(super) fn works(&self) -> usize {
        match self {
            Self::Addresses(batch) => batch.parts.len(),
            Self::Announce(_) | Self::Other(_) => 1,
        }
    }
}

/// An address on an interface, by its index.
type Place = (u32, IpAddr);

/// Announcements of one address that have not been sent.
#[derive(Debug)]
struct Waiting {
    announcement: Announcement,
    left: usize,
    /// Distinguishes it from a former one in the queues.
    serial: u64,
}

/// Everything that waits.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    /// All but announcements.
    changes: VecDeque<Work>,
    /// How many of those were taken and done so far.
    taken: u64,
    done: u64,
    waiting: BTreeMap<Place, Waiting>,
    /// Addresses that were not announced yet, each with the changes that come before it.
    fresh: VecDeque<(u64, Place, u64)>,
    /// Addresses that are to be announced again.
    again: VecDeque<(Place, u64)>,
    serial: u64,
}

impl Backlog {
    /// True if nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.waiting.is_empty()
    }

    /// Takes one piece of work; gives how many others need not be done any more.
    pub(super) fn take(&mut self, work: Work) -> usize {
        let mut dropped = 0_usize;
        match work {
            Work::Announce(announcement) => {
                self.announce(announcement);
                return 0;
            }
            Work::Addresses { change: Direction::Remove, ref requests, .. } => {
                for request in requests {
                    let place = request.interface.map(|index| (index, request.address.ip()));
                    let gone = place.and_then(|place| self.waiting.remove(&place));
                    dropped = dropped.saturating_add(gone.map_or(0, |waiting| waiting.left));
                }
            }
            _ => {}
        }
        self.taken = self.taken.saturating_add(1);
        self.changes.push_back(work);
        dropped
    }

    fn announce(&mut self, announcement: Announcement) {
        let place = (announcement.outlet.index, announcement.address);
        if let Some(waiting) = self.waiting.get_mut(&place) {
            waiting.left = waiting.left.saturating_add(1);
            waiting.announcement = announcement;
            return;
        }
        self.serial = self.serial.wrapping_add(1);
        let serial = self.serial;
        self.waiting.insert(place, Waiting { announcement, left: 1, serial });
        self.fresh.push_back((self.taken, place, serial));
    }

    /// What is to be done now.
    pub(super) fn next(&mut self) -> Option<Step> {
        while let Some((after, place, serial)) = self.fresh.front().copied() {
            if after > self.done && self.is_waiting(place, serial) {
                break;
            }
            self.fresh.pop_front();
            if let Some(step) = self.announcement(place, serial) {
                return Some(step);
            }
        }
        // Who waits for everything waits for the announcements too.
        if !matches!(self.changes.front(), None | Some(Work::Drain(_))) {
            return self.change();
        }
        while let Some((place, serial)) = self.again.pop_front() {
            if let Some(step) = self.announcement(place, serial) {
                return Some(step);
            }
        }
        self.change()
    }

    fn is_waiting(&self, place: Place, serial: u64) -> bool {
        self.waiting.get(&place).is_some_and(|waiting| waiting.serial == serial)
    }

    /// One announcement of that address, unless it is to be announced no more.
    fn announcement(&mut self, place: Place, serial: u64) -> Option<Step> {
        let waiting = self.waiting.get_mut(&place).filter(|it| it.serial == serial)?;
        waiting.left = waiting.left.saturating_sub(1);
        let announcement = waiting.announcement.clone();
        match waiting.left {
            0 => drop(self.waiting.remove(&place)),
            _ => self.again.push_back((place, serial)),
        }
        Some(Step::Announce(announcement))
    }

    /// The next change, with others that can be made together with it.
    fn change(&mut self) -> Option<Step> {
        let first = self.changes.pop_front()?;
        self.done = self.done.saturating_add(1);
        let Work::Addresses { id, change, mut requests } = first else {
            return Some(Step::Other(first));
        };
        let mut parts = vec![(id, requests.len())];
        while requests.len() < TOGETHER
            && let Some(Work::Addresses { id, requests: more, .. }) = self.changes.pop_front_if(
                |next| matches!(next, Work::Addresses { change: also, .. } if *also == change),
            )
        {
            self.done = self.done.saturating_add(1);
            parts.push((id, more.len()));
            requests.extend(more);
        }
        Some(Step::Addresses(Batch { change, parts, requests }))
    }
}

#[cfg(test)]
#[path = "backlog_tests.rs"]
mod tests;
