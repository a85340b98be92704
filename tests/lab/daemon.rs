//! Starting, watching and ending a VRRP daemon on a host.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::Host;
use super::network::runs;

/// Which program plays a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Daemon {
    /// The binary of this package, called by the name `keepalived`.
    Ours,
    /// The machine's keepalived.
    Keepalived,
}

impl Daemon {
    /// The executable. `STILLALIVE_BIN` and `KEEPALIVED_BIN` override.
    pub(crate) fn program(self) -> PathBuf {
        match self {
            Self::Ours => std::env::var_os("STILLALIVE_BIN")
                .or_else(|| option_env!("CARGO_BIN_EXE_stillalive").map(Into::into))
                .expect("STILLALIVE_BIN names the binary outside of cargo's tests")
                .into(),
            Self::Keepalived => {
                std::env::var_os("KEEPALIVED_BIN").unwrap_or("/usr/sbin/keepalived".into()).into()
            }
        }
    }
}

/// A line of a daemon's log and when it arrived here.
#[derive(Clone, Debug)]
pub(crate) struct LogLine {
    /// Since 1970. Comparable with the capture's times, but later than the event itself.
    pub(crate) time: Duration,
    /// The line as printed.
    pub(crate) text: String,
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<LogLine>>,
    grown: Condvar,
    /// Held by whoever wants the log to be read no further.
    reading: Mutex<()>,
}

/// A daemon that was started; killed with all its processes on drop.
pub(crate) struct Running {
    daemon: Daemon,
    host: u8,
    child: Child,
    ended: Option<ExitStatus>,
    log: Arc<Log>,
    configuration: PathBuf,
    vrrp_pid_file: PathBuf,
}

