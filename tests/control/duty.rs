//! Drain, resume and failover of running daemons.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::client::{ask, instance, socket, stillalive, wait_for_socket};
use crate::lab::{Daemon, Lab, Running, now, ready};

/// An election, on a loaded machine.
const ELECTION: Duration = Duration::from_secs(8);
/// Skew time of priority 100 with an interval of a second, and time for a loaded machine.
const SOON: Duration = Duration::from_millis(610 + 500);
const VIP: &str = "10.77.0.50";

fn configuration(priority: u8) -> String {
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            virtual_ipaddress {{
                {VIP}
            }}
        }}"
    )
}

/// Host 1 leads, with ours; host 2 listens.
fn pair(lab: &Lab, backup: Daemon) -> (Running, Running) {
    let first = lab.start(1, Daemon::Ours, &configuration(150));
    lab.wait_for_owners(&[VIP.parse().unwrap()], &[1], ELECTION);
    let second = lab.start(2, backup, &configuration(100));
    wait_for_socket(lab, 1);
    // It must have heard the master.
    std::thread::sleep(Duration::from_millis(1_500));
    (first, second)
}

fn owners(lab: &Lab, numbers: &[u8]) {
    lab.wait_for_owners(&[VIP.parse().unwrap()], numbers, ELECTION);
}

/// From the first word of resignation of host 1 to the first advert of host 2.
fn handed_over_in(lab: &Lab, since: Duration) -> Duration {
    let zero = |advert: &crate::lab::Advert| advert.priority() == 0;
    let (resigned, _) = lab.capture().wait_for_advert(1, since, ELECTION, zero);
    let (led, _) = lab.capture().wait_for_advert(2, resigned, ELECTION, |_| true);
    led - resigned
}

fn drain_hands_over_and_outlives_the_process(backup: Daemon) {
    if !ready(&[Daemon::Ours, backup]) {
        return;
    }
    let lab = Lab::new(2);
    let (mut first, mut second) = pair(&lab, backup);
    let asked = now();
    let done = stillalive(&lab, 1, &["drain", "V1", "--reason", "new memory"]);
    assert_eq!(String::from_utf8_lossy(&done.stdout), "V1: MASTER -> BACKUP\n");
    assert!(done.status.success());
    let took = handed_over_in(&lab, asked);
    assert!(took < SOON, "the other one leads after {took:?}");
    owners(&lab, &[2]);
    assert_eq!(first.logged("Control: drain of V1 until resumed asked for by uid 0, pid "), 1);

    // A crash, and a proper restart.
    first.crash();
    drop(first);
    let mut first = lab.start(1, Daemon::Ours, &configuration(150));
    wait_for_socket(&lab, 1);
    assert_eq!(instance(&lab, 1)["drained"]["reason"], "new memory");
    first.terminate(ELECTION);
    drop(first);
    let mut first = lab.start(1, Daemon::Ours, &configuration(150));
    wait_for_socket(&lab, 1);
    let asked = now();
    std::thread::sleep(Duration::from_secs(5));
    owners(&lab, &[2]);
    assert!(lab.capture().adverts(1).iter().all(|(time, _)| *time < asked), "a drained one speaks");
    // A reload changes nothing of it.
    first.write_configuration(&configuration(160));
    first.signal(Signal::SIGHUP);
    first.wait_for_log("Reload complete", 1, ELECTION);
    assert_eq!(instance(&lab, 1)["drained"]["by"].as_str().unwrap()[..5], *"uid 0");
    assert_eq!(instance(&lab, 1)["priority"], 160);
    // The other one dies: nobody leads, and the status says so.
    second.crash();
    drop(second);
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(instance(&lab, 1)["drained"]["nobody_leads"], true);
    let text = stillalive(&lab, 1, &["status"]).stdout;
    assert!(String::from_utf8_lossy(&text).contains("!! V1: NOBODY HOLDS THE ADDRESSES"));
    assert!(stillalive(&lab, 1, &["resume", "all"]).status.success());
    owners(&lab, &[1]);
    assert!(!lab.directory().join("h1/vrrp.drains").exists());
    let answer = ask(&lab, 1, r#"{"version":1,"ask":"status"}"#);
    assert_eq!(answer["status"]["commands"][0]["what"], "resume of all instances");
    first.assert_alive();
}

#[test]
fn a_drain_hands_over_to_ours_and_outlives_the_process() {
    drain_hands_over_and_outlives_the_process(Daemon::Ours);
}

#[test]
fn a_drain_hands_over_to_keepalived_and_outlives_the_process() {
    drain_hands_over_and_outlives_the_process(Daemon::Keepalived);
}

#[test]
fn a_failover_is_followed_by_an_ordinary_election() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(2);
    let (first, _second) = pair(&lab, Daemon::Keepalived);
    let asked = now();
    assert!(stillalive(&lab, 1, &["failover", "V1"]).status.success());
    let took = handed_over_in(&lab, asked);
    assert!(took < SOON, "the other one leads after {took:?}");
    owners(&lab, &[2]);
    // It preempts, so it comes back.
    owners(&lab, &[1]);
    assert_eq!(first.logged("(V1) Entering MASTER STATE"), 2);
}

