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

/// The addresses of [`two_addresses`].
pub(crate) const VIPS: [&str; 2] = ["10.77.0.50", "10.77.0.51"];

/// The configuration of most scenarios: one instance with two addresses. `options` are further lines
/// of it.
pub(crate) fn two_addresses(priority: u8, options: &str) -> String {
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            {options}
            virtual_ipaddress {{
                10.77.0.50
                10.77.0.51
            }}
        }}"
    )
}

/// The same with two IPv6 addresses, of version 3.
pub(crate) fn two_addresses_ipv6(priority: u8) -> String {
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            virtual_ipaddress {{
                fe80::50/64
                2001:db8:77::50/64
            }}
        }}"
    )
}

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

/// The longest time without an advert of host `number` between `from` and `until`.
pub(crate) fn longest_silence(lab: &Lab, number: u8, from: Duration, until: Duration) -> Duration {
    let times = lab.capture().adverts(number).into_iter().map(|(time, _)| time);
    let inside = times.filter(|time| (from..until).contains(time));
    let mut last = from;
    let mut longest = Duration::ZERO;
    for time in inside.chain([until]) {
        longest = longest.max(time - last);
        last = time;
    }
    longest
}

/// Panics when host `number` was silent for more than 1.5 intervals between `from` and `until`.
pub(crate) fn assert_steady(
    lab: &Lab,
    number: u8,
    interval: Duration,
    from: Duration,
    until: Duration,
) {
    let silence = longest_silence(lab, number, from, until);
    eprintln!("FIGURE longest silence of the master: {silence:.3?}, interval {interval:.3?}");
    assert!(silence <= interval * 3 / 2, "h{number} was silent for {silence:?}");
}

/// Panics when host `number` sent an advert after `since`.
pub(crate) fn assert_silent(lab: &Lab, number: u8, since: Duration) {
    let sent = lab.capture().adverts(number).into_iter().filter(|(time, _)| *time > since).count();
    assert_eq!(sent, 0, "h{number} should send no advert");
}

/// Parses addresses written in a test.
pub(crate) fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}
