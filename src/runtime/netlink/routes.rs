//! Routes as requests: every option of a line of `virtual_routes` and `static_routes`.
//!
//! A route is removed with the same attributes with which it was added: the kernel then takes no
//! other one for it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use nix::libc;

use super::entries::{Attributes, Entry, octets};
use super::held::Path;
use crate::engine::effect::Direction;
use crate::facts::Network;
use crate::ir::{Encapsulation, IpTunnel, Metric, NextHop, Placement, Realms, Route, RouteMetrics};
use crate::runtime::iproute2::{List, Names};
use crate::units::{Family, IfName, IpNet};

/// `NLM_F_EXCL`, `NLM_F_CREATE`, `NLM_F_APPEND`.
const EXCLUSIVE: u16 = 0x200;
const CREATE: u16 = 0x400;
const APPEND: u16 = 0x800;
/// `RTNH_F_ONLINK`.
const ON_LINK: u8 = 4;
/// `RT_TABLE_COMPAT`: the number of the table stands in an attribute.
const COMPAT: u8 = 252;

/// Why a route or a rule cannot even be asked for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unresolved {
    /// No such interface.
    #[error("interface {0} doesn't exist")]
    Interface(IfName),
    /// A name that iproute2's files do not have.
    #[error("name {0} is not known to iproute2")]
    Name(String),
    /// No VRF of that name.
    #[error("{0} is not a VRF interface")]
    Vrf(IfName),
}

/// The request that adds or removes the route.
///
/// # Errors
/// A name of its line means nothing on this host.
pub fn request(
    change: Direction,
    route: &Route,
    network: &Network,
    names: &Names,
) -> Result<Entry, Unresolved> {
    let resolver = Resolver { network, names };
    let (kind, flags) = match change {
        Direction::Remove => (libc::RTM_DELROUTE, 0),
        Direction::Add => {
            let placed = match route.placement {
                Placement::Before => CREATE,
                Placement::Exclusive => CREATE | EXCLUSIVE,
                Placement::After => CREATE | APPEND,
            };
            (libc::RTM_NEWROUTE, placed)
        }
    };
    let tracked =
        (change == Direction::Add && !route.no_track).then(|| Path::Route(Arc::new(route.clone())));
    Ok(Entry { kind, flags, body: resolver.body(route)?, tracked })
}

/// The request that adds the route that the kernel itself has made for an IPv4 address of that interface,
/// if there is none. (IPv6 would take it for another one: its own has a metric that cannot be asked for.)
pub(super) fn own(interface: u32, address: Ipv4Addr) -> Entry {
    let address = IpAddr::V4(address);
    let mut all = Attributes::default();
    let whole = IpNet::host(address).prefix();
    let of = family(Family::of(address));
    let (kernel, host, local) = (libc::RTPROT_KERNEL, libc::RT_SCOPE_HOST, libc::RTN_LOCAL);
    all.0.extend([of, whole, 0, 0, libc::RT_TABLE_LOCAL, kernel, host, local, 0, 0, 0, 0]);
    all.address(libc::RTA_DST, address);
    all.number(libc::RTA_OIF, interface);
    all.address(libc::RTA_PREFSRC, address);
    Entry { kind: libc::RTM_NEWROUTE, flags: CREATE | EXCLUSIVE, body: all.0, tracked: None }
}

/// What names mean on the host.
pub(super) struct Resolver<'a> {
    pub(super) network: &'a Network,
    pub(super) names: &'a Names,
}

