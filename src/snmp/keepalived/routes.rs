//! Virtual routes (.2.7) and the legs of multipath ones (.2.11).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::addresses::scope;
use super::{Mib, numbered};
use crate::ir::{Metric, Named, NextHop, Realms, Route, RouteType, Scope};
use crate::net::agentx::Value;
use crate::snmp::table::{address, gauge, integer, text, truth};
use crate::snmp::{Subject, family};
use crate::units::Family;

pub(super) fn rows(table: &mut Mib<'_>, subject: Subject<'_>) {
    for (instance, (config, now)) in numbered(subject.instances()) {
        for (number, route) in numbered(&config.routes) {
            let index = [instance, number];
            let mut put = |column, value| table.put(&[2, 7, 1, column], &index, value);
            of_paths(&mut put, subject, &route.value);
            put(14, truth(now.addresses_set));
            of_metrics(&mut put, &route.value);
            for (leg, hop) in numbered(&route.nexthops) {
                next_hop(table, &[instance, number, leg], subject, &hop.value);
            }
        }
    }
}

fn of_paths(put: &mut impl FnMut(u32, Value), subject: Subject<'_>, route: &Route) {
    put(2, integer(i32::try_from(family(route.family)).unwrap_or(0)));
    let everywhere = match route.family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let destination = route.destination.value;
    put(3, address(destination.map_or(everywhere, |net| net.address())));
    put(4, gauge(destination.map_or(0, |net| u32::from(net.prefix()))));
    if let Some(gateway) = &route.gateway {
        put(5, address(gateway.value));
    }
    if let Some(source) = &route.source {
        put(7, address(source.value));
    }
    put(8, gauge(route.metric.as_ref().map_or(0, |metric| metric.value)));
    let of = route.scope.as_ref().and_then(|scope| number(&scope.value));
    put(9, integer(scope(of.map_or(Scope::GLOBAL, Scope))));
    put(10, integer(kind(route)));
    if let Some(interface) = &route.interface {
        put(11, integer(i32::try_from(subject.index(&interface.value)).unwrap_or(0)));
        put(12, text(interface.value.as_str()));
    }
    let table = match &route.table {
        None => Some(254),
        Some(table) => match &table.value {
            Named::Number(number) => Some(*number),
            Named::Name(_) => None,
        },
    };
    put(13, gauge(table.unwrap_or(0)));
    if let Some(from) = &route.from {
        put(15, address(from.value.address()));
        put(16, gauge(u32::from(from.value.prefix())));
    }
    if let Some(tos) = route.tos.as_ref().and_then(|tos| number(&tos.value)) {
        put(17, gauge(u32::from(tos)));
    }
    // One more than the kernel's number; what is not said is keepalived's.
    let protocol = route.protocol.as_ref().map_or(Some(18), |protocol| number(&protocol.value));
    put(18, integer(i32::from(protocol.unwrap_or(0)).saturating_add(1)));
}

fn of_metrics(put: &mut impl FnMut(u32, Value), route: &Route) {
    let metrics = &route.metrics;
    put(19, truth(metrics.ecn));
    put(20, truth(metrics.quick_ack == Some(true)));
    if let Some(expires) = &route.expires {
        put(21, integer(i32::try_from(expires.value).unwrap_or(i32::MAX)));
    }
    let lockable: [(u32, &Option<Metric<u32>>); 8] = [
        (22, &metrics.mtu),
        (25, &metrics.advertised_mss),
        (27, &metrics.rtt),
        (29, &metrics.rtt_variance),
        (31, &metrics.reordering),
        (34, &metrics.congestion_window),
        (36, &metrics.slow_start_threshold),
        (38, &metrics.least_retransmission_timeout),
    ];
    for (column, metric) in lockable {
        if let Some(metric) = metric {
            put(column, gauge(metric.value));
            put(column.saturating_add(1), truth(metric.locked));
        }
    }
    let plain = [
        (24, metrics.hop_limit.map(u32::from)),
        (33, metrics.window),
        (40, metrics.initial_congestion_window),
        (41, metrics.initial_receive_window),
    ];
    for (column, value) in plain {
        if let Some(value) = value {
            put(column, gauge(value));
        }
    }
    if let Some(control) = &metrics.congestion_control {
        put(42, text(&control.value));
    }
    if let Some(realms) = &route.realms {
        of_realms(put, 44, &realms.value);
    }
    if let Some(no_cookie) = metrics.fast_open_no_cookie {
        put(55, truth(no_cookie));
    }
}

/// Destination and source, in this column and the next.
pub(super) fn of_realms(put: &mut impl FnMut(u32, Value), column: u32, realms: &Realms) {
    if let Some(to) = number(&realms.to) {
        put(column, gauge(u32::from(to)));
    }
    if let Some(from) = realms.from.as_ref().and_then(number) {
        put(column.saturating_add(1), gauge(u32::from(from)));
    }
}

fn next_hop(table: &mut Mib<'_>, index: &[u32], subject: Subject<'_>, hop: &NextHop) {
    let mut put = |column, value| table.put(&[2, 11, 1, column], index, value);
    if let Some(gateway) = &hop.gateway {
        let of = Family::of(gateway.value);
        put(2, integer(i32::try_from(family(of)).unwrap_or(0)));
        put(3, address(gateway.value));
    }
    if let Some(interface) = &hop.interface {
        put(4, integer(i32::try_from(subject.index(&interface.value)).unwrap_or(0)));
        put(5, text(interface.value.as_str()));
    }
    if let Some(weight) = &hop.weight {
        put(6, gauge(u32::from(weight.value)));
    }
    put(7, truth(hop.onlink));
    if let Some(realms) = &hop.realms {
        of_realms(&mut put, 8, &realms.value);
    }
}

/// `RouteType`: an ordinary route, one with several legs, or what becomes of packets else.
fn kind(route: &Route) -> i32 {
    match route.kind.value {
        RouteType::UNICAST if route.nexthops.is_empty() => 1,
        RouteType::UNICAST => 2,
        RouteType(6) => 3,
        // As the kernel numbers it.
        RouteType(other) => i32::from(other),
    }
}

/// A number, where no name stands for it.
fn number(named: &Named<u8>) -> Option<u8> {
    match named {
        Named::Number(number) => Some(*number),
        Named::Name(_) => None,
    }
}
