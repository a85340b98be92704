//! One logical line: is it a condition, a definition, a generator, an include, or words?

use std::ops::Range;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::source::{Origin, Traced};
use crate::syntax::expand::{Expander, unclosed_quote};
use crate::syntax::lines::{self, Kind};
use crate::units::Compat;

/// How a line came to be what it is, for what keepalived makes of an include in it.
#[derive(Clone, Copy, Default)]
pub(super) struct Path {
    /// It stood behind a condition.
    pub(super) conditional: bool,
    /// A definition was replaced in it.
    pub(super) replaced: bool,
    /// It stood behind a brace.
    pub(super) after_brace: bool,
}

/// So often a line is looked at anew after definitions were replaced in it.
const ROUNDS: usize = 8;

impl Expander<'_> {
    /// Takes a line without its comment.
    pub(super) fn evaluate(&mut self, line: Traced) {
        let mut next = Some((line, Path::default()));
        while let Some((line, path)) = next {
            next = self.evaluate_part(line, path).map(|rest| {
                let path = Path { after_brace: true, ..Path::default() };
                (rest, path)
            });
        }
    }

    /// Takes a line up to the brace after which it is more than words; returns the rest.
    fn evaluate_part(&mut self, mut line: Traced, mut path: Path) -> Option<Traced> {
        if self.unfinished.is_some() {
            self.append_to_definition(&line);
            return None;
        }
        for _ in 0..ROUNDS {
            let mut kind = lines::kind(line.text());
            if path.replaced
                && matches!(
                    kind,
                    Kind::Condition { .. } | Kind::Definition { .. } | Kind::Generator
                )
            {
                self.regression(&line);
            }
            if let Kind::Condition { other, id, rest } = kind {
                if !self.holds(&line, other, id, rest.clone()) {
                    return None;
                }
                line = line.slice(rest);
                path.conditional = true;
                // There is one condition a line: a second one is a word.
                kind = match lines::kind(line.text()) {
                    Kind::Condition { .. } => Kind::Text,
                    kind => kind,
                };
            }
            match kind {
                Kind::Definition { name, value } => {
                    self.define(&line, name, value);
                    return None;
                }
                Kind::Attempt { name } if !self.malformed(&line, name.clone()) => return None,
                Kind::Generator => {
                    self.generate(&line);
                    return None;
                }
                _ if line.text().starts_with('~') => break,
                _ => {}
            }
            let (expanded, changed) = self.substitute(&line);
            line = expanded;
            if !changed {
                break;
            }
            path.replaced = true;
            line = self.decomment_again(line);
            if !line.text().starts_with(['@', '$', '~']) {
                break;
            }
        }
        if let Kind::Include { directive, pattern } = lines::kind(line.text()) {
            self.include(&line, directive, pattern, path);
            return None;
        }
        self.deliver(&line)
    }

    /// Definitions may have brought in comments and quotes.
    fn decomment_again(&mut self, line: Traced) -> Traced {
        let content = lines::content(line.text(), self.environment.compat);
        if let Some(quote) = content.open_quote {
            let end = content.runs.last().map_or(quote, |run| run.end);
            let span = self.aside(&line.slice(quote..end.max(quote)));
            self.report(unclosed_quote(span));
        }
        if let ([only], None) = (content.runs.as_slice(), content.backslash)
            && *only == (0..line.text().len())
        {
            return line;
        }
        let mut text = Traced::default();
        for range in content.runs {
            text.append(&line, range);
        }
        if let Some(at) = content.backslash {
            text.append(&line, at..at + 1);
        }
        text
    }

    /// What came out of a definition is a directive again. 2.2.7 evaluates it, as the manual says;
    /// 2.4 does not, except for `include`.
    fn regression(&mut self, line: &Traced) {
        let word = line.text().split([' ', '\t', '{', '}']).next().unwrap_or_default();
        let wording = format!("Unknown keyword '{word}'");
        let span = self.aside(&line.slice(0..word.len()));
        let counted = match self.environment.compat {
            // It looks again only if there is something left to replace.
            Compat::V2_2_7 => !line.text().starts_with('@') && !line.text().contains('$'),
            Compat::V2_4_3 => true,
        };
        let verdict = if counted { Verdict::Counted } else { Verdict::Silent };
        self.report(
            Diagnostic::new(
                Code::DIRECTIVE_FROM_DEFINITION,
                Severity::Warning,
                span,
                "a definition turns this line into a condition, a definition or a generator",
            )
            .with_label("evaluated here, as the manual documents")
            .with_verdict(verdict)
            .with_wording(wording)
            .with_note("keepalived 2.2 evaluates it; 2.4 takes it for an unknown keyword")
            .with_help("write it at the start of the line itself"),
        );
    }

    /// The origin of a byte of a line; of its last one if it is past the end.
    pub(super) fn origin(&self, line: &Traced, at: usize) -> Option<Origin> {
        line.origin(at).or_else(|| line.origin(line.text().len().saturating_sub(1)))
    }

    /// Where a part of a line was written, as a place for a use.
    pub(super) fn site(
        &self,
        line: &Traced,
        range: Range<usize>,
    ) -> Option<crate::source::FileSpan> {
        let first = self.origin(line, range.start)?;
        let last = self.origin(line, range.end.saturating_sub(1).max(range.start))?;
        self.sources.site(first, last)
    }
}
