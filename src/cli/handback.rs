//! `handback`: puts keepalived in the place of this program while it leads.
//!
//! The exit statuses are those of `takeover`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};

use crate::cli::output::{err, out};
use crate::cli::takeover::{self, Problem, STATUS_FAILED, STATUS_REFUSED};
use crate::runtime::takeover::hand_back;

/// `stillalive handback`.
pub(crate) fn command() -> Command {
    Command::new("handback")
        .about("Start keepalived in the place of a running stillalive without a failover")
        .long_about(
            "Start keepalived in the place of a running stillalive without a failover.\n\n\
             keepalived begins as a backup and leads when it has heard nobody for its master-down \
             time; until then stillalive goes on, and puts back at once what keepalived removes at \
             its start. keepalived's notify scripts run as at any start.",
        )
        .args(takeover::whose())
        .arg(
            Arg::new("program")
                .long("program")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .required(true)
                .help("keepalived"),
        )
        .after_help(takeover::STATUSES)
}

/// Does it.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    match hand(matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Problem { status, text }) => {
            err!("stillalive handback: {text}");
            ExitCode::from(status)
        }
    }
}

fn hand(matches: &ArgMatches) -> Result<(), Problem> {
    let refuse = |text: String| Problem { status: STATUS_REFUSED, text };
    let Some(keepalived) = matches.get_one::<PathBuf>("program") else { return Ok(()) };
    let subject = takeover::subject(matches)?;
    if !takeover::version(&subject.main.path("exe")).contains("stillalive") {
        let pid = subject.main.pid();
        return Err(refuse(format!("REFUSED: process {pid} is no stillalive")));
    }
    let version = takeover::version(keepalived);
    if !version.starts_with("Keepalived v") || version.contains("stillalive") {
        return Err(refuse(format!("REFUSED: {} is no keepalived", keepalived.display())));
    }
    let (seen, _) = takeover::judged(&subject)?;
    let order = seen.order(&subject, takeover::program(&subject).map_err(Problem::unusable)?);
    let handed = hand_back(&order, keepalived).map_err(|error| Problem {
        status: STATUS_FAILED,
        text: format!("FAILED: stillalive goes on: {error}"),
    })?;
    let manager = if handed.told_manager { "; its service manager was told" } else { "" };
    out!(
        "keepalived, process {}, has taken the place of process {}{manager}",
        handed.keepalived,
        subject.main.pid()
    );
    Ok(())
}
