//! `reload --plan`: says what a reload would do, before it is done.
//!
//! What runs is asked of the daemon, with the states that it is in (`before`); with `--against` it is a
//! file, and what depends on states is said as a condition. What is printed is made in `report`.
//!
//! Exit status: 0 accepted, and this router gives up no virtual address; 1 refused, the running
//! configuration would go on; 2 a wrong command line, no daemon, or a file that cannot be read; 3
//! accepted, and a virtual address leaves this router for a time or for good.

mod before;
mod report;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::control::client;
use crate::cli::output::{err, out};
use crate::cli::surroundings;
use crate::facts::{EntryKind, Host};
use crate::ir::Config;
use crate::plan::Plan;
use crate::runtime::load::{self, Loaded, Refusal, Running};
use crate::runtime::survey;
use before::{Before, Now};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use report::Report;

/// The running configuration would go on.
const STATUS_REFUSED: u8 = 1;
/// A wrong command line, or what cannot be read.
const STATUS_UNUSABLE: u8 = 2;
/// A virtual address would leave.
const STATUS_ADDRESS_LEAVES: u8 = 3;

/// `stillalive reload`.
pub(crate) fn command() -> Command {
    let file = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).value_name(value).value_parser(value_parser!(OsString)).help(help)
    };
    Command::new("reload")
        .about("Say what a reload would do: what stays, what changes, which addresses leave")
        .long_about(
            "Say what a reload would do: what stays, what changes in place, what has to start \
             again and why, and what becomes of each virtual address.\n\nThe running daemon is asked \
             for the configuration that it runs and for the state of its instances; FILE is held \
             against that, by default the file that it would reload, read as it would read it, on \
             its network. Only root may ask: the configuration holds passwords. With --against no \
             daemon is asked: two files are compared. The reload itself is done with SIGHUP \
             (systemctl reload keepalived).",
        )
        .arg(file(
            "file",
            "FILE|-",
            "The configuration that would be loaded; - is standard input [default: the daemon's; \
             with --against /etc/keepalived/keepalived.conf]",
        ))
        .args([
            Arg::new("plan")
                .long("plan")
                .action(ArgAction::SetTrue)
                .required(true)
                .help("Only say it; nothing is reloaded"),
            file("against", "OLD|-", "Ask no daemon: this file is what runs").long("against"),
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("For people, or one JSON object"),
            Arg::new("host")
                .long("host")
                .action(ArgAction::SetTrue)
                .conflicts_with("facts")
                .requires("against")
                .help("Look for the interfaces and scripts of FILE on this machine"),
            Arg::new("facts")
                .long("facts")
                .value_name("FACTS")
                .value_parser(value_parser!(PathBuf))
                .help("Look for them on the machine whose `stillalive facts` these are"),
        ])
        // A daemon reads in its own surroundings.
        .args(surroundings::options().map(|option| option.requires("against")))
        .args(client::options().map(|option| option.conflicts_with("against")))
        .after_help(
            "Exit status: 0 accepted, no virtual address is given up; 1 refused, the running \
             configuration goes on; 2 a wrong command line, no daemon, or an unreadable file; 3 accepted, a \
             virtual address leaves this router for a time or for good.",
        )
}

/// Prints the plan.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    match planned(matches) {
        Ok(status) => ExitCode::from(status),
        Err(problem) => {
            err!("stillalive reload: {problem}");
            ExitCode::from(STATUS_UNUSABLE)
        }
    }
}

fn planned(matches: &ArgMatches) -> Result<u8, String> {
    let given = matches.get_one::<OsString>("file");
    let both_stdin = [given, matches.get_one("against")].iter().flatten().all(|name| **name == "-");
    if given.is_some() && matches.contains_id("against") && both_stdin {
        return Err("only one of the two files can be standard input".to_owned());
    }
    let Before { name: old_name, loaded: old, file, reading, now } = Before::of(matches)?;
    let new_name = given.cloned().unwrap_or_else(|| file.into_os_string());
    let new = before::load(&new_name, &reading)?;
    let host = host(matches, now.as_ref(), &new)?;
    let network = host.as_ref().and_then(|host| host.network.as_ref());
    let refusal = load::objection(&new, network, Some(&Running::of(&old)))
        .or_else(|| missing_script(host.as_ref()?, &old.config, &new.config));
    let report = Report {
        old: old_name,
        new: new_name.to_string_lossy().into_owned(),
        old_has_errors: old.errors,
        refusal: refusal.map(|refusal| refusal.to_string()),
        plan: Plan::between(&old.config, &new.config),
        now,
    };
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        out!("{:#}", report.document());
    } else {
        out!("{}", report.text().trim_end());
    }
    Ok(report.status())
}

/// What is known of the host, if anything shall be.
fn host(matches: &ArgMatches, now: Option<&Now>, new: &Loaded) -> Result<Option<Host>, String> {
    if let Some(path) = matches.get_one::<PathBuf>("facts") {
        let host = Host::from_json(&surroundings::read(path)?);
        return host.map(Some).map_err(|error| format!("{}: {error}", path.display()));
    }
    match now {
        Some(now) => now.enter_network()?,
        None if matches.get_flag("host") => {}
        None => return Ok(None),
    }
    let host = survey::host(Some(&new.config));
    host.map(Some).map_err(|error| format!("the interfaces cannot be listed: {error}"))
}

/// A script that only the new configuration names, and that the host does not have.
fn missing_script(host: &Host, old: &Config, new: &Config) -> Option<Refusal> {
    let named = |config: &Config, program: &str| {
        config.script_uses().any(|used| used.script.program == program)
    };
    let programs = new.script_uses().map(|used| used.script.program.as_str());
    let missing = |program: &&str| {
        host.entry(program).is_some_and(|(_, entry)| entry.kind == EntryKind::Missing)
            && !named(old, program)
    };
    let program = programs.into_iter().find(missing)?;
    Some(Refusal::NoScript(program.to_owned()))
}
