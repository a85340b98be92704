//! A second master is seen and told: a link that carries one way only, peers that refuse each other,
//! and somebody who answers for an address.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use stillalive::net::{arp, ndisc};
use stillalive::sys::packet::PacketSocket;
use stillalive::units::Mac;

use crate::lab::{Daemon, Lab, Running, link_local};
use crate::protocol::{ELECTION, start_pair};

/// How long until a second master is certain: it must outlast a master-down time.
const CERTAIN: Duration = Duration::from_secs(12);

/// `options` are further lines of the instance.
fn configuration(priority: u8, options: &str) -> String {
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            {options}
            virtual_ipaddress {{
                10.77.0.50
            }}
        }}"
    )
}

fn password(word: &str) -> String {
    format!("authentication {{\n auth_type PASS\n auth_pass {word}\n }}")
}

/// The second master is told with its address on the link and this evidence.
fn seen(router: &Running, evidence: &str) {
    let who = "(V1) SECOND MASTER 10.77.0.2 at 02:00:00:00:00:02 seen for ";
    let end = std::time::Instant::now() + CERTAIN;
    let told = || {
        let mut lines = router.log().into_iter().map(|line| line.text);
        lines.any(|line| line.contains(who) && line.contains(evidence))
    };
    while !told() {
        assert!(std::time::Instant::now() < end, "not told: {evidence}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The backup hears nothing of the master and takes over; what it says arrives.
fn one_way_link(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let (mut first, mut second) =
        start_pair(&lab, (master, &configuration(150, "")), (backup, &configuration(100, "")));
    lab.deafen(2, true);
    if master == Daemon::Ours {
        seen(&first, "its adverts of priority 100 go on: it does not heed ours");
    } else {
        first.wait_for_log("with lower priority 100, ours 150", 5, CERTAIN);
    }
    lab.deafen(2, false);
    second.wait_for_log("(V1) Entering BACKUP STATE", 2, ELECTION);
    if master == Daemon::Ours {
        first.wait_for_log("(V1) second master 10.77.0.2 is gone", 1, CERTAIN);
        // By its announcements, and by its adverts when it should have heeded ours.
        assert_eq!(first.logged("SECOND MASTER"), 2);
    }
    first.assert_alive();
    second.assert_alive();
}

/// Both refuse the other's adverts, and so both lead.
fn other_password(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let mut first = lab.start(1, master, &configuration(150, &password("abc")));
    first.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
    let mut second = lab.start(2, backup, &configuration(100, &password("xyz")));
    second.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
    if master == Daemon::Ours {
        seen(&first, "it answers for 10.77.0.50");
        // What arrives, refused or not, keeps keepalived from advertising.
        if backup == Daemon::Ours {
            seen(&first, "its adverts are refused: received an invalid passwd from 10.77.0.2");
        }
    } else {
        first.wait_for_log("received an invalid passwd", 1, ELECTION);
    }
    first.assert_alive();
    second.assert_alive();
}

roles! {
    a_link_that_carries_one_way_is_told => one_way_link;
    peers_with_different_passwords_are_told => other_password;
}

/// Another host has the address and says so, without VRRP: over IPv4 and IPv6.
#[test]
fn whoever_announces_a_virtual_address_is_told() {
    if !crate::lab::ready(&[Daemon::Ours]) {
        return;
    }
    let foreign = Mac([2, 0, 0, 0, 0, 2]);
    let vips = [(Ipv4Addr::new(10, 77, 0, 50).into(), ""), (link_local(50), "version 3")];
    for (vip, version) in vips {
        let lab = Lab::new(2);
        let text = configuration(150, version).replace("10.77.0.50", &vip.to_string());
        let mut first = lab.start(1, Daemon::Ours, &text);
        first.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
        // For an interval a former master may still answer.
        std::thread::sleep(Duration::from_millis(1_500));
        lab.host(2).namespace().inside(|| {
            let index = nix::net::if_::if_nametoindex("eth0").unwrap();
            let announce = |ethertype, frame: &[u8]| {
                PacketSocket::new(ethertype).unwrap().send(frame, index).unwrap();
            };
            match vip {
                IpAddr::V4(vip) => announce(arp::ETHERTYPE, &arp::gratuitous(foreign, vip)),
                IpAddr::V6(vip) => {
                    announce(ndisc::ETHERTYPE, &ndisc::unsolicited(foreign, vip, false));
                }
            }
        });
        let line = format!("(V1) SECOND MASTER {foreign} seen for 0.0 s: it answers for {vip}");
        first.wait_for_log(&line, 1, ELECTION);
        assert_eq!(first.logged("SECOND MASTER"), 1, "and not its own announcements");
        first.assert_alive();
    }
}
