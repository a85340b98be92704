//! Which signals reach a process, and which do nothing.

use std::io;

use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};

/// From now on these do nothing, until somebody listens to them: their usual effect is the end of the
/// process.
pub fn ignore(numbers: impl IntoIterator<Item = i32>) {
    for number in numbers {
        // SAFETY: SIG_IGN makes the kernel drop the signal, so no code runs in a handler; a number
        // that the kernel does not have is refused and changes nothing.
        unsafe { libc::signal(number, libc::SIG_IGN) };
    }
}

/// As [`ignore`], of all signals but these, those of faults, and SIGCHLD, without which nobody learns of the
/// end of a child.
pub fn ignore_all_but(kept: &[i32]) {
    let needed = FAULTS.iter().chain(&[Signal::SIGCHLD, Signal::SIGABRT]);
    let needed: Vec<i32> = needed.map(|signal| *signal as i32).collect();
    let is_kept = |number: &i32| kept.contains(number) || needed.contains(number);
    ignore((1..=libc::SIGRTMAX()).filter(|number| !is_kept(number)));
}

/// Signals of a fault of the program itself, which always end it.
pub const FAULTS: [Signal; 4] = [Signal::SIGILL, Signal::SIGFPE, Signal::SIGSEGV, Signal::SIGBUS];

/// From now on every signal waits until somebody reads it from a descriptor, or [`let_all_come`];
/// only those of faults have their effect. What is blocked is given.
///
/// # Errors
/// Never, for all that is known.
pub fn hold_all_back() -> io::Result<SigSet> {
    let mut all = SigSet::all();
    for fault in FAULTS {
        all.remove(fault);
    }
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&all), None)?;
    Ok(all)
}

/// Signals have their effect from now on, and those that have been waiting have it now. For a process
/// with one thread.
///
/// # Errors
/// Never, for all that is known.
pub fn let_all_come() -> io::Result<()> {
    Ok(sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None)?)
}
