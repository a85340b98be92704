//! What the document formats have in common: the findings of several configurations, counted and
//! placed.

use std::fmt;
use std::path::PathBuf;

use crate::diag::{Code, Diagnostic, Severity};
use crate::source::{FileId, FileSpan, Location, SourceMap};

/// The findings of one run, by configuration.
#[derive(Clone, Debug, Default)]
pub struct Report<'a> {
    /// One for each configuration that was read.
    pub parts: Vec<Part<'a>>,
    /// What there is to say about codes as such.
    pub rules: Vec<RuleText>,
}

/// One configuration: a main file with what it includes.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Its texts.
    pub sources: &'a SourceMap,
    /// What was found in it, in reading order.
    pub findings: &'a [Diagnostic],
}

/// A code with its documentation, for formats that carry it along.
#[derive(Clone, Debug)]
pub struct RuleText {
    /// The code.
    pub code: Code,
    /// How bad its findings are, as a rule.
    pub severity: Severity,
    /// What is found, in a sentence.
    pub summary: String,
    /// The whole page in Markdown.
    pub page: String,
}

/// How much was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Files that were read, included ones too.
    pub files: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
}

impl<'a> Report<'a> {
    /// Every finding with the texts that it is about.
    pub fn findings(&self) -> impl Iterator<Item = (&'a SourceMap, &'a Diagnostic)> + '_ {
        self.parts
            .iter()
            .flat_map(|part| part.findings.iter().map(move |finding| (part.sources, finding)))
    }

    /// The number of files and findings.
    pub fn summary(&self) -> Summary {
        let count =
            |severity| self.findings().filter(|(_, finding)| finding.severity == severity).count();
        Summary {
            files: self.parts.iter().map(|part| part.sources.files().len()).sum(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, word: &str| {
            format!("{count} {word}{}", if count == 1 { "" } else { "s" })
        };
        let found: Vec<_> =
            [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, word)| counted(count, word))
                .collect();
        let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
        write!(f, "{found} in {}", counted(self.files, "file"))
    }
}

/// Where a finding is shown: its own place, or the beginning of the main file for a finding about
/// the file as a whole.
pub fn place(finding: &Diagnostic, sources: &SourceMap) -> Option<Location> {
    let whole = || {
        let (id, file) = sources.main_file()?;
        Some(beginning(id, file.path().to_owned()))
    };
    finding.span.and_then(|span| sources.resolve(span)).or_else(whole)
}

/// A place in a file, for people.
pub(super) fn located(span: FileSpan, sources: &SourceMap) -> Option<Location> {
    let file = sources.file(span.file)?;
    let (line, column) = file.position(span.start);
    let (end_line, end_column) = file.position(span.end);
    let path = file.path().to_owned();
    Some(Location { span, path, line, column, end_line, end_column, expansions: Vec::new() })
}

fn beginning(file: FileId, path: PathBuf) -> Location {
    Location {
        span: FileSpan { file, start: 0, end: 0 },
        path,
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        expansions: Vec::new(),
    }
}

/// The line on which a place begins, without blanks around it and without secrets: what stays the
/// same when the line moves.
pub fn line_text(sources: &SourceMap, at: &Location) -> String {
    let text = sources.file(at.span.file).map_or("", |file| file.text());
    let before = text.get(..at.span.start as usize).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.find('\n').unwrap_or(rest.len());
    sources.shown_part(at.span.file, start..end).trim().to_owned()
}

/// A number that stays the same from run to run (FNV-1a, 64 bits), as 16 digits.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_in_words() {
        let summary = Summary { files: 1, errors: 2, warnings: 1, notes: 0 };
        assert_eq!(summary.to_string(), "2 errors, 1 warning in 1 file");
        let clean = Summary { files: 3, ..Summary::default() };
        assert_eq!(clean.to_string(), "no findings in 3 files");
    }

    #[test]
    fn a_fingerprint_tells_its_parts_apart() {
        assert_eq!(fingerprint(&["a", "b"]), fingerprint(&["a", "b"]));
        assert_ne!(fingerprint(&["ab", ""]), fingerprint(&["a", "b"]));
    }
}
