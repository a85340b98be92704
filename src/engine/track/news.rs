//! What there is to log about something that is tracked, in keepalived's wording.

use std::fmt;

use crate::engine::event::CheckOutcome;

/// A line about one tracked thing; its name stands in the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum News {
    /// The exit status of a check is another one than before.
    NowReturning(i32),
    /// A check has become good.
    Succeeded,
    /// A check has failed.
    Failed(CheckOutcome),
    /// It is time for the next run, and the last one goes on.
    StillRunning,
    /// It is time for the next run, and the last one was asked to end and has not.
    StillEnding,
    /// A reload keeps the result.
    KeptOnReload(bool),
    /// The quorum of processes is there, or lost.
    Quorum {
        /// It is there.
        gained: bool,
    },
}

impl News {
    /// Writes the line about the thing of that name.
    pub(in crate::engine) fn tell(self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        match self {
            Self::NowReturning(status) => write!(f, "Script `{name}` now returning {status}"),
            Self::Succeeded => write!(f, "VRRP_Script({name}) succeeded"),
            Self::Failed(CheckOutcome::TimedOut) => write!(f, "VRRP_Script({name}) timed_out"),
            Self::Failed(outcome) => write!(f, "VRRP_Script({name}) failed ({outcome})"),
            Self::StillRunning => {
                write!(f, "Track script {name} is already running, expect idle - skipping run")
            }
            Self::StillEnding => {
                write!(f, "Track script {name} is being timed out, expect idle - skipping run")
            }
            Self::KeptOnReload(good) => {
                let word = if good { "successful" } else { "unsuccessful" };
                write!(f, "VRRP_Script({name}) considered {word} on reload")
            }
            Self::Quorum { gained } => {
                let word = if gained { "gained" } else { "lost" };
                write!(f, "Quorum {word} for tracked process {name}")
            }
        }
    }
}
