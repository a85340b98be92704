//! The signals that the daemon listens to, and what each asks for.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    /// SIGTERM, SIGINT.
    Stop,
    /// SIGHUP.
    Reload,
    /// SIGXCPU: the real-time limit is near.
    OutOfTime,
}

/// The signals that the daemon listens to.
#[derive(Debug)]
pub(super) struct Signals {
    hangup: Signal,
    interrupt: Option<Signal>,
    terminate: Signal,
    out_of_time: Signal,
    /// Caught so that they do not end the process; the dumps that they ask for come later.
    _caught: Vec<Signal>,
}

impl Signals {
    /// Catches them all from now on. Must be called inside the runtime.
    pub(super) fn new(ignore_sigint: bool) -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        let numbers = [
            SignalKind::user_defined1(),
            SignalKind::user_defined2(),
            SignalKind::pipe(),
            SignalKind::quit(),
            SignalKind::alarm(),
        ];
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: (!ignore_sigint).then_some(interrupt),
            terminate: signal(SignalKind::terminate())?,
            out_of_time: signal(SignalKind::from_raw(nix::libc::SIGXCPU))?,
            _caught: numbers.into_iter().map(signal).collect::<io::Result<_>>()?,
        })
    }

    /// The next request. Safe to drop and call again.
    pub(super) async fn next(&mut self) -> Asked {
        let interrupted = async {
            match &mut self.interrupt {
                Some(interrupt) => interrupt.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => Asked::Stop,
            _ = interrupted => Asked::Stop,
            _ = self.hangup.recv() => Asked::Reload,
            _ = self.out_of_time.recv() => Asked::OutOfTime,
        }
    }
}
