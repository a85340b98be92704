//! Settings of instances and their global defaults, against the real thing: many small routers in
//! one process, ours and keepalived's, are watched for the same time, and every frame that they
//! send has to have its like at the same moment.
//!
//! V51 is disturbed by nobody: its first advert is the beginning of time.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use crate::lab::{Daemon, Lab, Seen, Sender, internet_checksum, now, ready};
use crate::links::wait_until;
use crate::protocol::{ELECTION, LATE};

/// What others do while the routers run: called once time has begun.
type Others = fn(&Lab);

/// A configuration with one instance for each of these groups of lines, VRIDs from 51 on.
fn configuration(global: &str, instances: &[&str]) -> String {
    let mut text = format!("global_defs {{\n script_user root\n {global}\n}}\n");
    for (vrid, lines) in (51..).zip(instances) {
        let address = match lines.contains("virtual_ipaddress") {
            true => String::new(),
            false => format!("virtual_ipaddress {{\n 10.77.0.{vrid}\n }}"),
        };
        text += &format!(
            "vrrp_instance V{vrid} {{
                interface eth0
                virtual_router_id {vrid}
                {lines}
                {address}
            }}\n"
        );
    }
    text
}

/// What one router did: each thing with its time.
type Story = BTreeMap<String, Vec<(Duration, String)>>;

/// Runs one daemon and gives the stories of its routers, by VRID.
fn watch(daemon: Daemon, text: &str, others: Others, lasts: Duration) -> Story {
    let lab = Lab::new(2);
    lab.host(1).ip(&["addr", "add", "10.77.0.21/24", "dev", "eth0"]);
    let began = now();
    let mut running = lab.start(1, daemon, text);
    let (start, _) =
        lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |advert| advert.vrid() == 51);
    others(&lab);
    let passed = now().saturating_sub(start);
    std::thread::sleep(lasts.saturating_sub(passed));
    running.assert_alive();
    let begins = vec![(start.saturating_sub(began), "the beginning of time".to_owned())];
    let mut story = Story::from([("the process".to_owned(), begins)]);
    let mut tell = |vrid: String, time: Duration, what: String| {
        story.entry(vrid).or_default().push((time.saturating_sub(start), what));
    };
    for seen in lab.capture().observations() {
        if let Some(advert) = seen.advert_of(1) {
            let to = (advert.destination, advert.ttl, advert.traffic_class);
            let what = format!("{} -> {to:?} {:02x?}", advert.source, advert.payload);
            tell(advert.vrid().to_string(), seen.time, what);
        }
        if let Seen::GratuitousArp(address) = seen.frame.seen
            && seen.frame.host() == 1
        {
            tell(address.octets()[3].to_string(), seen.time, format!("ARP of {address}"));
        }
        if let Seen::UnsolicitedNa(address) = seen.frame.seen
            && seen.frame.host() == 1
        {
            let last = address.segments()[7];
            tell(format!("{last:x}"), seen.time, format!("NA of {address}"));
        }
    }
    for line in running.log() {
        if let Some((name, state)) = line.text.split_once(") Entering ")
            && let Some((_, vrid)) = name.rsplit_once("(V")
            // keepalived 2.2.7 tells of a fault at the start in other words.
            && state != "FAULT STATE (init)"
        {
            tell(vrid.to_owned(), line.time, format!("entering {state}"));
        }
    }
    story
}

/// Panics unless every event of one story has its like in the other.
fn assert_alike(ours: &Story, keepalived: &Story, until: Duration) {
    let routers: Vec<&String> = ours.keys().chain(keepalived.keys()).collect();
    let mut differences = Vec::new();
    for router in routers {
        let [here, there] = [ours, keepalived].map(|story| story.get(router));
        for (whose, one, other) in [("ours", here, there), ("keepalived", there, here)] {
            let mut left = other.cloned().unwrap_or_default();
            for (time, what) in one.into_iter().flatten() {
                let near =
                    |(at, like): &(Duration, String)| like == what && at.abs_diff(*time) < LATE;
                match left.iter().position(near) {
                    Some(like) => drop(left.remove(like)),
                    None if *time + LATE > until => {}
                    None => differences.push(format!("{whose} V{router} {time:.3?} {what}")),
                }
            }
        }
    }
    assert!(differences.is_empty(), "only one of them does this:\n{}", differences.join("\n"));
}

