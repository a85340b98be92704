//! What will happen: a queue in the order of time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::engine::effect::EffectId;
use crate::engine::event::{KernelError, NetworkChange, Tracked};
use crate::sim::frame::Frame;
use crate::sim::happening::Happening;
use crate::units::Instant;

/// Something that will happen to a process belongs to that run of it: `run` counts the starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Whom {
    pub(super) host: usize,
    pub(super) run: u32,
}

/// One thing that will happen.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// From outside. Boxed, because the queue moves its entries a lot, and most are small.
    Happening(Box<Happening>),
    /// A frame reaches a host, or waits in the sockets of that run of its daemon.
    Frame { host: usize, frame: Frame, read_by: Option<u32> },
    /// The deadline of an engine.
    Wake { whom: Whom, deadline: Instant },
    /// The kernel has answered.
    Done { whom: Whom, id: EffectId, result: Result<(), KernelError> },
    /// The kernel tells of a change.
    Report { whom: Whom, report: Report },
    /// Something that is tracked was observed.
    Observed { whom: Whom, observed: Tracked },
    /// The kernel gets to the next request.
    Work { whom: Whom },
}

/// What netlink says.
#[derive(Clone, Debug)]
pub(super) enum Report {
    Change(Box<NetworkChange>),
    /// Reports were lost: compare. The comparison sees what is there when it is made.
    Resync,
}

impl Item {
    /// At one instant a daemon reads packets before it looks at its timer, then answers, then
    /// reports.
    fn class(&self) -> u8 {
        match self {
            Self::Happening(_) => 0,
            Self::Frame { .. } => 1,
            Self::Wake { .. } => 2,
            Self::Done { .. } => 3,
            Self::Report { .. } => 4,
            Self::Observed { .. } => 5,
            Self::Work { .. } => 6,
        }
    }
}

#[derive(Debug)]
struct Entry {
    key: (Instant, u8, u64),
    item: Item,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

/// The queue. No two entries are equal: the last part of the key is the order of queueing.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    sequence: u64,
    /// The place of the item that was taken last.
    taken: u64,
}

impl Queue {
    pub(super) fn push(&mut self, at: Instant, item: Item) {
        self.sequence = self.sequence.wrapping_add(1);
        let key = (at, item.class(), self.sequence);
        self.heap.push(Reverse(Entry { key, item }));
    }

    /// The item that was taken last happens later, before whatever was queued after it.
    pub(super) fn put_off(&mut self, at: Instant, item: Item) {
        let key = (at, item.class(), self.taken);
        self.heap.push(Reverse(Entry { key, item }));
    }

    /// The next item, if it is due by `end`.
    pub(super) fn pop(&mut self, end: Instant) -> Option<(Instant, Item)> {
        let Reverse(next) = self.heap.peek()?;
        if next.key.0 > end {
            return None;
        }
        let Reverse(entry) = self.heap.pop()?;
        self.taken = entry.key.2;
        Some((entry.key.0, entry.item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two stalls that overlap put the first report off twice, and the second once.
    #[test]
    fn what_is_put_off_keeps_its_place() {
        let mut queue = Queue::default();
        let at = Instant::from_micros;
        let whom = |run| Whom { host: 0, run };
        queue.push(at(1), Item::Work { whom: whom(1) });
        let taken = queue.pop(at(1)).unwrap();
        queue.push(at(3), Item::Work { whom: whom(2) });
        queue.put_off(at(3), taken.1);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop(at(3))).collect();
        let run = |(_, item): &(Instant, Item)| match item {
            Item::Work { whom } => whom.run,
            other => panic!("{other:?}"),
        };
        assert_eq!(order.iter().map(run).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn time_comes_first_then_the_class_then_the_order_of_queueing() {
        let mut queue = Queue::default();
        let whom = Whom { host: 0, run: 1 };
        let at = Instant::from_micros;
        let crash = |host| Item::Happening(Box::new(Happening::Crash(host)));
        queue.push(at(2), crash(0));
        queue.push(at(1), Item::Work { whom });
        queue.push(at(1), Item::Wake { whom, deadline: at(1) });
        queue.push(at(1), crash(1));
        queue.push(at(1), crash(2));
        let mut order = Vec::new();
        while let Some((at, item)) = queue.pop(Instant::from_micros(1)) {
            order.push(format!("{at} {item:?}"));
        }
        assert_eq!(
            order,
            [
                "0.000001 Happening(Crash(1))",
                "0.000001 Happening(Crash(2))",
                "0.000001 Wake { whom: Whom { host: 0, run: 1 }, deadline: 0.000001 }",
                "0.000001 Work { whom: Whom { host: 0, run: 1 } }",
            ]
        );
    }
}
