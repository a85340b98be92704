//! Kinds of interfaces that not every kernel has: ipvlan (`use_ipvlan`) and VRF (`vrf`, and VMACs in
//! one; routes with `vrf`, and with `encap mpls`).
//!
//! Ignored by default: run them with `--ignored other_kernels` where the kernel has them.

use std::time::Duration;

use crate::lab::{Daemon, Lab, address4, now, ready};
use crate::links::{details, exists};
use crate::protocol::ELECTION;

/// A slow machine's patience.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
#[ignore = "needs a kernel with ipvlan"]
fn ipvlan_holds_the_addresses_and_speaks_from_its_own() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let configuration = "
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 200
            use_ipvlan 10.77.0.31/24 private
            virtual_ipaddress {
                10.77.0.50/24
            }
        }
        vrrp_instance V2 {
            interface eth0
            virtual_router_id 52
            priority 200
            use_ipvlan lonely private
            virtual_ipaddress {
                10.77.0.52
            }
        }";
    let lab = Lab::new(1);
    let host = lab.host(1);
    let mut running = lab.start(1, Daemon::Ours, configuration);
    let own: std::net::IpAddr = "10.77.0.31".parse().unwrap();
    lab.capture().wait("an advert from the ipvlan", PATIENCE, |observations| {
        observations.iter().find_map(|seen| {
            seen.advert_of(1).filter(|advert| advert.source == own && advert.vrid() == 51).map(drop)
        })
    });
    let link = details(host, "vrrp.51");
    for word in ["vrrp.51@eth0:", "02:00:00:00:00:01", "ipvlan", "mode l2 private"] {
        assert!(link.contains(word), "{word} in {link}");
    }
    lab.wait_for_owners(&["10.77.0.50".parse().unwrap()], &[1], ELECTION);
    let held = host.ip(&["-o", "addr", "show", "dev", "vrrp.51"]);
    assert!(held.contains("10.77.0.31/24 ") && held.contains("10.77.0.50/24 "), "{held}");
    // IPv4 needs an address of its own.
    assert_eq!(running.logged("(V2) Entering FAULT STATE (init)"), 1);
    running.terminate(PATIENCE);
    assert!(!exists(host, "vrrp.51") && !exists(host, "lonely"));
}

#[test]
#[ignore = "needs a kernel with ipvlan"]
fn ipvlan_modes_are_those_of_the_file() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    for (words, shown) in [
        ("name mine 10.77.0.31/24 bridge group 7", "mode l2 bridge"),
        ("name mine 10.77.0.31/24 group 7", "mode l2 bridge"),
        ("name mine 10.77.0.31/24 vepa group 7", "mode l2 vepa"),
        ("name mine 10.77.0.31/24 private group 7", "mode l2 private"),
    ] {
        let text = format!(
            "vrrp_instance V1 {{
                interface eth0
                virtual_router_id 51
                priority 200
                use_ipvlan {words}
                virtual_ipaddress {{
                    10.77.0.50/24
                }}
            }}"
        );
        let lab = Lab::new(1);
        let host = lab.host(1);
        let mut running = lab.start(1, Daemon::Ours, &text);
        lab.wait_for_owners(&["10.77.0.50".parse().unwrap()], &[1], PATIENCE);
        let link = details(host, "mine");
        assert!(link.contains(shown) && link.contains(" group 7 "), "{words}: {link}");
        running.terminate(PATIENCE);
        assert!(!exists(host, "mine"));
    }
}

#[test]
#[ignore = "needs a kernel with VRFs"]
fn a_vmac_is_in_the_vrf_of_its_base_and_unicast_binds_to_one() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let configuration = "
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 200
            use_vmac
            virtual_ipaddress {
                10.77.0.50
            }
        }
        vrrp_instance V2 {
            virtual_router_id 52
            priority 200
            vrf blue
            unicast_src_ip 10.77.0.1
            unicast_peer {
                10.77.0.2
            }
            virtual_ipaddress {
                10.77.0.52 dev eth0
            }
        }";
    let lab = Lab::new(2);
    let host = lab.host(1);
    host.ip(&["link", "add", "blue", "type", "vrf", "table", "10"]);
    host.ip(&["link", "set", "blue", "up"]);
    host.ip(&["link", "set", "eth0", "master", "blue"]);
    let started = now();
    let mut running = lab.start(1, Daemon::Ours, configuration);
    lab.capture().wait_for_advert(1, started, PATIENCE, |advert| {
        advert.vrid() == 52 && advert.source == address4(1)
    });
    running.wait_for_log("(V1) Entering MASTER STATE", 1, PATIENCE);
    assert!(details(host, "vrrp.51").contains("master blue"));
    assert_eq!(running.logged("Entering FAULT STATE"), 0);
    running.terminate(PATIENCE);
    assert!(!exists(host, "vrrp.51"));
}

/// What the kernel has of a master's routes.
fn routes_of(daemon: Daemon) -> String {
    let configuration = "
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 255
            virtual_ipaddress {
                10.77.0.50/24
            }
            virtual_routes {
                172.16.1.0/24 via 10.77.0.9 dev eth0 encap mpls 100/200
                172.16.2.0/24 via 10.78.0.9 dev eth1 vrf blue
            }
        }";
    let lab = Lab::new(1);
    let host = lab.host(1);
    for words in [
        ["link", "add", "blue", "type", "vrf", "table", "10"].as_slice(),
        &["link", "set", "blue", "up"],
        &["link", "add", "eth1", "type", "veth", "peer", "name", "other"],
        &["link", "set", "other", "up"],
        &["link", "set", "eth1", "master", "blue"],
        &["link", "set", "eth1", "up"],
        &["address", "add", "10.78.0.1/24", "dev", "eth1"],
    ] {
        host.ip(words);
    }
    let mut running = lab.start(1, daemon, configuration);
    lab.wait_for_owners(&["10.77.0.50".parse().unwrap()], &[1], PATIENCE);
    std::thread::sleep(Duration::from_secs(3));
    let all = ["-4", "-6"].map(|family| host.ip(&[family, "route", "show", "table", "all"]));
    running.terminate(PATIENCE);
    let all = all.concat();
    let ours = all.lines().filter(|line| line.contains("proto keepalived"));
    ours.map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
#[ignore = "needs a kernel with VRFs and MPLS"]
fn routes_with_labels_and_vrfs_are_those_of_keepalived() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let [ours, theirs] = [Daemon::Ours, Daemon::Keepalived].map(routes_of);
    assert_eq!(ours, theirs);
    for words in ["encap mpls  100/200 via 10.77.0.9", "via 10.78.0.9 dev eth1 table 10"] {
        assert!(ours.contains(words), "{words}: {ours}");
    }
}
