//! Running processes (`vrrp_track_process`): what ours and keepalived make of them. The kernel tells
//! of processes in the initial network namespace only, so the daemons are started there and enter
//! that of their host by `net_namespace`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use nix::libc;

use crate::buffers::sizes;
use crate::lab::{Daemon, Lab, ready};
use crate::namespace::{Outside, name};
use crate::protocol::{EARLY, ELECTION, LATE};

/// A process of the test, ended with it.
struct Process(Child);

impl Process {
    fn start(program: &Path, arguments: &[&str]) -> Self {
        Self(Command::new(program).args(arguments).spawn().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that sleeps, with a name of its own.
fn program(lab: &Lab) -> PathBuf {
    let host = name(lab);
    let short: String = host.trim_start_matches("sa-").chars().take(14).collect();
    let path = lab.directory().join(format!("p{short}"));
    std::fs::copy("/bin/sleep", &path).unwrap();
    path
}

fn configuration(lab: &Lab, process: &str) -> String {
    format!(
        "net_namespace {}
global_defs {{
    process_monitor_rcv_bufs 100000
}}
vrrp_track_process watched {{
    {process}
}}
vrrp_instance V1 {{
    interface eth0
    virtual_router_id 51
    priority 120
    track_process {{
        watched
    }}
    virtual_ipaddress {{
        10.77.0.50
    }}
}}
",
        name(lab)
    )
}

fn each(scenario: impl Fn(&Lab, Daemon, &Path, &str)) {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let program = program(&lab);
        let name = program.file_name().unwrap().to_string_lossy().into_owned();
        scenario(&lab, daemon, &program, &name);
    }
}

#[test]
fn a_quorum_that_comes_and_goes_moves_the_priority() {
    each(|lab, daemon, program, name| {
        let one = Process::start(program, &["100"]);
        std::thread::sleep(Duration::from_millis(100));
        let process = format!("process {name}\n quorum 2\n weight 10");
        let router = Outside::start(lab, daemon, &configuration(lab, &process), &[]);
        router.wait_for_log("Entering MASTER STATE");
        router.wait_for_log("proc_events has confirmed it is configured");
        let priority = |since, priority| {
            lab.capture().wait_for_advert(1, since, ELECTION, |a| a.priority() == priority).0
        };
        let seen = priority(Duration::ZERO, 120);
        let two = Process::start(program, &["100"]);
        router.wait_for_log("Quorum gained for tracked process watched");
        let seen = priority(seen, 130);
        drop(one);
        router.wait_for_log("Quorum lost for tracked process watched");
        let seen = priority(seen, 120);
        let _three = Process::start(program, &["100"]);
        let seen = priority(seen, 130);
        drop(two);
        priority(seen, 120);
        assert_eq!(router.log().matches("Quorum gained").count(), 2, "{daemon:?}");
    });
}

/// The members of a group follow what the group tracks.
#[test]
fn a_process_of_the_group_weighs_on_its_members() {
    each(|lab, daemon, program, name| {
        let process = format!("process {name}\n weight 10");
        let text = configuration(lab, &process)
            .replace("    track_process {\n        watched\n    }\n", "");
        let group = "vrrp_sync_group G1 {
    group {
        V1
    }
    track_process {
        watched
    }
}
";
        let router = Outside::start(lab, daemon, &format!("{text}{group}"), &[]);
        router.wait_for_log("Entering MASTER STATE");
        router.wait_for_log("proc_events has confirmed it is configured");
        let priority = |since, priority| {
            lab.capture().wait_for_advert(1, since, ELECTION, |a| a.priority() == priority).0
        };
        let seen = priority(Duration::ZERO, 120);
        let process = Process::start(program, &["100"]);
        let seen = priority(seen, 130);
        drop(process);
        priority(seen, 120);
    });
}

#[test]
fn without_a_weight_a_missing_process_is_a_fault() {
    each(|lab, daemon, program, name| {
        let process = format!("process {name}");
        let router = Outside::start(lab, daemon, &configuration(lab, &process), &[]);
        router.wait_for_log("entering FAULT state (tracked process watched quorum not achieved)");
        router.wait_for_log("proc_events has confirmed it is configured");
        let process = Process::start(program, &["100"]);
        router.wait_for_log("Entering MASTER STATE");
        drop(process);
        let faults = || router.log().matches("Entering FAULT STATE").count();
        let end = std::time::Instant::now() + ELECTION;
        while faults() < 1 {
            assert!(std::time::Instant::now() < end, "{daemon:?}\n{}", router.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    });
}

#[test]
fn arguments_are_compared_when_they_are_given() {
    each(|lab, daemon, program, _| {
        let path = program.display();
        let process = format!("process {path} 100\n param_match partial\n weight 10");
        let router = Outside::start(lab, daemon, &configuration(lab, &process), &[]);
        router.wait_for_log("Entering MASTER STATE");
        router.wait_for_log("proc_events has confirmed it is configured");
        let other = Process::start(program, &["99", "100"]);
        let seen = lab.capture().wait_for_advert(1, crate::lab::now(), ELECTION, |_| true).0;
        assert_eq!(router.log().matches("Quorum gained").count(), 0, "{daemon:?}");
        drop(other);
        let _right = Process::start(program, &["100", "99"]);
        lab.capture().wait_for_advert(1, seen, ELECTION, |a| a.priority() == 130);
    });
}

#[test]
fn a_child_with_the_same_name_counts() {
    each(|lab, daemon, program, name| {
        // A shell by that name forks one: two processes until it has become another program.
        std::fs::remove_file(program).unwrap();
        std::fs::copy("/bin/sh", program).unwrap();
        let process = format!("process {name}\n quorum 2\n weight 10");
        let router = Outside::start(lab, daemon, &configuration(lab, &process), &[]);
        router.wait_for_log("proc_events has confirmed it is configured");
        let _shell = Process::start(program, &["-c", "(sleep 20; true); true"]);
        router.wait_for_log("Quorum gained for tracked process watched");
    });
}

/// A quorum that a fork brings counts when it has lasted for `fork_delay`, with keepalived too.
#[test]
fn a_fork_counts_when_it_has_lasted() {
    each(|lab, daemon, program, name| {
        std::fs::remove_file(program).unwrap();
        std::fs::copy("/bin/sh", program).unwrap();
        let process = format!("process {name}\n quorum 2\n weight 10\n fork_delay 1.5");
        let router = Outside::start(lab, daemon, &configuration(lab, &process), &[]);
        router.wait_for_log("Entering MASTER STATE");
        router.wait_for_log("proc_events has confirmed it is configured");
        let forked = crate::lab::now();
        let shell = Process::start(program, &["-c", "(sleep 20; true); true"]);
        let seen = |since, priority| {
            lab.capture().wait_for_advert(1, since, ELECTION, |a| a.priority() == priority).0
        };
        let delay = Duration::from_millis(1500);
        let gained = seen(forked, 130) - forked;
        let lasts = delay - EARLY..delay + Duration::from_secs(1) + LATE;
        assert!(lasts.contains(&gained), "{daemon:?}: {gained:?}");
        // Nothing holds back a loss.
        let ended = crate::lab::now();
        drop(shell);
        let lost = seen(ended, 120) - ended;
        assert!(lost < Duration::from_secs(1) + LATE, "{daemon:?}: {lost:?}");
    });
}

/// What a delay holds back counts when it has lasted, and too many are as bad as none.
fn held_back(delays: &str, up: u64, down: u64) {
    each(|lab, daemon, program, _| {
        let path = program.display();
        let process =
            format!("process {path}\n full_command\n quorum_max 1\n weight 10\n {delays}");
        let router = Outside::start(lab, daemon, &configuration(lab, &process), &[]);
        router.wait_for_log("Entering MASTER STATE");
        router.wait_for_log("proc_events has confirmed it is configured");
        let priority = |since, priority| {
            lab.capture().wait_for_advert(1, since, ELECTION, |a| a.priority() == priority).0
        };
        // The next advert says it.
        let lasts = |delay: u64| {
            let delay = Duration::from_millis(delay);
            delay - EARLY..delay + Duration::from_secs(1) + LATE
        };
        let began = crate::lab::now();
        let one = Process::start(program, &["100"]);
        let gained = priority(began, 130) - began;
        // keepalived holds back only what a fork of a counted process gains.
        let held = daemon == Daemon::Keepalived || lasts(up).contains(&gained);
        assert!(held, "{daemon:?}: {gained:?}");
        let more = crate::lab::now();
        let two = Process::start(program, &["100"]);
        priority(more, 120);
        drop(two);
        let fewer = crate::lab::now();
        priority(fewer, 130);
        drop(one);
        let none = crate::lab::now();
        let lost = priority(none, 120) - none;
        assert!(lasts(down).contains(&lost), "{daemon:?}: {lost:?}");
    });
}

#[test]
fn changes_of_a_quorum_count_when_they_have_lasted() {
    held_back("fork_delay 1.5\n terminate_delay 1", 1500, 1000);
}

#[test]
fn one_delay_is_for_both_directions() {
    held_back("delay 1.2", 1200, 1200);
}

#[test]
fn process_monitor_rcv_bufs_sizes_the_socket_of_process_events() {
    each(|lab, daemon, _, name| {
        let text = configuration(lab, &format!("process {name}\n weight 10"));
        let large = "process_monitor_rcv_bufs 9000000\n process_monitor_rcv_bufs_force";
        let large = text.replace("process_monitor_rcv_bufs 100000", large);
        // The kernel gives twice as much, past its limit only if it is forced to.
        for (text, size) in [(text, 200_000), (large, 18_000_000)] {
            let router = Outside::start(lab, daemon, &text, &[]);
            router.wait_for_log("proc_events has confirmed it is configured");
            let sizes = sizes(router.vrrp_pid(lab), libc::AF_NETLINK, 11);
            assert_eq!(sizes, [size], "{daemon:?}");
        }
    });
}

/// keepalived counts once there, at the start.
#[test]
fn where_the_kernel_says_nothing_ours_looks_itself() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let program = program(&lab);
    let name = program.file_name().unwrap().to_string_lossy().into_owned();
    let text = configuration(&lab, &format!("process {name}\n weight 10"));
    let text = text.lines().filter(|line| !line.starts_with("net_namespace"));
    let text: String = text.map(|line| format!("{line}\n")).collect();
    let router = lab.start(1, Daemon::Ours, &text);
    router.wait_for_log("vrrp_track_process looks every 1 s", 1, ELECTION);
    // What is there at the start is no news.
    router.wait_for_log("Startup complete", 1, ELECTION);
    let process = Process::start(&program, &["100"]);
    router.wait_for_log("Quorum gained for tracked process watched", 1, ELECTION);
    drop(process);
    router.wait_for_log("Quorum lost for tracked process watched", 1, ELECTION);
}
