//! How the daemon stands among the processes of the host: its name, its priority, its memory, its
//! processors (`vrrp_process_name`, `vrrp_priority`, `vrrp_rt_priority`, `vrrp_rlimit_rttime`,
//! `vrrp_no_swap`, `vrrp_cpu_affinity`, `max_auto_priority`, `min_auto_priority_delay`).
//!
//! What `vrrp_*` say is for the process that runs VRRP; the supervisor has no more than its name
//! (`process_name`), which is that of every process that is given none.

use std::ffi::CString;
use std::fs;
use std::time::Duration;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::mman::{MlockAllFlags, mlockall, munlockall};
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Pid, getpid};

use crate::ir::global::{AutoPriority, Processes};
use crate::sys::scheduling;

/// Lateness from which the daemon gives itself a higher priority, unless said.
const LATE: Duration = Duration::from_secs(1);
/// Longest run without a pause under real-time scheduling, unless said.
const LONGEST_RUN: Duration = Duration::from_millis(10);
/// The thread besides the first one that takes part in a takeover.
const WORKER: &str = "network";

/// Lets the process leave a core file when it crashes (`-m`), whatever it was started with; scripts
/// get that limit back.
pub(super) fn allow_core_dumps() {
    scheduling::remember();
    let unlimited = nix::libc::RLIM_INFINITY;
    let allowed = setrlimit(Resource::RLIMIT_CORE, unlimited, unlimited);
    complain("allow core dumps", allowed.map_err(Into::into));
}

/// The name of the process in lists of processes.
pub fn own_name() -> String {
    fs::read_to_string("/proc/self/comm").unwrap_or_default().trim_end().to_owned()
}

/// Gives the process that name.
pub(super) fn take_name(name: &str) {
    let Ok(name) = CString::new(name) else { return };
    complain("name itself", nix::sys::prctl::set_name(&name).map_err(Into::into));
}

/// What the process has been given, and may give itself.
#[derive(Debug)]
pub(super) struct Standing {
    settings: Processes,
    /// The name that it was started by.
    name: String,
    cpus: Option<CpuSet>,
    /// Present priority of `SCHED_RR`.
    real_time: Option<u8>,
}

impl Standing {
    /// Gives the process what the configuration says. The threads that take part must be there.
    /// `name` is the one that the program was started by.
    pub(super) fn new(settings: &Processes, name: &str) -> Self {
        scheduling::remember();
        let inherited = settings.parent_name.clone();
        let mut standing = Self {
            settings: Processes { parent_name: inherited, ..Processes::default() },
            name: name.to_owned(),
            cpus: sched_getaffinity(getpid()).ok(),
            real_time: None,
        };
        standing.reconfigure(settings);
        standing
    }

