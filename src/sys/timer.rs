//! The clock and the one timer: `CLOCK_MONOTONIC` and a timerfd on it, to the microsecond
//! (tokio's own timers round up to milliseconds).

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};

use crate::units::Instant;

/// The time of `CLOCK_MONOTONIC`, cut to microseconds.
pub fn now() -> Instant {
    // The call fails only for a clock that does not exist; this one exists on every Linux.
    let time = nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC)
        .unwrap_or(TimeSpec::new(0, 0));
    let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
    let nanoseconds = u64::try_from(time.tv_nsec()).unwrap_or(0);
    Instant::from_micros(seconds.saturating_mul(1_000_000).saturating_add(nanoseconds / 1_000))
}

/// Waits without sleeping, for what is but some microseconds away.
pub fn spin_until(at: Instant) {
    while now() < at {
        std::hint::spin_loop();
    }
}

/// A timer that wakes at an absolute time who waits for its descriptor. Nobody reads it: it is to be
/// waited for with [`Told::Once`](crate::sys::readiness::Told::Once).
#[derive(Debug)]
pub struct Timer {
    descriptor: TimerFd,
    armed: Option<Instant>,
}

impl Timer {
    /// A timer that is not armed.
    ///
    /// # Errors
    /// Too many descriptors are open.
    pub fn new() -> io::Result<Self> {
        let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
        Ok(Self { descriptor: TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?, armed: None })
    }

    /// Wakes at `deadline`, at once if it has passed; `None` disarms. Costs a system call only if
    /// the deadline is another one.
    ///
    /// # Errors
    /// None that is known.
    pub fn arm(&mut self, deadline: Option<Instant>) -> io::Result<()> {
        if self.armed == deadline {
            return Ok(());
        }
        match deadline {
            None => self.descriptor.unset()?,
            Some(instant) => {
                // A time of zero would disarm: the smallest one is a microsecond.
                let micros = instant.as_micros().max(1);
                let seconds = i64::try_from(micros / 1_000_000).unwrap_or(i64::MAX);
                let nanoseconds =
                    i64::try_from(micros % 1_000_000).unwrap_or(0).saturating_mul(1_000);
                self.descriptor.set(
                    Expiration::OneShot(TimeSpec::new(seconds, nanoseconds)),
                    TimerSetTimeFlags::TFD_TIMER_ABSTIME,
                )?;
            }
        }
        self.armed = deadline;
        Ok(())
    }

    /// It has woken somebody. False if that was for a time that it is armed for no more.
    pub fn has_woken(&mut self) -> bool {
        let due = self.armed.is_some_and(|deadline| now() >= deadline);
        if due {
            self.armed = None;
        }
        due
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sys::readiness::{Readiness, Ready, Told};

    struct Waiting {
        readiness: Readiness,
        timer: Timer,
        ready: Ready,
    }

    impl Waiting {
        fn new() -> Self {
            let (readiness, timer) = (Readiness::new().unwrap(), Timer::new().unwrap());
            readiness.watch(&timer, 1, Told::Once).unwrap();
            Self { readiness, timer, ready: Ready::default() }
        }

        fn wait(&mut self) -> bool {
            self.readiness.wait(&mut self.ready).unwrap();
            self.ready.contains(1) && self.timer.has_woken()
        }

        fn look(&mut self) -> bool {
            self.readiness.look(&mut self.ready).unwrap();
            self.ready.contains(1) && self.timer.has_woken()
        }
    }

    #[test]
    fn wakes_at_the_deadline_and_not_before_and_once() {
        let mut waiting = Waiting::new();
        let deadline = now() + Duration::from_millis(20);
        waiting.timer.arm(Some(deadline)).unwrap();
        assert!(waiting.wait());
        assert!(now() >= deadline);
        assert!(!waiting.look());
    }

    #[test]
    fn a_deadline_in_the_past_wakes_at_once_and_again() {
        let mut waiting = Waiting::new();
        for _ in 0..3 {
            waiting.timer.arm(Some(Instant::ORIGIN)).unwrap();
            assert!(waiting.wait());
        }
    }

    #[test]
    fn an_expiry_that_was_rearmed_or_disarmed_does_not_count() {
        let mut waiting = Waiting::new();
        waiting.timer.arm(Some(Instant::ORIGIN)).unwrap();
        std::thread::sleep(Duration::from_millis(5));
        waiting.timer.arm(None).unwrap();
        std::thread::sleep(Duration::from_millis(5));
        assert!(!waiting.look());
        waiting.timer.arm(Some(Instant::ORIGIN)).unwrap();
        waiting.timer.arm(Some(now() + Duration::from_secs(60))).unwrap();
        assert!(!waiting.look());
        waiting.timer.arm(Some(Instant::ORIGIN)).unwrap();
        assert!(waiting.wait());
    }
}
