//! `global_defs`: what concerns the process as a whole. Defaults for instances are already merged
//! into each [`Instance`](super::Instance) and do not appear here.

use std::time::Duration;

use crate::ir::ScriptUser;
use crate::units::Spanned;

/// The process-wide settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Global {
    /// `router_id`; `None` means the host's name.
    pub router_id: Option<Spanned<String>>,
    /// `vrrp_startup_delay`: adverts are ignored and nothing is sent for this long.
    pub startup_delay: Duration,
    /// `vrrp_garp_interval`: least time between two gratuitous ARPs on one interface.
    pub garp_interval: Duration,
    /// `vrrp_gna_interval`: least time between two unsolicited neighbour advertisements on one
    /// interface.
    pub gna_interval: Duration,
    /// `script_user`: who runs scripts that name no user.
    pub script_user: Option<Spanned<ScriptUser>>,
    /// `enable_script_security`.
    pub script_security: bool,
    /// Where alert mails would go.
    pub mail: Mail,
}

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
}
