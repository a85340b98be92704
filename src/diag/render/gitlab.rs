//! Findings as GitLab's code quality report, a JSON list.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diag::render::report::{Report, fingerprint, line_text, place};
use crate::diag::{Diagnostic, Severity};
use crate::source::SourceMap;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The document, without a line end.
pub fn document(report: &Report<'_>) -> String {
    let mut seen = BTreeMap::new();
    let issues: Vec<_> = report
        .findings()
        .filter_map(|(sources, finding)| issue(finding, sources, &mut seen))
        .collect();
    // Strings, numbers and lists always have a JSON form.
    serde_json::to_string_pretty(&issues).unwrap_or_default()
}

/// Findings are known again by code, file and line; equal ones are numbered, for GitLab keeps one
/// of each fingerprint.
fn issue<'a>(
    finding: &'a Diagnostic,
    sources: &SourceMap,
    seen: &mut BTreeMap<(String, String, String), u32>,
) -> Option<Issue<'a>> {
    let at = place(finding, sources)?;
    let path = at.path.to_string_lossy().into_owned();
    let text = line_text(sources, &at);
    let key = (finding.code.id.to_owned(), path.clone(), text.clone());
    let number = seen.entry(key).or_default();
    *number += 1;
    Some(Issue {
        description: format!("{} [{}]", finding.message, finding.code.id),
        check_name: finding.code.name,
        fingerprint: fingerprint(&[finding.code.id, &path, &text, &number.to_string()]),
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        // GitLab compares paths with those of the repository.
        location: Location {
            path: path.strip_prefix("./").unwrap_or(&path).to_owned(),
            lines: Lines { begin: at.line },
        },
    })
}
