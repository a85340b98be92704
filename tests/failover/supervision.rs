//! The processes of the daemon: who is there, who starts whom again, what each makes of signals, and
//! how they end. Ours beside keepalived.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::lab::{Daemon, Lab, Running, now, ready, runs};
use crate::protocol::{ELECTION, Timing, addresses, assert_steady};

const VIP: &str = "10.77.0.50";

/// An instance that becomes master, with this priority and these settings.
fn configuration(priority: u8, global: &str) -> String {
    format!(
        "{global}
vrrp_instance V1 {{
    interface eth0
    virtual_router_id 51
    priority {priority}
    virtual_ipaddress {{
        {VIP}
    }}
}}
"
    )
}

/// Runs a scenario with each daemon alone on host 1, master with its address, with these options.
fn each(options: &[&str], global: &str, scenario: impl Fn(&Lab, &mut Running)) {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        one(daemon, options, global, &scenario);
    }
}

/// The same with ours alone: what keepalived does otherwise, or not at all.
fn ours(global: &str, scenario: impl Fn(&Lab, &mut Running)) {
    if ready(&[Daemon::Ours]) {
        one(Daemon::Ours, &[], global, scenario);
    }
}

fn one(daemon: Daemon, options: &[&str], global: &str, scenario: impl Fn(&Lab, &mut Running)) {
    let lab = Lab::new(1);
    let mut router = lab.start_as(1, daemon, &configuration(200, global), options);
    router.wait_for_log("Startup complete", 1, ELECTION);
    lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
    scenario(&lab, &mut router);
}

