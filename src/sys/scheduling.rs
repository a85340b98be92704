//! Priorities of threads, and giving them back in what a child becomes. `nix` has no calls for them.

use std::io;
use std::sync::OnceLock;

use nix::libc;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

/// What the daemon had when it was started.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Inherited {
    nice: i32,
    time_limit: (libc::rlim_t, libc::rlim_t),
    core_limit: Option<(libc::rlim_t, libc::rlim_t)>,
}

static INHERITED: OnceLock<Inherited> = OnceLock::new();

/// Notes how this process is scheduled now; children will be so. The first call counts. What was noted.
pub fn remember() -> Inherited {
    *INHERITED.get_or_init(|| Inherited {
        nice: nice(),
        time_limit: getrlimit(Resource::RLIMIT_RTTIME)
            .unwrap_or((libc::RLIM_INFINITY, libc::RLIM_INFINITY)),
        core_limit: getrlimit(Resource::RLIMIT_CORE).ok(),
    })
}

/// Takes over what the daemon had at its start, for this process and for what it starts.
pub fn adopt(inherited: Inherited) {
    INHERITED.get_or_init(|| inherited);
    give_back();
}

/// The nice value of the process at its start, -20..=19.
pub fn inherited_nice() -> i8 {
    INHERITED.get().map_or(0, |inherited| i8::try_from(inherited.nice).unwrap_or(0))
}

/// The limit of real-time processor time at the start: soft, hard; microseconds.
pub fn inherited_time_limit() -> (u64, u64) {
    INHERITED
        .get()
        .map_or((libc::RLIM_INFINITY, libc::RLIM_INFINITY), |inherited| inherited.time_limit)
}

fn nice() -> i32 {
    // SAFETY: no pointers; -1 may be a value or a failure, and a process always has one.
    unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) }
}

/// Sets the nice value of a thread, -20..=19.
///
/// # Errors
/// The thread is gone, or a privilege is missing.
pub fn set_nice(thread: Pid, nice: i8) -> io::Result<()> {
    let who = libc::id_t::try_from(thread.as_raw()).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: no pointers.
    outcome(unsafe { libc::setpriority(libc::PRIO_PROCESS, who, i32::from(nice)) })
}

/// Schedules a thread by `SCHED_RR` at this priority, 1..=99; what it forks is scheduled as usual.
///
/// # Errors
/// The thread is gone, or a privilege is missing.
pub fn set_round_robin(thread: Pid, priority: u8) -> io::Result<()> {
    let parameter = libc::sched_param { sched_priority: i32::from(priority) };
    let policy = libc::SCHED_RR | libc::SCHED_RESET_ON_FORK;
    // SAFETY: the pointer is to a value that outlives the call, which only reads it.
    outcome(unsafe { libc::sched_setscheduler(thread.as_raw(), policy, &raw const parameter) })
}

/// Schedules a thread as usual.
///
/// # Errors
/// The thread is gone.
pub fn set_usual(thread: Pid) -> io::Result<()> {
    let parameter = libc::sched_param { sched_priority: 0 };
    // SAFETY: as in `set_round_robin`.
    outcome(unsafe {
        libc::sched_setscheduler(thread.as_raw(), libc::SCHED_OTHER, &raw const parameter)
    })
}

/// Gives the calling process what the daemon had at its start. Makes system calls only, so that it
/// may be called between fork and exec. Failures leave it as it is.
pub(super) fn give_back() {
    let Some(inherited) = INHERITED.get() else { return };
    // The kernel has reset the policy at the fork.
    // SAFETY: no pointers.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, inherited.nice) };
    let (soft, hard) = inherited.time_limit;
    let _ = setrlimit(Resource::RLIMIT_RTTIME, soft, hard);
    if let Some((soft, hard)) = inherited.core_limit {
        let _ = setrlimit(Resource::RLIMIT_CORE, soft, hard);
    }
}

fn outcome(result: libc::c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
