//! Waiting for descriptors on the calling thread, without a runtime: an epoll of our own.
//!
//! The loop that advertises waits this way. Through tokio the same wait takes some thousand
//! instructions more, nearly all of them far away from any cache when nothing else happens.

use std::io;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// Descriptors that one wait tells of; the others are told of by the next. After a stall something may
/// have come on every interface of a host, and is to be heard before anybody is judged late.
const AT_ONCE: usize = 1024;

/// The descriptors that are waited for, each under a number.
#[derive(Debug)]
pub struct Readiness {
    epoll: Epoll,
}

/// When a descriptor is told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// As long as there is something to read.
    Always,
    /// Once whenever something comes: for descriptors that need not be read.
    Once,
}

impl Readiness {
    /// Nothing is waited for yet.
    ///
    /// # Errors
    /// Too many descriptors are open.
    pub fn new() -> io::Result<Self> {
        Ok(Self { epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)? })
    }

    /// Waits for that descriptor too, until it is closed.
    ///
    /// # Errors
    /// It cannot be waited for, or is waited for already.
    pub fn watch(&self, descriptor: impl AsFd, number: u64, told: Told) -> io::Result<()> {
        let flags = match told {
            Told::Always => EpollFlags::EPOLLIN,
            Told::Once => EpollFlags::EPOLLIN | EpollFlags::EPOLLET,
        };
        Ok(self.epoll.add(descriptor, EpollEvent::new(flags, number))?)
    }

    /// Waits until something is ready. A signal ends the wait with nothing.
    ///
    /// # Errors
    /// None that a caller could do anything about.
    pub fn wait(&self, ready: &mut Ready) -> io::Result<()> {
        self.take(ready, EpollTimeout::NONE)
    }

    /// What is ready now.
    ///
    /// # Errors
    /// As [`Self::wait`].
    pub fn look(&self, ready: &mut Ready) -> io::Result<()> {
        self.take(ready, EpollTimeout::ZERO)
    }

    fn take(&self, ready: &mut Ready, timeout: EpollTimeout) -> io::Result<()> {
        ready.count = match self.epoll.wait(&mut ready.events, timeout) {
            Ok(count) => count,
            Err(Errno::EINTR) => 0,
            Err(error) => return Err(error.into()),
        };
        Ok(())
    }
}

/// What was ready.
#[derive(Debug)]
pub struct Ready {
    events: [EpollEvent; AT_ONCE],
    count: usize,
}

impl Default for Ready {
    fn default() -> Self {
        Self { events: [EpollEvent::empty(); AT_ONCE], count: 0 }
    }
}

impl Ready {
    /// The numbers of what was ready.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.events.iter().take(self.count).map(EpollEvent::data)
    }

    /// Whether that one was.
    pub fn contains(&self, number: u64) -> bool {
        self.numbers().any(|ready| ready == number)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn what_is_not_read_is_told_again_unless_it_need_not_be() {
        let readiness = Readiness::new().unwrap();
        let (mut near, mut far) = UnixStream::pair().unwrap();
        let (silent, mut other) = UnixStream::pair().unwrap();
        readiness.watch(&near, 7, Told::Always).unwrap();
        readiness.watch(&silent, 8, Told::Once).unwrap();
        let mut ready = Ready::default();
        let mut look = || {
            readiness.look(&mut ready).unwrap();
            let mut numbers: Vec<u64> = ready.numbers().collect();
            numbers.sort_unstable();
            numbers
        };
        assert!(look().is_empty());
        far.write_all(b"1").unwrap();
        other.write_all(b"2").unwrap();
        assert_eq!(look(), [7, 8]);
        assert_eq!(look(), [7]);
        let _read = near.read(&mut [0; 8]).unwrap();
        assert!(look().is_empty());
        other.write_all(b"3").unwrap();
        assert_eq!(look(), [8]);
    }

    #[test]
    fn what_is_closed_is_waited_for_no_more() {
        let readiness = Readiness::new().unwrap();
        let (near, mut far) = UnixStream::pair().unwrap();
        readiness.watch(&near, 7, Told::Always).unwrap();
        far.write_all(b"1").unwrap();
        drop(near);
        let mut ready = Ready::default();
        readiness.look(&mut ready).unwrap();
        assert_eq!(ready.numbers().count(), 0);
    }
}
