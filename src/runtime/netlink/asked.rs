//! Which removals of addresses this daemon has asked for, so that the monitor can tell them from
//! foreign ones.
//!
//! The port id in the kernel's report is not enough: reports about IPv6 addresses do not carry it,
//! and when the primary address of a prefix goes, the kernel takes its secondaries along under the
//! same port id although nobody asked for that.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::units::IpNet;

/// Shared by the command socket, which writes, and the monitor, which takes.
#[derive(Debug, Default)]
pub(super) struct Asked(Mutex<VecDeque<Removal>>);

#[derive(Debug)]
struct Removal {
    index: u32,
    net: IpNet,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Sent, or about to be.
    Asked,
    /// Answered: the report, if there is one, waits in the monitor's queue.
    Answered,
    /// The monitor has begun to empty its queue after the answer.
    Closing,
}

impl Asked {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Removal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before the request is sent.
    pub(super) fn add(&self, index: u32, net: IpNet) {
        self.lock().push_back(Removal { index, net, phase: Phase::Asked });
    }

    /// After all requests so far have been answered.
    pub(super) fn answered(&self) {
        for removal in self.lock().iter_mut().filter(|removal| removal.phase == Phase::Asked) {
            removal.phase = Phase::Answered;
        }
    }

    /// True if that removal was asked for; it is then used up.
    pub(super) fn take(&self, index: u32, net: IpNet) -> bool {
        let mut removals = self.lock();
        let found =
            removals.iter().position(|removal| removal.index == index && removal.net == net);
        found.and_then(|position| removals.remove(position)).is_some()
    }

    /// Before the monitor empties its queue.
    pub(super) fn begin(&self) {
        for removal in self.lock().iter_mut().filter(|removal| removal.phase == Phase::Answered) {
            removal.phase = Phase::Closing;
        }
    }

    /// After the monitor's queue was empty: what was answered before that and has had no report
    /// will have none, because the address was not there.
    pub(super) fn finish(&self) {
        let mut removals = self.lock();
        removals.retain(|removal| removal.phase != Phase::Closing);
        if removals.is_empty() {
            removals.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net() -> IpNet {
        IpNet::host([10, 0, 0, 1].into())
    }

    #[test]
    fn a_removal_is_ours_once() {
        let asked = Asked::default();
        asked.add(3, net());
        assert!(!asked.take(4, net()));
        assert!(asked.take(3, net()));
        assert!(!asked.take(3, net()));
    }

    #[test]
    fn a_removal_without_report_is_forgotten_after_the_queue_was_empty() {
        let asked = Asked::default();
        asked.add(3, net());
        asked.begin();
        asked.answered();
        asked.finish();
        assert!(asked.take(3, net()), "the report may still be in the queue");
        asked.add(3, net());
        asked.answered();
        asked.begin();
        asked.finish();
        assert!(!asked.take(3, net()));
    }
}
