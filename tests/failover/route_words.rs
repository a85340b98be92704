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