/// A file of `/proc/PID`.
fn proc(pid: Pid, name: &str) -> String {
    let text = std::fs::read(format!("/proc/{pid}/{name}")).unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

fn parent_of(pid: Pid) -> Pid {
    // Behind the name: state, parent.
    let stat = proc(pid, "stat");
    let parent = stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap();
    Pid::from_raw(parent.parse().unwrap())
}

fn is_there(pid: Pid) -> bool {
    runs(u32::try_from(pid.as_raw()).unwrap())
}

/// Waits until it is so.
fn wait_until(what: &str, within: Duration, so: impl Fn() -> bool) {
    let end = Instant::now() + within;
    while !so() {
        assert!(Instant::now() < end, "not within {within:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The number of another VRRP process than that one.
fn next_vrrp(router: &Running, before: Pid) -> Pid {
    let next = || Some(router.vrrp_pid()).filter(|pid| *pid != before && is_there(*pid));
    wait_until("another VRRP process", ELECTION, || next().is_some());
    next().unwrap()
}

/// The lines of the log that contain one of these, each as that one, in order.
fn order(router: &Running, texts: &[&str]) -> Vec<String> {
    let of = |line: &str| texts.iter().find(|text| line.contains(**text)).map(|t| (*t).to_owned());
    router.log().iter().filter_map(|line| of(&line.text)).collect()
}

#[test]
fn a_parent_and_a_vrrp_process_have_each_a_pid_file_and_one_name() {
    each(&[], "", |_, router| {
        let (parent, vrrp) = (router.pid(), router.vrrp_pid());
        assert_ne!(parent, vrrp, "{:?}", router.daemon());
        assert_eq!(parent_of(vrrp), parent);
        assert_eq!(router.processes().len(), 2, "{:?}", router.daemon());
        for name in ["comm", "cmdline"] {
            assert_eq!(proc(parent, name), proc(vrrp, name), "{:?}", router.daemon());
        }
        assert_eq!(proc(vrrp, "comm"), "keepalived\n");
        let files = router.pid_files();
        let said = |file: &Path| std::fs::read_to_string(file).unwrap();
        let said: Vec<_> = files.iter().map(|file| said(file)).collect();
        assert_eq!(said, [format!("{parent}\n"), format!("{vrrp}\n")], "{files:?}");
        router.wait_for_log(&format!("Starting VRRP child process, pid={vrrp}"), 1, ELECTION);
        let daemon = router.daemon();
        assert!(router.terminate(ELECTION).success());
        assert_eq!(router.pid_files(), Vec::<std::path::PathBuf>::new(), "{daemon:?}");
    });
}

#[test]
fn a_killed_vrrp_process_comes_back_after_0_1_and_2_seconds() {
    each(&[], "", |lab, router| {
        let parent = router.pid();
        let mut vrrp = router.vrrp_pid();
        for (count, delay) in [0, 1, 2].into_iter().enumerate() {
            let begin = Instant::now();
            kill(vrrp, Signal::SIGKILL).unwrap();
            let died = format!("VRRP child process({vrrp}) died: Respawning");
            router.wait_for_log(&died, 1, ELECTION);
            let killed = format!("pid {vrrp} exited due to signal 9 (Killed)");
            router.wait_for_log(&killed, 1, ELECTION);
            vrrp = next_vrrp(router, vrrp);
            let took = begin.elapsed();
            let expected = Duration::from_secs(delay);
            let late = expected + Duration::from_millis(900);
            assert!(took >= expected && took < late, "{:?}: {took:?}", router.daemon());
            // It has begun to serve, and its parent is the same.
            router.wait_for_log("Entering BACKUP STATE (init)", count + 2, ELECTION);
            assert_eq!(parent_of(vrrp), parent);
        }
        let lines = ["exited due", "died: Respawning", "delayed", "Starting VRRP child"];
        let mut expected = vec![lines[3].to_owned()];
        for _ in 0..3 {
            expected.extend(lines.map(str::to_owned));
        }
        assert_eq!(order(router, &lines), expected, "{:?}", router.daemon());
        for delay in 0..3 {
            let line =
                format!("Restart of VRRP process delayed {delay} seconds to limit respawn rate");
            router.wait_for_log(&line, 1, ELECTION);
        }
        assert_eq!(router.logged("Startup complete"), 1, "once: {:?}", router.daemon());
        lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
        assert!(router.terminate(ELECTION).success());
        lab.wait_for_owners(&addresses(&[VIP]), &[], ELECTION);
    });
}

/// How long the address is gone when the process that holds it is killed: printed, for both.
#[test]
fn the_address_of_a_killed_master_is_back_after_one_election() {
    each(&[], "", |lab, router| {
        let (host, vip) = (lab.host(1), addresses(&[VIP])[0]);
        let vrrp = router.vrrp_pid();
        kill(vrrp, Signal::SIGKILL).unwrap();
        let killed = Instant::now();
        wait_until("the address is removed", ELECTION, || !host.has(vip));
        let removed = killed.elapsed();
        wait_until("the address is set", ELECTION, || host.has(vip));
        let set = killed.elapsed();
        eprintln!(
            "FIGURE {:?}: removed {removed:.3?} after the kill, set again {set:.3?} after it",
            router.daemon()
        );
        let election = Timing::V2(1).master_down(200);
        assert!(set < election + Duration::from_secs(1), "{:?}: {set:?}", router.daemon());
    });
}

#[test]
fn a_crash_and_a_stop_of_the_vrrp_process_alone_are_deaths_too() {
    each(&[], "", |lab, router| {
        let vrrp = router.vrrp_pid();
        kill(vrrp, Signal::SIGSEGV).unwrap();
        let line = format!("pid {vrrp} exited due to segmentation fault (SIGSEGV).");
        router.wait_for_log(&line, 1, ELECTION);
        let second = next_vrrp(router, vrrp);
        // The dead one's address may be there still.
        router.wait_for_log("Entering MASTER STATE", 2, ELECTION);
        kill(second, Signal::SIGTERM).unwrap();
        router.wait_for_log("(V1) sent 0 priority", 1, ELECTION);
        router.wait_for_log(&format!("VRRP child process({second}) died"), 1, ELECTION);
        next_vrrp(router, second);
        router.wait_for_log("Entering MASTER STATE", 3, ELECTION);
        lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
    });
}

#[test]
fn with_dont_respawn_the_daemon_ends_with_its_vrrp_process() {
    each(&["-R"], "", |_, router| {
        let vrrp = router.vrrp_pid();
        kill(vrrp, Signal::SIGKILL).unwrap();
        assert_eq!(router.wait_for_end(ELECTION).code(), Some(0), "{:?}", router.daemon());
        router.wait_for_log(&format!("VRRP child process({vrrp}) died: Exiting"), 1, ELECTION);
        let lines = ["died: Exiting", "Stopping", "Stopped Keepalived"];
        assert_eq!(order(router, &lines), lines, "{:?}", router.daemon());
        assert_eq!(router.pid_files(), Vec::<std::path::PathBuf>::new(), "{:?}", router.daemon());
    });
}

#[test]
fn a_configuration_that_no_vrrp_process_can_run_ends_the_daemon() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let text = configuration(200, "").replace("eth0", "eth7");
        let mut router = lab.start(1, daemon, &text);
        assert_eq!(router.wait_for_end(ELECTION).code(), Some(2), "{daemon:?}");
        let lines = ["Starting VRRP child", "exited with permanent error CONFIG. Terminating"];
        // The line of the start may stand behind those of the child.
        let mut seen = order(&router, &lines);
        seen.sort();
        assert_eq!(seen, lines, "{daemon:?}");
    }
}

/// It has no room for the text of its next configuration.
#[test]
fn a_vrrp_process_that_runs_out_of_memory_takes_nobody_with_it() {
    ours("", |lab, router| {
        let (parent, vrrp) = (router.pid(), router.vrrp_pid());
        let status = proc(vrrp, "status");
        let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
        let size: u64 = size.trim().trim_end_matches(" kB").parse().unwrap();
        let limit = format!("--as={}", (size + 1024) * 1024);
        let limited = Command::new("prlimit").arg(format!("--pid={vrrp}")).arg(limit).status();
        assert!(limited.unwrap().success());
        router.write_configuration(&(configuration(150, "") + &"# comment\n".repeat(1 << 20)));
        router.signal(Signal::SIGHUP);
        next_vrrp(router, vrrp);
        router.wait_for_log("died: Respawning", 1, ELECTION);
        lab.wait_for_owners(&addresses(&[VIP]), &[1], 2 * ELECTION);
        assert!(is_there(parent) && router.pid() == parent);
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", 1, 2 * ELECTION);
        lab.capture().wait_for_advert(1, now(), ELECTION, |it| it.priority() == 150);
    });
}

/// A script leaves a child behind, which becomes the parent's; a signal without a name ends it.
#[test]
fn an_orphan_that_a_real_time_signal_ends_does_not_end_the_daemon() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let script = lab.directory().join("notify");
    let body = "(sleep 0.3; echo >> \"$0.done\"; kill -40 $BASHPID) &";
    std::fs::write(&script, format!("#!/bin/bash\n{body}\n")).unwrap();
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    let text = configuration(200, "global_defs {\n script_user root\n}");
    let notify = format!("interface eth0\n notify_master {}", script.display());
    let mut router = lab.start(1, Daemon::Ours, &text.replace("interface eth0", &notify));
    wait_until("the script", 2 * ELECTION, || script.with_extension("done").exists());
    std::thread::sleep(Duration::from_millis(300));
    router.assert_alive();
}

#[test]
fn child_wait_time_is_the_patience_of_the_stop() {
    // Unless said it is 5 seconds.
    for (global, seconds) in [("child_wait_time 1", 1), ("", 5)] {
        each(&[], global, |_, router| {
            kill(router.vrrp_pid(), Signal::SIGSTOP).unwrap();
            let begin = Instant::now();
            assert!(router.terminate(Duration::from_secs(10)).success(), "{:?}", router.daemon());
            let (took, expected) = (begin.elapsed(), Duration::from_secs(seconds));
            let late = expected + Duration::from_millis(1_500);
            assert!(took >= expected && took < late, "{:?}: {took:?}", router.daemon());
            let line = "vrrp process failed to die - forcing termination";
            router.wait_for_log(line, 1, ELECTION);
            let left = router.pid_files();
            // keepalived leaves that of the process that it has killed.
            assert!(left.is_empty() || router.daemon() == Daemon::Keepalived, "{left:?}");
        });
    }
}

#[test]
fn when_the_parent_is_killed_the_vrrp_process_gives_everything_back() {
    each(&[], "", |lab, router| {
        let vrrp = router.vrrp_pid();
        kill(router.pid(), Signal::SIGKILL).unwrap();
        router.wait_for_end(ELECTION);
        lab.wait_for_owners(&addresses(&[VIP]), &[], ELECTION);
        wait_until("the VRRP process ends", ELECTION, || !is_there(vrrp));
        let last = lab.capture().adverts(1).last().map(|(_, advert)| advert.priority());
        assert_eq!(last, Some(0), "{:?}", router.daemon());
        let names: Vec<_> = router.pid_files();
        let names: Vec<_> = names.iter().filter_map(|file| file.file_name()?.to_str()).collect();
        assert_eq!(names, ["keepalived.pid"], "{:?}", router.daemon());
    });
}

/// Signals by number, as monitors send them.
fn send(pid: Pid, number: i32) {
    let number = number.to_string();
    let sent = Command::new("kill").args(["-s", &number, &pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn each_process_answers_the_signals_for_files_with_its_own() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let folder = lab.directory().join("dumps");
        std::fs::create_dir(&folder).unwrap();
        let text = configuration(200, "");
        let router = lab.start_with(1, daemon, &text, &[("TMPDIR", &folder)]);
        router.wait_for_log("Startup complete", 1, ELECTION);
        let (parent, vrrp) = (router.pid(), router.vrrp_pid());
        let of_all = ["keepalived.data", "keepalived_parent.data"];
        let table: [(Pid, i32, &[&str]); 8] = [
            (parent, 10, &of_all),
            (vrrp, 10, &of_all[..1]),
            (parent, 12, &["keepalived.stats"]),
            (vrrp, 12, &["keepalived.stats"]),
            (parent, 63, &["keepalived.stats"]),
            (vrrp, 63, &["keepalived.stats"]),
            (parent, 36, &["keepalived.json"]),
            (vrrp, 36, &["keepalived.json"]),
        ];
        for (pid, number, expected) in table {
            let present = || {
                let entries = std::fs::read_dir(&folder).unwrap();
                let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
                let mut names: Vec<_> = names.collect();
                names.sort();
                names
            };
            send(pid, number);
            wait_until(&format!("{expected:?}"), ELECTION, || present() == expected);
            // Nothing more comes.
            std::thread::sleep(Duration::from_millis(150));
            assert_eq!(present(), expected, "{daemon:?} {pid} {number}");
            present().iter().for_each(|name| std::fs::remove_file(folder.join(name)).unwrap());
        }
        for (who, pid) in [("parent data", parent), ("VRRP data", vrrp), ("VRRP stats", vrrp)] {
            let line = format!("Printing {who} for process({pid}) on signal");
            assert!(router.logged(&line) >= 1, "{daemon:?}: {line}");
        }
    }
}

#[test]
fn all_other_signals_leave_both_processes_alone() {
    each(&[], "", |lab, router| {
        let begin = now();
        for pid in [router.pid(), router.vrrp_pid()] {
            // PIPE, ALRM, TSTP, TTIN, URG, VTALRM, WINCH, IO, real-time ones.
            for number in [13, 14, 20, 21, 23, 26, 28, 29, 34, 40, 50, 64] {
                send(pid, number);
            }
        }
        std::thread::sleep(Duration::from_millis(1_500));
        router.assert_alive();
        assert_steady(lab, 1, Duration::from_secs(1), begin, now());
    });
}

/// keepalived's VRRP process takes the text that its parent has read, which is the old one.
#[test]
fn a_reload_may_be_asked_of_the_vrrp_process() {
    ours("", |lab, router| {
        router.write_configuration(&configuration(150, ""));
        kill(router.vrrp_pid(), Signal::SIGHUP).unwrap();
        router.wait_for_log("Reload complete", 1, ELECTION);
        lab.capture().wait_for_advert(1, now(), ELECTION, |advert| advert.priority() == 150);
        let lines = ["Reloading ...", "Reloading", "Reload complete"];
        assert_eq!(order(router, &lines), lines);
    });
}

#[test]
fn the_next_vrrp_process_runs_what_was_accepted_last() {
    ours("", |lab, router| {
        let priority = |priority| {
            lab.capture().wait_for_advert(1, now(), ELECTION, |it| it.priority() == priority);
        };
        router.write_configuration(&configuration(150, "include more.conf"));
        let file = lab.directory().join("h1/more.conf");
        std::fs::write(&file, "global_defs {\nprocess_name boss\n}\n").unwrap();
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", 1, ELECTION);
        priority(150);
        assert_eq!(proc(router.pid(), "comm"), "boss\n");

        // Neither what is refused nor what nobody has asked to be read counts.
        router.write_configuration("vrrp_instanze V1 {");
        router.signal(Signal::SIGHUP);
        router.wait_for_log("the running configuration goes on", 1, ELECTION);
        std::fs::remove_file(&file).unwrap();
        let vrrp = router.vrrp_pid();
        kill(vrrp, Signal::SIGKILL).unwrap();
        let next = next_vrrp(router, vrrp);
        priority(150);
        assert_eq!(proc(next, "comm"), "boss\n");
        assert_eq!(proc(router.pid(), "comm"), "boss\n");
    });
}

#[test]
fn a_daemon_with_nothing_to_run_starts_its_vrrp_process_when_a_reload_brings_something() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let router = lab.start(1, daemon, "# nothing\n");
        router.wait_for_log("keepalived has no configuration to run", 1, ELECTION);
        wait_until("one process", ELECTION, || router.processes().len() == 1);
        wait_until("one pid file", ELECTION, || router.pid_files().len() == 1);
        router.write_configuration(&configuration(200, ""));
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Startup complete", 1, ELECTION);
        assert_eq!(router.logged("Reload complete"), 0, "{daemon:?}");
        lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
        assert_eq!(parent_of(router.vrrp_pid()), router.pid(), "{daemon:?}");
    }
}

