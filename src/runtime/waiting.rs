//! What the loop of the daemon waits for: its timer, packets, and the bell of everything else.

use std::io;
use std::rc::Rc;
use std::sync::Arc;

use crate::sys::bell::Bell;
use crate::sys::readiness::{Readiness, Ready, Told};
use crate::sys::timer::Timer;
use crate::units::Instant;

/// Numbers that no pair of sockets has.
const TIMER: u64 = u64::MAX;
const BELL: u64 = u64::MAX - 1;

/// The wait of the loop.
#[derive(Debug)]
pub(super) struct Waiting {
    readiness: Rc<Readiness>,
    timer: Timer,
    bell: Arc<Bell>,
    ready: Ready,
}

impl Waiting {
    /// # Errors
    /// Too many descriptors are open.
    pub(super) fn new() -> io::Result<Self> {
        let (readiness, timer, bell) = (Readiness::new()?, Timer::new()?, Bell::new()?);
        readiness.watch(&timer, TIMER, Told::Once)?;
        readiness.watch(&bell, BELL, Told::Once)?;
        Ok(Self {
            readiness: Rc::new(readiness),
            timer,
            bell: Arc::new(bell),
            ready: Ready::default(),
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
        Ok(self.ready.contains(TIMER) && self.timer.has_woken())
    }

    /// Looks what has come by now, without waiting.
    pub(super) fn look(&mut self) -> io::Result<()> {
        self.readiness.look(&mut self.ready)?;
        if self.ready.contains(TIMER) {
            // The next wait arms it again.
            let _due = self.timer.has_woken();
        }
        Ok(())
    }

    /// What had come when the last wait or look was over.
    pub(super) const fn ready(&self) -> &Ready {
        &self.ready
    }
}
