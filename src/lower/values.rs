//! Numbers, times, booleans, addresses: one word each, read as keepalived reads them.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::diag::Code;
use crate::lower::{Lowering, Mode};
use crate::schema::{Keyword, Value};
use crate::syntax::{Statement, Word};
use crate::units::{IfName, Spanned};

impl Lowering<'_> {
    /// The first word after the keyword as a whole number in the range of the schema.
    pub(super) fn integer(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<i64>> {
        let word = statement.arguments().first()?;
        let (min, max) = match keyword.value_in(self.compat) {
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
        let written = &word.text;
        if negative && min >= 0 {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("negative number '{written}' for `{name}`"),
            )
            .label(format!("{min} to {max}"))
            .note("keepalived ignores the value")
            .wording(format!("negative number '{written}'"));
            return None;
        }
        if !rest.is_empty() || (number.is_empty() && !word.text.is_empty()) {
            let used = self.mode == Mode::Run && !number.is_empty();
            let finding = self
                .error(
                    Code::INVALID_NUMBER,
                    word.span,
                    format!("invalid number '{written}' for `{name}`"),
                )
                .label(format!("a whole number, {min} to {max}"))
                .wording(format!("invalid number '{written}'"));
            if used {
                finding
                    .note(format!("keepalived uses {value} when it runs, and refuses it with -t"));
            } else {
                finding.note("keepalived ignores the value");
                return None;
            }
        }
        if value < min || value > max {
            let wording = if min >= 0 && value > i64::from(u32::MAX) {
                format!("number '{written}' outside unsigned integer range")
            } else if min < 0 && i32::try_from(value).is_err() {
                format!("number '{written}' outside integer range")
            } else {
                format!("number '{written}' outside range [{min}, {max}]")
            };
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("number '{written}' for `{name}` is outside range [{min}, {max}]"),
            )
            .note("keepalived ignores the value")
            .wording(wording);
            return None;
        }
        Some(Spanned::new(value, word.span))
    }

    /// A time in the range and with the decimals of the schema. Units cannot be written.
    pub(super) fn time(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<Duration>> {
        let word = statement.arguments().first()?;
        let (unit, decimals, min, max) = match keyword.value_in(self.compat) {
            Value::Seconds { decimals: 0, .. } => {
                let whole = self.integer(keyword, statement)?;
                let whole = whole.map(|whole| u64::try_from(whole).unwrap_or(0));
                return Some(whole.map(Duration::from_secs));
            }
            Value::Seconds { decimals, min, max } => (1_000_000, decimals, min, max),
            Value::Milliseconds { decimals, min, max } => (1_000, decimals, min, max),
            _ => (1_000_000, 6, Duration::ZERO, Duration::MAX),
        };
        self.time_word(keyword.word, word, (unit, decimals), min, max)
    }

    /// Seconds to the microsecond in this range.
    pub(super) fn seconds_word(
        &mut self,
        name: &str,
        word: &Word,
        min: Duration,
        max: Duration,
    ) -> Option<Duration> {
        Some(self.time_word(name, word, (1_000_000, 6), min, max)?.value)
    }

    /// A time; its unit is so many microseconds, and so many decimals of it count.
    fn time_word(
        &mut self,
        name: &str,
        word: &Word,
        (unit, decimals): (u32, u8),
        min: Duration,
        max: Duration,
    ) -> Option<Spanned<Duration>> {
        let steps = self.decimal(name, word, (unit, decimals))?;
        let scale = 10_u64.saturating_pow(u32::from(decimals));
        let value = Duration::from_micros(steps.saturating_mul(u64::from(unit)) / scale);
        if value < min || value > max {
            let written = &word.text;
            // At most six decimals of times below 2^32: a float holds them exactly enough to print.
            let bound = |bound: Duration| {
                let places = usize::from(decimals);
                format!("{:.places$}", bound.as_secs_f64() * 1e6 / f64::from(unit))
            };
            let range = format!("[{}, {}]", bound(min), bound(max));
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("number '{written}' for `{name}` is outside range {range}"),
            )
            .note("keepalived ignores the value")
            .wording(format!("number '{written}' outside range {range}"));
            return None;
        }
        Some(Spanned::new(value, word.span))
    }

    /// A decimal number without sign, in units of its last decimal; further ones are rounded.
    fn decimal(&mut self, name: &str, word: &Word, (unit, decimals): (u32, u8)) -> Option<u64> {
        let written = &word.text;
        let text = written.trim_start();
        let text = text.strip_prefix('+').unwrap_or(text);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if text == "." || !are_digits(whole) || !are_digits(fraction) {
            // keepalived takes `5s` for five microseconds. Nobody means that.
            let units = if unit == 1_000 { "milliseconds" } else { "seconds" };
            let micros = unit / 10_u32.saturating_pow(u32::from(decimals));
            let least = if micros == 1_000 { "milliseconds" } else { "microseconds" };
            let what = if text.starts_with('-') { "negative" } else { "invalid" };
            self.error(
                Code::INVALID_NUMBER,
                word.span,
                format!("{what} number '{written}' for `{name}`"),
            )
            .label(format!("{units}, such as 1 or 0.5; no unit"))
            .note(format!("keepalived reads the leading digits as {least}; here it is ignored"))
            .wording(format!("{what} number '{written}'"));
            return None;
        }
        let mut steps: u64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::MAX) };
        for place in 0..usize::from(decimals) {
            let digit = fraction.as_bytes().get(place).map_or(0, |byte| u64::from(byte - b'0'));
            steps = steps.saturating_mul(10).saturating_add(digit);
        }
        if let Some(next) = fraction.as_bytes().get(usize::from(decimals)) {
            self.error(
                Code::TOO_PRECISE,
                word.span,
                format!("number '{written}' for `{name}` has too many decimal places"),
            )
            .note(format!("it is rounded to {decimals} decimals"))
            .wording(format!("number '{written}' has too many decimal places"));
            steps = steps.saturating_add(u64::from(*next >= b'5'));
        }
        Some(steps)
    }

    /// `on|true|yes`, `off|false|no`; no word means on.
    pub(super) fn flag(&mut self, keyword: &Keyword, statement: &Statement) -> Option<bool> {
        self.flag_or(keyword, statement, |_| String::new())
    }

    /// As [`flag`](Self::flag), with keepalived's words about another value, if it has any.
    pub(super) fn flag_or(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        wording: impl FnOnce(&str) -> String,
    ) -> Option<bool> {
        let Some(word) = statement.arguments().first() else { return Some(true) };
        match word.text.as_str() {
            "on" | "true" | "yes" => Some(true),
            "off" | "false" | "no" => {
                let heeded = keyword.value_in(self.compat) == Value::Flag;
                if !heeded {
                    let compat = self.compat;
                    let text = format!("`{}` is on in keepalived {compat}", keyword.word);
                    self.warning(Code::EXTRA_WORDS, word.span, text)
                        .label("ignored by that release")
                        .help("leave the statement out");
                }
                Some(!heeded)
            }
            _ if keyword.value_in(self.compat) == Value::None => Some(true),
            other => {
                let wording = wording(other);
                let finding = self
                    .error(
                        Code::INVALID_CHOICE,
                        word.span,
                        format!("'{other}' is no value of `{}`", keyword.word),
                    )
                    .label("on, true, yes, off, false or no, in lower case")
                    .note("keepalived ignores the statement");
                if !wording.is_empty() {
                    finding.wording(wording);
                }
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
