//! What we tell the person who wrote the configuration: a stable code, a position, what is wrong,
//! why it matters, what to write instead.
//!
//! Here are the data and the sink; `render` turns them into text. Nothing here prints.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod code;
pub mod patch;
pub mod render;
mod verdict;

pub use code::Code;
pub use verdict::{Verdict, status};

use crate::source::SourceMap;
use crate::units::Span;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// It runs, but hardly as meant.
    Warning,
    /// The statement has no effect, or the configuration cannot be used.
    Error,
}

/// A second place that belongs to the story ("first defined here").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in a few words.
    pub text: String,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Stable code and rule name.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in the reader's terms, without a full stop.
    pub message: String,
    /// Where; `None` only for findings about a whole file that has no text.
    pub span: Option<Span>,
    /// Why here: the text at the marker. May be empty.
    pub label: String,
    /// Other places that take part.
    pub related: Vec<Label>,
    /// What keepalived does with it, and other background.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// A change of the text that mends it.
    pub fix: Option<Fix>,
    /// What keepalived makes of it.
    pub verdict: Verdict,
    /// keepalived's own words, where they differ from `message`; `-t` and the log use them.
    pub wording: Option<String>,
}

/// A change that mends what was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an imperative: "remove the second `priority`".
    pub title: String,
    /// Replacements, none overlapping another.
    pub edits: Vec<Edit>,
    /// True if it may be applied without a look: the daemon's behaviour stays as it is now, or what
    /// it changes is plainly what was meant.
    pub safe: bool,
}

/// One replacement of a [`Fix`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What goes; empty for an insertion.
    pub span: Span,
    /// What comes.
    pub replacement: String,
}

impl Diagnostic {
    /// A finding at a place; add the rest with the `with_` methods.
    pub fn new(code: Code, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            span: Some(span),
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
            verdict: Verdict::of(severity),
            wording: None,
        }
    }

    /// The text at the marker.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Another place that takes part.
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Background, usually what keepalived does with it.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// What to write instead.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A change of the text that mends it.
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// What keepalived makes of it, where that is not what the severity implies.
    pub fn with_verdict(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }

    /// keepalived's own words, where they differ from the message.
    pub fn with_wording(mut self, wording: impl Into<String>) -> Self {
        self.wording = Some(wording.into());
        self
    }

    /// The same finding in a text in which every span lies elsewhere.
    pub fn moved(mut self, place: impl Fn(Span) -> Span) -> Self {
        self.span = self.span.map(&place);
        self.related.iter_mut().for_each(|label| label.span = place(label.span));
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits);
        edits.for_each(|edit| edit.span = place(edit.span));
        self
    }

    /// The message in keepalived's words, if it has any for it.
    pub fn in_its_words(&self) -> &str {
        self.wording.as_deref().unwrap_or(&self.message)
    }
}

/// So many findings are kept: nobody reads more, and a hostile file would fill the memory with them.
const MOST_FINDINGS: usize = 200_000;

/// Collects findings in the order in which they were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
    /// How many were left out, and the gravest of them.
    beyond: usize,
    gravest: Option<(Severity, Verdict)>,
}

impl Sink {
    /// Takes one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push(diagnostic);
        } else {
            self.leave_out(1, (diagnostic.severity, diagnostic.verdict));
        }
    }

    /// Takes all findings of another collection.
    pub fn append(&mut self, other: Self) {
        for diagnostic in other.found {
            self.push(diagnostic);
        }
        if let Some(gravest) = other.gravest {
            self.leave_out(other.beyond, gravest);
        }
    }

    fn leave_out(&mut self, count: usize, (severity, verdict): (Severity, Verdict)) {
        self.beyond += count;
        let (known_severity, known_verdict) = self.gravest.unwrap_or((severity, verdict));
        self.gravest = Some((severity.max(known_severity), verdict.max(known_verdict)));
    }

    /// The findings behind so many first ones, to say more about them.
    pub fn since_mut(&mut self, count: usize) -> &mut [Diagnostic] {
        self.found.get_mut(count..).unwrap_or_default()
    }

    /// All findings so far.
    pub fn all(&self) -> &[Diagnostic] {
        &self.found
    }

    /// The findings after the first so many, to be completed.
    pub fn since(&mut self, first: usize) -> &mut [Diagnostic] {
        self.found.get_mut(first..).unwrap_or_default()
    }

    /// Ends the collection, sorted by position as a reader meets it (findings without one first),
    /// order kept otherwise.
    pub fn into_sorted(mut self, sources: &SourceMap) -> Vec<Diagnostic> {
        self.found
            .sort_by_key(|diagnostic| diagnostic.span.map(|span| sources.reading_order(span)));
        if let Some((severity, verdict)) = self.gravest {
            let end = Span::new(sources.end(), sources.end());
            let text = format!("{} more findings are left out", self.beyond);
            self.found.push(
                Diagnostic::new(Code::BOUND_REACHED, severity, end, text)
                    .with_label(format!("at most {MOST_FINDINGS} are kept"))
                    .with_verdict(verdict),
            );
        }
        self.found
    }

    /// True if anything is an error.
    pub fn has_errors(&self) -> bool {
        let error = |severity| severity == Severity::Error;
        self.found.iter().any(|diagnostic| error(diagnostic.severity))
            || self.gravest.is_some_and(|(severity, _)| error(severity))
    }
}
