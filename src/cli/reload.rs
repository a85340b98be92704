//! `reload --plan`: says what a reload would do, before it is done.
//!
//! It compares two files, not the running daemon: what that holds besides (who is master, what the
//! scripts said) is said as a condition.
//!
//! Exit status: 0 accepted, and this router gives up no virtual address; 1 refused, the running
//! configuration would go on; 2 a wrong command line or a file that cannot be read; 3 accepted, and a
//! virtual address leaves this router for a time or for good.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde_json::{Value, json};

use crate::cli::output::{err, out};
use crate::cli::surroundings;
use crate::facts::{EntryKind, Host};
use crate::ir::Config;
use crate::lower::Mode;
use crate::plan::{self, Plan};
use crate::runtime::load::{self, Loaded, Reading, Refusal, Running};
use crate::runtime::survey;

/// The name under which standard input is shown.
const STDIN: &str = "<stdin>";
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
             again and why, and what becomes of each virtual address.\n\nThe plan compares two \
             files: --against is the one that runs, FILE the one that would be loaded. The \
             running daemon is not asked, because it cannot be reached yet; keep a copy of the \
             file that it has loaded, or take it out of version control. The reload itself is \
             done with SIGHUP (systemctl reload keepalived).",
        )
        .arg(
            file("file", "FILE|-", "The configuration that would be loaded; - is standard input")
                .default_value("/etc/keepalived/keepalived.conf"),
        )
        .args([
            Arg::new("plan")
                .long("plan")
                .action(ArgAction::SetTrue)
                .required(true)
                .help("Only say it; nothing is reloaded"),
            file("against", "OLD|-", "The configuration that runs, as a file")
                .long("against")
                .required(true),
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
                .help("Look for the interfaces and scripts of FILE on this machine"),
            Arg::new("facts")
                .long("facts")
                .value_name("FACTS")
                .value_parser(value_parser!(PathBuf))
                .help("Look for them on the machine whose `stillalive facts` these are"),
        ])
        .args(surroundings::options())
        .after_help(
            "Exit status: 0 accepted, no virtual address is given up; 1 refused, the running \
             configuration goes on; 2 a wrong command line or an unreadable file; 3 accepted, a \
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
    let reading = Reading { environment: surroundings::environment(matches)?, mode: Mode::Run };
    let name = |option: &str| matches.get_one::<OsString>(option).cloned().unwrap_or_default();
    let (old_name, new_name) = (name("against"), name("file"));
    if old_name == "-" && new_name == "-" {
        return Err("only one of the two files can be standard input".to_owned());
    }
    let (old, new) = (load(&old_name, &reading)?, load(&new_name, &reading)?);
    let host = host(matches, &new)?;
    let network = host.as_ref().and_then(|host| host.network.as_ref());
    let refusal = load::objection(&new, network, Some(&Running::of(&old)))
        .or_else(|| missing_script(host.as_ref()?, &old.config, &new.config));
    let plan = Plan::between(&old.config, &new.config);
    let shown = |name: &OsString| name.to_string_lossy().into_owned();
    let report = Report {
        old: shown(&old_name),
        new: shown(&new_name),
        old_has_errors: old.errors,
        refusal: refusal.map(|refusal| refusal.to_string()),
        plan,
    };
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        out!("{:#}", report.document());
    } else {
        out!("{}", report.text().trim_end());
    }
    Ok(report.status())
}

fn load(file: &OsString, reading: &Reading) -> Result<Loaded, String> {
    if file != "-" {
        return load::load(Path::new(file), reading).map_err(|error| error.to_string());
    }
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text).map_err(|error| format!("standard input: {error}"))?;
    Ok(load::load_text(Path::new(STDIN), &text, reading))
}

/// What is known of the host, if anything shall be.
fn host(matches: &ArgMatches, new: &Loaded) -> Result<Option<Host>, String> {
    if matches.get_flag("host") {
        let host = survey::host(Some(&new.config));
        return host.map(Some).map_err(|error| format!("the interfaces cannot be listed: {error}"));
    }
    let Some(path) = matches.get_one::<PathBuf>("facts") else { return Ok(None) };
    let host = Host::from_json(&surroundings::read(path)?);
    host.map(Some).map_err(|error| format!("{}: {error}", path.display()))
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

/// What is printed.
struct Report {
    old: String,
    new: String,
    old_has_errors: bool,
    refusal: Option<String>,
    plan: Plan,
}

impl Report {
    fn status(&self) -> u8 {
        match &self.refusal {
            Some(_) => STATUS_REFUSED,
            None if self.plan.outages().next().is_some() => STATUS_ADDRESS_LEAVES,
            None => 0,
        }
    }

    fn text(&self) -> String {
        let Self { old, new, plan, .. } = self;
        let mut text = match &self.refusal {
            Some(refusal) => format!(
                "REFUSED: {refusal}\n\nThe running configuration ({old}) goes on, and nothing \
                 changes. `stillalive check {new}` explains errors.\n"
            ),
            None if plan.is_empty() => {
                format!("ACCEPTED: {new} means the same as {old}; nothing changes.\n")
            }
            None => format!("ACCEPTED: {plan}.\n\n{}", plan::text(plan)),
        };
        if self.old_has_errors {
            text.push_str(&format!(
                "\n{old} has errors: what they leave out is taken as not running.\n"
            ));
        }
        text
    }

    fn document(&self) -> Value {
        let mut document = plan::document(&self.plan);
        if let Some(fields) = document.as_object_mut() {
            fields.insert("accepted".to_owned(), json!(self.refusal.is_none()));
            fields.insert("refusal".to_owned(), json!(self.refusal));
            fields.insert("against".to_owned(), json!(self.old));
            fields.insert("file".to_owned(), json!(self.new));
        }
        document
    }
}
