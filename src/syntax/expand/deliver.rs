//! What the parser gets: words and braces. A brace ends a line, and what follows it is read as a
//! line of its own.

use crate::diag::{Code, Diagnostic, Severity};
use crate::source::{Origin, Traced};
use crate::syntax::expand::{Expander, offset};
use crate::syntax::lines;

/// Where the text delivered so far ends: how deep, and whether inside `global_defs`. Only
/// `include_check` is of interest, for it feeds back into reading.
#[derive(Default)]
pub(super) struct Place {
    depth: u32,
    global: bool,
}

impl Expander<'_> {
    /// Copies a line of a file that is nothing but words and braces; false if it is more.
    pub(super) fn deliver_plain(&mut self, text: &str, origin: Origin, end: Origin) -> bool {
        let directive = text.starts_with(['@', '~']) || text.starts_with("include");
        if text.is_empty() || directive || text.contains('$') {
            return false;
        }
        let mut braces = false;
        for (at, _) in lines::braces(text) {
            braces = true;
            if is_directive(text.get(at + 1..).unwrap_or_default()) {
                return false;
            }
        }
        self.track(text, braces, &[]);
        self.sources.push(text, origin);
        self.sources.push("\n", end);
        let _ = self.bounds.text(self.sources.end());
        true
    }

    /// Delivers a line up to the first brace behind which it is more than words; returns the rest.
    pub(super) fn deliver(&mut self, line: &Traced) -> Option<Traced> {
        let text = line.text();
        if text.is_empty() {
            return None;
        }
        let literal = if text.contains("${") { lines::literal_braces(text) } else { Vec::new() };
        let mut end = text.len();
        let mut rest = None;
        for (at, _) in lines::braces(text).filter(|(at, _)| !literal.contains(at)) {
            let after = text.get(at + 1..).unwrap_or_default();
            if is_directive(after) {
                end = at + 1;
                let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
                rest = Some(line.slice(end + blanks..text.len()));
                break;
            }
        }
        let part = text.get(..end).unwrap_or(text);
        self.track(part, true, &literal);
        let base = self.sources.end();
        let here = literal.iter().filter(|at| **at < end);
        self.literal.extend(here.map(|at| base.saturating_add(offset(*at))));
        let span = self.sources.push_traced(line, 0..end);
        for pair in literal.chunks_exact(2) {
            if let [open, close] = *pair
                && close < end
                && lines::braces(part).any(|(at, _)| at == open)
            {
                let reference = part.get(open - 1..=close).unwrap_or_default();
                self.undefined(reference, span.slice(open - 1, close + 1));
            }
        }
        if part.ends_with('\\') && rest.is_none() {
            self.report(
                Diagnostic::new(
                    Code::NO_CONTINUATION,
                    Severity::Warning,
                    span.slice(end - 1, end),
                    "a backslash at the end does not continue the line",
                )
                .with_label("it belongs to the last word")
                .with_note("only definitions (`$NAME=...`) may have several lines")
                .with_help("write it as one line"),
            );
        }
        if let Some(origin) = self.origin(line, end) {
            let after = if end == text.len() { origin.advanced(1) } else { origin };
            self.sources.push("\n", after);
        }
        let _ = self.bounds.text(self.sources.end());
        rest
    }

    /// Follows the blocks, and heeds `include_check`.
    fn track(&mut self, text: &str, braces: bool, literal: &[usize]) {
        if !braces {
            return self.track_words(text);
        }
        let mut from = 0;
        for (at, brace) in lines::braces(text) {
            if literal.contains(&at) {
                continue;
            }
            self.track_words(text.get(from..at).unwrap_or_default());
            let depth = self.place.depth;
            self.place.depth =
                if brace == b'{' { depth.saturating_add(1) } else { depth.saturating_sub(1) };
            from = at + 1;
        }
        self.track_words(text.get(from..).unwrap_or_default());
    }

    fn track_words(&mut self, text: &str) {
        let mut words = text.split_ascii_whitespace();
        match (self.place.depth, self.place.global) {
            (0, _) => {
                if let Some(first) = words.next() {
                    self.place.global = first == "global_defs";
                }
            }
            (1, true) if words.next() == Some("include_check") => {
                self.include_check = self.include_check.changed(words);
            }
            _ => {}
        }
    }
}

/// What follows a brace would be more than words if it stood on a line of its own.
fn is_directive(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\t']);
    after.starts_with(['@', '$', '~']) || after.starts_with("include")
}