impl Running {
    pub(super) fn start(
        daemon: Daemon,
        host: &Host,
        directory: &Path,
        text: &str,
        (options, environment): (&[&str], &[(&str, &Path)]),
    ) -> Self {
        let number = host.number();
        let directory = directory.join(format!("h{number}"));
        std::fs::create_dir_all(&directory).unwrap();
        let program = match daemon {
            Daemon::Keepalived => daemon.program(),
            Daemon::Ours => {
                let link = directory.join("keepalived");
                if !link.exists() {
                    symlink(daemon.program(), &link).unwrap();
                }
                link
            }
        };
        let configuration = directory.join("keepalived.conf");
        std::fs::write(&configuration, text).unwrap();
        let vrrp_pid_file = directory.join("vrrp.pid");
        let mut child = host
            .namespace()
            .command(program)
            // Not to syslog: where none runs, keepalived writes to the machine's console instead,
            // and a serial one stalls a processor, with whatever else runs on it.
            .args(["-n", "-l", "-D", "-G"])
            .arg("-f")
            .arg(&configuration)
            .arg("-p")
            .arg(directory.join("keepalived.pid"))
            .arg("-r")
            .arg(&vrrp_pid_file)
            .arg("-c")
            .arg(directory.join("checkers.pid"))
            .arg("-b")
            .arg(directory.join("bfd.pid"))
            .args(options)
            .env("LC_ALL", "C")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // A group of its own, so that a kill takes parent and children at once.
            .process_group(0)
            .spawn()
            .expect("start the daemon");
        let stream = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Log::default());
        let writer = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in stream.split(b'\n').map_while(Result::ok) {
                drop(writer.reading.lock());
                let text = String::from_utf8_lossy(&line).into_owned();
                writer.lines.lock().unwrap().push(LogLine { time: now(), text });
                writer.grown.notify_all();
            }
        });
        Self { daemon, host: number, child, ended: None, log, configuration, vrrp_pid_file }
    }

    /// Which program it is.
    pub(crate) fn daemon(&self) -> Daemon {
        self.daemon
    }

    /// The log so far.
    pub(crate) fn log(&self) -> Vec<LogLine> {
        self.log.lines.lock().unwrap().clone()
    }

    /// How many lines of the log contain `text`.
    pub(crate) fn logged(&self, text: &str) -> usize {
        self.log.lines.lock().unwrap().iter().filter(|line| line.text.contains(text)).count()
    }

    /// Waits until `count` lines of the log contain `text`; panics after `within`.
    pub(crate) fn wait_for_log(&self, text: &str, count: usize, within: Duration) {
        let end = Instant::now() + within;
        let mut lines = self.log.lines.lock().unwrap();
        while lines.iter().filter(|line| line.text.contains(text)).count() < count {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(lines);
                panic!("h{}: not logged within {within:?} {count} times: {text}", self.host);
            }
            lines = self.log.grown.wait_timeout(lines, left).unwrap().0;
        }
    }

    /// Runs something while nobody reads the log: its pipe fills up.
    pub(crate) fn with_unread_log<R>(&self, work: impl FnOnce() -> R) -> R {
        let _held = self.log.reading.lock().unwrap();
        work()
    }

    /// Replaces the configuration file (read at the next SIGHUP).
    pub(crate) fn write_configuration(&self, text: &str) {
        std::fs::write(&self.configuration, text).unwrap();
    }

    /// Sends a signal to the main process.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("the daemon is there to be signalled");
    }

    /// Stops all processes of the daemon where they are; [`Running::resume`] lets them go on.
    pub(crate) fn pause(&self) {
        killpg(self.pid(), Signal::SIGSTOP).expect("the daemon is there to be paused");
    }

    /// Lets a paused daemon go on.
    pub(crate) fn resume(&self) {
        killpg(self.pid(), Signal::SIGCONT).expect("the daemon is there to be resumed");
    }

    /// The pid files it was given that exist now.
    pub(crate) fn pid_files(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.configuration.parent().unwrap()).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "pid"));
        files.sort();
        files
    }

    /// Kills all processes of the daemon at once: a crash of the host's daemon.
    ///
    /// Its pid files go as they go when a host starts anew. (keepalived 2.2 does not start while one
    /// names a process that is there, and a killed child stays there until somebody reaps it.)
    pub(crate) fn crash(&mut self) {
        let _ = killpg(self.pid(), Signal::SIGKILL);
        self.ended = self.child.wait().ok();
        for file in self.pid_files() {
            let _ = std::fs::remove_file(file);
        }
    }

    /// Ends the daemon with SIGTERM and returns its status; panics after `within`.
    pub(crate) fn terminate(&mut self, within: Duration) -> ExitStatus {
        self.signal(Signal::SIGTERM);
        self.wait_for_end(within)
    }

    /// Waits for the end of the main process and returns its status; panics after `within`.
    pub(crate) fn wait_for_end(&mut self, within: Duration) -> ExitStatus {
        let end = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.ended = Some(status);
                return status;
            }
            assert!(Instant::now() < end, "h{}: still there after {within:?}", self.host);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Checks that the daemon runs and that none of its processes died and was restarted.
    ///
    /// # Panics
    /// When one did.
    pub(crate) fn assert_alive(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            self.ended = Some(status);
            panic!("h{}: the daemon ended: {status}", self.host);
        }
        for sign in [" died:", "exited due to signal", "panicked at"] {
            assert_eq!(self.logged(sign), 0, "h{}: its log has {sign:?}", self.host);
        }
        let vrrp = std::fs::read_to_string(&self.vrrp_pid_file).unwrap_or_default();
        let vrrp: u32 = vrrp.trim().parse().expect("the VRRP pid file holds a number");
        assert!(runs(vrrp), "h{}: the process of the VRRP pid file is gone", self.host);
    }

    /// True when the main process is gone, whoever ended it.
    pub(crate) fn has_ended(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended.is_some()
    }

    /// The pid of the main process.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    /// The pid of the process that runs VRRP, as soon as it has said it.
    ///
    /// # Panics
    /// When it does not for long.
    pub(crate) fn vrrp_pid(&self) -> Pid {
        let end = Instant::now() + Duration::from_secs(8);
        loop {
            let text = std::fs::read_to_string(&self.vrrp_pid_file).unwrap_or_default();
            if let Ok(pid) = text.trim().parse() {
                return Pid::from_raw(pid);
            }
            assert!(Instant::now() < end, "h{}: the VRRP pid file stays empty", self.host);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The pids of all its processes, scripts left out: what it costs is the sum over them.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let group = self.child.id().to_string();
        let mut pids: Vec<u32> = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter(|pid| {
                let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
                // Behind the name: state, parent, process group.
                let (_, rest) = stat.rsplit_once(") ").unwrap_or_default();
                rest.split(' ').nth(2) == Some(group.as_str())
            })
            .collect();
        pids.sort_unstable();
        pids
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended.is_none() {
            self.crash();
        }
        if std::thread::panicking() {
            eprintln!("--- log of {:?} on h{}", self.daemon, self.host);
            for line in self.log() {
                eprintln!("{:.3} {}", line.time.as_secs_f64() % 1000.0, line.text);
            }
        }
    }
}

/// Now, on the clock of the capture.
pub(crate) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
