//! The VRRP process: how it is started, what is said of its end, and when it is started again.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::runtime::daemon::{self, Ended};
use crate::runtime::iproute2::Names;
use crate::runtime::pid_files::PidFile;
use crate::runtime::remains::Remains;
use crate::runtime::supervisor::channel::{self, SupervisorsEnd};
use crate::runtime::supervisor::death::Death;
use crate::runtime::supervisor::{
    ChildsEnd, Delay, Supervisor, ToChild, ToSupervisor, help, status,
};
use crate::runtime::{privileges, signals, systemd};
use crate::sys::process::fork_into;
use crate::sys::signals::ignore_all_but;

/// How long to wait when there is no room for another process.
const NO_ROOM: Duration = Duration::from_secs(1);

/// What keepalived asks for when a part dies. It names its own address; ours has nothing to do with
/// that.
const PLEASE: [&str; 3] = [
    "  Please log an issue with stillalive",
    "  and include a full copy of your keepalived configuration files, and",
    "  copies of the keepalived system log entries around the time this happened",
];

/// Where the process stands.
#[derive(Debug)]
enum Standing {
    /// Nothing asks for it.
    Absent,
    /// It is there.
    Alive { pid: Pid, since: Instant, channel: Option<SupervisorsEnd>, ready: bool },
    /// It has died, and is started again then.
    Waiting(Instant),
}

/// The process, and what it leaves to the next one.
#[derive(Debug)]
pub(super) struct Part {
    standing: Standing,
    delay: Delay,
    /// Held from the start, so that no other daemon has the same.
    pid_file: Option<PidFile>,
    /// One has been there.
    restarted: bool,
}

impl Part {
    pub(super) fn new(pid_file: Option<PidFile>) -> Self {
        Self { standing: Standing::Absent, delay: Delay::default(), pid_file, restarted: false }
    }

    /// Its number, if it is there.
    pub(super) fn pid(&self) -> Option<Pid> {
        match self.standing {
            Standing::Alive { pid, .. } => Some(pid),
            Standing::Absent | Standing::Waiting(_) => None,
        }
    }

    /// Whether that is its number.
    pub(super) fn is(&self, pid: Pid) -> bool {
        self.pid() == Some(pid)
    }

    /// It serves.
    pub(super) const fn is_ready(&self) -> bool {
        matches!(self.standing, Standing::Alive { ready: true, .. })
    }

    /// It has died and will be started again.
    pub(super) const fn waits(&self) -> bool {
        matches!(self.standing, Standing::Waiting(_))
    }

    /// When it is to be started.
    pub(super) fn due(&self) -> Option<Instant> {
        match self.standing {
            Standing::Waiting(time) => Some(time),
            Standing::Absent | Standing::Alive { .. } => None,
        }
    }

    /// It will not be started again.
    pub(super) fn give_up(&mut self) {
        if self.waits() {
            self.standing = Standing::Absent;
        }
    }

    fn end(&self) -> Option<&SupervisorsEnd> {
        match &self.standing {
            Standing::Alive { channel, .. } => channel.as_ref(),
            Standing::Absent | Standing::Waiting(_) => None,
        }
    }

    /// What there is to be listened to.
    pub(super) fn channel(&self) -> Option<BorrowedFd<'_>> {
        self.end().map(AsFd::as_fd)
    }

    /// The file for texts, if the process is there.
    pub(super) fn exchange(&self) -> Option<channel::Exchange> {
        self.end().map(|end| end.exchange.clone())
    }

    /// Says it; false if nobody is there to hear it.
    pub(super) fn say(&self, message: &ToChild) -> bool {
        let end = self.end();
        end.inspect(|end| end.say(message)).is_some()
    }

    /// The next thing that it has said.
    pub(super) fn hear(&mut self) -> Option<ToSupervisor> {
        let Standing::Alive { channel, .. } = &mut self.standing else { return None };
        match channel.as_ref()?.hear() {
            Ok(Some(message)) => Some(message),
            // It is about to end: there is nothing to listen to until it has.
            Ok(None) => {
                *channel = None;
                None
            }
            Err(_nothing_yet) => None,
        }
    }

    /// Sends it a signal, if it is there.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            // Nobody else has that number before it has been waited for.
            let _gone = kill(pid, signal);
        }
    }

    /// Has a pid file, also if the last process removed its own.
    fn claim_pid_file(&mut self, settings: &daemon::Settings) -> io::Result<()> {
        if self.pid_file.as_ref().is_some_and(PidFile::is_there) {
            return Ok(());
        }
        // The lock of a file that is gone would be of no use.
        self.pid_file = None;
        self.pid_file = Some(PidFile::claim(&settings.vrrp_pid_file).map_err(io::Error::other)?);
        Ok(())
    }
}

