//! The host changes under the daemon: the link goes, an address is taken away.

use std::net::IpAddr;
use std::time::Duration;

use crate::lab::{Daemon, Lab, now};
use crate::protocol::{
    EARLY, ELECTION, LATE, Timing, VIPS, addresses, assert_rounds, assert_silent, assert_time,
    start_pair, two_addresses, two_addresses_ipv6,
};

const TIMING: Timing = Timing::V2(1);

/// The master's link goes down and comes up; `set_link` does it.
fn link_fails(set_link: fn(&Lab, bool), master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    lab.wait_for_owners(&vips, &[1], ELECTION);

    let cut = now();
    set_link(&lab, false);
    first.wait_for_log("(V1) Entering FAULT STATE", 1, Duration::from_secs(2));
    lab.wait_for_owners(&vips, &[], Duration::from_secs(2));
    let (taken, _) = lab.capture().wait_for_advert(2, cut, ELECTION, |_| true);
    let last = lab.capture().last_advert(1);
    assert_time("takeover after the last advert", taken - last, TIMING.master_down(100));
    lab.wait_for_owners(&vips, &[2], ELECTION);

    let mended = now();
    set_link(&lab, true);
    first.wait_for_log("(V1) Entering BACKUP STATE", 2, Duration::from_secs(3));
    let back = now();
    let (returned, _) = lab.capture().wait_for_advert(1, mended, ELECTION, |_| true);
    eprintln!("FIGURE return after the link was mended: {:.3?}", returned - mended);
    assert!(returned + EARLY > mended + TIMING.master_down(150), "a full master-down time");
    assert!(returned < back + TIMING.master_down(150) + LATE);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let announced = lab.capture().wait_for_announcements(1, returned, 10, ELECTION);
    assert_rounds(&announced, &vips, 5);
    lab.capture().wait_for_advert(1, returned, ELECTION, |_| true);
    assert_silent(&lab, 2, returned);
    assert_eq!(second.logged("Entering FAULT STATE"), 0);
    first.assert_alive();
    second.assert_alive();
}

/// The address that the master sends from is taken from its interface and given back.
fn own_address_fails(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    lab.wait_for_owners(&vips, &[1], ELECTION);

    let taken_away = now();
    lab.host(1).ip(&["addr", "del", "10.77.0.1/24", "dev", "eth0"]);
    if master == Daemon::Ours {
        // keepalived gives no reason before 2.4.
        first.wait_for_log("(V1) entering FAULT state (no IPv4 address for interface)", 1, LATE);
    }
    first.wait_for_log("(V1) Entering FAULT STATE", 1, LATE);
    // Nobody waits for a router that says that it cannot.
    let (resigned, _) =
        lab.capture().wait_for_advert(1, taken_away, LATE, |advert| advert.priority() == 0);
    let (led, _) = lab.capture().wait_for_advert(2, resigned, ELECTION, |_| true);
    assert_time("takeover after priority 0", led - resigned, TIMING.skew(100));
    lab.wait_for_owners(&vips, &[2], ELECTION);

    let given_back = now();
    lab.host(1).ip(&["addr", "add", "10.77.0.1/24", "dev", "eth0"]);
    let (returned, _) = lab.capture().wait_for_advert(1, given_back, ELECTION, |_| true);
    assert_time("return", returned - given_back, TIMING.master_down(150));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    first.assert_alive();
    second.assert_alive();
}

/// The backup does not hear the master for a while: both lead, until it hears again.
fn backup_is_deaf(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    let deaf = now();
    lab.deafen(2, true);
    lab.capture().wait_for_advert(2, deaf, ELECTION, |_| true);
    lab.wait_for_owners(&vips, &[1, 2], ELECTION);
    let answered = lab.capture().last_advert(2);
    // The master hears a lesser one claim the lead: it answers at once and announces itself anew.
    let (heard, _) = lab.capture().wait_for_advert(2, answered, ELECTION, |_| true);
    let (reply, _) = lab.capture().wait_for_advert(1, heard, LATE, |_| true);
    eprintln!("FIGURE answer to a lesser advert: {:.3?}", reply - heard);
    let announced = lab.capture().wait_for_announcements(1, heard, 10, ELECTION);
    assert_rounds(&announced, &vips, 5);
    first.wait_for_log("with lower priority 100, ours 150, forcing new election", 1, ELECTION);

    let healed = now();
    lab.deafen(2, false);
    lab.wait_for_owners(&vips, &[1], TIMING.interval() + 2 * LATE);
    let settled = healed + TIMING.interval() + 2 * LATE;
    lab.capture().wait_for_advert(1, settled + 2 * TIMING.interval(), ELECTION, |_| true);
    assert_silent(&lab, 2, settled);
    assert!(lab.capture().adverts(2).iter().all(|(_, advert)| advert.priority() == 100));
    assert_eq!(first.logged("Entering BACKUP STATE"), 1, "the master never left the lead");
    first.assert_alive();
    second.assert_alive();
}

