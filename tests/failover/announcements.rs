//! Announcements beside those of a takeover: spaced over several interfaces (`garp_group`), and
//! repeated for addresses elsewhere (`garp_extra_if`).

use std::net::IpAddr;
use std::time::Duration;

use crate::lab::{Daemon, Lab, Seen, now, ready};
use crate::protocol::{EARLY, ELECTION, LATE};

/// Two owners on `eth0`, the second behind a virtual MAC, and one on `eth1`.
fn three_owners(blocks: &str, more: &str) -> String {
    let owner = |number: u8, interface: &str, more: &str| {
        format!(
            "vrrp_instance V{number} {{
                state MASTER
                interface {interface}
                virtual_router_id {}
                priority 255
                garp_master_delay 0
                garp_master_repeat 1
                virtual_ipaddress {{
                    10.77.0.{}
                }}
                {more}
            }}",
            50 + number,
            50 + number
        )
    };
    format!(
        "{blocks}
        {}
        {}
        {}",
        owner(1, "eth0", more),
        owner(2, "eth0", &format!("use_vmac\n{more}")),
        owner(3, "eth1", more),
    )
}

/// The times of the announcements of some addresses, whoever sends them.
fn announced(lab: &Lab, addresses: &[&str]) -> Vec<(Duration, IpAddr)> {
    let wanted: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let observations = lab.capture().observations();
    let mut seen: Vec<_> = observations
        .iter()
        .filter_map(|o| match o.frame.seen {
            Seen::GratuitousArp(address) => Some((o.time, IpAddr::from(address))),
            Seen::UnsolicitedNa(address) => Some((o.time, address.into())),
            _ => None,
        })
        .filter(|(_, address)| wanted.contains(address))
        .collect();
    seen.sort_by_key(|(time, _)| *time);
    seen
}

/// The time between each announcement and the next.
fn gaps(announced: &[(Duration, IpAddr)]) -> Vec<Duration> {
    announced.windows(2).map(|pair| pair[1].0 - pair[0].0).collect()
}

/// Interfaces of a group wait for one another, a virtual MAC for its base; what is in no group does
/// not wait.
fn groups_are_spaced(daemon: Daemon, _: Daemon) {
    let spacing = Duration::from_millis(400);
    let vips = ["10.77.0.51", "10.77.0.52", "10.77.0.53"];
    let all = |interfaces: &str| {
        let lab = Lab::new(1);
        lab.join_again(1);
        let group = format!("garp_group {{\n garp_interval 0.4\n {interfaces}\n }}");
        let mut running = lab.start(1, daemon, &three_owners(&group, ""));
        running.wait_for_log("Entering MASTER STATE", 3, ELECTION);
        std::thread::sleep(2 * spacing + LATE);
        running.assert_alive();
        announced(&lab, &vips)
    };
    let together = all("interfaces {\n eth0\n eth1\n }");
    assert_eq!(together.len(), 3, "{together:?}");
    for gap in gaps(&together) {
        assert!(gap + EARLY >= spacing && gap < spacing + LATE, "{together:?}");
    }
    let alone = all("interface eth0");
    let of_eth0: Vec<_> = alone
        .iter()
        .copied()
        .filter(|(_, address)| *address != "10.77.0.53".parse::<IpAddr>().unwrap())
        .collect();
    assert_eq!((alone.len(), of_eth0.len()), (3, 2), "{alone:?}");
    for gap in gaps(&of_eth0) {
        assert!(gap + EARLY >= spacing && gap < spacing + LATE, "{alone:?}");
    }
    let others = alone[2].0 - alone[0].0;
    assert!(others < spacing + LATE, "eth1 does not wait: {alone:?}");
    assert!(
        alone.iter().position(|(_, address)| *address == "10.77.0.53".parse::<IpAddr>().unwrap())
            < Some(2),
        "{alone:?}"
    );
}

