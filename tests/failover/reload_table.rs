//! What becomes of a master's address when a changed file is loaded: ours beside keepalived.

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::lab::{AddressEvents, Daemon, Lab, now, ready};
use crate::protocol::ELECTION;

/// What becomes of the address, and of the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    /// It is not touched.
    Kept,
    /// It is removed, and set again by the next election.
    Returns,
    /// It is removed for good, and nobody advertises any more.
    Gone,
    /// It is removed for good, and the master advertises itself on, so that no backup takes over.
    GoneBehindAMaster,
    /// The process ends, and leaves it on the interface: a backup will set it too.
    LeftBehind,
}

use Outcome::{Gone, GoneBehindAMaster, Kept, LeftBehind, Returns};

/// What stands in the file afterwards; `None`: there is no file.
type Edit = fn(&str) -> Option<String>;

/// The change; what keepalived 2.2 makes of it; what ours does; whether ours takes the file.
const TABLE: &[(&str, Edit, Outcome, Outcome, bool)] = &[
    ("nothing", |text| Some(text.to_owned()), Kept, Kept, true),
    (
        "address added",
        |text| edit(text, VIP_LINE, "10.77.0.50/24\n10.77.0.51/24"),
        Kept,
        Kept,
        true,
    ),
    ("priority", |text| edit(text, "priority 150", "priority 120"), Kept, Kept, true),
    ("renamed", |text| edit(text, "vrrp_instance V1", "vrrp_instance Other"), Kept, Kept, true),
    ("VRID", |text| edit(text, "router_id 51", "router_id 52"), Returns, Returns, true),
    ("virtual_ipaddress misspelt, version 2", misspelt, GoneBehindAMaster, Kept, false),
    ("virtual_ipaddress misspelt, version 3", misspelt, LeftBehind, Kept, false),
    (
        "last brace lost",
        |text| Some(text.trim_end_matches(['}', '\n']).to_owned()),
        Kept,
        Kept,
        false,
    ),
    ("file empty", |_| Some(String::new()), Gone, Kept, false),
    ("file missing", |_| None, Gone, Kept, false),
    (
        "no such interface",
        |text| edit(text, "interface eth0", "interface eth7"),
        LeftBehind,
        Kept,
        false,
    ),
    (
        "no such script",
        |text| edit(text, "priority 150", "priority 150\nnotify_master /nonexistent/script.sh"),
        Kept,
        Kept,
        false,
    ),
];

const VIP_LINE: &str = "10.77.0.50/24";

fn edit(text: &str, from: &str, to: &str) -> Option<String> {
    assert!(text.contains(from), "{from}");
    Some(text.replacen(from, to, 1))
}

fn misspelt(text: &str) -> Option<String> {
    edit(text, "virtual_ipaddress", "virtual_ipadress")
}

fn configuration(version: u8) -> String {
    let interval = if version == 2 { "1" } else { "0.2" };
    format!(
        "vrrp_instance V1 {{
    version {version}
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int {interval}
    virtual_ipaddress {{
        {VIP_LINE}
    }}
}}
"
    )
}

/// What is certain by then: an election takes 0.8 s in version 3, and keepalived rests up to a second.
const SETTLED: Duration = Duration::from_secs(4);

fn outcome(daemon: Daemon, what: &str, edit: Edit, taken: bool) -> Outcome {
    let text = configuration(if what.ends_with("version 2") { 2 } else { 3 });
    let after = edit(&text);
    outcome_of(daemon, what, (text, after), taken)
}

fn outcome_of(
    daemon: Daemon,
    what: &str,
    (text, after): (String, Option<String>),
    taken: bool,
) -> Outcome {
    let lab = Lab::new(1);
    let vip: IpAddr = [10, 77, 0, 50].into();
    let mut router = lab.start(1, daemon, &text);
    lab.wait_for_owners(&[vip], &[1], ELECTION);
    let file = lab.directory().join("h1").join("keepalived.conf");
    let events = AddressEvents::watch(lab.host(1));
    replace(&file, after.as_deref());
    router.signal(Signal::SIGHUP);
    std::thread::sleep(SETTLED);
    let changes: Vec<bool> = events.of(vip).into_iter().map(|(_, there)| there).collect();
    let advertises = lab.capture().last_advert(1) + Duration::from_secs(2) > now();
    let outcome = match (changes.as_slice(), advertises, router.has_ended()) {
        ([], true, false) => Kept,
        ([false, true], true, false) => Returns,
        ([false], false, false) => Gone,
        ([false], true, false) => GoneBehindAMaster,
        ([], false, true) => LeftBehind,
        other => panic!("{daemon:?}, {what}: {other:?}"),
    };
    if daemon == Daemon::Ours {
        router.assert_alive();
        let (complete, refused) =
            (router.logged("Reload complete"), router.logged("New configuration refused: "));
        assert_eq!((complete, refused), (usize::from(taken), usize::from(!taken)), "{what}");
        // What was refused does not stand in the way of what is good.
        replace(&file, Some(&text));
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", usize::from(taken) + 1, ELECTION);
    }
    outcome
}

