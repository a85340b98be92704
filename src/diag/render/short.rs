//! One line a finding, as compilers write it: `FILE:LINE:COLUMN: severity[CODE]: message`.

use crate::diag::render::report::place;
use crate::diag::{Diagnostic, Severity};
use crate::source::SourceMap;

/// One finding as one line.
pub fn line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let Diagnostic { code, message, .. } = diagnostic;
    let severity = word(diagnostic.severity);
    match place(diagnostic, sources) {
        Some(at) => format!(
            "{}:{}:{}: {severity}[{code}]: {message}",
            at.path.display(),
            at.line,
            at.column
        ),
        None => format!("{severity}[{code}]: {message}"),
    }
}

/// The word for a severity.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
