//! From files to the expanded text, in keepalived's order: comments go, conditions keep or drop a
//! line, definitions and generators are stored, their uses replaced, includes read in place.
//!
//! A line comes from the generator or the definition that is being expanded, the innermost first,
//! else from the file on top. What keepalived does by accident rather than by design is decided in
//! `docs/compatibility.md`, and said where it is met. Everything is bounded, so that no input,
//! however hostile, takes more than so much time and memory.

mod bounds;
mod conditions;
mod definitions;
mod deliver;
mod evaluate;
mod generators;
mod includes;
mod physical;
mod substitute;

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Sink};
use crate::source::{LoadedFile, Loader, SourceMap, Traced};
use crate::syntax::Environment;
use crate::syntax::expand::bounds::Bounds;
pub(super) use crate::syntax::expand::bounds::Limits;
pub(super) use crate::syntax::expand::conditions::{Dropped, explain};
use crate::syntax::expand::definitions::{Definitions, Unfinished};
use crate::syntax::expand::deliver::Place;
use crate::syntax::expand::generators::Generator;
use crate::syntax::expand::includes::Classes;
use crate::syntax::expand::physical::Reading;
use crate::syntax::expand::substitute::Rest;
use crate::units::Span;

/// The text that the parser reads, and what it has to know about it.
pub(super) struct Expanded {
    pub(super) sources: SourceMap,
    /// The braces in it that are text, in order.
    pub(super) literal: Vec<u32>,
    /// Lines that a condition removed together with braces.
    pub(super) dropped: Vec<Dropped>,
}

/// Reads all files into one text.
pub(super) fn expand(
    loader: &dyn Loader,
    files: Vec<LoadedFile>,
    environment: &Environment,
    limits: Limits,
    findings: &mut Sink,
) -> Expanded {
    let mut expander = Expander {
        loader,
        environment,
        findings,
        sources: SourceMap::default(),
        files: Vec::new(),
        pending: Vec::new(),
        unfinished: None,
        definitions: Definitions::new(environment),
        include_check: if environment.check_includes { Classes::ALL } else { Classes::NONE },
        place: Place::default(),
        bounds: Bounds::new(limits),
        literal: Vec::new(),
        dropped: Vec::new(),
    };
    for file in files.into_iter().rev() {
        expander.begin(file, None);
    }
    while expander.bounds.reached().is_none() && expander.next_line() {}
    expander.finish();
    let Expander { sources, literal, dropped, .. } = expander;
    Expanded { sources, literal, dropped }
}

struct Expander<'a> {
    loader: &'a dyn Loader,
    environment: &'a Environment,
    findings: &'a mut Sink,
    sources: SourceMap,
    /// The file that is being read, on top of those that include it.
    files: Vec<Reading>,
    /// What lines come from before the file goes on, the last first.
    pending: Vec<Pending>,
    /// The definition whose lines are being collected.
    unfinished: Option<Unfinished>,
    definitions: Definitions,
    /// `include_check`: which problems of includes are fatal, whatever their variant.
    include_check: Classes,
    place: Place,
    bounds: Bounds,
    literal: Vec<u32>,
    dropped: Vec<Dropped>,
}

/// A source of lines besides the files.
enum Pending {
    /// The other lines of a definition that is being expanded.
    Rest(Rest),
    /// A generator that has values left.
    Generator(Generator),
}

impl Expander<'_> {
    /// Takes one line from where the next one comes from; false at the end of everything.
    fn next_line(&mut self) -> bool {
        match self.next_pending() {
            Some(line) => {
                if self.bounds.take_line() {
                    self.evaluate(line);
                }
                true
            }
            None => self.next_physical(),
        }
    }

    fn next_pending(&mut self) -> Option<Traced> {
        loop {
            let line = match self.pending.last_mut()? {
                Pending::Rest(rest) => rest.next(),
                Pending::Generator(generator) => generator
                    .next()
                    .map(|values| (Arc::clone(&generator.template), values))
                    .map(|(template, values)| {
                        self.definitions.set_all(values);
                        Traced::clone(&template)
                    }),
            };
            if line.is_some() {
                return line;
            }
            self.pending.pop();
        }
    }

    fn finish(&mut self) {
        if let Some(unfinished) = self.unfinished.take() {
            self.definitions.store(unfinished);
        }
        self.tell_unused();
        if let Some(bound) = self.bounds.reached() {
            let at = Span::new(self.sources.end(), self.sources.end());
            self.findings.push(
                Diagnostic::new(Code::BOUND_REACHED, Severity::Error, at, bound)
                    .with_label("reading stopped here")
                    .with_note("keepalived has no such bound: it goes on until its memory ends"),
            );
        }
    }

    /// A place for a finding about text that the parser does not see.
    fn aside(&mut self, text: &Traced) -> Span {
        self.sources.set_aside(text)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }
}

/// The finding about a quote: that of the scanner of lines, which heeds backslashes, or that of the
/// words, which do not.
pub(super) fn unclosed_quote(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UNCLOSED_QUOTE, Severity::Error, span, "a double quote is never closed")
        .with_label("the line is ignored from here on")
        .with_help("close it on the same line; values cannot span lines")
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
