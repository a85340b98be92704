//! `-t`: read the configuration, say what is wrong in keepalived's format, and return its status.
//!
//! As keepalived does, it looks at this host: an interface that is missing, a script that cannot be
//! run. What only our own rules find is for `check`.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::options::Options;
use crate::cli::output::err;
use crate::diag::render::keepalived;
use crate::diag::{self, Code, Diagnostic, Verdict};
use crate::lint::{self, Subject};
use crate::lower::Mode;
use crate::runtime::load::{self, Loaded};
use crate::runtime::namespace;
use crate::runtime::survey;
use crate::units::Compat;

/// keepalived's status for a file that cannot be read (it returns 0 there, which helps nobody).
const STATUS_NO_FILE: u8 = 4;

/// Tests the configuration; findings go to `log`, or to standard error.
pub(crate) fn run(options: &Options, log: Option<&Path>) -> ExitCode {
    let mut lines = Vec::new();
    let reading = options.reading(Mode::Test);
    let status = match load::load(&options.configuration, &reading) {
        Err(error) => {
            lines.push(error.to_string());
            STATUS_NO_FILE
        }
        Ok(loaded) => {
            let named = loaded.config.global.identity.net_namespace.as_deref();
            let name = options.namespace.as_deref().or(named.map(String::as_str));
            if let Some(name) = name
                && let Err(error) = namespace::go_to(name)
            {
                // As keepalived: nothing more is looked at.
                err!("{error}");
                err!("Unable to set network namespace {name} - exiting");
                return ExitCode::SUCCESS;
            }
            let findings = with_this_host(&loaded, reading.environment.compat);
            lines.extend(
                findings
                    .iter()
                    .filter(|finding| finding.verdict.status() != 0)
                    .map(|finding| keepalived::line(finding, &loaded.sources)),
            );
            diag::status(&findings)
        }
    };
    match log {
        None => lines.iter().for_each(|line| err!("{line}")),
        Some(path) => {
            if let Err(error) =
                append(path, &lines, options.umask.unwrap_or(load::DEFAULT_FILE_MASK))
            {
                err!("Unable to open config-test log file {}: {error}", path.display());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::from(status)
}

/// What reading found, and what keepalived would find on this host.
fn with_this_host(loaded: &Loaded, compat: Compat) -> Vec<Diagnostic> {
    let mut findings = loaded.findings.clone();
    match survey::host(Some(&loaded.config)) {
        Ok(host) => {
            let (config, tree) = (&loaded.config, &loaded.tree);
            let subject = Subject::new(config, tree, &loaded.sources, Some(&host), compat);
            let told = lint::check(&subject).into_iter();
            findings.extend(told.filter(|finding| finding.verdict.status() != 0));
        }
        Err(error) => err!("The interfaces of this host cannot be listed: {error}"),
    }
    // Without its interface keepalived comes to no script.
    if findings.iter().any(|finding| finding.code == Code::NO_SUCH_INTERFACE) {
        findings.retain(|finding| finding.verdict != Verdict::Security);
    }
    findings
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