/// Both daemons with that configuration.
fn compare(global: &str, instances: &[&str], others: Others, seconds: u64) -> Option<Story> {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return None;
    }
    let lasts = Duration::from_secs(seconds);
    let text = configuration(global, instances);
    let runs = [Daemon::Ours, Daemon::Keepalived].map(|daemon| {
        let text = text.clone();
        std::thread::spawn(move || watch(daemon, &text, others, lasts))
    });
    let [ours, keepalived] = runs.map(|run| run.join().unwrap());
    assert_alike(&ours, &keepalived, lasts);
    Some(ours)
}

/// The times at which a router did something of which the text contains `what`.
fn times(story: &Story, vrid: u8, what: &str) -> Vec<f64> {
    let events = story.get(&vrid.to_string()).into_iter().flatten();
    events.filter(|(_, it)| it.contains(what)).map(|(time, _)| time.as_secs_f64()).collect()
}

fn nobody(_: &Lab) {}

#[test]
fn settings_of_an_instance_show_on_the_wire() {
    let instances = [
        "priority 255",
        "priority 200\n down_timer_adverts 5",
        "priority 255\n garp_master_repeat 3\n garp_master_delay 2",
        "priority 255\n garp_master_delay 0\n garp_master_repeat 1\n garp_master_refresh 3\n \
         garp_master_refresh_repeat 2",
        "priority 255\n mcast_dst_ip 224.0.0.55",
        "priority 255\n mcast_src_ip 10.77.0.21",
        "priority 255\n version 3\n advert_int 0.5",
        "priority 255\n native_ipv6\n virtual_ipaddress {\n fe80::58/64\n }",
        "priority 255\n unicast_ttl 99\n unicast_src_ip 10.77.0.1\n unicast_peer {\n 10.77.0.2\n }",
        "priority 255\n version 3\n old_unicast_checksum\n unicast_src_ip 10.77.0.1\n \
         unicast_peer {\n 10.77.0.2\n }",
        "priority 200\n strict_mode\n version 3",
        "priority 200\n unicast_fault_no_peer\n unicast_src_ip 10.77.0.1",
        "state MASTER\n priority 255\n virtual_ipaddress_excluded {\n 10.77.0.163\n }",
    ];
    let Some(story) = compare("", &instances, nobody, 11) else { return };
    assert!((5.1..5.8).contains(&times(&story, 52, "-> ")[0]), "down_timer_adverts");
    assert_eq!(times(&story, 53, "ARP").len(), 6, "garp_master_repeat, garp_master_delay");
    assert_eq!(times(&story, 54, "ARP").len(), 1 + 3 * 2, "garp_master_refresh");
    assert!(!times(&story, 55, "224.0.0.55").is_empty(), "mcast_dst_ip");
    assert!(!times(&story, 56, "10.77.0.21 ->").is_empty(), "mcast_src_ip");
    assert!(times(&story, 57, "-> ").len() > 15, "advert_int");
    assert!(!times(&story, 58, "ff02::12").is_empty(), "native_ipv6");
    assert!(!times(&story, 59, "10.77.0.2, 99").is_empty(), "unicast_ttl");
    assert!(!story.contains_key("62"), "unicast_fault_no_peer");
}

#[test]
fn global_defaults_of_time_and_place_show_on_the_wire() {
    let global = "vrrp_version 3
        vrrp_mcast_group4 224.0.0.99
        vrrp_mcast_group6 ff02::99
        vrrp_garp_master_delay 2
        vrrp_garp_master_repeat 2
        vrrp_down_timer_adverts 4";
    let instances =
        ["priority 255", "priority 200", "priority 255\n virtual_ipaddress {\n fe80::53/64\n }"];
    let Some(story) = compare(global, &instances, nobody, 8) else { return };
    assert!((4.1..4.8).contains(&times(&story, 52, "-> ")[0]), "vrrp_down_timer_adverts");
    let [all, late] = [0.0, 1.9]
        .map(|after| times(&story, 51, "ARP").into_iter().filter(|time| *time >= after).count());
    assert_eq!((all, late), (4, 2), "vrrp_garp_master_repeat, vrrp_garp_master_delay");
    assert!(!times(&story, 51, "-> (224.0.0.99").is_empty(), "vrrp_mcast_group4");
    assert!(!times(&story, 53, "-> (ff02::99").is_empty(), "vrrp_mcast_group6");
    assert!(!times(&story, 51, "[31, ").is_empty(), "vrrp_version");
}

