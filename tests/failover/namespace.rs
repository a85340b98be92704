//! Which daemon it is and where it works: `net_namespace`, `-s`, `instance`, `use_pid_dir`; and what it
//! does to the namespace and hears in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::lab::{Daemon, Lab, Sender, ready};
use crate::protocol::{ELECTION, addresses};

const INSTANCE: &str = "vrrp_instance V1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 255
    virtual_ipaddress {
        10.77.0.50
    }
}
";

/// A daemon that was started outside of the host's namespace.
pub(crate) struct Outside {
    child: Child,
    log: PathBuf,
}

impl Outside {
    pub(crate) fn start(lab: &Lab, daemon: Daemon, text: &str, options: &[&str]) -> Self {
        let directory = lab.directory();
        let (file, log) = (directory.join("k.conf"), directory.join("k.log"));
        std::fs::write(&file, text).unwrap();
        let mut program = daemon.program();
        if daemon == Daemon::Ours {
            let link = directory.join("keepalived");
            if !link.exists() {
                std::os::unix::fs::symlink(&program, &link).unwrap();
            }
            program = link;
        }
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM"])
            .arg(program)
            .args(["-n", "-l", "-D", "-G", "-f"])
            .arg(&file)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// The pid of the process that runs VRRP, if it has a run directory for the host.
    pub(crate) fn vrrp_pid(&self, lab: &Lab) -> Pid {
        let path = Path::new("/run/keepalived").join(name(lab)).join("vrrp.pid");
        let text = std::fs::read_to_string(path).unwrap();
        Pid::from_raw(text.trim().parse().unwrap())
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn wait_for_log(&self, text: &str) {
        let end = Instant::now() + ELECTION;
        while !self.log().contains(text) {
            assert!(Instant::now() < end, "not logged: {text}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn terminate(&mut self) -> i32 {
        let _ = kill(self.pid(), Signal::SIGTERM);
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = self.terminate();
    }
}

/// A process that is killed at the end.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the host's namespace is called.
pub(crate) fn name(lab: &Lab) -> String {
    let path = lab.host(1).namespace().path();
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Names of pid files, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".pid"));
    names.sort();
    names
}

#[test]
fn net_namespace_is_entered_with_a_run_directory_of_its_own() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let (name, vips) = (name(&lab), addresses(&["10.77.0.50"]));
        let text = format!("net_namespace {name}\ninstance one\n{INSTANCE}");
        let mut router = Outside::start(&lab, daemon, &text, &[]);
        lab.wait_for_owners(&vips, &[1], ELECTION);
        assert!(
            router.log().contains(&format!("Changing syslog ident to Keepalived_{name}_one")),
            "{}",
            router.log()
        );
        let pid = router.pid();
        let inside = std::fs::read_link(format!("/proc/{pid}/ns/net")).unwrap();
        let outside = std::fs::read_link("/proc/self/ns/net").unwrap();
        assert_ne!(inside, outside);
        let identified =
            Command::new("ip").args(["netns", "identify", &pid.to_string()]).output().unwrap();
        let identified = identified.stdout;
        assert_eq!(String::from_utf8_lossy(&identified).trim(), name, "{daemon:?}");
        // The host's name of the directory, and the daemon's.
        let of_host = Path::new("/run/keepalived").join(&name);
        let files = ["keepalived_one.pid", "vrrp_one.pid"];
        assert_eq!(names(&of_host), files, "{daemon:?}");
        let own = format!("/proc/{pid}/root/run/keepalived");
        assert_eq!(names(Path::new(&own)), files, "{daemon:?}");
        let said = std::fs::read_to_string(of_host.join(files[0])).unwrap();
        assert_eq!(said.trim(), pid.to_string(), "{daemon:?}");

        assert_eq!(router.terminate(), 0);
        lab.wait_for_owners(&vips, &[], ELECTION);
        assert!(!of_host.exists(), "{daemon:?}: nothing is left behind");
    }
}

#[test]
fn a_namespace_of_the_command_line_overrides_that_of_the_file() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let name = name(&lab);
        let text = format!("net_namespace nonsuch\n{INSTANCE}");
        let router = Outside::start(&lab, daemon, &text, &["-s", &name]);
        lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
        router.wait_for_log(&format!(
            "Overriding config net_namespace 'nonsuch' with command line namespace '{name}'"
        ));
    }
}

#[test]
fn without_its_namespace_it_does_not_start_anywhere_else() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let text = format!("net_namespace nonsuch\n{INSTANCE}");
        let mut router = Outside::start(&lab, daemon, &text, &[]);
        assert_eq!(router.child.wait().unwrap().code(), Some(0), "{daemon:?}");
        for line in [
            "Failed to open /run/netns/nonsuch",
            "Unable to set network namespace nonsuch - exiting",
        ] {
            assert!(router.log().contains(line), "{daemon:?}: {line}\n{}", router.log());
        }
    }
}

