//! The verdict of `check` on one configuration: what reading it found and what the rules found,
//! in reading order.

use crate::diag::{Diagnostic, Sink};
use crate::lint::{Subject, check};

/// All findings: those of the reading, and those of the rules.
pub fn judge(subject: &Subject<'_>, reading: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    let all = reading.iter().cloned().chain(check(subject));
    all.for_each(|finding| sink.push(finding));
    sink.into_sorted(subject.sources)
}
