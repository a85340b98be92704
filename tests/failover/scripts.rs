//! The process that starts scripts: what becomes of adverts and results when it is busy, hangs or dies.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::lab::Daemon::Ours;
use crate::lab::{Lab, Running, now, ready, runs};
use crate::protocol::{ELECTION, addresses, assert_steady};

const VIP: &str = "10.77.0.50";
/// Its name in lists of processes.
const NAME: &str = "stillalive-exec";

/// A script in the lab's directory.
fn script(lab: &Lab, name: &str, body: &str) -> PathBuf {
    let path = lab.directory().join(name);
    fs::write(&path, format!("#!/bin/bash\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A check that is run every second.
fn check(name: &str, script: &std::path::Path) -> String {
    format!("vrrp_script {name} {{\n script \"{}\"\n interval 1\n}}\n", script.display())
}

fn configuration(blocks: &str, interval: &str, more: &str) -> String {
    format!(
        "global_defs {{
            script_user root
        }}
        {blocks}
        vrrp_instance V1 {{
            state BACKUP
            interface eth0
            version 3
            virtual_router_id 51
            priority 150
            advert_int {interval}
            virtual_ipaddress {{
                {VIP}
            }}
            {more}
        }}"
    )
}

/// The process that starts the scripts of a daemon, if it is there.
fn starter(daemon: &Running) -> Option<Pid> {
    let vrrp = daemon.vrrp_pid();
    let of_vrrp = daemon.processes().into_iter().filter(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let (start, rest) = stat.rsplit_once(") ").unwrap_or_default();
        let parent = rest.split(' ').nth(1).and_then(|pid| pid.parse().ok());
        start.ends_with(&format!("({NAME}")) && parent == Some(vrrp.as_raw())
    });
    let found: Vec<_> = of_vrrp.collect();
    assert!(found.len() <= 1, "{found:?}");
    found.first().map(|pid| Pid::from_raw(i32::try_from(*pid).unwrap()))
}

fn wait_for<T>(what: &str, mut seen: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + 2 * ELECTION;
    loop {
        if let Some(seen) = seen() {
            return seen;
        }
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn lines(path: &std::path::Path) -> usize {
    fs::read_to_string(path).unwrap_or_default().lines().count()
}

#[test]
fn who_runs_no_script_has_no_process_for_it() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let mut daemon = lab.start(1, Ours, &configuration("", "0.1", ""));
    lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
    assert_eq!(daemon.processes().len(), 2);
    let done = script(&lab, "notify", "echo >> \"$0.runs\"");
    let more = format!("notify_master {}\n notify_stop {0}", done.display());
    daemon.write_configuration(&configuration("", "0.1", &more));
    daemon.signal(Signal::SIGHUP);
    let pid = wait_for("no process starts scripts", || starter(&daemon));
    // Signals that a terminal or systemd sends to all are not for it.
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        kill(pid, signal).unwrap();
    }
    assert!(daemon.terminate(ELECTION).success());
    assert_eq!(lines(&lab.directory().join("notify.runs")), 1, "notify_stop");
    assert!(!runs(pid.as_raw().try_into().unwrap()), "it outlives the daemon");
}

