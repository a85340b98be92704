//! A running daemon is replaced by another one while it leads (`stillalive takeover`), and nobody
//! notices: not the backup, not who talks to the address, not the kernel's list of addresses.
//!
//! `TAKEOVERS` says how often (default 1): `TAKEOVERS=20 cargo test --test failover replacement`.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::IpAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::lab::{AddressEvents, Daemon, Host, Lab, Running, now, ready, runs};
use crate::protocol::{ELECTION, Timing, addresses, assert_silent};

const VIPS: [&str; 2] = ["10.77.0.50", "10.77.0.51"];
const TIMING: Timing = Timing::V2(1);

fn configuration(priority: u8) -> String {
    format!(
        "vrrp_instance V1 {{
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            virtual_ipaddress {{
                10.77.0.50/24
                10.77.0.51/24
            }}
            virtual_routes {{
                203.0.113.0/24 via 10.77.0.9 dev eth0
            }}
            virtual_rules {{
                from 10.77.0.50 table 100 priority 1001
            }}
        }}
        vrrp_instance V2 {{
            version 3
            interface eth0
            virtual_router_id 52
            priority {priority}
            advert_int 0.5
            virtual_ipaddress {{
                10.77.0.52/24
            }}
        }}"
    )
}

/// A process that outlives the command that has started it; ended when dropped.
struct Successor(Pid);

impl Successor {
    /// The one that a pid file names.
    fn of(pid_file: &Path) -> Self {
        let text = std::fs::read_to_string(pid_file).unwrap();
        Self(Pid::from_raw(text.trim().parse().unwrap()))
    }

    fn is_alive(&self) -> bool {
        runs(self.0.as_raw().try_into().unwrap())
    }
}

impl Drop for Successor {
    fn drop(&mut self) {
        let _ = kill(self.0, Signal::SIGKILL);
    }
}

/// Somebody talks to an address all the time.
struct Talk {
    ping: Child,
}

impl Talk {
    fn start(host: &Host, address: &str) -> Self {
        let mut ping = host.namespace().command("ping");
        let ping = ping.args(["-n", "-i", "0.01", address]).stdout(Stdio::piped());
        Self { ping: ping.spawn().expect("start ping") }
    }

    /// How many answers came, and which were missing before the last.
    fn end(self) -> (usize, Vec<u32>) {
        kill(Pid::from_raw(self.ping.id().try_into().unwrap()), Signal::SIGINT).unwrap();
        let output = self.ping.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let answers: BTreeSet<u32> = text
            .lines()
            .filter_map(|line| line.split_once("icmp_seq=")?.1.split(' ').next()?.parse().ok())
            .collect();
        let last = answers.last().copied().unwrap_or(0);
        (answers.len(), (1..=last).filter(|number| !answers.contains(number)).collect())
    }
}