    /// Gives it what another configuration says, as far as that is something else.
    pub(super) fn reconfigure(&mut self, settings: &Processes) {
        let before = std::mem::replace(&mut self.settings, settings.clone());
        let now = &settings.vrrp;
        if (&before.vrrp.name, &before.parent_name) != (&now.name, &settings.parent_name) {
            self.take_name();
        }
        if before.vrrp.nice != now.nice {
            let nice = now.nice.map_or_else(scheduling::inherited_nice, |nice| nice.value);
            complain("set priority", each_thread(|thread| scheduling::set_nice(thread, nice)));
        }
        if before.vrrp.cpus != now.cpus {
            self.keep_to_processors();
        }
        if before.vrrp.no_swap != now.no_swap {
            let locked = match now.no_swap {
                true => mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE),
                false => munlockall(),
            };
            complain("lock itself in memory", locked.map_err(Into::into));
        }
        let of_time = |processes: &Processes| {
            let vrrp = &processes.vrrp;
            (vrrp.rt_priority, vrrp.rlimit_rttime)
        };
        if of_time(&before) != of_time(settings) {
            self.run_in_real_time(now.rt_priority.map(|priority| priority.value));
        }
    }

    /// Real-time priority that the process has now.
    pub(super) const fn real_time(&self) -> Option<u8> {
        self.real_time
    }

    /// A timer was late by so much: perhaps the process does not get its share.
    pub(super) fn late(&mut self, by: Duration) {
        let AutoPriority::UpTo(most) = self.settings.max_auto_priority else { return };
        let patience = self.settings.min_auto_priority_delay.map_or(LATE, |delay| delay.value);
        if by < patience {
            return;
        }
        // The engine tells of longer ones in any case.
        if by < LATE {
            tracing::info!("A thread timer expired {:.6} seconds ago", by.as_secs_f64());
        }
        let next = self.real_time.map_or(1, |priority| priority.saturating_add(1));
        if next > most {
            return;
        }
        tracing::info!("Set realtime priority {next}");
        self.run_in_real_time(Some(next));
    }

    /// The process has used up its time under real-time scheduling (SIGXCPU). keepalived ends then;
    /// this one goes on as an ordinary process, because its peers still count on it.
    pub(super) fn out_of_time(&mut self) {
        tracing::error!(
            "keepalived_vrrp process has used too much CPU time, vrrp_rlimit_rttime may need to be \
             increased"
        );
        self.run_in_real_time(None);
    }

    fn take_name(&self) {
        let settings = &self.settings;
        let name = settings.vrrp.name.as_ref().or(settings.parent_name.as_ref());
        take_name(name.map_or(&self.name, |name| &name.value));
    }

    fn keep_to_processors(&self) {
        let mut chosen = CpuSet::new();
        let mut known = true;
        for cpu in &self.settings.vrrp.cpus {
            known &= chosen.set(usize::from(cpu.value)).is_ok();
        }
        let cpus = match (self.settings.vrrp.cpus.is_empty(), self.cpus) {
            (true, Some(all)) => all,
            (true, None) => return,
            (false, _) => chosen,
        };
        let kept = each_thread(|thread| Ok(sched_setaffinity(thread, &cpus)?));
        complain("set CPU affinity", if known { kept } else { Err(libc_invalid()) });
    }

    fn run_in_real_time(&mut self, priority: Option<u8>) {
        let Some(priority) = priority else {
            if self.real_time.take().is_some() {
                complain("give up real time", each_taking_part(scheduling::set_usual));
            }
            return;
        };
        self.limit_run();
        let set = each_taking_part(|thread| scheduling::set_round_robin(thread, priority));
        if set.is_ok() {
            self.real_time = Some(priority);
        }
        complain("raise priority", set);
    }

    /// Sets how long the process may run without a pause. The kernel ends it beyond the hard limit,
    /// which therefore is set only if somebody has asked for it.
    fn limit_run(&self) {
        let (soft, hard) = scheduling::inherited_time_limit();
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let (soft, hard) = match self.settings.vrrp.rlimit_rttime.map(|limit| limit.value) {
            Some(Duration::ZERO) => (soft, hard),
            Some(limit) => (micros(limit) / 2, micros(limit)),
            None => (micros(LONGEST_RUN) / 2, hard),
        };
        let limited = setrlimit(Resource::RLIMIT_RTTIME, soft, hard);
        complain("limit its real time", limited.map_err(Into::into));
    }
}

fn libc_invalid() -> std::io::Error {
    std::io::ErrorKind::InvalidInput.into()
}

fn complain(what: &str, outcome: std::io::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!("child process: cannot {what}: {error}");
    }
}

/// Does something to every thread of the process; the first failure counts.
fn each_thread(work: impl Fn(Pid) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut outcome = Ok(());
    for thread in threads() {
        outcome = outcome.and(work(thread));
    }
    outcome
}

/// The same to those that advertise and take over.
fn each_taking_part(work: impl Fn(Pid) -> std::io::Result<()>) -> std::io::Result<()> {
    each_thread(|thread| {
        let name = fs::read_to_string(format!("/proc/self/task/{thread}/comm")).unwrap_or_default();
        if thread == getpid() || name.trim_end() == WORKER { work(thread) } else { Ok(()) }
    })
}

fn threads() -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc/self/task") else { return vec![getpid()] };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.map(Pid::from_raw).collect()
}
