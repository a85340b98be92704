//! `render`: prints the effective configuration, each line with its origin.
//!
//! Exit status: 0 printed, 2 a wrong command line or a file that cannot be read.

use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::output::{err, out};
use crate::cli::surroundings;
use crate::lower::Mode;
use crate::render::{self, View};
use crate::runtime::load::{self, Loaded, Reading};

/// The name under which standard input is shown.
const STDIN: &str = "<stdin>";
/// A wrong command line, or what cannot be read.
const STATUS_UNUSABLE: u8 = 2;

/// `stillalive render`.
pub(crate) fn command() -> Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("render")
        .about("Print the configuration after includes, conditions, definitions and generators")
        .arg(
            Arg::new("file")
                .value_name("FILE|-")
                .default_value("/etc/keepalived/keepalived.conf")
                .value_parser(value_parser!(OsString))
                .help("The configuration; - is standard input"),
        )
        .args([
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("A keepalived.conf again, or one JSON object"),
            switch("secrets", "Show passwords and keys"),
            switch("no-defaults", "Leave out what is not written"),
        ])
        .args(surroundings::options())
        .after_help("Exit status: 0 printed, 2 a wrong command line or an unreadable file.")
}

/// Prints what the command line names.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    match load(matches) {
        Ok(loaded) => {
            print(&loaded, matches);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            err!("stillalive render: {problem}");
            ExitCode::from(STATUS_UNUSABLE)
        }
    }
}

fn load(matches: &ArgMatches) -> Result<Loaded, String> {
    let reading = Reading { environment: surroundings::environment(matches)?, mode: Mode::Run };
    let file = matches.get_one::<OsString>("file").cloned().unwrap_or_default();
    if file != "-" {
        return load::load(Path::new(&file), &reading).map_err(|error| error.to_string());
    }
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text).map_err(|error| format!("standard input: {error}"))?;
    Ok(load::load_text(Path::new(STDIN), &text, &reading))
}

fn print(loaded: &Loaded, matches: &ArgMatches) {
    let view = View {
        tree: &loaded.tree,
        sources: &loaded.sources,
        secrets: matches.get_flag("secrets"),
        defaults: !matches.get_flag("no-defaults"),
    };
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        out!("{:#}", render::document(&view));
    } else {
        out!("{}", render::configuration(&view).trim_end_matches('\n'));
    }
    if loaded.errors {
        err!("stillalive render: there are errors in it; `stillalive check` names them");
    }
}
