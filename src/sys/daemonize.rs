//! Leaving the terminal: one fork, a new session, `/`, nothing on the standard streams.

use std::fs::OpenOptions;
use std::os::fd::AsFd;
use std::path::Path;

use nix::errno::Errno;
use nix::unistd::{ForkResult, chdir, dup2_stderr, dup2_stdin, dup2_stdout, fork, setsid};

/// Which of the two processes this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The one that was started; it should return success.
    Launcher,
    /// The one that goes on.
    Daemon,
}

/// Splits the process in two. Must be called while it has one thread.
///
/// # Errors
/// The kernel refuses one of the steps.
pub fn daemonize() -> Result<Side, Errno> {
    // SAFETY: nothing has started a thread yet (the runtime is built later), so the child inherits
    // no lock that another thread holds, and may go on as any process.
    match unsafe { fork() }? {
        ForkResult::Parent { .. } => Ok(Side::Launcher),
        ForkResult::Child => {
            setsid()?;
            chdir(Path::new("/"))?;
            let null = OpenOptions::new()
                .read(true)
                .write(true)
                .open("/dev/null")
                .map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(0)))?;
            dup2_stdin(null.as_fd())?;
            dup2_stdout(null.as_fd())?;
            dup2_stderr(null.as_fd())?;
            Ok(Side::Daemon)
        }
    }
}
