//! What is said once a keyword: that it does not run yet, or that it has no effect here. A file
//! may use `track_script` in a hundred instances; a hundred warnings would hide the others.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Sink};
use crate::schema::Block;
use crate::units::Span;

/// So many places besides the first are shown; the others are counted.
const PLACES: usize = 3;

/// Findings about keywords, each with the places where its keyword stands.
#[derive(Default)]
pub(super) struct Seldom {
    findings: BTreeMap<(Block, String), Repeated>,
}

struct Repeated {
    first: Diagnostic,
    others: Vec<Span>,
}

impl Seldom {
    /// Notes a keyword (`word`, with its argument where that matters) that stands at `span`.
    pub(super) fn note(
        &mut self,
        place: Block,
        word: &str,
        span: Span,
        finding: impl FnOnce() -> Diagnostic,
    ) {
        match self.findings.get_mut(&(place, word.to_owned())) {
            Some(known) => known.others.push(span),
            None => {
                let repeated = Repeated { first: finding(), others: Vec::new() };
                self.findings.insert((place, word.to_owned()), repeated);
            }
        }
    }

    /// Says everything: one finding a keyword, with the number of its places if it has several.
    pub(super) fn tell(self, findings: &mut Sink) {
        for Repeated { mut first, others } in self.findings.into_values() {
            if !others.is_empty() {
                first.message.push_str(&format!(" ({} times in all)", others.len() + 1));
                for span in others.iter().take(PLACES) {
                    first = first.with_related(*span, "and here");
                }
                if let more @ 1.. = others.len().saturating_sub(PLACES) {
                    first = first.with_note(format!("and at {more} more places"));
                }
            }
            findings.push(first);
        }
    }
}
