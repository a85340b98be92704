//! Address lines: every option, what it becomes, and what goes wrong with it.

use std::net::{IpAddr, Ipv4Addr};

use super::{instance, table};
use crate::ir::{Broadcast, Instance, PreferredLifetime, Scope, VirtualAddress};
use crate::units::{IfName, IpNet};

/// The one virtual address of a line.
fn address(line: &str) -> VirtualAddress {
    let instance = instance(&format!("virtual_ipaddress {{; {line}; }}"));
    match instance.addresses.as_slice() {
        [address] => address.value.clone(),
        other => panic!("{other:?}"),
    }
}

fn net(address: &str, length: u8) -> IpNet {
    IpNet::new(address.parse().unwrap(), length).unwrap()
}

#[test]
fn every_option_has_its_field() {
    let four = VirtualAddress::plain(net("10.0.0.9", 24));
    let six = VirtualAddress::plain(net("fe80::9", 64));
    for (line, expected) in [
        ("10.0.0.9", VirtualAddress::plain(net("10.0.0.9", 32))),
        ("fe80::9", VirtualAddress::plain(net("fe80::9", 128))),
        ("10.0.0.9/24", four.clone()),
        ("10.0.0.9/0", VirtualAddress::plain(net("10.0.0.9", 0))),
        ("\"10.0.0.9/24\"", four.clone()),
        (
            "10.0.0.9/24 dev eth1.5",
            VirtualAddress { interface: Some(IfName::new("eth1.5").unwrap()), ..four.clone() },
        ),
        ("10.0.0.9/24 scope global", four.clone()),
        ("10.0.0.9/24 scope site", VirtualAddress { scope: Scope::SITE, ..four.clone() }),
        ("10.0.0.9/24 scope link", VirtualAddress { scope: Scope::LINK, ..four.clone() }),
        ("10.0.0.9/24 scope host", VirtualAddress { scope: Scope::HOST, ..four.clone() }),
        ("10.0.0.9/24 scope nowhere", VirtualAddress { scope: Scope::NOWHERE, ..four.clone() }),
        ("10.0.0.9/24 scope 77", VirtualAddress { scope: Scope(77), ..four.clone() }),
        (
            "10.0.0.9/24 brd 10.0.0.255",
            VirtualAddress {
                broadcast: Some(Broadcast::Address(Ipv4Addr::new(10, 0, 0, 255))),
                ..four.clone()
            },
        ),
        (
            "10.0.0.9/24 broadcast +",
            VirtualAddress { broadcast: Some(Broadcast::HostBitsOne), ..four.clone() },
        ),
        (
            "10.0.0.9/24 brd -",
            VirtualAddress { broadcast: Some(Broadcast::HostBitsZero), ..four.clone() },
        ),
        (
            "10.0.0.9/24 label eth0:1",
            VirtualAddress { label: Some("eth0:1".to_owned()), ..four.clone() },
        ),
        (
            "10.0.0.9 peer 10.0.0.2",
            VirtualAddress {
                peer: Some(IpAddr::from([10, 0, 0, 2])),
                ..VirtualAddress::plain(net("10.0.0.9", 32))
            },
        ),
        ("fe80::9/64 home", VirtualAddress { home: true, ..six.clone() }),
        ("fe80::9/64 -nodad", VirtualAddress { detect_duplicates: true, ..six.clone() }),
        ("fe80::9/64 mngtmpaddr", VirtualAddress { manage_temporary: true, ..six.clone() }),
        ("fe80::9/64 noprefixroute", VirtualAddress { no_prefix_route: true, ..six.clone() }),
        ("fe80::9/64 autojoin", VirtualAddress { autojoin: true, ..six.clone() }),
        ("fe80::9/64 no_track", VirtualAddress { no_track: true, ..six.clone() }),
        (
            "fe80::9/64 preferred_lft forever",
            VirtualAddress { preferred_lifetime: Some(PreferredLifetime::Forever), ..six.clone() },
        ),
        (
            "fe80::9/64 preferred_lft 4294967295",
            VirtualAddress {
                preferred_lifetime: Some(PreferredLifetime::Seconds(u32::MAX)),
                ..six.clone()
            },
        ),
        (
            "10.0.0.9/24 no_track label a noprefixroute scope host dev b brd +",
            VirtualAddress {
                no_track: true,
                label: Some("a".to_owned()),
                no_prefix_route: true,
                scope: Scope::HOST,
                interface: Some(IfName::new("b").unwrap()),
                broadcast: Some(Broadcast::HostBitsOne),
                ..four
            },
        ),
    ] {
        assert_eq!(address(line), expected, "{line}");
    }
}

