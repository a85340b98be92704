//! The packet filter: keeps packets of virtual addresses from the host where it does not accept
//! them (`no_accept`, `vrrp_strict`), and the virtual MACs out of the switches' lists of members.
//!
//! It is worked on by the network worker only, between the other changes of the network, so that
//! an address is guarded before it is there.

mod nftables;
mod tables;

use std::net::{IpAddr, Ipv6Addr};

use nix::net::if_::if_nametoindex;

use crate::engine::effect::{FirewallChange, GuardedAddress, InstanceId};
use crate::facts::Network;
use crate::ir;
use crate::net::nftables::TableFamily;
use crate::units::{Family, IfName};
use nftables::Nftables;
use tables::{Entry, Style, entry_of};

/// The name of the tables where none is configured.
const TABLE: &str = "keepalived";
/// The priority of the base chains where none is configured: just before `filter`.
const PRIORITY: i32 = -1;

/// The name of the tables that a configuration uses, if it uses any.
pub(super) fn table(firewall: &ir::global::Firewall) -> &str {
    firewall.nftables.as_ref().map_or(TABLE, |table| table.value.as_str())
}

/// True if an instance needs a packet filter and none is configured.
pub(super) fn is_chosen_here(config: &ir::Config) -> bool {
    let firewall = &config.global.firewall;
    let needed = |instance: &ir::Instance| {
        let vmac = matches!(instance.link.as_deref(), Some(ir::OwnLink::Vmac(_)));
        !instance.accept || vmac
    };
    firewall.nftables.is_none()
        && firewall.iptables.is_none()
        && config.instances.iter().any(needed)
}

/// One thing to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Task {
    /// Take over the settings of a configuration. Tables that exist stay as they are.
    Configure(ir::global::Firewall),
    /// Drop packets to and from addresses.
    Guard(Vec<(Holder, GuardedAddress)>),
    /// Let reports of group membership leave by the interface below a virtual MAC.
    Divert {
        /// The interface with the virtual MAC.
        vmac: IfName,
        /// In these families.
        families: Vec<Family>,
        /// Index of the interface below, if it is there.
        parent: Option<u32>,
        /// Its link-local addresses.
        link_local: Vec<Ipv6Addr>,
    },
    /// Undo one or the other.
    Release(Vec<Holder>),
    /// Take everything away.
    End,
}

impl Task {
    /// The task of an effect. The interface below a virtual MAC is looked up in `network`.
    pub(super) fn new(instance: InstanceId, change: &FirewallChange, network: &Network) -> Self {
        let holder = |guarded: &GuardedAddress| {
            Holder::Address(instance, guarded.address, guarded.interface.clone())
        };
        match change {
            FirewallChange::Guard(addresses) => Self::Guard(
                addresses.iter().map(|guarded| (holder(guarded), guarded.clone())).collect(),
            ),
            FirewallChange::Unguard(addresses) => {
                Self::Release(addresses.iter().map(holder).collect())
            }
            FirewallChange::Divert { vmac, base, families } => {
                let base = network.interface(base);
                let sources = base.into_iter().flat_map(|base| base.advert_sources(Family::V6));
                let link_local = sources.filter_map(|source| match source {
                    IpAddr::V6(source) => Some(source),
                    IpAddr::V4(_) => None,
                });
                Self::Divert {
                    vmac: vmac.clone(),
                    families: families.clone(),
                    parent: base.map(|base| base.index),
                    link_local: link_local.collect(),
                }
            }
            FirewallChange::Undivert { vmac } => Self::Release(vec![Holder::Macvlan(vmac.clone())]),
        }
    }
}

/// On whose behalf something stands in the filter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Holder {
    /// An address that an instance holds on an interface.
    Address(InstanceId, IpAddr, IfName),
    /// An interface with a virtual MAC.
    Macvlan(IfName),
}

/// The packet filter of this process.
#[derive(Debug, Default)]
pub(super) struct Firewall {
    settings: ir::global::Firewall,
    nftables: Option<Nftables>,
}

impl Firewall {
    /// Carries a task out. What fails is logged: the rest of the takeover works without.
    pub(super) fn perform(&mut self, task: Task) {
        let result = match task {
            Task::Configure(settings) => {
                self.settings = settings;
                return;
            }
            Task::Guard(addresses) => {
                let by_index = self.settings.by_index;
                let entries = addresses
                    .into_iter()
                    .map(|(holder, guarded)| (holder, vec![guard(&guarded, by_index)]))
                    .collect();
                self.open().and_then(|nftables| nftables.hold(entries))
            }
            Task::Divert { vmac, families, parent, link_local } => {
                let entries = divert(&vmac, &families, parent, &link_local);
                self.open()
                    .and_then(|nftables| nftables.hold(vec![(Holder::Macvlan(vmac), entries)]))
            }
            // The first release, that of the start, takes away what a dead predecessor left.
            Task::Release(holders) => self.open().and_then(|nftables| nftables.release(&holders)),
            Task::End => match &mut self.nftables {
                Some(nftables) => nftables.delete(),
                None => Ok(()),
            },
        };
        if let Err(error) = result {
            tracing::warn!("Unable to change nftables table {}: {error}", table(&self.settings));
        }
    }

    fn open(&mut self) -> std::io::Result<&mut Nftables> {
        let nftables = match self.nftables.take() {
            Some(nftables) => nftables,
            None => Nftables::open(Style {
                table: table(&self.settings).to_owned(),
                priority: self.settings.nftables_priority.map_or(PRIORITY, |found| found.value),
                counters: self.settings.counters,
            })?,
        };
        Ok(self.nftables.insert(nftables))
    }
}

/// What is entered for an address. Numbers of interfaces are quicker than names; names are for
/// interfaces whose coming and going an instance does not follow (`dont_track_primary`).
fn guard(guarded: &GuardedAddress, by_index: bool) -> Entry {
    let index = (by_index || !guarded.by_name).then(|| index_of(&guarded.interface)).flatten();
    entry_of(guarded.address, &guarded.interface, index)
}

fn divert(
    vmac: &IfName,
    families: &[Family],
    parent: Option<u32>,
    link_local: &[Ipv6Addr],
) -> Vec<Entry> {
    let (Some(from), Some(to)) = (index_of(vmac), parent) else { return Vec::new() };
    let mut entries = Vec::new();
    for family in families {
        match family {
            Family::V4 => entries.push(Entry::Report { family: TableFamily::Ip, from, to }),
            Family::V6 => {
                entries.push(Entry::Report { family: TableFamily::Ip6, from, to });
                entries.push(Entry::NoSolicitation(from));
                let addresses = link_local.iter();
                entries.extend(addresses.map(|address| Entry::OfParent(*address, vmac.clone())));
            }
        }
    }
    entries
}

/// The index of an interface now: it may have been made a moment ago.
fn index_of(interface: &IfName) -> Option<u32> {
    if_nametoindex(interface.as_str()).ok()
}
