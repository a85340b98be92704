//! Interfaces that instances make for themselves, and links that must last.

use std::sync::Arc;
use std::time::Duration;

use super::{OWN, Run, VIP, at, config, eth0, instance, net, network};
use crate::engine::effect::{Effect, EffectId};
use crate::engine::event::{Event, KernelError, NetworkChange};
use crate::engine::own_link::LinkChange;
use crate::engine::snapshot::State;
use crate::facts::{Interface, Link, LinkKind, Network};
use crate::ir::global::DynamicInterfaces;
use crate::ir::{Config, Instance, LinkDelay, OwnLink, VirtualAddress, Vmac};
use crate::units::{Family, IfName, IpNet, Mac, Vrid};

const MAC: Mac = Mac([0, 0, 0x5e, 0, 1, 51]);

fn vmac(priority: u8) -> Instance {
    let mut with = instance(priority);
    with.link = Some(at(OwnLink::Vmac(Box::new(Vmac {
        name: None,
        mac: MAC,
        netlink_notify: false,
        group: None,
        transmit_from_base: false,
    }))));
    with
}

fn macvlan(name: &str, index: u32, mac: Mac) -> Interface {
    Interface {
        name: IfName::new(name).unwrap(),
        index,
        mac: Some(mac),
        addresses: Vec::new(),
        link: Link {
            kind: LinkKind::Macvlan { private: true },
            parent: Some(2),
            ..Link::default()
        },
        ..network().interfaces.remove(0)
    }
}

fn with(more: Interface) -> Network {
    let mut network = network();
    network.interfaces.push(more);
    network
}

/// The kernel has made what was asked for: one of the first effects was that.
fn answer(run: &mut Run) {
    for id in 1..=9 {
        run.event(Event::Done { id: EffectId(id), result: Ok(()) });
    }
}

/// The names that an instance gives to its interfaces.
fn names(config: Instance, network: Network) -> Vec<String> {
    let config = Arc::new(Config { instances: vec![config.into()], ..Config::default() });
    let mut engine = crate::engine::Engine::new(config, network, crate::units::Instant::ORIGIN);
    let mut names = Vec::new();
    while let Some(effect) = engine.poll_effect() {
        if let Effect::Link { change: LinkChange::Ensure { plan, .. }, .. } = effect {
            names.push(format!("{}@{}", plan.name, plan.base));
        }
    }
    names
}

