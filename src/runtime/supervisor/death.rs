//! How a process has ended, in keepalived's words.

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;

/// The end of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Death {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(Signal),
}

impl Death {
    /// Who has ended, and how; `None` if nobody has.
    pub(super) fn of(status: WaitStatus) -> Option<(Pid, Self)> {
        match status {
            WaitStatus::Exited(pid, status) => Some((pid, Self::Status(status))),
            WaitStatus::Signaled(pid, signal, _) => Some((pid, Self::Signal(signal))),
            _ => None,
        }
    }

    /// What there is to say of the end of a part, before what comes of it.
    pub(super) fn line(self, pid: Pid) -> Option<String> {
        match self {
            Self::Status(_) => None,
            Self::Signal(Signal::SIGSEGV) => {
                Some(format!("pid {pid} exited due to segmentation fault (SIGSEGV)."))
            }
            Self::Signal(signal) => {
                let mut line =
                    format!("pid {pid} exited due to signal {} ({})", signal as i32, words(signal));
                if matches!(signal, Signal::SIGKILL | Signal::SIGXCPU) {
                    line.push_str(" - has rlimit_rttime been exceeded?");
                }
                Some(line)
            }
        }
    }
}

/// What the C library calls the signals that end processes.
const fn words(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGILL => "Illegal instruction",
        Signal::SIGABRT => "Aborted",
        Signal::SIGBUS => "Bus error",
        Signal::SIGFPE => "Floating point exception",
        Signal::SIGKILL => "Killed",
        Signal::SIGTERM => "Terminated",
        Signal::SIGXCPU => "CPU time limit exceeded",
        Signal::SIGSYS => "Bad system call",
        other => other.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_as_keepalived_tells_it() {
        let pid = Pid::from_raw(7);
        let line = |death: Death| death.line(pid).unwrap_or_default();
        assert_eq!(line(Death::Status(3)), "");
        assert_eq!(
            line(Death::Signal(Signal::SIGSEGV)),
            "pid 7 exited due to segmentation fault (SIGSEGV)."
        );
        assert_eq!(
            line(Death::Signal(Signal::SIGKILL)),
            "pid 7 exited due to signal 9 (Killed) - has rlimit_rttime been exceeded?"
        );
        assert_eq!(line(Death::Signal(Signal::SIGABRT)), "pid 7 exited due to signal 6 (Aborted)");
    }
}
