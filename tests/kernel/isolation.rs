//! Running a test body in a fresh network namespace.

use std::io::Write as _;
use std::os::fd::AsFd;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use stillalive::engine::event::NetworkChange;
use stillalive::runtime::netlink::Monitor;
use tokio::runtime::{Builder, Runtime};

/// Names the test that the child process is to run for real.
const MARK: &str = "STILLALIVE_ISOLATED";

/// The one runtime of the child process. (A handle of it would not drive its sockets.)
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_current_thread().enable_all().build().expect("runtime"))
}

/// Runs `body` in a child process with a network namespace of its own; `name` is the test's full
/// path. A runtime is entered around it.
pub(crate) fn isolated(name: &str, body: impl FnOnce()) {
    if std::env::var(MARK).as_deref() == Ok(name) {
        run("ip", &["link", "set", "lo", "up"]);
        let _entered = runtime().enter();
        body();
        return;
    }
    let probe = Command::new("unshare").args(["--net", "ip", "link"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        // Not `eprintln!`: the test runner would keep it to itself.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: {name}: a network namespace needs root, unshare and iproute2"
        );
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must be able to run {name}");
        return;
    }
    let output = reexecute(name).output().expect("unshare");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "no test is called {name}:\n{text}");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
}

/// The test binary again, for one test, in a namespace of its own.
fn reexecute(name: &str) -> Command {
    let program = std::env::current_exe().expect("own path");
    let mut command = Command::new("unshare");
    command
        .args(["--net", "--", "timeout", "60"])
        .arg(program)
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(MARK, name);
    command
}

/// Starts the same test in a second namespace, with `variable` set so that it plays another part.
/// It ends with the value that comes back.
pub(crate) fn second_host(name: &str, variable: &str, value: &str) -> Host {
    let child = reexecute(name)
        .env(variable, value)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("unshare");
    Host(child)
}

/// A process in another namespace; ended when dropped.
pub(crate) struct Host(Child);

impl Host {
    /// Its process id, by which interfaces can be moved to it.
    pub(crate) fn pid(&self) -> String {
        self.0.id().to_string()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // `timeout` passes it on; killed outright it would leave the test binary behind.
        let pid = i32::try_from(self.0.id()).expect("process id");
        let _ended = kill(Pid::from_raw(pid), Signal::SIGTERM);
        let _status = self.0.wait();
    }
}

/// Runs a program that must succeed, and gives its output.
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output: Output = Command::new(program).args(arguments).output().expect(program);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// `ip` with words separated by blanks.
pub(crate) fn ip(arguments: &str) -> String {
    run("ip", &arguments.split_whitespace().collect::<Vec<_>>())
}

/// Runs a future to its end, for at most ten seconds.
pub(crate) fn wait_for<F: Future>(future: F) -> F::Output {
    let limited = async { tokio::time::timeout(std::time::Duration::from_secs(10), future).await };
    runtime().block_on(limited).expect("within ten seconds")
}

/// The next changes that the kernel reports, waited for at most ten seconds.
pub(crate) fn changes(monitor: &mut Monitor) -> Vec<NetworkChange> {
    let readiness = PollFd::new(monitor.as_fd(), PollFlags::POLLIN);
    let reported = poll(&mut [readiness], PollTimeout::from(10_000_u16)).expect("poll");
    assert_eq!(reported, 1, "within ten seconds");
    monitor.changes().expect("monitor")
}

/// Makes `d0`, an Ethernet interface that is up and has no addresses.
pub(crate) fn make_d0() {
    ip("link add d0 address 02:00:00:00:00:07 type veth peer name d1");
    ip("link set d0 addrgenmode none");
    ip("link set d1 addrgenmode none");
    ip("link set d1 up");
    ip("link set d0 up");
}
