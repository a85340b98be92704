//! What systemd is told (`Type=notify`): the messages that keepalived sends, and signs of life for its
//! watchdog. Only the supervisor speaks; the variables are taken from all other processes.
//!
//! Without `NOTIFY_SOCKET` nothing happens. A failure to tell is no failure of the daemon.

use std::time::Duration;

use sd_notify::NotifyState;

use crate::sys::process::forget_variable;

/// The configuration has been read and the instances run.
pub fn ready() {
    let pid = std::process::id();
    let _ = sd_notify::notify(&[NotifyState::Ready, NotifyState::MainPid(pid)]);
}

/// A reload begins; [`ready`] ends it.
pub fn reloading() {
    // keepalived's units are not `Type=notify-reload`, so no time is given.
    let _ = sd_notify::notify(&[NotifyState::Reloading]);
}

/// The stop begins.
pub fn stopping() {
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
}

/// The daemon ends because it cannot go on: the `errno` that says why.
pub fn failed(errno: nix::errno::Errno) {
    let _ = sd_notify::notify(&[NotifyState::Errno(u32::try_from(errno as i32).unwrap_or(0))]);
}

/// How often [`alive`] is to be said (`WatchdogSec=`), if it is to be said at all.
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|interval| !interval.is_zero())
}

/// Everything is as it should be.
pub fn alive() {
    let _ = sd_notify::notify(&[NotifyState::Watchdog]);
}

/// This process says nothing to systemd. It must have one thread.
pub(super) fn be_silent() {
    for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
        forget_variable(name);
    }
}
