//! Findings as SARIF 2.1.0 (OASIS), for code scanning: one run, every rule described, every finding
//! with its place, its related places and its fix.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::diag::render::report::{Report, fingerprint, line_text, located, place};
use crate::diag::{Diagnostic, Severity, patch};
use crate::source::{Location, SourceMap};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<RuleRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleRow<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help<'a>>,
    default_configuration: Level,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Level {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: OwnedText,
    locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixRow<'a>>,
}

#[derive(Serialize)]
struct OwnedText {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<OwnedText>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixRow<'a> {
    description: Text<'a>,
    artifact_changes: Vec<Change>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: OwnedText,
}

/// The document, without a line end.
pub fn document(report: &Report<'_>) -> String {
    let codes: BTreeSet<_> = report.findings().map(|(_, finding)| finding.code).collect();
    let codes: Vec<_> = codes.into_iter().collect();
    let rules = codes.iter().map(|code| {
        let text = report.rules.iter().find(|rule| rule.code == *code);
        RuleRow {
            id: code.id,
            name: code.name,
            short_description: text.map(|rule| Text { text: &rule.summary }),
            help: text.map(|rule| Help { text: &rule.summary, markdown: &rule.page }),
            default_configuration: Level {
                level: text.map_or("warning", |rule| level(rule.severity)),
            },
        }
    });
    let results = report.findings().map(|(sources, finding)| {
        let index = codes.binary_search(&finding.code).unwrap_or_default();
        result(finding, sources, index)
    });
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "stillalive",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    };
    // Strings, numbers and lists always have a JSON form.
    serde_json::to_string_pretty(&log).unwrap_or_default()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn result<'a>(finding: &'a Diagnostic, sources: &SourceMap, index: usize) -> SarifResult<'a> {
    let at = place(finding, sources);
    let line = at.as_ref().map_or_else(String::new, |at| line_text(sources, at));
    let file = at.as_ref().map_or_else(String::new, |at| uri(&at.path));
    let known = fingerprint(&[finding.code.id, &file, &line]);
    let mut message = finding.message.clone();
    if !finding.label.is_empty() {
        message.push_str(": ");
        message.push_str(&finding.label);
    }
    if let Some(help) = &finding.help {
        message.push_str(". Help: ");
        message.push_str(help);
    }
    let related = finding.related.iter().enumerate().filter_map(|(index, label)| {
        let at = sources.resolve(label.span)?;
        let message = Some(OwnedText { text: label.text.clone() });
        Some(Place { id: Some(index + 1), physical_location: physical(&at), message })
    });
    SarifResult {
        rule_id: finding.code.id,
        rule_index: index,
        level: level(finding.severity),
        message: OwnedText { text: message },
        locations: at
            .iter()
            .map(|at| Place { id: None, physical_location: physical(at), message: None })
            .collect(),
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("stillalive/v1", known)]),
        fixes: fixes(finding, sources),
    }
}

fn fixes<'a>(finding: &'a Diagnostic, sources: &SourceMap) -> Vec<FixRow<'a>> {
    let Some(fix) = &finding.fix else { return Vec::new() };
    let mut changes: BTreeMap<Artifact, Vec<Replacement>> = BTreeMap::new();
    for edit in patch::edits(fix, sources).into_iter().flatten() {
        let Some(at) = located(edit.place, sources) else { continue };
        changes.entry(Artifact { uri: uri(&at.path) }).or_default().push(Replacement {
            deleted_region: region(&at),
            inserted_content: OwnedText { text: edit.replacement },
        });
    }
    let changes: Vec<_> = changes
        .into_iter()
        .map(|(artifact_location, replacements)| Change { artifact_location, replacements })
        .collect();
    if changes.is_empty() {
        return Vec::new();
    }
    vec![FixRow { description: Text { text: &fix.title }, artifact_changes: changes }]
}

fn physical(at: &Location) -> Physical {
    Physical { artifact_location: Artifact { uri: uri(&at.path) }, region: region(at) }
}

fn region(at: &Location) -> Region {
    Region {
        start_line: at.line,
        start_column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
    }
}

/// A path as a URI reference: relative ones stay relative, for viewers take them from the root of
/// the repository.
fn uri(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.strip_prefix("./").unwrap_or(&text);
    let mut out = String::from(if text.starts_with('/') { "file://" } else { "" });
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri(Path::new("./a/b c.conf")), "a/b%20c.conf");
        assert_eq!(uri(Path::new("/etc/k.conf")), "file:///etc/k.conf");
        assert_eq!(uri(Path::new("<stdin>")), "%3Cstdin%3E");
    }
}