fn replace(file: &Path, text: Option<&str>) {
    match text {
        Some(text) => fs::write(file, text).unwrap(),
        None => fs::remove_file(file).unwrap(),
    }
}

fn table(daemon: Daemon) {
    if !ready(&[daemon]) {
        return;
    }
    let seen: Vec<_> = std::thread::scope(|scope| {
        let rows = TABLE.iter().map(|&(what, edit, theirs, ours, taken)| {
            let expected = if daemon == Daemon::Ours { ours } else { theirs };
            let row = scope.spawn(move || outcome(daemon, what, edit, taken));
            (what, expected, row)
        });
        let rows: Vec<_> = rows.collect();
        rows.into_iter().map(|(what, expected, row)| (what, expected, row.join().ok())).collect()
    });
    for (what, expected, outcome) in &seen {
        eprintln!("FIGURE {daemon:?} after a reload with {what}: {outcome:?}");
        assert_eq!(*outcome, Some(*expected), "{daemon:?}: {what}");
    }
}

#[test]
fn ours_keeps_the_address_unless_it_cannot() {
    table(Daemon::Ours);
}

#[test]
fn keepalived_loses_it_in_five_ways() {
    table(Daemon::Keepalived);
}

const SCRIPT: &str = "vrrp_script chk {\n script /usr/bin/true\n interval 1\n}\n";
const GROUP: &str = "vrrp_sync_group G1 {\n group {\n V1\n }\n}\n";
const STATIC_ADDRESS: &str = "static_ipaddress {\n 10.99.0.1/24 dev eth0\n}\n";
const STATIC_ROUTE: &str = "static_routes {\n 172.16.1.0/24 dev eth0\n}\n";
const STATIC_RULE: &str = "static_rules {\n from 10.5.0.0/16 table 100 priority 2000\n}\n";
const DEFINITIONS: &str = "global_defs {\n router_id a\n script_user root\n}\n";

/// What stands above the instance before and after, the change, and what becomes of its address.
fn around_the_instance() -> Vec<(&'static str, String, String, Outcome)> {
    let tracking = GROUP.replace("group {", "track_script {\n chk\n }\n group {");
    let with = |blocks: &[&str]| DEFINITIONS.to_owned() + &blocks.concat();
    let slower = SCRIPT.replace("interval 1", "interval 2");
    let other = SCRIPT.replace("/usr/bin/true", "\"/usr/bin/true x\"");
    let elsewhere = STATIC_ROUTE.replace("172.16.1", "172.16.2");
    let repeats = DEFINITIONS.replace("router_id a", "vrrp_garp_master_repeat 2");
    vec![
        ("a group put around it", with(&[]), with(&[GROUP]), Kept),
        ("its group taken away", with(&[GROUP]), with(&[]), Kept),
        ("a script for its group", with(&[SCRIPT, GROUP]), with(&[SCRIPT, &tracking]), Kept),
        ("no script for its group", with(&[SCRIPT, &tracking]), with(&[SCRIPT, GROUP]), Kept),
        (
            "a script of another rhythm",
            with(&[SCRIPT, &tracking]),
            with(&[&slower, &tracking]),
            Kept,
        ),
        ("another script", with(&[SCRIPT, &tracking]), with(&[&other, &tracking]), Kept),
        ("a script that nobody tracks", with(&[]), with(&[SCRIPT]), Kept),
        ("a static address", with(&[]), with(&[STATIC_ADDRESS]), Kept),
        ("no static address", with(&[STATIC_ADDRESS]), with(&[]), Kept),
        ("another static route", with(&[STATIC_ROUTE]), with(&[&elsewhere]), Kept),
        ("a static rule", with(&[]), with(&[STATIC_RULE]), Kept),
        ("router_id", with(&[]), with(&[]).replace("router_id a", "router_id b"), Kept),
        ("a default of instances", with(&[]), repeats, Kept),
    ]
}

