//! `status`: who is master, since when and why.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use jiff::tz::TimeZone;

use crate::cli::control::{STATUS_REFUSED, STATUS_UNKNOWN, client, complain, tell};
use crate::cli::output::{err, out};
use crate::control::protocol::{Ask, Problem, ProblemCode};
use crate::control::text::{self, Look};
use crate::control::{Answer, Request, Status, VERSION};

/// Moves the cursor to the upper left corner and clears the screen.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

/// `stillalive status`.
pub(crate) fn command() -> Command {
    Command::new("status")
        .about("Show who is master, since when and why, of the running daemon")
        .long_about(
            "Show each instance of the running daemon: its state, since when and why, its \
             addresses and whether the host has them, the routers that it hears, what it tracks, \
             what is due next. What is wrong stands first.\n\nExit status: 0; with --is-master 1 if \
             the instance is not master; 2 if no daemon answers; 3 if there is no such instance.",
        )
        .args([
            Arg::new("instances")
                .value_name("INSTANCE")
                .num_args(0..)
                .help("Only these instances, in full"),
            Arg::new("json").long("json").action(ArgAction::SetTrue).help("As one JSON object"),
            Arg::new("watch")
                .long("watch")
                .value_name("SECONDS")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("1")
                .value_parser(value_parser!(u64).range(1..=3_600))
                .help("Again and again, every second if nothing else is said"),
            Arg::new("is-master")
                .long("is-master")
                .value_name("INSTANCE")
                .conflicts_with_all(["instances", "json", "watch"])
                .help("Print nothing; the exit status says whether the instance is master"),
        ])
        .args(client::options())
}

/// Does it.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    if let Some(name) = matches.get_one::<String>("is-master") {
        return is_master(matches, name);
    }
    let pause = matches.get_one::<u64>("watch").copied().map(Duration::from_secs);
    loop {
        let shown = show(matches, pause.is_some());
        match pause {
            None => return shown,
            Some(pause) => std::thread::sleep(pause),
        }
    }
}

fn request(instance: Option<String>) -> Request {
    Request {
        version: VERSION,
        ask: Ask::Status,
        instance,
        all: false,
        seconds: None,
        reason: None,
    }
}

/// The status in an answer.
fn status_in(answer: Answer) -> Result<Status, Problem> {
    let missing = || Problem::new(ProblemCode::Malformed, "the daemon's answer has no status");
    match answer.error {
        Some(problem) => Err(problem),
        None => answer.status.ok_or_else(missing),
    }
}

fn is_master(matches: &ArgMatches, name: &str) -> ExitCode {
    let answer = match client::ask(matches, &request(Some(name.to_owned()))) {
        Ok(answer) => answer,
        Err(problem) => return tell(&problem),
    };
    match status_in(answer) {
        Ok(status) => match status.instance(name) {
            Some(instance) if instance.is_master() => ExitCode::SUCCESS,
            Some(_) => ExitCode::from(STATUS_REFUSED),
            None => ExitCode::from(STATUS_UNKNOWN),
        },
        Err(problem) => complain(&problem),
    }
}

/// Shows it once.
fn show(matches: &ArgMatches, again: bool) -> ExitCode {
    let answer = match client::ask(matches, &request(None)) {
        Ok(answer) => answer,
        Err(problem) => return tell(&problem),
    };
    let names: Vec<String> =
        matches.get_many::<String>("instances").unwrap_or_default().cloned().collect();
    let status = match status_in(answer) {
        Ok(status) if names.is_empty() => status,
        Ok(status) => match status.only(&names) {
            Ok(status) => status,
            Err(unknown) => {
                err!("there is no instance {unknown:?}");
                return ExitCode::from(STATUS_UNKNOWN);
            }
        },
        Err(problem) => return complain(&problem),
    };
    if matches.get_flag("json") {
        out!("{}", serde_json::to_string(&status).unwrap_or_default());
        return ExitCode::SUCCESS;
    }
    let terminal = std::io::stdout().is_terminal();
    let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let look = Look { colour, zone: TimeZone::system(), full: !names.is_empty() };
    let clear = if again && terminal { CLEAR } else { "" };
    out!("{clear}{}", text::write(&status, &look).trim_end());
    ExitCode::SUCCESS
}
