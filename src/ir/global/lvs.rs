//! IPVS and the checkers, as a whole.

use std::net::IpAddr;
use std::time::Duration;

use crate::units::{IfName, Spanned};

/// IPVS and the checkers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lvs {
    /// `lvs_timeouts`.
    pub timeouts: LvsTimeouts,
    /// `lvs_flush`: the IPVS table is emptied at the start.
    pub flush: bool,
    /// `lvs_flush_on_stop`.
    pub flush_on_stop: Option<Spanned<FlushOnStop>>,
    /// `lvs_sync_daemon`.
    pub sync_daemon: Option<Spanned<SyncDaemon>>,
    /// `checker_log_all_failures`.
    pub log_all_failures: bool,
    /// `rs_init_notifies`: `notify_up` also for servers that are up from the start.
    pub initial_notifies: bool,
}

/// How long IPVS keeps idle connections, whole seconds up to 31 days; zero and `None` leave the
/// kernel's value alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LvsTimeouts {
    /// `tcp`.
    pub tcp: Option<Spanned<Duration>>,
    /// `tcpfin`.
    pub tcp_closing: Option<Spanned<Duration>>,
    /// `udp`.
    pub udp: Option<Spanned<Duration>>,
}

/// What is emptied at the stop in one go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlushOnStop {
    /// The whole IPVS table.
    Everything,
    /// The services of this configuration (`VS`).
    VirtualServers,
}

/// `lvs_sync_daemon`: IPVS connections are shared with other directors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyncDaemon {
    /// By this interface.
    pub interface: IfName,
    /// `inst`: master or backup as this instance is; `None` means both at once.
    pub instance: Option<Spanned<String>>,
    /// `id`, 0..=255; `None` means the VRID of the instance, or 0.
    pub id: Option<Spanned<u8>>,
    /// `maxlen`: longest message, 1..=65,507 bytes.
    pub max_length: Option<Spanned<u16>>,
    /// `port`.
    pub port: Option<Spanned<u16>>,
    /// `ttl`.
    pub ttl: Option<Spanned<u8>>,
    /// `group`: multicast group.
    pub group: Option<Spanned<IpAddr>>,
}