#[test]
fn a_drain_ends_when_its_time_is_over() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(2);
    let (_first, _second) = pair(&lab, Daemon::Ours);
    assert!(stillalive(&lab, 1, &["drain", "all", "--for", "6"]).status.success());
    owners(&lab, &[2]);
    owners(&lab, &[1]);
    assert!(instance(&lab, 1)["drained"].is_null());
}

#[test]
fn scripts_learn_by_the_exit_status() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(2);
    let status =
        |number, words: &[&str]| stillalive(&lab, number, words).status.code().expect("ended");
    assert_eq!(status(1, &["status", "--is-master", "V1"]), 2, "no daemon");
    let (_first, _second) = pair(&lab, Daemon::Ours);
    assert_eq!(status(1, &["status", "--is-master", "V1"]), 0);
    assert_eq!(status(2, &["status", "--is-master", "V1"]), 1);
    assert_eq!(status(1, &["status", "--is-master", "V9"]), 3);
    assert_eq!(status(1, &["status", "V9"]), 3);
    assert_eq!(status(1, &["drain", "V9"]), 3);
    assert_eq!(status(1, &["drain", "V1", "--for", "soon"]), 2);
    assert_eq!(status(1, &["drain", "V1", "--reason", "two\nlines"]), 1);
    assert_eq!(status(1, &["status", "--json"]), 0);
    assert_eq!(instance(&lab, 2)["peers"][0]["address"], "10.77.0.1");
    assert_eq!(instance(&lab, 2)["peers"][0]["priority"], 150);
    owners(&lab, &[1]);
}

#[test]
fn the_socket_is_for_root_and_a_group_and_goes_with_the_daemon() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    // Others may enter the directory, so that it is the socket that keeps them out.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(lab.directory(), mode).unwrap();
    let mut first =
        lab.start_as(1, Daemon::Ours, &configuration(150), &["--control-group", "4711"]);
    wait_for_socket(&lab, 1);
    let found = fs::symlink_metadata(socket(&lab, 1)).unwrap();
    assert!(found.file_type().is_socket());
    assert_eq!((found.mode() & 0o7777, found.uid(), found.gid()), (0o660, 0, 4_711));
    let as_user = |group: u32, words: &[&str]| {
        let program = lab.directory().join("stillalive");
        if !program.exists() {
            fs::copy(env!("CARGO_BIN_EXE_stillalive"), &program).unwrap();
        }
        let mut command = Command::new(program);
        command.args(words).arg("--control-socket").arg(socket(&lab, 1));
        command.uid(4_712).gid(group).output().unwrap().status.code()
    };
    assert_eq!(as_user(4_712, &["status"]), Some(2), "a stranger");
    assert_eq!(as_user(4_711, &["status"]), Some(0), "a member");
    assert_eq!(as_user(4_711, &["drain", "V1"]), Some(0), "a member");
    assert_eq!(first.logged("asked for by uid 4712, pid "), 1);
    assert!(first.terminate(ELECTION).success());
    assert!(!socket(&lab, 1).exists());
}

#[test]
fn without_a_place_there_is_no_socket() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let first = lab.start_as(1, Daemon::Ours, &configuration(150), &["--control-socket="]);
    first.wait_for_log("Startup complete", 1, ELECTION);
    assert!(!socket(&lab, 1).exists());
}
