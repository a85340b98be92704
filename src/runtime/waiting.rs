//! What the loop of the daemon waits for: its timer, packets, the kernel's reports of the network, and the
//! bell of everything else.

use std::io;
use std::os::fd::AsFd;
use std::rc::Rc;
use std::sync::Arc;

use crate::sys::bell::Bell;
use crate::sys::readiness::{Readiness, Ready, Told};
use crate::sys::timer::Timer;
use crate::units::Instant;

/// Numbers that no pair of sockets has.
const TIMER: u64 = u64::MAX;
const BELL: u64 = u64::MAX - 1;
const NETWORK: u64 = u64::MAX - 2;

/// The wait of the loop.
#[derive(Debug)]
pub(super) struct Waiting {
    readiness: Rc<Readiness>,
    timer: Timer,
    bell: Arc<Bell>,
    ready: Ready,
    /// The kernel has reported something that was not read yet.
    reported: bool,
}

impl Waiting {
    /// Reports of the network come from that descriptor.
    ///
    /// # Errors
    /// Too many descriptors are open.
    pub(super) fn new(network: impl AsFd) -> io::Result<Self> {
        let (readiness, timer, bell) = (Readiness::new()?, Timer::new()?, Bell::new()?);
        readiness.watch(&timer, TIMER, Told::Once)?;
        readiness.watch(&bell, BELL, Told::Once)?;
        readiness.watch(network, NETWORK, Told::Once)?;
        Ok(Self {
            readiness: Rc::new(readiness),
            timer,
            bell: Arc::new(bell),
            ready: Ready::default(),
            reported: false,
        })
    }

    /// Where sockets are told that are to be waited for too.
    pub(super) fn readiness(&self) -> Rc<Readiness> {
        Rc::clone(&self.readiness)
    }

    /// What ends the wait when it is rung.
    pub(super) const fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    /// Waits until that time, for ever without one, or until something else comes. Gives whether the
    /// time has come.
    pub(super) fn until(&mut self, time: Option<Instant>) -> io::Result<bool> {
        self.timer.arm(time)?;
        self.readiness.wait(&mut self.ready)?;
        self.reported |= self.ready.contains(NETWORK);
        Ok(self.ready.contains(TIMER) && self.timer.has_woken())
    }

    /// Looks what has come by now, without waiting.
    pub(super) fn look(&mut self) -> io::Result<()> {
        self.readiness.look(&mut self.ready)?;
        self.reported |= self.ready.contains(NETWORK);
        if self.ready.contains(TIMER) {
            // The next wait arms it again.
            let _due = self.timer.has_woken();
        }
        Ok(())
    }

    /// Whether the kernel has reported something since this was asked last.
    pub(super) const fn takes_report(&mut self) -> bool {
        std::mem::replace(&mut self.reported, false)
    }

    /// As if the kernel had reported something.
    pub(super) const fn want_report(&mut self) {
        self.reported = true;
    }

    /// What had come when the last wait or look was over.
    pub(super) const fn ready(&self) -> &Ready {
        &self.ready
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use super::*;
    use crate::sys::timer::now;

    #[test]
    fn a_report_is_told_once_however_it_was_noticed() {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        let mut waiting = Waiting::new(&near).unwrap();
        assert!(!waiting.takes_report());
        far.write_all(b"1").unwrap();
        assert!(!waiting.until(None).unwrap());
        assert!(waiting.takes_report() && !waiting.takes_report());
        // What was not read is no reason to go round and round.
        waiting.look().unwrap();
        assert!(!waiting.takes_report());
        let _read = near.read(&mut [0; 8]).unwrap();
        far.write_all(b"2").unwrap();
        waiting.look().unwrap();
        assert!(waiting.takes_report());
        waiting.want_report();
        assert!(waiting.takes_report());
    }

    #[test]
    fn a_time_that_comes_while_it_only_looks_is_waited_for_again() {
        let (near, _far) = UnixStream::pair().unwrap();
        let mut waiting = Waiting::new(&near).unwrap();
        let time = now() + Duration::from_millis(2);
        waiting.bell().ring();
        assert!(!waiting.until(Some(time)).unwrap());
        std::thread::sleep(Duration::from_millis(4));
        waiting.look().unwrap();
        assert!(waiting.until(Some(time)).unwrap());
    }
}