/// Runs `stillalive takeover` on host 1 for the daemon with that pid file.
fn take_over(lab: &Lab, pid_file: &Path, options: &[&str]) -> Output {
    let mut command = lab.host(1).namespace().command(Daemon::Ours.program());
    command.arg("takeover").arg("--pid-file").arg(pid_file).args(options);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

fn main_pid_file(lab: &Lab) -> PathBuf {
    lab.directory().join("h1/keepalived.pid")
}

fn vips() -> Vec<IpAddr> {
    addresses(&VIPS)
}

/// What routes and rules the host has.
fn paths(host: &Host) -> String {
    host.ip(&["route", "show", "proto", "keepalived"]) + &host.ip(&["rule"])
}

/// A directory of its own for the dumps: other tests write to `/tmp` as well.
fn start(lab: &Lab, number: u8, daemon: Daemon, configuration: &str) -> Running {
    let directory = lab.directory().join(format!("dumps{number}"));
    std::fs::create_dir_all(&directory).unwrap();
    lab.start_with(number, daemon, configuration, &[("TMPDIR", &directory)])
}

/// What a daemon of host 1 has counted of V1, by its line.
fn counted(lab: &Lab, process: Pid, line: &str) -> u64 {
    let file = lab.directory().join("dumps1/keepalived.stats");
    let _ = std::fs::remove_file(&file);
    kill(process, Signal::SIGUSR2).unwrap();
    let end = Instant::now() + ELECTION;
    loop {
        std::thread::sleep(Duration::from_millis(50));
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        // keepalived fills the file after it has its name.
        let number = text.contains("VRRP Instance: V2").then(|| {
            let found = text.lines().find_map(|it| it.trim().strip_prefix(line)).expect(line);
            found.trim_start_matches(':').trim().parse().unwrap()
        });
        if let Some(number) = number {
            return number;
        }
        assert!(Instant::now() < end, "nothing is counted: {text}");
    }
}

/// Both daemons; host 1 leads.
fn led_by_host_1(lab: &Lab, daemon: Daemon) -> (Running, Running) {
    let first = start(lab, 1, daemon, &configuration(150));
    first.wait_for_log("(V1) Entering MASTER STATE", 1, ELECTION);
    first.wait_for_log("(V2) Entering MASTER STATE", 1, ELECTION);
    let second = start(lab, 2, Daemon::Keepalived, &configuration(100));
    second.wait_for_log("(V1) Entering BACKUP STATE", 1, ELECTION);
    lab.wait_for_owners(&vips(), &[1], ELECTION);
    // The burst of the new master is over, and the second one has heard the first.
    std::thread::sleep(Duration::from_millis(1_500));
    (first, second)
}

fn is_a_backup_all_the_time(lab: &Lab, second: &Running, since: Duration) {
    assert_silent(lab, 2, since);
    assert_eq!(second.logged("Entering MASTER STATE"), 0);
}

fn times() -> u32 {
    std::env::var("TAKEOVERS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn nobody_notices(before: Daemon) {
    if !ready(&[before, Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for round in 0..times() {
        let lab = Lab::new(3);
        let (mut first, mut second) = led_by_host_1(&lab, before);
        let former = (first.pid(), first.vrrp_pid());
        let events = AddressEvents::watch(lab.host(1));
        let before_it = paths(lab.host(1));
        let talk = Talk::start(lab.host(3), VIPS[0]);
        // At another place of the interval each time.
        std::thread::sleep(Duration::from_millis(300 + u64::from(round) * 53 % 1_000));
        let sent = counted(&lab, former.1, "Sent");
        let begun = now();
        let output = take_over(&lab, &main_pid_file(&lab), &[]);
        assert!(output.status.success(), "{}", said(&output));
        let successor = Successor::of(&main_pid_file(&lab));
        eprintln!("FIGURE round {round}: {}", said(&output).trim());
        assert!(successor.is_alive() && successor.0 != former.0);
        assert!(!runs(former.1.as_raw().try_into().unwrap()), "the former child is gone");
        first.wait_for_end(ELECTION);

        // Longer than a backup would wait.
        std::thread::sleep(TIMING.master_down(100) + Duration::from_millis(500));
        is_a_backup_all_the_time(&lab, &second, Duration::ZERO);
        let adverts = lab.capture().adverts(1);
        assert!(adverts.iter().all(|(_, advert)| advert.priority() == 150), "nobody resigned");
        let sources: BTreeSet<IpAddr> = adverts.iter().map(|(_, it)| it.source).collect();
        assert_eq!(sources.len(), 1, "{sources:?}");
        assert!(events.seen().is_empty(), "{:?}", events.seen());
        assert_eq!(paths(lab.host(1)), before_it);
        let (answers, lost) = talk.end();
        assert!(lost.is_empty() && answers > 100, "{answers} answers, lost {lost:?}");

        // It counts on: monitors see no start.
        assert!(counted(&lab, successor.0, "Sent") > sent && sent > 0);
        assert_eq!(counted(&lab, successor.0, "Became master"), 1);
        assert!(successor.is_alive());
        let name = std::fs::read_to_string(format!("/proc/{}/comm", successor.0)).unwrap();
        assert_eq!(name.trim(), "keepalived");
        second.assert_alive();
        // It leads as one that has always led: at its stop it resigns.
        kill(successor.0, Signal::SIGTERM).unwrap();
        lab.capture().wait_for_advert(1, begun, ELECTION, |advert| advert.priority() == 0);
        lab.wait_for_owners(&vips(), &[2], ELECTION);
        assert!(!main_pid_file(&lab).exists() || !successor.is_alive());
    }
}

#[test]
fn a_keepalived_that_leads_is_replaced_and_nobody_notices() {
    nobody_notices(Daemon::Keepalived);
}

#[test]
fn a_stillalive_that_leads_is_replaced_by_the_next_one_and_nobody_notices() {
    nobody_notices(Daemon::Ours);
}

/// One request of the control socket of host 1; `None` if nobody answers.
fn ask(lab: &Lab, request: &str) -> Option<Value> {
    let mut stream = UnixStream::connect(lab.directory().join("h1/keepalived.control")).ok()?;
    stream.set_read_timeout(Some(ELECTION)).unwrap();
    stream.write_all(format!("{request}\n").as_bytes()).ok()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok()
}

const STATUS: &str = r#"{"version":1,"ask":"status"}"#;

/// It is asked all the time: the name of the socket is always there, and the successor answers.
#[test]
fn a_drained_daemon_is_replaced_and_stays_drained_and_the_control_socket_stays() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(2);
    let (mut first, mut second) = led_by_host_1(&lab, Daemon::Ours);
    let order = r#"{"version":1,"ask":"drain","all":true,"reason":"new memory"}"#;
    assert!(ask(&lab, order).unwrap()["done"].is_array());
    lab.wait_for_owners(&vips(), &[2], ELECTION);
    let former = ask(&lab, STATUS).unwrap()["status"]["pid"].clone();
    let drained = now();
    let over = AtomicBool::new(false);
    let (output, longest) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
            while !over.load(Ordering::Relaxed) {
                assert!(lab.directory().join("h1/keepalived.control").exists());
                if ask(&lab, STATUS).is_some() {
                    longest = longest.max(last.elapsed());
                    last = Instant::now();
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            longest.max(last.elapsed())
        });
        let output = take_over(&lab, &main_pid_file(&lab), &[]);
        std::thread::sleep(Duration::from_millis(500));
        over.store(true, Ordering::Relaxed);
        (output, watch.join().unwrap())
    });
    assert!(output.status.success(), "{}", said(&output));
    let successor = Successor::of(&main_pid_file(&lab));
    first.wait_for_end(ELECTION);
    eprintln!("FIGURE {}; no status for {longest:?} at most", said(&output).trim());
    // As long as the change may take, and what a view may wait for.
    assert!(longest < Duration::from_secs(2), "no status for {longest:?}");
    // Longer than any election would take.
    std::thread::sleep(TIMING.master_down(100) + Duration::from_millis(500));
    let status = ask(&lab, STATUS).unwrap()["status"].clone();
    assert!(status["pid"].is_number() && status["pid"] != former);
    for instance in status["instances"].as_array().unwrap() {
        assert_eq!(instance["drained"]["reason"], "new memory", "{instance}");
        assert_eq!(instance["state"], "BACKUP", "{instance}");
    }
    lab.wait_for_owners(&vips(), &[2], ELECTION);
    assert_silent(&lab, 1, drained);
    // It obeys as the one before.
    assert!(ask(&lab, r#"{"version":1,"ask":"resume","all":true}"#).unwrap()["done"].is_array());
    lab.wait_for_owners(&vips(), &[1], ELECTION);
    assert!(successor.is_alive());
    second.assert_alive();
}

/// The rest of the command line: the program that keepalived is.
fn hand_back(lab: &Lab, pid_file: &Path) -> Output {
    let mut command = lab.host(1).namespace().command(Daemon::Ours.program());
    command.arg("handback").arg("--pid-file").arg(pid_file);
    command.arg("--program").arg(Daemon::Keepalived.program());
    command.output().unwrap()
}

#[test]
fn keepalived_gets_its_place_back_and_the_backup_stays_one() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for round in 0..times() {
        let lab = Lab::new(3);
        let (mut first, mut second) = led_by_host_1(&lab, Daemon::Ours);
        let talk = Talk::start(lab.host(3), VIPS[0]);
        std::thread::sleep(Duration::from_millis(300 + u64::from(round) * 53 % 1_000));
        let begun = now();
        let output = hand_back(&lab, &main_pid_file(&lab));
        assert!(output.status.success(), "{}", said(&output));
        eprintln!("FIGURE round {round}: {}", said(&output).trim());
        let keepalived = Successor::of(&main_pid_file(&lab));
        assert!(keepalived.is_alive());
        let program = std::fs::read_link(format!("/proc/{}/exe", keepalived.0)).unwrap();
        assert_eq!(program, Daemon::Keepalived.program());
        first.wait_for_end(ELECTION);
        std::thread::sleep(TIMING.master_down(100) + Duration::from_millis(500));
        is_a_backup_all_the_time(&lab, &second, Duration::ZERO);
        let adverts = lab.capture().adverts(1);
        assert!(adverts.iter().all(|(_, advert)| advert.priority() == 150), "nobody resigned");
        let (answers, lost) = talk.end();
        eprintln!("FIGURE round {round}: {answers} answers, lost {lost:?}");
        assert!(lost.is_empty(), "{answers} answers, lost {lost:?}");
        assert!(!lab.host(1).ip(&["addr", "show", "dev", "lo"]).contains("10.77.0.5"));
        second.assert_alive();
        // It leads as one that has always led.
        kill(keepalived.0, Signal::SIGTERM).unwrap();
        lab.capture().wait_for_advert(1, begun, ELECTION, |advert| advert.priority() == 0);
        lab.wait_for_owners(&vips(), &[2], ELECTION);
    }
}

#[test]
fn what_cannot_be_taken_over_is_named_and_runs_on() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(2);
    let (first, second) = led_by_host_1(&lab, Daemon::Keepalived);
    let pid_file = main_pid_file(&lab);
    let output = take_over(&lab, &pid_file, &["--check"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("(V1) goes on as MASTER"), "{}", said(&output));
    // The file has been changed since it was loaded.
    first.write_configuration(&configuration(120));
    let output = take_over(&lab, &pid_file, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let what = "(V1) runs with priority 150, its file says 120: reload the running daemon first";
    assert!(said(&output).contains(what), "{}", said(&output));
    let virtual_mac = configuration(150).replacen("advert_int", "use_vmac\nadvert_int", 1);
    first.write_configuration(&virtual_mac);
    let output = take_over(&lab, &pid_file, &["--check"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("(V1) has an interface of its own"), "{}", said(&output));
    // Nobody runs there.
    let output = take_over(&lab, &lab.directory().join("none.pid"), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let named = std::fs::read_to_string(&pid_file).unwrap();
    assert_eq!(named.trim(), first.pid().to_string());
    std::thread::sleep(Duration::from_secs(4));
    is_a_backup_all_the_time(&lab, &second, Duration::ZERO);
}

/// Whatever goes wrong on the way, the running daemon leads on and keeps its pid files.
#[test]
fn a_successor_that_fails_leaves_everything_as_it_was() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(2);
    let (mut first, second) = led_by_host_1(&lab, Daemon::Keepalived);
    let pid_file = main_pid_file(&lab);
    let files = first.pid_files();
    // Not this program at all; one that ends; one that says nothing sensible.
    for program in ["/nonexistent/x", "/bin/true", "/usr/bin/yes"] {
        let output = take_over(&lab, &pid_file, &["--program", program]);
        assert_eq!(output.status.code(), Some(3), "{program}: {}", said(&output));
        assert_eq!(first.pid_files(), files, "{program}");
        first.assert_alive();
    }
    // It is killed just when it shall begin.
    let liar = lab.directory().join("liar");
    let text = "#!/usr/bin/python3\nimport os, socket\ns = socket.socket(fileno=0)\n\
                s.send(b'\"Ready\"\\n')\ns.recv(65536)\n";
    std::fs::write(&liar, text).unwrap();
    std::process::Command::new("chmod").arg("755").arg(&liar).status().unwrap();
    let output = take_over(&lab, &pid_file, &["--program", liar.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("has not begun"), "{}", said(&output));
    assert_eq!(first.pid_files(), files);
    first.assert_alive();
    std::thread::sleep(Duration::from_secs(4));
    is_a_backup_all_the_time(&lab, &second, Duration::ZERO);
    lab.wait_for_owners(&vips(), &[1], ELECTION);
}
