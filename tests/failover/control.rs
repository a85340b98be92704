//! SIGHUP and the scripts: what the administrator sees of the daemon.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::lab::{AddressEvents, Daemon, Lab, now, ready};
use crate::protocol::{
    ELECTION, Timing, VIPS, addresses, assert_silent, assert_steady, start_pair, two_addresses,
};

const TIMING: Timing = Timing::V2(1);

fn reload(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let events = AddressEvents::watch(lab.host(1));

    // An unchanged file: no address is touched, no advert is missing.
    let from = now();
    first.signal(Signal::SIGHUP);
    let (end, _) =
        lab.capture().wait_for_advert(1, from + Duration::from_secs(3), ELECTION, |_| true);
    assert_steady(&lab, 1, TIMING.interval(), from, end);
    assert_eq!(events.seen(), Vec::<String>::new());

    // Another priority: the same master, with no address touched, announces it.
    first.write_configuration(&two_addresses(160, ""));
    let changed = now();
    first.signal(Signal::SIGHUP);
    let (end, _) =
        lab.capture().wait_for_advert(1, changed, ELECTION, |advert| advert.priority() == 160);
    let (end, _) = lab.capture().wait_for_advert(1, end, ELECTION, |_| true);
    assert_steady(&lab, 1, TIMING.interval(), changed, end);
    assert_eq!(events.seen(), Vec::<String>::new());

    assert!(lab.capture().adverts(1).iter().all(|(_, advert)| advert.priority() != 0));
    assert_silent(&lab, 2, Duration::ZERO);
    assert_eq!(first.logged("(V1) Entering BACKUP STATE"), 1);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    first.assert_alive();
    second.assert_alive();
}

/// A file that cannot be meant is refused as a whole. (keepalived takes what it can read.)
fn broken_file_is_refused(backup: Daemon) {
    if !ready(&[Daemon::Ours, backup]) {
        return;
    }
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (mut first, mut second) = start_pair(
        &lab,
        (Daemon::Ours, &two_addresses(150, "")),
        (backup, &two_addresses(100, "")),
    );
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let events = AddressEvents::watch(lab.host(1));

    first.write_configuration(
        "vrrp_instanze V1 {
            interface eth0
            virtual_router_id 51
            priority 20
            virtual_ipaddress {
                10.77.0.50
        }",
    );
    let from = now();
    first.signal(Signal::SIGHUP);
    let enough = Duration::from_secs(5);
    let (end, _) = lab.capture().wait_for_advert(1, from + enough, ELECTION, |_| true);
    assert_steady(&lab, 1, TIMING.interval(), from, end);
    assert!(lab.capture().adverts(1).iter().all(|(_, advert)| advert.priority() == 150));
    assert_eq!(events.seen(), Vec::<String>::new());
    assert_silent(&lab, 2, Duration::ZERO);
    lab.wait_for_owners(&vips, &[1], ELECTION);

    // It listens still: the repaired file counts.
    first.write_configuration(&two_addresses(160, ""));
    first.signal(Signal::SIGHUP);
    lab.capture().wait_for_advert(1, end, ELECTION, |advert| advert.priority() == 160);
    first.assert_alive();
    second.assert_alive();
}

