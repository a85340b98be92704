//! Words that iproute2 knows by name: types of service, scopes, protocols, realms, tables, groups.
//!
//! The names of an untouched iproute2 are known here. Any other word that could be a name is kept as
//! one: only the host can say what it stands for.

use crate::ir::{Named, Protocol, Realms, Scope, Table};
use crate::lower::line::any_base;

/// `rt_dsfield`.
const DSFIELD: &[(&str, u8)] = &[
    ("default", 0),
    ("AF11", 0x28),
    ("AF12", 0x30),
    ("AF13", 0x38),
    ("AF21", 0x48),
    ("AF22", 0x50),
    ("AF23", 0x58),
    ("AF31", 0x68),
    ("AF32", 0x70),
    ("AF33", 0x78),
    ("AF41", 0x88),
    ("AF42", 0x90),
    ("AF43", 0x98),
    ("CS1", 0x20),
    ("CS2", 0x40),
    ("CS3", 0x60),
    ("CS4", 0x80),
    ("CS5", 0xa0),
    ("CS6", 0xc0),
    ("CS7", 0xe0),
    ("EF", 0xb8),
];

/// `rt_protos`.
const PROTOCOLS: &[(&str, u8)] = &[
    ("unspec", 0),
    ("redirect", 1),
    ("kernel", 2),
    ("boot", 3),
    ("static", 4),
    ("gated", 8),
    ("ra", 9),
    ("mrt", 10),
    ("zebra", 11),
    ("bird", 12),
    ("dnrouted", 13),
    ("xorp", 14),
    ("ntk", 15),
    ("dhcp", 16),
    ("keepalived", 18),
    ("babel", 42),
    ("openr", 99),
    ("bgp", 186),
    ("isis", 187),
    ("ospf", 188),
    ("rip", 189),
    ("eigrp", 192),
];

/// A number up to 255 in any base, one of these names, or a name of the host's.
fn byte(text: &str, names: &[(&str, u8)]) -> Option<Named<u8>> {
    if let Some((_, number)) = names.iter().find(|(name, _)| *name == text) {
        return Some(Named::Number(*number));
    }
    match any_base(text, u64::from(u8::MAX)) {
        Some(number) => Some(Named::Number(u8::try_from(number).ok()?)),
        None => name(text),
    }
}

/// A word that can be a name: it does not begin like a number.
fn name<N>(text: &str) -> Option<Named<N>> {
    let first = text.chars().next()?;
    let is_name = !first.is_ascii_digit() && !matches!(first, '-' | '+');
    is_name.then(|| Named::Name(text.to_owned()))
}

/// A type of service.
pub(super) fn tos(text: &str) -> Option<Named<u8>> {
    byte(text, DSFIELD)
}

/// Who installed a route.
pub(super) fn protocol(text: &str) -> Option<Protocol> {
    byte(text, PROTOCOLS)
}

/// The scope of a route.
pub(super) fn scope(text: &str) -> Option<Named<u8>> {
    let named = [
        ("global", Scope::GLOBAL),
        ("site", Scope::SITE),
        ("link", Scope::LINK),
        ("host", Scope::HOST),
        ("nowhere", Scope::NOWHERE),
    ];
    byte(text, &named.map(|(name, scope)| (name, scope.0)))
}

/// A routing table. keepalived takes the low 32 bits of any number.
pub(super) fn table(text: &str) -> Option<Table> {
    match text {
        "local" => Some(Named::Number(255)),
        "main" => Some(Table::MAIN),
        "default" => Some(Named::Number(253)),
        "unspec" => Some(Named::Number(0)),
        _ => match any_base(text, u64::from(u32::MAX)) {
            Some(number) => Some(Named::Number(u32::try_from(number).ok()?)),
            None => name(text),
        },
    }
}

/// An interface group.
pub(super) fn group(text: &str) -> Option<Named<u32>> {
    if text == "default" {
        return Some(Named::Number(0));
    }
    match any_base(text, i32::MAX.unsigned_abs().into()) {
        Some(number) => Some(Named::Number(u32::try_from(number).ok()?)),
        None => name(text),
    }
}

/// `[FROM/]TO`.
pub(super) fn realms(text: &str) -> Option<Realms> {
    let realm = |text: &str| byte(text, &[("cosmos", 0)]);
    match text.split_once('/') {
        Some((from, to)) => Some(Realms { from: Some(realm(from)?), to: realm(to)? }),
        None => Some(Realms { from: None, to: realm(text)? }),
    }
}

/// An IP protocol, by number or by its name in `/etc/protocols`.
pub(super) fn ip_protocol(text: &str) -> Option<Named<u8>> {
    let usual = [("icmp", 1), ("igmp", 2), ("tcp", 6), ("udp", 17), ("gre", 47), ("esp", 50)];
    let usual = [usual.as_slice(), &[("ah", 51), ("vrrp", 112), ("sctp", 132)]].concat();
    byte(&text.to_ascii_lowercase(), &usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_told_apart() {
        assert_eq!(tos("AF11"), Some(Named::Number(0x28)));
        assert_eq!(tos("0x10"), Some(Named::Number(16)));
        assert_eq!(tos("300"), None);
        assert_eq!(tos("gold"), Some(Named::Name("gold".to_owned())));
        assert_eq!(protocol("keepalived"), Some(Protocol::KEEPALIVED));
        assert_eq!(scope("nowhere"), Some(Named::Number(255)));
        assert_eq!(table("main"), Some(Table::MAIN));
        assert_eq!(table("10x"), None);
        assert_eq!(table("-1"), None);
        assert_eq!(group("2147483648"), None);
        assert_eq!(ip_protocol("TCP"), Some(Named::Number(6)));
    }

    #[test]
    fn realms_have_one_or_two_parts() {
        let number = Named::Number;
        assert_eq!(realms("5"), Some(Realms { from: None, to: number(5) }));
        assert_eq!(realms("cosmos/0x14"), Some(Realms { from: Some(number(0)), to: number(20) }));
        for wrong in ["5/", "/5", "300", "1/300", "", "-5"] {
            assert_eq!(realms(wrong), None, "{wrong}");
        }
    }
}
