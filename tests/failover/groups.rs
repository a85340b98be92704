//! Sync groups: two virtual routers, one on a link of its own, change state together.

use std::time::Duration;

use crate::lab::{Daemon, Lab, now, ready};
use crate::notifications::Pipe;
use crate::protocol::{ELECTION, addresses, assert_time};

const VIPS: [&str; 2] = ["10.78.0.50", "10.77.0.51"];

/// V1 is on `own0`, which nobody else is on; V2 on the LAN.
fn configuration(priority: u8, global: &str) -> String {
    let instance = |number: u8, interface: &str, vip: &str| {
        format!(
            "vrrp_instance V{number} {{
                state BACKUP
                interface {interface}
                virtual_router_id {}
                priority {priority}
                advert_int 1
                virtual_ipaddress {{
                    {vip}
                }}
            }}",
            50 + number
        )
    };
    format!(
        "global_defs {{
            script_user root
            {global}
        }}
        vrrp_sync_group G1 {{
            group {{
                V1
                V2
            }}
        }}
        {}
        {}",
        instance(1, "own0", VIPS[0]),
        instance(2, "eth0", VIPS[1]),
    )
}

fn add_link(lab: &Lab, number: u8) {
    let host = lab.host(number);
    host.ip(&["link", "add", "own0", "type", "veth", "peer", "name", "own1"]);
    host.ip(&["link", "set", "own0", "up"]);
    host.ip(&["link", "set", "own1", "up"]);
    host.ip(&["address", "add", &format!("10.78.0.{number}/24"), "dev", "own0"]);
}

/// Cuts or mends the link of `own0` at its other end.
fn link(lab: &Lab, number: u8, state: &str) {
    lab.host(number).ip(&["link", "set", "own1", state]);
}

/// The adverts of priority 0 on the LAN since then.
fn resignations(lab: &Lab, number: u8, since: Duration) -> usize {
    let adverts = lab.capture().adverts(number);
    adverts.iter().filter(|(at, advert)| *at >= since && advert.priority() == 0).count()
}

/// Every report of one router in its order: start, takeover, fault of V1, recovery, takeover, a
/// stolen address of V2, takeover, stop.
fn reports(daemon: Daemon) -> (String, [usize; 2]) {
    let lab = Lab::new(1);
    add_link(&lab, 1);
    let path = lab.directory().join("pipe");
    let mut pipe = Pipe::new(&path);
    let global = format!("vrrp_notify_fifo {}", path.display());
    let mut router = lab.start(1, daemon, &configuration(150, &global));
    pipe.wait_for(6);
    let down = now();
    link(&lab, 1, "down");
    pipe.wait_for(9);
    std::thread::sleep(Duration::from_millis(300));
    let dragged = resignations(&lab, 1, down);
    link(&lab, 1, "up");
    pipe.wait_for(15);
    let robbed = now();
    lab.host(1).ip(&["address", "del", "10.77.0.51/32", "dev", "eth0"]);
    pipe.wait_for(19);
    std::thread::sleep(Duration::from_secs(2));
    let stolen = resignations(&lab, 1, robbed);
    let so_far = pipe.read().lines().count();
    router.assert_alive();
    router.terminate(ELECTION);
    pipe.wait_for(so_far + 3);
    (pipe.read().to_owned(), [dragged, stolen])
}

#[test]
fn reports_come_in_keepalived_s_order() {
    if ready(&[Daemon::Ours, Daemon::Keepalived]) {
        assert_eq!(reports(Daemon::Ours), reports(Daemon::Keepalived));
    }
}

/// The loss of the link of one member moves both, and its return brings both back.
fn one_link_moves_both(first: Daemon, second: Daemon) {
    let lab = Lab::new(3);
    add_link(&lab, 1);
    add_link(&lab, 2);
    let vips = addresses(&VIPS);
    let mut better = lab.start(1, first, &configuration(150, ""));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let mut lesser = lab.start(2, second, &configuration(100, ""));
    lesser.wait_for_log("Entering BACKUP STATE", 2, ELECTION);
    // Nothing is heard on its own link: it would lead there if V2 did not hold it back.
    std::thread::sleep(Duration::from_secs(5));
    lab.wait_for_owners(&vips, &[1], ELECTION);

    link(&lab, 1, "down");
    lab.wait_for_owners(&vips, &[2], ELECTION);
    link(&lab, 1, "up");
    lab.wait_for_owners(&vips, &[1], ELECTION);

    // An address that somebody takes away comes back, on both.
    lab.host(1).ip(&["address", "del", "10.77.0.51/32", "dev", "eth0"]);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    better.terminate(ELECTION);
    lab.wait_for_owners(&vips, &[2], ELECTION);
    lesser.assert_alive();
}

