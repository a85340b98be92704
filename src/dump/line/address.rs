//! A virtual or static address.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use crate::dump::line::prefix;
use crate::ir::{Broadcast, PreferredLifetime, Scope, VirtualAddress};
use crate::units::{Family, IpNet};

/// Where an address is, and what has become of it.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::dump) struct Place<'a> {
    /// The interface that holds it.
    pub(in crate::dump) interface: Option<&'a str>,
    /// What that stands on, if this process has made it.
    pub(in crate::dump) base: Option<&'a str>,
    /// The instances that depend on the interface of a static one.
    pub(in crate::dump) track_group: Option<&'a str>,
    /// It has been set.
    pub(in crate::dump) set: bool,
    /// It is kept from the host, by this means.
    pub(in crate::dump) guarded_by: Option<&'static str>,
}

/// `192.0.2.100/24 brd 192.0.2.255 dev eth0 scope global label eth0:vip set`.
pub(in crate::dump) fn address(address: &VirtualAddress, place: Place<'_>) -> String {
    let mut line = prefix(address.net);
    match (address.broadcast, address.ip()) {
        (Some(Broadcast::Address(broadcast)), _) => {
            push(&mut line, format_args!("brd {broadcast}"))
        }
        (Some(Broadcast::HostBitsOne), IpAddr::V4(host)) => {
            let ones = u32::MAX.checked_shr(address.net.prefix().into()).unwrap_or(0);
            let broadcast = Ipv4Addr::from_bits(host.to_bits() | ones);
            push(&mut line, format_args!("brd {broadcast}"));
        }
        (Some(Broadcast::HostBitsZero), IpAddr::V4(host)) => {
            let ones = u32::MAX.checked_shr(address.net.prefix().into()).unwrap_or(0);
            let broadcast = Ipv4Addr::from_bits(host.to_bits() & !ones);
            push(&mut line, format_args!("brd {broadcast}"));
        }
        _ => {}
    }
    if let Some(interface) = place.interface {
        push(&mut line, format_args!("dev {interface}"));
        if let Some(base) = place.base {
            let _ = write!(line, "@{base}");
        }
    }
    let mut flag = |on: bool, word: &str| {
        if on {
            push(&mut line, format_args!("{word}"));
        }
    };
    flag(address.use_vmac, "use_vmac");
    flag(true, &format!("scope {}", scope(address.scope)));
    if let Some(label) = &address.label {
        flag(true, &format!("label {label}"));
    }
    if let Some(peer) = address.peer {
        flag(true, &format!("peer {}", IpNet::host(peer)));
    }
    flag(address.home, "home");
    flag(address.detect_duplicates, "-nodad");
    flag(address.manage_temporary, "mngtmpaddr");
    flag(address.no_prefix_route, "noprefixroute");
    flag(address.autojoin, "autojoin");
    flag(address.no_track, "no_track");
    if let Some(group) = place.track_group {
        flag(true, &format!("track_group {group}"));
    }
    if let Some(lifetime) = lifetime(address) {
        flag(true, &lifetime);
    }
    flag(place.set, "set");
    if let Some(means) = place.guarded_by {
        flag(true, means);
    }
    line
}

fn push(line: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = write!(line, " {what}");
}

fn scope(scope: Scope) -> String {
    match scope {
        Scope::GLOBAL => "global".to_owned(),
        Scope::SITE => "site".to_owned(),
        Scope::LINK => "link".to_owned(),
        Scope::HOST => "host".to_owned(),
        Scope::NOWHERE => "nowhere".to_owned(),
        Scope(other) => other.to_string(),
    }
}

fn lifetime(address: &VirtualAddress) -> Option<String> {
    let family = Family::of(address.ip());
    let alone = address.net.prefix() == family.host_prefix();
    if family == Family::V4 {
        return None;
    }
    Some(match address.preferred_lifetime {
        None if alone => "deprecated".to_owned(),
        Some(PreferredLifetime::Seconds(0)) => "deprecated".to_owned(),
        None | Some(PreferredLifetime::Forever) => "preferred_lft forever".to_owned(),
        Some(PreferredLifetime::Seconds(seconds)) => format!("preferred_lft {seconds}"),
    })
}
