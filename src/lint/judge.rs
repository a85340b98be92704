//! The verdict of `check` on one configuration: what reading it found and what the rules found, less
//! what is not wanted, in reading order.

use crate::diag::{Diagnostic, Sink};
use crate::lint::{Selection, Subject, check};

/// All findings: those of the reading, and those of the rules.
pub fn judge(
    subject: &Subject<'_>,
    reading: &[Diagnostic],
    selection: &Selection,
) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    let all = reading.iter().cloned().chain(check(subject));
    all.filter(|finding| selection.wants(finding.code)).for_each(|finding| sink.push(finding));
    sink.into_sorted(subject.sources)
}
