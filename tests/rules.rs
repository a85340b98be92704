//! Every code has a page, and the examples on it are true: the bad one has the finding, the good one
//! has not.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use stillalive::diag::render::human;
use stillalive::diag::{Code, Diagnostic, Severity};
use stillalive::facts::Host;
use stillalive::lint::{self, Example, Raised, Rule, Subject};
use stillalive::lower::Mode;
use stillalive::runtime::load::{self, Loaded, Reading};

/// Reads an example as `check` would, from files.
fn findings(text: &str) -> (Loaded, Vec<Diagnostic>) {
    let example = Example::parse(text);
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in example.files().chain([("keepalived.conf", example.main)]) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let host = example.facts().map(|facts| Host::from_json(facts).unwrap());
    let reading = Reading { mode: Mode::Test, ..Reading::default() };
    let mut loaded = load::load(&folder.path().join("keepalived.conf"), &reading).unwrap();
    let subject = Subject::new(
        &loaded.config,
        &loaded.tree,
        &loaded.sources,
        host.as_ref(),
        reading.environment.compat,
    );
    let mut found = lint::judge(&subject, &loaded.findings);
    lint::suppress(&mut found, &mut loaded.sources);
    (loaded, found)
}

fn shown(loaded: &Loaded, found: &[Diagnostic]) -> String {
    let texts = found.iter().map(|finding| human::text(finding, &loaded.sources, false));
    texts.collect::<Vec<_>>().join("\n\n")
}

/// What is wrong with the examples of a page.
fn untrue(rule: &Rule) -> Vec<String> {
    let mut wrong = Vec::new();
    let (loaded, found) = findings(rule.page.bad);
    if !found.iter().any(|finding| finding.code == rule.code) {
        let all = shown(&loaded, &found);
        wrong.push(format!("{}: the bad example does not have it:\n{all}", rule.code));
    }
    let (loaded, found) = findings(rule.page.good);
    let bad =
        |finding: &&Diagnostic| finding.code == rule.code || finding.severity == Severity::Error;
    if found.iter().any(|finding| bad(&finding)) {
        let all = shown(&loaded, &found);
        wrong.push(format!("{}: the good example has it, or an error:\n{all}", rule.code));
    }
    wrong
}

#[test]
fn every_code_has_one_page() {
    for code in Code::ALL {
        let pages = lint::rules().filter(|rule| rule.code == *code).count();
        assert_eq!(
            pages, 1,
            "{code} has {pages} pages. A code that is raised while the file is read gets its page \
             in src/lint/rules/read/ (what, why, instead, a bad and a good example); one that a rule \
             raises has it in the rule's file, src/lint/rules/SUBJECT/NAME.rs, which the RULES of \
             that folder's mod.rs must list. Then UPDATE_DOCS=1 cargo test --test generated."
        );
    }
}

/// Codes that a single file cannot show.
const OF_SEVERAL_FILES: &[Code] = &[Code::SEVERAL_MAIN_FILES];

#[test]
fn the_examples_of_every_page_are_true() {
    let rules = lint::rules().filter(|rule| !matches!(rule.raised, Raised::Cluster(_)));
    let rules = rules.filter(|rule| !OF_SEVERAL_FILES.contains(&rule.code));
    let wrong: Vec<_> = rules.flat_map(untrue).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn pages_are_written_out() {
    for rule in lint::rules() {
        let page = &rule.page;
        for text in [page.what, page.why, page.instead] {
            let ends = text.trim_end().ends_with(['.', '`', ':']);
            assert!(text.len() > 5 && ends, "{}: {text:?}", rule.code);
        }
        assert_ne!(page.bad, page.good, "{}", rule.code);
    }
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules").is_dir());
}
