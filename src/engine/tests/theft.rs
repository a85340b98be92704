//! Others take away what a master, or the static part of a configuration, has set.

use std::sync::Arc;

use super::{Run, VIP, at, config, eth0, instance, net, network};
use crate::engine::event::{Event, NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::ir::{
    self, Config, Placement, Route, RouteMetrics, RouteType, Rule, RuleAction, StaticAddress,
    VirtualAddress,
};
use crate::units::{Family, IfName, IpNet, Spanned};

/// `172.16.N.0/24 via 10.77.0.9`, with or without `dev`.
fn route(number: u8, interface: Option<IfName>) -> Spanned<Route> {
    at(Route {
        family: Family::V4,
        kind: at(RouteType::UNICAST),
        destination: at(IpNet::new([172, 16, number, 0].into(), 24)),
        from: None,
        source: None,
        gateway: Some(at([10, 77, 0, 9].into())),
        interface: interface.map(at),
        tos: None,
        table: None,
        protocol: None,
        scope: None,
        metric: None,
        onlink: false,
        encapsulation: None,
        expires: None,
        metrics: RouteMetrics::default(),
        realms: None,
        preference: None,
        ttl_propagate: None,
        placement: Placement::default(),
        nexthops: Vec::new(),
        no_track: false,
        track_group: None,
        vrf: None,
    })
}

/// `from 10.1.0.0/16 blackhole priority 1000`.
fn rule() -> Spanned<Rule> {
    at(Rule {
        family: Family::V4,
        inverted: false,
        from: IpNet::new([10, 1, 0, 0].into(), 16).map(at),
        to: None,
        preference: at(1000),
        tos: None,
        mark: None,
        input: None,
        output: None,
        tunnel: None,
        users: None,
        ip_protocol: None,
        source_ports: None,
        destination_ports: None,
        protocol: None,
        action: at(RuleAction::Blackhole),
        no_track: false,
        track_group: None,
    })
}

/// With a route, a second one that names no interface, and a rule.
fn rich() -> ir::Instance {
    let mut rich = instance(150);
    rich.routes = vec![route(0, Some(eth0())), route(1, None)];
    rich.rules = vec![rule()];
    rich
}

fn vip_removed(by: Option<&str>) -> NetworkChange {
    NetworkChange::AddressRemoved {
        interface: eth0(),
        address: net(VIP),
        origin: Origin::Foreign,
        by: by.map(Arc::from),
    }
}

fn route_removed() -> NetworkChange {
    NetworkChange::RouteRemoved { route: Arc::new(route(0, Some(eth0())).value), by: None }
}

#[test]
fn a_route_or_a_rule_taken_away_is_answered_like_an_address() {
    let rule_removed = NetworkChange::RuleRemoved { rule: Arc::new(rule().value), by: None };
    for (removed, told) in [(route_removed(), "172.16.0.0/24"), (rule_removed, "1000")] {
        let mut run = Run::master(rich());
        run.network(removed);
        let record = run.take();
        let first = record.lines().next().unwrap();
        assert!(first.contains(told), "{first}");
        assert!(record.contains("advert 0 10.77.0.1"), "{record}");
        assert_eq!(run.state(), State::Backup);
        run.until(4.5);
        assert_eq!(run.state(), State::Master, "back after the skew time");
        let record = run.take();
        assert!(record.contains("Add 2 routes") && record.contains("Add 1 rules"), "{record}");
    }
}

#[test]
fn what_is_not_its_own_or_not_set_is_no_theft() {
    let mut run = Run::master(instance(150));
    run.network(route_removed());
    assert_eq!(run.take(), "");
    let mut run = Run::new(config([rich()]));
    run.take();
    run.network(route_removed());
    assert_eq!(run.take(), "");
}

#[test]
fn who_goes_on_taking_an_address_away_makes_no_master_resign() {
    let mut run = Run::master(rich());
    for theft in 0..3 {
        run.network(vip_removed(None));
        assert_eq!(run.state(), State::Backup);
        run.until(4.5 + f64::from(theft));
        assert_eq!(run.state(), State::Master);
    }
    run.take();
    for second in [6.8, 7.4, 8.2] {
        run.network(vip_removed(Some("networkd (pid 7)")));
        run.network(NetworkChange::Resync(network()));
        run.until(second);
        assert_eq!(run.state(), State::Master);
    }
    insta::assert_snapshot!(run.take(), @"
    6.500000 log (V1) address 10.77.0.50/24 dev eth0 has been removed 4 times in 2.5 s, now by networkd (pid 7); staying MASTER, and putting it back each time, now after 0.125 s
    6.625000 add 10.77.0.50/24%eth0
    6.625000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    6.625000 announce 10.77.0.50%eth0
    6.914062 advert 150 10.77.0.1 -> 224.0.0.18 id 8
    7.050000 add 10.77.0.50/24%eth0
    7.050000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    7.050000 announce 10.77.0.50%eth0
    7.900000 add 10.77.0.50/24%eth0
    7.900000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    7.900000 announce 10.77.0.50%eth0
    7.914062 advert 150 10.77.0.1 -> 224.0.0.18 id 9
    ");
}

#[test]
fn a_pause_ends_with_the_lead() {
    let mut run = Run::master(instance(150));
    for theft in 0..4 {
        run.network(vip_removed(None));
        run.until(4.5 + f64::from(theft) / 2.0);
    }
    run.network(vip_removed(None));
    run.take();
    run.hear(super::PEER, super::packet(200));
    run.until(9.0);
    assert!(!run.take().contains("add 10.77"), "it has no address of a backup to put back");
}

#[test]
fn routes_come_back_with_their_interface() {
    let mut eth1 = network().interfaces.remove(0);
    (eth1.name, eth1.index) = (IfName::new("eth1").unwrap(), 3);
    let mut other = rich();
    let mut untracked = route(2, Some(eth1.name.clone()));
    untracked.value.no_track = true;
    other.routes.push(untracked);
    let mut run = Run::master(other);
    run.network(NetworkChange::Interface(eth1.clone()));
    assert_eq!(run.take(), "4.000000 Add 2 routes\n", "that over eth1, and that over any");
    eth1.up = false;
    run.network(NetworkChange::Interface(eth1.clone()));
    assert_eq!(run.take(), "");
    eth1.up = true;
    run.network(NetworkChange::Interface(eth1));
    assert_eq!(run.take(), "4.000000 Add 2 routes\n");
}

/// Static entries on eth0, and an instance that stays out of the way.
fn with_statics() -> Arc<Config> {
    let address = StaticAddress {
        address: VirtualAddress {
            interface: Some(eth0()),
            ..VirtualAddress::plain(IpNet::host([10, 9, 9, 9].into()))
        },
        track_group: None,
    };
    Arc::new(Config {
        instances: vec![instance(100).into()],
        static_addresses: vec![at(address)],
        static_routes: vec![route(0, Some(eth0()))],
        static_rules: vec![rule()],
        ..Config::default()
    })
}

#[test]
fn static_entries_are_put_back_at_once_and_then_with_pauses() {
    let mut run = Run::new(with_statics());
    run.take();
    for (change, expected) in [
        (route_removed(), "0 addresses, 1 routes, 0 rules"),
        (
            NetworkChange::RuleRemoved { rule: Arc::new(rule().value), by: None },
            "0 addresses, 0 routes, 1 rules",
        ),
        (
            NetworkChange::AddressRemoved {
                interface: eth0(),
                address: IpNet::host([10, 9, 9, 9].into()),
                origin: Origin::Foreign,
                by: None,
            },
            "1 addresses, 0 routes, 0 rules",
        ),
    ] {
        run.network(change);
        let record = run.take();
        assert!(record.contains(&format!("Add static: {expected}")), "{record}");
    }
    for second in [0.1, 0.3, 0.5, 0.9] {
        run.network(route_removed());
        run.until(second);
    }
    insta::assert_snapshot!(run.take(), @"
    0.000000 log Restoring deleted static route 172.16.0.0/24 via 10.77.0.9 dev eth0
    0.000000 Add static: 0 addresses, 1 routes, 0 rules
    0.100000 log Restoring deleted static route 172.16.0.0/24 via 10.77.0.9 dev eth0
    0.100000 Add static: 0 addresses, 1 routes, 0 rules
    0.300000 log route 172.16.0.0/24 via 10.77.0.9 dev eth0 has been removed 4 times in 0.3 s; putting it back each time, now after 0.125 s
    0.425000 Add static: 0 addresses, 1 routes, 0 rules
    0.750000 Add static: 0 addresses, 1 routes, 0 rules
    ");
    run.event(Event::Stop);
    assert!(run.take().contains("Remove static: 1 addresses, 1 routes, 1 rules"));
}

#[test]
fn static_entries_come_back_with_their_interface_and_not_before() {
    let mut run = Run::new(with_statics());
    run.take();
    run.link(false);
    run.take();
    run.network(route_removed());
    assert_eq!(run.take(), "", "the kernel takes no route over a link that is down");
    run.link(true);
    assert!(run.take().contains("Add static: 1 addresses, 1 routes, 0 rules"));
}

#[test]
fn after_a_loss_of_reports_missing_static_addresses_are_put_back() {
    let mut run = Run::new(with_statics());
    run.take();
    run.network(NetworkChange::Resync(network()));
    assert!(run.take().contains("Add static: 1 addresses, 0 routes, 0 rules"));
}
