//! What a running daemon shows and holds: `/metrics`, `/healthz`, lines as JSON, its capabilities,
//! and that a daemon without root keeps addresses alive.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::lab::Daemon::Ours;
use crate::lab::{Daemon, Lab, ready};
use crate::protocol::{ELECTION, addresses};

const VIPS: [&str; 1] = ["10.77.0.50"];

fn configuration(priority: u8, more: &str) -> String {
    format!(
        "global_defs {{
            script_user root
            enable_script_security
        }}
        vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            virtual_ipaddress {{
                10.77.0.50
            }}
            {more}
        }}"
    )
}

/// Asks for a path and returns the whole answer.
fn ask(mut stream: impl Read + Write, path: &str) -> String {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn metrics_and_health_are_served_on_loopback() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let host = lab.host(1);
    host.ip(&["link", "set", "lo", "up"]);
    let daemon = lab.start_as(1, Ours, &configuration(150, ""), &["--metrics", "9650"]);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    daemon.wait_for_log("Serving metrics on 127.0.0.1:9650", 1, ELECTION);
    let asked = |path: &str| {
        host.namespace().inside(|| ask(TcpStream::connect("127.0.0.1:9650").unwrap(), path))
    };
    let metrics = asked("/metrics");
    assert!(metrics.starts_with("HTTP/1.1 200 OK\r\n"), "{metrics}");
    assert!(metrics.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    let held =
        "stillalive_instance_addresses_held{instance=\"V1\",interface=\"eth0\",vrid=\"51\"} 1";
    assert!(metrics.contains(held), "{metrics}");
    let status = |path: &str| asked(path).lines().next().unwrap().to_owned();
    assert_eq!(status("/healthz?instance=V1&master"), "HTTP/1.1 200 OK");
    assert_eq!(status("/healthz?instance=V2"), "HTTP/1.1 404 Not Found");
    assert_eq!(status("/healthz?typo"), "HTTP/1.1 400 Bad Request");
    assert_eq!(status("/"), "HTTP/1.1 404 Not Found");
    lab.carrier(1, false);
    daemon.wait_for_log("Entering FAULT STATE", 1, ELECTION);
    let unwell = asked("/healthz");
    assert!(unwell.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{unwell}");
    assert!(unwell.ends_with("V1 is in FAULT: interface eth0 down\n"), "{unwell}");
    // Not on the address that others reach.
    let elsewhere = host.namespace().inside(|| TcpStream::connect("10.77.0.1:9650").is_err());
    assert!(elsewhere);
}

#[test]
fn metrics_are_served_on_a_unix_socket_whatever_clients_do() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let path = lab.directory().join("metrics");
    let place = format!("unix:{}", path.display());
    let options = ["--metrics", place.as_str(), "--metrics-names", "mehdy,gen2brain"];
    // What a killed daemon has left is no obstacle.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let mut daemon = lab.start_as(1, Ours, &configuration(150, ""), &options);
    daemon.wait_for_log("Serving metrics on unix:", 1, ELECTION);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    let connect = || {
        let stream = UnixStream::connect(&path).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    };
    let metrics = ask(connect(), "/metrics");
    assert!(metrics.contains("keepalived_up 1"), "{metrics}");
    assert!(metrics.contains("keepalived_vrrp_become_master{"), "{metrics}");
    // A hundred say nothing: after two seconds there is room again.
    let idle: Vec<_> = (0..100).map(|_| connect()).collect();
    std::thread::sleep(Duration::from_secs(4));
    assert!(ask(connect(), "/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
    drop(idle);
    // A request without an end.
    let mut endless = connect();
    let flood = vec![b'a'; 1 << 20];
    let mut sent = 0;
    while sent < 64 && endless.write_all(&flood).is_ok() {
        sent += 1;
    }
    assert!(sent < 64, "a request of 64 MiB was read");
    assert!(ask(connect(), "/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
    daemon.assert_alive();
    daemon.terminate(ELECTION);
    assert!(!path.exists());
}

#[test]
fn lines_on_the_console_are_json_objects_with_what_they_are_about() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let options = ["--log-format", "json"];
    let mut daemon = lab.start_as(1, Ours, &configuration(150, ""), &options);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    daemon.terminate(ELECTION);
    let lines: Vec<serde_json::Value> =
        daemon.log().iter().map(|line| serde_json::from_str(&line.text).unwrap()).collect();
    assert!(lines.iter().all(|line| line["time"].is_string() && line["pid"].is_u64()));
    let master = lines.iter().find(|line| line["state"] == "MASTER").unwrap();
    assert_eq!(master["event"], "state");
    assert_eq!(master["instance"], "V1");
    assert_eq!(master["ident"], "Keepalived_vrrp");
    assert_eq!(master["message"], "(V1) Entering MASTER STATE");
    assert!(lines.iter().any(|line| line["event"] == "reason" && line["why"].is_string()));
}

/// Every capability of a set (`CapPrm`) of a process.
fn capabilities(pid: Pid, set: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(set)).unwrap();
    u64::from_str_radix(line.trim_start_matches(':').trim(), 16).unwrap()
}

const SYS_ADMIN: u64 = 1 << 21;
const NET_ADMIN: u64 = 1 << 12;
/// CAP_KILL, CAP_SETGID, CAP_SETUID.
const OF_SCRIPTS: u64 = 0b111 << 5;

#[test]
fn root_gives_up_capabilities_that_its_scripts_keep() {
    if !ready(&[Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let seen = lab.directory().join("seen");
    let script = lab.directory().join("script");
    let text = format!("#!/bin/sh\ngrep ^CapEff /proc/self/status > {}\n", seen.display());
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let notify = format!("notify_master {}", script.display());
    // The lab's folder is not root's alone.
    let configuration = configuration(150, &notify).replace("enable_script_security", "");
    let daemon = lab.start(1, Ours, &configuration);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    let pid = daemon.vrrp_pid();
    for set in ["CapPrm", "CapEff"] {
        let held = capabilities(pid, set);
        assert_eq!((held & SYS_ADMIN, held & NET_ADMIN), (0, NET_ADMIN), "{set} {held:x}");
    }
    for thread in fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let thread = thread.unwrap().file_name().to_string_lossy().parse().unwrap();
        assert_eq!(capabilities(Pid::from_raw(thread), "CapPrm") & SYS_ADMIN, 0);
    }
    let end = std::time::Instant::now() + ELECTION;
    let text = loop {
        let text = fs::read_to_string(&seen).unwrap_or_default();
        if text.ends_with('\n') {
            break text;
        }
        assert!(std::time::Instant::now() < end, "the script did not run");
        std::thread::sleep(Duration::from_millis(20));
    };
    // What starts scripts changes users; nobody else does.
    assert_eq!(capabilities(pid, "CapPrm") & OF_SCRIPTS, 0);
    let own = u64::from_str_radix(text.trim_start_matches("CapEff:").trim(), 16).unwrap();
    assert_eq!(own, capabilities(Pid::this(), "CapBnd"), "{text}");
    assert_eq!(daemon.logged("Capabilities held: "), 1);
}

/// `nobody`.
const USER: &str = "65534";

#[test]
fn a_user_with_two_capabilities_takes_over() {
    if !ready(&[Daemon::Keepalived, Ours]) {
        return;
    }
    let lab = Lab::new(2);
    let mut first = lab.start(1, Daemon::Keepalived, &configuration(150, ""));
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    // A folder and a program of its own: the lab's are root's.
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let program = folder.path().join("keepalived");
    fs::copy(Ours.program(), &program).unwrap();
    let file = folder.path().join("keepalived.conf");
    fs::write(&file, configuration(100, "")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let capabilities_given = "+net_admin,+net_raw";
    let mut command = lab.host(2).namespace().command("setpriv");
    command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]);
    command.args(["--inh-caps", capabilities_given, "--ambient-caps", capabilities_given]);
    command.arg(&program).args(["-n", "-l", "-D", "-G", "-f"]).arg(&file);
    command.arg("-p").arg(folder.path().join("keepalived.pid"));
    command.arg("-r").arg(folder.path().join("vrrp.pid"));
    let mut second = command.stderr(Stdio::piped()).process_group(0).spawn().unwrap();
    let log = BufReader::new(second.stderr.take().unwrap());
    let log = std::thread::spawn(move || log.lines().map_while(Result::ok).collect::<Vec<_>>());
    std::thread::sleep(Duration::from_secs(4));
    assert!(!lab.host(2).has(addresses(&VIPS)[0]));
    first.crash();
    lab.host(1).ip(&["address", "flush", "dev", "eth0", "to", "10.77.0.50"]);
    lab.wait_for_owners(&addresses(&VIPS), &[2], ELECTION);
    let own = Pid::from_raw(second.id().try_into().unwrap());
    kill(own, Signal::SIGTERM).unwrap();
    second.wait().unwrap();
    lab.wait_for_owners(&addresses(&VIPS), &[], ELECTION);
    let log = log.join().unwrap();
    let held = "Capabilities held: CAP_NET_ADMIN CAP_NET_RAW; besides: none";
    assert!(log.iter().any(|line| line.ends_with(held)), "{log:#?}");
}
