//! The beginning and the end of the daemon: `startup_script`, then the parts; at the stop the parts,
//! then `shutdown_script`.

use std::io;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::runtime::ending::seconds;
use crate::runtime::notify::{Life, run_life_script};
use crate::runtime::supervisor::{Supervisor, help, status};
use crate::runtime::systemd;

/// How long the stop waits for the parts, unless `child_wait_time` says.
const USUAL_PATIENCE: Duration = Duration::from_secs(5);

/// Where the daemon is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// `startup_script` runs, by that process.
    Beginning(Pid),
    /// Parts run, or may.
    Serving,
    /// The parts have been told to end, and have time until then; the daemon ends with that status.
    Stopping { status: u8, until: Option<Instant> },
    /// `shutdown_script` runs, by that process.
    Ending { status: u8, helper: Pid },
    /// There is nothing left to do.
    Ended(u8),
}

impl Phase {
    /// When patience ends.
    pub(super) const fn due(&self) -> Option<Instant> {
        match self {
            Self::Stopping { until, .. } => *until,
            _ => None,
        }
    }
}

impl Supervisor<'_> {
    /// The daemon is about to end.
    pub(super) const fn is_stopping(&self) -> bool {
        !matches!(self.phase, Phase::Beginning(_) | Phase::Serving)
    }

    /// `startup_script`, and what comes after it.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        // What takes another daemon's place has been started up already.
        let startup = self.settings.successor.is_none();
        if let Some(helper) = startup.then(|| self.start_script(Life::Startup)).flatten() {
            self.phase = Phase::Beginning(helper);
            return Ok(());
        }
        self.start_parts()
    }

    /// A process that runs the script, if there is one.
    fn start_script(&self, life: Life) -> Option<Pid> {
        let global = &self.accepted.config.global;
        let script = match life {
            Life::Startup => &global.startup,
            Life::Shutdown => &global.shutdown,
        };
        script.script.as_ref()?;
        help("run a script", || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => {
                    runtime.block_on(run_life_script(life, script, &self.accepted.scripts));
                    status::STOPPED
                }
                Err(_) => status::FATAL,
            }
        })
    }

    /// One of the processes that run scripts has ended, or somebody who became ours.
    pub(super) fn on_end_of_script(&mut self, pid: Pid) -> io::Result<()> {
        match self.phase {
            Phase::Beginning(helper) if helper == pid => {
                self.phase = Phase::Serving;
                self.start_parts()?;
                // The process that was just started comes first.
                match self.vrrp.pid().is_none() {
                    true => self.reload_if_asked(),
                    false => Ok(()),
                }
            }
            Phase::Ending { status, helper } if helper == pid => {
                self.end(status);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Begins to stop; the daemon ends with that status.
    pub(super) fn stop(&mut self, status: u8) -> io::Result<()> {
        if self.is_stopping() {
            return Ok(());
        }
        // With a permanent error everything has been said.
        if status == status::STOPPED {
            tracing::info!(target: "Keepalived", "Stopping");
        }
        systemd::stopping();
        if let Phase::Beginning(helper) = self.phase {
            let _gone = kill(helper, Signal::SIGTERM);
        }
        self.cancel_reload();
        self.vrrp.give_up();
        let patience = self.accepted.config.global.processes.child_wait_time;
        let patience = patience.map_or(USUAL_PATIENCE, |time| time.value);
        self.phase = Phase::Stopping { status, until: Some(Instant::now() + patience) };
        self.vrrp.signal(Signal::SIGTERM);
        self.on_all_ended()
    }

    /// Patience has ended.
    pub(super) fn force_stop(&mut self) {
        if let Phase::Stopping { until, .. } = &mut self.phase {
            *until = None;
            tracing::error!(
                target: "Keepalived",
                "vrrp process failed to die - forcing termination"
            );
            self.vrrp.signal(Signal::SIGKILL);
        }
    }

    /// The rest of the stop, if no part is there any more.
    pub(super) fn on_all_ended(&mut self) -> io::Result<()> {
        let Phase::Stopping { status, .. } = self.phase else { return Ok(()) };
        if self.vrrp.pid().is_some() {
            return Ok(());
        }
        match self.start_script(Life::Shutdown) {
            Some(helper) => self.phase = Phase::Ending { status, helper },
            None => self.end(status),
        }
        Ok(())
    }

    fn end(&mut self, status: u8) {
        if let (Ok(own), Ok(children)) =
            (getrusage(UsageWho::RUSAGE_SELF), getrusage(UsageWho::RUSAGE_CHILDREN))
        {
            tracing::debug!(
                target: "Keepalived",
                "CPU usage (self/children) user: {}/{} system: {}/{}",
                seconds(own.user_time()),
                seconds(children.user_time()),
                seconds(own.system_time()),
                seconds(children.system_time())
            );
        }
        self.phase = Phase::Ended(status);
    }
}
