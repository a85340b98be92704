//! The options of `check`, and what they mean.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::check::FAIL_ON;
use crate::cli::surroundings;
use crate::diag::Severity;
use crate::facts::Host;
use crate::lint::{Baseline, Selection};
use crate::lower::Mode;
use crate::runtime::load::Reading;

/// What the command line asks for.
pub(super) struct Request {
    /// Files, folders, `-`.
    pub(super) inputs: Vec<OsString>,
    /// The inputs are the nodes of one cluster.
    pub(super) cluster: bool,
    /// In which surroundings the files are read.
    pub(super) reading: Reading,
    /// How to write the findings.
    pub(super) format: Format,
    /// The least severity that makes the exit status 1.
    pub(super) fail_on: Severity,
    /// The codes that are wanted.
    pub(super) selection: Selection,
    /// Check against this machine.
    pub(super) this_host: bool,
    /// Check against this host.
    pub(super) facts: Option<Host>,
    /// Findings that are known.
    pub(super) baseline: Baseline,
    /// Where to write the findings as a baseline.
    pub(super) write_baseline: Option<PathBuf>,
    /// Change the files where a fix is safe.
    pub(super) fix: bool,
    /// Show what `--fix` would change, and nothing else.
    pub(super) diff: bool,
    /// Write terminal colours.
    pub(super) colours: bool,
}

/// A form of the findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    /// As rustc shows them.
    Human,
    /// One line each.
    Short,
    /// One documented JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML.
    Junit,
}

/// The names of the forms.
const FORMATS: &[(&str, Format)] = &[
    ("human", Format::Human),
    ("short", Format::Short),
    ("json", Format::Json),
    ("sarif", Format::Sarif),
    ("github", Format::Github),
    ("gitlab", Format::Gitlab),
    ("junit", Format::Junit),
];

/// `stillalive check`.
pub(crate) fn command() -> Command {
    let name = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let many = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("CODES")
            .value_delimiter(',')
            .action(ArgAction::Append)
            .help(help)
    };
    let path = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf)).help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("check")
        .about("Say what is wrong with configurations; needs no root, no interfaces, no daemon")
        .arg(
            Arg::new("inputs")
                .value_name("FILE|DIR|-")
                .num_args(0..)
                .value_parser(value_parser!(OsString))
                .help("Configurations; a folder means every *.conf in it; - is standard input"),
        )
        .args([
            name("format", "FORMAT", "How to write the findings")
                .value_parser(names(FORMATS))
                .default_value("human"),
            name("fail-on", "LEVEL", "The least severity that makes the exit status 1")
                .value_parser(names(FAIL_ON))
                .default_value("error"),
            many("select", "Only these codes (SA301, SA3, missing-vrid)"),
            many("ignore", "Not these codes"),
        ])
        .args(surroundings::options())
        .args([
            switch(
                "cluster",
                "The inputs are nodes of one cluster: compare them, foretell who is master",
            )
            .conflicts_with_all(["host", "facts"]),
            switch("host", "Check against this machine: interfaces, users, scripts")
                .conflicts_with("facts"),
            path("facts", "Check against the machine whose `stillalive facts` these are"),
            path("baseline", "Say nothing of the findings that this file lists"),
            path(
                "write-baseline",
                "Write the findings to this file, for --baseline, and end with 0",
            ),
            switch("fix", "Change the files where that is safe, and report what is left")
                .conflicts_with("diff"),
            switch("diff", "Show what --fix would change, as a unified diff"),
            name("color", "WHEN", "Colours in human output")
                .value_parser(["auto", "always", "never"])
                .default_value("auto"),
        ])
        .after_help(
            "Exit status: 0 nothing that counts, 1 findings at or above --fail-on, 2 a wrong \
             command line or unreadable input.",
        )
}

fn names<T>(table: &'static [(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

fn chosen<T: Copy>(matches: &ArgMatches, option: &str, table: &[(&str, T)]) -> Option<T> {
    let word = matches.get_one::<String>(option)?;
    table.iter().find(|(name, _)| name == word).map(|(_, value)| *value)
}

/// What the matches mean.
///
/// # Errors
/// What is wrong with the command line, or with a file that it names.
pub(super) fn from_matches(matches: &ArgMatches) -> Result<Request, String> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let list = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).map(|words| words.cloned().collect()).unwrap_or_default()
    };
    let inputs: Vec<OsString> = matches
        .get_many::<OsString>("inputs")
        .map(|words| words.cloned().collect())
        .unwrap_or_default();
    if inputs.is_empty() {
        return Err("name a configuration file, a folder, or - for standard input".to_owned());
    }
    if matches.get_flag("fix") && inputs.iter().any(|input| input == "-") {
        return Err("--fix changes files; standard input is none (--diff shows it)".to_owned());
    }
    let facts = match matches.get_one::<PathBuf>("facts") {
        None => None,
        Some(path) => {
            let text = surroundings::read(path)?;
            let host = Host::from_json(&text);
            Some(host.map_err(|error| format!("{}: {error}", path.display()))?)
        }
    };
    let colours = match text("color") {
        Some("always") => true,
        Some("never") => false,
        _ => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    Ok(Request {
        inputs,
        cluster: matches.get_flag("cluster"),
        reading: Reading { environment: surroundings::environment(matches)?, mode: Mode::Test },
        format: chosen(matches, "format", FORMATS).unwrap_or(Format::Human),
        fail_on: chosen(matches, "fail-on", FAIL_ON).unwrap_or(Severity::Error),
        selection: Selection::new(&list("select"), &list("ignore"))
            .map_err(|error| error.to_string())?,
        this_host: matches.get_flag("host"),
        facts,
        baseline: match matches.get_one::<PathBuf>("baseline") {
            None => Baseline::default(),
            Some(path) => Baseline::from_json(&surroundings::read(path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?,
        },
        write_baseline: matches.get_one::<PathBuf>("write-baseline").cloned(),
        fix: matches.get_flag("fix"),
        diff: matches.get_flag("diff"),
        colours,
    })
}
