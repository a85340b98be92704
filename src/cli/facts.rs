//! `facts`: what is known of this host, for checking its configuration elsewhere.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};

use crate::cli::output::{err, out};
use crate::cli::surroundings;
use crate::runtime::load::{self, Reading};
use crate::runtime::survey;

/// `stillalive facts`.
pub(crate) fn command() -> Command {
    Command::new("facts")
        .about("Print the facts about this host that `check --facts` reads, as JSON")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Look up the users and scripts of this configuration, too"),
        )
}

/// Prints the facts.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    let reading = Reading { environment: surroundings::of_this_process(), ..Reading::default() };
    let config = match matches.get_one::<PathBuf>("file") {
        None => None,
        Some(path) => match load::load(path, &reading) {
            Ok(loaded) => Some(loaded.config),
            Err(error) => {
                err!("{error}");
                return ExitCode::from(2);
            }
        },
    };
    match survey::host(config.as_ref()) {
        Ok(host) => {
            out!("{}", host.to_json().trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            err!("The interfaces of this host cannot be listed: {error}");
            ExitCode::from(2)
        }
    }
}