/// `gna_interval` of a group, beside a usual interval for what is in no group.
fn neighbour_advertisements_have_their_own_interval(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let text = "global_defs {
            vrrp_gna_interval 0.000001
        }
        garp_group {
            gna_interval 0.3
            interface eth0
        }
        vrrp_instance V1 {
            state MASTER
            interface eth0
            virtual_router_id 51
            priority 255
            garp_master_delay 0
            garp_master_repeat 1
            virtual_ipaddress {
                fe80::50/64
                2001:db8:77::50/64
                2001:db8:77::51/64
            }
        }";
    let mut running = lab.start(1, daemon, text);
    running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    std::thread::sleep(Duration::from_millis(600) + LATE);
    let seen = announced(&lab, &["fe80::50", "2001:db8:77::50", "2001:db8:77::51"]);
    assert_eq!(seen.len(), 3, "{seen:?}");
    let spacing = Duration::from_millis(300);
    for gap in gaps(&seen) {
        assert!(gap + EARLY >= spacing && gap < spacing + LATE, "{seen:?}");
    }
    running.assert_alive();
}

/// One owner with an address at home, one on a virtual MAC on `eth1`, one on `eth1` itself.
fn elsewhere(global: &str, more: &str) -> String {
    format!(
        "global_defs {{
            {global}
        }}
        vrrp_instance V1 {{
            state MASTER
            interface eth0
            virtual_router_id 51
            priority 255
            garp_master_delay 1
            garp_master_repeat 1
            {more}
            virtual_ipaddress {{
                10.77.0.50
                10.78.0.50 dev eth1 use_vmac
                10.78.0.51 dev eth1
            }}
        }}"
    )
}

/// What is announced between 1.5 s and 5.5 s after the takeover: the burst and its repetition are
/// over then, and two further intervals of 2 s are not.
fn later(daemon: Daemon, global: &str, more: &str) -> Vec<(IpAddr, usize)> {
    let lab = Lab::new(1);
    lab.join_again(1);
    let vips = ["10.77.0.50", "10.78.0.50", "10.78.0.51"];
    let mut running = lab.start(1, daemon, &elsewhere(global, more));
    running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    let led = now();
    std::thread::sleep(Duration::from_millis(5500));
    running.assert_alive();
    let seen = announced(&lab, &vips);
    let count = |vip: &str| {
        let vip: IpAddr = vip.parse().unwrap();
        let late = |(time, address): &&(Duration, IpAddr)| {
            *address == vip && *time > led + Duration::from_millis(1500)
        };
        (vip, seen.iter().filter(late).count())
    };
    vips.into_iter().map(count).collect()
}

#[test]
fn addresses_elsewhere_are_announced_again_as_keepalived_does() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let cases = [
        ("", "", [0, 0, 0]),
        ("", "garp_extra_if 2", [0, 2, 0]),
        ("", "garp_extra_if all 2", [0, 2, 2]),
        ("", "vmac_garp_intvl all 2", [0, 2, 2]),
        ("vrrp_garp_extra_if all 2", "", [0, 2, 2]),
        ("vrrp_garp_extra_if all 2", "garp_extra_if 0", [0, 0, 0]),
        ("vrrp_vmac_garp_intvl 2", "", [0, 2, 0]),
    ];
    let runs: Vec<_> = cases
        .into_iter()
        .map(|(global, more, expected)| {
            std::thread::spawn(move || {
                let seen = [Daemon::Keepalived, Daemon::Ours].map(|it| later(it, global, more));
                (format!("{global} {more}"), seen, expected)
            })
        })
        .collect();
    for run in runs {
        let (case, [keepalived, ours], expected) = run.join().unwrap();
        assert_eq!(ours, keepalived, "{case}");
        let counts: Vec<usize> = ours.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, expected, "{case}");
    }
}

alone! {
    announcements_are_spaced_over_a_group => groups_are_spaced;
    neighbour_advertisements_are_spaced_apart_from_arp =>
        neighbour_advertisements_have_their_own_interval;
}
