//! The command line: what was typed, what it means, what is printed.
//!
//! Called as `keepalived` (the last part of `argv[0]`, usually a symlink) this is keepalived's
//! command line; called as `stillalive` it is ours, and `stillalive run` takes the same options.
//! Only this layer writes to the standard streams; a closed pipe is no error.

mod caps;
mod check;
mod commands;
mod config_test;
mod control;
mod difference;
mod explain;
mod facts;
mod fmt;
mod handback;
mod logging;
mod options;
mod output;
mod reload;
mod render;
mod run;
mod surroundings;
mod takeover;
mod version;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::cli::options::{Options, Request};
use crate::cli::output::{err, out};
use crate::runtime::scripts::runner;

/// The command line of `stillalive`, for what is made from it: completions and manual pages.
pub fn command_line() -> clap::Command {
    commands::own_command()
}

/// Runs the program with these arguments, `argv[0]` first, and returns its exit status.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.is_empty() {
        arguments.push(OsString::from("stillalive"));
    }
    let called_as = arguments
        .first()
        .and_then(|path| Path::new(path).file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    match called_as.as_str() {
        "keepalived" => as_keepalived(&arguments),
        runner::NAME => as_runner(),
        _ => as_stillalive(&arguments),
    }
}

/// The daemon has executed this program to start its scripts.
fn as_runner() -> ExitCode {
    match runner::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            err!("{}: {error}", runner::NAME);
            ExitCode::FAILURE
        }
    }
}

/// keepalived's own command line (process.md of the reference: errors on standard error, status 1).
fn as_keepalived(arguments: &[OsString]) -> ExitCode {
    match options::parse(arguments) {
        Ok(options) => serve(&options, arguments),
        Err(problem) => {
            err!("{problem}");
            ExitCode::from(1)
        }
    }
}

fn as_stillalive(arguments: &[OsString]) -> ExitCode {
    match commands::own_command().try_get_matches_from(arguments) {
        Ok(matches) => match matches.subcommand() {
            Some(("run", rest)) => match options::from_matches(rest) {
                Ok(options) => serve(&options, arguments),
                Err(problem) => {
                    err!("{problem}");
                    ExitCode::from(1)
                }
            },
            Some((name, rest)) => {
                commands::dispatch(name, rest).unwrap_or_else(|| ExitCode::from(2))
            }
            None if matches.get_flag("version") => {
                out!("{}", version::own());
                ExitCode::SUCCESS
            }
            None => {
                err!("{}", commands::own_command().render_help());
                ExitCode::from(2)
            }
        },
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            out!("{error}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            err!("{}", error.to_string().trim_end());
            ExitCode::from(2)
        }
    }
}

fn serve(options: &Options, arguments: &[OsString]) -> ExitCode {
    if !options.unexpected.is_empty() {
        let words: String =
            options.unexpected.iter().map(|word| format!("{} ", word.to_string_lossy())).collect();
        out!("Unexpected argument(s): {words}");
    }
    for notice in &options.notices {
        err!("{notice}");
    }
    match &options.request {
        Request::Help => {
            err!("{}", options::keepalived_command().render_help().to_string().trim_end());
            ExitCode::SUCCESS
        }
        Request::Version => {
            err!("{}", version::as_keepalived().trim_end());
            ExitCode::SUCCESS
        }
        Request::SignalNumber(name) => match options::signal_number(name) {
            Some(number) => {
                out!("{number}");
                ExitCode::SUCCESS
            }
            None => {
                err!("Unknown sigfunc {name}");
                ExitCode::from(1)
            }
        },
        Request::ConfigTest { log } => config_test::run(options, log.as_deref()),
        Request::Run => run::run(options, arguments),
    }
}