#[test]
fn a_killed_process_of_scripts_loses_no_mastership_and_the_next_one_goes_on() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    // The first run of it lasts until it is told to end.
    let slow = script(
        &lab,
        "slow",
        "echo $$ >> \"$0.runs\"; test -e \"$0.quick\" && exit 0; exec sleep 100",
    );
    let quick = script(&lab, "quick", "echo >> \"$0.runs\"");
    let reader = script(&lab, "reader", "echo $$ >> \"$0.runs\"; exec cat \"$1\" >/dev/null");
    let fifo = format!(
        "global_defs {{\n vrrp_notify_fifo {}\n vrrp_notify_fifo_script {}\n}}\n",
        lab.directory().join("fifo").display(),
        reader.display()
    );
    let blocks = fifo
        + &check("slow", &slow).replace("interval 1", "interval 1\n timeout 50")
        + &check("quick", &quick);
    let more = "track_script {\n slow weight 5\n quick\n }";
    let mut daemon = lab.start(1, Ours, &configuration(&blocks, "0.1", more));
    lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
    wait_for("slow does not run", || (lines(&slow.with_extension("runs")) == 1).then_some(()));
    let reads = || lines(&reader.with_extension("runs"));
    wait_for("nobody reads", || (reads() == 1).then_some(()));
    let pid = starter(&daemon).unwrap();
    let text = fs::read_to_string(slow.with_extension("runs")).unwrap();
    let running: u32 = text.trim().parse().unwrap();
    fs::write(slow.with_extension("quick"), "").unwrap();
    let killed = now();
    kill(pid, Signal::SIGKILL).unwrap();
    daemon.wait_for_log("The process that runs scripts", 1, ELECTION);
    wait_for("what it had started lives on", || (!runs(running)).then_some(()));
    let before = lines(&quick.with_extension("runs"));
    wait_for("checks do not go on", || {
        let goes_on = lines(&quick.with_extension("runs")) > before + 1;
        (goes_on && lines(&slow.with_extension("runs")) > 1).then_some(())
    });
    wait_for("nobody reads any more", || (reads() == 2).then_some(()));
    daemon.wait_for_log("VRRP_Script(slow) succeeded", 1, ELECTION);
    assert_ne!(starter(&daemon), Some(pid));
    assert_steady(&lab, 1, Duration::from_millis(500), killed, now());
    for line in ["failed", "Entering FAULT", "died"] {
        assert_eq!(daemon.logged(line), 0, "{line}");
    }
    daemon.assert_alive();
    assert!(daemon.terminate(ELECTION).success());
}

#[test]
fn a_hanging_process_of_scripts_holds_up_no_advert_and_is_replaced() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let quick = script(&lab, "quick", "echo >> \"$0.runs\"");
    let more = "track_script {\n quick\n }";
    let mut daemon = lab.start(1, Ours, &configuration(&check("quick", &quick), "0.1", more));
    lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
    wait_for("no check", || (lines(&quick.with_extension("runs")) > 1).then_some(()));
    let pid = starter(&daemon).unwrap();
    let stopped = now();
    kill(pid, Signal::SIGSTOP).unwrap();
    daemon.wait_for_log("it does not answer", 1, 2 * ELECTION);
    let before = lines(&quick.with_extension("runs"));
    wait_for("checks do not go on", || {
        (lines(&quick.with_extension("runs")) > before).then_some(())
    });
    assert_steady(&lab, 1, Duration::from_millis(500), stopped, now());
    assert!(!runs(pid.as_raw().try_into().unwrap()));
    assert_eq!(daemon.logged("VRRP_Script(quick) failed"), 0);
    assert_eq!(daemon.logged("VRRP_Script(quick) timed_out"), 0);
    assert_eq!(daemon.logged("Entering FAULT"), 0);
    // Nobody is waited for at the stop either.
    let pid = starter(&daemon).unwrap();
    kill(pid, Signal::SIGSTOP).unwrap();
    assert!(daemon.terminate(ELECTION).success());
    assert!(!runs(pid.as_raw().try_into().unwrap()));
}

#[test]
fn scripts_and_what_starts_them_end_with_the_vrrp_process() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let long = script(&lab, "long", "echo $$ >> \"$0.runs\"; exec sleep 100");
    let block = check("long", &long).replace("interval 1", "interval 1\n timeout 50");
    let more = "track_script {\n long weight 1\n }";
    let daemon = lab.start(1, Ours, &configuration(&block, "0.1", more));
    lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
    let text = || fs::read_to_string(long.with_extension("runs")).unwrap_or_default();
    wait_for("no run", || (text().lines().count() == 1).then_some(()));
    let run: u32 = text().trim().parse().unwrap();
    let (vrrp, pid) = (daemon.vrrp_pid(), starter(&daemon).unwrap());
    kill(vrrp, Signal::SIGKILL).unwrap();
    wait_for("its scripts go on", || (!runs(run)).then_some(()));
    wait_for("what started them goes on", || {
        (!runs(pid.as_raw().try_into().unwrap())).then_some(())
    });
    wait_for("no script of the next one", || (text().lines().count() == 2).then_some(()));
    assert_ne!(daemon.vrrp_pid(), vrrp);
    assert!(starter(&daemon).is_some());
}

