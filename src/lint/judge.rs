//! The verdict of `check` on one configuration: what reading it found and what the rules found, in
//! reading order, with fixes.

use crate::diag::{Code, Diagnostic, Severity, Sink};
use crate::lint::mend::mend;
use crate::lint::{Subject, check};

/// All findings: those of the reading, and those of the rules.
pub fn judge(subject: &Subject<'_>, reading: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    let reading = reading.iter().cloned().map(|finding| raised(subject, finding));
    reading.chain(check(subject)).for_each(|finding| sink.push(finding));
    let mut findings = sink.into_sorted(subject.sources);
    mend(subject, &mut findings);
    findings
}

/// What the daemon may take with a shrug but a person would call broken: an include of one certain
/// file that is not there.
fn raised(subject: &Subject<'_>, finding: Diagnostic) -> Diagnostic {
    let directive = finding.span.map_or("", |span| subject.sources.text(span));
    let one_file = !directive.is_empty() && !directive.contains(['*', '?', '[', '{']);
    if finding.code == Code::INCLUDE_NOT_FOUND && one_file {
        return Diagnostic { severity: Severity::Error, ..finding };
    }
    finding
}