fn both_lists(instance: &Instance) -> String {
    let list = |list: &[crate::units::Spanned<VirtualAddress>]| {
        list.iter().map(|address| address.net.to_string()).collect::<Vec<_>>().join(" ")
    };
    format!("[{}] [{}]", list(&instance.addresses), list(&instance.excluded))
}

#[test]
fn what_cannot_be_used_is_said_and_the_line_or_the_option_is_left_out() {
    let rows = [
        "10.0.0.256",
        "10.0.0.009",
        "10.0.0",
        "fe80::9%eth0",
        "10.0.0.9/33",
        "10.0.0.9/x",
        "10.0.0.9/",
        "10.0.0.9/+24",
        "fe80::9/129",
        "10.0.0.9 dev",
        "10.0.0.9 dev a dev b",
        "10.0.0.9 dev abcdefghijklmnop",
        "10.0.0.9 scope",
        "10.0.0.9 scope foo",
        "10.0.0.9 scope 256",
        "fe80::9 scope link",
        "10.0.0.9 label",
        "10.0.0.9 label eth0:12345678901",
        "fe80::9 label eth0:1",
        "10.0.0.9/24 brd",
        "10.0.0.9/24 brd x",
        "10.0.0.9/24 brd fe80::1",
        "10.0.0.9/31 brd +",
        "fe80::9 brd +",
        "10.0.0.9 peer",
        "10.0.0.9 peer x",
        "10.0.0.9 peer 10.0.0.2/24",
        "10.0.0.9 peer fe80::1",
        "10.0.0.9/24 peer 10.0.0.2",
        "10.0.0.9 peer 10.0.0.2 brd 10.0.0.255",
        "fe80::9 preferred_lft",
        "fe80::9 preferred_lft x",
        "fe80::9 preferred_lft 4294967296",
        "10.0.0.9 lable eth0:1",
        "10.0.0.9 10.0.0.8",
        "10.0.0.9 use_vmac",
        "10.0.0.9 track_group g",
        "10.0.0.9 {; }",
    ];
    let rows: Vec<_> =
        rows.iter().map(|line| format!("virtual_ipaddress {{; {line}; }}")).collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    insta::assert_snapshot!(table(&rows, both_lists), @"
    virtual_ipaddress {; 10.0.0.256; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:1: error[SA203]: '10.0.0.256' is no address
    virtual_ipaddress {; 10.0.0.009; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:1: error[SA203]: '10.0.0.009' is no address
    virtual_ipaddress {; 10.0.0; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:1: error[SA203]: '10.0.0' is no address
    virtual_ipaddress {; fe80::9%eth0; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:1: error[SA203]: 'fe80::9%eth0' is no address
    virtual_ipaddress {; 10.0.0.9/33; }  =>  [10.0.0.9/32] []
        3:1: error[SA202]: '33' is no prefix length of an IPv4 address
    virtual_ipaddress {; 10.0.0.9/x; }  =>  [10.0.0.9/32] []
        3:1: error[SA202]: 'x' is no prefix length of an IPv4 address
    virtual_ipaddress {; 10.0.0.9/; }  =>  [10.0.0.9/32] []
        3:1: error[SA202]: '' is no prefix length of an IPv4 address
    virtual_ipaddress {; 10.0.0.9/+24; }  =>  [10.0.0.9/24] []
    virtual_ipaddress {; fe80::9/129; }  =>  [fe80::9/128] []
        3:1: error[SA202]: '129' is no prefix length of an IPv6 address
    virtual_ipaddress {; 10.0.0.9 dev; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:10: error[SA209]: `dev` lacks its value
    virtual_ipaddress {; 10.0.0.9 dev a dev b; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:16: error[SA209]: `dev` is given twice
    virtual_ipaddress {; 10.0.0.9 dev abcdefghijklmnop; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:14: error[SA205]: 'abcdefghijklmnop' is no interface for `dev`
    virtual_ipaddress {; 10.0.0.9 scope; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:10: error[SA209]: `scope` lacks its value
    virtual_ipaddress {; 10.0.0.9 scope foo; }  =>  [10.0.0.9/32] []
        3:16: error[SA209]: no scope of that name
    virtual_ipaddress {; 10.0.0.9 scope 256; }  =>  [10.0.0.9/32] []
        3:16: error[SA209]: no scope of that name
    virtual_ipaddress {; fe80::9 scope link; }  =>  [fe80::9/128] []
        3:9: error[SA209]: an IPv6 address has its own scope
    virtual_ipaddress {; 10.0.0.9 label; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:10: error[SA209]: `label` lacks its value
    virtual_ipaddress {; 10.0.0.9 label eth0:12345678901; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:16: error[SA209]: a label has at most 15 bytes
    virtual_ipaddress {; fe80::9 label eth0:1; }  =>  [fe80::9/128] []
        3:9: error[SA209]: an IPv6 address has no label
    virtual_ipaddress {; 10.0.0.9/24 brd; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:13: error[SA209]: `brd` lacks its value
    virtual_ipaddress {; 10.0.0.9/24 brd x; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:17: error[SA209]: no broadcast address: an IPv4 address, `+` or `-`
    virtual_ipaddress {; 10.0.0.9/24 brd fe80::1; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:17: error[SA209]: no broadcast address: an IPv4 address, `+` or `-`
    virtual_ipaddress {; 10.0.0.9/31 brd +; }  =>  [10.0.0.9/31] []
        3:17: error[SA209]: a prefix of more than 30 bits has no host bits for it
    virtual_ipaddress {; fe80::9 brd +; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:9: error[SA209]: an IPv6 address has no broadcast address
    virtual_ipaddress {; 10.0.0.9 peer; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:10: error[SA209]: `peer` lacks its value
    virtual_ipaddress {; 10.0.0.9 peer x; }  =>  [10.0.0.9/32] []
        3:15: error[SA209]: no address of the same family, without length
    virtual_ipaddress {; 10.0.0.9 peer 10.0.0.2/24; }  =>  [10.0.0.9/32] []
        3:15: error[SA209]: no address of the same family, without length
    virtual_ipaddress {; 10.0.0.9 peer fe80::1; }  =>  [10.0.0.9/32] []
        3:15: error[SA209]: no address of the same family, without length
    virtual_ipaddress {; 10.0.0.9/24 peer 10.0.0.2; }  =>  [10.0.0.9/32] []
        3:18: error[SA209]: with `peer` the address has no prefix length
    virtual_ipaddress {; 10.0.0.9 peer 10.0.0.2 brd 10.0.0.255; }  =>  [10.0.0.9/32] []
        3:1: error[SA209]: an address with `peer` has no broadcast address
    virtual_ipaddress {; fe80::9 preferred_lft; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        3:9: error[SA209]: `preferred_lft` lacks its value
    virtual_ipaddress {; fe80::9 preferred_lft x; }  =>  [fe80::9/128] []
        3:23: error[SA202]: preferred_lft x is invalid
    virtual_ipaddress {; fe80::9 preferred_lft 4294967296; }  =>  [fe80::9/128] []
        3:23: error[SA202]: preferred_lft 4294967296 is invalid
    virtual_ipaddress {; 10.0.0.9 lable eth0:1; }  =>  [10.0.0.9/32] []
        3:10: error[SA209]: Unknown option 'lable' of an address
    virtual_ipaddress {; 10.0.0.9 10.0.0.8; }  =>  [10.0.0.9/32] []
        3:10: error[SA209]: Unknown option '10.0.0.8' of an address
    virtual_ipaddress {; 10.0.0.9 use_vmac; }  =>  [10.0.0.9/32] []
    virtual_ipaddress {; 10.0.0.9 track_group g; }  =>  [10.0.0.9/32] []
        3:10: error[SA209]: Unknown option 'track_group' of an address
    virtual_ipaddress {; 10.0.0.9 {; }; }  =>  [10.0.0.9/32] []
        3:10: error[SA104]: an address takes no block
    ");
}

#[test]
fn lists_add_up_and_hold_an_address_once() {
    let rows = [
        "virtual_ipaddress {; 10.0.0.1; 10.0.0.2/24; }; virtual_ipaddress {; 10.0.0.3; }",
        "virtual_ipaddress {; 10.0.0.1; 10.0.0.1 dev eth1; }",
        "virtual_ipaddress {; 10.0.0.1; 10.0.0.1/24; }",
        "virtual_ipaddress {; 10.0.0.1; }; virtual_ipaddress_excluded {; 10.0.0.1; fe80::1; }",
        "virtual_ipaddress {; 10.0.0.1; fe80::1; }",
        "virtual_ipaddress { 10.0.0.1 }",
        "virtual_ipaddress; {; 10.0.0.1; }",
        "virtual_ipaddress foo {; 10.0.0.1; }",
        "virtual_ipaddress {; }",
        "virtual_ipaddress {; }; no_virtual_ipaddress",
        "virtual_ipaddress {; }; version 3",
        "virtual_ipaddress {; }; version 3; no_virtual_ipaddress",
    ];
    insta::assert_snapshot!(table(&rows, both_lists), @"
    virtual_ipaddress {; 10.0.0.1; 10.0.0.2/24; }; virtual_ipaddress {; 10.0.0.3; }  =>  [10.0.0.1/32 10.0.0.2/24 10.0.0.3/32] []
    virtual_ipaddress {; 10.0.0.1; 10.0.0.1 dev eth1; }  =>  [10.0.0.1/32] []
        4:1: error[SA305]: 10.0.0.1/32 is listed twice
    virtual_ipaddress {; 10.0.0.1; 10.0.0.1/24; }  =>  [10.0.0.1/32 10.0.0.1/24] []
    virtual_ipaddress {; 10.0.0.1; }; virtual_ipaddress_excluded {; 10.0.0.1; fe80::1; }  =>  [10.0.0.1/32] [fe80::1/128]
        6:1: error[SA305]: 10.0.0.1/32 is listed twice
    virtual_ipaddress {; 10.0.0.1; fe80::1; }  =>  [10.0.0.1/32] []
        4:1: error[SA208]: a virtual address of another family than the instance
    virtual_ipaddress { 10.0.0.1 }  =>  [10.0.0.1/32] []
    virtual_ipaddress; {; 10.0.0.1; }  =>  [10.0.0.1/32] []
    virtual_ipaddress foo {; 10.0.0.1; }  =>  [10.0.0.1/32] []
        2:19: error[SA116]: extra words after `virtual_ipaddress`
    virtual_ipaddress {; }  =>  [] []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
    virtual_ipaddress {; }; no_virtual_ipaddress  =>  [] []
    virtual_ipaddress {; }; version 3  =>  [] []  [Instance]
        1:15: error[SA303]: (V) No VIP specified; at least one is required
    virtual_ipaddress {; }; version 3; no_virtual_ipaddress  =>  [] []
    ");
}

/// The most addresses of an advert by MTU, version, family and proof. Those of IPv4 without a trailer
/// are what keepalived 2.2.7 says.
#[test]
fn what_an_advert_cannot_hold_is_set_without_being_advertised() {
    const HEADER: &str = "authentication {; auth_type AH; auth_pass a; }";
    const PASSWORD: &str = "authentication {; auth_type PASS; auth_pass a; }";
    const TRAILER: &str =
        "auth_hmac {; key 1 abcdefghijklmnopqrstuvwxyz0123456789; active_key 1; }";
    let table = [
        (1000, 2, "10.0.", "", 237),
        (1000, 2, "10.0.", PASSWORD, 237),
        (1000, 2, "10.0.", HEADER, 231),
        (1000, 3, "10.0.", "", 239),
        (900, 2, "10.0.", "", 212),
        (900, 2, "10.0.", HEADER, 206),
        (900, 3, "10.0.", "", 214),
        (900, 3, "10.0.", TRAILER, 207),
        (1500, 2, "10.0.", HEADER, 255),
        (1500, 3, "fe80::", "", 89),
        (1500, 2, "fe80::", "", 89),
        (1500, 3, "fe80::", TRAILER, 88),
        (9000, 3, "fe80::", "", 255),
        (40, 3, "fe80::", "", 0),
    ];
    for (mtu, version, family, proof, most) in table {
        let line = |n: u32| match family {
            "fe80::" => format!("fe80::{n:x}; "),
            _ => format!("10.0.{}.{}; ", n / 200, n % 200),
        };
        let lines: String = (1..=300).map(line).collect();
        let mut found = instance(&format!(
            "version {version}; {proof}; virtual_ipaddress {{; {lines}}}; \
             virtual_ipaddress_excluded {{; 192.0.2.1; }}"
        ));
        assert_eq!(found.keep_to_mtu(mtu), 300 - most, "{mtu} version {version} {family} {proof}");
        assert_eq!(found.addresses.len(), most);
        assert_eq!(found.excluded.len(), 300 - most + 1);
        // In their order, before what was excluded anyway.
        assert_eq!(found.excluded.last().map(|address| address.net), Some(net("192.0.2.1", 32)));
        assert_eq!(found.keep_to_mtu(mtu), 0, "once");
    }
}
