//! Every format, as it is.

use std::path::Path;

use serde_json::Value;

use crate::check_in;

/// A file with five different mistakes.
const FIVE: &str = "testdata/check/five-mistakes.conf";

fn five(format: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = check_in(root, &["--format", format, FIVE], "");
    assert_eq!((run.status, run.err.as_str()), (1, ""), "{}", run.out);
    run.out
}

#[test]
fn people_see_what_is_wrong_where_and_what_to_write() {
    insta::assert_snapshot!(five("human"));
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let coloured = |when: &str| check_in(root, &["--color", when, FIVE], "").out.contains('\u{1b}');
    assert!(coloured("always"));
    assert!(!coloured("never"));
    assert!(!coloured("auto"), "standard output is a pipe");
}

#[test]
fn short_is_a_line_a_finding() {
    insta::assert_snapshot!(five("short"));
}

#[test]
fn json_is_the_documented_object() {
    let text = five("json");
    insta::assert_snapshot!(text);
    let document: Value = serde_json::from_str(&text).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&document), ["diagnostics", "summary", "version"]);
    assert_eq!(keys(&document["summary"]), ["errors", "files", "notes", "warnings"]);
    for row in document["diagnostics"].as_array().unwrap() {
        let mut expected = [
            "code",
            "rule",
            "severity",
            "message",
            "file",
            "line",
            "column",
            "end_line",
            "end_column",
            "labels",
            "help",
            "fix",
        ];
        expected.sort_unstable();
        assert_eq!(keys(row), expected);
    }
}

#[test]
fn sarif_is_a_log_of_version_2_1_0() {
    let text = five("sarif");
    // Pages are compared elsewhere; here they would hide the rest.
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap();
    for rule in rules.iter_mut() {
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## Why"));
        rule["help"]["markdown"] = Value::from("…");
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

/// What SARIF 2.1.0 demands of the members that are written here, section by section.
#[test]
fn sarif_keeps_the_rules_of_its_standard() {
    let document: Value = serde_json::from_str(&five("sarif")).unwrap();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for location in result["locations"].as_array().unwrap() {
            let region = &location["physicalLocation"]["region"];
            let number = |name: &str| region[name].as_u64().unwrap();
            let (start, end) = (
                (number("startLine"), number("startColumn")),
                (number("endLine"), number("endColumn")),
            );
            assert!(start <= end && start >= (1, 1));
            let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert_eq!(uri, FIVE);
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            assert!(!fix["artifactChanges"].as_array().unwrap().is_empty());
        }
    }
}

#[test]
fn github_annotates_lines() {
    insta::assert_snapshot!(five("github"));
}

#[test]
fn gitlab_gets_a_list_with_fingerprints_that_differ() {
    let text = five("gitlab");
    insta::assert_snapshot!(text);
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut prints: Vec<_> = document
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    let count = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), count);
}

#[test]
fn junit_has_a_case_a_finding() {
    insta::assert_snapshot!(five("junit"));
}

#[test]
fn a_clean_file_has_a_document_in_every_format() {
    for (format, expected) in
        [("human", "no findings in 1 file\n"), ("short", ""), ("github", ""), ("gitlab", "[]\n")]
    {
        let run = crate::check_text(&crate::instance(""), &["--format", format]);
        assert_eq!((run.status, run.out.as_str()), (0, expected), "{format}");
    }
    for (format, part) in [
        ("json", "\"diagnostics\": []"),
        ("sarif", "\"results\": []"),
        ("junit", "name=\"clean\"/>"),
    ] {
        let run = crate::check_text(&crate::instance(""), &["--format", format]);
        assert!(run.status == 0 && run.out.contains(part), "{format}: {}", run.out);
    }
}
