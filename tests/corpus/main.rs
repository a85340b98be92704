//! Real configuration files, beside the verdicts that the real keepalived gave about them.
//!
//! The files lie beside the repository, in `../shared/corpus`. Without them the tests say that they
//! are skipped; with `CI=true` they fail instead.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod comparison;
mod exit_codes;
mod understanding;
mod verdicts;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use stillalive::diag::Code;
use stillalive::runtime::load::{self, Loaded, Reading};

/// More than any file may take, in a debug build: the largest has 300,000 lines once its generators
/// are expanded.
const LIMIT: Duration = Duration::from_secs(120);

/// Findings about the file as a whole: the only ones without a position.
const WITHOUT_POSITION: &[Code] = &[Code::EMPTY_CONFIGURATION];

/// The folder of the corpus, or `None` where the tests are to be skipped.
fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // In a work tree beside others the corpus lies one level further up.
    let places = [root.join("../shared/corpus"), root.join("../../shared/corpus")];
    let found = places.into_iter().find(|folder| folder.join("configs").is_dir());
    if found.is_none() {
        let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!in_ci, "../shared/corpus is not there, and CI=true wants it");
        // Not `eprintln!`: the test runner would keep it to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: ../shared/corpus is not there");
    }
    found
}

/// The configurations by number.
fn files(corpus: &Path) -> BTreeMap<String, PathBuf> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(corpus.join("configs")).unwrap() {
        let path = entry.unwrap().path();
        let number = path.file_stem().unwrap().to_string_lossy().into_owned();
        files.insert(number, path);
    }
    assert!(files.len() > 100, "only {} files: is this the corpus?", files.len());
    files
}

/// What `work` returns, or why it returned nothing.
fn within_the_limit<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, &'static str> {
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || done.send(work()));
    wait.recv_timeout(LIMIT).map_err(|error| match error {
        mpsc::RecvTimeoutError::Timeout => "it does not end",
        mpsc::RecvTimeoutError::Disconnected => "it panics",
    })
}

/// What is wrong with the positions of a configuration's findings.
fn bad_positions(loaded: &Loaded) -> Vec<String> {
    let mut bad = Vec::new();
    for finding in &loaded.findings {
        if finding.span.is_none() && !WITHOUT_POSITION.contains(&finding.code) {
            bad.push(format!("{}: no position", finding.code));
        }
        let spans = finding.span.into_iter().chain(finding.related.iter().map(|label| label.span));
        for span in spans {
            let Some(at) = loaded.sources.resolve(span) else {
                bad.push(format!("{}: {span:?} is nowhere", finding.code));
                continue;
            };
            let text = loaded.sources.file(at.span.file).unwrap().text();
            let lines = u32::try_from(text.lines().count()).unwrap().max(1);
            let columns = |line: u32| {
                let line = text.split('\n').nth(line as usize - 1).unwrap_or_default();
                u32::try_from(line.chars().count()).unwrap() + 1
            };
            let inside = (1..=lines + 1).contains(&at.line)
                && (at.line, at.column) <= (at.end_line, at.end_column)
                && (1..=columns(at.line)).contains(&at.column)
                && (1..=columns(at.end_line)).contains(&at.end_column)
                && text.get(at.span.start as usize..at.span.end as usize).is_some();
            if !inside {
                bad.push(format!("{}: {at:?} is not in the file", finding.code));
            }
        }
    }
    bad
}

#[test]
fn every_file_becomes_a_configuration_with_findings_that_have_a_place() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    for (number, path) in files(&corpus) {
        match within_the_limit(move || load::load(&path, &Reading::default())) {
            Ok(Ok(loaded)) => {
                wrong.extend(
                    bad_positions(&loaded).into_iter().map(|bad| format!("{number}: {bad}")),
                );
            }
            Ok(Err(error)) => wrong.push(format!("{number}: {error}")),
            Err(why) => wrong.push(format!("{number}: {why}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