/// A supervisor that does nothing costs nothing, and one that hangs costs no advert.
#[test]
fn the_supervisor_sleeps_and_nothing_waits_for_it() {
    ours("", |lab, router| {
        let switches = || {
            let status = proc(router.pid(), "status");
            let lines = status.lines().filter(|line| line.contains("ctxt_switches"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let before = switches();
        std::thread::sleep(Duration::from_millis(3_000));
        assert_eq!(switches(), before, "it was woken");

        let begin = now();
        kill(router.pid(), Signal::SIGSTOP).unwrap();
        for _ in 0..2_000 {
            // It has more to say than anybody hears.
            kill(router.vrrp_pid(), Signal::SIGHUP).unwrap();
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(1_500));
        assert_steady(lab, 1, Duration::from_secs(1), begin, now());
        kill(router.pid(), Signal::SIGCONT).unwrap();
        router.wait_for_log("Reload complete", 1, ELECTION);
        router.assert_alive();
    });
}

/// What systemd hears, until that comes or the time is over.
fn heard(socket: &UnixDatagram, text: &str, within: Duration) -> bool {
    let end = Instant::now() + within;
    let mut buffer = [0; 512];
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|it| !it.is_zero()) {
        socket.set_read_timeout(Some(left)).unwrap();
        let Ok(length) = socket.recv(&mut buffer) else { return false };
        if String::from_utf8_lossy(&buffer[..length]).contains(text) {
            return true;
        }
    }
    false
}

#[test]
fn a_watchdog_is_fed_only_while_the_vrrp_process_answers() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let path = lab.directory().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let environment: [(&str, &Path); 2] =
        [("NOTIFY_SOCKET", &path), ("WATCHDOG_USEC", Path::new("600000"))];
    let router = lab.start_with(1, Daemon::Ours, &configuration(200, ""), &environment);
    assert!(heard(&socket, "READY=1", ELECTION));
    for _ in 0..4 {
        assert!(heard(&socket, "WATCHDOG=1", Duration::from_millis(600)));
    }
    let vrrp = router.vrrp_pid();
    kill(vrrp, Signal::SIGSTOP).unwrap();
    // An answer may be on its way.
    let _last = heard(&socket, "WATCHDOG=1", Duration::from_millis(250));
    assert!(!heard(&socket, "WATCHDOG=1", Duration::from_millis(1_500)), "it hangs");
    kill(vrrp, Signal::SIGCONT).unwrap();
    assert!(heard(&socket, "WATCHDOG=1", Duration::from_millis(600)));
    // While there is none, the supervisor is not to be killed: it starts the next one.
    kill(vrrp, Signal::SIGKILL).unwrap();
    kill(next_vrrp(&router, vrrp), Signal::SIGKILL).unwrap();
    for _ in 0..6 {
        assert!(heard(&socket, "WATCHDOG=1", Duration::from_millis(600)));
    }
}

/// Files are read by a process of their own: one that cannot go on is refused, and one that is killed too.
#[test]
fn a_reload_whose_files_cannot_be_read_is_refused_and_the_next_one_is_not() {
    ours("", |lab, router| {
        std::fs::remove_file(lab.directory().join("h1/keepalived.conf")).unwrap();
        router.signal(Signal::SIGHUP);
        router.wait_for_log("New configuration refused: Config files missing", 1, ELECTION);
        router.write_configuration(&configuration(150, ""));
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", 1, ELECTION);
        lab.capture().wait_for_advert(1, now(), ELECTION, |it| it.priority() == 150);
        assert_eq!(router.processes().len(), 2, "helpers have ended");
    });
}

#[test]
fn the_scripts_of_the_daemon_run_before_and_after_its_vrrp_process() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let said = lab.directory().join("said");
        let script = |name: &str| {
            let path = lab.directory().join(name);
            // Whether the address is there tells whether the VRRP process has been there.
            let text =
                format!("#!/bin/sh\nip -o addr show eth0 | grep -c {VIP}/ >>{}\n", said.display());
            std::fs::write(&path, text).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&path, mode).unwrap();
            path.display().to_string()
        };
        let global = format!(
            "global_defs {{\nscript_user root\nstartup_script {}\nshutdown_script {}\n}}",
            script("first"),
            script("last")
        );
        let mut router = lab.start(1, daemon, &configuration(200, &global));
        lab.wait_for_owners(&addresses(&[VIP]), &[1], ELECTION);
        let lines = ["startup script script", "Starting VRRP child", "Startup complete"];
        assert_eq!(order(&router, &lines), lines, "{daemon:?}");
        assert!(router.terminate(ELECTION).success());
        assert_eq!(std::fs::read_to_string(&said).unwrap(), "0\n0\n", "{daemon:?}");
        let lines = ["Stopping", "shutdown script script", "Stopped Keepalived"];
        assert_eq!(order(&router, &lines), lines, "{daemon:?}");
    }
}
