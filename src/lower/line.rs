//! Words of one data line, taken one after the other: a route, a rule, a tracked object.
//!
//! keepalived reads the value of an option without looking whether it is there, and ends where it is
//! not. Numbers are read as everywhere: leading digits count in a normal run, not with `-t`.

use crate::diag::{Code, Verdict};
use crate::lower::{Lowering, Mode};
use crate::syntax::{Statement, Word};

/// The kind of block that a line of an address, a route or a rule stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Of an instance.
    Virtual,
    /// `static_*`: `track_group` is known.
    Static,
}

/// The words of a line that are still to be read.
pub(super) struct Words<'w> {
    all: &'w [Word],
    next: usize,
}

impl<'w> Words<'w> {
    /// All words of a line.
    pub(super) fn of(line: &'w Statement) -> Self {
        Self { all: &line.words, next: 0 }
    }

    /// The words after the keyword.
    pub(super) fn after_the_keyword(line: &'w Statement) -> Self {
        Self { next: 1, ..Self::of(line) }
    }

    /// The next word, left in its place.
    pub(super) fn peek(&self) -> Option<&'w Word> {
        self.all.get(self.next)
    }

    /// Takes the next word if it is this one.
    pub(super) fn next_is(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|word| word.text == text);
        self.next += usize::from(found);
        found
    }

    /// Puts the last word back.
    pub(super) fn back(&mut self) {
        self.next = self.next.saturating_sub(1);
    }
}

impl<'w> Iterator for Words<'w> {
    type Item = &'w Word;

    fn next(&mut self) -> Option<&'w Word> {
        let word = self.peek()?;
        self.next += 1;
        Some(word)
    }
}

/// What a word is as a whole number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Number {
    /// Digits and nothing else.
    Good(u64),
    /// Digits, and something behind them.
    Loose(u64),
    /// A number that is too low or too high, or none.
    Bad,
}

impl Lowering<'_> {
    /// The value of the option that was read last; keepalived ends where it is missing.
    pub(super) fn value_of<'w>(&mut self, words: &mut Words<'w>) -> Option<&'w Word> {
        if let Some(value) = words.next() {
            return Some(value);
        }
        let first = words.all.first()?;
        let last = words.all.last()?;
        let (keyword, position) = (&first.text, words.all.len() + 1);
        self.error(Code::MISSING_VALUE, last.span, format!("`{}` lacks its value", last.text))
            .note("keepalived ends with status 2 here, at a reload too")
            .verdict(Verdict::Ends)
            .wording(format!(
                "*** Configuration line starting `{keyword}` is missing a parameter after keyword \
                 `{}` at word position {position}",
                last.text
            ));
        None
    }

    /// A whole number from 0 to `max`; what is wrong with `None` is for the caller to say.
    pub(super) fn number(&mut self, word: &Word, max: u64) -> Option<u64> {
        match number(&word.text, max) {
            Number::Good(value) => Some(value),
            Number::Loose(value) if self.mode == Mode::Run => {
                self.error(
                    Code::INVALID_NUMBER,
                    word.span,
                    format!("invalid number '{}'", word.text),
                )
                .note(format!("keepalived uses {value} when it runs, and refuses it with -t"));
                Some(value)
            }
            Number::Loose(_) | Number::Bad => None,
        }
    }

    /// A whole number of either sign, `-most` to `most`.
    pub(super) fn signed_number(&mut self, word: &Word, most: i16) -> Option<i16> {
        let text = word.text.trim_start();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let word = Word { text: digits.to_owned(), ..word.clone() };
        let value = self.number(&word, u64::from(most.unsigned_abs()))?;
        Some(sign * i16::try_from(value).ok()?)
    }
}

fn number(text: &str, max: u64) -> Number {
    let text = text.trim_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    match digits.parse() {
        Ok(value) if value <= max && rest.is_empty() => Number::Good(value),
        Ok(value) if value <= max => Number::Loose(value),
        // An empty word is a valid zero.
        Err(_) if text.is_empty() => Number::Good(0),
        _ => Number::Bad,
    }
}

/// A number in any base, as C reads it: `16`, `0x10`, `020`.
pub(super) fn any_base(text: &str, max: u64) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    u64::from_str_radix(digits, radix).ok().filter(|value| plain && *value <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_within_a_range() {
        for (text, expected) in [
            ("5", Number::Good(5)),
            ("+5", Number::Good(5)),
            ("\"", Number::Bad),
            ("", Number::Good(0)),
            ("5x", Number::Loose(5)),
            ("0x5", Number::Loose(0)),
            ("-5", Number::Bad),
            ("300", Number::Bad),
            ("300x", Number::Bad),
            ("99999999999999999999999", Number::Bad),
        ] {
            assert_eq!(number(text, 255), expected, "{text}");
        }
    }

    #[test]
    fn any_base_is_that_of_c() {
        for (text, expected) in [
            ("16", Some(16)),
            ("0x10", Some(16)),
            ("0X1f", Some(31)),
            ("020", Some(16)),
            ("0", Some(0)),
            ("08", None),
            ("0x", None),
            ("-1", None),
            ("+1", None),
            ("0x100", None),
            ("x", None),
        ] {
            assert_eq!(any_base(text, 255), expected, "{text}");
        }
    }
}
