//! The main process: it starts the part that runs VRRP, starts it again when it dies, passes on what
//! signals ask for, reads new configurations, and tells systemd.
//!
//! It has one thread and no runtime, because it forks: a child goes on with a copy of everything, the
//! configuration included, which is read once. What may take its time or fail in its own way (reading
//! files, running scripts, writing a dump) is done by helper processes that live just as long. So
//! nothing that happens to one of them holds the supervisor up, and nothing that happens to the
//! supervisor holds an advert up. It sleeps until something happens.
//!
//! | File | Subject |
//! | --- | --- |
//! | `channel` | what supervisor and child say to each other |
//! | `part` | the VRRP process: starting it, what becomes of it, when it is started again |
//! | `reload` | a new configuration, from the files to the child |
//! | `stop` | the stop, and the scripts before and after everything |
//! | `watchdog` | signs of life for systemd |
//! | `respawn`, `death`, `status` | delays, words and numbers for a process that has ended |

mod channel;
mod death;
mod part;
mod reload;
mod respawn;
pub mod status;
mod stop;
mod watchdog;

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::Signal;
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::{Pid, getpid};

use crate::runtime::daemon::Settings;
use crate::runtime::dumps::{self, Kind};
use crate::runtime::load::{Replacement, file_mask};
use crate::runtime::pid_files::PidFile;
use crate::runtime::{signals, standing, systemd};
use crate::sys::process::fork_into;
use crate::sys::signals::{hold_all_back, ignore_all_but, let_all_come};

pub(super) use respawn::Delay;

pub(super) use channel::{ChildsEnd, Exchange, Superior, ToChild, ToSupervisor};

use death::Death;
use part::Part;
use reload::Reload;
use stop::Phase;
use watchdog::Watchdog;

/// The log of this process and of those that it becomes.
pub trait Journal {
    /// From now on a thread writes the lines: this process serves, and will not fork.
    fn start_thread(&mut self);
    /// Waits a moment for what has not been written.
    fn finish(&mut self);
}

/// Everything that a daemon begins with.
pub struct Start<'a> {
    /// What the command line says.
    pub settings: Settings,
    /// The configuration.
    pub accepted: Replacement,
    /// False with `-R`: the daemon ends when a part does.
    pub respawn: bool,
    /// The pid file of the VRRP process, if it may run.
    pub pid_file: Option<PidFile>,
    /// The log.
    pub journal: &'a mut dyn Journal,
}

/// From now on signals wait for the supervisor: none of them is lost, and none ends a process that has
/// not come so far.
///
/// # Errors
/// Never, for all that is known.
pub fn hold_signals() -> io::Result<()> {
    hold_all_back().map(drop)
}

/// Runs until a signal or a part ends the daemon; gives its exit status. The process must have one thread.
pub fn run(start: Start<'_>) -> u8 {
    let outcome = Supervisor::new(start).and_then(|mut supervisor| supervisor.serve());
    outcome.unwrap_or_else(|error| {
        tracing::error!(target: "Keepalived", "The supervisor cannot go on: {error}");
        status::FATAL
    })
}

struct Supervisor<'a> {
    settings: Settings,
    /// What runs, or would if something did.
    accepted: Replacement,
    respawn: bool,
    journal: &'a mut dyn Journal,
    signals: SignalFd,
    phase: Phase,
    vrrp: Part,
    reload: Option<Reload>,
    /// A reload was asked for that has not begun.
    reload_asked: bool,
    watchdog: Option<Watchdog>,
    /// `keepalived_parent.data` waits for what the VRRP process knows.
    dump_waits: bool,
    /// The process that writes it; and what is to be written after that, because it was asked for again
    /// meanwhile. However often that is, one process at a time writes.
    dumping: Option<Pid>,
    next_dump: Option<Option<Duration>>,
}

impl<'a> Supervisor<'a> {
    fn new(start: Start<'a>) -> io::Result<Self> {
        let Start { settings, accepted, respawn, pid_file, journal } = start;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let signals = SignalFd::with_flags(&hold_all_back()?, flags)?;
        // Whoever loses its parent becomes ours, and is waited for.
        set_child_subreaper(true)?;
        if settings.core_dump {
            standing::allow_core_dumps();
        }
        let watchdog = systemd::watchdog().map(Watchdog::new);
        Ok(Self {
            settings,
            accepted,
            respawn,
            journal,
            signals,
            phase: Phase::Serving,
            vrrp: Part::new(pid_file),
            reload: None,
            reload_asked: false,
            watchdog,
            dump_waits: false,
            dumping: None,
            next_dump: None,
        })
    }

    fn serve(&mut self) -> io::Result<u8> {
        self.take_settings();
        self.begin()?;
        loop {
            if let Phase::Ended(status) = self.phase {
                return Ok(status);
            }
            self.wait()?;
            while let Some(signal) = self.signals.read_signal()? {
                self.on_signal(i32::try_from(signal.ssi_signo).unwrap_or_default())?;
            }
            while let Some(message) = self.vrrp.hear() {
                self.on_message(message)?;
            }
            self.on_time()?;
        }
    }

