//! Route lines: every option, what it becomes, and what goes wrong with it.

use super::{bare, lines_table};
use crate::ir::Config;
use crate::units::Compat;

/// The first route, with what differs from the simplest one.
fn shown(config: &Config) -> Option<String> {
    let route = config.static_routes.first()?;
    let text = bare(&route.value);
    let usual = ["None", "false", "RouteType(1)", "Before", "[]", "V4", "None }", "false }"];
    let parts: Vec<_> = text
        .trim_start_matches("Route { ")
        .split(", ")
        .filter(|part| part.split_once(": ").is_none_or(|(_, value)| !usual.contains(&value)))
        .filter(|part| !part.ends_with("{ mtu: None"))
        .collect();
    Some(parts.join(", "))
}

fn table(lines: &[&str]) -> String {
    lines_table(("", "static_routes"), Compat::V2_4_3, lines, shown)
}

#[test]
fn legs_of_a_multipath_route_stand_at_the_end() {
    let rows = [
        "10.0.0.0/8 nexthop via 10.77.0.2 weight 5 nexthop via 10.77.0.3 dev eth0 onlink",
        "10.0.0.0/8 nexthop via 10.77.0.2 weight 0",
        "10.0.0.0/8 nexthop via 10.77.0.2 weight 256",
        "10.0.0.0/8 nexthop via 10.77.0.2 weight 257",
        "10.0.0.0/8 nexthop via fe80::2",
        "10.0.0.0/8 nexthop via x",
        "10.0.0.0/8 nexthop via inet 10.77.0.2",
        "10.0.0.0/8 nexthop via 10.77.0.2 foo",
        "10.0.0.0/8 nexthop via 10.77.0.2 metric 5",
        "10.0.0.0/8 nexthop",
        "10.0.0.0/8 nexthop via 10.77.0.2 nexthop",
        "10.0.0.0/8 via 10.77.0.2 nexthop via 10.77.0.3",
        "10.0.0.0/8 via 10.77.0.2 or 10.77.0.4 nexthop via 10.77.0.3",
        "10.0.0.0/8 nexthop via 10.77.0.2 realms 5/6",
        "10.0.0.0/8 nexthop via 10.77.0.2 realms foo",
        "2001:db8::/32 nexthop via fe80::1 dev eth0 realms 5",
        "10.0.0.0/8 nexthop via 10.77.0.2 as to 100",
        "10.0.0.0/8 nexthop via 10.77.0.2 encap mpls 100",
        "10.0.0.0/8 nexthop dev eth0 weight 0x5",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    10.0.0.0/8 nexthop via 10.77.0.2 weight 5 nexthop via 10.77.0.3 dev eth0 onlink  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), weight: Some(5), NextHop { gateway: Some(10.77.0.3), interface: Some(eth0), onlink: true, realms: None }]  [0]
    10.0.0.0/8 nexthop via 10.77.0.2 weight 0  =>  destination: Some(10.0.0.0/8)  [5]
        2:41: error[SA230]: Invalid weight 0 specified for route
    10.0.0.0/8 nexthop via 10.77.0.2 weight 256  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), weight: Some(256), realms: None }]  [0]
    10.0.0.0/8 nexthop via 10.77.0.2 weight 257  =>  destination: Some(10.0.0.0/8)  [5]
        2:41: error[SA230]: Invalid weight 257 specified for route
    10.0.0.0/8 nexthop via fe80::2  =>  destination: Some(10.0.0.0/8)  [5]
        2:24: error[SA230]: Address family mismatch for next hop
    10.0.0.0/8 nexthop via x  =>  destination: Some(10.0.0.0/8)  [5]
        2:24: error[SA230]: invalid nexthop address x
    10.0.0.0/8 nexthop via inet 10.77.0.2  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), realms: None }]  [0]
    10.0.0.0/8 nexthop via 10.77.0.2 foo  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), realms: None }]  [5]
        2:34: error[SA230]: Route has trailing nonsense after nexthops - foo
    10.0.0.0/8 nexthop via 10.77.0.2 metric 5  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), realms: None }]  [5]
        2:34: error[SA230]: Route has trailing nonsense after nexthops - metric
    10.0.0.0/8 nexthop  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: None, realms: None }]  [0]
    10.0.0.0/8 nexthop via 10.77.0.2 nexthop  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), realms: None }]  [0]
    10.0.0.0/8 via 10.77.0.2 nexthop via 10.77.0.3  =>  destination: Some(10.0.0.0/8), gateway: Some(10.77.0.2), nexthops: [NextHop { gateway: Some(10.77.0.3), realms: None }]  [0]
    10.0.0.0/8 via 10.77.0.2 or 10.77.0.4 nexthop via 10.77.0.3  =>  -  [5]
        2:26: warning[SA118]: `or` of a route is deprecated
        2:39: error[SA230]: Cannot specify nexthops with "or" route
    10.0.0.0/8 nexthop via 10.77.0.2 realms 5/6  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), realms: Some(Realms { from: Some(Number(5)), to: Number(6) }) }]  [0]
    10.0.0.0/8 nexthop via 10.77.0.2 realms foo  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), realms: Some(Realms { from: None, to: Name("foo") }) }]  [0]
    2001:db8::/32 nexthop via fe80::1 dev eth0 realms 5  =>  family: V6, destination: Some(2001:db8::/32)  [5]
        2:44: error[SA230]: realms are only supported for IPv4
    10.0.0.0/8 nexthop via 10.77.0.2 as to 100  =>  destination: Some(10.0.0.0/8)  [5]
        2:34: error[SA230]: 'as [to]' (nat) not supported
    10.0.0.0/8 nexthop via 10.77.0.2 encap mpls 100  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), encapsulation: Some(Mpls([100])), realms: None }]  [0]
    10.0.0.0/8 nexthop dev eth0 weight 0x5  =>  destination: Some(10.0.0.0/8)  [5]
        2:36: error[SA230]: Invalid weight 0x5 specified for route
    "#);
}

