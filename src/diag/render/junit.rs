//! Findings as JUnit XML: a suite a configuration, a failed case a finding, one passed case for a
//! configuration without any.

use std::fmt::Write;

use crate::diag::render::report::{Part, Report, place};
use crate::diag::render::{human, short};
use crate::diag::{Diagnostic, Severity};
use crate::source::SourceMap;

/// The document, without a line end.
pub fn document(report: &Report<'_>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (mut tests, mut failures) = (0, 0);
    let mut suites = String::new();
    for part in &report.parts {
        let (of_part, failed) = (part.findings.len().max(1), failed(part).count());
        tests += of_part;
        failures += failed;
        suite(&mut suites, part, of_part, failed);
    }
    let _ = writeln!(
        out,
        "<testsuites name=\"stillalive check\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"0\">"
    );
    out.push_str(&suites);
    out.push_str("</testsuites>");
    out
}

/// Notes are for reading; they fail nothing.
fn failed<'a>(part: &'a Part<'_>) -> impl Iterator<Item = &'a Diagnostic> {
    part.findings.iter().filter(|finding| finding.severity > Severity::Note)
}

fn suite(out: &mut String, part: &Part<'_>, tests: usize, failures: usize) {
    let main = part.sources.main_file();
    let name = main.map(|(_, file)| file.path().to_string_lossy().into_owned()).unwrap_or_default();
    let name = escaped(&name);
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
         skipped=\"0\">"
    );
    if part.findings.is_empty() {
        let _ = writeln!(out, "    <testcase classname=\"{name}\" name=\"clean\"/>");
    }
    for finding in part.findings {
        case(out, finding, part.sources);
    }
    out.push_str("  </testsuite>\n");
}

fn case(out: &mut String, finding: &Diagnostic, sources: &SourceMap) {
    let (file, line) = place(finding, sources)
        .map(|at| (at.path.to_string_lossy().into_owned(), at.line))
        .unwrap_or_default();
    let name = format!("{} {} line {line}", finding.code.id, finding.code.name);
    let _ = write!(
        out,
        "    <testcase classname=\"{0}\" name=\"{1}\" file=\"{0}\" line=\"{line}\"",
        escaped(&file),
        escaped(&name)
    );
    let text = escaped(&human::text(finding, sources, false));
    if finding.severity == Severity::Note {
        let _ = writeln!(out, ">\n      <system-out>{text}</system-out>\n    </testcase>");
        return;
    }
    let _ = writeln!(
        out,
        ">\n      <failure type=\"{}\" message=\"{}\">{text}</failure>\n    </testcase>",
        short::word(finding.severity),
        escaped(&finding.message)
    );
}

/// Text for XML. Control characters have no place there, not even escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            other if other.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            other => out.push(other),
        }
    }
    out
}