#[test]
fn a_script_that_leaves_a_child_behind_has_ended() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let body = "exec 3>&1; setsid sleep 1000 & echo $! >> \"$0.runs\"; exit 0";
    let forks = script(&lab, "forks", body);
    let more = "track_script {\n forks\n }";
    let mut daemon = lab.start(1, Ours, &configuration(&check("forks", &forks), "0.1", more));
    lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
    wait_for("no second run", || (lines(&forks.with_extension("runs")) > 2).then_some(()));
    assert_eq!(daemon.logged("VRRP_Script(forks) timed_out"), 0);
    let text = fs::read_to_string(forks.with_extension("runs")).unwrap();
    let left: Vec<u32> = text.lines().map(|line| line.parse().unwrap()).collect();
    assert!(daemon.terminate(ELECTION).success());
    for pid in left {
        assert!(runs(pid), "it was no part of the script's group");
        kill(Pid::from_raw(pid.try_into().unwrap()), Signal::SIGKILL).unwrap();
    }
}

/// How late adverts are that should leave every ten milliseconds: the middle, and nine of ten.
fn lateness(lab: &Lab, from: Duration, until: Duration) -> [Duration; 2] {
    let times = lab.capture().adverts(1).into_iter().map(|(time, _)| time);
    let times: Vec<_> = times.filter(|time| (from..until).contains(time)).collect();
    let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
    let mut off: Vec<_> = gaps.map(|gap| gap.abs_diff(Duration::from_millis(10))).collect();
    off.sort_unstable();
    assert!(off.len() > 100, "{} adverts", off.len());
    [off[off.len() / 2], off[off.len() * 9 / 10]]
}

#[test]
fn a_thousand_starts_a_second_delay_no_advert() {
    if !ready(&[Ours]) {
        return;
    }
    const LONG: Duration = Duration::from_secs(4);
    let measure = |blocks: &str, more: &str| {
        let lab = Lab::new(1);
        let count = lab.directory().join("count");
        let blocks = blocks.replace("COUNT", &count.to_string_lossy());
        let mut daemon = lab.start(1, Ours, &configuration(&blocks, "0.01", more));
        lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
        std::thread::sleep(Duration::from_secs(1));
        let length = || fs::metadata(&count).map_or(0, |file| file.len());
        let (from, before) = (now(), length());
        std::thread::sleep(LONG);
        let until = now();
        let runs = length() - before;
        daemon.assert_alive();
        (lateness(&lab, from, until), runs)
    };
    let (calm, _) = measure("", "");
    let block = |number: usize| {
        format!(
            "vrrp_script s{number} {{\n script \"/usr/bin/truncate -s +1 COUNT\"\n interval 0.02\n timeout 10\n}}\n"
        )
    };
    let blocks: String = (0..20).map(block).collect();
    let tracked: String = (0..20).map(|number| format!("s{number} weight 1\n")).collect();
    let (busy, runs) = measure(&blocks, &format!("track_script {{\n {tracked} }}"));
    eprintln!(
        "FIGURE off by, median and nine of ten: {calm:?} alone, {busy:?} with {runs} runs in {LONG:?}"
    );
    assert!(runs > 200, "{runs} scripts have run");
    // What is measured is a whole loaded machine; a fork in the loop would be seen in the middle.
    assert!(busy[0] <= calm[0] * 3 + Duration::from_millis(2), "{busy:?} for {calm:?}");
}
