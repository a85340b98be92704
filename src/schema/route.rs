//! One line of `virtual_routes { }` and `static_routes { }`.

use super::Support::Runs;
use super::{Block, Keyword, MANY, Value, integer, seconds, table};

table! { ROUTE_LINE;
    "add" ("", 0, 0, Value::None, Runs) "Fails if there is such a route already.", since "2.2.5";
    "advmss" ("[lock] N", 1, 2, Value::Other, Runs) "Largest TCP segment to offer.",
        range "0..2^32-1", default "none", since "1.2.24";
    "all" ("(as DEST)", 0, 0, Value::None, Runs) "Everywhere.", since "2.0.8";
    "any" ("(as DEST)", 0, 0, Value::None, Runs) "Everywhere.", since "2.0.8";
    "append" ("", 0, 0, Value::None, Runs) "Goes after like routes.", since "2.2.5";
    "as" ("[to] ADDR", 1, 2, Value::Other, Runs)
        "New MPLS destination; keepalived doesn't carry it out.", since "1.2.24",
        build "RTA_NEWDST headers for the wording";
    "congctl" ("[lock] NAME", 1, 2, Value::Other, Runs) "TCP congestion control algorithm.",
        default "none", since "1.2.24", build "RTAX_CC_ALGO headers";
    "cwnd" ("[lock] N", 1, 2, Value::Other, Runs) "Upper bound of the TCP congestion window.",
        range "0..2^32-1", default "none", since "1.2.24";
    "default" ("(as DEST)", 0, 0, Value::None, Runs) "Everywhere.", since "1.2.10";
    "default6" ("(as DEST)", 0, 0, Value::None, Runs) "Everywhere, by IPv6.",
        deprecated "inet6 default", since "1.2.10";
    "dev" ("IFACE", 1, 1, Value::Interface, Runs) "Interface to send by.", default "none",
        since "<=1.0.3";
    "disabled" ("(after ttl-propagate)", 0, 0, Value::None, Runs) "After ttl-propagate: no.",
        since "2.0.8", build "RTA_TTL_PROPAGATE headers";
    "dsfield" ("N|NAME", 1, 1, Value::Other, Runs) "Other name of tos.", range "0..255",
        default "0", since "1.2.24";
    "ecn" ("(after features)", 0, 0, Value::None, Runs)
        "After features: explicit congestion notification.", since "1.3.0";
    "enabled" ("(after ttl-propagate)", 0, 0, Value::None, Runs) "After ttl-propagate: yes.",
        since "2.0.8", build "RTA_TTL_PROPAGATE headers";
    "encap" ("ip|ip6|mpls|ila ...", 2, MANY, Value::Choice(&["ip", "ip6", "mpls", "ila"]), Runs)
        "Wraps packets in a tunnel.", options Block::RouteEncap, default "none", since "1.2.24",
        build "RTA_ENCAP headers";
    "expires" ("SECONDS", 1, 1, seconds(0, 0, 4_294_967_295_000_000), Runs)
        "Lifetime of an IPv6 route.", range "0..2^32-1, IPv6 only", default "none", since "1.2.24",
        build "RTA_EXPIRES headers";
    "fastopen_no_cookie" ("0|1", 1, 1, integer(0, 1), Runs)
        "Whether TCP fast open does without cookies.", default "none", since "1.4.3",
        build "RTAX_FASTOPEN_NO_COOKIE headers";
    "features" ("ecn", 1, 1, Value::Choice(&["ecn"]), Runs) "Kernel features to switch on.",
        default "none", since "1.2.24";
    "from" ("IP[/LEN]", 1, 1, Value::Address, Runs) "Takes only IPv6 traffic from this source.",
        range "IPv6 only", default "none", since "1.2.24";
    "gw" ("[inet|inet6] IP", 1, 2, Value::Other, Runs) "Earlier name of via.", deprecated "via",
        since "<=1.0.3";
    "high" ("(after pref)", 0, 0, Value::None, Runs) "After pref: before all others.",
        since "1.2.24", build "RTA_PREF headers";
    "hoplimit" ("N", 1, 1, integer(0, 255), Runs) "Hop limit of packets.", range "0..255",
        default "none", since "1.2.24";
    "inet" ("", 0, 0, Value::None, Runs) "Says that the route is IPv4.",
        default "family of the addresses", since "1.2.24";
    "inet6" ("", 0, 0, Value::None, Runs) "Says that the route is IPv6.", since "1.2.24";
    "initcwnd" ("N", 1, 1, integer(0, 4_294_967_295), Runs) "TCP congestion window at the start.",
        range "0..2^32-1", default "none", since "1.2.24";
    "initrwnd" ("N", 1, 1, integer(0, 4_294_967_295), Runs) "TCP receive window at the start.",
        range "0..2^32-1", default "none", since "1.2.24";
    "lock"
        ("(after mtu advmss rtt rttvar reordering cwnd ssthresh rto_min congctl)", 0, 0,
            Value::None, Runs) "Before a metric's value: the kernel doesn't adapt it.",
        default "off", since "1.2.24";
    "low" ("(after pref)", 0, 0, Value::None, Runs) "After pref: a last resort.", since "1.2.24",
        build "RTA_PREF headers";
    "medium" ("(after pref)", 0, 0, Value::None, Runs) "After pref: the usual one.",
        since "1.2.24", build "RTA_PREF headers";
    "metric" ("N", 1, 1, integer(0, 4_294_967_295), Runs)
        "Cost: the lowest among like routes is taken.", range "0..2^32-1",
        default "none (kernel default)", since "1.1.15";
    "mtu" ("[lock] N", 1, 2, Value::Other, Runs) "Largest packet.", range "0..2^32-1",
        default "none", since "1.2.24";
    "nexthop" ("{via|dev|weight|onlink|encap|realms ...} repeated", 1, MANY, Value::Other, Runs)
        "One of several ways that share the traffic.", options Block::RouteNexthop,
        range "must be last on the line", default "none", since "1.2.24";
    "no_track" ("", 0, 0, Value::None, Runs)
        "Loss of the route or of its interface goes unheeded.", default "tracked", since "2.0.3";
    "oif" ("IFACE", 1, 1, Value::Interface, Runs) "Other name of dev.", default "none",
        since "<=1.0.3";
    "onlink" ("", 0, 0, Value::None, Runs) "Takes the next router as directly reachable.",
        default "off", since "1.2.24";
    "or" ("IP", 1, 1, Value::Address, Runs) "Second next router.", deprecated "nexthop",
        since "1.1.16";
    "pref" ("low|medium|high|N", 1, 1, Value::Other, Runs) "IPv6 router preference.",
        range "IPv6 only", default "none", since "1.2.24", build "RTA_PREF headers";
    "preference" ("N", 1, 1, integer(0, 4_294_967_295), Runs) "Other name of metric.",
        range "0..2^32-1", default "none (kernel default)", since "1.2.24";
    "prepend" ("", 0, 0, Value::None, Runs) "Goes before like routes.", default "prepend",
        since "2.2.5";
    "priority" ("N", 1, 1, integer(0, 4_294_967_295), Runs) "Other name of metric.",
        range "0..2^32-1", default "none (kernel default)", since "1.2.24";
    "protocol" ("N|NAME", 1, 1, Value::Other, Runs) "Who is said to have installed the route.",
        range "0..255 or rt_protos name", default "keepalived (18) when tracked", since "1.2.24";
    "quickack" ("0|1", 1, 1, integer(0, 1), Runs) "Whether TCP acknowledges at once.",
        default "none", since "1.2.24", build "RTAX_QUICKACK headers";
    "realms" ("[FROM/]TO", 1, 1, Value::Other, Runs) "IPv4 realms for accounting and filters.",
        range "0..255 or rt_realms name; IPv4 only", default "none", since "1.2.24";
    "reordering" ("[lock] N", 1, 2, Value::Other, Runs)
        "How far TCP packets may arrive out of order.", range "0..2^32-1", default "none",
        since "1.2.24";
    "rto_min" ("[lock] TIME", 1, 2, Value::Other, Runs) "Shortest TCP retransmission time.",
        range "200 ms..120 s; bare number = ms", default "none", since "1.2.24";
    "rtt" ("[lock] TIME", 1, 2, Value::Other, Runs) "First guess of the round-trip time.",
        range "200 ms..120 s; suffix s/sec/secs/ms/msec/msecs; bare number = 1/8 ms units",
        default "none", since "1.2.24";
    "rttvar" ("[lock] TIME", 1, 2, Value::Other, Runs)
        "First guess of how much the round-trip time varies.",
        range "200 ms..120 s; bare number = 1/4 ms units", default "none", since "1.2.24";
    "scope" ("N|NAME", 1, 1, Value::Other, Runs) "How far away the IPv4 destination is.",
        range "0..255, global site link host nowhere", default "global", since "<=1.0.3";
    "src" ("IP", 1, 1, Value::Address, Runs) "Source address for what takes this route.",
        default "none", since "<=1.0.3";
    "ssthresh" ("[lock] N", 1, 2, Value::Other, Runs) "Where TCP slow start ends at first.",
        range "0..2^32-1", default "none", since "1.2.24";
    "table" ("N|NAME", 1, 1, Value::Other, Runs) "Routing table to put it in.",
        range "0..2^32-1, main, local, default, rt_tables name", default "main", since "<=1.0.3";
    "to" ("(before DEST)", 0, 0, Value::None, Runs) "May stand before the destination.",
        since "<=1.0.3";
    "tos" ("N|NAME", 1, 1, Value::Other, Runs) "Takes only IPv4 traffic of this type of service.",
        range "0..255 or rt_dsfield name", default "0", since "1.2.24";
    "track_group" ("NAME", 1, 1, Value::Word, Runs)
        "Instances of this group depend on the route's interface.",
        range "static_routes only; needs dev", default "none", since "2.0.3";
    "ttl-propagate" ("enabled|disabled", 1, 1, Value::Choice(&["enabled", "disabled"]), Runs)
        "Whether MPLS carries the TTL over.", default "none", since "2.0.8",
        build "RTA_TTL_PROPAGATE headers";
    "via" ("[inet|inet6] IP", 1, 2, Value::Other, Runs) "Next router.", default "none",
        since "<=1.0.3";
    "vrf" ("IFACE", 1, 1, Value::Interface, Runs) "VRF whose table the route goes into.",
        default "none", since "2.2.5", build "_HAVE_VRF_";
    "window" ("N", 1, 1, integer(0, 4_294_967_295), Runs) "Largest TCP window to offer.",
        range "0..2^32-1", default "none", since "1.2.24";
}