#[test]
fn tunnels_have_options_of_their_own() {
    let rows = [
        "10.0.0.0/8 dev eth0 encap ip id 5 dst 10.77.0.3",
        "10.0.0.0/8 dev eth0 encap ip id 5 dst 10.77.0.3 src 10.77.0.4 tos 5 ttl 6 flags 7",
        "10.0.0.0/8 dev eth0 encap ip dst fe80::1",
        "10.0.0.0/8 dev eth0 encap ip ttl 5",
        "10.0.0.0/8 dev eth0 encap ip",
        "10.0.0.0/8 dev eth0 encap ip id x",
        "10.0.0.0/8 dev eth0 encap ip id 5 tos 300",
        "10.0.0.0/8 dev eth0 encap ip id 5 ttl 256",
        "10.0.0.0/8 dev eth0 encap ip id 5 tc 5",
        "10.0.0.0/8 dev eth0 encap ip id 5 flags 70000",
        "10.0.0.0/8 dev eth0 encap ip6 id 5 dst fe80::2 src fe80::3 tc 5 hoplimit 6 flags 7",
        "10.0.0.0/8 dev eth0 encap ip6 id 5 dst 10.0.0.1",
        "10.0.0.0/8 dev eth0 encap mpls 100",
        "10.0.0.0/8 dev eth0 encap mpls 100/200",
        "10.0.0.0/8 dev eth0 encap mpls 1048576",
        "10.0.0.0/8 dev eth0 encap mpls x",
        "10.0.0.0/8 dev eth0 encap mpls 1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
        "10.0.0.0/8 dev eth0 encap mpls",
        "10.0.0.0/8 dev eth0 encap ila 1:2:3:4",
        "10.0.0.0/8 dev eth0 encap ila x",
        "10.0.0.0/8 dev eth0 encap foo 1",
        "10.0.0.0/8 dev eth0 encap",
    ];
    insta::assert_snapshot!(table(&rows), @"
    10.0.0.0/8 dev eth0 encap ip id 5 dst 10.77.0.3  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), encapsulation: Some(Ip(IpTunnel { family: V4, id: Some(5), destination: Some(10.77.0.3), flags: None }))  [0]
    10.0.0.0/8 dev eth0 encap ip id 5 dst 10.77.0.3 src 10.77.0.4 tos 5 ttl 6 flags 7  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), encapsulation: Some(Ip(IpTunnel { family: V4, id: Some(5), destination: Some(10.77.0.3), source: Some(10.77.0.4), traffic_class: Some(Number(5)), hop_limit: Some(6), flags: Some(7) }))  [0]
    10.0.0.0/8 dev eth0 encap ip dst fe80::1  =>  -  [5]
        2:34: error[SA230]: IPv6 address fe80::1 not valid for ip encapsulation
    10.0.0.0/8 dev eth0 encap ip ttl 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:27: error[SA230]: address or id missing for ip encapsulation
    10.0.0.0/8 dev eth0 encap ip  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:27: error[SA230]: address or id missing for ip encapsulation
    10.0.0.0/8 dev eth0 encap ip id x  =>  -  [5]
        2:33: error[SA230]: encap id x value is invalid
    10.0.0.0/8 dev eth0 encap ip id 5 tos 300  =>  -  [5]
        2:39: error[SA230]: dsfield 300 not valid for ip encapsulation
    10.0.0.0/8 dev eth0 encap ip id 5 ttl 256  =>  -  [5]
        2:39: error[SA230]: ttl 256 is not valid for ip encapsulation
    10.0.0.0/8 dev eth0 encap ip id 5 tc 5  =>  -  [5]
        2:35: error[SA230]: unknown route keyword tc
    10.0.0.0/8 dev eth0 encap ip id 5 flags 70000  =>  -  [5]
        2:41: error[SA230]: flags 70000 is not valid for ip encapsulation
    10.0.0.0/8 dev eth0 encap ip6 id 5 dst fe80::2 src fe80::3 tc 5 hoplimit 6 flags 7  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), encapsulation: Some(Ip(IpTunnel { family: V6, id: Some(5), destination: Some(fe80::2), source: Some(fe80::3), traffic_class: Some(Number(5)), hop_limit: Some(6), flags: Some(7) }))  [0]
    10.0.0.0/8 dev eth0 encap ip6 id 5 dst 10.0.0.1  =>  -  [5]
        2:40: error[SA230]: IPv4 address 10.0.0.1 not valid for ip6 encapsulation
    10.0.0.0/8 dev eth0 encap mpls 100  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), encapsulation: Some(Mpls([100]))  [0]
    10.0.0.0/8 dev eth0 encap mpls 100/200  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), encapsulation: Some(Mpls([100, 200]))  [0]
    10.0.0.0/8 dev eth0 encap mpls 1048576  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:32: error[SA230]: invalid mpls address 1048576 for encapsulation
    10.0.0.0/8 dev eth0 encap mpls x  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:32: error[SA230]: invalid mpls address x for encapsulation
    10.0.0.0/8 dev eth0 encap mpls 1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:32: error[SA230]: invalid mpls address 1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17 for encapsulation
    10.0.0.0/8 dev eth0 encap mpls  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:27: error[SA230]: missing address for MPLS encapsulation
    10.0.0.0/8 dev eth0 encap ila 1:2:3:4  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), encapsulation: Some(Ila(281483566841860))  [0]
    10.0.0.0/8 dev eth0 encap ila x  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:31: error[SA230]: invalid locator x for ila encapsulation
    10.0.0.0/8 dev eth0 encap foo 1  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:27: error[SA230]: Unknown encap type - foo
    10.0.0.0/8 dev eth0 encap  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:21: error[SA230]: Missing encap type
    ");
}

