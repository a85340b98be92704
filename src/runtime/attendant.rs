//! Tokio, on a thread of its own: it looks after everything but adverts and the timer, which the loop
//! of the daemon waits for itself. What it has to tell rings the loop's bell; however long its tasks
//! take, no advert waits for them.

use std::thread::{self, JoinHandle};
use std::{io, mem};

use tokio::runtime::{Builder, EnterGuard, Handle, Runtime};
use tokio::sync::oneshot;

/// The runtime before its thread runs: what is made meanwhile is looked after later.
pub(super) struct Idle(Runtime);

impl Idle {
    /// # Errors
    /// Too many descriptors are open.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self(Builder::new_current_thread().enable_all().build()?))
    }

    /// Whatever needs a runtime finds this one as long as the guard lives.
    pub(super) fn enter(&self) -> EnterGuard<'_> {
        self.0.enter()
    }

    /// Starts the thread. It holds back the signals that this one does.
    ///
    /// # Errors
    /// No thread can be started.
    pub(super) fn start(self) -> io::Result<Attendant> {
        let handle = self.0.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("attendant".to_owned()).spawn(move || {
            let _told = self.0.block_on(ended);
            // A file that is still being read for a reload holds nobody up.
            self.0.shutdown_background();
        })?;
        Ok(Attendant { handle, end: Some(end), thread: Some(thread) })
    }
}

/// The thread that looks after everything that does not hurry.
pub(super) struct Attendant {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Attendant {
    /// Whatever needs a runtime finds this one as long as the guard lives.
    pub(super) fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Waits for something on the calling thread.
    pub(super) fn wait_for<F: Future>(&self, future: F) -> F::Output {
        self.handle.block_on(future)
    }
}

impl Drop for Attendant {
    /// What its tasks have not ended is dropped.
    fn drop(&mut self) {
        drop(mem::take(&mut self.end));
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
