//! When and where addresses are announced besides the takeover: shared pacing, other interfaces.

use std::sync::Arc;
use std::time::Duration;

use super::{PEER, Run, VIP, at, config, instance, net, network, packet};
use crate::engine::event::Event;
use crate::engine::snapshot::State;
use crate::facts::Network;
use crate::ir::{Config, ExtraGarp, GarpGroup, Instance, VirtualAddress};
use crate::units::{Family, IfName, IpNet, Vrid};

fn named(name: &str) -> IfName {
    IfName::new(name).unwrap()
}

/// `Vn` with VRID 50 + n on that interface, with the address 10.77.0.50 + n and two rounds.
fn on(number: u8, interface: &str) -> Instance {
    let mut instance = instance(150);
    instance.name.value = format!("V{number}");
    instance.vrid.value = Vrid::new(50 + number).unwrap();
    instance.interface = Some(at(named(interface)));
    let address = IpNet::new([10, 77, 0, 50 + number].into(), 24).unwrap();
    instance.addresses = vec![at(VirtualAddress::plain(address))];
    instance.garp.master.rounds = 2;
    instance
}

/// `eth0`, `eth1` and `eth2`, each with an address.
fn links() -> Network {
    let mut network = network();
    for (index, name) in [(3, "eth1"), (4, "eth2")] {
        let mut other = network.interfaces[0].clone();
        (other.name, other.index) = (named(name), index);
        network.interfaces.push(other);
    }
    network
}

fn group(interfaces: &[&str], garp: Option<u64>, gna: Option<u64>) -> GarpGroup {
    let interval = |millis: Option<u64>| millis.map(|millis| at(Duration::from_millis(millis)));
    GarpGroup {
        garp_interval: interval(garp),
        gna_interval: interval(gna),
        interfaces: interfaces.iter().map(|name| at(named(name))).collect(),
    }
}

/// The announcements so far, a line each.
fn announced(run: &mut Run) -> String {
    let record = run.take();
    record.lines().filter(|line| line.contains(" announce ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn interfaces_of_a_garp_group_wait_for_one_another_and_others_do_not() {
    let config = Config {
        garp_groups: vec![group(&["eth0", "eth1"], Some(100), None)],
        ..(*config([on(1, "eth0"), on(2, "eth1"), on(3, "eth2")])).clone()
    };
    let mut run = Run::on(Arc::new(config), links());
    run.until(4.0);
    insta::assert_snapshot!(announced(&mut run), @"
    3.414062 announce 10.77.0.51%eth0
    3.414062 announce 10.77.0.53%eth2
    3.414062 announce 10.77.0.53%eth2
    3.514062 announce 10.77.0.51%eth0
    3.614062 announce 10.77.0.52%eth1
    3.714062 announce 10.77.0.52%eth1
    ");
}

#[test]
fn the_next_keeps_its_distance_from_one_that_left_late() {
    let config = Config {
        garp_groups: vec![group(&["eth0", "eth1"], Some(100), None)],
        ..(*config([on(1, "eth0"), on(2, "eth1")])).clone()
    };
    let mut run = Run::on(Arc::new(config), links());
    run.until(3.444);
    run.event(Event::Announced { queue: named("eth0"), family: Family::V4 });
    run.until(4.0);
    insta::assert_snapshot!(announced(&mut run), @"
    3.414062 announce 10.77.0.51%eth0
    3.544000 announce 10.77.0.51%eth0
    3.644000 announce 10.77.0.52%eth1
    3.744000 announce 10.77.0.52%eth1
    ");
}

#[test]
fn a_group_goes_before_the_usual_interval_only_for_what_it_names() {
    let mut own = on(1, "eth0");
    own.excluded =
        vec![at(VirtualAddress::plain(IpNet::new("2001:db8::50".parse().unwrap(), 64).unwrap()))];
    let mut config =
        Config { garp_groups: vec![group(&["eth0"], None, Some(0))], ..(*config([own])).clone() };
    config.global.garp_interval = Duration::from_millis(100);
    config.global.gna_interval = Duration::from_millis(100);
    let mut run = Run::on(Arc::new(config), links());
    run.until(4.0);
    insta::assert_snapshot!(announced(&mut run), @"
    3.414062 announce 2001:db8::50%eth0
    3.414062 announce 2001:db8::50%eth0
    3.414062 announce 10.77.0.51%eth0
    3.514062 announce 10.77.0.51%eth0
    ");
}

#[test]
fn whoever_yields_takes_his_announcements_out_of_a_shared_queue() {
    let config = Config {
        garp_groups: vec![group(&["eth0", "eth1"], Some(100), None)],
        ..(*config([on(1, "eth0"), on(2, "eth1")])).clone()
    };
    let mut run = Run::on(Arc::new(config), links());
    run.until(3.45);
    assert_eq!(run.state(), State::Master);
    let mut better = packet(200);
    better.addresses = crate::net::vrrp::Addresses::V4(Arc::from([[10, 77, 0, 51].into()]));
    run.hear(PEER, better);
    run.take();
    run.until(4.0);
    insta::assert_snapshot!(announced(&mut run), @"
    3.514062 announce 10.77.0.52%eth1
    3.614062 announce 10.77.0.52%eth1
    ");
}

/// One address at home, one on another interface.
fn spread(extra: ExtraGarp) -> Instance {
    let mut spread = instance(150);
    let mut elsewhere = VirtualAddress::plain(net(VIP));
    elsewhere.net = IpNet::new([10, 78, 0, 50].into(), 24).unwrap();
    elsewhere.interface = Some(named("eth1"));
    spread.excluded = vec![at(elsewhere)];
    spread.extra_garp = Some(extra);
    spread.garp.master.delay = Duration::from_secs(2);
    spread
}

#[test]
fn addresses_on_other_interfaces_are_announced_again_and_again() {
    let extra = ExtraGarp { every: Duration::from_secs(3), all: true };
    let mut run = Run::on(config([spread(extra)]), links());
    run.until(6.0);
    run.take();
    run.until(12.0);
    insta::assert_snapshot!(announced(&mut run), @"
    8.414062 announce 10.78.0.50%eth1
    11.414062 announce 10.78.0.50%eth1
    ");
    run.hear(PEER, packet(200));
    run.take();
    run.until(13.0);
    run.hear(PEER, packet(200));
    run.until(15.0);
    assert_eq!(announced(&mut run), "", "a backup announces nothing");
}

#[test]
fn without_all_only_virtual_macs_are_announced_again() {
    let extra = ExtraGarp { every: Duration::from_secs(3), all: false };
    let mut run = Run::on(config([spread(extra)]), links());
    run.until(6.0);
    run.take();
    run.until(12.0);
    assert_eq!(announced(&mut run), "");
}
