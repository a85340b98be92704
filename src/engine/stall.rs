//! How late the engine is called, measured against its own deadline: a process that does not get
//! the processor, or a machine that stands still, must not act on what it knew before.
//!
//! The time between two calls is compared with the deadline, so a process that is busy, and is
//! called again and again, is not taken for one that stood still.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::Engine;
use crate::engine::message::What;
use crate::engine::vrrp::Instance;
use crate::units::Instant;

/// A stall as long as this is logged, as keepalived 2.2.7 logs it; shorter ones are counted.
const LOGGED: Duration = Duration::from_secs(1);

/// The stalls of this process since its start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stalls {
    /// How many: the engine was called late by half of the shortest advert interval or more.
    pub count: u64,
    /// The longest: how much later than its deadline the engine was called.
    pub longest: Duration,
    /// The last: when it ended, and how long it was.
    pub last: Option<(Instant, Duration)>,
}

impl Stalls {
    fn add(&mut self, now: Instant, late: Duration) {
        self.count = self.count.saturating_add(1);
        self.longest = self.longest.max(late);
        self.last = Some((now, late));
    }
}

impl Engine {
    /// How much later than it wanted to be called it is called now.
    pub(super) fn lateness(&self, now: Instant) -> Duration {
        // Nearly always the last call is not long enough ago for any stall.
        if now.since(self.now) < self.least_stall {
            return Duration::ZERO;
        }
        let wanted = self.poll_timeout().map(|deadline| deadline.at.max(self.now));
        wanted.map_or(Duration::ZERO, |wanted| now.since(wanted))
    }

    /// Counts, tells and heeds a stall that ends now, if it is one.
    pub(super) fn heed_stall(&mut self, late: Duration) {
        if late < self.least_stall {
            return;
        }
        self.stalls.add(self.now, late);
        if late >= LOGGED {
            self.out.log(&Arc::from(""), What::TimerExpired(late));
        }
        self.each(|instance, context| instance.heed_stall(context, late));
    }

    /// From what lateness on anybody has to be asked.
    pub(super) fn measure_stalls(&mut self) {
        let intervals = self.instances.iter().map(Instance::least_stall);
        self.least_stall = intervals.min().unwrap_or(Duration::MAX);
    }
}
