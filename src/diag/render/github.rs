//! Findings as workflow commands of GitHub Actions, which become annotations of a pull request.

use crate::diag::render::report::{Report, place};
use crate::diag::{Diagnostic, Severity};
use crate::source::SourceMap;

/// One line a finding, without the last line end.
pub fn document(report: &Report<'_>) -> String {
    let lines = report.findings().map(|(sources, finding)| line(finding, sources));
    lines.collect::<Vec<_>>().join("\n")
}

fn line(finding: &Diagnostic, sources: &SourceMap) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let title =
        format!("title={}", property(&format!("{} {}", finding.code.id, finding.code.name)));
    let mut properties = Vec::new();
    if let Some(at) = place(finding, sources) {
        properties.push(format!("file={}", property(&at.path.to_string_lossy())));
        properties.push(format!("line={}", at.line));
        // Columns are taken only where both ends stand on one line.
        if at.line == at.end_line {
            properties.push(format!("col={}", at.column));
            if at.end_column > at.column {
                properties.push(format!("endColumn={}", at.end_column));
            }
        } else {
            properties.push(format!("endLine={}", at.end_line));
        }
    }
    properties.push(title);
    let label =
        if finding.label.is_empty() { String::new() } else { format!(": {}", finding.label) };
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let message = data(&format!("{}{label}{help}", finding.message));
    format!("::{command} {}::{message}", properties.join(","))
}

/// A message, with what would end it escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a property, which a comma or colon would end as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