#[test]
fn metrics_have_limits() {
    let rows = [
        "10.0.0.0/8 dev eth0 mtu 1400",
        "10.0.0.0/8 dev eth0 mtu lock 1400",
        "10.0.0.0/8 dev eth0 mtu x",
        "10.0.0.0/8 dev eth0 mtu 0x10",
        "10.0.0.0/8 dev eth0 hoplimit 64",
        "10.0.0.0/8 dev eth0 hoplimit 256",
        "10.0.0.0/8 dev eth0 advmss 1400",
        "10.0.0.0/8 dev eth0 advmss lock 1400",
        "10.0.0.0/8 dev eth0 rtt 300ms",
        "10.0.0.0/8 dev eth0 rtt 1s",
        "10.0.0.0/8 dev eth0 rtt 1.5s",
        "10.0.0.0/8 dev eth0 rtt 2000",
        "10.0.0.0/8 dev eth0 rtt 1sec",
        "10.0.0.0/8 dev eth0 rtt 1x",
        "10.0.0.0/8 dev eth0 rtt x",
        "10.0.0.0/8 dev eth0 rtt -5",
        "10.0.0.0/8 dev eth0 rtt 1e3",
        "10.0.0.0/8 dev eth0 rtt 1.5",
        "10.0.0.0/8 dev eth0 rtt 0x800",
        "10.0.0.0/8 dev eth0 rtt 100ms",
        "10.0.0.0/8 dev eth0 rtt lock 150s",
        "10.0.0.0/8 dev eth0 rtt 150s",
        "10.0.0.0/8 dev eth0 rttvar 300ms",
        "10.0.0.0/8 dev eth0 rttvar 10",
        "10.0.0.0/8 dev eth0 rto_min 300ms",
        "10.0.0.0/8 dev eth0 rto_min 10",
        "10.0.0.0/8 dev eth0 rto_min 300",
        "10.0.0.0/8 dev eth0 rto_min 300000",
        "10.0.0.0/8 dev eth0 reordering 5",
        "10.0.0.0/8 dev eth0 reordering lock 5",
        "10.0.0.0/8 dev eth0 window 5",
        "10.0.0.0/8 dev eth0 window lock 5",
        "10.0.0.0/8 dev eth0 cwnd 5",
        "10.0.0.0/8 dev eth0 cwnd lock 5",
        "10.0.0.0/8 dev eth0 ssthresh lock 5",
        "10.0.0.0/8 dev eth0 initcwnd 5",
        "10.0.0.0/8 dev eth0 initrwnd 5",
        "10.0.0.0/8 dev eth0 features ecn",
        "10.0.0.0/8 dev eth0 features foo",
        "10.0.0.0/8 dev eth0 quickack 1",
        "10.0.0.0/8 dev eth0 quickack 2",
        "10.0.0.0/8 dev eth0 congctl cubic",
        "10.0.0.0/8 dev eth0 congctl lock cubic",
        "10.0.0.0/8 dev eth0 congctl foo",
        "10.0.0.0/8 dev eth0 fastopen_no_cookie 1",
        "10.0.0.0/8 dev eth0 fastopen_no_cookie 2",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    10.0.0.0/8 dev eth0 mtu 1400  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), metrics: RouteMetrics { mtu: Some(Metric { value: 1400, locked: false })  [0]
    10.0.0.0/8 dev eth0 mtu lock 1400  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), metrics: RouteMetrics { mtu: Some(Metric { value: 1400, locked: true })  [0]
    10.0.0.0/8 dev eth0 mtu x  =>  -  [5]
        2:25: error[SA230]: Invalid MTU x specified for route
    10.0.0.0/8 dev eth0 mtu 0x10  =>  -  [5]
        2:25: error[SA230]: Invalid MTU 0x10 specified for route
    10.0.0.0/8 dev eth0 hoplimit 64  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), hop_limit: Some(64)  [0]
    10.0.0.0/8 dev eth0 hoplimit 256  =>  -  [5]
        2:30: error[SA230]: Invalid hoplimit 256 specified for route
    10.0.0.0/8 dev eth0 advmss 1400  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), advertised_mss: Some(Metric { value: 1400, locked: false })  [0]
    10.0.0.0/8 dev eth0 advmss lock 1400  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), advertised_mss: Some(Metric { value: 1400, locked: true })  [0]
    10.0.0.0/8 dev eth0 rtt 300ms  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 2400, locked: false })  [0]
    10.0.0.0/8 dev eth0 rtt 1s  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 8000, locked: false })  [0]
    10.0.0.0/8 dev eth0 rtt 1.5s  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 12000, locked: false })  [0]
    10.0.0.0/8 dev eth0 rtt 2000  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 2000, locked: false })  [0]
    10.0.0.0/8 dev eth0 rtt 1sec  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 8000, locked: false })  [0]
    10.0.0.0/8 dev eth0 rtt 1x  =>  -  [5]
        2:25: error[SA230]: Invalid rtt 1x for route
    10.0.0.0/8 dev eth0 rtt x  =>  -  [5]
        2:25: error[SA230]: Invalid rtt x for route
    10.0.0.0/8 dev eth0 rtt -5  =>  -  [5]
        2:25: error[SA230]: Invalid rtt -5 for route
    10.0.0.0/8 dev eth0 rtt 1e3  =>  -  [5]
        2:25: error[SA230]: Invalid rtt 1e3 for route
    10.0.0.0/8 dev eth0 rtt 1.5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 1600, locked: false })  [5]
        2:25: error[SA210]: number '1.5' has too many decimal places
        2:25: error[SA202]: rtt value 1.5 below minimum 200ms, resetting
    10.0.0.0/8 dev eth0 rtt 0x800  =>  -  [5]
        2:25: error[SA230]: Invalid rtt 0x800 for route
    10.0.0.0/8 dev eth0 rtt 100ms  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 1600, locked: false })  [5]
        2:25: error[SA202]: rtt value 100ms below minimum 200ms, resetting
    10.0.0.0/8 dev eth0 rtt lock 150s  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 960000, locked: true })  [5]
        2:30: error[SA202]: rtt value 150s above maximum 120000ms, resetting
    10.0.0.0/8 dev eth0 rtt 150s  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt: Some(Metric { value: 960000, locked: false })  [5]
        2:25: error[SA202]: rtt value 150s above maximum 120000ms, resetting
    10.0.0.0/8 dev eth0 rttvar 300ms  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt_variance: Some(Metric { value: 1200, locked: false })  [0]
    10.0.0.0/8 dev eth0 rttvar 10  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), rtt_variance: Some(Metric { value: 800, locked: false })  [5]
        2:28: error[SA202]: rtt value 10 below minimum 200ms, resetting
    10.0.0.0/8 dev eth0 rto_min 300ms  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), least_retransmission_timeout: Some(Metric { value: 300, locked: false })  [0]
    10.0.0.0/8 dev eth0 rto_min 10  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), least_retransmission_timeout: Some(Metric { value: 200, locked: false })  [5]
        2:29: error[SA202]: rto value 10 below minimum 200ms, resetting
    10.0.0.0/8 dev eth0 rto_min 300  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), least_retransmission_timeout: Some(Metric { value: 300, locked: false })  [0]
    10.0.0.0/8 dev eth0 rto_min 300000  =>  -  [5]
        2:29: error[SA230]: Invalid rto_min value 300000 specified for route
    10.0.0.0/8 dev eth0 reordering 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), reordering: Some(Metric { value: 5, locked: false })  [0]
    10.0.0.0/8 dev eth0 reordering lock 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), reordering: Some(Metric { value: 5, locked: true })  [0]
    10.0.0.0/8 dev eth0 window 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), window: Some(5)  [0]
    10.0.0.0/8 dev eth0 window lock 5  =>  -  [5]
        2:28: error[SA230]: Invalid window value lock specified for route
    10.0.0.0/8 dev eth0 cwnd 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), congestion_window: Some(Metric { value: 5, locked: false })  [0]
    10.0.0.0/8 dev eth0 cwnd lock 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), congestion_window: Some(Metric { value: 5, locked: true })  [0]
    10.0.0.0/8 dev eth0 ssthresh lock 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), slow_start_threshold: Some(Metric { value: 5, locked: true })  [0]
    10.0.0.0/8 dev eth0 initcwnd 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), initial_congestion_window: Some(5)  [0]
    10.0.0.0/8 dev eth0 initrwnd 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), initial_receive_window: Some(5)  [0]
    10.0.0.0/8 dev eth0 features ecn  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), ecn: true  [0]
    10.0.0.0/8 dev eth0 features foo  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:30: error[SA230]: feature foo not supported
    10.0.0.0/8 dev eth0 quickack 1  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), quick_ack: Some(true)  [0]
    10.0.0.0/8 dev eth0 quickack 2  =>  -  [5]
        2:30: error[SA230]: Invalid quickack value 2 specified for route
    10.0.0.0/8 dev eth0 congctl cubic  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), congestion_control: Some(Metric { value: "cubic", locked: false })  [0]
    10.0.0.0/8 dev eth0 congctl lock cubic  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), congestion_control: Some(Metric { value: "cubic", locked: true })  [0]
    10.0.0.0/8 dev eth0 congctl foo  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), congestion_control: Some(Metric { value: "foo", locked: false })  [0]
    10.0.0.0/8 dev eth0 fastopen_no_cookie 1  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), fast_open_no_cookie: Some(true) }  [0]
    10.0.0.0/8 dev eth0 fastopen_no_cookie 2  =>  -  [5]
        2:40: error[SA230]: Invalid fastopen_no_cookie value 2 specified for route
    "#);
}

