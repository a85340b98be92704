//! A message bus of a test's own, and its clients: Debian's `dbus-daemon`, `gdbus`, `busctl`,
//! `dbus-monitor`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Everybody may do everything on it, unless a policy says more.
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
  </policy>
  POLICY
</busconfig>
"#;

/// A bus, ended on drop.
pub(crate) struct Bus {
    daemon: Child,
    socket: PathBuf,
    monitor: Option<Child>,
    signals: Arc<Mutex<Vec<String>>>,
}

impl Bus {
    /// A bus below a directory, with the policies of a file besides.
    pub(crate) fn start(directory: &Path, policy: Option<&Path>) -> Self {
        let socket = directory.join("bus");
        let _ = std::fs::remove_file(&socket);
        let policy =
            policy.map_or(String::new(), |file| format!("<include>{}</include>", file.display()));
        let text = CONFIGURATION
            .replace("SOCKET", &socket.display().to_string())
            .replace("POLICY", &policy);
        let file = directory.join("bus.conf");
        std::fs::write(&file, text).unwrap();
        let daemon = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "dbus-daemon", "--nofork", "--nopidfile"])
            .arg(format!("--config-file={}", file.display()))
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon");
        let bus = Self { daemon, socket, monitor: None, signals: Arc::default() };
        let end = Instant::now() + Duration::from_secs(5);
        while !bus.socket.exists() {
            assert!(Instant::now() < end, "the bus does not come up");
            std::thread::sleep(Duration::from_millis(10));
        }
        bus
    }

    /// What `DBUS_SYSTEM_BUS_ADDRESS` is to be.
    pub(crate) fn address(&self) -> PathBuf {
        format!("unix:path={}", self.socket.display()).into()
    }

    /// Process of the bus.
    pub(crate) fn pid(&self) -> nix::unistd::Pid {
        nix::unistd::Pid::from_raw(self.daemon.id().try_into().unwrap())
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", program]);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", self.address());
        command
    }

    /// From now on every signal of keepalived's objects is written down.
    pub(crate) fn listen(&mut self) {
        let mut monitor = self
            .client("dbus-monitor")
            .args(["--system", "type='signal',path_namespace='/org/keepalived'"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(monitor.stdout.take().unwrap()).lines();
        self.monitor = Some(monitor);
        let (signals, ready) = (Arc::clone(&self.signals), Arc::new(Mutex::new(false)));
        let told = Arc::clone(&ready);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The bus says first that the monitor is one.
                if line.contains("member=NameLost") {
                    *told.lock().unwrap() = true;
                } else if let (Some(path), Some(member)) =
                    (field(&line, "path="), field(&line, "member="))
                    && path.starts_with("/org/keepalived")
                {
                    signals.lock().unwrap().push(format!("{path} {member}"));
                } else if let (Some(number), Some(last)) =
                    (line.trim().strip_prefix("uint32 "), signals.lock().unwrap().last_mut())
                {
                    last.push_str(&format!(" {number}"));
                }
            }
        });
        let end = Instant::now() + Duration::from_secs(5);
        while !*ready.lock().unwrap() {
            assert!(Instant::now() < end, "nobody listens");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until a signal was heard so many times; `path` is the end of the object's path.
    pub(crate) fn wait_for(&self, path: &str, signal: &str, count: usize) {
        let end = Instant::now() + Duration::from_secs(12);
        let wanted = format!("{path} {signal}");
        while self.signals().iter().filter(|heard| heard.ends_with(&wanted)).count() < count {
            assert!(Instant::now() < end, "not {count} times {wanted}: {:#?}", self.signals());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What was heard so far: path, signal, number.
    pub(crate) fn signals(&self) -> Vec<String> {
        self.signals.lock().unwrap().clone()
    }

    /// What a client sees of a call: `gdbus call`.
    pub(crate) fn call(&self, path: &str, method: &str, arguments: &[&str]) -> String {
        let output = self
            .client("gdbus")
            .args(["call", "--system", "--dest", "org.keepalived.Vrrp1"])
            .args(["--object-path", path, "--method", method])
            .args(arguments)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8(text).unwrap().trim().to_owned()
    }

    /// How an object describes itself: `gdbus introspect`.
    pub(crate) fn introspect(&self, path: &str) -> String {
        let output = self
            .client("gdbus")
            .args(["introspect", "--system", "--dest", "org.keepalived.Vrrp1"])
            .args(["--object-path", path])
            .output()
            .unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    /// Every object: `busctl tree`.
    pub(crate) fn tree(&self) -> String {
        let output = self
            .client("busctl")
            .arg(format!("--address={}", self.address().display()))
            .args(["tree", "--list", "org.keepalived.Vrrp1"])
            .output()
            .unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        for mut child in self.monitor.take().into_iter() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// The word after `key`, up to a blank or a semicolon.
fn field<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.split([' ', ';']).find_map(|word| word.strip_prefix(key))
}
