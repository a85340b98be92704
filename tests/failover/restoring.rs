//! Others remove what the daemon has set: once, and again and again.

use std::time::{Duration, Instant};

use crate::lab::{Daemon, Host, Lab, now, ready};
use crate::protocol::{ELECTION, LATE, Timing, addresses, assert_time};

const TIMING: Timing = Timing::V2(1);
const VIP: &str = "10.77.0.50";

/// Static entries, and a router that has some of its own.
fn configuration() -> String {
    format!("{STATICS}{ROUTER}")
}

const STATICS: &str = "
    static_ipaddress {
        10.9.9.9/24 dev eth0
        2001:db8:9::9/64 dev eth0
        10.9.8.8/24 dev eth0 no_track
    }
    static_routes {
        172.30.0.0/16 via 10.77.0.9 dev eth0
        172.31.0.0/16 via 10.77.0.9 dev eth0 metric 7 table 99
        172.29.0.0/16 via 10.77.0.9 dev eth0 no_track
        2001:db8:30::/48 via fe80::9 dev eth0
    }
    static_rules {
        from 172.30.0.0/16 table 99 priority 3000
        iif eth0 fwmark 5 table 99 priority 3001
        from 172.29.0.0/16 table 99 priority 3002 no_track
        from 2001:db8:30::/48 table 99 priority 3003
    }
";

const ROUTER: &str = "
    vrrp_instance V1 {
        state BACKUP
        interface eth0
        virtual_router_id 51
        priority 150
        advert_int 1
        virtual_ipaddress {
            10.77.0.50/24
        }
        virtual_routes {
            172.16.0.0/24 via 10.77.0.9 dev eth0
            172.17.0.0/24 via 10.77.0.9 dev eth0 no_track
        }
        virtual_rules {
            from 10.1.0.0/16 table 100 priority 1000
            from 10.2.0.0/16 table 100 priority 1002 no_track
        }
    }
";

/// What it takes to delete each thing, and a sign of it in the kernel's lists.
type Thing<'a> = (&'a [&'a str], &'a str);

const TRACKED: [Thing<'_>; 6] = [
    (&["addr", "del", "10.9.9.9/24", "dev", "eth0"], "inet 10.9.9.9/24"),
    (&["addr", "del", "2001:db8:9::9/64", "dev", "eth0"], "inet6 2001:db8:9::9/64"),
    (&["route", "del", "172.30.0.0/16"], "172.30.0.0/16 via"),
    (&["route", "del", "172.31.0.0/16", "table", "99", "metric", "7"], "172.31.0.0/16 via"),
    (&["rule", "del", "priority", "3000"], "3000:"),
    (&["rule", "del", "priority", "3001"], "3001:"),
];
/// keepalived 2.2.7 misses the removal of some IPv6 routes.
const IPV6_PATHS: [Thing<'_>; 2] = [
    (&["-6", "route", "del", "2001:db8:30::/48"], "2001:db8:30::/48 via"),
    (&["-6", "rule", "del", "priority", "3003"], "3003:"),
];
const UNTRACKED: [Thing<'_>; 3] = [
    (&["addr", "del", "10.9.8.8/24", "dev", "eth0"], "inet 10.9.8.8/24"),
    (&["route", "del", "172.29.0.0/16"], "172.29.0.0/16 via"),
    (&["rule", "del", "priority", "3002"], "3002:"),
];

fn lists(host: &Host) -> String {
    let routes = ["-4", "-6"].map(|family| host.ip(&[family, "route", "show", "table", "all"]));
    let rules = ["-4", "-6"].map(|family| host.ip(&[family, "rule"]));
    host.ip(&["addr", "show", "dev", "eth0"]) + &routes.concat() + &rules.concat()
}

