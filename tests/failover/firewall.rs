//! The packet filter: for one file, ours and keepalived's rules are equal, and do what they are for.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::lab::{Daemon, Host, Lab, Running, now, ready};
use crate::protocol::{ELECTION, Timing, addresses, assert_steady, start_pair};

/// IPv4, one interface.
const PLAIN: &str = "vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 150
        no_accept
        virtual_ipaddress {
            10.77.0.50
            10.77.0.51
        }
    }";

/// Both families, link-local addresses by number and by name, more than one instance.
const MIXED: &str = "global_defs {
        nftables_counters
    }
    vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 150
        no_accept
        dont_track_primary
        virtual_ipaddress {
            fe80::50
            2001:db8:77::50
        }
        virtual_ipaddress_excluded {
            10.77.0.50
        }
    }
    vrrp_instance V2 {
        interface eth0
        virtual_router_id 52
        priority 150
        no_accept
        virtual_ipaddress {
            fe80::52
            2001:db8:77::52
        }
        virtual_ipaddress_excluded {
            fe80::53/64
        }
    }
    vrrp_instance V3 {
        interface eth0
        virtual_router_id 53
        priority 150
        virtual_ipaddress {
            10.77.0.53
        }
    }";

/// Everything about the table that can be said.
const NAMED: &str = "global_defs {
        nftables guard
        nftables_priority -7
        nftables_ifindex
    }
    vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 150
        no_accept
        dont_track_primary
        virtual_ipaddress {
            fe80::50
        }
    }";

/// Strict mode, with what it allows to accept: version 3, and an owner.
const STRICT: &str = "global_defs {
        vrrp_strict
    }
    vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 150
        virtual_ipaddress {
            10.77.0.50
        }
    }
    vrrp_instance V2 {
        interface eth0
        virtual_router_id 52
        version 3
        accept
        priority 150
        virtual_ipaddress {
            10.77.0.52
        }
    }
    vrrp_instance V3 {
        interface eth0
        virtual_router_id 53
        state MASTER
        priority 255
        no_accept
        virtual_ipaddress {
            10.77.0.53
        }
    }";

fn nft(host: &Host, arguments: &[&str]) -> Output {
    host.namespace().command("nft").args(arguments).output().expect("nft is installed")
}

/// The ruleset of a host, without the numbers that depend on what was there before, without what
/// was counted, and with the elements of sets in order.
fn ruleset(host: &Host) -> Vec<Value> {
    let output = nft(host, &["-j", "list", "ruleset"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut objects = document["nftables"].as_array().unwrap().clone();
    objects.retain(|object| object.get("metainfo").is_none());
    objects.iter_mut().for_each(normalise);
    // The families of the tables come in the order of their making.
    objects.sort_by_key(|object| {
        let inner = object.as_object().unwrap().values().next().unwrap();
        inner["family"].as_str().unwrap().to_owned()
    });
    objects
}

fn normalise(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("handle");
            map.remove("packets");
            map.remove("bytes");
            if let Some(Value::Array(elements)) = map.get_mut("elem") {
                elements.sort_by_key(Value::to_string);
            }
            map.values_mut().for_each(normalise);
        }
        Value::Array(values) => values.iter_mut().for_each(normalise),
        _ => {}
    }
}

/// What the filter is while `daemon` waits, leads with so many instances, has lost its link (after
/// so many removals from the filter), and has stopped.
fn shown(daemon: Daemon, configuration: &str, masters: usize, removals: usize) -> [Vec<Value>; 4] {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let mut router = lab.start(1, daemon, configuration);
    router.wait_for_log("STATE (init)", 1, ELECTION);
    let waiting = ruleset(host);
    router.wait_for_log("Entering MASTER STATE", masters, ELECTION);
    let leading = settled(host);
    lab.carrier(1, false);
    router.wait_for_log("removing firewall drop rule", removals, ELECTION);
    let fault = settled(host);
    router.assert_alive();
    router.terminate(ELECTION);
    [waiting, leading, fault, ruleset(host)]
}

/// The ruleset when it changes no more.
fn settled(host: &Host) -> Vec<Value> {
    let mut last = ruleset(host);
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let next = ruleset(host);
        if next == last {
            return last;
        }
        last = next;
    }
}