#[test]
fn a_vmac_is_made_before_the_instance_begins_and_is_what_it_works_on() {
    let mut run = Run::new(config([vmac(150)]));
    assert_eq!(run.state(), State::Init);
    run.event(Event::Done { id: EffectId(1), result: Ok(()) });
    run.network(NetworkChange::Resync(with(macvlan("vrrp.51", 7, MAC))));
    run.until(4.0);
    run.event(Event::Stop);
    insta::assert_snapshot!(run.take(), @"
    0.000000 make vrrp.51@eth0
    0.000000 divert vrrp.51 to eth0 [V4]
    0.000000 read the network anew
    0.000000 close 0
    0.000000 open IPv4 vrrp.51 Multicast(224.0.0.18)
    0.000000 log (V1) Entering BACKUP STATE (init)
    0.000000 INIT -> BACKUP
    3.414062 BACKUP -> MASTER
    3.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 1
    3.414062 add 10.77.0.50/24%vrrp.51
    3.414062 log (V1) Receive advertisement timeout
    3.414062 log (V1) Entering MASTER STATE
    3.414062 log (V1) setting VIPs.
    3.414062 log (V1) Sending/queueing gratuitous ARPs on vrrp.51 for 10.77.0.50
    3.414062 announce 10.77.0.50%vrrp.51
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 remove 10.77.0.50/24%vrrp.51
    4.000000 log (V1) removing VIPs.
    4.000000 undivert vrrp.51
    4.000000 unmake vrrp.51@eth0
    4.000000 stopped
    ");
}

/// The other one has the same name, because nobody has seen the first one yet.
#[test]
fn a_vmac_that_moves_to_another_interface_leaves_the_first_one_before() {
    let mut other = network().interfaces.remove(0);
    (other.name, other.index) = (IfName::new("eth1").unwrap(), 3);
    let mut run = Run::on(config([vmac(150)]), with(other));
    run.take();
    let mut moved = vmac(150);
    moved.interface = Some(at(IfName::new("eth1").unwrap()));
    run.event(Event::Reload(config([moved])));
    let record = run.take();
    let links: Vec<_> = record.lines().filter(|line| line.contains("make ")).collect();
    assert_eq!(links, ["0.000000 unmake vrrp.51@eth0", "0.000000 make vrrp.51@eth1"]);
}

#[test]
fn a_lost_vmac_is_a_fault_and_is_made_again_at_once() {
    let mut run = Run::new(config([vmac(150)]));
    run.event(Event::Done { id: EffectId(1), result: Ok(()) });
    run.network(NetworkChange::Resync(with(macvlan("vrrp.51", 7, MAC))));
    run.until(4.0);
    run.take();
    run.network(NetworkChange::InterfaceRemoved(IfName::new("vrrp.51").unwrap()));
    assert_eq!(run.state(), State::Fault);
    run.network(NetworkChange::Interface(macvlan("vrrp.51", 8, MAC)));
    assert_eq!(run.state(), State::Backup);
    insta::assert_snapshot!(run.take(), @"
    4.000000 make vrrp.51@eth0
    4.000000 divert vrrp.51 to eth0 [V4]
    4.000000 log (V1): entering FAULT state (interface vrrp.51 down)
    4.000000 log (V1) Entering FAULT STATE
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 3
    4.000000 log (V1) sent 0 priority
    4.000000 remove 10.77.0.50/24%vrrp.51
    4.000000 log (V1) removing VIPs.
    4.000000 MASTER -> FAULT
    4.000000 close 0
    4.000000 close 0
    4.000000 open IPv4 vrrp.51 Multicast(224.0.0.18)
    4.000000 log (V1) Entering BACKUP STATE
    4.000000 FAULT -> BACKUP
    ");
}

#[test]
fn what_the_kernel_refuses_is_a_fault_and_tried_again_when_something_changes_there() {
    let mut run = Run::new(config([vmac(150)]));
    run.take();
    let error = KernelError { errno: 95, text: "Operation not supported".to_owned() };
    run.event(Event::Done { id: EffectId(1), result: Err(error) });
    run.network(NetworkChange::Resync(network()));
    assert_eq!(run.state(), State::Fault);
    let record = run.take();
    assert!(record.contains("unable to make interface vrrp.51: Operation not supported(95)"));
    assert!(!record.contains("\n0.000000 make "), "{record}");
    run.link(false);
    assert!(run.take().contains("make vrrp.51@eth0"));
}

#[test]
fn names_follow_keepalived() {
    assert_eq!(names(vmac(100), network()), ["vrrp.51@eth0"]);
    // One that fits is adopted whatever its name.
    assert_eq!(names(vmac(100), with(macvlan("odd", 7, MAC))), ["odd@eth0"]);
    // A name that is taken is passed over.
    let other = Mac([2, 0, 0, 0, 9, 9]);
    assert_eq!(names(vmac(100), with(macvlan("vrrp.51", 7, other))), ["vrrp1.51@eth0"]);
    let mut wanted = vmac(100);
    if let Some(OwnLink::Vmac(vmac)) = wanted.link.as_mut().map(|link| &mut link.value) {
        vmac.name = Some(at(IfName::new("mine").unwrap()));
    }
    assert_eq!(names(wanted.clone(), network()), ["mine@eth0"]);
    // A macvlan of that name can be corrected; anything else keeps its name.
    assert_eq!(names(wanted.clone(), with(macvlan("mine", 7, other))), ["mine@eth0"]);
    let mut bridge = macvlan("mine", 7, other);
    bridge.link = Link::default();
    assert_eq!(names(wanted, with(bridge)), ["vrrp.51@eth0"]);
}

#[test]
fn addresses_elsewhere_and_of_the_other_family_have_their_own() {
    let mut many = vmac(100);
    many.vmac_for_addresses = true;
    let eth1 = IfName::new("eth1").unwrap();
    let mut elsewhere = VirtualAddress::plain(net([10, 78, 0, 50].into()));
    elsewhere.interface = Some(eth1);
    many.addresses.push(at(elsewhere));
    let six: IpNet = IpNet::new("2001:db8::50".parse().unwrap(), 64).unwrap();
    many.excluded.push(at(VirtualAddress::plain(six)));
    let mut network = network();
    let mut second = network.interfaces[0].clone();
    (second.name, second.index) = (IfName::new("eth1").unwrap(), 3);
    network.interfaces.push(second);
    assert_eq!(names(many, network), ["vrrp.51@eth0", "vrrp1.51@eth1", "vrrp6.51@eth0"]);
}

#[test]
fn an_ipv6_vmac_speaks_from_the_link_local_address_of_its_base() {
    let mut six = vmac(100);
    six.family = Family::V6;
    six.transport = crate::ir::Transport::Multicast { group: "ff02::12".parse().unwrap() };
    six.addresses =
        vec![at(VirtualAddress::plain(IpNet::new("fe80::50".parse().unwrap(), 64).unwrap()))];
    let mut network = network();
    let record = {
        let mut run = Run::on(config([six.clone()]), network.clone());
        run.take()
    };
    // Made from its MAC address, if the base has none.
    assert!(record.contains("make vrrp.51@eth0 fe80::ff:fe00:1/64"), "{record}");
    network.interfaces[0].addresses.push(IpNet::new("fe80::1".parse().unwrap(), 64).unwrap());
    let mut run = Run::on(config([six]), network);
    assert!(run.take().contains("make vrrp.51@eth0 fe80::1/64"));
}

#[test]
fn a_link_that_comes_back_in_time_was_never_gone() {
    let delay = |down, up| LinkDelay {
        interface: eth0(),
        down: Duration::from_millis(down),
        up: Duration::from_millis(up),
    };
    let delayed = Config {
        instances: vec![instance(200).into()],
        link_delays: vec![at(delay(1500, 700))],
        ..Config::default()
    };
    let mut run = Run::new(Arc::new(delayed));
    run.until(4.0);
    assert_eq!(run.state(), State::Master);
    run.link(false);
    run.until(5.0);
    run.link(true);
    run.until(8.0);
    assert_eq!(run.state(), State::Master);
    run.link(false);
    run.until(9.49);
    assert_eq!(run.state(), State::Master);
    run.until(9.5);
    assert_eq!(run.state(), State::Fault);
    run.link(true);
    run.until(10.19);
    assert_eq!(run.state(), State::Fault);
    run.until(10.2);
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn a_delay_is_cut_to_what_a_backup_waits() {
    let delay =
        LinkDelay { interface: eth0(), down: Duration::from_secs(9), up: Duration::from_secs(9) };
    let delayed = Config {
        instances: vec![instance(200).into()],
        link_delays: vec![at(delay)],
        ..Config::default()
    };
    let mut run = Run::new(Arc::new(delayed));
    run.until(4.0);
    run.link(false);
    run.until(4.0 + 1.99);
    assert_eq!(run.state(), State::Master);
    run.until(4.0 + 2.0);
    assert_eq!(run.state(), State::Fault);
}

#[test]
fn a_polled_driver_is_believed_before_netlink() {
    let mut run = Run::new(config([instance(200)]));
    run.network(NetworkChange::LinkPolled { interface: eth0(), up: true });
    run.link(false);
    assert_eq!(run.state(), State::Backup);
    run.network(NetworkChange::LinkPolled { interface: eth0(), up: false });
    assert_eq!(run.state(), State::Fault);
    run.network(NetworkChange::LinkPolled { interface: eth0(), up: true });
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn track_src_ip_wants_the_source_on_the_interface() {
    let mut tracked = instance(200);
    tracked.source = Some(at(OWN.into()));
    tracked.track_source = true;
    let mut run = Run::new(config([tracked]));
    let removed = NetworkChange::AddressRemoved {
        interface: eth0(),
        address: net(OWN),
        origin: crate::engine::event::Origin::Foreign,
        by: None,
    };
    run.network(removed);
    assert_eq!(run.state(), State::Fault);
}

#[test]
fn without_an_interface_the_sockets_are_bound_to_the_vrf() {
    let mut alone = instance(200);
    alone.interface = None;
    alone.vrf = Some(at(IfName::new("blue").unwrap()));
    alone.vrid = at(Vrid::new(51).unwrap());
    alone.source = Some(at(OWN.into()));
    alone.transport =
        crate::ir::Transport::Unicast { peers: vec![super::peer(super::PEER)], ttl: None };
    let mut network = network();
    network.interfaces[0].name = IfName::new("blue").unwrap();
    let mut run = Run::on(config([alone]), network);
    assert!(run.take().contains("open IPv4 blue Unicast(Some(10.77.0.1))"));
}

#[test]
fn an_interface_may_come_later_and_opens_its_sockets_then() {
    let mut dynamic = Config { instances: vec![vmac(200).into()], ..Config::default() };
    dynamic.global.network.dynamic_interfaces = DynamicInterfaces::MayAppear;
    let mut run = Run::on(Arc::new(dynamic), Network::default());
    assert_eq!(run.state(), State::Fault);
    assert!(!run.take().contains("open "));
    run.network(NetworkChange::Interface(network().interfaces.remove(0)));
    assert!(run.take().contains("make vrrp.51@eth0"));
    run.network(NetworkChange::Interface(macvlan("vrrp.51", 7, MAC)));
    assert_eq!(run.state(), State::Backup);
    assert!(run.take().contains("open IPv4 vrrp.51"));
    let _ = VIP;
}

#[test]
fn the_members_of_a_group_wait_for_the_interfaces_of_any_of_them() {
    let mut plain = instance(150);
    plain.name = at("V2".to_owned());
    plain.vrid = at(Vrid::new(52).unwrap());
    let mut run = Run::new(super::groups::group([vmac(150), plain]));
    let states = |run: &Run| -> Vec<State> {
        run.engine.snapshot().instances.iter().map(|instance| instance.state).collect()
    };
    assert_eq!(states(&run), [State::Init, State::Init]);
    let asked = run.take();
    assert!(asked.contains("make vrrp.51@eth0") && !asked.contains("Entering"), "{asked}");
    answer(&mut run);
    run.network(NetworkChange::Resync(with(macvlan("vrrp.51", 7, MAC))));
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    assert!(!run.take().contains("FAULT"));
}

#[test]
fn an_interface_that_does_not_come_up_is_waited_for_only_so_long() {
    let mut run = Run::new(config([vmac(150)]));
    answer(&mut run);
    let mut down = macvlan("vrrp.51", 7, MAC);
    down.up = false;
    run.network(NetworkChange::Resync(with(down)));
    run.until(2.4);
    assert_eq!(run.state(), State::Init);
    run.until(2.6);
    assert_eq!(run.state(), State::Fault);
    run.network(NetworkChange::Interface(macvlan("vrrp.51", 7, MAC)));
    assert_eq!(run.state(), State::Backup);
}
