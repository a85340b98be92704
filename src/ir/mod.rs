//! The configuration as typed, plain data, complete after defaults: what the daemon runs, the
//! linter judges and the simulator replays.
//!
//! Every value that a statement sets carries its [`Span`](crate::units::Span); equality ignores
//! spans, so a reload compares meaning. Nothing here knows the syntax, files or a host.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod address;
mod bfd;
mod capacity;
mod garp;
mod garp_group;
pub mod global;
mod instance;
pub mod interval;
mod link;
mod link_watch;
pub mod lvs;
mod named;
mod notify;
mod route;
mod rule;
mod script;
mod script_use;
mod sync_group;
mod track_file;
mod track_group;
mod track_process;
mod tracking;
mod trailer;

pub use address::{Broadcast, PreferredLifetime, Scope, StaticAddress, VirtualAddress};
pub use bfd::{BfdInstance, HopLimit};
pub use capacity::USUAL_MTU;
pub use garp::{Burst, ExtraGarp, GarpTiming, Refresh};
pub use garp_group::GarpGroup;
pub use global::{Global, Mail};
pub use instance::{
    Authentication, ChecksumPolicy, InitialState, Instance, Peer, Preemption, Transport,
};
pub use link::{Ipvlan, IpvlanMode, OwnLink, Vmac};
pub use link_watch::{LinkDelay, Linkbeat, LinkbeatMethod};
pub use named::{Named, Protocol, Realms, Table};
pub use notify::{Notify, Script, ScriptUser};
pub use route::{
    Encapsulation, IpTunnel, Metric, NextHop, Placement, Route, RouteMetrics, RouteType,
    RouterPreference,
};
pub use rule::{Rule, RuleAction, TableLookup};
pub use script::VrrpScript;
pub use script_use::ScriptUse;
pub use sync_group::SyncGroup;
pub use track_file::{InitFile, TrackFile};
pub use track_group::TrackGroup;
pub use track_process::{ParamMatch, TrackProcess};
pub use tracking::{Track, Tracking};
pub use trailer::{KeyValue, ReplayProtection, Trailer, TrailerKey, TrailerMode};

use std::sync::Arc;

use crate::units::Spanned;

/// A whole configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// `global_defs` and what it implies for the process.
    pub global: Global,
    /// Every `vrrp_instance` that can run, in the order of the file.
    pub instances: Vec<Arc<Instance>>,
    /// `static_ipaddress`: addresses that are there whoever is master.
    pub static_addresses: Vec<Spanned<StaticAddress>>,
    /// `static_routes`.
    pub static_routes: Vec<Spanned<Route>>,
    /// `static_rules`.
    pub static_rules: Vec<Spanned<Rule>>,
    /// Every `vrrp_sync_group` that has members.
    pub sync_groups: Vec<SyncGroup>,
    /// Every `vrrp_script` that names a program.
    pub vrrp_scripts: Vec<VrrpScript>,
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
    /// Every `virtual_server` that can run, in the order of the file.
    pub virtual_servers: Vec<lvs::VirtualServer>,
    /// Every `virtual_server_group` with an entry; of two with one name only the first.
    pub virtual_server_groups: Vec<lvs::Group>,
    /// `SSL`.
    pub tls: Option<Spanned<lvs::TlsContext>>,
}

impl Config {
    /// The same in memory of its own. What was made while a text was read lies scattered over memory
    /// that is of no use any more, and keeps it from being given back.
    #[must_use]
    pub fn gathered(&self) -> Self {
        let mut gathered = self.clone();
        for instance in &mut gathered.instances {
            *instance = Arc::new(Instance::clone(instance));
        }
        gathered
    }

    /// There is something for VRRP to do: an instance, or a static entry.
    pub fn runs_vrrp(&self) -> bool {
        !(self.instances.is_empty()
            && self.static_addresses.is_empty()
            && self.static_routes.is_empty()
            && self.static_rules.is_empty())
    }

    /// Some route or rule is not `no_track`: its removal by others is answered.
    pub fn tracks_paths(&self) -> bool {
        let of_instances = self.instances.iter();
        let routes = of_instances.clone().flat_map(|instance| &instance.routes);
        let rules = of_instances.flat_map(|instance| &instance.rules);
        routes.chain(&self.static_routes).any(|route| !route.no_track)
            || rules.chain(&self.static_rules).any(|rule| !rule.no_track)
    }

    /// True if an instance needs a packet filter and none is configured: nftables is used then.
    pub fn needs_some_packet_filter(&self) -> bool {
        let firewall = &self.global.firewall;
        let needed = |instance: &Instance| {
            let vmac = matches!(instance.link.as_deref(), Some(OwnLink::Vmac(_)));
            !instance.accept || vmac
        };
        firewall.nftables.is_none()
            && firewall.iptables.is_none()
            && self.instances.iter().any(|instance| needed(instance))
    }
}
