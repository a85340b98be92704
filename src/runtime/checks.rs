//! Running the programs of `vrrp_script` blocks: having them started, telling how they ended, ending them.

use nix::sys::signal::Signal;
use tokio::sync::mpsc;

use crate::engine::effect::{CheckId, CheckSignal};
use crate::engine::event::{CheckOutcome, Event, Tracked};
use crate::runtime::scripts::Launch;
use crate::runtime::scripts::starter::{End, RunId, Starter};

/// The runs of checks.
#[derive(Debug)]
pub(super) struct Checks {
    starter: Starter,
    ends: mpsc::UnboundedSender<Event>,
}

impl Checks {
    /// How runs end is told to `ends`.
    pub(super) const fn new(starter: Starter, ends: mpsc::UnboundedSender<Event>) -> Self {
        Self { starter, ends }
    }

    /// Starts a run.
    pub(super) fn launch(&self, check: CheckId, launch: Launch) {
        let ends = self.ends.clone();
        self.starter.start_as(RunId::Check(check.0), launch, move |end| {
            let ended = Tracked::ScriptEnded { check, outcome: outcome(end) };
            // The daemon may have stopped listening at the end.
            let _unheard = ends.send(Event::Tracked(ended));
        });
    }

    /// Sends a signal to the process group of a run, if it goes on.
    pub(super) fn end(&self, check: CheckId, signal: CheckSignal) {
        let signal = match signal {
            CheckSignal::Terminate => Signal::SIGTERM,
            CheckSignal::Kill => Signal::SIGKILL,
        };
        self.starter.signal(RunId::Check(check.0), signal);
    }
}

const fn outcome(end: End) -> CheckOutcome {
    match end {
        End::Exited(status) => CheckOutcome::Exited(status),
        End::Signalled(signal) => CheckOutcome::Signalled(signal),
        End::NotStarted => CheckOutcome::NotStarted,
        End::Lost => CheckOutcome::Lost,
    }
}