fn assert_equal_rulesets(daemon: Daemon, configuration: &str, masters: usize, removals: usize) {
    if !ready(&[daemon, Daemon::Keepalived]) {
        return;
    }
    let seen = shown(daemon, configuration, masters, removals);
    let expected = shown(Daemon::Keepalived, configuration, masters, removals);
    assert!(expected[1].len() >= 4, "{expected:#?}");
    for (when, (seen, expected)) in
        ["waiting", "leading", "fault", "stopped"].iter().zip(seen.iter().zip(&expected))
    {
        let text =
            |objects: &[Value]| objects.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(text(seen), text(expected), "{when}");
    }
    assert!(seen[3].is_empty());
}

/// Whether an address answers a ping from host 2.
fn answers(lab: &Lab, address: &str) -> bool {
    let mut ping = lab.host(2).namespace().command("ping");
    let ping: &mut Command = ping.args(["-c", "2", "-i", "0.2", "-W", "1", "-n", address]);
    ping.output().expect("ping is installed").status.success()
}

/// Whether host 2 knows the hardware address of one of its neighbours.
fn is_neighbour(lab: &Lab, address: &str) -> bool {
    lab.host(2)
        .ip(&["neigh", "show", "dev", "eth0"])
        .lines()
        .any(|line| line.starts_with(&format!("{address} ")) && line.contains("lladdr"))
}

const FAMILIES: [&str; 3] = ["10.77.0.50", "2001:db8:77::50", "fe80::50"];

/// One instance a family, the addresses of [`FAMILIES`].
fn both_families(priority: u8, accept: &str) -> String {
    format!(
        "vrrp_instance V1 {{
            interface eth0
            virtual_router_id 51
            priority {priority}
            {accept}
            virtual_ipaddress {{
                10.77.0.50
            }}
        }}
        vrrp_instance V2 {{
            interface eth0
            virtual_router_id 52
            priority {priority}
            {accept}
            virtual_ipaddress {{
                fe80::50
                2001:db8:77::50
            }}
        }}"
    )
}

/// The addresses do not answer, ARP and neighbour discovery do, adverts go on, and a takeover works.
fn unanswered(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let (mut first, mut second) = start_pair(
        &lab,
        (master, &both_families(150, "no_accept")),
        (backup, &both_families(100, "no_accept")),
    );
    let vips = addresses(&FAMILIES);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let from = now();
    let scoped = ["10.77.0.50", "2001:db8:77::50", "fe80::50%eth0"];
    for (address, plain) in scoped.iter().zip(FAMILIES) {
        assert!(!answers(&lab, address), "{address} answers");
        assert!(is_neighbour(&lab, plain), "{plain} cannot be found");
    }
    assert!(answers(&lab, "10.77.0.1"), "the host itself answers");
    assert_steady(&lab, 1, Timing::V2(1).interval(), from, now());

    first.terminate(ELECTION);
    lab.wait_for_owners(&vips, &[2], ELECTION);
    assert!(ruleset(lab.host(1)).is_empty());
    second.assert_alive();
}

/// A reload that changes accept mode changes the filter, and touches nothing else. keepalived 2.2
/// does half of it: what is accepted from now on stays in the filter.
#[test]
fn accept_follows_a_reload() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(2);
    let mut router = lab.start(1, Daemon::Ours, &both_families(150, ""));
    lab.wait_for_owners(&addresses(&FAMILIES), &[1], ELECTION);
    assert!(ruleset(lab.host(1)).is_empty());
    let change = |router: &Running, text: &str, count| {
        router.write_configuration(text);
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", count, ELECTION);
        settled(lab.host(1));
    };
    assert!(answers(&lab, FAMILIES[0]) && answers(&lab, FAMILIES[1]));
    change(&router, &both_families(150, "no_accept"), 1);
    assert!(!answers(&lab, FAMILIES[0]) && !answers(&lab, FAMILIES[1]));
    change(&router, &both_families(150, "accept"), 2);
    assert!(answers(&lab, FAMILIES[0]) && answers(&lab, FAMILIES[1]));
    assert_eq!(router.logged("Entering BACKUP STATE"), 2, "once each, at the start");
    router.assert_alive();
}

/// Another name of the table would leave two of them: refused, as keepalived does.
fn another_table_is_refused(daemon: Daemon) {
    if !ready(&[daemon]) {
        return;
    }
    let lab = Lab::new(1);
    let mut router = lab.start(1, daemon, PLAIN);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    router.write_configuration(&format!("global_defs {{\n nftables other\n}}\n{PLAIN}"));
    router.signal(Signal::SIGHUP);
    let line = "Cannot change nftables table name at a reload - please restart keepalived";
    router.wait_for_log(line, 1, ELECTION);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    router.assert_alive();
}