table! { ROUTE_LINE_DATA;
    "DEST" ("[TYPE] [to] IP[/LEN]|default|any|all", 0, MANY, Value::Other, Runs)
        "Where the route leads; the last such word on the line counts.", default "mandatory",
        since "<=1.0.3";
    "TYPE"
        ("unicast|local|broadcast|brd|anycast|multicast|blackhole|unreachable|prohibit|throw|nat|\
            xresolve|N", 1, 1, Value::Other, Runs)
        "Kind of route; stands just before the destination.", range "0..255", default "unicast",
        since "1.2.24";
}

table! { ROUTE_ENCAP;
    "ila" ("LOCATOR", 1, 1, Value::Word, Runs) "Locator to put into the address.",
        range "64-bit xxxx:xxxx:xxxx:xxxx", since "1.2.24",
        build "RTA_ENCAP headers, LWTUNNEL_ENCAP_ILA";
    "ip" ("[id N] [dst IP] [src IP] [tos T] [ttl N] [flags N]", 2, 12, Value::Other, Runs)
        "Tunnel in IPv4.", options Block::RouteEncapIp, range "dst or id needed", since "1.2.24",
        build "RTA_ENCAP headers";
    "ip6" ("[id N] [dst IP6] [src IP6] [tc T] [hoplimit N] [flags N]", 2, 12, Value::Other, Runs)
        "Tunnel in IPv6.", options Block::RouteEncapIp, range "dst or id needed", since "1.2.24",
        build "RTA_ENCAP headers";
    "mpls" ("LABEL[/LABEL...]", 1, 1, Value::Word, Runs) "Label stack to push.",
        range "20-bit labels, at most 16", since "1.2.24",
        build "RTA_ENCAP headers, LWTUNNEL_ENCAP_MPLS";
}

