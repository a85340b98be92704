//! Who leads: address owners, equal priorities, and peers that do not agree.

use std::time::Duration;

use crate::lab::{Daemon, Lab, now};
use crate::protocol::{
    ELECTION, LATE, Timing, addresses, assert_silent, assert_steady, start_pair,
};

const TIMING: Timing = Timing::V2(1);
const VIPS: [&str; 2] = ["10.77.0.50", "10.77.0.51"];

fn configuration(state: &str, priority: u8) -> String {
    format!(
        "vrrp_instance V1 {{
            state {state}
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

/// A router of priority 255 leads as soon as it runs, over one that leads already.
fn owner_leads_at_once(owner: Daemon, other: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let mut second = lab.start(2, other, &configuration("BACKUP", 100));
    lab.capture().wait_for_advert(2, Duration::ZERO, ELECTION, |_| true);
    lab.wait_for_owners(&vips, &[2], ELECTION);

    let started = now();
    let mut first = lab.start(1, owner, &configuration("MASTER", 255));
    let (led, advert) = lab.capture().wait_for_advert(1, started, ELECTION, |_| true);
    eprintln!("FIGURE first advert of the owner after its start: {:.3?}", led - started);
    assert_eq!(advert.priority(), 255);
    // Its master-down time would be 3.004 s: a start takes far less.
    assert!(led - started < Duration::from_secs(2), "not at once: {:?}", led - started);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let (next, _) = lab.capture().wait_for_advert(1, led, ELECTION, |_| true);
    lab.capture().wait_for_advert(1, next, ELECTION, |_| true);
    assert_silent(&lab, 2, led);
    assert_eq!(first.logged("Entering BACKUP STATE"), 0);
    assert_eq!(first.logged("(V1) Entering MASTER STATE"), 1);
    first.assert_alive();
    second.assert_alive();
}

/// Three routers of one priority lead, each alone, until the network heals: the highest address
/// stays.
fn highest_address_leads(outer: Daemon, middle: Daemon) {
    let lab = Lab::new(3);
    let vips = addresses(&VIPS);
    (1..=3).for_each(|number| lab.isolate(number, true));
    let mut routers: Vec<_> = [(1, outer), (2, middle), (3, outer)]
        .map(|(number, daemon)| lab.start(number, daemon, &configuration("BACKUP", 100)))
        .into();
    for router in &routers {
        router.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
    }
    lab.wait_for_owners(&vips, &[1, 2, 3], ELECTION);

    let healed = now();
    (1..=3).for_each(|number| lab.isolate(number, false));
    lab.wait_for_owners(&vips, &[3], ELECTION);
    // Within one interval all have heard the third; nobody speaks after that.
    let settled = healed + TIMING.interval() + LATE;
    let (_, _) =
        lab.capture().wait_for_advert(3, settled + 4 * TIMING.interval(), ELECTION, |_| true);
    assert_silent(&lab, 1, settled);
    assert_silent(&lab, 2, settled);
    assert_steady(&lab, 3, TIMING.interval(), healed, settled + 4 * TIMING.interval());
    lab.wait_for_owners(&vips, &[3], ELECTION);
    routers.iter_mut().for_each(crate::lab::Running::assert_alive);
}

/// Different passwords: neither hears the other, both lead and go on.
fn passwords_differ(one: Daemon, other: Daemon) {
    let configuration = |priority: u8, password: &str| {
        format!(
            "vrrp_instance V1 {{
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority {priority}
                advert_int 1
                authentication {{
                    auth_type PASS
                    auth_pass {password}
                }}
                virtual_ipaddress {{
                    10.77.0.50
                    10.77.0.51
                }}
            }}"
        )
    };
    let lab = Lab::new(2);
    let mut first = lab.start(1, one, &configuration(150, "abc"));
    let mut second = lab.start(2, other, &configuration(100, "xyz"));
    first.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
    second.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
    let from = now();
    std::thread::sleep(Duration::from_secs(8));
    let until = now();
    lab.wait_for_owners(&addresses(&VIPS), &[1, 2], ELECTION);
    for (number, router) in [(1, &first), (2, &second)] {
        let silence = crate::protocol::longest_silence(&lab, number, from, until);
        eprintln!(
            "FIGURE silence of {:?} beside a foreign password: {silence:.3?}",
            router.daemon()
        );
        // keepalived starts its period anew at each advert it refuses, so it may be silent for
        // as long as the other speaks: only ours is held to its interval.
        if router.daemon() == Daemon::Ours {
            assert_steady(&lab, number, TIMING.interval(), from, until);
        }
        assert_eq!(router.logged("Entering BACKUP STATE"), 1, "it never left the lead");
    }
    first.assert_alive();
    second.assert_alive();
}

/// The backup has one address more than the master announces.
fn lists_differ(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let longer = "vrrp_instance V1 {
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority 100
            advert_int 1
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
                10.77.0.52
            }
        }";
    let (mut first, mut second) =
        start_pair(&lab, (master, &configuration("BACKUP", 150)), (backup, longer));
    let from = now();
    match backup {
        // As keepalived since 2.4: logged, and the advert counts.
        Daemon::Ours => {
            let enough = TIMING.master_down(100) + 2 * TIMING.interval();
            let (end, _) = lab.capture().wait_for_advert(1, from + enough, ELECTION, |_| true);
            assert_silent(&lab, 2, Duration::ZERO);
            assert_steady(&lab, 1, TIMING.interval(), from, end);
            lab.wait_for_owners(&vips, &[1], ELECTION);
        }
        // 2.2 refuses such adverts, so it leads as well; the first goes on to lead.
        Daemon::Keepalived => {
            second.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
            lab.wait_for_owners(&vips, &[1, 2], ELECTION);
            let both = now();
            std::thread::sleep(Duration::from_secs(3));
            if master == Daemon::Ours {
                assert_steady(&lab, 1, TIMING.interval(), both, now());
            }
        }
    }
    assert_eq!(first.logged("Entering BACKUP STATE"), 1, "the master never left the lead");
    first.assert_alive();
    second.assert_alive();
}

roles! {
    address_owner_leads_at_once => owner_leads_at_once;
    equal_priorities_highest_address_leads => highest_address_leads;
    different_passwords_two_masters => passwords_differ;
    different_address_lists => lists_differ;
}
