//! Interfaces that come, go, change their names, and links that count when they have lasted
//! (`dynamic_interfaces`, `interface_up_down_delays`, `linkbeat_interfaces`, `track_src_ip`).

use std::time::Duration;

use crate::lab::{Daemon, Lab, now};
use crate::links::{exists, instance, wait_until};
use crate::protocol::{ELECTION, LATE, addresses, assert_time};

const VIPS: [&str; 2] = ["10.77.0.50", "10.77.0.51"];

/// A loss that is shorter than the delay is none; a longer one counts when the delay is over.
fn delays(daemon: Daemon, _: Daemon) {
    let configuration = format!(
        "interface_up_down_delays {{
            eth0 1.5 0.7
        }}
        {}",
        instance(200, "virtual_ipaddress {\n 10.77.0.50\n 10.77.0.51\n }")
    );
    let lab = Lab::new(1);
    let mut running = lab.start(1, daemon, &configuration);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    lab.carrier(1, false);
    std::thread::sleep(Duration::from_millis(500));
    lab.carrier(1, true);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(running.logged("Entering FAULT STATE"), 0, "too short to count");
    let cut = now();
    lab.carrier(1, false);
    running.wait_for_log("(V1) Entering FAULT STATE", 1, Duration::from_secs(3));
    assert_time("loss", now() - cut, Duration::from_millis(1500));
    let mended = now();
    lab.carrier(1, true);
    running.wait_for_log("(V1) Entering BACKUP STATE", 2, Duration::from_secs(3));
    assert_time("return", now() - mended, Duration::from_millis(700));
    running.assert_alive();
}

fn dynamic(more: &str) -> String {
    format!(
        "global_defs {{
            dynamic_interfaces
        }}
        vrrp_instance V1 {{
            state BACKUP
            interface eth1
            virtual_router_id 51
            priority 200
            advert_int 1
            {more}
            virtual_ipaddress {{
                10.77.0.50
                10.77.0.51
            }}
        }}"
    )
}

/// An interface that is not there at the start comes, goes, comes back, is renamed.
fn interface_comes_and_goes(vmac: &str, daemon: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let vips = addresses(&VIPS);
    let make = |name: &str| {
        host.ip(&["link", "add", name, "type", "veth", "peer", "name", "peer1"]);
        host.ip(&["addr", "add", "10.77.1.1/24", "dev", name]);
        host.ip(&["link", "set", "peer1", "up"]);
        host.ip(&["link", "set", name, "up"]);
    };
    let mut running = lab.start(1, daemon, &dynamic(vmac));
    running.wait_for_log("interface eth1 which doesn't currently exist - will use", 1, ELECTION);
    running.wait_for_log("(V1): entering FAULT state (interface eth1 down)", 1, ELECTION);
    running.wait_for_log("Startup complete", 1, ELECTION);
    let faults = running.logged("(V1) Entering FAULT STATE");
    make("eth1");
    running.wait_for_log("(V1) Entering BACKUP STATE", 1, Duration::from_secs(2));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    host.ip(&["link", "del", "eth1"]);
    running.wait_for_log("(V1) Entering FAULT STATE", faults + 1, Duration::from_secs(2));
    assert!(!exists(host, "vrrp.51"));
    make("eth1");
    running.wait_for_log("(V1) Entering BACKUP STATE", 2, Duration::from_secs(2));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    host.ip(&["link", "set", "eth1", "down"]);
    host.ip(&["link", "set", "eth1", "name", "away"]);
    running.wait_for_log("(V1) Entering FAULT STATE", faults + 2, Duration::from_secs(2));
    wait_until("its own interface is gone", LATE, || !exists(host, "vrrp.51"));
    host.ip(&["link", "set", "away", "name", "eth1"]);
    host.ip(&["link", "set", "eth1", "up"]);
    // keepalived 2.2.7 makes its own interface again only most of the time.
    if daemon == Daemon::Ours || vmac.is_empty() {
        running.wait_for_log("(V1) Entering BACKUP STATE", 3, Duration::from_secs(2));
        lab.wait_for_owners(&vips, &[1], ELECTION);
    }
    running.assert_alive();
    running.terminate(Duration::from_secs(5));
    assert!(!exists(host, "vrrp.51"));
    assert!(!host.has(vips[0]));
}

/// Without `dynamic_interfaces` an interface has to be there.
fn interface_is_missing(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let configuration = dynamic("").replace("dynamic_interfaces", "");
    let mut running = lab.start(1, daemon, &configuration);
    wait_until("the end", Duration::from_secs(5), || {
        running.logged("eth1") > 0 && running.logged("doesn't exist") > 0
    });
    std::thread::sleep(Duration::from_secs(1));
    assert!(running.has_ended());
}

/// The configured source is taken away and given back (`track_src_ip`). keepalived 2.2.7 stays
/// MASTER without it.
#[test]
fn configured_source_is_tracked() {
    if !crate::lab::ready(&[Daemon::Ours]) {
        return;
    }
    let more = "track_src_ip
        unicast_src_ip 10.77.0.1
        unicast_peer {
            10.77.0.2
        }
        virtual_ipaddress {
            10.77.0.50
        }";
    let lab = Lab::new(2);
    let mut running = lab.start(1, Daemon::Ours, &instance(200, more));
    let vip = addresses(&["10.77.0.50"]);
    lab.wait_for_owners(&vip, &[1], ELECTION);
    let host = lab.host(1);
    host.ip(&["addr", "add", "10.77.0.9/24", "dev", "eth0"]);
    host.ip(&["addr", "del", "10.77.0.1/24", "dev", "eth0"]);
    running.wait_for_log("(V1) Entering FAULT STATE", 1, LATE);
    lab.wait_for_owners(&vip, &[], LATE);
    host.ip(&["addr", "add", "10.77.0.1/24", "dev", "eth0"]);
    running.wait_for_log("(V1) Entering BACKUP STATE", 2, LATE);
    lab.wait_for_owners(&vip, &[1], ELECTION);
    running.assert_alive();
}

alone! {
    links_count_when_they_have_lasted => delays;
    interface_may_come_and_go => |daemon, _| interface_comes_and_goes("", daemon);
    vmac_follows_its_base => |daemon, _| interface_comes_and_goes("use_vmac", daemon);
    interface_that_is_missing_ends_the_daemon => interface_is_missing;
}

/// The driver is asked each second, and netlink is not believed: only ours can do it, keepalived is
/// seldom built with it.
#[test]
fn polled_links_count_as_the_driver_says() {
    if !crate::lab::ready(&[Daemon::Ours]) {
        return;
    }
    let configuration = format!(
        "linkbeat_interfaces {{
            eth0 ETHTOOL
        }}
        {}",
        instance(200, "virtual_ipaddress {\n 10.77.0.50\n 10.77.0.51\n }")
    );
    let lab = Lab::new(1);
    let mut running = lab.start(1, Daemon::Ours, &configuration);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    let cut = now();
    lab.carrier(1, false);
    running.wait_for_log("(V1) Entering FAULT STATE", 1, Duration::from_secs(2));
    assert!(now() - cut < Duration::from_millis(1600));
    assert_eq!(running.logged("The driver of eth0 reports its link down"), 1);
    lab.carrier(1, true);
    running.wait_for_log("(V1) Entering BACKUP STATE", 2, Duration::from_secs(2));
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    running.assert_alive();
}
