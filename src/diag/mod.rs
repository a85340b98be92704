//! What we tell the person who wrote the configuration: a stable code, a position, what is wrong,
//! why it matters, what to write instead.
//!
//! Here are the data and the sink; `render` turns them into text. Nothing here prints.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod code;
pub mod render;

pub use code::Code;

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
}

/// Collects findings in the order in which they were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    /// Takes one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// All findings so far.
    pub fn all(&self) -> &[Diagnostic] {
        &self.found
    }

    /// Ends the collection, sorted by position as a reader meets it (findings without one first),
    /// order kept otherwise.
    pub fn into_sorted(mut self, sources: &SourceMap) -> Vec<Diagnostic> {
        self.found
            .sort_by_key(|diagnostic| diagnostic.span.map(|span| sources.reading_order(span)));
        self.found
    }

    /// True if anything is an error.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}
