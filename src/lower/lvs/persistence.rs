//! `persistence_timeout` and `persistence_granularity`.

use std::net::Ipv4Addr;
use std::time::Duration;

use crate::diag::Code;
use crate::ir::lvs::Granularity;
use crate::lower::{Lowering, Mode};
use crate::schema::Keyword;
use crate::syntax::Statement;
use crate::units::{Family, Spanned};

/// What a service without a number of seconds gets.
pub(super) const IMPLIED: Duration = Duration::from_secs(360);

impl Lowering<'_> {
    /// `persistence_timeout [SECONDS]`.
    pub(super) fn persistence_timeout(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<Duration>> {
        if statement.arguments().is_empty() {
            return Some(Spanned::new(IMPLIED, statement.keyword_span()));
        }
        let mode = std::mem::replace(&mut self.mode, Mode::Test);
        let before = self.findings.all().len();
        let words = || "persistence_timeout invalid".to_owned();
        let seconds = self.in_its_words(words, |this| this.time(keyword, statement));
        self.mode = mode;
        for finding in self.findings.since_mut(before) {
            finding.help = Some("leave the statement out for a service without persistence".into());
        }
        seconds
    }

    /// A netmask for IPv4, a length for IPv6; it settles the family if nothing has yet.
    pub(super) fn granularity(
        &mut self,
        statement: &Statement,
        family: &mut Option<Family>,
    ) -> Option<Spanned<Granularity>> {
        let word = statement.arguments().first()?;
        let implied = if word.text.contains('.') { Family::V4 } else { Family::V6 };
        let family = *family.get_or_insert(implied);
        if family == Family::V6 {
            let words =
                || format!("Invalid IPv6 persistence_granularity specified - {}", word.text);
            let length = self.in_its_words(words, |this| {
                this.integer_word("persistence_granularity", word, 1, 128)
            })?;
            let length = u8::try_from(length.value).unwrap_or(128);
            return Some(Spanned::new(Granularity::Prefix(length), word.span));
        }
        let Some(mask) = loose_address(&word.text) else {
            let text = format!("'{}' is no netmask", word.text);
            self.error(Code::INVALID_ADDRESS, word.span, text)
                .label("such as 255.255.255.0")
                .note("keepalived ignores the statement")
                .wording(format!("Invalid IPv4 persistence_granularity specified - {}", word.text));
            return None;
        };
        Some(Spanned::new(Granularity::Netmask(mask), word.span))
    }
}

/// The C library's numeric form: one to four parts, decimal, octal or hexadecimal, of which the
/// last fills what is left.
fn loose_address(text: &str) -> Option<Ipv4Addr> {
    let mut parts = Vec::new();
    for part in text.split('.') {
        let (digits, radix) = match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
            Some(digits) => (digits, 16),
            None if part.len() > 1 && part.starts_with('0') => (part, 8),
            None => (part, 10),
        };
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        parts.push(u32::from_str_radix(digits, radix).ok()?);
    }
    let (last, leading) = parts.split_last()?;
    if leading.len() > 3 || leading.iter().any(|part| *part > 255) {
        return None;
    }
    let mut address: u32 = 0;
    for (place, part) in leading.iter().enumerate() {
        address |= part << (24 - 8 * place);
    }
    let room = 32 - 8 * leading.len();
    (u64::from(*last) < 1u64 << room).then(|| Ipv4Addr::from(address | last))
}

#[cfg(test)]
mod tests {
    use super::loose_address;

    #[test]
    fn netmasks_are_read_as_the_c_library_reads_addresses() {
        for (text, address) in [
            ("255.255.255.0", Some("255.255.255.0")),
            ("24", Some("0.0.0.24")),
            ("255.255", Some("255.0.0.255")),
            ("0xffffff00", Some("255.255.255.0")),
            ("0377.0.0.0", Some("255.0.0.0")),
            ("255.0.255.0", Some("255.0.255.0")),
            ("256.0.0.0", None),
            ("1.2.3.4.5", None),
            ("255.", None),
            ("x", None),
            ("::", None),
            ("", None),
        ] {
            let found = loose_address(text).map(|address| address.to_string());
            assert_eq!(found.as_deref(), address, "{text}");
        }
    }
}
