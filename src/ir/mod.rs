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
pub mod lvs;
mod notify;

pub use address::{Broadcast, PreferredLifetime, Scope, VirtualAddress};
pub use garp::{Burst, GarpTiming, Refresh};
pub use global::{Global, Mail};
pub use instance::{
    Authentication, ChecksumPolicy, InitialState, Instance, Peer, Preemption, Transport,
};
pub use notify::{Notify, Script, ScriptUser};

use crate::units::Spanned;

/// A whole configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// `global_defs` and what it implies for the process.
    pub global: Global,
    /// Every `vrrp_instance` that can run, in the order of the file.
    pub instances: Vec<Instance>,
    /// Every `virtual_server` that can run, in the order of the file.
    pub virtual_servers: Vec<lvs::VirtualServer>,
    /// Every `virtual_server_group` with an entry; of two with one name only the first.
    pub virtual_server_groups: Vec<lvs::Group>,
    /// `SSL`.
    pub tls: Option<Spanned<lvs::TlsContext>>,
}
