//! Values, with keepalived's words where it refuses them. In such words `{}` stands for the value.

use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::lower::{Lowering, Mode};
use crate::schema::{Keyword, Value};
use crate::syntax::Statement;
use crate::units::{Compat, Spanned};

/// The first word after the keyword.
fn value(statement: &Statement) -> &str {
    statement.arguments().first().map_or("", |word| word.text.as_str())
}

impl Lowering<'_> {
    /// Reads; if that fails and says so, these are keepalived's words for it.
    pub(super) fn in_its_words<T>(
        &mut self,
        words: impl FnOnce() -> String,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let before = self.findings.all().len();
        let result = read(self);
        if result.is_none()
            && let Some(finding) = self.findings.since_mut(before).last_mut()
        {
            finding.wording = Some(words());
        }
        result
    }

    /// A whole number in the range of the schema; junk behind it counts as in the mode.
    pub(super) fn count_in_words(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        words: &str,
    ) -> Option<Spanned<u32>> {
        let words = || words.replace("{}", value(statement));
        let number = self.in_its_words(words, |this| this.integer(keyword, statement))?;
        Some(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
    }

    /// A whole number with nothing behind it, in any mode.
    pub(super) fn exact_number(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        words: &str,
    ) -> Option<Spanned<u32>> {
        let mode = std::mem::replace(&mut self.mode, Mode::Test);
        let number = self.count_in_words(keyword, statement, words);
        self.mode = mode;
        number
    }

    /// Seconds with decimals, in the range of the schema.
    pub(super) fn seconds(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        words: &str,
    ) -> Option<Spanned<Duration>> {
        let text = value(statement);
        let from_zero = matches!(keyword.value, Value::Seconds { min, .. } if min.is_zero());
        let begins = |c: char| c.is_ascii_digit() || c == '.';
        // keepalived goes on with the digits of `3s` as microseconds, and with 0 for a word.
        let used = text.starts_with(begins) && text.contains(|c: char| !begins(c))
            || from_zero && !text.starts_with(begins) && !text.starts_with('-');
        let words =
            || if used { format!("invalid number '{text}'") } else { words.replace("{}", text) };
        self.in_its_words(words, |this| this.time(keyword, statement))
    }

    /// `on`, `off` and the like; nothing means on.
    pub(super) fn on_or_off(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        words: &str,
    ) -> Option<Spanned<bool>> {
        let words = || words.replace("{}", value(statement));
        let on = self.in_its_words(words, |this| this.flag(keyword, statement))?;
        Some(Spanned::new(on, statement.line))
    }

    /// A keyword whose presence is its meaning.
    pub(super) fn present(statement: &Statement) -> Spanned<bool> {
        Spanned::new(true, statement.keyword_span())
    }

    /// The first word, as it is.
    pub(super) fn text(statement: &Statement) -> Option<Spanned<String>> {
        let word = statement.arguments().first()?;
        Some(Spanned::new(word.text.clone(), word.span))
    }

    /// Puts a value into its place. If one is there, keepalived takes the new one; since 2.4.3 it
    /// says so (`Duplicate WHAT - overwriting OLD with NEW`).
    pub(super) fn overwrite(
        &mut self,
        place: &mut Option<Spanned<String>>,
        new: Option<Spanned<String>>,
        keyword: &str,
        what: &str,
    ) {
        let Some(new) = new else { return };
        if let Some(old) = place.replace(new.clone()) {
            let counted = self.compat >= Compat::V2_4_3;
            let finding = self
                .warning(Code::REPEATED_KEYWORD, new.span, format!("`{keyword}` is given twice"))
                .label("the last one counts")
                .related(old.span, "first given here");
            if counted {
                finding.verdict(Verdict::Counted).wording(format!(
                    "Duplicate {what} - overwriting {} with {}",
                    old.value, new.value
                ));
            }
        }
    }
}