/// What a killed predecessor left goes. (keepalived 2.2 lets it stand until it leads; ours goes at
/// the start.)
fn leftovers(daemon: Daemon) {
    if !ready(&[daemon]) {
        return;
    }
    let lab = Lab::new(1);
    let mut killed = lab.start(1, daemon, MIXED);
    killed.wait_for_log("Entering MASTER STATE", 3, ELECTION);
    let leading = settled(lab.host(1));
    killed.crash();
    assert_eq!(ruleset(lab.host(1)), leading);
    let mut router = lab.start(1, daemon, MIXED);
    router.wait_for_log("Entering MASTER STATE", 3, ELECTION);
    for family in ["ip", "ip6"] {
        router.wait_for_log(&format!("Deleting old {family} keepalived table"), 1, ELECTION);
    }
    assert_eq!(settled(lab.host(1)), leading);
    router.assert_alive();
    router.terminate(ELECTION);
    assert!(ruleset(lab.host(1)).is_empty());
}

/// Somebody flushes the whole ruleset, as a reload of another firewall does: the next change brings
/// back what is missing.
#[test]
fn tables_that_others_deleted_are_made_anew() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let mut router = lab.start(1, Daemon::Ours, PLAIN);
    router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    settled(lab.host(1));
    assert!(nft(lab.host(1), &["flush", "ruleset"]).status.success());
    router.write_configuration(&PLAIN.replace("10.77.0.51", "10.77.0.52"));
    router.signal(Signal::SIGHUP);
    let end = Instant::now() + ELECTION;
    loop {
        let text = ruleset(lab.host(1)).iter().map(Value::to_string).collect::<String>();
        if text.contains("10.77.0.50") && text.contains("10.77.0.52") {
            break;
        }
        assert!(Instant::now() < end, "{text}");
        std::thread::sleep(Duration::from_millis(50));
    }
    router.terminate(ELECTION);
    assert!(ruleset(lab.host(1)).is_empty());
}

/// Virtual MACs of each family, one of them with addresses of both.
const VIRTUAL_MACS: &str = "global_defs {
        nftables_counters
    }
    vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 150
        use_vmac
        virtual_ipaddress {
            10.77.0.50
        }
        virtual_ipaddress_excluded {
            2001:db8:77::50
        }
    }
    vrrp_instance V2 {
        interface eth0
        virtual_router_id 52
        priority 150
        use_vmac
        no_accept
        virtual_ipaddress {
            fe80::52
            2001:db8:77::52
        }
    }";

/// As keepalived 2.2.7 has it: it knows reports of MLD version 2 only, and no addresses of the
/// interface below, which came later.
fn of_2_2_7(objects: &[Value]) -> Vec<String> {
    let texts = objects.iter().map(Value::to_string).filter(|text| {
        !text.contains("parent_link_local") && !text.contains("\"name\":\"mld-report\"")
    });
    texts.map(|text| text.replace("\"@mld-report\"", "\"mld2-listener-report\"")).collect()
}

/// What the filter is while `daemon` leads with virtual MACs; nothing is left when it has stopped.
fn shown_with_virtual_macs(daemon: Daemon) -> (Vec<Value>, String) {
    let lab = Lab::new(1);
    let mut router = lab.start(1, daemon, VIRTUAL_MACS);
    router.wait_for_log("Entering MASTER STATE", 2, 2 * ELECTION);
    let leading = settled(lab.host(1));
    let text = nft(lab.host(1), &["list", "chain", "ip", "keepalived", "out"]).stdout;
    router.assert_alive();
    router.terminate(ELECTION);
    assert!(ruleset(lab.host(1)).is_empty());
    (leading, String::from_utf8(text).unwrap())
}

fn reports_of_virtual_macs(daemon: Daemon) {
    if !ready(&[daemon, Daemon::Keepalived]) {
        return;
    }
    let (seen, chain) = shown_with_virtual_macs(daemon);
    let (expected, _) = shown_with_virtual_macs(Daemon::Keepalived);
    assert_eq!(of_2_2_7(&seen).join("\n"), of_2_2_7(&expected).join("\n"));
    // The membership of the group of adverts was reported, and not by the virtual MAC.
    assert!(chain.contains("igmp") && !chain.contains("packets 0 "), "{chain}");
}

