//! One line of `virtual_ipaddress`, `virtual_ipaddress_excluded` or `static_ipaddress`:
//! `IP[/LEN] { dev IF | scope S | brd A|+|- | label L | peer IP | flags … }`, in any order.

use std::net::IpAddr;

use crate::diag::Code;
use crate::ir::{Broadcast, PreferredLifetime, Scope, StaticAddress, VirtualAddress};
use crate::lower::line::{Kind, Words};
use crate::lower::values::parse_address;
use crate::lower::{Draft, Lowering};
use crate::schema::{self, Block, Support};
use crate::syntax::{Statement, Word};
use crate::units::{Family, IpNet, Span, Spanned};

/// Longest label that the kernel takes.
const LABEL: usize = 15;

/// An address line while it is read.
struct Line<'w> {
    words: Words<'w>,
    kind: Kind,
    address: VirtualAddress,
    has_length: bool,
    track_group: Option<Spanned<String>>,
}

impl Line<'_> {
    /// The address as keepalived names it in messages: without the length of a host.
    fn name(&self) -> String {
        match self.address.net {
            net if net == IpNet::host(net.address()) => net.address().to_string(),
            net => net.to_string(),
        }
    }
}

impl Lowering<'_> {
    /// An address of an instance; `None` if the line is dropped.
    pub(super) fn virtual_address(&mut self, line: &Statement) -> Option<Spanned<VirtualAddress>> {
        Some(Spanned::new(self.address_line(line, Kind::Virtual)?.address, line.line))
    }

    /// A static address; `None` if the line is dropped.
    pub(super) fn static_address(&mut self, line: &Statement) -> Option<Spanned<StaticAddress>> {
        let Line { address, track_group, .. } = self.address_line(line, Kind::Static)?;
        if let Some(group) = track_group.as_ref().filter(|_| address.no_track) {
            self.not_tracked_group(group.span);
        }
        Some(Spanned::new(StaticAddress { address, track_group }, line.line))
    }

    fn address_line<'w>(&mut self, line: &'w Statement, kind: Kind) -> Option<Line<'w>> {
        if let Some(block) = &line.block {
            self.error(Code::STRAY_OPENING_BRACE, block.open, "an address takes no block");
        }
        let mut words = Words::of(line);
        let (net, has_length) = self.network(words.next()?)?;
        let address = VirtualAddress::plain(net);
        let mut read = Line { words, kind, address, has_length, track_group: None };
        while let Some(word) = read.words.next() {
            self.address_option(word, &mut read)?;
        }
        if read.address.peer.is_some() && read.address.broadcast.take().is_some() {
            let text = "an address with `peer` has no broadcast address";
            self.error(Code::ADDRESS_OPTION, line.line, text).label("`brd` is ignored").wording(
                "Cannot specify broadcast and peer addresses - ignoring broadcast address",
            );
        }
        Some(read)
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
                .note("keepalived drops the line")
                .wording(format!("VRRP parsed invalid IP {}. skipping IP...", word.text));
            return None;
        };
        let Some(length) = length else { return Some((IpNet::host(address), false)) };
        let most = Family::of(address).host_prefix();
        let digits = length.strip_prefix('+').unwrap_or(length);
        let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let net = digits.parse().ok().filter(|_| are_digits).and_then(|n| IpNet::new(address, n));
        if net.is_none() {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("'{length}' is no prefix length of an {} address", Family::of(address)),
            )
            .label(format!("0 to {most}; /{most} is used"))
            .wording(format!(
                "Invalid address prefix len {length} for address {} - using {most}",
                word.text
            ));
        }
        Some((net.unwrap_or(IpNet::host(address)), true))
    }

    /// One option with its value; `None` drops the line.
    fn address_option<'w>(&mut self, word: &'w Word, line: &mut Line<'w>) -> Option<()> {
        let (family, name) = (Family::of(line.address.ip()), line.name());
        match word.text.as_str() {
            "dev" => {
                let value = self.option_value(word, line)?;
                if line.address.interface.is_some() {
                    self.drop_line(word.span, "`dev` is given twice").wording(format!(
                        "Cannot specify ipaddress device more than once for {name}"
                    ));
                    return None;
                }
                line.address.interface = Some(self.interface("dev", value)?.value);
            }
            "scope" => {
                let value = self.option_value(word, line)?;
                match scope(&value.text) {
                    Some(scope) if family == Family::V4 => line.address.scope = scope,
                    Some(_) => drop(
                        self.ignore_option(word.span, "an IPv6 address has its own scope").wording(
                            format!(
                                "Cannot specify scope for IPv6 addresses ({name}) - ignoring scope"
                            ),
                        ),
                    ),
                    None => drop(self.ignore_option(value.span, "no scope of that name").wording(
                        format!("Invalid scope '{}' specified for {name} - ignoring", value.text),
                    )),
                }
            }
            "brd" | "broadcast" => {
                let value = self.option_value(word, line)?;
                return self.broadcast(&mut line.address, word, value);
            }
            "label" => {
                let value = self.option_value(word, line)?;
                if value.text.len() > LABEL {
                    self.drop_line(value.span, "a label has at most 15 bytes").wording(format!(
                        "Address label {} is longer than maximum length {LABEL} - removing address",
                        value.text
                    ));
                    return None;
                }
                if family == Family::V6 {
                    self.ignore_option(word.span, "an IPv6 address has no label").wording(format!(
                        "Cannot specify label for IPv6 addresses ({name}) - ignoring label"
                    ));
                } else {
                    line.address.label = Some(value.text.clone());
                }
            }
            "peer" => {
                let value = self.option_value(word, line)?;
                self.peer(line, value);
            }
            "preferred_lft" => {
                let value = self.option_value(word, line)?;
                line.address.preferred_lifetime = if value.text == "forever" {
                    Some(PreferredLifetime::Forever)
                } else {
                    let seconds = self.number(value, u32::MAX.into());
                    if seconds.is_none() {
                        self.error(
                            Code::OUT_OF_RANGE,
                            value.span,
                            format!("preferred_lft {} is invalid", value.text),
                        )
                        .label("`forever`, or whole seconds; ignored");
                    }
                    seconds.and_then(|n| u32::try_from(n).ok()).map(PreferredLifetime::Seconds)
                };
            }
            "home" => line.address.home = true,
            "-nodad" => line.address.detect_duplicates = true,
            "mngtmpaddr" => line.address.manage_temporary = true,
            "noprefixroute" => line.address.no_prefix_route = true,
            "autojoin" => line.address.autojoin = true,
            "no_track" => line.address.no_track = true,
            "track_group" if line.kind == Kind::Static => {
                let value = self.option_value(word, line)?;
                if line.track_group.is_some() {
                    let text = format!("track_group {} is a duplicate", value.text);
                    self.error(Code::TRACK_GROUP, value.span, text)
                        .label("ignored, and the rest of the line");
                    line.words.by_ref().for_each(drop);
                    return Some(());
                }
                line.track_group = self.track_group_of(value);
            }
            "use_vmac" if line.kind == Kind::Virtual => {
                line.address.use_vmac = true;
                if let Some(keyword) = schema::keyword(Block::AddressLine, "use_vmac")
                    && keyword.support == Support::NotYet
                {
                    self.not_yet(Block::AddressLine, keyword, word.span);
                }
            }
            _ => self.unknown_option(word, line),
        }
        Some(())
    }

    fn broadcast(&mut self, address: &mut VirtualAddress, word: &Word, value: &Word) -> Option<()> {
        if address.ip().is_ipv6() {
            self.drop_line(word.span, "an IPv6 address has no broadcast address").wording(format!(
                "VRRP is trying to assign a broadcast {} to the IPv6 address {} !!?? WTF... \
                 skipping VIP...",
                word.text,
                address.ip()
            ));
            return None;
        }
        let computed = match value.text.as_str() {
            "+" => Some(Broadcast::HostBitsOne),
            "-" => Some(Broadcast::HostBitsZero),
            _ => None,
        };
        let prefix = address.net.prefix();
        address.broadcast = match (computed, parse_address(&value.text)) {
            (Some(_), _) if prefix > 30 => {
                let text = "a prefix of more than 30 bits has no host bits for it";
                self.ignore_option(value.span, text)
                    .wording(format!("Address prefix length {prefix} too long for broadcast"));
                None
            }
            (Some(computed), _) => Some(computed),
            (None, Some(IpAddr::V4(written))) => Some(Broadcast::Address(written)),
            (None, _) => {
                let text = "no broadcast address: an IPv4 address, `+` or `-`";
                self.drop_line(value.span, text).wording(format!(
                    "VRRP is trying to assign invalid broadcast {}. skipping VIP...",
                    value.text
                ));
                return None;
            }
        };
        Some(())
    }

    fn peer(&mut self, line: &mut Line<'_>, value: &Word) {
        let address = &mut line.address;
        match parse_address(&value.text) {
            Some(peer) if Family::of(peer) == Family::of(address.ip()) => {
                if address.peer.is_some() {
                    self.ignore_option(value.span, "`peer` is given twice").wording(format!(
                        "Peer {} - another peer has already been specified",
                        value.text
                    ));
                    return;
                }
                if line.has_length {
                    self.ignore_option(value.span, "with `peer` the address has no prefix length")
                        .wording(
                            "Cannot specify address prefix when specifying peer address - ignoring",
                        );
                }
                address.peer = Some(peer);
                address.net = IpNet::host(address.ip());
            }
            other => {
                let wording = match other {
                    Some(_) => {
                        format!("Peer address {} does not match address family", value.text)
                    }
                    None => format!("Invalid peer address {}", value.text),
                };
                self.ignore_option(value.span, "no address of the same family, without length")
                    .wording(wording);
            }
        }
    }

    fn unknown_option<'w>(&mut self, word: &'w Word, line: &mut Line<'w>) {
        let other = word.text.as_str();
        let near = schema::suggestions(Block::AddressLine, other);
        let near = near.first().filter(|near| **near != other);
        let known = schema::keyword(Block::AddressLine, near.map_or(other, |near| near));
        // The words of the option that was meant are no options themselves.
        let count = known.map_or(0, |keyword| keyword.arity.min.into());
        line.words.by_ref().take(count).for_each(drop);
        let finding = self
            .error(
                Code::ADDRESS_OPTION,
                word.span,
                format!("Unknown option '{other}' of an address"),
            )
            .note("keepalived ignores it")
            .wording(format!("Unknown configuration entry '{other}' for ip address - ignoring"));
        match near {
            Some(near) => drop(finding.help(format!("did you mean `{near}`?"))),
            None if known.is_some() => {
                let place = match line.kind {
                    Kind::Virtual => "static addresses",
                    Kind::Static => "virtual addresses",
                };
                finding.help(format!("`{other}` belongs to {place}"));
            }
            None => {}
        }
    }

    /// The value of an option; without one the line is dropped.
    fn option_value<'w>(&mut self, word: &Word, line: &mut Line<'w>) -> Option<&'w Word> {
        let value = line.words.next();
        if value.is_none() {
            let (option, name) = (&word.text, line.name());
            self.drop_line(word.span, &format!("`{option}` lacks its value"))
                .wording(format!("No {option} parameter specified for {name}"));
        }
        value
    }

    fn drop_line(&mut self, span: Span, why: &str) -> Draft<'_> {
        self.error(Code::ADDRESS_OPTION, span, why).label("the whole address is dropped")
    }

    fn ignore_option(&mut self, span: Span, why: &str) -> Draft<'_> {
        self.error(Code::ADDRESS_OPTION, span, why).label("ignored")
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
