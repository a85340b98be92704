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
}

impl Config {
    /// Every script that may be run.
    pub fn scripts(&self) -> impl Iterator<Item = &Spanned<Script>> {
        self.instances.iter().flat_map(|instance| instance.notify.all()).map(|(_, script)| script)
    }

    /// Every user, with a group if one is named, that scripts are run as.
    pub fn script_users(&self) -> impl Iterator<Item = &ScriptUser> {
        let own = self.scripts().filter_map(|script| script.user.as_ref());
        self.global.script_user.iter().map(|user| &user.value).chain(own)
    }
}
