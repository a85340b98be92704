//! Starting scripts as another user, with nothing of the daemon left in them.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{Gid, Uid, setgid, setgroups, setuid};

use super::scheduling;

/// Variables of the daemon that scripts do not get.
const REMOVED_VARIABLES: [&str; 5] =
    ["NOTIFY_SOCKET", "STILLALIVE_SUCCEEDS", "LD_PRELOAD", "LD_LIBRARY_PATH", "IFS"];

/// Who runs a script, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credentials {
    /// User.
    pub user: Uid,
    /// Group.
    pub group: Gid,
    /// Supplementary groups: whatever the daemon has besides is not passed on.
    pub groups: Vec<Gid>,
}

impl Credentials {
    /// A user with one group, which is the only supplementary one too.
    pub fn alone(user: Uid, group: Gid) -> Self {
        Self { user, group, groups: vec![group] }
    }
}

/// What starts `program` without a shell: `name` is its `$0`, standard streams are `/dev/null`, no other
/// descriptor is inherited, it leads its own process group, all signals have their default action,
/// and it is told to end (SIGTERM) when the calling process, which starts it, ends. `mask` is its file
/// creation mask.
pub fn command(
    program: &Path,
    name: &str,
    arguments: &[String],
    credentials: &Credentials,
    mask: u32,
) -> Command {
    let mut command = Command::new(program);
    command
        .arg0(name)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    for variable in REMOVED_VARIABLES {
        command.env_remove(variable);
    }
    // A daemon without privileges runs scripts as itself: nothing to change, and not allowed to.
    let other = (Uid::effective().is_root() || credentials.user != Uid::effective())
        .then(|| credentials.clone());
    let mask = Mode::from_bits_truncate(mask);
    let daemon = nix::unistd::getpid();
    // SAFETY: the closure runs between fork and exec in a process that may have had other threads.
    // It allocates nothing, takes no lock, and makes only system calls that are safe there: umask,
    // sigaction, sigprocmask, setpriority, setrlimit, close_range, setgroups, setgid, setuid, prctl, getppid.
    unsafe {
        command.pre_exec(move || {
            umask(mask);
            reset_signals();
            scheduling::give_back();
            close_on_exec();
            // The user last: it takes the privileges that the others need.
            if let Some(Credentials { user, group, groups }) = &other {
                setgroups(groups)?;
                setgid(*group)?;
                setuid(*user)?;
            }
            // After the change of user, which clears it.
            nix::sys::prctl::set_pdeathsig(Signal::SIGTERM)?;
            if nix::unistd::getppid() != daemon {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
    command
}

/// Gives every signal its default action, also those that the daemon ignores or holds back.
fn reset_signals() {
    for number in 1..=libc::SIGRTMAX() {
        // SAFETY: the default action involves no code of ours. The calls for KILL, STOP and the
        // two numbers that the C library keeps fail, which is harmless.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
    let _never_fails = sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None);
}

/// Marks every descriptor from 3 on to be closed by exec, whoever opened it. Kernels before 5.11
/// refuse; all of the daemon's own descriptors are so marked anyway.
fn close_on_exec() {
    /// `CLOSE_RANGE_CLOEXEC` of the kernel.
    const MARK_ONLY: libc::c_uint = 4;
    // SAFETY: it changes flags of descriptors of the child only, and closes none: the standard
    // library's pipe for reporting a failed exec is marked already.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3 as libc::c_uint, libc::c_uint::MAX, MARK_ONLY);
    }
}
