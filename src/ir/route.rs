//! One line of `virtual_routes` or `static_routes`.

use std::net::IpAddr;

use crate::ir::{Named, Protocol, Realms, Scope, Table};
use crate::units::{Family, IfName, IpNet, Spanned};

/// A route with every option of its line. What cannot stand together is resolved already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// Family of its addresses; IPv4 if none says.
    pub family: Family,
    /// What becomes of packets that take it.
    pub kind: Spanned<RouteType>,
    /// Where it leads; `None` means everywhere (`default`, `any`, `all`).
    pub destination: Spanned<Option<IpNet>>,
    /// `from` (IPv6): takes only traffic from there.
    pub from: Option<Spanned<IpNet>>,
    /// `src`: preferred source address.
    pub source: Option<Spanned<IpAddr>>,
    /// `via`: the gateway. With the old `or` there are two nexthops in its place.
    pub gateway: Option<Spanned<IpAddr>>,
    /// `dev`, `oif`.
    pub interface: Option<Spanned<IfName>>,
    /// `tos`, `dsfield`.
    pub tos: Option<Spanned<Named<u8>>>,
    /// `table`; `None` means that of `vrf`, or main.
    pub table: Option<Spanned<Table>>,
    /// `protocol`; `keepalived` where the route is tracked.
    pub protocol: Option<Spanned<Protocol>>,
    /// `scope`; `None` means the kernel's choice.
    pub scope: Option<Spanned<Named<u8>>>,
    /// `metric`, `priority`, `preference`; `None` means the kernel's default.
    pub metric: Option<Spanned<u32>>,
    /// `onlink`: the gateway is on the link, whatever the addresses say.
    pub onlink: bool,
    /// `encap`.
    pub encapsulation: Option<Spanned<Encapsulation>>,
    /// `expires` (IPv6), in seconds.
    pub expires: Option<Spanned<u32>>,
    /// Metrics of the transport on this route.
    pub metrics: RouteMetrics,
    /// `realms` (IPv4).
    pub realms: Option<Spanned<Realms>>,
    /// `pref` (IPv6).
    pub preference: Option<Spanned<RouterPreference>>,
    /// `ttl-propagate` (MPLS).
    pub ttl_propagate: Option<bool>,
    /// `add`, `prepend`, `append`.
    pub placement: Placement,
    /// `nexthop`: the legs of a multipath route, in order.
    pub nexthops: Vec<Spanned<NextHop>>,
    /// `no_track`, or nothing to track it by: its removal by others and its interface's link state
    /// go unheeded.
    pub no_track: bool,
    /// `track_group` (static routes): instances of this group depend on the interface.
    pub track_group: Option<Spanned<String>>,
    /// `vrf`: the route goes into the table of this VRF. There is no `table` then: the last word
    /// counts.
    pub vrf: Option<Spanned<IfName>>,
}

impl Route {
    /// It leads over that interface, or over one that only the kernel knows.
    pub fn may_use(&self, interface: &IfName) -> bool {
        let legs = self.nexthops.iter().map(|hop| &hop.interface);
        let mut named = legs.chain([&self.interface]).flatten().peekable();
        named.peek().is_none() || named.any(|name| name.value == *interface)
    }
}

/// Kind of a route, as the kernel numbers it (`RTN_*`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RouteType(pub u8);

impl RouteType {
    /// `unicast`, the default.
    pub const UNICAST: Self = Self(1);
    /// The names and numbers.
    pub const NAMES: &'static [(&'static str, u8)] = &[
        ("unicast", 1),
        ("local", 2),
        ("broadcast", 3),
        ("brd", 3),
        ("anycast", 4),
        ("multicast", 5),
        ("blackhole", 6),
        ("unreachable", 7),
        ("prohibit", 8),
        ("throw", 9),
        ("nat", 10),
        ("xresolve", 11),
    ];
}

/// A leg of a multipath route.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NextHop {
    /// `via`.
    pub gateway: Option<Spanned<IpAddr>>,
    /// `dev`; it is not tracked.
    pub interface: Option<Spanned<IfName>>,
    /// `weight`, 1..=256; `None` means 1.
    pub weight: Option<Spanned<u16>>,
    /// `onlink`.
    pub onlink: bool,
    /// `encap`.
    pub encapsulation: Option<Spanned<Encapsulation>>,
    /// `realms` (IPv4).
    pub realms: Option<Spanned<Realms>>,
}

/// A lightweight tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Encapsulation {
    /// `encap ip` (the addresses are IPv4) or `encap ip6`.
    Ip(IpTunnel),
    /// `encap mpls`: label stack, outermost first; 1 to 16 labels of 20 bits.
    Mpls(Vec<u32>),
    /// `encap ila`: the locator.
    Ila(u64),
}

/// Options of `encap ip` and `encap ip6`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IpTunnel {
    /// Family of the outer packet.
    pub family: Family,
    /// `id`.
    pub id: Option<u64>,
    /// `dst`.
    pub destination: Option<IpAddr>,
    /// `src`.
    pub source: Option<IpAddr>,
    /// `tos` or `tc`.
    pub traffic_class: Option<Named<u8>>,
    /// `ttl` or `hoplimit`.
    pub hop_limit: Option<u8>,
    /// `flags`.
    pub flags: Option<u16>,
}

/// The metrics of a route; `None` leaves them to the kernel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RouteMetrics {
    /// `mtu`, in bytes.
    pub mtu: Option<Metric<u32>>,
    /// `hoplimit`.
    pub hop_limit: Option<u8>,
    /// `advmss`, in bytes.
    pub advertised_mss: Option<Metric<u32>>,
    /// `rtt`, in eighths of a millisecond.
    pub rtt: Option<Metric<u32>>,
    /// `rttvar`, in quarters of a millisecond.
    pub rtt_variance: Option<Metric<u32>>,
    /// `rto_min`, in milliseconds.
    pub least_retransmission_timeout: Option<Metric<u32>>,
    /// `reordering`.
    pub reordering: Option<Metric<u32>>,
    /// `window`, in bytes.
    pub window: Option<u32>,
    /// `cwnd`.
    pub congestion_window: Option<Metric<u32>>,
    /// `ssthresh`.
    pub slow_start_threshold: Option<Metric<u32>>,
    /// `initcwnd`.
    pub initial_congestion_window: Option<u32>,
    /// `initrwnd`.
    pub initial_receive_window: Option<u32>,
    /// `features ecn`.
    pub ecn: bool,
    /// `quickack`.
    pub quick_ack: Option<bool>,
    /// `congctl`: name of the algorithm.
    pub congestion_control: Option<Metric<String>>,
    /// `fastopen_no_cookie`.
    pub fast_open_no_cookie: Option<bool>,
}

/// A metric, which may be locked: the kernel does not adapt it then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Metric<T> {
    /// The value.
    pub value: T,
    /// `lock`.
    pub locked: bool,
}

/// IPv6 router preference (`ICMPV6_ROUTER_PREF_*`), two bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RouterPreference(pub u8);

impl RouterPreference {
    /// `low`.
    pub const LOW: Self = Self(3);
    /// `medium`.
    pub const MEDIUM: Self = Self(0);
    /// `high`.
    pub const HIGH: Self = Self(1);
}

/// Where a route goes among those that are like it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Placement {
    /// `add`: it fails if there is one.
    Exclusive,
    /// `prepend`: before them.
    #[default]
    Before,
    /// `append`: after them.
    After,
}

impl From<Scope> for Named<u8> {
    fn from(scope: Scope) -> Self {
        Self::Number(scope.0)
    }
}
