//! The examples of the rules' pages.

use stillalive::diag::Severity;
use stillalive::lint::{self, Example, Raised};

use super::Given;

fn given(example: &str) -> Given {
    let example = Example::parse(example);
    let files: Vec<_> =
        example.files().map(|(name, text)| (name.trim_end_matches(".conf"), text)).collect();
    assert!(files.len() >= 2, "an example of a cluster has a file for each node: {example:?}");
    Given::texts(&files)
}

#[test]
fn bad_examples_have_the_finding_and_good_ones_have_none() {
    let mut rules = 0;
    for rule in lint::rules() {
        let Raised::Cluster(_) = rule.raised else { continue };
        rules += 1;
        let bad = given(rule.page.bad);
        let found = bad.codes();
        let worst = found.iter().filter(|(code, _)| *code == rule.code).map(|(_, level)| *level);
        assert_eq!(worst.max(), Some(rule.severity), "{}: {}", rule.code, bad.told());
        let good = given(rule.page.good);
        let worst = good.findings().iter().map(|finding| finding.severity).max();
        assert!(worst < Some(Severity::Warning), "{}: {}", rule.code, good.told());
        let read = bad.read.iter().chain(&good.read);
        let errors: Vec<_> = read.filter(|found| found.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", rule.code);
    }
    assert!(rules > 20, "{rules} rules");
}
