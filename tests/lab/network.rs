//! Namespaces, the bridge and the hosts' interfaces.
//!
//! Namespaces are named `sa-<pid>-<lab>-<role>`, so that a later run can tell and delete what a
//! killed run left behind.

use std::fs::File;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A network namespace, deleted some time after it is dropped.
pub(crate) struct Namespace {
    name: String,
}

impl Namespace {
    fn create(name: String) -> Self {
        let namespace = Self { name };
        checked(Command::new("ip").args(["netns", "add", &namespace.name]));
        namespace
    }

    /// The file that stands for the namespace.
    pub(crate) fn path(&self) -> PathBuf {
        PathBuf::from("/run/netns").join(&self.name)
    }

    /// Runs `ip` with these arguments in the namespace and returns its output.
    pub(crate) fn ip(&self, arguments: &[&str]) -> String {
        let output = checked(Command::new("ip").arg("-n").arg(&self.name).args(arguments));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A command whose process will live in the namespace; its pid is the program's own.
    ///
    /// It is killed when the thread that spawned it ends, so that an interrupted run leaves
    /// nothing running: spawn it on the thread that owns the lab.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "nsenter"]);
        command.arg(format!("--net={}", self.path().display())).arg("--").arg(program);
        command
    }

    /// Runs `work` on a thread of its own that has entered the namespace.
    ///
    /// Sockets opened there stay in the namespace when they are handed out.
    pub(crate) fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let file = File::open(self.path()).unwrap();
        std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    setns(&file, CloneFlags::CLONE_NEWNET).expect("enter the namespace");
                    work()
                })
                .join()
                .unwrap()
        })
    }

    fn set_sysctls(&self, values: &[(&str, &str)]) {
        self.inside(|| {
            for (name, value) in values {
                std::fs::write(format!("/proc/sys/net/{name}"), value)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        });
    }
}

/// The names of namespaces that are not used any more.
///
/// The kernel deletes a namespace under a lock that all namespaces share, and a daemon that sets
/// an address waits for it, up to a second. So the dead are buried when no lab is alive.
static DEAD: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl Drop for Namespace {
    fn drop(&mut self) {
        DEAD.lock().unwrap().push(std::mem::take(&mut self.name));
    }
}

/// Deletes the namespaces that are not used any more.
pub(super) fn bury() {
    for name in DEAD.lock().unwrap().drain(..) {
        // Nothing useful can be done about a failure here: the next run sweeps.
        let _ = Command::new("ip").args(["netns", "del", &name]).output();
    }
}

/// One host of the network.
pub(crate) struct Host {
    namespace: Namespace,
    number: u8,
}

impl Host {
    /// The host's number, from 1: the last byte of its addresses.
    pub(crate) fn number(&self) -> u8 {
        self.number
    }

    /// Where it lives.
    pub(crate) fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Runs `ip` on the host.
    pub(crate) fn ip(&self, arguments: &[&str]) -> String {
        self.namespace.ip(arguments)
    }

    /// Whether an interface of the host has `address`.
    pub(crate) fn has(&self, address: IpAddr) -> bool {
        self.addresses().contains(&address)
    }

    /// All addresses of the host's interfaces, in the kernel's order.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        // One line an address: "2: eth0    inet 10.77.0.1/24 scope global eth0 ...".
        self.ip(&["-o", "addr", "show"])
            .lines()
            .filter_map(|line| line.split_whitespace().nth(3))
            .filter_map(|text| text.split('/').next()?.parse().ok())
            .collect()
    }
}

/// Builds the bridge `br0` in its own namespace: silent, without address, forwarding at once.
pub(super) fn build_bridge(prefix: &str) -> Namespace {
    let namespace = Namespace::create(format!("{prefix}-br"));
    namespace.set_sysctls(&[
        ("ipv6/conf/all/disable_ipv6", "1"),
        ("ipv6/conf/default/disable_ipv6", "1"),
    ]);
    namespace.ip(&[
        "link",
        "add",
        "br0",
        "type",
        "bridge",
        "forward_delay",
        "0",
        "stp_state",
        "0",
        "mcast_snooping",
        "0",
    ]);
    namespace.ip(&["link", "set", "br0", "up"]);
    namespace
}

