//! `virtual_server_group`: addresses, ranges of them, firewall marks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::diag::{Code, Severity, Verdict};
use crate::ir::Config;
use crate::ir::lvs::{Group, GroupEntry};
use crate::lower::Lowering;
use crate::lower::lvs::service::is_zero;
use crate::lower::values::parse_address;
use crate::syntax::{Block, Statement, Tree, Word};
use crate::units::{Compat, Family, Spanned};

/// Why a range is none: the finding's text, and keepalived's.
type Refused = (&'static str, String);

impl Lowering<'_> {
    /// Every group of the file: it may stand behind the virtual servers that use it.
    pub(super) fn virtual_server_groups(&mut self, tree: &Tree, config: &mut Config) {
        for statement in &tree.statements {
            if statement.keyword() != "virtual_server_group" {
                continue;
            }
            let Some(block) = &statement.block else { continue };
            let Some(name) = statement.arguments().first() else { continue };
            if let Some(extra) = statement.arguments().get(1) {
                self.words_after_the_name(extra);
                if self.compat < Compat::V2_4_3 {
                    continue;
                }
            }
            let Some(group) = self.virtual_server_group(name, block) else { continue };
            let groups = &mut config.virtual_server_groups;
            if let Some(first) = groups.iter().find(|first| first.name == group.name) {
                let text = format!("virtual server group `{}` already defined", name.text);
                self.draft(Code::DUPLICATE_NAME, Severity::Error, name.span, text)
                    .label("never used: the first one counts")
                    .related(first.name.span, "first defined here")
                    .note("keepalived does not mention it")
                    .verdict(Verdict::Silent);
                continue;
            }
            groups.push(group);
        }
    }

    fn words_after_the_name(&mut self, extra: &Word) {
        let ends = self.compat < Compat::V2_4_3;
        let finding = self
            .error(Code::EXTRA_WORDS, extra.span, "`virtual_server_group` takes one name")
            .label("put a name with blanks into double quotes");
        if ends {
            finding.note("keepalived 2.2.7 ends with status 2 here").verdict(Verdict::Ends).wording(
                "*** Configuration line starting `***MISSING ***` is missing a parameter at word \
                 position 1",
            );
        } else {
            finding.note("keepalived ignores the words").wording(format!(
                "Block virtual_server_group has extra parameters {} ...",
                extra.text
            ));
        }
    }

    fn virtual_server_group(&mut self, name: &Word, block: &Block) -> Option<Group> {
        let mut entries = Vec::new();
        for line in &block.statements {
            if let Some(inner) = &line.block {
                self.error(Code::STRAY_OPENING_BRACE, inner.open, "a group has no blocks inside")
                    .label("what stands in these braces is ignored")
                    .note("keepalived takes the brace for an address; the first `}` ends the group")
                    .wording("Invalid virtual server group IP address {  - skipping");
            }
            if line.keyword().is_empty() && line.words.len() == 1 {
                continue; // a brace without words before it
            }
            entries.extend(self.group_entry(&name.text, line));
        }
        let name = Spanned::new(name.text.clone(), name.span);
        let group = Group { name, entries };
        let name = &group.name;
        if group.entries.is_empty() {
            let text = format!("virtual server group `{}` has no entry", name.value);
            self.error(Code::EMPTY_SERVER_GROUP, name.span, text)
                .label("the group is dropped, and with it every virtual server that uses it")
                .help("write one address with its port, or one `fwmark`, a line")
                .wording(format!("virtual server group {} has no entries - removing", name.value));
            return None;
        }
        let mark = group
            .entries
            .iter()
            .find(|entry| matches!(entry.value, GroupEntry::Mark { family: None, .. }));
        let both = group.has_addresses_of(Family::V4) && group.has_addresses_of(Family::V6);
        if let Some(mark) = mark.filter(|_| both) {
            self.error(
                Code::SERVER_GROUP_FAMILIES,
                mark.span,
                "a mark without family in a group with addresses of both",
            )
            .label("write `inet` or `inet6` behind it")
            .note("keepalived drops the group")
            .wording(format!(
                "virtual server group {} cannot have IPv4, IPv6 and fwmark without family - \
                 removing",
                name.value
            ));
            return None;
        }
        Some(group)
    }

    fn group_entry(&mut self, group: &str, line: &Statement) -> Option<Spanned<GroupEntry>> {
        let words = &line.words;
        let first = words.first()?;
        let entry = if first.text == "fwmark" {
            self.mark_entry(group, first, words.get(1), words.get(2))?
        } else {
            self.address_entry(first, words.get(1))?
        };
        Some(Spanned::new(entry, line.line))
    }

    fn mark_entry(
        &mut self,
        group: &str,
        keyword: &Word,
        mark: Option<&Word>,
        family: Option<&Word>,
    ) -> Option<GroupEntry> {
        let Some(word) = mark else {
            self.error(Code::MISSING_VALUE, keyword.span, "`fwmark` lacks its value")
                .help("write `fwmark MARK [inet|inet6]`")
                .note("keepalived ends with status 2 here, at a reload too")
                .verdict(Verdict::Ends)
                .wording(
                    "*** Configuration line starting `fwmark` is missing a parameter after keyword \
                     `fwmark` at word position 2",
                );
            return None;
        };
        let words =
            || format!("({group}): fwmark '{}' must be in [0, {}] - ignoring", word.text, u32::MAX);
        let mark = self.in_its_words(words, |this| {
            this.integer_word("fwmark", word, 0, i64::from(u32::MAX))
        })?;
        let family = match family.map(|family| family.text.as_str()) {
            None => None,
            Some("inet") => Some(Family::V4),
            Some("inet6") => Some(Family::V6),
            Some(other) => {
                let span = family.map_or(word.span, |family| family.span);
                self.error(Code::INVALID_CHOICE, span, format!("'{other}' is no family"))
                    .label("inet or inet6")
                    .note("keepalived ignores the line")
                    .wording(format!(
                        "({group}): fwmark '{}' family {other} unknown - ignoring",
                        word.text
                    ));
                return None;
            }
        };
        Some(GroupEntry::Mark { mark: u32::try_from(mark.value).unwrap_or(u32::MAX), family })
    }

    /// `ADDRESS [PORT]`, with a range or a length at the address.
    fn address_entry(&mut self, word: &Word, port: Option<&Word>) -> Option<GroupEntry> {
        let text = word.text.as_str();
        let shown = port.map_or(String::new(), |port| format!("/port/{}", port.text));
        let invalid = format!("Invalid virtual server group IP address {text} {shown} - skipping");
        let range = match (text.split_once('-'), text.split_once('/')) {
            (Some((first, last)), _) => range(text, first, last),
            (None, Some((network, length))) => network_of(text, network, length),
            (None, None) => parse_address(text)
                .map(|address| (address, address))
                .ok_or(("is no address", String::new())),
        };
        let (first, last) = match range {
            Ok(range) => range,
            Err((why, words)) => {
                let code = if words.is_empty() && !text.contains(['-', '/']) {
                    Code::INVALID_ADDRESS
                } else {
                    Code::INVALID_ADDRESS_RANGE
                };
                self.error(code, word.span, format!("'{text}' {why}"))
                    .label("an address, FIRST-LAST, or a network such as 10.0.0.0/28")
                    .note("keepalived ignores the line")
                    .wording(if words.is_empty() { invalid } else { words });
                return None;
            }
        };
        let port = match port {
            Some(port) if !is_zero(&port.text) => {
                let number = self.in_its_words(
                    || invalid,
                    |this| this.integer_word("virtual_server_group", port, 1, 65_535),
                )?;
                u16::try_from(number.value).unwrap_or(u16::MAX)
            }
            _ => 0,
        };
        Some(GroupEntry::Addresses { first, last, port })
    }
}