    /// Sleeps until a signal or a message comes, or it is time for something.
    fn wait(&self) -> io::Result<()> {
        let signals = PollFd::new(self.signals.as_fd(), PollFlags::POLLIN);
        let channel = self.vrrp.channel().map(|end| PollFd::new(end, PollFlags::POLLIN));
        let mut sources: Vec<_> = [Some(signals), channel].into_iter().flatten().collect();
        let watchdog = self.watchdog.as_ref().map(Watchdog::due);
        let times = [self.vrrp.due(), self.phase.due(), watchdog];
        let timeout = match times.into_iter().flatten().min() {
            None => PollTimeout::NONE,
            Some(time) => {
                // Rounded up: waking before the time would be waking twice.
                let left = time.saturating_duration_since(Instant::now()).as_micros();
                PollTimeout::try_from(left.div_ceil(1_000)).unwrap_or(PollTimeout::MAX)
            }
        };
        match poll(&mut sources, timeout) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    fn on_signal(&mut self, number: i32) -> io::Result<()> {
        match number {
            libc::SIGCHLD => self.reap()?,
            libc::SIGTERM => self.stop(status::STOPPED)?,
            libc::SIGINT if !self.settings.ignore_sigint => self.stop(status::STOPPED)?,
            libc::SIGHUP => self.ask_for_reload()?,
            number => {
                if let Some((_, kind)) = signals::dumps().find(|(dump, _)| *dump == number) {
                    self.dump(kind);
                }
            }
        }
        Ok(())
    }

    fn on_message(&mut self, message: ToSupervisor) -> io::Result<()> {
        match message {
            ToSupervisor::Ready => self.on_ready()?,
            ToSupervisor::WantsReload => self.ask_for_reload()?,
            ToSupervisor::Reloaded => self.on_reloaded()?,
            ToSupervisor::Refused(reason) => self.on_refused(&reason)?,
            ToSupervisor::Planned(reload_at) => {
                if std::mem::take(&mut self.dump_waits) {
                    self.write_dump(reload_at);
                }
            }
            ToSupervisor::Alive => {
                if let Some(watchdog) = &mut self.watchdog {
                    watchdog.answered();
                }
            }
        }
        Ok(())
    }

    fn on_time(&mut self) -> io::Result<()> {
        let now = Instant::now();
        if self.vrrp.due().is_some_and(|time| time <= now) {
            self.start_vrrp()?;
        }
        if self.phase.due().is_some_and(|time| time <= now) {
            self.force_stop();
        }
        if let Some(watchdog) = &mut self.watchdog {
            watchdog.turn(now, &self.vrrp);
        }
        Ok(())
    }

    /// Hears of every process that has ended.
    fn reap(&mut self) -> io::Result<()> {
        loop {
            match waitpid(None::<Pid>, Some(WaitPidFlag::WNOHANG)) {
                Ok(status) => match Death::of(status) {
                    Some((pid, death)) => self.on_death(pid, death)?,
                    None if status.pid().is_none() => return Ok(()),
                    None => {}
                },
                // Somebody who became ours was ended by a real-time signal, which nix does not know.
                Err(Errno::EINTR | Errno::EINVAL) => {}
                Err(Errno::ECHILD) => return Ok(()),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    fn on_death(&mut self, pid: Pid, death: Death) -> io::Result<()> {
        if self.vrrp.is(pid) {
            return self.on_death_of_vrrp(pid, death);
        }
        if self.reload.as_ref().is_some_and(|reload| reload.is_read_by(pid)) {
            return self.on_read(death);
        }
        if self.dumping == Some(pid) {
            self.dumping = None;
            if let Some(reload_at) = self.next_dump.take() {
                self.write_dump(reload_at);
            }
            return Ok(());
        }
        self.on_end_of_script(pid)
    }

    /// Takes over what the configuration says of this process.
    fn take_settings(&self) {
        let processes = &self.accepted.config.global.processes;
        let name = processes.parent_name.as_ref().map_or(&self.settings.name, |name| &name.value);
        if standing::own_name() != *name {
            standing::take_name(name);
        }
        nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(self.umask()));
    }

    fn umask(&self) -> u32 {
        file_mask(self.settings.umask, &self.accepted.config.global)
    }

    /// Passes on what was asked for, and writes its own part.
    fn dump(&mut self, kind: Kind) {
        if kind == Kind::Data {
            tracing::info!(
                target: "Keepalived",
                "Printing parent data for process({}) on signal",
                getpid()
            );
        }
        let passed_on = self.vrrp.say(&ToChild::Dump(kind));
        if kind == Kind::Data {
            // The VRRP process keeps watch on that file.
            let has_plan = self.accepted.config.global.reload.time_file.is_some();
            match passed_on && has_plan {
                true => self.dump_waits = true,
                false => self.write_dump(None),
            }
        }
    }

    fn write_dump(&mut self, reload_at: Option<Duration>) {
        if self.dumping.is_some() {
            self.next_dump = Some(reload_at);
            return;
        }
        let umask = self.umask();
        let namespace = self.settings.namespace.clone();
        let (config, scripts) = (&self.accepted.config, &self.accepted.scripts);
        self.dumping = help("write keepalived_parent.data", || {
            dumps::write_parent(dumps::Parent { config, scripts, reload_at, namespace, umask });
            status::STOPPED
        });
    }
}

/// Has a process of its own do something that may take its time or fail; `None` if there is no room for
/// one, which is logged. Without the supervisor it is of no use, and ends.
fn help(what: &str, work: impl FnOnce() -> u8) -> Option<Pid> {
    let started = fork_into(Signal::SIGKILL, || {
        systemd::be_silent();
        ignore_all_but(&[libc::SIGTERM]);
        let_all_come().map_or(status::FATAL, |()| work())
    });
    let complain = |error: &io::Error| {
        tracing::error!(target: "Keepalived", "No process to {what}: {error}");
    };
    started.inspect_err(complain).ok()
}