/// With unicast, a router whose link is back tells its own address, for the master to reach it.
fn unicast_link_back(one: Daemon, other: Daemon) {
    let configuration = |host: u8, priority: u8| {
        let peer = 3 - host;
        format!(
            "vrrp_instance V1 {{
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
    };
    let lab = Lab::new(2);
    let (mut first, mut second) =
        start_pair(&lab, (one, &configuration(1, 150)), (other, &configuration(2, 100)));
    lab.carrier(2, false);
    second.wait_for_log("(V1) Entering FAULT STATE", 1, Duration::from_secs(2));
    let mended = now();
    lab.carrier(2, true);
    let announced = lab.capture().wait_for_announcements(2, mended, 1, Duration::from_secs(3));
    assert_eq!(announced[0].1, crate::lab::address4(2));
    let heard = now();
    let enough = TIMING.master_down(100) + 2 * TIMING.interval();
    lab.capture().wait_for_advert(1, heard + enough, ELECTION, |_| true);
    assert_silent(&lab, 2, Duration::ZERO);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    first.assert_alive();
    second.assert_alive();
}

/// Somebody deletes an address of the master: it resigns, and is back after its own skew.
fn address_removed(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    // The backup's skew (0.805 s) is far from the master's (0.414 s), also on a slow machine.
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(50, "")));
    lab.wait_for_owners(&vips, &[1], ELECTION);

    let removed = now();
    lab.host(1).ip(&["addr", "del", "10.77.0.50/32", "dev", "eth0"]);
    let (resigned, _) =
        lab.capture().wait_for_advert(1, removed, ELECTION, |advert| advert.priority() == 0);
    let (back, advert) = lab.capture().wait_for_advert(1, resigned, ELECTION, |_| true);
    assert_eq!(advert.priority(), 150, "priority 0 is sent once");
    assert_time("return after priority 0", back - resigned, TIMING.skew(150));
    lab.wait_for_owners(&vips, &[1], Duration::from_secs(2));
    let announced = lab.capture().wait_for_announcements(1, back, 10, ELECTION);
    assert_rounds(&announced, &vips, 5);
    lab.capture().wait_for_advert(1, back, ELECTION, |_| true);
    assert_silent(&lab, 2, Duration::ZERO);
    first.assert_alive();
    second.assert_alive();
}

/// The same for IPv6.
fn address_removed_ipv6(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips: Vec<IpAddr> = addresses(&["fe80::50", "2001:db8:77::50"]);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses_ipv6(150)), (backup, &two_addresses_ipv6(50)));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let removed = now();
    lab.host(1).ip(&["addr", "del", "2001:db8:77::50/64", "dev", "eth0"]);
    let (resigned, _) =
        lab.capture().wait_for_advert(1, removed, ELECTION, |advert| advert.priority() == 0);
    let (back, _) = lab.capture().wait_for_advert(1, resigned, ELECTION, |_| true);
    assert_time("return after priority 0", back - resigned, Timing::V3(100).skew(150));
    lab.wait_for_owners(&vips, &[1], Duration::from_secs(2));
    assert_silent(&lab, 2, Duration::ZERO);
    first.assert_alive();
    second.assert_alive();
}

/// The interface gets another name: the addresses do not live on under it, beside the next
/// master's.
fn interface_is_renamed(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    lab.host(1).ip(&["link", "set", "eth0", "name", "lan0"]);
    lab.wait_for_owners(&vips, &[], Duration::from_secs(2));
    lab.wait_for_owners(&vips, &[2], ELECTION);
    lab.host(1).ip(&["link", "set", "lan0", "name", "eth0"]);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    first.assert_alive();
    second.assert_alive();
}

roles! {
    renamed_interface => interface_is_renamed;
    own_address_lost_and_back => own_address_fails;
    carrier_lost_and_back => |master, backup| {
        link_fails(|lab, up| lab.carrier(1, up), master, backup);
    };
    link_set_down_and_up => |master, backup| {
        let set_link = |lab: &Lab, up| {
            lab.host(1).ip(&["link", "set", "eth0", if up { "up" } else { "down" }]);
        };
        link_fails(set_link, master, backup);
    };
    deaf_backup_leads_until_it_hears => backup_is_deaf;
    unicast_link_back_announces_own_address => unicast_link_back;
    address_removed_from_the_master => address_removed;
    ipv6_address_removed_from_the_master => address_removed_ipv6;
}
