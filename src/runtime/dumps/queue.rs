//! What waits to be written: of each kind the last request only.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(in crate::runtime) enum Kind {
    /// `keepalived.data`; of the supervisor `keepalived_parent.data`.
    Data,
    /// `keepalived.stats`.
    Statistics,
    /// The same; the counters begin anew.
    StatisticsAndClear,
    /// `keepalived.json`.
    Json,
}

/// Requests by kind.
#[derive(Debug)]
pub(super) struct Queue<T> {
    waiting: Mutex<Waiting<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Waiting<T> {
    requests: BTreeMap<Kind, T>,
    closed: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        let waiting = Waiting { requests: BTreeMap::new(), closed: false };
        Self { waiting: Mutex::new(waiting), changed: Condvar::new() }
    }
}

impl<T> Queue<T> {
    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks; a request of the same kind that nobody has begun with is forgotten.
    pub(super) fn put(&self, kind: Kind, request: T) {
        self.lock().requests.insert(kind, request);
        self.changed.notify_one();
    }

    /// Waits for a request; `None` when there will be no more.
    pub(super) fn take(&self) -> Option<(Kind, T)> {
        let mut waiting = self.lock();
        loop {
            if let Some(first) = waiting.requests.pop_first() {
                return Some(first);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// There will be no more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_request_of_each_kind_is_carried_out() {
        let queue = Queue::default();
        queue.put(Kind::Json, 1);
        queue.put(Kind::Data, 2);
        queue.put(Kind::Json, 3);
        queue.close();
        assert_eq!(queue.take(), Some((Kind::Data, 2)));
        assert_eq!(queue.take(), Some((Kind::Json, 3)));
        assert_eq!(queue.take(), None);
    }
}
