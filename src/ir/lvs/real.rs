//! `real_server`: one server that does the work.

use std::net::IpAddr;
use std::time::Duration;

use crate::ir::Script;
use crate::ir::lvs::{Checker, Method};
use crate::units::Spanned;

/// One destination with its checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RealServer {
    /// Its address.
    pub address: Spanned<IpAddr>,
    /// The port as written, which is the one that checks use; `None` if there is none or 0.
    pub written_port: Option<Spanned<u16>>,
    /// Its port in IPVS; 0 where the service has none either. With DR and TUN that of the service.
    pub port: u16,
    /// `weight`: share of connections and part of the quorum, 0 to 2147483647.
    pub weight: Spanned<u32>,
    /// `lvs_method`.
    pub method: Spanned<Method>,
    /// `uthreshold`: no new connections beyond this many; 0 is no limit.
    pub upper_threshold: Spanned<u32>,
    /// `lthreshold`: new connections again below this many.
    pub lower_threshold: Spanned<u32>,
    /// `inhibit_on_failure`: while it fails it stays with weight 0.
    pub inhibit_on_failure: Spanned<bool>,
    /// `notify_up`.
    pub notify_up: Option<Spanned<Script>>,
    /// `notify_down`.
    pub notify_down: Option<Spanned<Script>>,
    /// `smtp_alert`; without it that of the globals, which is on.
    pub smtp_alert: Option<Spanned<bool>>,
    /// `virtualhost`: host name for its web checks; without it that of the virtual server.
    pub virtualhost: Option<Spanned<String>>,
    /// `snmp_name`.
    pub snmp_name: Option<Spanned<String>>,
    /// What its checks do that say nothing else.
    pub checks: CheckDefaults,
    /// It is in service while none of these is down; without any, always.
    pub checkers: Vec<Checker>,
}

/// What checks have from their server, and a server from its service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckDefaults {
    /// `connect_timeout`: 5 s.
    pub connect_timeout: Spanned<Duration>,
    /// `delay_loop`: 60 s.
    pub delay_loop: Spanned<Duration>,
    /// `warmup`; without it the `delay_loop` of the check.
    pub warmup: Option<Spanned<Duration>>,
    /// `retry`; without it the kind of check decides.
    pub retry: Option<Spanned<u32>>,
    /// `delay_before_retry`; without it the kind of check decides.
    pub delay_before_retry: Option<Spanned<Duration>>,
    /// `alpha`: down until a check succeeds.
    pub alpha: Spanned<bool>,
}
