//! Becoming several processes, and what each of them has of its own.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::{get_no_new_privs, set_pdeathsig};
use nix::sys::signal::Signal;
use nix::unistd::{ForkResult, Pid, Uid, fork, getpid, getppid};

/// Status of a process that has panicked, as the standard library has it.
const PANICKED: i32 = 101;

/// Starts a process that does this work with a copy of everything, and ends with the status that the
/// work gives; nothing of the caller's is dropped there. It gets the signal when its parent ends. Must be
/// called while the process has one thread.
///
/// # Errors
/// The kernel has no room for another process.
pub fn fork_into(at_parents_end: Signal, work: impl FnOnce() -> u8) -> io::Result<Pid> {
    let parent = getpid();
    // SAFETY: there is one thread, so the child inherits no lock that another thread holds, and may
    // go on as any process.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            // A panic must not unwind into what the copy has of its parent.
            let mut end = End(PANICKED);
            let is_told = set_pdeathsig(at_parents_end).is_ok();
            // The parent may have ended before.
            if is_told && getppid() == parent {
                end.0 = i32::from(work());
            }
            drop(end);
            unreachable!("the process has ended")
        }
    }
}

/// Dropped, it ends the process: what the standard library or the C library would do at the end has
/// been left to the parent.
struct End(i32);

impl Drop for End {
    fn drop(&mut self) {
        // SAFETY: it takes no pointer and does not return.
        unsafe { libc::_exit(self.0) }
    }
}

/// The next child that has ended, and how; `None` if none has. nix knows no real-time signals, by which
/// a child may be ended too.
///
/// # Errors
/// None, for all that is known.
pub fn next_ended() -> io::Result<Option<(Pid, ExitStatus)>> {
    loop {
        let mut status = 0;
        // SAFETY: the pointer is to a value that outlives the call.
        match unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) } {
            0 => return Ok(None),
            pid if pid > 0 => return Ok(Some((Pid::from_raw(pid), ExitStatus::from_raw(status)))),
            _ => match Errno::last() {
                Errno::EINTR => {}
                Errno::ECHILD => return Ok(None),
                errno => return Err(errno.into()),
            },
        }
    }
}

/// Whether a program that this process executes has all capabilities of the bounding set, whatever the
/// process has given up: so it is with root, unless that was ruled out.
pub fn executing_gives_capabilities_back() -> bool {
    /// `SECBIT_NOROOT` of the kernel: root is a user as any other.
    const ROOT_IS_NOBODY: libc::c_int = 1;
    // SAFETY: no pointers.
    let bits = unsafe { libc::prctl(libc::PR_GET_SECUREBITS) };
    let nothing_new = get_no_new_privs().unwrap_or(true);
    Uid::effective().is_root()
        && Uid::current().is_root()
        && !nothing_new
        && bits & ROOT_IS_NOBODY == 0
}

/// Removes a variable from the environment. Must be called while the process has one thread.
pub fn forget_variable(name: impl AsRef<OsStr>) {
    // SAFETY: nobody reads the environment meanwhile, because nobody else is there.
    unsafe { std::env::remove_var(name) };
}