impl Supervisor<'_> {
    /// Starts the VRRP process, or says that nothing asks for it.
    pub(super) fn start_parts(&mut self) -> io::Result<()> {
        if self.settings.vrrp && self.accepted.config.runs_vrrp() {
            return self.start_vrrp();
        }
        self.vrrp.pid_file = None;
        tracing::warn!(
            target: "Keepalived",
            "Warning - keepalived has no configuration to run"
        );
        if self.settings.vrrp {
            let remains = Remains::new(self.settings.remains.clone());
            let config = &self.accepted.config;
            help("remove what a predecessor left", || {
                remains.clear(config, &Names::load(config));
                remains.forget();
                status::STOPPED
            });
        }
        Ok(())
    }

    pub(super) fn start_vrrp(&mut self) -> io::Result<()> {
        if let Err(error) = self.vrrp.claim_pid_file(&self.settings) {
            tracing::error!(target: "Keepalived", "{error}");
            return self.stop(status::FATAL);
        }
        let (here, there) = channel::pair()?;
        let (mut here, since) = (Some(here), Instant::now());
        let started = fork_into(Signal::SIGTERM, || {
            // Its own copy of it would keep it from hearing of the supervisor's end.
            here = None;
            self.be_vrrp(there)
        });
        match started {
            Ok(pid) => {
                tracing::info!(target: "Keepalived", "Starting VRRP child process, pid={pid}");
                self.vrrp.standing = Standing::Alive { pid, since, channel: here, ready: false };
            }
            Err(error) => {
                tracing::error!(target: "Keepalived", "VRRP child process: fork error({error})");
                self.vrrp.standing = Standing::Waiting(since + NO_ROOM);
            }
        }
        Ok(())
    }

    /// The life of the VRRP process; its exit status.
    fn be_vrrp(&mut self, superior: ChildsEnd) -> u8 {
        systemd::be_silent();
        // What its loop will listen to waits until it does.
        ignore_all_but(&signals::listened_to());
        // Before it has threads: they have each their own.
        privileges::reduce(&self.settings, &self.accepted.config);
        self.journal.start_thread();
        let pid_file = self.vrrp.pid_file.take();
        let status = match pid_file.map(|mut file| file.write().map(|()| file)).transpose() {
            Ok(pid_file) => {
                let status = self.run_vrrp(superior);
                drop(pid_file);
                status
            }
            Err(error) => {
                tracing::error!(target: "Keepalived", "{error}");
                status::FATAL
            }
        };
        self.journal.finish();
        status
    }

    fn run_vrrp(&mut self, superior: ChildsEnd) -> u8 {
        // This is a copy: nobody needs it besides.
        let accepted = std::mem::take(&mut self.accepted);
        match daemon::run(self.settings.clone(), accepted, superior) {
            Ok(Ended::Stopped) => status::STOPPED,
            Ok(Ended::UnusableConfiguration) => status::CONFIG,
            Ok(Ended::NotBegun) => status::FATAL,
            Err(error) => {
                tracing::error!("{error}");
                if error.is_permission() { status::PERMISSION } else { status::FATAL }
            }
        }
    }

    /// The process has begun to serve.
    pub(super) fn on_ready(&mut self) -> io::Result<()> {
        if let Standing::Alive { ready, .. } = &mut self.vrrp.standing {
            *ready = true;
        }
        // The next one starts as any other.
        self.settings.successor = None;
        if self.is_stopping() || std::mem::replace(&mut self.vrrp.restarted, true) {
            return Ok(());
        }
        tracing::info!(target: "Keepalived", "Startup complete");
        match &self.reload {
            Some(reload) if reload.is_start() => self.finish_reload(),
            // It was asked for before, and goes on.
            Some(_) => {
                systemd::ready();
                Ok(())
            }
            None => {
                systemd::ready();
                self.reload_if_asked()
            }
        }
    }

    pub(super) fn on_death_of_vrrp(&mut self, pid: Pid, death: Death) -> io::Result<()> {
        let Standing::Alive { since, .. } = self.vrrp.standing else { return Ok(()) };
        self.vrrp.standing = Standing::Absent;
        if self.is_stopping() {
            return self.on_all_ended();
        }
        if let Some(line) = death.line(pid) {
            tracing::info!(target: "Keepalived", "{line}");
        }
        if let Death::Status(number) = death
            && let Some((number, word)) = status::permanent(number)
        {
            tracing::error!(
                target: "Keepalived",
                "pid {pid} exited with permanent error {word}. Terminating"
            );
            let reason = if number == status::PERMISSION { Errno::EPERM } else { Errno::EINVAL };
            systemd::failed(reason);
            return self.stop(number);
        }
        if !self.respawn {
            tracing::error!(target: "Keepalived", "VRRP child process({pid}) died: Exiting");
            return self.stop(status::STOPPED);
        }
        tracing::error!(target: "Keepalived", "VRRP child process({pid}) died: Respawning");
        for line in PLEASE {
            tracing::info!(target: "Keepalived", "{line}");
        }
        let now = Instant::now();
        let delay = self.vrrp.delay.after(now.duration_since(since));
        if let Some(delay) = delay {
            tracing::info!(
                target: "Keepalived",
                "Restart of VRRP process delayed {} seconds to limit respawn rate",
                delay.as_secs()
            );
        }
        self.vrrp.standing = Standing::Waiting(now + delay.unwrap_or_default());
        if std::mem::take(&mut self.dump_waits) {
            self.write_dump(None);
        }
        self.on_death_while_applying()
    }
}