/// Writes a script that appends the number of its arguments and each of them to `log`.
fn write_script(path: &Path, log: &Path) {
    let text = format!(
        "#!/bin/sh\nline=\"$#\"\nfor word in \"$@\"; do line=\"$line|$word\"; done\n\
         echo \"$line\" >> {}\n",
        log.display()
    );
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn wait_for_lines(path: &Path, expected: &[&str], within: Duration) {
    let end = Instant::now() + within;
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        if lines == expected {
            return;
        }
        assert!(Instant::now() < end, "{}: {lines:?}, expected {expected:?}", path.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Every state of one router: start, lead, fault, recovery, lead, stop.
fn notifications(daemon: Daemon) {
    if !ready(&[daemon]) {
        return;
    }
    let lab = Lab::new(1);
    let path = |name: &str| lab.directory().join(name);
    write_script(&path("generic.sh"), &path("generic.log"));
    write_script(&path("state.sh"), &path("state.log"));
    let directory = lab.directory().display();
    let mut router = lab.start(
        1,
        daemon,
        &format!(
            "global_defs {{
                script_user root
            }}
            vrrp_instance V1 {{
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority 150
                advert_int 1
                virtual_ipaddress {{
                    10.77.0.50
                }}
                notify_master \"{directory}/state.sh leads 'two words'\"
                notify_backup {directory}/state.sh
                notify_fault \"{directory}/state.sh fault\" root
                notify_stop \"{directory}/state.sh stop\"
                notify {directory}/generic.sh
            }}"
        ),
    );
    let within = ELECTION;
    let generic = ["BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER", "STOP"]
        .map(|state| format!("4|INSTANCE|V1|{state}|150"));
    let generic: Vec<_> = generic.iter().map(String::as_str).collect();
    let state = ["0", "2|leads|two words", "1|fault", "0", "2|leads|two words", "1|stop"];
    let so_far = |count: usize| {
        wait_for_lines(&path("generic.log"), &generic[..count], within);
        wait_for_lines(&path("state.log"), &state[..count], within);
    };
    so_far(1);
    so_far(2);
    // The scripts run after the addresses are set.
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], Duration::ZERO);
    lab.carrier(1, false);
    so_far(3);
    lab.carrier(1, true);
    so_far(4);
    so_far(5);
    router.assert_alive();
    router.terminate(within);
    so_far(6);
}

/// A reload that drops an instance: its addresses go, and its generic script hears FAULT (so
/// keepalived has it; `notify_fault` is not run).
fn removed_by_reload(daemon: Daemon) {
    if !ready(&[daemon]) {
        return;
    }
    let lab = Lab::new(1);
    let path = |name: &str| lab.directory().join(name);
    write_script(&path("generic.sh"), &path("generic.log"));
    write_script(&path("fault.sh"), &path("fault.log"));
    let directory = lab.directory().display();
    let instance = |name: &str, vrid: u8, scripts: &str| {
        format!(
            "vrrp_instance {name} {{
                state MASTER
                interface eth0
                virtual_router_id {vrid}
                priority 255
                virtual_ipaddress {{
                    10.77.0.{vrid}
                }}
                {scripts}
            }}"
        )
    };
    let scripts = format!(
        "notify {directory}/generic.sh root
                notify_fault {directory}/fault.sh root"
    );
    let (leaves, stays) = (instance("V1", 51, &scripts), instance("V2", 52, ""));
    let mut router = lab.start(1, daemon, &format!("{leaves}\n{stays}"));
    let vips = addresses(&["10.77.0.51", "10.77.0.52"]);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    wait_for_lines(&path("generic.log"), &["4|INSTANCE|V1|MASTER|255"], ELECTION);

    router.write_configuration(&stays);
    router.signal(Signal::SIGHUP);
    lab.wait_for_owners(&vips[..1], &[], ELECTION);
    let lines = ["4|INSTANCE|V1|MASTER|255", "4|INSTANCE|V1|FAULT|255"];
    wait_for_lines(&path("generic.log"), &lines, ELECTION);
    assert!(!path("fault.log").exists(), "notify_fault is not run");
    lab.wait_for_owners(&vips[1..], &[1], ELECTION);
    router.assert_alive();
}

roles! {
    reload_touches_what_changed => reload;
}

#[test]
fn reload_of_a_broken_file_is_refused_before_keepalived() {
    broken_file_is_refused(Daemon::Keepalived);
}

#[test]
fn reload_of_a_broken_file_is_refused_before_ours() {
    broken_file_is_refused(Daemon::Ours);
}

#[test]
fn an_instance_of_ours_that_a_reload_removes_is_told() {
    removed_by_reload(Daemon::Ours);
}

#[test]
#[ignore = "oracle: proves the scenario, not our daemon"]
fn an_instance_of_keepalived_that_a_reload_removes_is_told() {
    removed_by_reload(Daemon::Keepalived);
}

#[test]
fn notify_scripts_of_ours() {
    notifications(Daemon::Ours);
}

#[test]
#[ignore = "oracle: proves the scenario, not our daemon"]
fn notify_scripts_of_keepalived() {
    notifications(Daemon::Keepalived);
}
