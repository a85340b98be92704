//! A virtual or static route, in keepalived's order of words. (2.2.7 shows 200 ms for many values of
//! `rtt` and `rttvar`; here stands what is set.)

use std::fmt::{Display, Write as _};
use std::net::IpAddr;

use crate::dump::line::{named, prefix};
use crate::ir::{
    Encapsulation, IpTunnel, Metric, Named, NextHop, Placement, Protocol, Route, RouteMetrics,
    RouteType, RouterPreference,
};
use crate::units::Family;

/// Multiples of a second are shown as such.
const SECOND: u32 = 1_000;

/// `prepend 198.51.100.0/24 via inet 192.0.2.3 dev eth0 proto 18`.
pub(in crate::dump) fn route(route: &Route) -> String {
    let mut line = Words::default();
    line.word(match route.placement {
        Placement::Exclusive => "add",
        // Where nothing is said of another kind keepalived shows so.
        Placement::Before if route.kind.value != RouteType::UNICAST => "add",
        Placement::Before => "prepend",
        Placement::After => "append",
    });
    if route.kind.value != RouteType::UNICAST {
        let known = RouteType::NAMES.iter().find(|(_, number)| *number == route.kind.value.0);
        line.word(known.map_or_else(|| route.kind.value.0.to_string(), |(name, _)| (*name).into()));
    }
    line.word(match (route.destination.value, route.family) {
        (Some(net), _) => prefix(net),
        (None, Family::V4) => "0.0.0.0/0".to_owned(),
        (None, Family::V6) => "::/0".to_owned(),
    });
    line.pair("from", route.from.map(|from| prefix(from.value)));
    line.pair("src", route.source.as_deref());
    line.pair("tos", route.tos.as_ref().map(|tos| named(&tos.value)));
    if let Some(encapsulation) = &route.encapsulation {
        line.encapsulation(&encapsulation.value);
    }
    line.via(route.gateway.as_deref());
    line.pair("dev", route.interface.as_deref());
    line.pair("table", route.table.as_ref().map(|table| named(&table.value)));
    // What is tracked has keepalived's number, and what has no interface to track it by.
    let own = !route.no_track || route.interface.is_none();
    let protocol = route.protocol.as_ref().map(|protocol| named(&protocol.value));
    line.pair("proto", protocol.or(own.then(|| named(&Protocol::KEEPALIVED))));
    line.pair("scope", route.scope.as_ref().map(|scope| named(&scope.value)));
    line.pair("metric", route.metric.as_deref());
    line.pair("realm", route.realms.as_ref().map(|realms| named(&realms.value.to)));
    line.flag("onlink", route.onlink);
    line.metrics(&route.metrics);
    line.pair("expires", route.expires.map(|expires| format!("{}sec", expires.value)));
    line.pair(
        "pref",
        route.preference.map(|preference| match preference.value {
            RouterPreference::LOW => "low",
            RouterPreference::HIGH => "high",
            _ => "medium",
        }),
    );
    let propagates = |on: bool| if on { "enabled" } else { "disabled" };
    line.pair("ttl-propagate", route.ttl_propagate.map(propagates));
    route.nexthops.iter().for_each(|nexthop| line.nexthop(&nexthop.value));
    line.flag("no_track", route.no_track || route.interface.is_none());
    line.pair("track_group", route.track_group.as_deref());
    line.0
}

/// Words with blanks between them.
#[derive(Default)]
struct Words(String);

