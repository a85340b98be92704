//! The verdict of `check` on one configuration: what reading it found and what the rules found, in
//! reading order, with fixes.

use crate::diag::{Code, Diagnostic, Severity, Sink};
use crate::ir::Instance;
use crate::lint::mend::mend;
use crate::lint::{Subject, check};
use crate::units::{Family, Version};

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
/// file that is not there, and IPv6 in a form that no other router understands.
fn raised(subject: &Subject<'_>, finding: Diagnostic) -> Diagnostic {
    let text = finding.span.map_or("", |span| subject.sources.text(span));
    let severity = match finding.code {
        Code::INCLUDE_NOT_FOUND if text.contains(['*', '?', '[', '{']) => Severity::Warning,
        Code::INCLUDE_NOT_FOUND if !text.is_empty() => Severity::Error,
        Code::VERSION_MISMATCH if text == "2" && subject.instances().any(speaks_neither) => {
            Severity::Error
        }
        _ => return finding,
    };
    Diagnostic { severity: severity.max(finding.severity), ..finding }
}

/// IPv6 in version 2, which does not exist.
fn speaks_neither(instance: &Instance) -> bool {
    instance.version == Version::V2 && instance.family == Family::V6
}
