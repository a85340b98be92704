//! The line that keepalived itself would log: `(FILE: Line N) text`.

use crate::diag::Diagnostic;
use crate::source::SourceMap;

/// One finding as one line. The code stands at the end, where it disturbs nobody who looks for
/// keepalived's form.
pub fn line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let Diagnostic { code, .. } = diagnostic;
    let message = diagnostic.in_its_words();
    match diagnostic.span.and_then(|span| sources.resolve(span)) {
        Some(at) => {
            format!(
                "({}: Line {}) {message} [{code}, column {}]",
                at.path.display(),
                at.line,
                at.column
            )
        }
        None => format!("{message} [{code}]"),
    }
}
