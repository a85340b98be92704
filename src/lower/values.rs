//! Numbers, times, booleans, addresses: one word each, read as keepalived reads them.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::diag::Code;
use crate::lower::{Lowering, Mode};
use crate::schema::{Keyword, Value};
use crate::syntax::{Statement, Word};
use crate::units::{IfName, Spanned};

/// Decimals of a time that are kept: microseconds.
const DECIMALS: usize = 6;

impl Lowering<'_> {
    /// The first word after the keyword as a whole number in the range of the schema.
    pub(super) fn integer(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<i64>> {
        let word = statement.arguments().first()?;
        let (min, max) = match keyword.value {
            Value::Integer { min, max } => (min, max),
            Value::Seconds { min, max, .. } => (seconds(min), seconds(max)),
            _ => (i64::MIN, i64::MAX),
        };
        self.integer_word(keyword.word, word, min, max)
    }

    /// A whole number: optional sign, decimal digits. What follows the digits is an error, and in
    /// a normal run the digits count all the same.
    pub(super) fn integer_word(
        &mut self,
        name: &str,
        word: &Word,
        min: i64,
        max: i64,
    ) -> Option<Spanned<i64>> {
        let text = word.text.trim_start();
        let digits = text.strip_prefix('+').unwrap_or(text);
        let (negative, digits) = match digits.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, digits),
        };
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (number, rest) = digits.split_at_checked(end).unwrap_or((digits, ""));
        let value: i64 = if number.is_empty() { 0 } else { number.parse().unwrap_or(i64::MAX) };
        let value = if negative { -value } else { value };
        if negative && min >= 0 {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("negative number '{}' for `{name}`", word.text),
            )
            .label(format!("{min} to {max}"))
            .note("keepalived ignores the value");
            return None;
        }
        if !rest.is_empty() || (number.is_empty() && !word.text.is_empty()) {
            let used = self.mode == Mode::Run && !number.is_empty();
            let finding = self
                .error(
                    Code::INVALID_NUMBER,
                    word.span,
                    format!("invalid number '{}' for `{name}`", word.text),
                )
                .label(format!("a whole number, {min} to {max}"));
            if used {
                finding
                    .note(format!("keepalived uses {value} when it runs, and refuses it with -t"));
            } else {
                finding.note("keepalived ignores the value");
                return None;
            }
        }
        if value < min || value > max {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("number '{}' for `{name}` is outside range [{min}, {max}]", word.text),
            )
            .note("keepalived ignores the value");
            return None;
        }
        Some(Spanned::new(value, word.span))
    }

    /// Seconds with decimals, in the range of the schema. Units cannot be written.
    pub(super) fn time(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<Duration>> {
        let word = statement.arguments().first()?;
        let (min, max) = match keyword.value {
            Value::Seconds { min, max, .. } => (min, max),
            _ => (Duration::ZERO, Duration::MAX),
        };
        let name = keyword.word;
        let value = self.time_word(name, word)?;
        if value < min || value > max {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!(
                    "number '{}' for `{name}` is outside range [{:.6}, {:.6}]",
                    word.text,
                    min.as_secs_f64(),
                    max.as_secs_f64()
                ),
            )
            .note("keepalived ignores the value");
            return None;
        }
        Some(Spanned::new(value, word.span))
    }

    fn time_word(&mut self, name: &str, word: &Word) -> Option<Duration> {
        let text = word.text.trim_start();
        let text = text.strip_prefix('+').unwrap_or(text);
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if text.is_empty() || text == "." || !are_digits(whole) || !are_digits(decimals) {
            // keepalived takes `5s` for five microseconds. Nobody means that.
            self.error(
                Code::INVALID_NUMBER,
                word.span,
                format!("invalid number '{}' for `{name}`", word.text),
            )
            .label("seconds, such as 1 or 0.5; no unit")
            .note("keepalived reads the leading digits as microseconds; here it is ignored");
            return None;
        }
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::MAX) };
        let mut micros: u64 = 0;
        for place in 0..DECIMALS {
            let digit = decimals.as_bytes().get(place).map_or(0, |byte| u64::from(byte - b'0'));
            micros = micros * 10 + digit;
        }
        if let Some(next) = decimals.as_bytes().get(DECIMALS) {
            self.error(
                Code::TOO_PRECISE,
                word.span,
                format!("number '{}' for `{name}` has too many decimal places", word.text),
            )
            .note("it is rounded to microseconds");
            micros += u64::from(*next >= b'5');
        }
        // The longest time of all is what 64 bits of microseconds hold.
        let whole = Duration::from_secs(whole.min(u64::MAX / 1_000_000 + 1));
        Some(whole + Duration::from_micros(micros))
    }

    /// `on|true|yes`, `off|false|no`; no word means on.
    pub(super) fn flag(&mut self, keyword: &Keyword, statement: &Statement) -> Option<bool> {
        let Some(word) = statement.arguments().first() else { return Some(true) };
        match word.text.as_str() {
            "on" | "true" | "yes" => Some(true),
            "off" | "false" | "no" => Some(false),
            other => {
                self.error(
                    Code::INVALID_CHOICE,
                    word.span,
                    format!("'{other}' is no value of `{}`", keyword.word),
                )
                .label("on, true, yes, off, false or no, in lower case")
                .note("keepalived ignores the statement");
                None
            }
        }
    }

    /// An address without prefix: IPv6 if it has a colon. keepalived pays no heed to what stands
    /// behind a dash or a slash.
    pub(super) fn address(&mut self, name: &str, word: &Word) -> Option<Spanned<IpAddr>> {
        let (text, rest) = cut_address(&word.text);
        match parse_address(text) {
            Some(address) => {
                if rest > 0 {
                    let place = word.span.slice(usize::from(word.quoted) + text.len(), usize::MAX);
                    self.warning(Code::EXTRA_WORDS, place, format!("`{name}` takes no length"))
                        .label("ignored")
                        .note("keepalived ignores it without a word");
                }
                Some(Spanned::new(address, word.span))
            }
            None => {
                self.error(
                    Code::INVALID_ADDRESS,
                    word.span,
                    format!("'{}' is no address for `{name}`", word.text),
                )
                .label("an IPv4 or IPv6 address")
                .note("keepalived ignores it");
                None
            }
        }
    }

    /// The name of an interface.
    pub(super) fn interface(&mut self, name: &str, word: &Word) -> Option<Spanned<IfName>> {
        match IfName::new(&word.text) {
            Ok(interface) => Some(Spanned::new(interface, word.span)),
            Err(error) => {
                self.error(
                    Code::NAME_TOO_LONG,
                    word.span,
                    format!("'{}' is no interface for `{name}`", word.text),
                )
                .label(error.to_string())
                .note("keepalived ignores it");
                None
            }
        }
    }
}

/// An address without the range or length that may follow it: what stands before the first dash,
/// or without a dash before the first slash; and how many bytes that leaves out.
pub(super) fn cut_address(text: &str) -> (&str, usize) {
    let kept = text.split_once('-').or_else(|| text.split_once('/')).map_or(text, |(kept, _)| kept);
    (kept, text.len() - kept.len())
}

/// `inet_pton`: four decimal octets without leading zeros, or IPv6 without a zone.
pub(super) fn parse_address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        text.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
    } else {
        text.parse().ok().map(IpAddr::V4)
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
