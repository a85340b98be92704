//! `explain`: what a code of a finding means.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::cli::output::{err, out};
use crate::lint;

/// `stillalive explain`.
pub(crate) fn command() -> Command {
    Command::new("explain")
        .about("Explain a code such as SA301")
        .arg(Arg::new("word").value_name("CODE").required(true).help("A code, or its name"))
}

/// Prints the page of the code.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    let word = matches.get_one::<String>("word").map_or("", String::as_str);
    match lint::rule(word) {
        Some(rule) => {
            out!("{}", lint::text(rule));
            ExitCode::SUCCESS
        }
        None => {
            err!("'{word}' is no code");
            ExitCode::from(2)
        }
    }
}