#[test]
fn announcements_may_be_few_and_far_between() {
    let global = "vrrp_min_garp\n vrrp_garp_interval 0.4\n vrrp_gna_interval 0.6";
    let instances = [
        "priority 255",
        "priority 255",
        "priority 255",
        "priority 255\n version 3\n virtual_ipaddress {\n fe80::54/64\n 2001:db8:77::54\n }",
    ];
    let Some(story) = compare(global, &instances, nobody, 8) else { return };
    let all: Vec<f64> = (51..=53).flat_map(|vrid| times(&story, vrid, "ARP")).collect();
    assert_eq!(all.len(), 3, "vrrp_min_garp: one each, once: {all:?}");
    assert!(all.windows(2).all(|pair| pair[1] - pair[0] > 0.38), "vrrp_garp_interval: {all:?}");
    let advertised = times(&story, 54, "NA");
    assert_eq!(advertised.len(), 2, "{advertised:?}");
    assert!(advertised[1] - advertised[0] > 0.58, "vrrp_gna_interval: {advertised:?}");
}

#[test]
fn the_start_may_be_delayed_and_the_lan_told_again() {
    let global = "vrrp_startup_delay 2.5
        vrrp_garp_master_delay 0
        vrrp_garp_master_refresh 2
        vrrp_garp_master_refresh_repeat 3";
    let Some(story) = compare(global, &["priority 254", "priority 200"], nobody, 5) else { return };
    let begins = story["the process"][0].0.as_secs_f64();
    assert!((5.4..6.2).contains(&begins), "vrrp_startup_delay: {begins}");
    assert_eq!(times(&story, 51, "ARP").len(), 5 + 2 * 3, "vrrp_garp_master_refresh");
}

/// An advert of version 2 for 10.77.0.VRID.
fn advert(vrid: u8, priority: u8) -> Vec<u8> {
    let mut payload = vec![0x21, vrid, priority, 1, 0, 1, 0, 0, 10, 77, 0, vrid];
    payload.extend([0; 8]);
    let checksum = internet_checksum(&payload);
    payload[6..8].copy_from_slice(&checksum.to_be_bytes());
    payload
}

const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

/// Host 2 claims each of V52 to V55 with a lower priority and V56 and V57 with a higher one, once,
/// when all of them lead.
fn interferes(lab: &Lab) {
    std::thread::sleep(Duration::from_millis(4500));
    let sender = Sender::new(lab.host(2));
    for (vrid, priority) in [(52, 50), (53, 50), (54, 50), (55, 50), (56, 250), (57, 250)] {
        sender.send(GROUP, 255, &advert(vrid, priority));
    }
}

#[test]
fn answers_to_other_masters_follow_the_settings() {
    let quiet = "priority 200\n garp_master_delay 0\n garp_master_repeat 1\n";
    let [plain, silent, bursts, script, defiant, meek] = [
        "garp_lower_prio_repeat 1\n garp_lower_prio_delay 0",
        "lower_prio_no_advert\n garp_lower_prio_repeat 1\n garp_lower_prio_delay 0",
        "garp_lower_prio_repeat 3\n garp_lower_prio_delay 1",
        "garp_lower_prio_repeat 0",
        "higher_prio_send_advert",
        "",
    ]
    .map(|lines| format!("{quiet}{lines}"));
    let instances = ["priority 255", &plain, &silent, &bursts, &script, &defiant, &meek];
    let Some(story) = compare("", &instances, interferes, 7) else { return };
    let answers = |vrid: u8, what: &str| {
        let all = times(&story, vrid, what);
        all.into_iter().filter(|time| (4.4..4.9).contains(time)).count()
    };
    let [plain, silent] = [52, 53].map(|vrid| answers(vrid, "-> "));
    assert_eq!((plain, silent), (1, 0), "lower_prio_no_advert");
    let bursts = times(&story, 54, "ARP").into_iter().filter(|time| *time > 4.4).count();
    assert_eq!(bursts, 6, "garp_lower_prio_repeat, garp_lower_prio_delay");
    assert_eq!(answers(55, "ARP"), 0, "garp_lower_prio_repeat");
    assert_eq!((answers(56, "-> "), answers(57, "-> ")), (1, 0), "higher_prio_send_advert");
}

