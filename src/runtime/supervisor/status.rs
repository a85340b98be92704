//! Exit statuses of the daemon, and of the processes of its parts: keepalived's numbers.

/// It was stopped, or another one runs already.
pub const STOPPED: u8 = 0;
/// What cannot be done without fails.
pub const FATAL: u8 = 1;
/// The configuration cannot be used.
pub const CONFIG: u8 = 2;
/// A privilege is missing.
pub const PERMISSION: u8 = 4;
/// A configuration file cannot be read.
pub const NO_FILE: u8 = 6;

/// The word for a status with which a part says that another try would end alike; the whole daemon
/// ends with it.
pub(super) const fn permanent(status: i32) -> Option<(u8, &'static str)> {
    match status {
        1 => Some((FATAL, "FATAL")),
        2 => Some((CONFIG, "CONFIG")),
        4 => Some((PERMISSION, "MISSING PERMISSION")),
        _ => None,
    }
}