fn around(daemon: Daemon) {
    if !ready(&[daemon]) {
        return;
    }
    let seen: Vec<_> = std::thread::scope(|scope| {
        let rows = around_the_instance().into_iter().map(|(what, before, after, expected)| {
            let texts = (before + &configuration(3), Some(after + &configuration(3)));
            let row = scope.spawn(move || outcome_of(daemon, what, texts, true));
            (what, expected, row)
        });
        let rows: Vec<_> = rows.collect();
        rows.into_iter().map(|(what, expected, row)| (what, expected, row.join().ok())).collect()
    });
    for (what, _, outcome) in &seen {
        eprintln!("FIGURE {daemon:?} after a reload with {what}: {outcome:?}");
    }
    for (what, expected, outcome) in &seen {
        assert_eq!(*outcome, Some(*expected), "{daemon:?}: {what}");
    }
}

#[test]
fn ours_keeps_the_address_whatever_changes_around_the_instance() {
    around(Daemon::Ours);
}

#[test]
fn keepalived_and_what_changes_around_the_instance() {
    around(Daemon::Keepalived);
}

/// What the script said would be lost, and with it a part of the priority; every reload could take an
/// address away, announce it again, or hold an advert up.
#[test]
fn fifty_reloads_of_the_same_file_are_not_noticed() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let vip: IpAddr = [10, 77, 0, 50].into();
    let runs = lab.directory().join("runs");
    let script = lab.directory().join("check.sh");
    fs::write(&script, format!("#!/bin/sh\necho >> {}\n", runs.display())).unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let text = format!(
        "global_defs {{
    script_user root
}}
vrrp_script check {{
    script {}
    interval 3600
    weight 20
}}
vrrp_instance V1 {{
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    track_script {{
        check
    }}
    virtual_ipaddress {{
        10.77.0.50
    }}
}}",
        script.display()
    );
    let mut router = lab.start(1, Daemon::Ours, &text);
    lab.wait_for_owners(&[vip], &[1], ELECTION);
    // The announcements of the takeover, and their repetition after five seconds.
    std::thread::sleep(Duration::from_secs(6));
    let events = AddressEvents::watch(lab.host(1));
    let (from, _) = lab.capture().wait_for_advert(1, now(), ELECTION, |_| true);
    let announced = lab.capture().announced(1, Duration::ZERO).len();
    let begun = Instant::now();
    for reload in 1..=50 {
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", reload, ELECTION);
        std::thread::sleep(Duration::from_millis(60));
    }
    let (until, _) = lab.capture().wait_for_advert(1, now(), ELECTION, |_| true);
    eprintln!("FIGURE fifty reloads took {:.1?}", begun.elapsed());

    let adverts: Vec<_> = lab
        .capture()
        .adverts(1)
        .into_iter()
        .filter(|(at, _)| (from..=until).contains(at))
        .collect();
    assert!(adverts.iter().all(|(_, advert)| advert.priority() == 170), "the result was lost");
    let gaps = adverts.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let longest = gaps.clone().max().unwrap();
    eprintln!("FIGURE longest gap between adverts: {longest:.3?} of 1 s");
    assert!(longest <= Duration::from_millis(1100), "{longest:?}");
    assert!(gaps.min().unwrap() >= Duration::from_millis(900), "an advert came early");
    assert_eq!(events.seen(), Vec::<String>::new());
    assert_eq!(lab.capture().announced(1, Duration::ZERO).len(), announced);
    assert_eq!(fs::read_to_string(&runs).unwrap().lines().count(), 1, "runs of the script");
    assert_eq!(router.logged("Reload: nothing changes"), 50);
    router.assert_alive();
}

/// One that could not be run at the start is no reason to refuse: the running configuration has no
/// more than the new one.
#[test]
fn a_script_that_never_could_be_run_does_not_stop_a_reload() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let with = |priority: u8, more: &str| {
        configuration(3).replace(
            "priority 150",
            &format!("priority {priority}\nnotify_fault /nonexistent/old.sh\n{more}"),
        )
    };
    let mut router = lab.start(1, Daemon::Ours, &with(150, ""));
    lab.wait_for_owners(&[[10, 77, 0, 50].into()], &[1], ELECTION);
    for (priority, times) in [(151, 1), (152, 2)] {
        router.write_configuration(&with(priority, ""));
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", times, ELECTION);
    }
    router.write_configuration(&with(153, "notify_backup /nonexistent/new.sh"));
    router.signal(Signal::SIGHUP);
    router.wait_for_log(
        "New configuration refused: script /nonexistent/new.sh cannot be run; the running \
         configuration goes on",
        1,
        ELECTION,
    );
    router.assert_alive();
}
