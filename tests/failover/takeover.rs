//! The master is killed hard: the backup takes over in the protocol's time.

use std::net::IpAddr;
use std::time::Duration;

use crate::lab::{Daemon, Lab, address4, link_local, now};
use crate::protocol::{
    ELECTION, LATE, Timing, assert_rounds, assert_time, start_pair, two_addresses_ipv6,
};

/// What distinguishes the variants of the scenario.
struct Variant {
    /// The configuration of a host, with its priority.
    configuration: fn(host: u8, priority: u8) -> String,
    timing: Timing,
    vips: [&'static str; 2],
    /// Where host 2 sends its adverts.
    destination: fn() -> IpAddr,
}

const VIPS4: [&str; 2] = ["10.77.0.50", "10.77.0.51"];
const VIPS6: [&str; 2] = ["fe80::50", "2001:db8:77::50"];

fn group4() -> IpAddr {
    "224.0.0.18".parse().unwrap()
}

fn group6() -> IpAddr {
    "ff02::12".parse().unwrap()
}

fn killed_master(variant: &Variant, master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let vips: Vec<IpAddr> = variant.vips.iter().map(|vip| vip.parse().unwrap()).collect();
    let configuration = |host, priority| (variant.configuration)(host, priority);
    let (mut first, mut second) =
        start_pair(&lab, (master, &configuration(1, 150)), (backup, &configuration(2, 100)));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    wait_for_calm(&lab, variant.timing.master_down(100));
    first.assert_alive();

    let killed = now();
    first.crash();
    let limit = variant.timing.master_down(100);
    let (taken, advert) = lab.capture().wait_for_advert(2, killed, limit + 2 * LATE, |_| true);
    // Frames arrive in order: with the backup's advert here, all of the master's are.
    let last = lab.capture().last_advert(1);
    assert_time("takeover after the last advert", taken - last, limit);
    assert_eq!(advert.priority(), 100);
    assert_eq!(advert.addresses(), vips);
    assert_eq!(advert.destination, (variant.destination)());

    // The advert goes first; then each VIP is announced, five interleaved rounds.
    let announced = lab.capture().wait_for_announcements(2, last, 10, Duration::from_secs(2));
    assert!(announced[0].0 > taken, "the advert goes out before the announcements");
    eprintln!("FIGURE first announcement after the advert: {:.3?}", announced[0].0 - taken);
    assert_rounds(&announced, &vips, 5);
    // The dead router's host keeps the addresses: nobody is left there to remove them.
    lab.wait_for_owners(&vips, &[1, 2], ELECTION);

    // The new master keeps its interval.
    let (next, _) = lab.capture().wait_for_advert(2, taken, ELECTION, |_| true);
    assert_time("interval of the new master", next - taken, variant.timing.interval());
    assert_eq!(lab.capture().last_advert(1), last, "the killed master is silent");
    second.assert_alive();
    assert!(second.logged("(V1) Entering MASTER STATE") >= 1);
}

/// Waits until host 2 has left the lead alone for ten master-down times: with intervals of a
/// hundredth of a second a loaded machine may pause the master for longer than those allow.
fn wait_for_calm(lab: &Lab, master_down: Duration) {
    let end = now() + ELECTION;
    while lab.capture().last_advert(2) + 10 * master_down.min(Duration::from_millis(50)) > now() {
        assert!(now() < end, "host 2 does not leave the lead to host 1");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn v2_multicast(_host: u8, priority: u8) -> String {
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            virtual_ipaddress {{
                10.77.0.50
                10.77.0.51
            }}
        }}"
    )
}

fn v2_password(_host: u8, priority: u8) -> String {
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            authentication {{
                auth_type PASS
                auth_pass abc
            }}
            virtual_ipaddress {{
                10.77.0.50
                10.77.0.51
            }}
        }}"
    )
}

fn v3_multicast(advert_int: &str, priority: u8) -> String {
    format!(
        "vrrp_instance V1 {{
            version 3
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int {advert_int}
            virtual_ipaddress {{
                10.77.0.50/24
                10.77.0.51/24
            }}
        }}"
    )
}

fn v3_ipv6(_host: u8, priority: u8) -> String {
    two_addresses_ipv6(priority)
}

fn unicast4(version: u8, host: u8, priority: u8) -> String {
    let peer = 3 - host;
    format!(
        "vrrp_instance V1 {{
            version {version}
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            unicast_src_ip 10.77.0.{host}
            unicast_peer {{
                10.77.0.{peer}
            }}
            virtual_ipaddress {{
                10.77.0.50
                10.77.0.51
            }}
        }}"
    )
}

fn unicast6(host: u8, priority: u8) -> String {
    let peer = 3 - host;
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            unicast_src_ip fe80::{host}
            unicast_peer {{
                fe80::{peer}
            }}
            virtual_ipaddress {{
                fe80::50/64
                2001:db8:77::50/64
            }}
        }}"
    )
}

const V2: Variant = Variant {
    configuration: v2_multicast,
    timing: Timing::V2(1),
    vips: VIPS4,
    destination: group4,
};

roles! {
    killed_v2_multicast => |master, backup| killed_master(&V2, master, backup);
    killed_v2_password => |master, backup| {
        killed_master(&Variant { configuration: v2_password, ..V2 }, master, backup);
    };
    killed_v3_tenth_of_a_second => |master, backup| {
        let configuration = |_, priority| v3_multicast("0.1", priority);
        killed_master(&Variant { configuration, timing: Timing::V3(10), ..V2 }, master, backup);
    };
    killed_v3_hundredth_of_a_second => |master, backup| {
        let configuration = |_, priority| v3_multicast("0.01", priority);
        killed_master(&Variant { configuration, timing: Timing::V3(1), ..V2 }, master, backup);
    };
    killed_v3_ipv6 => |master, backup| {
        let variant = Variant {
            configuration: v3_ipv6,
            timing: Timing::V3(100),
            vips: VIPS6,
            destination: group6,
        };
        killed_master(&variant, master, backup);
    };
    killed_v2_unicast => |master, backup| {
        let configuration = |host, priority| unicast4(2, host, priority);
        let destination = || address4(1);
        killed_master(&Variant { configuration, destination, ..V2 }, master, backup);
    };
    killed_v3_unicast => |master, backup| {
        let configuration = |host, priority| unicast4(3, host, priority);
        let destination = || address4(1);
        let timing = Timing::V3(100);
        killed_master(&Variant { configuration, timing, destination, ..V2 }, master, backup);
    };
    killed_ipv6_unicast => |master, backup| {
        let variant = Variant {
            configuration: unicast6,
            timing: Timing::V3(100),
            vips: VIPS6,
            destination: || link_local(1),
        };
        killed_master(&variant, master, backup);
    };
}
