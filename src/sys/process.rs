//! Becoming several processes, and what each of them has of its own.

use std::ffi::OsStr;
use std::io;

use nix::libc;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{ForkResult, Pid, fork, getpid, getppid};

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

/// Removes a variable from the environment. Must be called while the process has one thread.
pub fn forget_variable(name: impl AsRef<OsStr>) {
    // SAFETY: nobody reads the environment meanwhile, because nobody else is there.
    unsafe { std::env::remove_var(name) };
}