#[test]
fn answers_to_other_masters_follow_the_global_defaults() {
    let global = "vrrp_lower_prio_no_advert
        vrrp_higher_prio_send_advert
        vrrp_garp_lower_prio_repeat 2
        vrrp_garp_lower_prio_delay 1";
    let quiet = "priority 200\n garp_master_delay 0\n garp_master_repeat 1";
    let instances = ["priority 255", quiet, quiet, quiet, quiet, quiet, quiet];
    let Some(story) = compare(global, &instances, interferes, 7) else { return };
    let within = |vrid: u8, what: &str, until: f64| {
        times(&story, vrid, what).into_iter().filter(|time| (4.4..until).contains(time)).count()
    };
    assert_eq!(within(52, "ARP", 6.5), 4, "vrrp_garp_lower_prio_repeat and _delay");
    assert_eq!(within(56, "-> ", 4.9), 1, "vrrp_higher_prio_send_advert");
    assert_eq!(within(52, "-> ", 4.9), 0, "vrrp_lower_prio_no_advert");
}

/// Host 2 advertises each half second: to V52 and the next two by unicast with a TTL of 200, to the
/// others by multicast.
fn leads(lab: &Lab) {
    let sender = Sender::new(lab.host(2));
    for _ in 0..14 {
        for vrid in 52..=54 {
            sender.send(Ipv4Addr::new(10, 77, 0, 1), 200, &advert(vrid, 250));
        }
        for vrid in 55..=56 {
            sender.send(GROUP, 255, &advert(vrid, 100));
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn adverts_are_taken_from_whom_the_settings_allow() {
    let unicast = |lines: &str, peer: &str| {
        format!("priority 200\n {lines}\n unicast_src_ip 10.77.0.1\n unicast_peer {{\n {peer}\n }}")
    };
    let instances = [
        "priority 255".to_owned(),
        unicast("", "10.77.0.3"),
        unicast("check_unicast_src", "10.77.0.3"),
        unicast("check_unicast_src", "10.77.0.2"),
        "priority 200\n nopreempt".to_owned(),
        "priority 200\n nopreempt\n preempt".to_owned(),
    ];
    let instances: Vec<&str> = instances.iter().map(String::as_str).collect();
    let Some(story) = compare("", &instances, leads, 7) else { return };
    // Nobody is there to whom V52 and V53 would advertise.
    let led = |vrid: &u8| !times(&story, *vrid, "entering MASTER").is_empty();
    let took: Vec<u8> = (52..=56).filter(led).collect();
    assert_eq!(took, [53, 56], "check_unicast_src, preempt");

    let global = "vrrp_check_unicast_src";
    let Some(story) = compare(global, &instances[..2], leads, 6) else { return };
    assert!(!times(&story, 52, "entering MASTER").is_empty(), "vrrp_check_unicast_src");
}

/// Where keepalived 2.2.7 lacks the word, or decides otherwise: ours alone.
#[test]
fn settings_of_later_releases_show_on_the_wire() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let alone = |global: &str, instances: &[&str], others: Others, seconds: u64| {
        let text = configuration(global, instances);
        watch(Daemon::Ours, &text, others, Duration::from_secs(seconds))
    };
    let v3 = "priority 255\n version 3";
    let as_v2 = "priority 255\n version 3\n v3_checksum_as_v2";
    let none =
        "priority 255\n no_virtual_ipaddress\n virtual_ipaddress_excluded {\n 10.77.0.153\n }";
    let story = alone("", &["priority 255", v3, as_v2, none], nobody, 2);
    let sent = |story: &Story, vrid: u8| {
        let all = story.get(&vrid.to_string()).unwrap();
        let advert = all.iter().find(|(_, what)| what.contains("-> ")).unwrap();
        advert.1.split_once('[').unwrap().1.trim_end_matches(']').to_owned()
    };
    let bytes = |text: &str| -> Vec<u8> {
        text.split(", ").map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
    };
    let sums = |story: &Story, vrid| internet_checksum(&bytes(&sent(story, vrid))) == 0;
    assert!(!sums(&story, 52) && sums(&story, 53), "v3_checksum_as_v2: without a pseudo-header");
    assert_eq!(bytes(&sent(&story, 54))[3], 0, "no_virtual_ipaddress");
    let story = alone("v3_checksum_as_v2", &["priority 255", v3], nobody, 2);
    assert!(sums(&story, 52), "v3_checksum_as_v2 of global_defs");

    // 2.2.7 looks at no TTL of a unicast peer.
    let near = |limits: &str| {
        let peers = format!("unicast_src_ip 10.77.0.1\n unicast_peer {{\n 10.77.0.2 {limits}\n }}");
        let instances = ["priority 255", &format!("priority 200\n {peers}")];
        let story = alone("", &instances, leads, 5);
        times(&story, 52, "-> ").is_empty()
    };
    assert!(near("min_ttl 200 max_ttl 200"));
    assert!(!near("min_ttl 201") && !near("max_ttl 199"), "min_ttl, max_ttl");

    // An owner that hears another owner of a higher address gives way, unless it ignores him.
    let rival: Others = |lab| {
        let sender = Sender::new(lab.host(2));
        (52..=53).for_each(|vrid| sender.send(GROUP, 255, &advert(vrid, 255)));
    };
    let instances = ["priority 255", "priority 255", "priority 255\n owner_ignore_adverts"];
    let story = alone("", &instances, rival, 2);
    assert_eq!(times(&story, 52, "entering BACKUP").len(), 1);
    assert_eq!(times(&story, 53, "entering BACKUP").len(), 0, "owner_ignore_adverts");
    let story = alone("vrrp_owner_ignore_adverts", &instances, rival, 2);
    assert_eq!(times(&story, 52, "entering BACKUP").len(), 0, "vrrp_owner_ignore_adverts");
}

/// As backup the addresses of the same master are compared once (`skip_check_adv_addr`): 2.2.7
/// refuses adverts that list others, ours tells of them.
#[test]
fn address_lists_of_the_same_master_are_compared_once_if_asked_for() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let mismatches = |global: &str, line: &str| {
        let lab = Lab::new(2);
        let instances = ["priority 255", &format!("priority 200\n {line}")];
        let running = lab.start(1, Daemon::Ours, &configuration(global, &instances));
        running.wait_for_log("(V52) Entering BACKUP STATE", 1, ELECTION);
        let sender = Sender::new(lab.host(2));
        sender.send(GROUP, 255, &advert(52, 250));
        std::thread::sleep(Duration::from_millis(300));
        let mut other = advert(52, 250);
        (other[11], other[6], other[7]) = (99, 0, 0);
        let checksum = internet_checksum(&other);
        other[6..8].copy_from_slice(&checksum.to_be_bytes());
        sender.send(GROUP, 255, &other);
        std::thread::sleep(Duration::from_millis(700));
        let about = |text: &str| text.contains("(V52)") && text.contains("10.77.0.52");
        running.log().iter().filter(|line| about(&line.text)).count()
    };
    assert!(mismatches("", "") > 0);
    assert_eq!(mismatches("", "skip_check_adv_addr"), 0);
    assert_eq!(mismatches("vrrp_skip_check_adv_addr", ""), 0);
}

/// `notify_master_rx_lower_pri` runs when a lesser master is heard, and not before.
fn lesser_master_is_told(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(2);
    let told = lab.directory().join("told");
    let line =
        format!("priority 200\n notify_master_rx_lower_pri \"/usr/bin/touch {}\"", told.display());
    let mut running = lab.start(1, daemon, &configuration("", &[&line]));
    running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    std::thread::sleep(LATE);
    assert!(!told.exists());
    Sender::new(lab.host(2)).send(GROUP, 255, &advert(51, 50));
    wait_until("the script", 2 * LATE, || told.exists());
    running.assert_alive();
}

alone! {
    a_lesser_master_is_told_to_a_script => lesser_master_is_told;
}
