//! Signals that nobody listens to yet.

use nix::libc;

/// From now on these do nothing, until somebody listens to them: their usual effect is the end of the
/// process.
pub fn ignore(numbers: impl IntoIterator<Item = i32>) {
    for number in numbers {
        // SAFETY: SIG_IGN makes the kernel drop the signal, so no code runs in a handler; a number
        // that the kernel does not have is refused and changes nothing.
        unsafe { libc::signal(number, libc::SIG_IGN) };
    }
}
