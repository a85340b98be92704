//! `@id` and `@^id`: lines that count for one config-id only, or for all but one.

use std::ops::Range;

use crate::diag::{Code, Diagnostic, Severity, Sink, Verdict};
use crate::source::Traced;
use crate::syntax::expand::Expander;
use crate::syntax::lines;
use crate::units::Span;

/// A line that a condition removed, with braces that do not balance in it.
pub(in crate::syntax) struct Dropped {
    /// The line.
    span: Span,
    /// How far the expanded text had come.
    at: u32,
    /// `{` more than `}`.
    opens: i32,
}

impl Expander<'_> {
    /// True if the line is to be read.
    pub(super) fn holds(
        &mut self,
        line: &Traced,
        other: bool,
        id: Range<usize>,
        rest: Range<usize>,
    ) -> bool {
        let text = line.text();
        let equal = text.get(id).is_some_and(|id| id == self.environment.config_id);
        if equal != other && !rest.is_empty() {
            return true;
        }
        let dropped = text.get(rest).unwrap_or_default();
        // What it uses is used for another id.
        self.definitions.mention(dropped);
        let opens =
            lines::braces(dropped).map(|(_, brace)| if brace == b'{' { 1 } else { -1 }).sum();
        if opens != 0 {
            let span = self.aside(line);
            self.dropped.push(Dropped { span, at: self.sources.end(), opens });
        }
        false
    }

    /// `@!id` looks like a negation; the `!` begins a comment.
    pub(super) fn not_a_negation(&mut self, line: &Traced) {
        let span = self.aside(line);
        self.report(
            Diagnostic::new(
                Code::NOT_A_NEGATION,
                Severity::Error,
                span,
                "`@!` is no negated condition: the `!` begins a comment",
            )
            .with_verdict(Verdict::Silent)
            .with_label("this line is left out, whatever the config-id")
            .with_help("write `@^id` for a line that counts for every other id"),
        );
    }
}

/// So many braces are explained.
const MOST_EXPLAINED: usize = 50;

/// Blocks that do not balance because a condition removed a brace: says so at that line.
pub(in crate::syntax) fn explain(dropped: &[Dropped], findings: &mut Sink) {
    let mut openers: Vec<&Dropped> = Vec::new();
    let mut closers: Vec<&Dropped> = Vec::new();
    for line in dropped {
        match (line.opens > 0, openers.last()) {
            (true, _) => openers.push(line),
            (false, Some(_)) => {
                openers.pop();
            }
            (false, None) => closers.push(line),
        }
    }
    let odd = |finding: &Diagnostic| {
        let span = finding.span?;
        match finding.code {
            Code::STRAY_CLOSING_BRACE => Some((span, true)),
            Code::UNCLOSED_BLOCK => Some((span, false)),
            _ => None,
        }
    };
    let mut explanations = Vec::new();
    for (span, stray) in findings.all().iter().filter_map(odd).take(MOST_EXPLAINED) {
        let found = match stray {
            true => {
                openers.iter().rposition(|line| line.at <= span.start).map(|at| openers.remove(at))
            }
            false => closers.pop(),
        };
        let Some(line) = found else { continue };
        let (gone, then) = match stray {
            true => ("{", "this `}` belongs to it"),
            false => ("}", "it belongs to this `{`"),
        };
        explanations.push(
            Diagnostic::new(
                Code::CONDITION_REMOVES_BRACE,
                Severity::Warning,
                line.span,
                format!("the condition removes the `{gone}` together with the line"),
            )
            .with_related(span, then)
            .with_help("repeat the condition on every line of the block, braces included"),
        );
    }
    for explanation in explanations {
        findings.push(explanation);
    }
}
