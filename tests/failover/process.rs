//! The daemon as a process: what a supervisor, a shell and `pidof` see of it.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::lab::{Daemon, Lab, ready};
use crate::protocol::{ELECTION, addresses};

const CONFIGURATION: &str = "vrrp_instance V1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 255
    virtual_ipaddress {
        10.77.0.50
    }
}
";

/// The next datagram on a socket, without the number of the process.
fn message(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 512];
    let length = socket.recv(&mut buffer).expect("a message for systemd");
    let text = String::from_utf8_lossy(&buffer[..length]);
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("MAINPID=")).collect();
    lines.join(" ")
}

#[test]
fn systemd_hears_of_start_reload_refusal_and_stop() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let path = lab.directory().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let environment: [(&str, &Path); 1] = [("NOTIFY_SOCKET", &path)];
    let mut daemon = lab.start_with(1, Daemon::Ours, CONFIGURATION, &environment);
    assert_eq!(message(&socket), "READY=1");

    daemon.signal(Signal::SIGHUP);
    assert_eq!(message(&socket), "RELOADING=1");
    assert_eq!(message(&socket), "READY=1");

    // A refused file ends the reload as well: systemd must not wait for ever.
    daemon.write_configuration("vrrp_instanze V1 {");
    daemon.signal(Signal::SIGHUP);
    assert_eq!(message(&socket), "RELOADING=1");
    assert_eq!(message(&socket), "READY=1");
    daemon.wait_for_log("the running configuration goes on", 1, ELECTION);

    assert!(daemon.terminate(ELECTION).success());
    assert_eq!(message(&socket), "STOPPING=1");
}

/// Runs ours on host 1 in the background, as an init script does; gives its exit status and output.
fn launch(lab: &Lab, file: &Path, pid_file: &Path) -> (i32, String) {
    let link = lab.directory().join("keepalived");
    if !link.exists() {
        std::os::unix::fs::symlink(Daemon::Ours.program(), &link).unwrap();
    }
    // `setpriv --pdeathsig` of the lab's command would end with the launcher: enter by hand.
    let output = std::process::Command::new("nsenter")
        .arg(format!("--net={}", lab.host(1).namespace().path().display()))
        .arg("--")
        .arg(link)
        .args(["-l", "-G", "-D", "-f"])
        .arg(file)
        .arg("-p")
        .arg(pid_file)
        .arg("-r")
        .arg(pid_file.with_extension("vrrp"))
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The number in a pid file, as soon as it is there.
fn pid_in(path: &Path) -> Pid {
    let end = Instant::now() + ELECTION;
    loop {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if let Ok(pid) = text.trim().parse() {
            return Pid::from_raw(pid);
        }
        assert!(Instant::now() < end, "no pid in {}", path.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_daemon_leaves_its_launcher_and_keeps_a_second_one_out() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let (file, pid_file) = (lab.directory().join("k.conf"), lab.directory().join("k.pid"));
    std::fs::write(&file, CONFIGURATION).unwrap();
    let (status, text) = launch(&lab, &file, &pid_file);
    assert_eq!(status, 0, "{text}");
    let pid = pid_in(&pid_file);
    let vips = addresses(&["10.77.0.50"]);
    lab.wait_for_owners(&vips, &[1], ELECTION);

    // `pidof keepalived`, `ps` and monitors look for the name; both files name a living process.
    let vrrp = pid_in(&pid_file.with_extension("vrrp"));
    assert_ne!(vrrp, pid);
    for pid in [pid, vrrp] {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap();
        assert_eq!(name.trim(), "keepalived");
    }
    assert_eq!(std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap(), Path::new("/"));

    let (status, text) = launch(&lab, &file, &pid_file);
    assert_eq!(status, 0, "as keepalived ends: {text}");
    assert!(text.contains("daemon is already running"), "{text}");
    assert_eq!(pid_in(&pid_file), pid, "the first one's file is untouched");

    kill(pid, Signal::SIGTERM).unwrap();
    lab.wait_for_owners(&vips, &[], ELECTION);
    let end = Instant::now() + ELECTION;
    while pid_file.exists() {
        assert!(Instant::now() < end, "the pid file stays");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(lab.capture().adverts(1).last().map(|(_, advert)| advert.priority()), Some(0));
}
