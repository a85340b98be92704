//! The protocol's own times, and the steps that most scenarios share.

use std::net::IpAddr;
use std::time::Duration;

use crate::lab::{Daemon, Lab, Running};

/// What may be early by rounding.
pub(crate) const EARLY: Duration = Duration::from_millis(20);
/// What a loaded machine may be late.
pub(crate) const LATE: Duration = Duration::from_millis(500);
/// Longer than any election at one second's interval takes.
pub(crate) const ELECTION: Duration = Duration::from_secs(8);

/// Version and interval of an instance: what its timers depend on.
#[derive(Clone, Copy)]
pub(crate) enum Timing {
    /// Version 2; interval in seconds.
    V2(u64),
    /// Version 3; interval in centiseconds.
    V3(u64),
}

impl Timing {
    /// The advert interval.
    pub(crate) fn interval(self) -> Duration {
        match self {
            Self::V2(seconds) => Duration::from_secs(seconds),
            Self::V3(centiseconds) => Duration::from_millis(centiseconds * 10),
        }
    }

    /// How long a router of this priority waits after the master resigned.
    pub(crate) fn skew(self, priority: u8) -> Duration {
        let share = 256 - u64::from(priority);
        match self {
            Self::V2(_) => Duration::from_micros(share * 1_000_000 / 256),
            Self::V3(centiseconds) => Duration::from_micros(share * centiseconds * 10_000 / 256),
        }
    }

    /// How long a router of this priority waits after the master's last advert.
    pub(crate) fn master_down(self, priority: u8) -> Duration {
        3 * self.interval() + self.skew(priority)
    }
}

/// Panics unless `seen` lies between `limit` and a loaded machine's `limit`.
pub(crate) fn assert_time(what: &str, seen: Duration, limit: Duration) {
    eprintln!("FIGURE {what}: {seen:.3?}, protocol {limit:.3?}");
    assert!(
        seen + EARLY >= limit && seen <= limit + LATE,
        "{what}: {seen:?}, the protocol says {limit:?}"
    );
}

/// Starts the master on host 1 and the backup on host 2; returns when the first leads and the
/// second has heard it.
pub(crate) fn start_pair(
    lab: &Lab,
    (master, master_configuration): (Daemon, &str),
    (backup, backup_configuration): (Daemon, &str),
) -> (Running, Running) {
    let first = lab.start(1, master, master_configuration);
    let (elected, _) = lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |_| true);
    let second = lab.start(2, backup, backup_configuration);
    second.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    // Two further adverts: one may have crossed while the backup opened its sockets.
    let heard = lab.capture().last_advert(1).max(elected);
    let (next, _) = lab.capture().wait_for_advert(1, heard, ELECTION, |_| true);
    lab.capture().wait_for_advert(1, next, ELECTION, |_| true);
    (first, second)
}

/// Panics unless `announced` is `rounds` rounds over `vips`, interleaved, in this order.
pub(crate) fn assert_rounds(announced: &[(Duration, IpAddr)], vips: &[IpAddr], rounds: usize) {
    let expected: Vec<_> = std::iter::repeat_n(vips, rounds).flatten().copied().collect();
    let seen: Vec<_> = announced.iter().take(expected.len()).map(|(_, address)| *address).collect();
    assert_eq!(seen, expected, "{rounds} interleaved rounds of announcements");
}
