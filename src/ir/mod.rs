//! The configuration as typed, plain data, complete after defaults: what the daemon runs, the
//! linter judges and the simulator replays.
//!
//! Every value that a statement sets carries its [`Span`](crate::units::Span); equality ignores
//! spans, so a reload compares meaning. Nothing here knows the syntax, files or a host.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod address;
mod bfd;
mod garp;
mod garp_group;
pub mod global;
mod instance;
mod link_watch;
mod notify;
mod script;
mod sync_group;
mod track_file;
mod track_group;
mod track_process;

pub use address::{Broadcast, PreferredLifetime, Scope, VirtualAddress};
pub use bfd::{BfdInstance, HopLimit};
pub use garp::{Burst, ExtraGarp, GarpTiming, Refresh};
pub use garp_group::GarpGroup;
pub use global::{Global, Mail};
pub use instance::{
    Authentication, ChecksumPolicy, InitialState, Instance, Peer, Preemption, Transport,
};
pub use link_watch::{LinkDelay, Linkbeat, LinkbeatMethod};
pub use notify::{Notify, Script, ScriptUser};
pub use script::VrrpScript;
pub use sync_group::SyncGroup;
pub use track_file::{InitFile, TrackFile};
pub use track_group::TrackGroup;
pub use track_process::{ParamMatch, TrackProcess};

use crate::units::Spanned;

/// A whole configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// `global_defs` and what it implies for the process.
    pub global: Global,
    /// Every `vrrp_instance` that can run, in the order of the file.
    pub instances: Vec<Instance>,
    /// Every `vrrp_sync_group` that has members.
    pub sync_groups: Vec<SyncGroup>,
    /// Every `vrrp_script` that names a program.
    pub scripts: Vec<VrrpScript>,
    /// Every `track_file` that names a file.
    pub track_files: Vec<TrackFile>,
    /// Every `vrrp_track_process` that names a program.
    pub track_processes: Vec<TrackProcess>,
    /// Every `track_group`.
    pub track_groups: Vec<TrackGroup>,
    /// Every `garp_group` that has an interval.
    pub garp_groups: Vec<GarpGroup>,
    /// Every `bfd_instance` that has a neighbour.
    pub bfd_instances: Vec<BfdInstance>,
    /// `interface_up_down_delays`.
    pub link_delays: Vec<Spanned<LinkDelay>>,
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
