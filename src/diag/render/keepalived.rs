//! The line that keepalived itself would log: `(FILE: Line N) text`.

use crate::diag::Diagnostic;
use crate::source::SourceMap;

/// One finding as one line. The code stands at the end, where it disturbs nobody who looks for
/// keepalived's form.
pub fn line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let Diagnostic { code, .. } = diagnostic;
    let message = diagnostic.in_its_words();
    let place = diagnostic.span.and_then(|span| sources.resolve(span).zip(sources.read_at(span)));
    match place {
        // keepalived names the line that it had read last: where a definition is used.
        Some((at, (path, line))) => {
            format!("({}: Line {line}) {message} [{code}, column {}]", path.display(), at.column)
        }
        None => format!("{message} [{code}]"),
    }
}