/// `FIRST-LAST`, where the last one is an address or only its last part.
fn range(text: &str, first: &str, last: &str) -> Result<(IpAddr, IpAddr), Refused> {
    let first = parse_address(first).ok_or(("begins with no address", String::new()))?;
    let whole = last.contains(['.', ':']);
    let last = if whole {
        let last = parse_address(last).filter(|last| last.is_ipv4() == first.is_ipv4());
        last.ok_or(("ends in no address of its family", String::new()))?
    } else {
        with_last_part(text, first, last)?
    };
    if last > first || whole && last == first {
        return Ok((first, last));
    }
    let words = if whole {
        format!("Address range end is less than address range start - {text} - skipping")
    } else {
        format!("Address range end is not greater than address range start - {text} - skipping")
    };
    Err(("ends before it begins", words))
}

/// The address with another last part: decimal in IPv4, hexadecimal in IPv6.
fn with_last_part(text: &str, first: IpAddr, last: &str) -> Result<IpAddr, Refused> {
    let (radix, most) = if first.is_ipv4() { (10, 0xff) } else { (16, 0xffff) };
    let end = last.find(|c: char| !c.is_digit(radix)).unwrap_or(last.len());
    let (digits, rest) = last.split_at_checked(end).unwrap_or((last, ""));
    if !rest.is_empty() {
        let words =
            format!("Virtual server group range '{text}' has extra characters at end '{rest}'");
        return Err(("has characters behind the range", words));
    }
    let value =
        if digits.is_empty() { 0 } else { u32::from_str_radix(digits, radix).unwrap_or(u32::MAX) };
    if value > most {
        let words = format!("Virtual server group range '{text}' end '{digits}' too large");
        return Err(("ends too far", words));
    }
    Ok(match first {
        IpAddr::V4(first) => Ipv4Addr::from(first.to_bits() & !0xff | value).into(),
        IpAddr::V6(first) => Ipv6Addr::from(first.to_bits() & !0xffff | u128::from(value)).into(),
    })
}

/// `NETWORK/LENGTH`: every address of the network.
fn network_of(text: &str, network: &str, length: &str) -> Result<(IpAddr, IpAddr), Refused> {
    let invalid = || ("has no length of a network", format!("Invalid netmask - {text} - skipping"));
    let address = parse_address(network).ok_or(("is no address", String::new()))?;
    let length: u32 = length.parse().map_err(|_| invalid())?;
    let bits = u32::from(Family::of(address).host_prefix());
    if length == 0 || length > bits {
        return Err(invalid());
    }
    let host = bits - length;
    let (last, rest) = match address {
        IpAddr::V4(network) => {
            let mask = u32::MAX.checked_shr(32 - host).unwrap_or(0);
            (Ipv4Addr::from(network.to_bits() | mask).into(), network.to_bits() & mask != 0)
        }
        IpAddr::V6(network) => {
            let mask = u128::MAX.checked_shr(128 - host).unwrap_or(0);
            (Ipv6Addr::from(network.to_bits() | mask).into(), network.to_bits() & mask != 0)
        }
    };
    if rest {
        let words = format!("Address mask bits not empty - {text} - skipping");
        return Err(("is no network: there are bits behind its length", words));
    }
    Ok((address, last))
}
