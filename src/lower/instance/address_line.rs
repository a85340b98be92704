//! One line of `virtual_ipaddress` or `virtual_ipaddress_excluded`:
//! `IP[/LEN] { dev IF | scope S | brd A|+|- | label L | peer IP | flags … }`, in any order.

use std::net::IpAddr;

use crate::diag::Code;
use crate::ir::{Broadcast, PreferredLifetime, Scope, VirtualAddress};
use crate::lower::Lowering;
use crate::lower::values::parse_address;
use crate::schema::{self, Block, Support};
use crate::syntax::{Statement, Word};
use crate::units::{Family, IpNet, Spanned};

/// Longest label that the kernel takes.
const LABEL: usize = 15;

impl Lowering<'_> {
    /// The address of a line; `None` if the line is dropped.
    pub(super) fn address_line(&mut self, line: &Statement) -> Option<Spanned<VirtualAddress>> {
        let first = line.words.first()?;
        if let Some(block) = &line.block {
            self.error(Code::STRAY_OPENING_BRACE, block.open, "an address takes no block");
        }
        let (net, has_length) = self.network(first)?;
        let mut address = VirtualAddress::plain(net);
        let mut words = line.words.iter().skip(1);
        while let Some(word) = words.next() {
            self.address_option(&mut address, word, &mut words, has_length)?;
        }
        if address.peer.is_some() && address.broadcast.take().is_some() {
            let text = "an address with `peer` has no broadcast address";
            self.error(Code::ADDRESS_OPTION, line.line, text).label("`brd` is ignored");
        }
        Some(Spanned::new(address, line.line))
    }

    /// `IP[/LEN]`; a bad length is an error, and that of a host is used.
    fn network(&mut self, word: &Word) -> Option<(IpNet, bool)> {
        let (text, length) = match word.text.split_once('/') {
            Some((text, length)) => (text, Some(length)),
            None => (word.text.as_str(), None),
        };
        let Some(address) = parse_address(text) else {
            self.error(Code::INVALID_ADDRESS, word.span, format!("'{}' is no address", word.text))
                .label("an IPv4 or IPv6 address, with or without /LENGTH")
                .note("VRRP parsed invalid IP, skipping: keepalived drops the line");
            return None;
        };
        let Some(length) = length else { return Some((IpNet::host(address), false)) };
        let most = Family::of(address).host_prefix();
        let length = length.strip_prefix('+').unwrap_or(length);
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let net = length.parse().ok().filter(|_| digits).and_then(|n| IpNet::new(address, n));
        if net.is_none() {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("'{length}' is no prefix length of an {} address", Family::of(address)),
            )
            .label(format!("0 to {most}; /{most} is used"));
        }
        Some((net.unwrap_or(IpNet::host(address)), true))
    }

    /// One option with its value; `None` drops the line.
    fn address_option<'w>(
        &mut self,
        address: &mut VirtualAddress,
        word: &Word,
        words: &mut impl Iterator<Item = &'w Word>,
        has_length: bool,
    ) -> Option<()> {
        let family = Family::of(address.ip());
        match word.text.as_str() {
            "dev" => {
                let name = self.value(word, words.next())?;
                if address.interface.is_some() {
                    self.drop_line(word, "`dev` is given twice");
                    return None;
                }
                address.interface = Some(self.interface("dev", name)?.value);
            }
            "scope" => {
                let value = self.value(word, words.next())?;
                match scope(&value.text) {
                    Some(scope) if family == Family::V4 => address.scope = scope,
                    Some(_) => self.ignore_option(word, "an IPv6 address has its own scope"),
                    None => self.ignore_option(value, "no scope of that name"),
                }
            }
            "brd" | "broadcast" => {
                let value = self.value(word, words.next())?;
                return self.broadcast(address, word, value);
            }
            "label" => {
                let value = self.value(word, words.next())?;
                if value.text.len() > LABEL {
                    self.drop_line(value, "a label has at most 15 bytes");
                    return None;
                }
                if family == Family::V6 {
                    self.ignore_option(word, "an IPv6 address has no label");
                } else {
                    address.label = Some(value.text.clone());
                }
            }
            "peer" => {
                let value = self.value(word, words.next())?;
                self.peer(address, value, has_length);
            }
            "preferred_lft" => {
                let value = self.value(word, words.next())?;
                address.preferred_lifetime = if value.text == "forever" {
                    Some(PreferredLifetime::Forever)
                } else {
                    let seconds = self.integer_word("preferred_lft", value, 0, i64::from(u32::MAX));
                    let seconds = seconds.and_then(|seconds| u32::try_from(seconds.value).ok());
                    seconds.map(PreferredLifetime::Seconds)
                };
            }
            "home" => address.home = true,
            "-nodad" => address.detect_duplicates = true,
            "mngtmpaddr" => address.manage_temporary = true,
            "noprefixroute" => address.no_prefix_route = true,
            "autojoin" => address.autojoin = true,
            "no_track" => address.no_track = true,
            other => self.other_option(other, word, words),
        }
        Some(())
    }

    fn broadcast(&mut self, address: &mut VirtualAddress, word: &Word, value: &Word) -> Option<()> {
        if address.ip().is_ipv6() {
            self.drop_line(word, "an IPv6 address has no broadcast address");
            return None;
        }
        let computed = match value.text.as_str() {
            "+" => Some(Broadcast::HostBitsOne),
            "-" => Some(Broadcast::HostBitsZero),
            _ => None,
        };
        address.broadcast = match (computed, parse_address(&value.text)) {
            (Some(_), _) if address.net.prefix() > 30 => {
                self.ignore_option(value, "a prefix of more than 30 bits has no host bits for it");
                None
            }
            (Some(computed), _) => Some(computed),
            (None, Some(IpAddr::V4(written))) => Some(Broadcast::Address(written)),
            (None, _) => {
                self.drop_line(value, "no broadcast address: an IPv4 address, `+` or `-`");
                return None;
            }
        };
        Some(())
    }

    fn peer(&mut self, address: &mut VirtualAddress, value: &Word, has_length: bool) {
        match parse_address(&value.text) {
            Some(peer) if Family::of(peer) == Family::of(address.ip()) => {
                if address.peer.is_some() {
                    self.ignore_option(value, "`peer` is given twice");
                    return;
                }
                if has_length {
                    self.ignore_option(value, "with `peer` the address has no prefix length");
                }
                address.peer = Some(peer);
                address.net = IpNet::host(address.ip());
            }
            _ => self.ignore_option(value, "no address of the same family, without length"),
        }
    }

    fn other_option<'w>(
        &mut self,
        other: &str,
        word: &Word,
        words: &mut impl Iterator<Item = &'w Word>,
    ) {
        match schema::keyword(Block::AddressLine, other) {
            // `track_group` belongs to static addresses only.
            Some(keyword) if keyword.support == Support::NotYet && other != "track_group" => {
                self.not_yet(Block::AddressLine, keyword, None, word.span);
                for _ in 0..keyword.arity.min {
                    words.next();
                }
            }
            _ => {
                let near = schema::suggestions(Block::AddressLine, other);
                let near = near.first().filter(|near| **near != other);
                let known = schema::keyword(Block::AddressLine, near.map_or(other, |near| near));
                // The words of the option that was meant are no options themselves.
                words.take(known.map_or(0, |keyword| keyword.arity.min.into())).for_each(drop);
                let finding = self
                    .error(
                        Code::ADDRESS_OPTION,
                        word.span,
                        format!("Unknown option '{other}' of an address"),
                    )
                    .note("keepalived ignores it");
                match near {
                    Some(near) => drop(finding.help(format!("did you mean `{near}`?"))),
                    None if known.is_some() => {
                        finding.help(format!("`{other}` belongs to static addresses"));
                    }
                    None => {}
                }
            }
        }
    }

    /// The value of an option; without one the line is dropped.
    fn value<'w>(&mut self, word: &Word, value: Option<&'w Word>) -> Option<&'w Word> {
        if value.is_none() {
            self.drop_line(word, &format!("`{}` lacks its value", word.text));
        }
        value
    }

    fn drop_line(&mut self, word: &Word, why: &str) {
        self.error(Code::ADDRESS_OPTION, word.span, why.to_owned())
            .label("the whole address is dropped");
    }

    fn ignore_option(&mut self, word: &Word, why: &str) {
        self.error(Code::ADDRESS_OPTION, word.span, why.to_owned()).label("ignored");
    }
}

/// A scope by name or number.
fn scope(text: &str) -> Option<Scope> {
    Some(match text {
        "global" => Scope::GLOBAL,
        "site" => Scope::SITE,
        "link" => Scope::LINK,
        "host" => Scope::HOST,
        "nowhere" => Scope::NOWHERE,
        number => Scope(number.parse().ok()?),
    })
}
