//! Virtual addresses in the kernel, as `ip` shows them.

use std::net::IpAddr;
use std::time::Instant;

use stillalive::engine::effect::Direction;
use stillalive::ir::{Broadcast, PreferredLifetime, Scope, VirtualAddress};
use stillalive::runtime::netlink::{Commands, Request, connect};
use stillalive::units::IpNet;

use crate::isolation::{ip, isolated, make_d0};

fn net(address: &str, prefix: u8) -> IpNet {
    IpNet::new(address.parse::<IpAddr>().expect("address"), prefix).expect("prefix")
}

fn plain(address: &str, prefix: u8) -> VirtualAddress {
    VirtualAddress::plain(net(address, prefix))
}

fn dummy() -> (Commands, u32) {
    make_d0();
    let (commands, monitor) = connect().expect("netlink");
    let name = stillalive::units::IfName::new("d0").expect("name");
    let index = monitor.network().interface(&name).expect("d0").index;
    (commands, index)
}

/// Everything that `ip` shows of the addresses of `d0` behind its name, lifetimes included.
fn shown(address: &str) -> String {
    let all = ip("-o addr show dev d0");
    let line = all.lines().find(|line| line.contains(&format!(" {address}")));
    let line = line.unwrap_or_else(|| panic!("{address} is not in:\n{all}"));
    // Newer versions of `ip` show the protocol.
    let fields = line.replace('\\', " ").replace("proto 18", "").replace("proto keepalived", "");
    fields.split_whitespace().skip(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_option_reaches_the_kernel_and_every_address_goes_again() {
    isolated("addresses::every_option_reaches_the_kernel_and_every_address_goes_again", || {
        let (mut commands, index) = dummy();
        let cases = [
            (
                plain("10.0.0.1", 24),
                "inet 10.0.0.1/24 scope global d0 valid_lft forever \
                 preferred_lft forever",
            ),
            (
                VirtualAddress {
                    broadcast: Some(Broadcast::HostBitsOne),
                    label: Some("d0:1".to_owned()),
                    scope: Scope::SITE,
                    no_prefix_route: true,
                    ..plain("10.1.0.1", 24)
                },
                "inet 10.1.0.1/24 brd 10.1.0.255 scope site noprefixroute d0:1 \
                 valid_lft forever preferred_lft forever",
            ),
            (
                VirtualAddress {
                    peer: Some("10.2.0.2".parse().expect("peer")),
                    ..plain("10.2.0.1", 32)
                },
                "inet 10.2.0.1 peer 10.2.0.2/32 scope global d0 \
                 valid_lft forever preferred_lft forever",
            ),
            (
                VirtualAddress { autojoin: true, ..plain("239.3.0.1", 32) },
                "inet 239.3.0.1/32 scope global autojoin d0 \
                 valid_lft forever preferred_lft forever",
            ),
            (
                plain("fd00::1", 128),
                "inet6 fd00::1/128 scope global deprecated nodad \
                 valid_lft forever preferred_lft 0sec",
            ),
            (
                VirtualAddress { home: true, ..plain("fd00:1::1", 64) },
                "inet6 fd00:1::1/64 scope global nodad home \
                 valid_lft forever preferred_lft forever",
            ),
            (
                VirtualAddress {
                    preferred_lifetime: Some(PreferredLifetime::Forever),
                    no_prefix_route: true,
                    ..plain("fd00:2::1", 128)
                },
                "inet6 fd00:2::1/128 scope global nodad noprefixroute \
                 valid_lft forever preferred_lft forever",
            ),
            (
                VirtualAddress { manage_temporary: true, ..plain("fd00:3::1", 64) },
                "inet6 fd00:3::1/64 scope global nodad mngtmpaddr \
                 valid_lft forever preferred_lft forever",
            ),
        ];
        let requests: Vec<Request> = cases
            .iter()
            .map(|(address, _)| Request { interface: Some(index), address: address.clone() })
            .collect();
        assert_eq!(commands.change_addresses(Direction::Add, &requests), []);
        for (address, expected) in &cases {
            // Versions of `ip` differ in the order of the flags.
            let words = |text: &str| -> Vec<String> {
                let mut words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(words(&shown(&address.ip().to_string())), words(expected));
        }
        // Once more: they are there already, which is no failure.
        assert_eq!(commands.change_addresses(Direction::Add, &requests), []);
        assert_eq!(commands.change_addresses(Direction::Remove, &requests), []);
        assert_eq!(ip("-o addr show dev d0 scope global"), "");
        assert_eq!(commands.change_addresses(Direction::Remove, &requests), []);
    });
}

#[test]
fn every_refusal_is_reported_and_the_rest_goes_on() {
    isolated("addresses::every_refusal_is_reported_and_the_rest_goes_on", || {
        let (mut commands, index) = dummy();
        let request = |interface, address: &str, prefix| Request {
            interface,
            address: plain(address, prefix),
        };
        let requests = [
            request(None, "10.0.0.1", 24),
            request(Some(9999), "10.0.0.2", 24),
            request(Some(index), "10.0.0.3", 24),
            request(Some(index), "ff02::1", 128),
        ];
        let failures = commands.change_addresses(Direction::Add, &requests);
        let texts: Vec<String> =
            failures.iter().map(|failure| format!("{} {}", failure.net, failure.error)).collect();
        assert_eq!(
            texts,
            [
                "10.0.0.1/24 No such device(19)",
                "10.0.0.2/24 No such device(19)",
                "ff02::1/128 Cannot assign requested address(99)",
            ]
        );
        assert!(shown("10.0.0.3").starts_with("inet 10.0.0.3/24"));
    });
}

#[test]
fn hundreds_of_addresses_come_and_go_in_one_call() {
    isolated("addresses::hundreds_of_addresses_come_and_go_in_one_call", || {
        let (mut commands, index) = dummy();
        let requests: Vec<Request> = (0..500_u16)
            .map(|number| {
                let [high, low] = number.to_be_bytes();
                let address = plain(&format!("10.9.{high}.{low}"), 32);
                Request { interface: Some(index), address }
            })
            .collect();
        assert_eq!(commands.change_addresses(Direction::Add, &requests), []);
        assert_eq!(ip("-o -4 addr show dev d0").lines().count(), 500);
        assert_eq!(commands.change_addresses(Direction::Remove, &requests), []);
        assert_eq!(ip("-o -4 addr show dev d0"), "");
    });
}

#[test]
fn a_batch_is_answered_as_a_whole_each_time() {
    isolated("addresses::a_batch_is_answered_as_a_whole_each_time", || {
        let (mut commands, index) = dummy();
        let requests: Vec<Request> = ["10.0.0.1", "10.0.0.2"]
            .iter()
            .map(|address| Request { interface: Some(index), address: plain(address, 24) })
            .collect();
        let mut times = Vec::new();
        for _ in 0..50 {
            let start = Instant::now();
            assert_eq!(commands.change_addresses(Direction::Add, &requests), []);
            times.push(start.elapsed());
            assert_eq!(commands.change_addresses(Direction::Remove, &requests), []);
        }
        times.sort_unstable();
        eprintln!("FIGURE batch of two addresses: median {:?}, worst {:?}", times[25], times[49]);
    });
}
