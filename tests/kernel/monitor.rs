//! What the monitor makes of the kernel's reports.

use std::net::IpAddr;

use stillalive::engine::effect::Direction;
use stillalive::engine::event::NetworkChange;
use stillalive::ir::VirtualAddress;
use stillalive::runtime::netlink::{Monitor, Request, connect};
use stillalive::units::{IfName, IpNet};

use crate::isolation::{changes, ip, isolated, make_d0};

fn d0() -> IfName {
    IfName::new("d0").expect("name")
}

/// Reads until as many changes of addresses have come.
fn address_changes(monitor: &mut Monitor, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        for change in changes(monitor) {
            match change {
                NetworkChange::AddressAdded { interface, address, origin } => {
                    texts.push(format!("+ {interface} {address} {origin:?}"));
                }
                NetworkChange::AddressRemoved { interface, address, origin, .. } => {
                    texts.push(format!("- {interface} {address} {origin:?}"));
                }
                _ => {}
            }
        }
    }
    texts
}

#[test]
fn own_changes_are_ours_and_others_are_foreign() {
    isolated("monitor::own_changes_are_ours_and_others_are_foreign", || {
        make_d0();
        let (mut commands, mut monitor) = connect().expect("netlink");
        let index = monitor.network().interface(&d0()).expect("d0").index;
        let requests: Vec<Request> = [("10.0.0.1", 24), ("10.0.0.2", 24), ("fd00::1", 128)]
            .iter()
            .map(|(address, prefix)| {
                let address = address.parse::<IpAddr>().expect("address");
                let net = IpNet::new(address, *prefix).expect("prefix");
                Request { interface: Some(index), address: VirtualAddress::plain(net) }
            })
            .collect();

        assert_eq!(commands.change_addresses(Direction::Add, &requests), []);
        let mut changes = address_changes(&mut monitor, 3);
        changes.retain(|change| !change.contains("fe80"));
        assert_eq!(
            changes,
            ["+ d0 10.0.0.1/24 Ours", "+ d0 10.0.0.2/24 Ours", "+ d0 fd00::1/128 Ours"]
        );

        assert_eq!(commands.change_addresses(Direction::Remove, &requests), []);
        let mut changes = address_changes(&mut monitor, 3);
        changes.retain(|change| !change.contains("fe80"));
        changes.sort();
        assert_eq!(
            changes,
            ["- d0 10.0.0.1/24 Ours", "- d0 10.0.0.2/24 Ours", "- d0 fd00::1/128 Ours"]
        );

        assert_eq!(commands.change_addresses(Direction::Add, &requests), []);
        address_changes(&mut monitor, 3);
        ip("addr del fd00::1/128 dev d0");
        ip("addr del 10.0.0.2/24 dev d0");
        let changes = address_changes(&mut monitor, 2);
        assert_eq!(changes, ["- d0 fd00::1/128 Foreign", "- d0 10.0.0.2/24 Foreign"]);
        ip("addr add 10.0.0.3/24 dev d0");
        assert_eq!(address_changes(&mut monitor, 1), ["+ d0 10.0.0.3/24 Foreign"]);
    });
}

#[test]
fn a_secondary_that_goes_with_our_primary_is_a_foreign_loss() {
    isolated("monitor::a_secondary_that_goes_with_our_primary_is_a_foreign_loss", || {
        make_d0();
        std::fs::write("/proc/sys/net/ipv4/conf/d0/promote_secondaries", "0").expect("sysctl");
        let (mut commands, mut monitor) = connect().expect("netlink");
        let index = monitor.network().interface(&d0()).expect("d0").index;
        let net = IpNet::new([10, 0, 0, 1].into(), 24).expect("prefix");
        let requests = [Request { interface: Some(index), address: VirtualAddress::plain(net) }];
        commands.change_addresses(Direction::Add, &requests);
        ip("addr add 10.0.0.2/24 dev d0");
        commands.change_addresses(Direction::Remove, &requests);
        let mut changes = Vec::new();
        while changes.len() < 4 {
            changes.extend(address_changes(&mut monitor, 1));
            changes.retain(|change| !change.contains("fe80"));
        }
        changes.sort();
        assert_eq!(
            changes,
            [
                "+ d0 10.0.0.1/24 Ours",
                "+ d0 10.0.0.2/24 Foreign",
                "- d0 10.0.0.1/24 Ours",
                "- d0 10.0.0.2/24 Foreign",
            ]
        );
    });
}

