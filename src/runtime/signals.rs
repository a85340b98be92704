//! The signals that the VRRP process listens to, and what they and other requests ask for.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::runtime::dumps::{Kind, Requester};

/// What a signal, or a client, asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    /// SIGTERM, SIGINT.
    Stop,
    /// SIGHUP.
    Reload,
    /// SIGXCPU: the real-time limit is near.
    OutOfTime,
    /// SIGUSR1, SIGUSR2 and real-time signals: a file with the state.
    Dump(Kind, Requester),
    /// An instance of that name announces its addresses again.
    #[cfg_attr(not(feature = "dbus"), expect(dead_code))]
    Announce(Arc<str>),
}

/// The signals for JSON. keepalived's depends on the C library that it was built with, ours or another;
/// monitors have written down either.
const JSON: [i32; 2] = [36, 37];

/// The signals that ask for files.
pub(super) fn dumps() -> impl Iterator<Item = (i32, Kind)> {
    let json: BTreeSet<i32> = JSON.into_iter().chain([nix::libc::SIGRTMIN() + 2]).collect();
    let others = [
        (nix::libc::SIGUSR1, Kind::Data),
        (nix::libc::SIGUSR2, Kind::Statistics),
        (nix::libc::SIGRTMAX() - 1, Kind::StatisticsAndClear),
    ];
    others.into_iter().chain(json.into_iter().map(|number| (number, Kind::Json)))
}

/// The numbers of all of them.
pub(super) fn listened_to() -> Vec<i32> {
    let others = [nix::libc::SIGHUP, nix::libc::SIGINT, nix::libc::SIGTERM, nix::libc::SIGXCPU];
    dumps().map(|(number, _)| number).chain(others).collect()
}

/// The signals that the VRRP process listens to.
#[derive(Debug)]
pub(super) struct Signals {
    hangup: Signal,
    interrupt: Option<Signal>,
    terminate: Signal,
    out_of_time: Signal,
    /// What each of these asks for.
    dumps: Vec<(Signal, Kind)>,
    /// Caught so that they do not end the process.
    _caught: Vec<Signal>,
}

impl Signals {
    /// Catches them all from now on. Must be called inside the runtime.
    pub(super) fn new(ignore_sigint: bool) -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        let numbers = [SignalKind::pipe(), SignalKind::quit(), SignalKind::alarm()];
        let catch = |(number, kind)| Ok((signal(SignalKind::from_raw(number))?, kind));
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: (!ignore_sigint).then_some(interrupt),
            terminate: signal(SignalKind::terminate())?,
            out_of_time: signal(SignalKind::from_raw(nix::libc::SIGXCPU))?,
            dumps: dumps().map(catch).collect::<io::Result<_>>()?,
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
        let dumps = &mut self.dumps;
        let dumped = std::future::poll_fn(|context| {
            let ready = dumps
                .iter_mut()
                .find_map(|(signal, kind)| signal.poll_recv(context).is_ready().then_some(*kind));
            ready.map_or(Poll::Pending, Poll::Ready)
        });
        tokio::select! {
            kind = dumped => Asked::Dump(kind, Requester::Signal),
            _ = self.terminate.recv() => Asked::Stop,
            _ = interrupted => Asked::Stop,
            _ = self.hangup.recv() => Asked::Reload,
            _ = self.out_of_time.recv() => Asked::OutOfTime,
        }
    }
}
