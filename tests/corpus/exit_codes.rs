//! The exit status of `-t` beside keepalived's, and whether what it says is said by us too.
//!
//! What depends on the machine of the recorded run (missing scripts, users, files) is left out on
//! both sides. Each difference that is left is a row of `docs/compatibility.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use stillalive::diag::{self, Code};
use stillalive::lower::Mode;
use stillalive::runtime::load::{self, Loaded, Reading};
use stillalive::syntax::Environment;
use stillalive::units::Compat;

use crate::comparison::explained;
use crate::verdicts::{self, Message, Verdict};
use crate::{corpus, files};

/// The node name of the recorded runs, which is the default config-id.
const NODE: &str = "node1";
/// Statuses of a keepalived that crashed or hung: nothing to equal.
const CRASHED: &[u32] = &[124, 134, 139];

/// One recorded run.
struct Run {
    /// As in the table of the documentation: `0063 2.2.7 -i main`.
    title: String,
    loaded: Loaded,
    verdict: Verdict,
}

/// All recorded runs that ended, each read by us in the same way.
fn runs(corpus: &Path) -> Vec<Run> {
    let of = |compat: &Compat| runs_of(corpus, *compat);
    // Debug builds take their time for some of the files.
    std::thread::scope(|scope| {
        let running: Vec<_> =
            Compat::ALL.iter().map(|compat| scope.spawn(move || of(compat))).collect();
        running.into_iter().flat_map(|one| one.join().unwrap()).collect()
    })
}

fn runs_of(corpus: &Path, compat: Compat) -> Vec<Run> {
    let paths = files(corpus);
    let mut runs = Vec::new();
    for with_id in [false, true] {
        let suffix = if with_id { "-id" } else { "" };
        let table = corpus.join(format!("verdicts-{compat}{suffix}.tsv"));
        for (number, verdict) in verdicts::read(&table) {
            if CRASHED.contains(&verdict.status) {
                continue;
            }
            let text = std::fs::read(&paths[&number]).unwrap();
            let config_id = verdict.id.clone().unwrap_or_else(|| NODE.to_owned());
            let title = match &verdict.id {
                Some(id) => format!("{number} {compat} -i {id}"),
                None => format!("{number} {compat}"),
            };
            let environment = Environment { config_id, compat, ..Environment::default() };
            let reading = Reading { environment, mode: Mode::Test };
            let loaded = load::load_text(Path::new("conf.conf"), &text, &reading);
            runs.push(Run { title, loaded, verdict });
        }
    }
    runs
}

impl Run {
    /// keepalived's status without what it says about the machine.
    fn theirs(&self) -> u8 {
        match self.verdict.status {
            2 => 2,
            _ if self.verdict.about_the_file().next().is_some() => 5,
            _ => 0,
        }
    }

    fn ours(&self) -> u8 {
        diag::status(&self.loaded.findings)
    }

    /// keepalived's messages that we have no finding for: none on that line and none of the same
    /// words. What follows from a block that we skip as a whole, or from a definition that we
    /// evaluate and keepalived does not, is left out: there we say once what is wrong.
    fn unanswered(&self) -> Vec<&Message> {
        let lines = explained(&self.loaded);
        let words: BTreeSet<_> =
            self.loaded.findings.iter().map(diag::Diagnostic::in_its_words).collect();
        let answered = |message: &&Message| {
            let there = message.line.is_some_and(|at| lines.iter().any(|line| line.contains(&at)));
            there || words.contains(message.text.as_str())
        };
        self.verdict.about_the_file().filter(|message| !answered(message)).collect()
    }

    /// The two read different lines, as the documentation tells.
    fn is_read_differently(&self) -> bool {
        let codes = [Code::COMMENT_IN_DEFINITION, Code::DIRECTIVE_FROM_DEFINITION];
        let is_newer = self.title.contains(Compat::V2_4_3.name());
        is_newer && self.loaded.findings.iter().any(|finding| codes.contains(&finding.code))
    }
}

/// The rows of the table in the documentation under this heading: first column, reason.
fn documented(heading: &str) -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compatibility.md");
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap_or("");
    let rows = section.lines().filter(|line| line.starts_with("| 0"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    cells.map(|cells| (cells[1].to_owned(), cells[cells.len() - 2].to_owned())).collect()
}

#[test]
fn the_status_of_a_test_is_keepaliveds_and_so_is_what_it_says() {
    let Some(corpus) = corpus() else { return };
    let runs = runs(&corpus);
    says_what_keepalived_says(&runs);
    let differing: Vec<_> = runs.iter().filter(|run| run.ours() != run.theirs()).collect();
    let found: BTreeMap<_, _> = differing
        .iter()
        .map(|run| {
            let codes: Vec<_> = run.loaded.findings.iter().map(|found| found.code.id).collect();
            let said: Vec<_> = run.verdict.about_the_file().map(|m| m.text.as_str()).collect();
            let (ours, theirs) = (run.ours(), run.theirs());
            (run.title.clone(), format!("ours {ours} {codes:?}, keepalived {theirs} {said:?}"))
        })
        .collect();
    let known = documented("Exit status of `-t`");
    let new: Vec<_> = found.iter().filter(|(title, _)| !known.contains_key(*title)).collect();
    let gone: Vec<_> = known.keys().filter(|title| !found.contains_key(*title)).collect();
    let lines: Vec<_> = new.iter().map(|(title, what)| format!("{title}: {what}")).collect();
    assert!(lines.is_empty(), "{} of {}:\n{}", differing.len(), runs.len(), lines.join("\n"));
    assert!(gone.is_empty(), "no longer different: {gone:?}");
    assert!(differing.len() * 100 <= runs.len() * 2, "{} of {}", differing.len(), runs.len());
}

fn says_what_keepalived_says(runs: &[Run]) {
    let (mut all, mut silent) = (0, Vec::new());
    for run in runs.iter().filter(|run| !run.is_read_differently()) {
        all += run.verdict.about_the_file().count();
        for message in run.unanswered() {
            silent.push(format!("{} {:?}: {}", run.title, message.line, message.text));
        }
    }
    assert!(all > 5_000, "only {all} messages are compared");
    assert!(
        silent.len() * 100 <= all * 3,
        "{} of {all} messages have no finding:\n{}",
        silent.len(),
        silent.join("\n")
    );
}