/// What a member tracks by weight counts only with `sync_group_tracking_weight`, or its older name.
fn weights_count_when_the_group_says_so(first: Daemon, second: Daemon) {
    let weighs = |word: &str| {
        let lab = Lab::new(2);
        add_link(&lab, 1);
        add_link(&lab, 2);
        let vips = addresses(&VIPS);
        let file = lab.directory().join("number");
        std::fs::write(&file, "0").unwrap();
        let text = configuration(150, "")
            .replace("vrrp_sync_group G1 {", &format!("vrrp_sync_group G1 {{\n {word}"))
            .replace("interface eth0", "interface eth0\n track_file {\n f weight 2\n }");
        let tracked = format!("track_file f {{\n file {}\n }}\n{text}", file.display());
        let mut better = lab.start(1, first, &tracked);
        lab.wait_for_owners(&vips, &[1], ELECTION);
        let mut lesser = lab.start(2, second, &configuration(100, ""));
        lesser.wait_for_log("Entering BACKUP STATE", 2, ELECTION);
        std::fs::write(&file, "-30").unwrap();
        if word.is_empty() {
            std::thread::sleep(Duration::from_secs(5));
            assert_eq!(better.logged("Changing effective priority"), 0);
            lab.wait_for_owners(&vips, &[1], ELECTION);
        } else {
            better.wait_for_log("(V2) Changing effective priority from 150 to 90", 1, ELECTION);
            lab.wait_for_owners(&vips, &[2], ELECTION);
            std::fs::write(&file, "0").unwrap();
            lab.wait_for_owners(&vips, &[1], ELECTION);
        }
        better.assert_alive();
        lesser.assert_alive();
    };
    weighs("");
    weighs("sync_group_tracking_weight");
    weighs("global_tracking");
}

/// What the group tracks in a file weighs on each member, whatever the group says of weights.
fn a_file_of_the_group_weighs_on_members(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    add_link(&lab, 1);
    let file = lab.directory().join("number");
    std::fs::write(&file, "0").unwrap();
    let tracks = "vrrp_sync_group G1 {\n track_file {\n f weight 2\n }";
    let text = configuration(150, "").replace("vrrp_sync_group G1 {", tracks);
    let text = format!("track_file f {{\n file {}\n }}\n{text}", file.display());
    let mut router = lab.start(1, daemon, &text);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    let lowered = now();
    std::fs::write(&file, "-30").unwrap();
    for member in ["V1", "V2"] {
        let said = format!("({member}) Changing effective priority from 150 to 90");
        router.wait_for_log(&said, 1, ELECTION);
    }
    lab.capture().wait_for_advert(1, lowered, ELECTION, |advert| advert.priority() == 90);
    router.assert_alive();
}

/// The weight of a member's interface counts whatever the group says, although keepalived logs that
/// it ignores it.
fn a_members_interface_weighs(daemon: Daemon, _: Daemon) {
    for word in ["", "sync_group_tracking_weight"] {
        let lab = Lab::new(1);
        add_link(&lab, 1);
        let host = lab.host(1);
        host.ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "other"]);
        host.ip(&["link", "set", "eth1", "up"]);
        host.ip(&["link", "set", "other", "up"]);
        let tracks = "interface eth0\n track_interface {\n eth1 weight -30\n }";
        let text = configuration(150, "")
            .replace("vrrp_sync_group G1 {", &format!("vrrp_sync_group G1 {{\n {word}"))
            .replace("interface eth0", tracks);
        let mut router = lab.start(1, daemon, &text);
        lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
        let said = "ignoring eth1 tracked interface weight due to SYNC group";
        assert_eq!(router.logged(said), usize::from(word.is_empty()));
        host.ip(&["link", "set", "other", "down"]);
        router.wait_for_log("(V2) Changing effective priority from 150 to 120", 1, ELECTION);
        let down = now();
        lab.capture().wait_for_advert(1, down, ELECTION, |advert| advert.priority() == 120);
        host.ip(&["link", "set", "other", "up"]);
        router.wait_for_log("(V2) Changing effective priority from 120 to 150", 1, ELECTION);
        assert_eq!(router.logged("Entering FAULT STATE"), 0);
        router.assert_alive();
    }
}

/// A group of owners: at once if every one says `state MASTER`, else after an interval, unless one
/// says that it begins as backup.
fn owners_begin_together(daemon: Daemon, _: Daemon) {
    let begins = |first: &str, second: &str| {
        let lab = Lab::new(1);
        add_link(&lab, 1);
        let mut states = [first, second].into_iter();
        let text = configuration(255, "");
        let lines = text.lines().map(|line| match line.trim() {
            "state BACKUP" => states.next().unwrap(),
            _ => line,
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        let mut router = lab.start(1, daemon, &text);
        router.wait_for_log("Entering MASTER STATE", 2, ELECTION);
        let (advert, _) = lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |_| true);
        router.assert_alive();
        let log = router.log();
        let waiting = log.iter().find(|line| line.text.contains("(V2) Entering BACKUP STATE"));
        waiting.map(|line| advert.saturating_sub(line.time))
    };
    assert_eq!(begins("state MASTER", "state MASTER"), None);
    let soon = begins("", "state MASTER").expect("it is a backup first");
    assert_time("owners without a state", soon, Duration::from_millis(1004));
    let later = begins("state BACKUP", "state MASTER").expect("it is a backup first");
    assert_time("owners that begin as backup", later, Duration::from_millis(3004));
}

alone! {
    owners_of_a_group_begin_together => owners_begin_together;
    a_file_of_the_group_counts_for_each_member => a_file_of_the_group_weighs_on_members;
    the_weight_of_a_members_interface_counts => a_members_interface_weighs;
    weights_of_members_count_when_the_group_says_so => weights_count_when_the_group_says_so;
}

roles! {
    the_link_of_one_member_moves_both => one_link_moves_both;
}
