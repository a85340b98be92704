//! A baseline: the findings that an old repository has and does not want to hear of again. New ones
//! are told from them by file, code and the text of the line, so that a line may move.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diag::Diagnostic;
use crate::diag::render::{Report, line_text, place};
use crate::source::SourceMap;

/// The form that is written; another one is refused.
const VERSION: u32 = 1;

/// Known findings, each so many times.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    known: BTreeMap<Key, u32>,
}

/// File, code, and the line without the blanks around it.
type Key = (String, String, String);

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON, or has other members.
    #[error("this is no baseline: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another version.
    #[error("a baseline of version {0} is unknown here; version {VERSION} is read")]
    Version(u32),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    findings: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    file: String,
    code: String,
    line: String,
    count: u32,
}

impl Baseline {
    /// All findings of a run.
    pub fn of(report: &Report<'_>) -> Self {
        let mut baseline = Self::default();
        for key in report.findings().filter_map(|(sources, finding)| key(finding, sources)) {
            *baseline.known.entry(key).or_default() += 1;
        }
        baseline
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(text: &str) -> Result<Self, BaselineError> {
        let document: Document = serde_json::from_str(text)?;
        if document.version != VERSION {
            return Err(BaselineError::Version(document.version));
        }
        let rows = document.findings.into_iter();
        Ok(Self { known: rows.map(|row| ((row.file, row.code, row.line), row.count)).collect() })
    }

    /// The document, with a line end.
    pub fn to_json(&self) -> String {
        let row = |((file, code, line), count): (&Key, &u32)| Row {
            file: file.clone(),
            code: code.clone(),
            line: line.clone(),
            count: *count,
        };
        let document =
            Document { version: VERSION, findings: self.known.iter().map(row).collect() };
        // Strings, numbers and lists always have a JSON form.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Removes the findings that are known; each known one hides one.
    pub fn hide(&mut self, findings: &mut Vec<Diagnostic>, sources: &SourceMap) {
        findings.retain(|finding| {
            let known = key(finding, sources).and_then(|key| self.known.get_mut(&key));
            match known {
                Some(count @ 1..) => {
                    *count -= 1;
                    false
                }
                _ => true,
            }
        });
    }
}

fn key(finding: &Diagnostic, sources: &SourceMap) -> Option<Key> {
    let at = place(finding, sources)?;
    let file = at.path.to_string_lossy();
    let file = file.strip_prefix("./").unwrap_or(&file).to_owned();
    Some((file, finding.code.id.to_owned(), line_text(sources, &at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render::Part;
    use crate::diag::{Code, Severity};
    use crate::source::Origin;
    use crate::units::Span;

    /// A file with one finding at every `X`.
    fn file(text: &str) -> (SourceMap, Vec<Diagnostic>) {
        let mut sources = SourceMap::default();
        let file = sources.add_file("k.conf".as_ref(), text.to_owned(), None);
        sources.push(text, Origin::File { file, offset: 0 });
        let at = |offset: usize| u32::try_from(offset).unwrap();
        let findings = text
            .match_indices('X')
            .map(|(place, _)| Span::new(at(place), at(place + 1)))
            .map(|span| Diagnostic::new(Code::MISSING_VRID, Severity::Error, span, "x"))
            .collect();
        (sources, findings)
    }

    #[test]
    fn known_findings_are_hidden_wherever_their_line_moves() {
        let (sources, findings) = file("X a\nX b\n");
        let part = Part { sources: &sources, findings: &findings };
        let baseline = Baseline::of(&Report { parts: vec![part], rules: Vec::new() });
        let mut baseline = Baseline::from_json(&baseline.to_json()).unwrap();
        let (sources, mut findings) = file("new\n  X b\n X a\nX a\nX c\n");
        baseline.hide(&mut findings, &sources);
        let lines = findings.iter().filter_map(|left| sources.resolve(left.span?));
        assert_eq!(lines.map(|at| at.line).collect::<Vec<_>>(), [4, 5]);
    }

    #[test]
    fn another_text_is_refused() {
        let error = |text| Baseline::from_json(text).unwrap_err().to_string();
        assert!(error("{}").starts_with("this is no baseline"));
        assert!(error(r#"{"version":2,"findings":[]}"#).contains("version 2"));
    }
}
