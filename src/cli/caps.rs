//! `caps`: which capabilities a configuration needs, and why.
//!
//! Exit status: 0 printed, 2 a wrong command line or a file that cannot be read.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};

use crate::cli::output::{err, out};
use crate::cli::surroundings;
use crate::ir::Config;
use crate::lower::Mode;
use crate::privileges::{self, Around};
use crate::runtime::load::{self, Reading};
use crate::runtime::metrics::Address;

/// A wrong command line, or what cannot be read.
const STATUS_UNUSABLE: u8 = 2;

/// `stillalive caps`.
pub(crate) fn command() -> Command {
    Command::new("caps")
        .about("Print which capabilities a configuration needs, and why")
        .arg(
            Arg::new("file")
                .short('f')
                .long("use-file")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .default_value("/etc/keepalived/keepalived.conf")
                .help("The configuration"),
        )
        .arg(
            Arg::new("metrics")
                .long("metrics")
                .value_name("ADDRESS")
                .value_parser(value_parser!(Address))
                .help("What `run` is given as --metrics"),
        )
        .args(surroundings::options())
        .after_help("Exit status: 0 printed, 2 a wrong command line or an unreadable file.")
}

/// Prints what the command line names.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    match load(matches) {
        Ok(config) => {
            out!("{}", text(&config, port(matches)).trim_end());
            ExitCode::SUCCESS
        }
        Err(problem) => {
            err!("stillalive caps: {problem}");
            ExitCode::from(STATUS_UNUSABLE)
        }
    }
}

fn load(matches: &ArgMatches) -> Result<Config, String> {
    let reading = Reading { environment: surroundings::environment(matches)?, mode: Mode::Run };
    let file = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    load::load(&file, &reading).map(|loaded| loaded.config).map_err(|error| error.to_string())
}

fn port(matches: &ArgMatches) -> Option<u16> {
    match matches.get_one::<Address>("metrics") {
        Some(Address::Tcp(address)) => Some(address.port()),
        _ => None,
    }
}

fn text(config: &Config, port: Option<u16>) -> String {
    let needs = privileges::needs(config, &Around { port, ..Around::default() });
    let mut text = String::new();
    for need in &needs {
        text += &format!("{}\n", need.capability);
        for reason in &need.reasons {
            text += &format!("    {reason}\n");
        }
    }
    let needed: Vec<_> = needs.iter().map(|need| need.capability.name()).collect();
    let kept = privileges::kept(config).into_iter().map(|capability| capability.name());
    let kept: Vec<_> = kept.filter(|name| !needed.contains(name)).collect();
    if needed.is_empty() {
        text += "This configuration needs no capability.\n";
    } else {
        text += &format!("\nFor a unit file: CapabilityBoundingSet={}\n", needed.join(" "));
        text += "Scripts of root get all capabilities of that set, and no others.\n";
    }
    text += &format!(
        "Kept besides, where the daemon is started with it, for a reload: {}\n",
        kept.join(" ")
    );
    text
}
