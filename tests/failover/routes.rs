//! Routes, rules and static entries: ours and keepalived leave the same in the kernel.

use std::time::Duration;

use crate::lab::{Daemon, Host, Lab};
use crate::protocol::{ELECTION, addresses};

/// Every option that this kernel carries out; `more` is a second list, for a reload.
fn configuration(more: bool) -> String {
    let (extra_route, extra_rule, extra_static) = match more {
        false => (
            "172.22.0.0/24 via 10.77.0.9 dev eth0",
            "from 10.9.0.0/16 table 9 priority 1009",
            "172.31.0.0/16 via 10.77.0.9 dev eth0",
        ),
        true => (
            "172.23.0.0/24 via 10.77.0.8 dev eth0",
            "from 10.8.0.0/16 table 8 priority 1008",
            "172.29.0.0/16 via 10.77.0.8 dev eth0",
        ),
    };
    format!(
        "static_ipaddress {{
            10.9.9.9/24 dev eth0
        }}
        static_routes {{
            172.30.0.0/16 via 10.77.0.9 dev eth0
            {extra_static}
        }}
        static_rules {{
            from 172.30.0.0/16 table 99 priority 3000
        }}
        vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority 150
            advert_int 1
            virtual_ipaddress {{
                10.77.0.50/24
            }}
            virtual_routes {{
                172.16.0.0/24 via 10.77.0.9 dev eth0 metric 10 mtu lock 1400 rtt 300ms \
                    rto_min lock 300ms hoplimit 5 features ecn congctl lock cubic quickack 1 \
                    initcwnd 10 initrwnd 11 window 900 advmss 1200 cwnd lock 20 ssthresh 30 \
                    reordering 4 rttvar 300ms
                blackhole 172.17.0.0/24 table 1000
                172.18.0.0/24 nexthop via 10.77.0.9 dev eth0 weight 3 \
                    nexthop via 10.77.0.8 dev eth0 weight 5 onlink
                172.19.0.0/24 dev eth0 src 10.77.0.50 scope link tos 16
                172.20.0.0/24 via 10.77.0.9 dev eth0 realms 1/2
                unreachable 172.24.0.0/24 metric 7
                172.25.0.0/24 via 10.88.0.1 dev eth0 onlink protocol static no_track
                2001:db8:5::/48 via fe80::9 dev eth0 pref high metric 5
                172.21.0.0/24 via 10.77.0.9 dev eth0 \
                    encap ip id 5 dst 1.2.3.4 ttl 7 tos 4 src 10.77.0.50
                {extra_route}
            }}
            virtual_rules {{
                from 10.1.0.0/16 table 100 priority 1000
                not to 10.2.0.0/16 lookup main realms 3/4 suppress_prefixlength 8 \
                    suppress_ifgroup 5
                fwmark 5/0xff table 5 tos 16 iif eth0 oif lo uidrange 5-10 ipproto tcp sport 1-2 \
                    dport 3-4 tunnel-id 77 priority 1001
                priority 1002 goto 1100
                from 10.3.0.0/16 blackhole priority 1003
                from 2001:db8::/32 unreachable priority 1005
                nop priority 1006
                from 10.4.0.0/16 prohibit priority 1007
                {extra_rule}
            }}
        }}"
    )
}

/// What the kernel has, without what differs by itself.
pub(crate) fn tables(host: &Host) -> Vec<String> {
    let mut all = String::new();
    for arguments in [
        ["-4", "-d", "route", "show", "table", "all"].as_slice(),
        &["-6", "-d", "route", "show", "table", "all"],
        &["-4", "rule"],
        &["-6", "rule"],
    ] {
        all += &host.ip(arguments);
    }
    // The one host's own address is the only difference that is meant.
    let own = format!("10.77.0.{}", host.number());
    let own6 = format!("::{} ", host.number());
    let lines = all.lines().map(|line| (line.to_owned() + " ").replace(&own, "OWN"));
    lines.map(|line| line.replace(&own6, "::OWN ")).collect()
}

/// Each alone on its LAN.
fn held(daemon: Daemon) -> Vec<Vec<String>> {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let before = tables(host);
    let mut running = lab.start(1, daemon, &configuration(false));
    running.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    std::thread::sleep(Duration::from_millis(300));
    let backup = tables(host);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    std::thread::sleep(Duration::from_millis(300));
    let master = tables(host);
    running.write_configuration(&configuration(true));
    running.signal(nix::sys::signal::Signal::SIGHUP);
    std::thread::sleep(Duration::from_secs(2));
    let reloaded = tables(host);
    running.terminate(Duration::from_secs(8));
    let after = tables(host);
    assert_eq!(after, before, "the stop gives everything back");
    vec![backup, master, reloaded]
}

#[test]
fn the_kernel_holds_the_same_routes_and_rules_as_with_keepalived() {
    if crate::lab::ready(&[Daemon::Ours, Daemon::Keepalived]) {
        let (ours, theirs) = (held(Daemon::Ours), held(Daemon::Keepalived));
        for (when, (ours, theirs)) in
            ["as backup", "as master", "after a reload"].iter().zip(ours.iter().zip(&theirs))
        {
            let sorted = |lines: &[String]| {
                let mut lines = lines.to_vec();
                lines.sort();
                lines
            };
            assert_eq!(sorted(ours), sorted(theirs), "{when}");
        }
        assert!(ours[1].len() > ours[0].len() + 15, "{:?}", ours[1]);
        for (route, reloaded) in [("172.22.", false), ("172.23.", true), ("172.29.", true)] {
            assert_eq!(ours[2].iter().any(|line| line.contains(route)), reloaded, "{route}");
        }
    }
}
