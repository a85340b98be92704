//! `drain`, `resume`, `failover`: what operators have instances do.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command};

use crate::cli::control::{client, complain, tell};
use crate::cli::output::out;
use crate::control::protocol::Ask;
use crate::control::{Request, VERSION, duration};

/// The word for every instance.
const ALL: &str = "all";

/// `stillalive drain`.
pub(crate) fn drain() -> Command {
    let lasts = Arg::new("for")
        .long("for")
        .value_name("DURATION")
        .value_parser(|text: &str| duration::parse(text))
        .help("End by itself after this long (90, 30m, 1h30m); without it `resume` ends it");
    order("drain", "Have an instance hand over and keep away from being master")
        .long_about(
            "Have an instance hand over, and keep it from being master until `resume`, or for the \
             time that --for says. Its sync group goes with it. It survives a reload, a restart and \
             a crash of the daemon, not a reboot. It holds also if no other router is there: `status` \
             says loudly then that nobody holds the addresses.",
        )
        .arg(lasts)
}

/// `stillalive resume`.
pub(crate) fn resume() -> Command {
    order("resume", "Have a drained instance take part again")
}

/// `stillalive failover`.
pub(crate) fn failover() -> Command {
    order("failover", "Have a master hand over once").long_about(
        "Have a master resign once, so that another router takes over. After that the election is an \
         ordinary one: an instance that preempts, and has the higher priority, comes back after its \
         master-down time. `drain` keeps it away.",
    )
}

fn order(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .args([
            Arg::new("target")
                .value_name("INSTANCE|all")
                .required(true)
                .help("Which instance, with its sync group; `all` for every one"),
            Arg::new("reason")
                .long("reason")
                .value_name("TEXT")
                .help("Why, for the log and the status"),
        ])
        .args(client::options())
}

/// Does `drain`.
pub(crate) fn run_drain(matches: &ArgMatches) -> ExitCode {
    run(matches, Ask::Drain, matches.get_one::<Duration>("for").map(Duration::as_secs))
}

/// Does `resume`.
pub(crate) fn run_resume(matches: &ArgMatches) -> ExitCode {
    run(matches, Ask::Resume, None)
}

/// Does `failover`.
pub(crate) fn run_failover(matches: &ArgMatches) -> ExitCode {
    run(matches, Ask::Failover, None)
}

fn run(matches: &ArgMatches, ask: Ask, seconds: Option<u64>) -> ExitCode {
    let target = matches.get_one::<String>("target").cloned().unwrap_or_default();
    let all = target == ALL;
    let reason = matches.get_one::<String>("reason").cloned();
    let instance = (!all).then_some(target);
    let request = Request { version: VERSION, ask, instance, all, seconds, reason };
    let answer = match client::ask(matches, &request) {
        Ok(answer) => answer,
        Err(problem) => return tell(&problem),
    };
    if let Some(problem) = &answer.error {
        return complain(problem);
    }
    for concerned in answer.done.unwrap_or_default() {
        out!("{}: {} -> {}", concerned.instance, concerned.before, concerned.after);
    }
    ExitCode::SUCCESS
}
