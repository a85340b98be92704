//! Whom the daemon tells: mail, named pipes, a script at its start and its end.

use std::time::Duration;

use crate::ir::{Script, ScriptUser};
use crate::units::Spanned;

/// The notification e-mail keywords.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mail {
    /// `notification_email`.
    pub recipients: Vec<Spanned<String>>,
    /// `notification_email_from`.
    pub from: Option<Spanned<String>>,
    /// `smtp_server`: host or address, port.
    pub server: Option<Spanned<(String, u16)>>,
    /// `smtp_helo_name`.
    pub helo_name: Option<Spanned<String>>,
    /// `smtp_connect_timeout`; `None` means 30 seconds.
    pub connect_timeout: Option<Spanned<Duration>>,
    /// `smtp_alert`: for whatever says nothing itself and has no nearer default.
    pub alert: Option<bool>,
    /// `smtp_alert_vrrp`: for instances and sync groups; goes before `alert`.
    pub alert_vrrp: Option<bool>,
    /// `smtp_alert_checker`: for virtual and real servers; goes before `alert`.
    pub alert_checker: Option<bool>,
    /// `no_email_faults`: no mail about changes to FAULT.
    pub no_faults: bool,
    /// `no_checker_emails`: mail only when a server goes in or out of service.
    pub no_checkers: bool,
}

/// Named pipes that hear of changes of state, one line each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fifos {
    /// `notify_fifo`: everything.
    pub all: Fifo,
    /// `vrrp_notify_fifo`: instances and sync groups.
    pub vrrp: Fifo,
    /// `lvs_notify_fifo`: virtual and real servers.
    pub lvs: Fifo,
    /// `vrrp_notify_priority_changes`: also for what says nothing itself.
    pub priority_changes: bool,
    /// `fifo_write_vrrp_states_on_reload`.
    pub states_on_reload: bool,
}

/// One named pipe.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fifo {
    /// Its path.
    pub path: Option<Spanned<String>>,
    /// Who owns it; `None` means the default script user.
    pub user: Option<ScriptUser>,
    /// `*_fifo_script`: a program that reads it; it gets the path as its last argument.
    pub script: Option<Spanned<Script>>,
}

/// A script that runs once in the life of the daemon.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LifeScript {
    /// `startup_script`, `shutdown_script`.
    pub script: Option<Spanned<Script>>,
    /// `*_script_timeout`, whole seconds 1..=1000; `None` means 10.
    pub timeout: Option<Spanned<Duration>>,
}