table! { ROUTE_ENCAP_IP;
    "dst" ("IP", 1, 1, Value::Address, Runs) "Far end of the tunnel.", range "family of the type",
        default "none", since "1.2.24", build "RTA_ENCAP headers";
    "flags" ("N", 1, 1, integer(0, 65_535), Runs) "Flags of the tunnel.", range "0..65535",
        default "none", since "1.2.24", build "RTA_ENCAP headers";
    "hoplimit" ("N", 1, 1, integer(0, 255), Runs) "Hop limit of the outer packet.",
        range "0..255", default "none", since "1.2.24", build "RTA_ENCAP headers";
    "id" ("N", 1, 1, Value::Other, Runs) "Number of the tunnel.", range "64 bit", default "none",
        since "1.2.24", build "RTA_ENCAP headers";
    "src" ("IP", 1, 1, Value::Address, Runs) "Near end of the tunnel.",
        range "family of the type", default "none", since "<=1.0.3", build "RTA_ENCAP headers";
    "tc" ("T", 1, 1, integer(0, 255), Runs) "Traffic class of the outer packet.", range "0..255",
        default "none", since "1.2.24", build "RTA_ENCAP headers";
    "tos" ("T", 1, 1, integer(0, 255), Runs) "Type of service of the outer packet.",
        range "0..255", default "none", since "1.2.24", build "RTA_ENCAP headers";
    "ttl" ("N", 1, 1, integer(0, 255), Runs) "TTL of the outer packet.", range "0..255",
        default "none", since "1.2.24", build "RTA_ENCAP headers";
}

table! { ROUTE_NEXTHOP;
    "as" ("[to] ADDR", 1, 2, Value::Other, Runs)
        "New MPLS destination; keepalived doesn't carry it out.", since "1.2.24";
    "dev" ("IFACE", 1, 1, Value::Interface, Runs) "Interface of this way.", default "none",
        since "<=1.0.3";
    "encap" ("as above", 2, MANY, Value::Choice(&["ip", "ip6", "mpls", "ila"]), Runs)
        "Wraps this way's packets in a tunnel.", options Block::RouteEncap, default "none",
        since "1.2.24", build "RTA_ENCAP headers";
    "onlink" ("", 0, 0, Value::None, Runs) "Takes the next router as directly reachable.",
        default "off", since "1.2.24";
    "realms" ("[FROM/]TO", 1, 1, Value::Other, Runs) "IPv4 realms of this way.",
        range "IPv4 only", default "none", since "1.2.24";
    "via" ("[inet|inet6] IP", 1, 2, Value::Other, Runs) "Next router of this way.",
        default "none", since "<=1.0.3";
    "weight" ("N", 1, 1, integer(1, 256), Runs) "Share of this way.", range "1..256", default "1",
        since "1.2.24";
}