impl Words {
    fn word(&mut self, word: impl Display) {
        let blank = if self.0.is_empty() { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{blank}{word}");
    }

    /// A word and its value, if there is one.
    fn pair<T: Display>(&mut self, word: &str, value: Option<T>) {
        if let Some(value) = value {
            self.word(word);
            self.word(value);
        }
    }

    fn flag(&mut self, word: &str, on: bool) {
        if on {
            self.word(word);
        }
    }

    fn via(&mut self, gateway: Option<&IpAddr>) {
        if let Some(gateway) = gateway {
            self.word(if gateway.is_ipv4() { "via inet" } else { "via inet6" });
            self.word(gateway);
        }
    }

    fn nexthop(&mut self, nexthop: &NextHop) {
        self.word("nexthop");
        if let Some(encapsulation) = &nexthop.encapsulation {
            self.encapsulation(&encapsulation.value);
        }
        self.via(nexthop.gateway.as_deref());
        self.pair("dev", nexthop.interface.as_deref());
        self.pair("weight", nexthop.weight.as_deref());
        self.flag("onlink", nexthop.onlink);
        self.pair("realm", nexthop.realms.as_ref().map(|realms| named(&realms.value.to)));
    }

    fn encapsulation(&mut self, encapsulation: &Encapsulation) {
        self.word("encap");
        match encapsulation {
            Encapsulation::Ip(tunnel) => self.tunnel(tunnel),
            Encapsulation::Mpls(labels) => {
                // As they stand in the packet: the label in 20 bits, the last one marked.
                let last = labels.len().saturating_sub(1);
                let entry = |(place, label): (usize, &u32)| {
                    let bottom = if place == last { 0x100 } else { 0 };
                    format!("{:x}", label.wrapping_shl(12) | bottom)
                };
                let stack: Vec<String> = labels.iter().enumerate().map(entry).collect();
                self.pair("mpls", Some(stack.join("/")));
            }
            Encapsulation::Ila(locator) => self.pair("ila", Some(locator)),
        }
    }

    fn tunnel(&mut self, tunnel: &IpTunnel) {
        let fourth = tunnel.family == Family::V4;
        self.word(if fourth { "ip" } else { "ip6" });
        self.pair("id", tunnel.id);
        self.pair("dst", tunnel.destination);
        self.pair("src", tunnel.source);
        let class = tunnel.traffic_class.as_ref().map(|class: &Named<u8>| named(class));
        self.pair(if fourth { "tos" } else { "tc" }, class);
        self.pair(if fourth { "ttl" } else { "hoplimit" }, tunnel.hop_limit);
        self.pair("flags", tunnel.flags.map(|flags| format!("0x{flags:x}")));
    }

    fn metrics(&mut self, metrics: &RouteMetrics) {
        self.metric("congctl", metrics.congestion_control.as_ref(), ToString::to_string);
        self.metric("rtt", metrics.rtt.as_ref(), |eighths| time(eighths / 8));
        self.metric("rttvar", metrics.rtt_variance.as_ref(), |quarters| time(quarters / 4));
        let timeout = metrics.least_retransmission_timeout.as_ref();
        self.metric("rto_min", timeout, |millis| time(*millis));
        self.pair("features", metrics.ecn.then_some("ecn"));
        self.metric("mtu", metrics.mtu.as_ref(), ToString::to_string);
        self.pair("window", metrics.window);
        let threshold = metrics.slow_start_threshold.as_ref();
        self.metric("ssthresh", threshold, ToString::to_string);
        self.metric("cwnd", metrics.congestion_window.as_ref(), ToString::to_string);
        self.metric("advmss", metrics.advertised_mss.as_ref(), ToString::to_string);
        self.metric("reordering", metrics.reordering.as_ref(), ToString::to_string);
        self.pair("hoplimit", metrics.hop_limit);
        self.pair("initcwnd", metrics.initial_congestion_window);
        self.pair("initrwnd", metrics.initial_receive_window);
        self.pair("quickack", metrics.quick_ack.map(u8::from));
        self.pair("fastopen_no_cookie", metrics.fast_open_no_cookie.map(u8::from));
    }

    fn metric<T>(&mut self, word: &str, metric: Option<&Metric<T>>, show: impl Fn(&T) -> String) {
        let Some(metric) = metric else { return };
        self.word(word);
        self.flag("lock", metric.locked);
        self.word(show(&metric.value));
    }
}

/// `5s`, `200ms`.
fn time(millis: u32) -> String {
    match millis >= SECOND && millis.is_multiple_of(SECOND) {
        true => format!("{}s", millis / SECOND),
        false => format!("{millis}ms"),
    }
}