impl Resolver<'_> {
    pub(super) fn named<N: Copy + TryFrom<u32>>(
        &self,
        list: List,
        value: &crate::ir::Named<N>,
    ) -> Result<N, Unresolved> {
        self.names.number(list, value).ok_or_else(|| match value {
            crate::ir::Named::Name(name) => Unresolved::Name(name.clone()),
            crate::ir::Named::Number(_) => Unresolved::Name(String::new()),
        })
    }

    fn index(&self, name: &IfName) -> Result<u32, Unresolved> {
        let found = self.network.interface(name);
        found.map(|found| found.index).ok_or_else(|| Unresolved::Interface(name.clone()))
    }

    fn table_of(&self, vrf: &IfName) -> Result<u32, Unresolved> {
        let found = self.network.interface(vrf);
        let table = found.ok_or_else(|| Unresolved::Interface(vrf.clone()))?.link.table;
        table.ok_or_else(|| Unresolved::Vrf(vrf.clone()))
    }

    pub(super) fn realms(&self, realms: &Realms) -> Result<u32, Unresolved> {
        let from = match &realms.from {
            Some(from) => self.named(List::Realms, from)?,
            None => 0,
        };
        let to = self.named(List::Realms, &realms.to)?;
        Ok(u32::from(from) << 16 | u32::from(to))
    }

    /// `struct rtmsg` and its attributes.
    fn body(&self, route: &Route) -> Result<Vec<u8>, Unresolved> {
        let table = match (&route.table, &route.vrf) {
            (Some(table), _) => self.named(List::Tables, table)?,
            (None, Some(vrf)) => self.table_of(&vrf.value)?,
            (None, None) => u32::from(libc::RT_TABLE_MAIN),
        };
        let number =
            |list, value: &Option<crate::units::Spanned<crate::ir::Named<u8>>>, default| {
                value.as_ref().map_or(Ok(default), |value| self.named(list, value))
            };
        let mut all = Attributes::default();
        all.0.extend([
            family(route.family),
            route.destination.map_or(0, |net| net.prefix()),
            route.from.as_ref().map_or(0, |net| net.prefix()),
            number(List::Classes, &route.tos, 0)?,
            u8::try_from(table).unwrap_or(COMPAT),
            number(List::Protocols, &route.protocol, 18)?,
            number(List::Scopes, &route.scope, 0)?,
            route.kind.0,
        ]);
        all.0.extend(u32::from(if route.onlink { ON_LINK } else { 0 }).to_ne_bytes());
        if let Some(net) = *route.destination {
            all.address(libc::RTA_DST, net.address());
        }
        if let Some(net) = &route.from {
            all.address(libc::RTA_SRC, net.address());
        }
        if table > 255 {
            all.number(libc::RTA_TABLE, table);
        }
        if let Some(source) = &route.source {
            all.address(libc::RTA_PREFSRC, source.value);
        }
        if let Some(metric) = &route.metric {
            all.number(libc::RTA_PRIORITY, metric.value);
        }
        let way = NextHop {
            gateway: route.gateway,
            interface: route.interface.clone(),
            encapsulation: route.encapsulation.clone(),
            realms: route.realms.clone(),
            ..NextHop::default()
        };
        self.way(route.family, &way, &mut all)?;
        if let Some(expires) = &route.expires {
            all.number(libc::RTA_EXPIRES, expires.value);
        }
        let metrics = metrics(&route.metrics);
        if !metrics.0.is_empty() {
            all.bytes(libc::RTA_METRICS, &metrics.0);
        }
        if let Some(preference) = &route.preference {
            all.byte(libc::RTA_PREF, preference.0);
        }
        if let Some(propagate) = route.ttl_propagate {
            all.byte(libc::RTA_TTL_PROPAGATE, propagate.into());
        }
        if !route.nexthops.is_empty() {
            let mut legs = Vec::new();
            for hop in &route.nexthops {
                self.leg(route.family, hop, &mut legs)?;
            }
            all.bytes(libc::RTA_MULTIPATH, &legs);
        }
        Ok(all.0)
    }

    /// `struct rtnexthop` and its attributes.
    fn leg(&self, family: Family, hop: &NextHop, legs: &mut Vec<u8>) -> Result<(), Unresolved> {
        let index = hop.interface.as_ref().map_or(Ok(0), |name| self.index(name))?;
        let mut attributes = Attributes::default();
        let way = NextHop { interface: None, ..hop.clone() };
        self.way(family, &way, &mut attributes)?;
        let length = u16::try_from(attributes.0.len().saturating_add(8)).unwrap_or(u16::MAX);
        let weight = hop.weight.as_ref().map_or(1, |weight| weight.value);
        legs.extend(length.to_ne_bytes());
        legs.push(if hop.onlink { ON_LINK } else { 0 });
        legs.push(u8::try_from(weight.saturating_sub(1)).unwrap_or(u8::MAX));
        legs.extend(index.to_ne_bytes());
        legs.extend(attributes.0);
        Ok(())
    }

    /// Where packets go next.
    fn way(&self, of: Family, hop: &NextHop, all: &mut Attributes) -> Result<(), Unresolved> {
        if let Some(interface) = &hop.interface {
            all.number(libc::RTA_OIF, self.index(interface)?);
        }
        if let Some(gateway) = &hop.gateway {
            gateway_attribute(of, gateway.value, all);
        }
        if let Some(realms) = &hop.realms {
            all.number(libc::RTA_FLOW, self.realms(realms)?);
        }
        if let Some(encapsulation) = &hop.encapsulation {
            let (kind, inner) = self.encapsulation(encapsulation)?;
            all.bytes(libc::RTA_ENCAP_TYPE, &kind.to_ne_bytes());
            all.bytes(libc::RTA_ENCAP, &inner.0);
        }
        Ok(())
    }

    /// `LWTUNNEL_ENCAP_*` and its attributes.
    fn encapsulation(&self, tunnel: &Encapsulation) -> Result<(u16, Attributes), Unresolved> {
        let mut inner = Attributes::default();
        let kind = match tunnel {
            Encapsulation::Mpls(labels) => {
                let mut stack = Vec::new();
                for (place, label) in labels.iter().rev().enumerate() {
                    let bottom = if place == 0 { 0x100 } else { 0 };
                    stack.splice(0..0, (label << 12 | bottom).to_be_bytes());
                }
                inner.bytes(1, &stack);
                1
            }
            Encapsulation::Ila(locator) => {
                inner.bytes(1, &locator.to_be_bytes());
                3
            }
            Encapsulation::Ip(tunnel) => {
                self.ip_tunnel(tunnel, &mut inner)?;
                if tunnel.family == Family::V4 { 2 } else { 4 }
            }
        };
        Ok((kind, inner))
    }

    /// `LWTUNNEL_IP_*`, which `LWTUNNEL_IP6_*` equal.
    fn ip_tunnel(&self, tunnel: &IpTunnel, inner: &mut Attributes) -> Result<(), Unresolved> {
        if let Some(id) = tunnel.id {
            inner.bytes(1, &id.to_be_bytes());
        }
        if let Some(destination) = tunnel.destination {
            inner.address(2, destination);
        }
        if let Some(source) = tunnel.source {
            inner.address(3, source);
        }
        if let Some(hops) = tunnel.hop_limit {
            inner.byte(4, hops);
        }
        if let Some(class) = &tunnel.traffic_class {
            inner.byte(5, self.named(List::Classes, class)?);
        }
        if let Some(flags) = tunnel.flags {
            // As keepalived: the kernel, which wants network order, gets the number as it is.
            inner.bytes(6, &flags.to_ne_bytes());
        }
        Ok(())
    }
}