/// Stands in for the programs of iptables: says that it is of this kind, and takes down what it is
/// given to read. The kernel of the tests may have no iptables.
fn stand_in(directory: &Path, kind: &str) -> PathBuf {
    let programs = directory.join("programs");
    fs::create_dir_all(&programs).unwrap();
    let record = directory.join("record").display().to_string();
    for name in ["iptables", "iptables-save", "ip6tables-save"] {
        write_program(&programs.join(name), &format!("echo 'iptables v1.8.9 ({kind})'"));
    }
    for name in ["iptables-restore", "ip6tables-restore", "ipset"] {
        let text = format!("{{ echo \"$ {name} $*\"; cat; }} >> {record}");
        write_program(&programs.join(name), &text);
    }
    let path = std::env::var("PATH").unwrap();
    PathBuf::from(format!("{}:{path}", programs.display()))
}

fn write_program(path: &Path, line: &str) {
    fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What the programs were given since the last time.
fn given(lab: &Lab) -> Vec<String> {
    let path = lab.directory().join("record");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _none = fs::remove_file(path);
    text.lines().map(str::to_owned).collect()
}

fn with_iptables(settings: &str) -> String {
    format!("global_defs {{\n{settings}\n}}\n{PLAIN}")
}

/// keepalived of distributions is built without it: there is nothing to compare with.
#[test]
fn iptables_is_driven_by_its_programs() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let path = stand_in(lab.directory(), "legacy");
    let text = with_iptables("vrrp_iptables kin kout\nvrrp_ipsets vips");
    let mut router = lab.start_with(1, Daemon::Ours, &text, &[("PATH", &path)]);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    let made = [
        "$ ipset restore -exist",
        "create vips hash:ip family inet",
        "flush vips",
        "add vips 10.77.0.50",
        "add vips 10.77.0.51",
        "$ iptables-restore --noflush",
        "*filter",
        "-A kin -m set --match-set vips dst -j DROP",
        "-A kout -m set --match-set vips src -j DROP",
        "COMMIT",
    ];
    assert_eq!(given(&lab), made, "before the addresses are there");
    assert!(ruleset(lab.host(1)).is_empty());
    router.terminate(ELECTION);
    let undone = [
        "$ ipset restore -exist",
        "del vips 10.77.0.50",
        "del vips 10.77.0.51",
        "$ iptables-restore --noflush",
        "*filter",
        "-D kin -m set --match-set vips dst -j DROP",
        "-D kout -m set --match-set vips src -j DROP",
        "COMMIT",
        "$ ipset restore -exist",
        "destroy vips",
    ];
    assert_eq!(given(&lab), undone);
}

/// Where iptables writes nftables anyway, that is written at once.
#[test]
fn iptables_that_writes_nftables_is_passed_over() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let path = stand_in(lab.directory(), "nf_tables");
    let text = with_iptables("vrrp_iptables");
    let mut router = lab.start_with(1, Daemon::Ours, &text, &[("PATH", &path)]);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    router.wait_for_log("using nftables instead of vrrp_iptables", 1, ELECTION);
    assert!(!ruleset(lab.host(1)).is_empty());
    router.terminate(ELECTION);
    assert_eq!(given(&lab), Vec::<String>::new());
    assert!(ruleset(lab.host(1)).is_empty());
}

roles! {
    addresses_that_do_not_accept_are_silent => unanswered;
}

macro_rules! of_each {
    ($($name:ident, $oracle:ident => $test:expr;)+) => {$(
        #[test]
        fn $name() {
            let test: fn(Daemon) = $test;
            test(Daemon::Ours);
        }

        #[test]
        #[ignore = "oracle: proves the scenario, not our daemon"]
        fn $oracle() {
            let test: fn(Daemon) = $test;
            test(Daemon::Keepalived);
        }
    )+};
}

of_each! {
    rules_of_one_instance, rules_of_keepalived_of_one_instance =>
        |daemon| assert_equal_rulesets(daemon, PLAIN, 1, 2);
    rules_of_both_families, rules_of_keepalived_of_both_families =>
        |daemon| assert_equal_rulesets(daemon, MIXED, 3, 3);
    rules_in_a_named_table, rules_of_keepalived_in_a_named_table =>
        |daemon| assert_equal_rulesets(daemon, NAMED, 1, 1);
    rules_of_strict_mode, rules_of_keepalived_of_strict_mode =>
        |daemon| assert_equal_rulesets(daemon, STRICT, 3, 2);
    another_table_at_a_reload, another_table_at_a_reload_of_keepalived => another_table_is_refused;
    reports_of_virtual_macs_leave_below, reports_of_virtual_macs_of_keepalived =>
        reports_of_virtual_macs;
    tables_of_a_dead_predecessor, tables_of_a_dead_keepalived => leftovers;
}
