//! The words after `virtual_server`, `real_server` and `sorry_server`: an address and a port, a
//! firewall mark, a group.

use std::net::IpAddr;

use crate::diag::{Code, Verdict};
use crate::ir::lvs::Service;
use crate::lower::Lowering;
use crate::lower::values::{cut_address, parse_address};
use crate::syntax::{Statement, Word};
use crate::units::Spanned;

/// An address, and a port if one is written that is not 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Destination {
    pub(super) address: Spanned<IpAddr>,
    pub(super) port: Option<Spanned<u16>>,
}

impl Lowering<'_> {
    /// What a virtual server serves; `None` if its block is skipped.
    pub(super) fn service(&mut self, statement: &Statement) -> Option<Spanned<Service>> {
        let words = statement.arguments();
        let first = words.first()?;
        match first.text.as_str() {
            "fwmark" => self.service_by_mark(first, words.get(1)),
            "group" => {
                let name = words.get(1).or_else(|| self.no_identity(first))?;
                let span = first.span.to(name.span);
                Some(Spanned::new(Service::Group(name.text.clone()), span))
            }
            _ => {
                let skipped = match words.get(1) {
                    Some(port) => format!(
                        "Invalid virtual server IP address/port {}/{} - skipping",
                        first.text, port.text
                    ),
                    None => format!("Invalid virtual server IP address {} - skipping", first.text),
                };
                let Destination { address, port } =
                    self.server_place(words, "virtual_server", &skipped)?;
                let span = port.map_or(address.span, |port| address.span.to(port.span));
                let port = port.map_or(0, |port| port.value);
                Some(Spanned::new(Service::Address { ip: address.value, port }, span))
            }
        }
    }

    fn service_by_mark(&mut self, keyword: &Word, word: Option<&Word>) -> Option<Spanned<Service>> {
        let word = word.or_else(|| self.no_identity(keyword))?;
        let words = || {
            format!("virtual server fwmark '{}' must be in [0, {}] - ignoring", word.text, u32::MAX)
        };
        let mark = self.in_its_words(words, |this| {
            this.integer_word("fwmark", word, 0, i64::from(u32::MAX))
        })?;
        if mark.value == 0 {
            self.error(Code::OUT_OF_RANGE, word.span, "no packet can be told by mark 0")
                .label("1 to 4294967295")
                .note(
                    "keepalived makes a service of it that cannot work; here the block is ignored",
                );
            return None;
        }
        let mark = u32::try_from(mark.value).unwrap_or(u32::MAX);
        Some(Spanned::new(Service::Mark(mark), keyword.span.to(word.span)))
    }

    /// `virtual_server fwmark` or `group` without more: keepalived crashes.
    fn no_identity<'w>(&mut self, keyword: &Word) -> Option<&'w Word> {
        let word = &keyword.text;
        self.error(
            Code::MISSING_VALUE,
            keyword.span,
            format!("`virtual_server {word}` lacks its value"),
        )
        .help(format!(
            "write `virtual_server {word} {}`",
            if word == "group" { "NAME" } else { "MARK" }
        ))
        .note("keepalived crashes here")
        .verdict(Verdict::Ends);
        None
    }

    /// An address and, behind it, a port; keepalived says `skipped` where either is wrong.
    pub(super) fn server_place(
        &mut self,
        words: &[Word],
        keyword: &str,
        skipped: &str,
    ) -> Option<Destination> {
        let word = words.first()?;
        let (text, rest) = cut_address(&word.text);
        let Some(ip) = parse_address(text) else {
            self.error(
                Code::INVALID_ADDRESS,
                word.span,
                format!("'{}' is no address for `{keyword}`", word.text),
            )
            .label("an IPv4 or IPv6 address; a port stands behind it, after a blank")
            .note("keepalived ignores it, with the block if it has one")
            .wording(skipped);
            return None;
        };
        if rest > 0 {
            let place = word.span.slice(usize::from(word.quoted) + text.len(), usize::MAX);
            self.warning(Code::EXTRA_WORDS, place, format!("`{keyword}` takes one address"))
                .label("ignored")
                .note("keepalived ignores it without a word");
        }
        let port = match words.get(1) {
            None => None,
            Some(port) if is_zero(&port.text) => None,
            Some(port) => {
                let number = self.in_its_words(
                    || skipped.to_owned(),
                    |this| this.integer_word(keyword, port, 1, 65_535),
                )?;
                Some(number.map(|number| u16::try_from(number).unwrap_or(u16::MAX)))
            }
        };
        Some(Destination { address: Spanned::new(ip, word.span), port })
    }
}

/// Zeros alone stand for no port.
pub(super) fn is_zero(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte == b'0')
}
