//! Real configurations that keepalived accepts without a word get no *error*, unless a person would
//! agree that they are broken: those are listed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use stillalive::diag::Severity;
use stillalive::lint::{self, Subject};
use stillalive::lower::Mode;
use stillalive::runtime::load::{self, Reading};
use stillalive::syntax::Environment;

/// File, code, and why it is broken all the same.
const BROKEN: &[(&str, &str, &str)] = &[(
    "0287",
    "SA316",
    "four instances take two pairs of addresses from each other, two of them over multicast",
)];

/// The folder of the corpus, or `None` where the test is to be skipped.
fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [root.join("../shared/corpus"), root.join("../../shared/corpus")];
    let found = places.into_iter().find(|folder| folder.join("configs").is_dir());
    if found.is_none() {
        let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!in_ci, "../shared/corpus is not there, and CI=true wants it");
        let _ = writeln!(std::io::stderr(), "SKIPPED: ../shared/corpus is not there");
    }
    found
}

/// The status of keepalived's `-t` by file and config-id. Files with conditions are judged with
/// each of their ids.
fn statuses(corpus: &Path, version: &str) -> BTreeMap<(String, String), String> {
    let read = |name: String| std::fs::read_to_string(corpus.join(name)).unwrap();
    let with_id = read(format!("verdicts-{version}-id.tsv"));
    let mut statuses: BTreeMap<_, _> = with_id
        .lines()
        .skip(1)
        .filter_map(|row| {
            let mut columns = row.split('\t').map(str::to_owned);
            Some(((columns.next()?, columns.next()?), columns.next()?))
        })
        .collect();
    let conditional: BTreeSet<_> = statuses.keys().map(|(number, _)| number.clone()).collect();
    for row in read(format!("verdicts-{version}.tsv")).lines().skip(1) {
        let mut columns = row.split('\t').map(str::to_owned);
        let (Some(number), Some(status)) = (columns.next(), columns.next()) else { continue };
        if !conditional.contains(&number) {
            statuses.insert((number, String::new()), status);
        }
    }
    statuses
}

#[test]
fn what_keepalived_accepts_without_a_word_gets_no_error() {
    let Some(corpus) = corpus() else { return };
    let verdicts = ["2.2.7", "2.4.3"].map(|version| statuses(&corpus, version));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for case in verdicts[0].keys() {
        if !verdicts.iter().all(|statuses| statuses.get(case).is_some_and(|status| status == "0")) {
            continue;
        }
        seen += 1;
        let (number, id) = case;
        let path = corpus.join("configs").join(format!("{number}.conf"));
        let environment = Environment { config_id: id.clone(), ..Environment::default() };
        let compat = environment.compat;
        let reading = Reading { mode: Mode::Test, environment };
        let loaded = load::load(&path, &reading).unwrap();
        let subject = Subject::new(&loaded.config, &loaded.tree, &loaded.sources, None, compat);
        for finding in lint::judge(&subject, &loaded.findings) {
            let known =
                BROKEN.iter().any(|(file, code, _)| file == number && *code == finding.code.id);
            if finding.severity == Severity::Error && !known {
                let at = finding.span.and_then(|span| loaded.sources.resolve(span));
                let line = at.map_or(0, |at| at.line);
                wrong.push(format!("{number} {id} {line} {} {}", finding.code, finding.message));
            }
        }
    }
    assert!(seen > 50, "only {seen} files are accepted by both: is this the corpus?");
    assert!(wrong.is_empty(), "{seen} files\n{}", wrong.join("\n"));
}
