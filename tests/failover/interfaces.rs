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

/// V1 on `eth0` and V2 on `mv0` have one VRID. `mv0` comes as a macvlan of `eth0`: V2 waits until it
/// is another kind of interface (`allow_if_changes`). keepalived lets V2 run if `mv0` is there at
/// the start.
fn same_number_on_one_lan(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let second = instance(100, "virtual_ipaddress {\n 10.77.0.51\n }")
        .replace("V1", "V2")
        .replace("interface eth0", "interface mv0");
    let text = format!(
        "global_defs {{
            dynamic_interfaces allow_if_changes
        }}
        {}
        {second}",
        instance(100, "virtual_ipaddress {\n 10.77.0.50\n }")
    );
    let mut running = lab.start(1, daemon, &text);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    let up = |address: &str| {
        host.ip(&["addr", "add", address, "dev", "mv0"]);
        host.ip(&["link", "set", "mv0", "up"]);
    };
    let macvlan = ["link", "add", "mv0", "link", "eth0", "type", "macvlan", "mode", "bridge"];
    host.ip(&macvlan);
    up("10.77.0.31/24");
    running.wait_for_log("VRID conflict between V2 and V1 IPv4 vrid 51", 1, LATE);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(running.logged("(V2) Entering BACKUP STATE"), 0);
    host.ip(&["link", "del", "mv0"]);
    host.ip(&["link", "add", "mv0", "type", "veth", "peer", "name", "peer1"]);
    host.ip(&["link", "set", "peer1", "up"]);
    up("10.78.0.31/24");
    running.wait_for_log("(V2) Entering BACKUP STATE", 1, 2 * LATE);
    lab.wait_for_owners(&addresses(&["10.77.0.51"]), &[1], ELECTION);
    host.ip(&["link", "del", "mv0"]);
    running.wait_for_log("(V2) Entering FAULT STATE", 1, LATE);
    host.ip(&macvlan);
    up("10.77.0.31/24");
    running.wait_for_log("VRID conflict between V2 and V1 IPv4 vrid 51", 2, LATE);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], LATE);
    running.assert_alive();
}

/// Without `allow_if_changes` the daemon does not start then.
fn same_number_from_the_start(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    host.ip(&["link", "add", "mv0", "link", "eth0", "type", "macvlan", "mode", "bridge"]);
    host.ip(&["link", "set", "mv0", "up"]);
    let first = instance(100, "virtual_ipaddress {\n 10.77.0.50\n }");
    let second = first.replace("V1", "V2").replace("interface eth0", "interface mv0");
    let mut running = lab.start(1, daemon, &format!("{first}\n{second}"));
    let line = "V1 and V2 both use VRID 51 with IPv4 on interface eth0";
    running.wait_for_log(line, 1, ELECTION);
    std::thread::sleep(Duration::from_secs(1));
    assert!(running.has_ended());
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
    one_number_on_one_lan_is_a_fault_of_the_later => same_number_on_one_lan;
    one_number_on_one_lan_from_the_start_ends_the_daemon => same_number_from_the_start;
    interface_that_is_missing_ends_the_daemon => interface_is_missing;
}

/// The driver is asked each second, and netlink is not believed: only ours can do it, keepalived is
/// seldom built with it.
#[test]
fn polled_links_count_as_the_driver_says() {
    if !crate::lab::ready(&[Daemon::Ours]) {
        return;
    }
    let polled = [
        ("linkbeat_interfaces {\n eth0 ETHTOOL\n }", ""),
        ("linkbeat_interfaces {\n eth0 IOCTL\n }", ""),
        ("linkbeat_interfaces {\n eth0\n }", ""),
        ("linkbeat_use_polling", ""),
        ("", "linkbeat_use_polling"),
    ];
    let runs = polled.map(|(blocks, own)| {
        std::thread::spawn(move || {
            let vips = format!("{own}\n virtual_ipaddress {{\n 10.77.0.50\n 10.77.0.51\n }}");
            let lab = Lab::new(1);
            let text = format!("{blocks}\n{}", instance(200, &vips));
            let mut running = lab.start(1, Daemon::Ours, &text);
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
        })
    });
    for run in runs {
        run.join().unwrap();
    }
}
