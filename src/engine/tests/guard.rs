//! Accept mode: when packets of the addresses are kept from the host.

use std::net::Ipv4Addr;

use super::{Run, at, config, instance, net};
use crate::engine::event::Event;
use crate::ir::{Instance, VirtualAddress};
use crate::units::IpNet;

fn reserved(priority: u8) -> Instance {
    Instance { accept: false, ..instance(priority) }
}

/// The lines about the filter, about addresses and of the log, without what else happens.
fn relevant(record: &str) -> String {
    let words = ["guard", " add ", " remove ", "firewall", "VIPs"];
    let kept = record.lines().filter(|line| words.iter().any(|word| line.contains(word)));
    kept.map(|line| format!("{line}\n")).collect()
}

#[test]
fn addresses_are_guarded_before_they_are_there_and_until_they_are_gone() {
    let mut run = Run::new(config([reserved(150)]));
    run.until(4.0);
    insta::assert_snapshot!(relevant(&run.take()), @"
    0.000000 remove 10.77.0.50/24%eth0
    0.000000 log (V1) removing VIPs.
    0.000000 log (V1) removing firewall drop rule
    0.000000 unguard 10.77.0.50%eth0
    3.414062 guard 10.77.0.50%eth0
    3.414062 add 10.77.0.50/24%eth0
    3.414062 log (V1) setting firewall drop rule
    3.414062 log (V1) setting VIPs.
    ");
    run.event(Event::Stop);
    insta::assert_snapshot!(relevant(&run.take()), @"
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 log (V1) removing firewall drop rule
    4.000000 unguard 10.77.0.50%eth0
    ");
}

#[test]
fn a_lost_link_frees_the_filter() {
    let mut run = Run::master(reserved(150));
    run.link(false);
    insta::assert_snapshot!(relevant(&run.take()), @"
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 log (V1) removing firewall drop rule
    4.000000 unguard 10.77.0.50%eth0
    ");
}

#[test]
fn an_interface_whose_link_does_not_matter_is_told_by_its_name() {
    let mut untracked = reserved(150);
    untracked.track_primary = false;
    let link_local = IpNet::host("fe80::50".parse().unwrap());
    untracked.excluded = vec![at(VirtualAddress::plain(link_local))];
    let mut run = Run::new(config([untracked]));
    run.until(4.0);
    assert!(run.take().contains(" guard 10.77.0.50%eth0 by name fe80::50%eth0 by name\n"));
}

#[test]
fn who_accepts_has_no_filter() {
    let mut run = Run::new(config([instance(150)]));
    run.until(4.0);
    run.event(Event::Stop);
    let record = run.take();
    assert!(!record.contains("guard") && !record.contains("firewall"), "{record}");
}

#[test]
fn the_filter_follows_accept_when_the_configuration_changes() {
    let mut run = Run::master(instance(150));
    run.event(Event::Reload(config([reserved(150)])));
    insta::assert_snapshot!(relevant(&run.take()), @"
    4.000000 log (V1) setting firewall drop rule
    4.000000 guard 10.77.0.50%eth0
    ");
    run.event(Event::Reload(config([instance(150)])));
    insta::assert_snapshot!(relevant(&run.take()), @"
    4.000000 log (V1) removing firewall drop rule
    4.000000 unguard 10.77.0.50%eth0
    ");
}

#[test]
fn the_filter_follows_the_addresses_when_the_configuration_changes() {
    let mut run = Run::master(reserved(150));
    let mut moved = reserved(150);
    moved.addresses = vec![at(VirtualAddress::plain(net(Ipv4Addr::new(10, 77, 0, 51))))];
    run.event(Event::Reload(config([moved])));
    insta::assert_snapshot!(relevant(&run.take()), @"
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 unguard 10.77.0.50%eth0
    4.000000 log (V1) setting firewall drop rule
    4.000000 guard 10.77.0.51%eth0
    4.000000 add 10.77.0.51/24%eth0
    ");
}
