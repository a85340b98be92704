//! The configuration as typed, plain data, complete after defaults: what the daemon runs, the
//! linter judges and the simulator replays.
//!
//! Every value that a statement sets carries its [`Span`](crate::units::Span); equality ignores
//! spans, so a reload compares meaning. Nothing here knows the syntax, files or a host.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod address;
mod garp;
mod global;
mod instance;
mod link;
mod named;
mod notify;
mod route;
mod rule;
mod tracking;
mod trailer;

pub use address::{Broadcast, PreferredLifetime, Scope, StaticAddress, VirtualAddress};
pub use garp::{Burst, ExtraGarp, GarpTiming, Refresh};
pub use global::{Global, Mail};
pub use instance::{
    Authentication, ChecksumPolicy, InitialState, Instance, Peer, Preemption, Transport,
};
pub use link::{Ipvlan, IpvlanMode, OwnLink, Vmac};
pub use named::{Named, Protocol, Realms, Table};
pub use notify::{Notify, Script, ScriptUser};
pub use route::{
    Encapsulation, IpTunnel, Metric, NextHop, Placement, Route, RouteMetrics, RouteType,
    RouterPreference,
};
pub use rule::{Rule, RuleAction, TableLookup};
pub use tracking::{Track, Tracking};
pub use trailer::{KeyValue, ReplayProtection, Trailer, TrailerKey, TrailerMode};

use crate::units::Spanned;

/// A whole configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// `global_defs` and what it implies for the process.
    pub global: Global,
    /// Every `vrrp_instance` that can run, in the order of the file.
    pub instances: Vec<Instance>,
    /// `static_ipaddress`: addresses that are there whoever is master.
    pub static_addresses: Vec<Spanned<StaticAddress>>,
    /// `static_routes`.
    pub static_routes: Vec<Spanned<Route>>,
    /// `static_rules`.
    pub static_rules: Vec<Spanned<Rule>>,
}
