//! What systemd is told (`Type=notify`): the messages that keepalived sends, no others.
//!
//! Without `NOTIFY_SOCKET` nothing happens. A failure to tell is no failure of the daemon.

use sd_notify::NotifyState;

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

/// The configuration cannot be used (`EINVAL`).
pub fn unusable() {
    let _ = sd_notify::notify(&[NotifyState::Errno(22)]);
}
