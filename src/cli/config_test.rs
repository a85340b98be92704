//! `-t`: read the configuration, say what is wrong in keepalived's format, and return its status.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::options::Options;
use crate::cli::output::err;
use crate::diag;
use crate::lower::{Mode, Unusable};
use crate::runtime::load;

/// keepalived's status for a file that cannot be read (it returns 0 there, which helps nobody).
const STATUS_NO_FILE: u8 = 4;
/// keepalived's status for a statement without its value.
const STATUS_UNUSABLE: u8 = 2;

/// Tests the configuration; findings go to `log`, or to standard error.
pub(crate) fn run(options: &Options, log: Option<&Path>) -> ExitCode {
    let mut lines = Vec::new();
    let status = match load::load(&options.configuration, &options.reading(Mode::Test)) {
        Err(error) => {
            lines.push(error.to_string());
            STATUS_NO_FILE
        }
        Ok(loaded) => {
            lines.extend(load::findings(&loaded));
            if loaded.unusable == Some(Unusable::MissingValue) {
                STATUS_UNUSABLE
            } else {
                diag::status(&loaded.findings)
            }
        }
    };
    match log {
        None => lines.iter().for_each(|line| err!("{line}")),
        Some(path) => {
            if let Err(error) = append(path, &lines, options.umask) {
                err!("Unable to open config-test log file {}: {error}", path.display());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::from(status)
}

fn append(path: &Path, lines: &[String], umask: u32) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o644 & !umask)
        .custom_flags(nix::libc::O_NOFOLLOW)
        .open(path)?;
    lines.iter().try_for_each(|line| writeln!(file, "{line}"))
}