/// A gateway of the other family is said in another way.
fn gateway_attribute(of: Family, gateway: IpAddr, all: &mut Attributes) {
    let its = Family::of(gateway);
    if its == of {
        all.address(libc::RTA_GATEWAY, gateway);
        return;
    }
    let mut via = u16::from(family(its)).to_ne_bytes().to_vec();
    via.extend(octets(gateway));
    all.bytes(libc::RTA_VIA, &via);
}

/// `AF_INET` or `AF_INET6`.
pub(super) fn family(family: Family) -> u8 {
    match family {
        Family::V4 => 2,
        Family::V6 => 10,
    }
}

/// The attributes in `RTA_METRICS`, `RTAX_*`.
fn metrics(of: &RouteMetrics) -> Attributes {
    let mut all = Attributes::default();
    let lockable = [
        (2, &of.mtu),
        (8, &of.advertised_mss),
        (4, &of.rtt),
        (5, &of.rtt_variance),
        (13, &of.least_retransmission_timeout),
        (9, &of.reordering),
        (7, &of.congestion_window),
        (6, &of.slow_start_threshold),
    ];
    let set = lockable.iter().filter_map(|(kind, metric)| Some((*kind, metric.as_ref()?)));
    let mut locks = 0_u32;
    for (kind, Metric { value, locked }) in set {
        all.number(kind, *value);
        locks |= u32::from(*locked) << kind;
    }
    let plain = [
        (10, of.hop_limit.map(u32::from)),
        (3, of.window),
        (11, of.initial_congestion_window),
        (14, of.initial_receive_window),
        (12, of.ecn.then_some(1)),
        (15, of.quick_ack.map(u32::from)),
        (17, of.fast_open_no_cookie.map(u32::from)),
    ];
    for (kind, value) in plain {
        if let Some(value) = value {
            all.number(kind, value);
        }
    }
    if let Some(Metric { value, locked }) = &of.congestion_control {
        all.name(16, value);
        locks |= u32::from(*locked) << 16;
    }
    if locks != 0 {
        all.number(1, locks);
    }
    all
}
