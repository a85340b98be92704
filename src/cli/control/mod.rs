//! What asks a running daemon through its control socket: `status`, `drain`, `resume`, `failover`.
//!
//! Exit status of all: 0 done; 1 refused, or no master (`status --is-master`); 2 a wrong command line,
//! or no daemon answers; 3 there is no such instance.

pub(in crate::cli) mod client;
pub(crate) mod order;
pub(crate) mod status;

use std::process::ExitCode;

use crate::cli::control::client::NoAnswer;
use crate::cli::output::err;
use crate::control::protocol::{Problem, ProblemCode};

/// Something was refused.
const STATUS_REFUSED: u8 = 1;
/// No daemon answers.
const STATUS_NO_DAEMON: u8 = 2;
/// There is no such instance.
const STATUS_UNKNOWN: u8 = 3;

/// Says why there is no answer.
fn tell(problem: &NoAnswer) -> ExitCode {
    err!("{problem}");
    ExitCode::from(STATUS_NO_DAEMON)
}

/// Says what the daemon does not like.
fn complain(problem: &Problem) -> ExitCode {
    err!("{}", problem.text);
    ExitCode::from(match problem.code {
        ProblemCode::UnknownInstance => STATUS_UNKNOWN,
        ProblemCode::Unavailable => STATUS_NO_DAEMON,
        _ => STATUS_REFUSED,
    })
}