#[test]
fn links_are_reported_by_name_and_the_network_is_kept_up_to_date() {
    isolated("monitor::links_are_reported_by_name_and_the_network_is_kept_up_to_date", || {
        let (_commands, mut monitor) = connect().expect("netlink");
        assert!(monitor.network().interface(&d0()).is_none());
        make_d0();
        ip("addr add 10.0.0.1/24 dev d0");
        while monitor.network().interface(&d0()).is_none_or(|found| found.addresses.is_empty()) {
            changes(&mut monitor);
        }
        let found = monitor.network().interface(&d0()).expect("d0");
        assert!(found.up && found.multicast == ip("link show d0").contains("MULTICAST"));
        assert_eq!(found.mac.expect("mac").to_string(), "02:00:00:00:00:07");
        assert_eq!(found.mtu, 1500);

        ip("link set d0 down");
        ip("link set d0 name e0");
        let e0 = IfName::new("e0").expect("name");
        while monitor.network().interface(&e0).is_none() {
            changes(&mut monitor);
        }
        assert!(monitor.network().interface(&d0()).is_none());
        assert!(!monitor.network().interface(&e0).expect("e0").up);
        ip("link del e0");
        let mut last = Vec::new();
        while monitor.network().interface(&e0).is_some() {
            last.extend(changes(&mut monitor));
        }
        assert!(last.contains(&NetworkChange::InterfaceRemoved(e0)));
        let fresh = stillalive::runtime::netlink::dump().expect("dump");
        assert_eq!(monitor.network(), &fresh);
    });
}

#[test]
fn lost_reports_end_in_the_whole_truth() {
    isolated("monitor::lost_reports_end_in_the_whole_truth", || {
        make_d0();
        let (_commands, mut monitor) = connect().expect("netlink");
        let mut script = String::new();
        for round in 0..20 {
            for number in 0..250 {
                script.push_str(&format!("addr add 10.{round}.0.{number}/32 dev d0\n"));
            }
            for number in 0..250 {
                script.push_str(&format!("addr del 10.{round}.0.{number}/32 dev d0\n"));
            }
        }
        script.push_str("addr add 10.99.0.1/32 dev d0\n");
        let file = tempfile::NamedTempFile::new().expect("file");
        std::fs::write(file.path(), script).expect("file");
        ip(&format!("-batch {}", file.path().display()));

        let mut reported = Vec::new();
        let last = IpNet::host([10, 99, 0, 1].into());
        let known = |monitor: &Monitor| {
            monitor.network().interface(&d0()).is_some_and(|found| found.addresses.contains(&last))
        };
        while !known(&monitor) {
            reported = changes(&mut monitor);
        }
        assert!(
            matches!(&reported[..], [NetworkChange::Resync(network)] if network == monitor.network()),
            "{} changes",
            reported.len()
        );
    });
}

#[test]
fn tentative_addresses_come_when_they_can_be_used() {
    isolated("monitor::tentative_addresses_come_when_they_can_be_used", || {
        ip("link add v0 type veth peer name v1");
        ip("link set v1 up");
        ip("link set v0 up");
        let (_commands, mut monitor) = connect().expect("netlink");
        let v0 = IfName::new("v0").expect("name");
        ip("addr add fd00::5/64 dev v0");
        let net = IpNet::new("fd00::5".parse().expect("address"), 64).expect("prefix");
        while !monitor.network().interface(&v0).expect("v0").addresses.contains(&net) {
            changes(&mut monitor);
            if monitor.network().interface(&v0).expect("v0").addresses.contains(&net) {
                assert!(!ip("-6 addr show dev v0 tentative").contains("fd00::5"));
            }
        }
    });
}
