//! Signs of life for systemd (`WatchdogSec=`). The VRRP process is asked whether its loop turns, and
//! only its answer is passed on: if it hangs, systemd hears nothing any more and starts the daemon
//! anew.

use std::time::{Duration, Instant};

use crate::runtime::supervisor::channel::ToChild;
use crate::runtime::supervisor::part::Part;
use crate::runtime::systemd;

/// So many times within the interval after which systemd loses its patience.
const OFTEN: u32 = 3;

/// When the VRRP process is asked.
#[derive(Debug)]
pub(super) struct Watchdog {
    every: Duration,
    next: Instant,
    /// A question has no answer yet.
    waits: bool,
}

impl Watchdog {
    /// systemd's patience is so long.
    pub(super) fn new(patience: Duration) -> Self {
        Self { every: patience / OFTEN, next: Instant::now(), waits: false }
    }

    /// When something is to be done.
    pub(super) const fn due(&self) -> Instant {
        self.next
    }

    /// The VRRP process has answered.
    pub(super) fn answered(&mut self) {
        self.waits = false;
        systemd::alive();
    }

    /// Asks, if it is time.
    pub(super) fn turn(&mut self, now: Instant, vrrp: &Part) {
        if self.next > now {
            return;
        }
        self.next = now + self.every;
        // While there is none that could hang, the supervisor speaks for itself.
        if !vrrp.is_ready() {
            self.waits = false;
            systemd::alive();
        } else if !self.waits {
            self.waits = vrrp.say(&ToChild::Ping);
        }
    }
}