fn wait_until(what: &str, within: Duration, holds: impl Fn() -> bool) {
    let end = Instant::now() + within;
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn statics_come_back(daemon: Daemon, _: Daemon) {
    statics_come_back_with(daemon, &configuration());
}

/// keepalived 2.2.7 sets and removes them, but without an instance it restores addresses only.
#[test]
fn static_entries_need_no_instance() {
    if ready(&[Daemon::Ours]) {
        statics_come_back_with(Daemon::Ours, STATICS);
    }
}

fn statics_come_back_with(daemon: Daemon, configuration: &str) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let mut router = lab.start(1, daemon, configuration);
    let all = || TRACKED.iter().chain(&UNTRACKED).chain(&IPV6_PATHS);
    let restored = || TRACKED.iter().chain(IPV6_PATHS.iter().filter(|_| daemon == Daemon::Ours));
    wait_until("everything is set at the start", ELECTION, || {
        let lists = lists(host);
        all().all(|(_, sign)| lists.contains(sign))
    });
    if configuration != STATICS {
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    }
    for (delete, sign) in restored() {
        host.ip(delete);
        wait_until(&format!("{sign} comes back"), Duration::from_secs(2), || {
            lists(host).contains(sign)
        });
    }
    assert_eq!(router.logged("Restoring deleted static"), restored().count());
    for (delete, _) in UNTRACKED {
        host.ip(delete);
    }
    // Time to put them back, if it did.
    std::thread::sleep(LATE);
    let now = lists(host);
    for (_, sign) in UNTRACKED {
        assert!(!now.contains(sign), "{sign} is not tracked");
    }
    host.ip(&["link", "set", "eth0", "down"]);
    host.ip(&["link", "set", "eth0", "up"]);
    wait_until("what a link took along comes back with it", Duration::from_secs(3), || {
        let lists = lists(host);
        TRACKED.iter().all(|(_, sign)| lists.contains(sign))
    });
    assert!(router.terminate(ELECTION).success());
    let left = lists(host);
    for (_, sign) in all() {
        assert!(!left.contains(sign), "{sign} is left behind");
    }
}

/// Deletes a route, then a rule, of the master: each time it resigns, and is back after its skew.
fn path_removed(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let mut router = lab.start(1, daemon, &configuration());
    router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    let deletions: [Thing<'_>; 2] = [
        (&["route", "del", "172.16.0.0/24"], "172.16.0.0/24 via"),
        (&["rule", "del", "priority", "1000"], "1000:"),
    ];
    for (delete, sign) in deletions {
        wait_until("it is set", ELECTION, || lists(host).contains(sign));
        let removed = now();
        host.ip(delete);
        let (resigned, _) =
            lab.capture().wait_for_advert(1, removed, ELECTION, |advert| advert.priority() == 0);
        let (back, advert) = lab.capture().wait_for_advert(1, resigned, ELECTION, |_| true);
        assert_eq!(advert.priority(), 150, "priority 0 is sent once");
        assert_time("return after priority 0", back - resigned, TIMING.skew(150));
        wait_until("it is set again", LATE, || lists(host).contains(sign));
    }
    let quiet = now();
    host.ip(&["route", "del", "172.17.0.0/24"]);
    host.ip(&["rule", "del", "priority", "1002"]);
    let later = quiet + Duration::from_secs(2);
    lab.capture().wait_for_advert(1, later, ELECTION, |_| true);
    let resigned =
        lab.capture().adverts(1).iter().any(|(at, sent)| *at > quiet && sent.priority() == 0);
    assert!(!resigned, "what is not tracked goes unheeded");
    router.assert_alive();
}

/// Something deletes the address of the master as soon as it sees it, for ten seconds. keepalived
/// resigns each time; ours, after the third time, stays master and puts the address back.
#[test]
fn a_quarrel_about_an_address_is_no_storm() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let vips = addresses(&[VIP]);
    let mut resignations = Vec::new();
    for daemon in [Daemon::Keepalived, Daemon::Ours] {
        let lab = Lab::new(2);
        let host = lab.host(1);
        let mut router = lab.start(1, daemon, &configuration());
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        let (from, end) = (now(), Instant::now() + Duration::from_secs(10));
        let (mut deleted, mut lines) = (0, 0);
        while Instant::now() < end {
            if host.has(vips[0]) {
                lines = router.log().len();
                host.ip(&["addr", "del", "10.77.0.50/24", "dev", "eth0"]);
                deleted += 1;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let zeros = lab.capture().adverts(1);
        let zeros = zeros.iter().filter(|(at, sent)| *at > from && sent.priority() == 0).count();
        let logged = router.logged("has been removed");
        eprintln!(
            "FIGURE {daemon:?}: {deleted} deletions, {zeros} resignations, {lines} lines in all"
        );
        resignations.push(zeros);
        // Whoever stops gets the address back, and soon.
        lab.wait_for_owners(&vips, &[1], Duration::from_secs(9));
        if daemon == Daemon::Ours {
            assert_eq!(zeros, 3, "the first three times are answered as keepalived does");
            assert!((1..=3).contains(&logged), "the quarrel is told {logged} times");
            assert_eq!(router.logged("Entering BACKUP STATE"), 4, "and no master steps down");
        }
        router.assert_alive();
    }
    assert!(resignations[0] > resignations[1], "{resignations:?}");
}

alone! {
    static_entries_come_back_when_others_remove_them => statics_come_back;
    a_route_or_a_rule_removed_from_the_master => path_removed;
}