#[test]
fn instance_and_use_pid_dir_name_the_pid_files() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        // In the host's namespace, but with files where the file says.
        let instance = format!("sa{}", std::process::id());
        let text = format!("instance {instance}\n{INSTANCE}");
        let name = name(&lab);
        // `-s` would give it a directory of its own: enter by hand.
        let mut router = {
            let file = lab.directory().join("k.conf");
            std::fs::write(&file, &text).unwrap();
            let link = lab.directory().join("keepalived");
            std::os::unix::fs::symlink(daemon.program(), &link).unwrap();
            let child = Command::new("setpriv")
                .args(["--pdeathsig", "TERM", "nsenter"])
                .arg(format!("--net=/run/netns/{name}"))
                .arg(link)
                .args(["-n", "-l", "-D", "-G", "-f"])
                .arg(&file)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            Outside { child, log: PathBuf::from("/dev/null") }
        };
        lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
        let files = ["keepalived", "vrrp"]
            .map(|part| PathBuf::from(format!("/run/keepalived/{part}_{instance}.pid")));
        assert!(files.iter().all(|file| file.exists()), "{daemon:?}");
        assert_eq!(router.terminate(), 0);
        assert!(!files.iter().any(|file| file.exists()), "{daemon:?}");
    }
}

/// `use_pid_dir`, with a `/run` that nobody else sees.
#[test]
fn use_pid_dir_puts_the_pid_files_into_a_directory() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let (file, link) = (lab.directory().join("k.conf"), lab.directory().join("keepalived"));
        std::fs::write(&file, format!("use_pid_dir\n{INSTANCE}")).unwrap();
        std::os::unix::fs::symlink(daemon.program(), &link).unwrap();
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "nsenter"])
            .arg(format!("--net=/run/netns/{}", name(&lab)))
            .args(["unshare", "--mount", "sh", "-c"])
            .arg("mount -t tmpfs run /run && exec \"$0\" \"$@\"")
            .arg(link)
            .args(["-n", "-l", "-D", "-G", "-f"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut router = Outside { child, log: PathBuf::from("/dev/null") };
        lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
        let run = PathBuf::from(format!("/proc/{}/root/run", router.pid()));
        assert_eq!(names(&run.join("keepalived")), ["keepalived.pid", "vrrp.pid"], "{daemon:?}");
        assert!(!run.join("keepalived.pid").exists(), "{daemon:?}");
        // What may be left of ours is noted beside them.
        assert_eq!(run.join("keepalived/vrrp.held").exists(), daemon == Daemon::Ours);
        assert_eq!(router.terminate(), 0);
    }
}

#[test]
fn what_a_process_was_started_with_cannot_change_at_a_reload() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let router = lab.start(1, daemon, INSTANCE);
        lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
        for (added, what) in
            [("net_namespace other", "network namespace"), ("instance other", "instance name")]
        {
            router.write_configuration(&format!("{added}\n{INSTANCE}"));
            router.signal(Signal::SIGHUP);
            router.wait_for_log(&format!("Cannot change {what} at a reload"), 1, ELECTION);
        }
        lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    }
}

#[test]
fn disable_local_igmp_is_set_while_it_runs() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let value = || {
            lab.host(1).namespace().inside(|| {
                std::fs::read_to_string("/proc/sys/net/ipv4/igmp_link_local_mcast_reports")
                    .unwrap()
                    .trim()
                    .to_owned()
            })
        };
        assert_eq!(value(), "1");
        let text = format!("global_defs {{\ndisable_local_igmp\n}}\n{INSTANCE}");
        let mut router = lab.start(1, daemon, &text);
        lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
        assert_eq!(value(), "0", "{daemon:?}");
        router.terminate(ELECTION);
        assert_eq!(value(), "1", "{daemon:?}");
    }
}

#[test]
fn log_unknown_vrids_tells_of_routers_that_are_not_configured() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(2);
        let text = format!("global_defs {{\nlog_unknown_vrids\n}}\n{INSTANCE}");
        let mut router = lab.start(1, daemon, &text);
        lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
        let advert = [0x21, 77, 100, 1, 0, 1, 0xcc, 0x4d, 10, 77, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0];
        Sender::new(lab.host(2)).send([224, 0, 0, 18].into(), 255, &advert);
        let line = "Unknown VRID(77) received on interface(eth0). ignoring...";
        router.wait_for_log(line, 1, ELECTION);
        router.assert_alive();
    }
}

/// Only 2.4 knows it. The daemon believes that its host was booted ten seconds ago.
#[test]
fn vrrp_delay_after_boot_counts_from_the_boot() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    for (delay, least) in [(14, 3.5), (5, 0.0)] {
        let lab = Lab::new(1);
        let (file, link) = (lab.directory().join("k.conf"), lab.directory().join("keepalived"));
        let text = format!("global_defs {{\nvrrp_delay_after_boot {delay}\n}}\n{INSTANCE}");
        std::fs::write(&file, text).unwrap();
        std::os::unix::fs::symlink(Daemon::Ours.program(), &link).unwrap();
        let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
        let uptime = uptime.split('.').next().unwrap().parse::<i64>().unwrap();
        let started = crate::lab::now();
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "nsenter"])
            .arg(format!("--net={}", lab.host(1).namespace().path().display()))
            .args(["unshare", "--fork", "--kill-child", "--time", "--boottime"])
            .arg((10 - uptime).to_string())
            .arg(link)
            .args(["-n", "-l", "-D", "-G", "-f"])
            .arg(&file)
            .arg("-p")
            .arg(lab.directory().join("k.pid"))
            .arg("-r")
            .arg(lab.directory().join("v.pid"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let _router = Killed(child);
        let (first, _) = lab.capture().wait_for_advert(1, started, ELECTION, |_| true);
        let waited = (first - started).as_secs_f64();
        assert!((least..least + 3.0).contains(&waited), "{delay}: {waited}");
    }
}
