//! Findings as one JSON object, whose members keep their names and meaning within `version` 1:
//!
//! `{"version":1,"diagnostics":[{"code","rule","severity","message","file","line","column",
//! "end_line","end_column","labels":[{"file","line","column","end_line","end_column","text",
//! "primary"}],"help","fix":{"title","safe","edits":[{"file","line","column","end_line",
//! "end_column","replacement"}]}|null}],"summary":{"files","errors","warnings","notes"}}`
//!
//! Lines and columns count from 1, columns in characters; an end is one past the last character.

use serde::Serialize;

use crate::diag::render::report::{Report, located, place};
use crate::diag::render::short::word;
use crate::diag::{Diagnostic, Fix, patch};
use crate::source::{Location, SourceMap};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a, T> {
    version: u32,
    diagnostics: Vec<Row<'a>>,
    summary: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a T>,
}

#[derive(Serialize)]
struct Row<'a> {
    code: &'a str,
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place,
    labels: Vec<LabelRow<'a>>,
    help: Option<&'a str>,
    fix: Option<FixRow<'a>>,
}

#[derive(Serialize, Default)]
struct Place {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct LabelRow<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
    primary: bool,
}

#[derive(Serialize)]
struct FixRow<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<EditRow>,
}

#[derive(Serialize)]
struct EditRow {
    #[serde(flatten)]
    place: Place,
    replacement: String,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// The document, without a line end.
pub fn document(report: &Report<'_>) -> String {
    write::<()>(report, None)
}

/// The document with one more member, `cluster`: what is known of the inputs together.
pub fn document_with<T: Serialize>(report: &Report<'_>, cluster: &T) -> String {
    write(report, Some(cluster))
}

fn write<T: Serialize>(report: &Report<'_>, cluster: Option<&T>) -> String {
    let summary = report.summary();
    let document = Document {
        version: VERSION,
        diagnostics: report.findings().map(|(sources, finding)| row(finding, sources)).collect(),
        summary: Counts {
            files: summary.files,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
        },
        cluster,
    };
    // Strings, numbers and lists always have a JSON form.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn row<'a>(finding: &'a Diagnostic, sources: &SourceMap) -> Row<'a> {
    let at = place(finding, sources);
    let own = (!finding.label.is_empty())
        .then(|| Some(LabelRow { place: at.as_ref()?.into(), text: &finding.label, primary: true }))
        .flatten();
    let related = finding.related.iter().filter_map(|label| {
        let at = sources.resolve(label.span)?;
        Some(LabelRow { place: (&at).into(), text: &label.text, primary: false })
    });
    Row {
        code: finding.code.id,
        rule: finding.code.name,
        severity: word(finding.severity),
        message: &finding.message,
        place: at.as_ref().map(Place::from).unwrap_or_default(),
        labels: own.into_iter().chain(related).collect(),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().and_then(|fix| fix_row(fix, sources)),
    }
}

/// A fix with the changes as they would be made; `None` if they cannot be made in the files.
fn fix_row<'a>(fix: &'a Fix, sources: &SourceMap) -> Option<FixRow<'a>> {
    let edits = patch::edits(fix, sources)?.into_iter().filter_map(|edit| {
        let at = located(edit.place, sources)?;
        Some(EditRow { place: (&at).into(), replacement: edit.replacement })
    });
    Some(FixRow { title: &fix.title, safe: fix.safe, edits: edits.collect() })
}

impl From<&Location> for Place {
    fn from(at: &Location) -> Self {
        Self {
            file: at.path.to_string_lossy().into_owned(),
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
        }
    }
}
