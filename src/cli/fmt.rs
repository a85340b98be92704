//! `fmt`: lays files out in place, or says which are not laid out.
//!
//! Exit status: 0 done, or nothing to do; 1 with `--check`, something would change; 2 a wrong
//! command line, a file that cannot be read or written, or one whose braces do not match.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::difference;
use crate::cli::output::{err, out};
use crate::fmt;

/// The name under which standard input is shown.
const STDIN: &str = "<stdin>";
/// With `--check`: something would change.
const STATUS_CHANGES: u8 = 1;
/// Something could not be laid out.
const STATUS_UNUSABLE: u8 = 2;

/// `stillalive fmt`.
pub(crate) fn command() -> Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("fmt")
        .about("Lay configuration files out; never changes what they mean, keeps every comment")
        .arg(
            Arg::new("inputs")
                .value_name("FILE|DIR|-")
                .num_args(1..)
                .required(true)
                .value_parser(value_parser!(OsString))
                .help("Files; a folder means every *.conf in it; - is from input to output"),
        )
        .args([
            switch("check", "Change nothing; name the files that would change"),
            switch("diff", "Change nothing; show what would change"),
        ])
        .after_help(
            "Files are changed in place; what they include is not followed. Exit status: 0 done, \
             1 with --check: something would change, 2 something cannot be read, written or laid \
             out (its braces do not match).",
        )
}

/// What is done with a file that would change.
struct Mode {
    check: bool,
    diff: bool,
}

/// How it went; the worst of all files counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Outcome {
    Done,
    WouldChange,
    Failed,
}

/// Lays out what the command line names.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    let mode = Mode { check: matches.get_flag("check"), diff: matches.get_flag("diff") };
    let words = matches.get_many::<OsString>("inputs").unwrap_or_default();
    let outcome = words.map(|word| mode.input(word)).max().unwrap_or(Outcome::Done);
    match outcome {
        Outcome::WouldChange if mode.check => ExitCode::from(STATUS_CHANGES),
        Outcome::Done | Outcome::WouldChange => ExitCode::SUCCESS,
        Outcome::Failed => ExitCode::from(STATUS_UNUSABLE),
    }
}

impl Mode {
    fn input(&self, word: &OsStr) -> Outcome {
        let path = Path::new(word);
        if word == "-" {
            return self.stdin();
        }
        if !path.is_dir() {
            return self.file(path);
        }
        match of_folder(path) {
            Ok(files) if files.is_empty() => failed(path, "no *.conf in this folder"),
            Ok(files) => files.iter().map(|file| self.file(file)).max().unwrap_or(Outcome::Done),
            Err((path, error)) => failed(&path, error),
        }
    }

    fn stdin(&self) -> Outcome {
        let mut text = Vec::new();
        if let Err(error) = std::io::stdin().read_to_end(&mut text) {
            return failed(Path::new(STDIN), error);
        }
        let new = match fmt::format(&text) {
            Ok(new) => new,
            Err(refusal) => {
                // Whoever filters a buffer through this keeps it.
                if !(self.check || self.diff) {
                    let _ = std::io::stdout().write_all(&text);
                }
                return failed(Path::new(STDIN), refusal);
            }
        };
        if self.check || self.diff {
            return self.show(STDIN, &text, &new);
        }
        let _ = std::io::stdout().write_all(&new);
        Outcome::Done
    }

    fn file(&self, path: &Path) -> Outcome {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) => return failed(path, error),
        };
        let new = match fmt::format(&text) {
            Ok(new) => new,
            Err(refusal) => return failed(path, refusal),
        };
        if self.check || self.diff {
            return self.show(&path.to_string_lossy(), &text, &new);
        }
        if new == text {
            return Outcome::Done;
        }
        // In place: the file keeps its owner, its permissions and its links.
        match fs::write(path, new) {
            Ok(()) => Outcome::Done,
            Err(error) => failed(path, error),
        }
    }

    fn show(&self, name: &str, text: &[u8], new: &[u8]) -> Outcome {
        if text == new {
            return Outcome::Done;
        }
        if self.diff {
            out!("{}", difference::unified(name, text, new));
        } else {
            out!("{name}");
        }
        Outcome::WouldChange
    }
}

fn failed(path: &Path, problem: impl std::fmt::Display) -> Outcome {
    err!("stillalive fmt: {}: {problem}", path.display());
    Outcome::Failed
}

/// Every `*.conf` below a folder, sorted.
fn of_folder(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, std::io::Error)> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).map_err(|error| (next.clone(), error))? {
            let entry = entry.map_err(|error| (next.clone(), error))?;
            let path = entry.path();
            // A link to a folder may lead back here; one to a file is a file.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path);
            } else if path.extension() == Some(OsStr::new("conf")) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