/// Builds host `number` and joins it to the bridge; its addresses are usable at once.
pub(super) fn build_host(prefix: &str, bridge: &Namespace, number: u8) -> Host {
    let namespace = Namespace::create(format!("{prefix}-h{number}"));
    // No duplicate address detection and no waiting for routers: addresses are never tentative.
    namespace.set_sysctls(&[
        ("ipv6/conf/default/accept_dad", "0"),
        ("ipv6/conf/all/accept_dad", "0"),
        ("ipv6/conf/default/accept_ra", "0"),
        ("ipv6/conf/all/accept_ra", "0"),
    ]);
    let port = format!("h{number}");
    bridge.ip(&[
        "link",
        "add",
        &port,
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "address",
        &format!("02:00:00:00:00:{number:02x}"),
        "netns",
        &namespace.name,
    ]);
    bridge.ip(&["link", "set", &port, "master", "br0", "up"]);
    namespace.ip(&["link", "set", "lo", "up"]);
    namespace.ip(&["link", "set", "eth0", "addrgenmode", "none"]);
    namespace.ip(&["link", "set", "eth0", "up"]);
    for address in [
        format!("10.77.0.{number}/24"),
        format!("fe80::{number}/64"),
        format!("2001:db8:77::{number}/64"),
    ] {
        namespace.ip(&["addr", "add", &address, "dev", "eth0"]);
    }
    Host { namespace, number }
}

/// Joins a host to the bridge a second time.
pub(super) fn join_again(bridge: &Namespace, host: &Host) {
    let number = host.number;
    let port = format!("h{number}b");
    let mac = format!("02:00:00:00:01:{number:02x}");
    let peer = ["peer", "name", "eth1", "address", &mac, "netns", &host.namespace.name];
    bridge.ip(&[["link", "add", &port, "type", "veth"].as_slice(), &peer].concat());
    bridge.ip(&["link", "set", &port, "master", "br0", "up"]);
    host.ip(&["link", "set", "eth1", "addrgenmode", "none"]);
    host.ip(&["link", "set", "eth1", "up"]);
    for address in [format!("10.78.0.{number}/24"), format!("fe80::1:{number}/64")] {
        host.ip(&["addr", "add", &address, "dev", "eth1"]);
    }
}

/// Deletes the namespaces and directories, and ends the processes, of runs that are gone.
pub(super) fn sweep_leftovers() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        for name in leftovers(Path::new("/run/netns")) {
            end_processes_in(&name);
            drop(Namespace { name });
        }
        bury();
        let temporary = std::env::temp_dir();
        for name in leftovers(&temporary) {
            let _ = std::fs::remove_dir_all(temporary.join(name));
        }
    });
}

/// The names in `directory` that carry the pid of a process that does not run any more.
fn leftovers(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| {
            name.strip_prefix("sa-")
                .and_then(|rest| rest.split('-').next()?.parse().ok())
                .is_some_and(|pid| !runs(pid))
        })
        .collect()
}

/// Whether a process with this pid runs; one that ended and was not waited for does not.
pub(crate) fn runs(pid: u32) -> bool {
    // "pid (name) state ...": the name may hold anything, so look behind the last parenthesis.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Ends what runs in a leftover namespace: only our own runs put processes there.
fn end_processes_in(namespace: &str) {
    let Ok(output) = Command::new("ip").args(["netns", "pids", namespace]).output() else { return };
    for pid in String::from_utf8_lossy(&output.stdout).lines() {
        if let Ok(pid) = pid.trim().parse() {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
}

fn checked(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
