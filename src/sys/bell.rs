//! A bell that any thread may ring to end the wait of another one.
//!
//! There is no lock in it: whoever rings may be less urgent than the one that waits, and lose the
//! processor to it at that very moment.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

use nix::sys::eventfd::{EfdFlags, EventFd};

/// A bell with a descriptor that wakes who waits for it. Nobody reads it: it is to be waited for with
/// [`Told::Once`](crate::sys::readiness::Told::Once).
#[derive(Debug)]
pub struct Bell {
    rung: AtomicBool,
    descriptor: EventFd,
}

impl Bell {
    /// A bell that nobody has rung.
    ///
    /// # Errors
    /// Too many descriptors are open.
    pub fn new() -> io::Result<Self> {
        let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
        let descriptor = EventFd::from_value_and_flags(0, flags)?;
        Ok(Self { rung: AtomicBool::new(false), descriptor })
    }

    /// Rings. However often that is done before somebody listens, it counts once.
    pub fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            // It would fail after 2^64 times.
            let _rung = self.descriptor.write(1);
        }
    }

    /// Whether it was rung since the last call. Whoever rings after this is heard by the next.
    pub fn was_rung(&self) -> bool {
        self.rung.load(Ordering::Acquire) && self.rung.swap(false, Ordering::AcqRel)
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::readiness::{Readiness, Ready, Told};

    #[test]
    fn every_ring_that_was_not_heard_wakes_once() {
        let bell = Arc::new(Bell::new().unwrap());
        let readiness = Readiness::new().unwrap();
        readiness.watch(&*bell, 1, Told::Once).unwrap();
        let mut ready = Ready::default();
        let mut wakes = || {
            readiness.look(&mut ready).unwrap();
            ready.contains(1)
        };
        assert!(!wakes() && !bell.was_rung());
        for _ in 0..3 {
            bell.ring();
            Arc::clone(&bell).wake();
            assert!(wakes());
            assert!(!wakes());
            assert!(bell.was_rung());
            assert!(!bell.was_rung());
        }
    }

    #[test]
    fn a_ring_of_another_thread_is_never_missed() {
        const RINGS: usize = 10_000;
        let bell = Arc::new(Bell::new().unwrap());
        let readiness = Readiness::new().unwrap();
        readiness.watch(&*bell, 1, Told::Once).unwrap();
        let rings = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let (their_bell, their_rings) = (Arc::clone(&bell), Arc::clone(&rings));
        let ringer = std::thread::spawn(move || {
            for _ in 0..RINGS {
                their_rings.fetch_add(1, Ordering::SeqCst);
                their_bell.ring();
            }
        });
        let mut ready = Ready::default();
        let mut heard = 0;
        while heard < RINGS {
            readiness.wait(&mut ready).unwrap();
            if bell.was_rung() {
                heard = rings.load(Ordering::SeqCst);
            }
        }
        ringer.join().unwrap();
    }
}