#[test]
fn values_are_numbers_or_names_of_the_host() {
    let rows = [
        "10.0.0.0/8 tos 0x10 dev eth0",
        "10.0.0.0/8 tos 16 dev eth0",
        "10.0.0.0/8 tos AF11 dev eth0",
        "10.0.0.0/8 tos 300 dev eth0",
        "10.0.0.0/8 tos x dev eth0",
        "10.0.0.0/8 dsfield 8 dev eth0",
        "2001:db8::/32 tos 8 dev eth0",
        "10.0.0.0/8 table 100 dev eth0",
        "10.0.0.0/8 table main dev eth0",
        "10.0.0.0/8 table foo dev eth0",
        "10.0.0.0/8 table 0 dev eth0",
        "10.0.0.0/8 table 4294967295 dev eth0",
        "10.0.0.0/8 table 4294967296 dev eth0",
        "10.0.0.0/8 table -1 dev eth0",
        "10.0.0.0/8 table 0x10 dev eth0",
        "10.0.0.0/8 table 10x dev eth0",
        "10.0.0.0/8 protocol 18 dev eth0",
        "10.0.0.0/8 protocol static dev eth0",
        "10.0.0.0/8 protocol keepalived dev eth0",
        "10.0.0.0/8 protocol foo dev eth0",
        "10.0.0.0/8 protocol 300 dev eth0",
        "10.0.0.0/8 protocol static dev eth0 no_track",
        "10.0.0.0/8 scope link dev eth0",
        "10.0.0.0/8 scope 77 dev eth0",
        "10.0.0.0/8 scope 300 dev eth0",
        "10.0.0.0/8 scope foo dev eth0",
        "2001:db8::/32 scope link dev eth0",
        "10.0.0.0/8 metric 5 dev eth0",
        "10.0.0.0/8 metric -5 dev eth0",
        "10.0.0.0/8 metric 5x dev eth0",
        "10.0.0.0/8 metric 0x5 dev eth0",
        "10.0.0.0/8 metric 4294967296 dev eth0",
        "10.0.0.0/8 priority 5 preference 6 dev eth0",
        "10.0.0.0/8 dev eth0 expires 10",
        "2001:db8::/32 dev eth0 expires 10",
        "2001:db8::/32 dev eth0 expires x",
        "10.0.0.0/8 dev eth0 realms 5",
        "10.0.0.0/8 dev eth0 realms 5/6",
        "10.0.0.0/8 dev eth0 realms 300",
        "10.0.0.0/8 dev eth0 realms foo",
        "10.0.0.0/8 dev eth0 realms cosmos",
        "10.0.0.0/8 dev eth0 realms 5/",
        "2001:db8::/32 dev eth0 realms 5",
        "2001:db8::/32 dev eth0 pref low",
        "2001:db8::/32 dev eth0 pref 1",
        "2001:db8::/32 dev eth0 pref 5",
        "2001:db8::/32 dev eth0 pref foo",
        "10.0.0.0/8 dev eth0 pref low",
        "10.0.0.0/8 dev eth0 ttl-propagate enabled",
        "10.0.0.0/8 dev eth0 ttl-propagate disabled",
        "10.0.0.0/8 dev eth0 ttl-propagate foo",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    10.0.0.0/8 tos 0x10 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), tos: Some(Number(16))  [0]
    10.0.0.0/8 tos 16 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), tos: Some(Number(16))  [0]
    10.0.0.0/8 tos AF11 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), tos: Some(Number(40))  [0]
    10.0.0.0/8 tos 300 dev eth0  =>  -  [5]
        2:16: error[SA230]: TOS value 300 is invalid
    10.0.0.0/8 tos x dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), tos: Some(Name("x"))  [0]
    10.0.0.0/8 dsfield 8 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), tos: Some(Number(8))  [0]
    2001:db8::/32 tos 8 dev eth0  =>  family: V6, destination: Some(2001:db8::/32), interface: Some(eth0), tos: Some(Number(8))  [0]
    10.0.0.0/8 table 100 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), table: Some(Number(100))  [0]
    10.0.0.0/8 table main dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), table: Some(Number(254))  [0]
    10.0.0.0/8 table foo dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), table: Some(Name("foo"))  [0]
    10.0.0.0/8 table 0 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), table: Some(Number(0))  [0]
    10.0.0.0/8 table 4294967295 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), table: Some(Number(4294967295))  [0]
    10.0.0.0/8 table 4294967296 dev eth0  =>  -  [5]
        2:18: error[SA230]: Routing table 4294967296 not found for route
    10.0.0.0/8 table -1 dev eth0  =>  -  [5]
        2:18: error[SA230]: Routing table -1 not found for route
    10.0.0.0/8 table 0x10 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), table: Some(Number(16))  [0]
    10.0.0.0/8 table 10x dev eth0  =>  -  [5]
        2:18: error[SA230]: Routing table 10x not found for route
    10.0.0.0/8 protocol 18 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), protocol: Some(Number(18))  [0]
    10.0.0.0/8 protocol static dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), protocol: Some(Number(18))  [5]
        2:21: error[SA238]: Route cannot be tracked if protocol is not RTPROT_KEEPALIVED(18), resetting protocol
    10.0.0.0/8 protocol keepalived dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), protocol: Some(Number(18))  [0]
    10.0.0.0/8 protocol foo dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), protocol: Some(Number(18))  [5]
        2:21: error[SA238]: Route cannot be tracked if protocol is not RTPROT_KEEPALIVED(18), resetting protocol
    10.0.0.0/8 protocol 300 dev eth0  =>  -  [5]
        2:21: error[SA230]: Protocol 300 not found or invalid for route
    10.0.0.0/8 protocol static dev eth0 no_track  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), protocol: Some(Number(4)), no_track: true  [0]
    10.0.0.0/8 scope link dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), scope: Some(Number(253))  [0]
    10.0.0.0/8 scope 77 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), scope: Some(Number(77))  [0]
    10.0.0.0/8 scope 300 dev eth0  =>  -  [5]
        2:18: error[SA230]: Scope 300 not found or invalid for route
    10.0.0.0/8 scope foo dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), scope: Some(Name("foo"))  [0]
    2001:db8::/32 scope link dev eth0  =>  family: V6, destination: Some(2001:db8::/32), interface: Some(eth0), scope: Some(Number(253))  [0]
    10.0.0.0/8 metric 5 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), metric: Some(5)  [0]
    10.0.0.0/8 metric -5 dev eth0  =>  -  [5]
        2:19: error[SA230]: Invalid metric -5 specified for route
    10.0.0.0/8 metric 5x dev eth0  =>  -  [5]
        2:19: error[SA230]: Invalid metric 5x specified for route
    10.0.0.0/8 metric 0x5 dev eth0  =>  -  [5]
        2:19: error[SA230]: Invalid metric 0x5 specified for route
    10.0.0.0/8 metric 4294967296 dev eth0  =>  -  [5]
        2:19: error[SA230]: Invalid metric 4294967296 specified for route
    10.0.0.0/8 priority 5 preference 6 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), metric: Some(6)  [0]
    10.0.0.0/8 dev eth0 expires 10  =>  -  [5]
        2:21: error[SA230]: expires is only valid for IPv6
    2001:db8::/32 dev eth0 expires 10  =>  family: V6, destination: Some(2001:db8::/32), interface: Some(eth0), expires: Some(10)  [0]
    2001:db8::/32 dev eth0 expires x  =>  -  [5]
        2:32: error[SA230]: Invalid expires time x specified for route
    10.0.0.0/8 dev eth0 realms 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), realms: Some(Realms { from: None, to: Number(5) })  [0]
    10.0.0.0/8 dev eth0 realms 5/6  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), realms: Some(Realms { from: Some(Number(5)), to: Number(6) })  [0]
    10.0.0.0/8 dev eth0 realms 300  =>  -  [5]
        2:28: error[SA230]: Invalid realms 300 for route
    10.0.0.0/8 dev eth0 realms foo  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), realms: Some(Realms { from: None, to: Name("foo") })  [0]
    10.0.0.0/8 dev eth0 realms cosmos  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), realms: Some(Realms { from: None, to: Number(0) })  [0]
    10.0.0.0/8 dev eth0 realms 5/  =>  -  [5]
        2:28: error[SA230]: Invalid realms 5/ for route
    2001:db8::/32 dev eth0 realms 5  =>  -  [5]
        2:24: error[SA230]: realms are only valid for IPv4
    2001:db8::/32 dev eth0 pref low  =>  family: V6, destination: Some(2001:db8::/32), interface: Some(eth0), preference: Some(RouterPreference(3))  [0]
    2001:db8::/32 dev eth0 pref 1  =>  family: V6, destination: Some(2001:db8::/32), interface: Some(eth0), preference: Some(RouterPreference(1))  [0]
    2001:db8::/32 dev eth0 pref 5  =>  family: V6, destination: Some(2001:db8::/32), interface: Some(eth0), preference: Some(RouterPreference(5))  [0]
    2001:db8::/32 dev eth0 pref foo  =>  -  [5]
        2:29: error[SA230]: Invalid pref value foo specified for route
    10.0.0.0/8 dev eth0 pref low  =>  -  [5]
        2:21: error[SA230]: pref is only valid for IPv6
    10.0.0.0/8 dev eth0 ttl-propagate enabled  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), ttl_propagate: Some(true)  [0]
    10.0.0.0/8 dev eth0 ttl-propagate disabled  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), ttl_propagate: Some(false)  [0]
    10.0.0.0/8 dev eth0 ttl-propagate foo  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), ttl_propagate: Some(false)  [5]
        2:35: error[SA230]: ttl-propagate value foo not recognised
    "#);
}

