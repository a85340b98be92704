//! The clock and the one timer: `CLOCK_MONOTONIC` and a timerfd on it, to the microsecond
//! (tokio's own timers round up to milliseconds).

use std::io;

use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};

use crate::sys::socket::AsyncSocket;
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

/// A timer that wakes at an absolute time.
#[derive(Debug)]
pub struct Timer {
    socket: AsyncSocket<TimerFd>,
    armed: Option<Instant>,
}

impl Timer {
    /// A timer that is not armed. Must be called inside the runtime.
    pub fn new() -> io::Result<Self> {
        let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
        let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?;
        Ok(Self { socket: AsyncSocket::new(timer)?, armed: None })
    }

    /// Wakes at `deadline`, at once if it has passed; `None` disarms. Costs a system call only if
    /// the deadline is another one.
    pub fn arm(&mut self, deadline: Option<Instant>) -> io::Result<()> {
        if self.armed == deadline {
            return Ok(());
        }
        match deadline {
            None => self.socket.owner().unset()?,
            Some(instant) => {
                // A time of zero would disarm: the smallest one is a microsecond.
                let micros = instant.as_micros().max(1);
                let seconds = i64::try_from(micros / 1_000_000).unwrap_or(i64::MAX);
                let nanoseconds =
                    i64::try_from(micros % 1_000_000).unwrap_or(0).saturating_mul(1_000);
                self.socket.owner().set(
                    Expiration::OneShot(TimeSpec::new(seconds, nanoseconds)),
                    TimerSetTimeFlags::TFD_TIMER_ABSTIME,
                )?;
            }
        }
        self.armed = deadline;
        Ok(())
    }

    /// Waits for the deadline; for ever while it is not armed. Safe to drop and call again.
    pub async fn expired(&mut self) -> io::Result<()> {
        // The clock tells as much as the count in the descriptor would, without a system call. A
        // timer that was armed anew since it last woke has not expired yet: it waits on.
        let armed = self.armed;
        self.socket.woken(|| armed.is_some_and(|deadline| now() >= deadline)).await?;
        self.armed = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn wakes_at_the_deadline_and_not_before() {
        block_on(async {
            let mut timer = Timer::new().unwrap();
            let deadline = now() + Duration::from_millis(20);
            timer.arm(Some(deadline)).unwrap();
            timer.expired().await.unwrap();
            assert!(now() >= deadline);
        });
    }

    #[test]
    fn a_deadline_in_the_past_wakes_at_once() {
        block_on(async {
            let mut timer = Timer::new().unwrap();
            timer.arm(Some(Instant::ORIGIN)).unwrap();
            tokio::time::timeout(Duration::from_secs(5), timer.expired()).await.unwrap().unwrap();
        });
    }

    #[test]
    fn an_expiry_that_was_rearmed_or_disarmed_does_not_count() {
        block_on(async {
            let mut timer = Timer::new().unwrap();
            timer.arm(Some(Instant::ORIGIN)).unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
            timer.arm(None).unwrap();
            let wait = tokio::time::timeout(Duration::from_millis(30), timer.expired()).await;
            assert!(wait.is_err());
        });
    }
}
