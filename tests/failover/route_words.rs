//! Other and older words for the same routes and rules: ours and keepalived leave the same in the
//! kernel.

use std::time::Duration;

use crate::lab::{Daemon, Lab, ready};
use crate::protocol::{ELECTION, addresses};
use crate::routes::tables;

const CONFIGURATION: &str = "vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 255
        virtual_ipaddress {
            10.77.0.50/24
        }
        virtual_routes {
            172.16.1.0/24 via 10.77.0.9 dev eth0 add
            172.16.2.0/24 via 10.77.0.9 dev eth0 dsfield 16
            172.16.3.0/24 gw 10.77.0.9 dev eth0
            172.16.4.0/24 via 10.77.0.9 or 10.77.0.8
            172.16.5.0/24 via inet 10.77.0.9 dev eth0 preference 7
            all via 10.77.0.9 dev eth0 table 50
            any via 10.77.0.9 dev eth0 table 51
            default via 10.77.0.9 dev eth0 table 52
            2001:db8:6::/48 via fe80::9 dev eth0 pref low
            2001:db8:7::/48 via inet6 fe80::9 dev eth0 pref medium
            default6 via fe80::9 dev eth0 table 53
            172.16.6.0/24 via 10.77.0.9 dev eth0 fastopen_no_cookie 1
            172.16.7.0/24 via 10.77.0.9 dev eth0 prepend
            172.16.9.0/24 dev eth0 inet
            2001:db8:8::/48 via fe80::9 dev eth0 inet6
        }
        virtual_rules {
            from 10.5.0.0/16 table 100 preference 2000 dsfield 16
            from 10.5.0.0/16 lookup 101 order 2001 sup_pl 8 sup_group 5
            from all l3mdev preference 2003
            from 10.6.0.0/16 type blackhole priority 2004
            from 10.6.0.0/16 table 102 priority 2005 inet
            from 2001:db8::/32 table 103 priority 2006 inet6
        }
    }";

/// What the kernel has while the daemon leads, sorted.
fn held(daemon: Daemon) -> Vec<String> {
    let lab = Lab::new(1);
    let mut running = lab.start(1, daemon, CONFIGURATION);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    std::thread::sleep(Duration::from_millis(500));
    running.assert_alive();
    let mut lines = tables(lab.host(1));
    lines.sort();
    lines
}

#[test]
fn other_words_for_routes_and_rules_mean_what_they_mean_to_keepalived() {
    if ready(&[Daemon::Ours, Daemon::Keepalived]) {
        let (ours, theirs) = (held(Daemon::Ours), held(Daemon::Keepalived));
        assert_eq!(ours, theirs);
        assert!(ours.iter().filter(|line| line.contains("keepalived")).count() >= 20, "{ours:#?}");
    }
}

const OPTIONS: &str = "vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 255
        virtual_ipaddress {
            10.77.0.50/24
        }
        virtual_routes {
            172.16.1.0/24 via 10.77.0.9 dev eth0 append
            172.16.2.0/24 via 10.77.0.9 dev eth0
            172.16.3.0/24 dev eth0 encap ip id 7 dst 192.0.2.1 tos 4 flags 256
            172.16.4.0/24 dev eth0 encap ip6 id 7 dst 2001:db8::1 tc 4 flags 1024
            2001:db8:6::/48 via fe80::9 dev eth0 expires 3600
            2001:db8:7::/48 via fe80::9 dev eth0 metric 55
        }
    }";

/// The routes while the daemon leads; others have routes to two of the networks already.
fn beside_others(daemon: Daemon) -> Vec<String> {
    let lab = Lab::new(1);
    for network in ["172.16.1.0/24", "172.16.2.0/24"] {
        lab.host(1).ip(&["route", "add", network, "via", "10.77.0.8", "dev", "eth0"]);
    }
    let mut running = lab.start(1, daemon, OPTIONS);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    std::thread::sleep(Duration::from_millis(500));
    running.assert_alive();
    let all = lab.host(1).ip(&["-4", "route"]) + &lab.host(1).ip(&["-6", "route"]);
    all.lines().map(str::to_owned).collect()
}

/// Whose route comes first says which one carries the packets.
#[test]
fn options_of_routes_show_in_the_kernel_as_keepalived_s_do() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let [ours, theirs] = [Daemon::Ours, Daemon::Keepalived].map(beside_others);
    for (daemon, routes) in [("ours", &ours), ("keepalived", &theirs)] {
        let to = |network: &str| -> Vec<&str> {
            let found = routes.iter().filter(|line| line.starts_with(network));
            found.map(|line| line.trim()).collect()
        };
        let (mine, others) = ("via 10.77.0.9 dev eth0 proto keepalived", "via 10.77.0.8 dev eth0");
        let is = |line: &str, end: &str| assert!(line.ends_with(end), "{daemon}: {routes:#?}");
        let [first, second] = to("172.16.1.0/24")[..] else { panic!("{daemon}: {routes:#?}") };
        is(first, others);
        is(second, mine);
        let [first, second] = to("172.16.2.0/24")[..] else { panic!("{daemon}: {routes:#?}") };
        is(first, mine);
        is(second, others);
        let has = |network: &str, words: &str| {
            let found = to(network);
            assert!(found.len() == 1 && found[0].contains(words), "{daemon}: {found:?}");
        };
        has("172.16.3.0/24", "encap ip id 7 src 0.0.0.0 dst 192.0.2.1 ttl 0 tos 4 csum dev");
        has("172.16.4.0/24", "encap ip6 id 7 src :: dst 2001:db8::1 hoplimit 0 tc 4 key dev");
        has("2001:db8:7::/48", "metric 55");
        let expires = to("2001:db8:6::/48")[0].split_once("expires ").map(|(_, rest)| rest);
        let left = expires.and_then(|rest| rest.split("sec").next()?.parse::<u32>().ok());
        assert!(left.is_some_and(|left| (3_500..=3_600).contains(&left)), "{daemon}: {routes:#?}");
    }
}

/// Names of tables come from the directories that the file names (2.3.2 and later).
#[test]
fn names_come_from_the_directories_of_the_file() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    for (directory, table) in [("etc", "251 mine\n"), ("usr", "251 theirs\n252 yours\n")] {
        let directory = lab.directory().join(directory);
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("rt_tables"), table).unwrap();
    }
    let text = format!(
        "global_defs {{
            iproute_etc_dir {0}/etc
            iproute_usr_dir {0}/usr
        }}
        vrrp_instance V1 {{
            interface eth0
            virtual_router_id 51
            priority 255
            virtual_ipaddress {{
                10.77.0.50/24
            }}
            virtual_routes {{
                172.16.1.0/24 via 10.77.0.9 dev eth0 table mine
                172.16.2.0/24 via 10.77.0.9 dev eth0 table yours
            }}
        }}",
        lab.directory().display()
    );
    let mut running = lab.start(1, Daemon::Ours, &text);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    std::thread::sleep(Duration::from_millis(500));
    running.assert_alive();
    for (table, route) in [("251", "172.16.1.0/24"), ("252", "172.16.2.0/24")] {
        assert!(lab.host(1).ip(&["route", "show", "table", table]).contains(route), "{table}");
    }
}