#[test]
fn destinations_gateways_and_families() {
    let rows = [
        "10.0.0.0/8 via 10.77.0.2 dev eth0",
        "10.0.0.0/8 via 10.77.0.2",
        "default via 10.77.0.2 dev eth0",
        "10.0.0.0/33 dev eth0",
        "10.0.0.0/x dev eth0",
        "10.0.0 dev eth0",
        "dev eth0",
        "via 10.77.0.2",
        "blackhole 10.0.0.0/8",
        "to blackhole 10.0.0.0/8",
        "blackhole",
        "6 10.0.0.0/8",
        "unicast 10.0.0.0/8 dev eth0",
        "inet 10.0.0.0/8 dev eth0",
        "inet to 10.0.0.0/8 dev eth0",
        "10.0.0.0/8 dev eth0 inet",
        "inet6 default via fe80::1 dev eth0",
        "inet6 to default via fe80::1 dev eth0",
        "10.0.0.0/8 via fe80::1 dev eth0",
        "10.0.0.0/8 via inet6 fe80::1 dev eth0",
        "10.0.0.0/8 via inet 10.77.0.2 dev eth0",
        "10.0.0.0/8 gw 10.77.0.2 dev eth0",
        "default6 dev eth0",
        "10.0.0.0/8 via 10.77.0.2 or 10.77.0.3",
        "10.0.0.0/8 via 10.77.0.2 or 10.77.0.3 or 10.77.0.4",
        "10.0.0.0/8 via 10.77.0.2 or x",
        "10.0.0.0/8 or 10.77.0.3",
        "10.0.0.0/8 src 10.77.0.1 dev eth0",
        "10.0.0.0/8 src 10.77.0.1/24 dev eth0",
        "10.0.0.0/8 src x dev eth0",
        "10.0.0.0/8 src fe80::1 dev eth0",
        "2001:db8::/32 from 2001:db8:1::/48 dev eth0",
        "2001:db8::/32 from default dev eth0",
        "10.0.0.0/8 from 10.1.0.0/16 dev eth0",
        "10.0.0.0/8 as to 100 dev eth0",
        "10.0.0.0/8 as 100 dev eth0",
        "10.0.0.0/8 oif eth0",
        "10.0.0.0/8 dev eth0 dev eth1",
        "10.0.0.0/8 dev eth0123456789012345",
        "10.0.0.0/8 dev eth0 onlink via 10.77.0.2",
        "10.0.0.0/8 dev",
        "10.0.0.0/8 via",
        "10.0.0.0/8 metric",
        "10.0.0.0/8 dev eth0 add",
        "10.0.0.0/8 dev eth0 prepend append",
        "10.0.0.0/8 dev eth0 no_track",
        "10.0.0.0/8 dev eth0 vrf eth0",
        "10.0.0.0/8 dev eth0 table 5 vrf eth0",
        "10.0.0.0/8 dev eth0 vrf eth0 table 5",
        "10.0.0.0/8 dev eth0 foo",
        "10.0.0.0/8 dev eth0 foo bar",
        "10.0.0.0/8 10.1.0.0/16 dev eth0",
        "any dev eth0",
        "all dev eth0",
        "default",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    10.0.0.0/8 via 10.77.0.2 dev eth0  =>  destination: Some(10.0.0.0/8), gateway: Some(10.77.0.2), interface: Some(eth0)  [0]
    10.0.0.0/8 via 10.77.0.2  =>  destination: Some(10.0.0.0/8), gateway: Some(10.77.0.2)  [0]
    default via 10.77.0.2 dev eth0  =>  gateway: Some(10.77.0.2), interface: Some(eth0)  [0]
    10.0.0.0/33 dev eth0  =>  destination: Some(10.0.0.0/32), interface: Some(eth0)  [5]
        2:1: error[SA202]: Invalid address prefix len 33 for address 10.0.0.0/33 - using 32
    10.0.0.0/x dev eth0  =>  destination: Some(10.0.0.0/32), interface: Some(eth0)  [5]
        2:1: error[SA202]: Invalid address prefix len x for address 10.0.0.0/x - using 32
    10.0.0 dev eth0  =>  -  [5]
        2:1: error[SA230]: unknown route keyword 10.0.0
    dev eth0  =>  -  [5]
        2:1: error[SA230]: Route must have a destination
    via 10.77.0.2  =>  -  [5]
        2:1: error[SA230]: Route must have a destination
    blackhole 10.0.0.0/8  =>  kind: RouteType(6), destination: Some(10.0.0.0/8)  [0]
    to blackhole 10.0.0.0/8  =>  -  [5]
        2:4: error[SA230]: unknown route keyword blackhole
    blackhole  =>  -  [2]
        2:1: error[SA115]: `blackhole` lacks its value
    6 10.0.0.0/8  =>  kind: RouteType(6), destination: Some(10.0.0.0/8)  [0]
    unicast 10.0.0.0/8 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [0]
    inet 10.0.0.0/8 dev eth0  =>  -  [5]
        2:1: error[SA230]: Route must have a destination
        2:6: warning[SA241]: `inet` makes keepalived skip the next word, `10.0.0.0/8`
    inet to 10.0.0.0/8 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [0]
    10.0.0.0/8 dev eth0 inet  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [0]
    inet6 default via fe80::1 dev eth0  =>  -  [5]
        2:1: error[SA230]: Route must have a destination
        2:7: warning[SA241]: `inet6` makes keepalived skip the next word, `default`
    inet6 to default via fe80::1 dev eth0  =>  -  [5]
        2:10: error[SA230]: Cannot mix IPv4 and IPv6 addresses for route (default)
    10.0.0.0/8 via fe80::1 dev eth0  =>  -  [5]
        2:16: error[SA230]: Cannot mix IPv4 and IPv6 addresses for route
    10.0.0.0/8 via inet6 fe80::1 dev eth0  =>  -  [5]
        2:22: error[SA230]: Cannot mix IPv4 and IPv6 addresses for route
    10.0.0.0/8 via inet 10.77.0.2 dev eth0  =>  destination: Some(10.0.0.0/8), gateway: Some(10.77.0.2), interface: Some(eth0)  [0]
    10.0.0.0/8 gw 10.77.0.2 dev eth0  =>  destination: Some(10.0.0.0/8), gateway: Some(10.77.0.2), interface: Some(eth0)  [5]
        2:12: warning[SA118]: `gw` of a route is deprecated
    default6 dev eth0  =>  family: V6, interface: Some(eth0)  [0]
        2:1: warning[SA118]: `default6` is deprecated
    10.0.0.0/8 via 10.77.0.2 or 10.77.0.3  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), NextHop { gateway: Some(10.77.0.3), realms: None }]  [5]
        2:26: warning[SA118]: `or` of a route is deprecated
    10.0.0.0/8 via 10.77.0.2 or 10.77.0.3 or 10.77.0.4  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.2), NextHop { gateway: Some(10.77.0.3), realms: None }]  [5]
        2:26: warning[SA118]: `or` of a route is deprecated
        2:39: warning[SA118]: `or` of a route is deprecated
        2:39: error[SA230]: "or" route already specified - ignoring subsequent
    10.0.0.0/8 via 10.77.0.2 or x  =>  -  [5]
        2:26: warning[SA118]: `or` of a route is deprecated
        2:29: error[SA230]: Invalid "or" address x
    10.0.0.0/8 or 10.77.0.3  =>  destination: Some(10.0.0.0/8), nexthops: [NextHop { gateway: Some(10.77.0.3), realms: None }]  [5]
        2:12: warning[SA118]: `or` of a route is deprecated
    10.0.0.0/8 src 10.77.0.1 dev eth0  =>  destination: Some(10.0.0.0/8), source: Some(10.77.0.1), interface: Some(eth0)  [0]
    10.0.0.0/8 src 10.77.0.1/24 dev eth0  =>  -  [5]
        2:16: error[SA230]: invalid route src address 10.77.0.1/24
    10.0.0.0/8 src x dev eth0  =>  -  [5]
        2:16: error[SA230]: invalid route src address x
    10.0.0.0/8 src fe80::1 dev eth0  =>  -  [5]
        2:16: error[SA230]: Cannot mix IPv4 and IPv6 addresses for route
    2001:db8::/32 from 2001:db8:1::/48 dev eth0  =>  family: V6, destination: Some(2001:db8::/32), from: Some(2001:db8:1::/48), interface: Some(eth0)  [0]
    2001:db8::/32 from default dev eth0  =>  -  [5]
        2:20: error[SA230]: route from address only supported with IPv6 (default)
    10.0.0.0/8 from 10.1.0.0/16 dev eth0  =>  -  [5]
        2:17: error[SA230]: route from address only supported with IPv6 (10.1.0.0/16)
    10.0.0.0/8 as to 100 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:12: error[SA230]: "as to" for MPLS only - ignoring
    10.0.0.0/8 as 100 dev eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [5]
        2:12: error[SA230]: "as to" for MPLS only - ignoring
    10.0.0.0/8 oif eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0)  [0]
    10.0.0.0/8 dev eth0 dev eth1  =>  destination: Some(10.0.0.0/8), interface: Some(eth1)  [0]
    10.0.0.0/8 dev eth0123456789012345  =>  -  [5]
        2:16: error[SA205]: 'eth0123456789012345' is no interface for `dev`
    10.0.0.0/8 dev eth0 onlink via 10.77.0.2  =>  destination: Some(10.0.0.0/8), gateway: Some(10.77.0.2), interface: Some(eth0), onlink: true  [0]
    10.0.0.0/8 dev  =>  -  [2]
        2:12: error[SA115]: `dev` lacks its value
    10.0.0.0/8 via  =>  -  [2]
        2:12: error[SA115]: `via` lacks its value
    10.0.0.0/8 metric  =>  -  [2]
        2:12: error[SA115]: `metric` lacks its value
    10.0.0.0/8 dev eth0 add  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), placement: Exclusive  [0]
    10.0.0.0/8 dev eth0 prepend append  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), placement: After  [0]
    10.0.0.0/8 dev eth0 no_track  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), no_track: true  [0]
    10.0.0.0/8 dev eth0 vrf eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), vrf: Some(eth0) }  [0]
    10.0.0.0/8 dev eth0 table 5 vrf eth0  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), vrf: Some(eth0) }  [0]
    10.0.0.0/8 dev eth0 vrf eth0 table 5  =>  destination: Some(10.0.0.0/8), interface: Some(eth0), table: Some(Number(5))  [0]
    10.0.0.0/8 dev eth0 foo  =>  -  [5]
        2:21: error[SA230]: unknown route keyword foo
    10.0.0.0/8 dev eth0 foo bar  =>  -  [5]
        2:21: error[SA230]: unknown route keyword foo
    10.0.0.0/8 10.1.0.0/16 dev eth0  =>  destination: Some(10.1.0.0/16), interface: Some(eth0)  [0]
    any dev eth0  =>  interface: Some(eth0)  [0]
    all dev eth0  =>  interface: Some(eth0)  [0]
    default  =>    [0]
    "#);
}
