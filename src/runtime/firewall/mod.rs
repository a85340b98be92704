//! The packet filter: keeps packets of virtual addresses from the host where it does not accept
//! them (`no_accept`, `vrrp_strict`), and the virtual MACs out of the switches' lists of members.
//!
//! It is worked on by the network worker only, between the other changes of the network, so that
//! an address is guarded before it is there.

mod iptables;
mod ledger;
mod nftables;
mod tables;

use std::io;
use std::net::{IpAddr, Ipv6Addr};

use nix::net::if_::if_nametoindex;

use crate::engine::effect::{FirewallChange, GuardedAddress, InstanceId};
use crate::facts::Network;
use crate::ir;
use crate::net::nftables::TableFamily;
use crate::units::{Family, IfName};
use iptables::{Iptables, Kind};
use ledger::Ledger;
use nftables::{Nftables, is_missing};
use tables::{Entry, Style, entry_of};

/// The priority of the base chains where none is configured: just before `filter`.
const PRIORITY: i32 = -1;

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
    backend: Option<Backend>,
    ledger: Ledger,
}

/// What does the filtering.
#[derive(Debug)]
enum Backend {
    Nftables(Nftables),
    Iptables(Iptables),
}

impl Firewall {
    /// Carries a task out. What fails is logged: the rest of the takeover works without.
    pub(super) fn perform(&mut self, task: Task) {
        let result = match task {
            Task::Configure(settings) => {
                self.settings = settings;
                return;
            }
            Task::Guard(addresses) => self.hold(|by_name| {
                let entries = addresses.into_iter();
                entries.map(|(holder, guarded)| (holder, vec![guard(&guarded, by_name)])).collect()
            }),
            Task::Divert { vmac, families, parent, link_local } => self.hold(|_| {
                let entries = divert(&vmac, &families, parent, &link_local);
                vec![(Holder::Macvlan(vmac), entries)]
            }),
            // The first release, that of the start, takes away what a dead predecessor left.
            Task::Release(holders) => self.release(&holders),
            Task::End => match &mut self.backend {
                Some(Backend::Nftables(nftables)) => nftables.delete(),
                Some(Backend::Iptables(iptables)) => iptables.delete(),
                None => Ok(()),
            },
        };
        if let Err(error) = result {
            let filter = match self.backend {
                Some(Backend::Iptables(_)) => "iptables",
                Some(Backend::Nftables(_)) | None => "nftables",
            };
            tracing::warn!("Unable to change {filter}: {error}");
        }
    }

    /// Enters something; the argument says when interfaces go by their names.
    fn hold(&mut self, wanted: impl FnOnce(ByName) -> Vec<(Holder, Vec<Entry>)>) -> io::Result<()> {
        let by_index = self.settings.by_index;
        let by_name = match self.open()? {
            Backend::Iptables(_) => ByName::Always,
            Backend::Nftables(_) if by_index => ByName::Never,
            Backend::Nftables(_) => ByName::AsAsked,
        };
        let wanted = wanted(by_name);
        let changed = self.ledger.changed(&wanted);
        self.release(&changed)?;
        let holders: Vec<_> = wanted.iter().map(|(holder, _)| holder.clone()).collect();
        let missing = self.ledger.hold(wanted);
        let entered = match self.open()? {
            Backend::Nftables(nftables) => nftables.enter(&missing),
            Backend::Iptables(iptables) => iptables.enter(&missing),
        };
        let entered = entered.or_else(|error| self.anew_if_gone(error));
        if entered.is_err() {
            self.ledger.forget(&holders);
        }
        entered
    }

    /// Takes out what these hold, unless others hold it as well.
    fn release(&mut self, holders: &[Holder]) -> io::Result<()> {
        let unused = self.ledger.forget(holders);
        let left = match self.open()? {
            Backend::Nftables(nftables) => nftables.take_out(&unused),
            Backend::Iptables(iptables) => iptables.take_out(&unused),
        };
        left.or_else(|error| self.anew_if_gone(error))
    }

    /// If somebody else flushes the ruleset (a reload of another firewall does), the next change
    /// finds the tables gone: all that is held is entered anew.
    fn anew_if_gone(&mut self, error: io::Error) -> io::Result<()> {
        let Some(Backend::Nftables(nftables)) = &mut self.backend else { return Err(error) };
        if !is_missing(&error) || !nftables.is_gone()? {
            return Err(error);
        }
        let table = self.settings.table();
        tracing::warn!("nftables table {table} was deleted by others, made anew");
        nftables.delete()?;
        nftables.enter(&self.ledger.entries())
    }

    /// Chooses at the first need.
    fn open(&mut self) -> io::Result<&mut Backend> {
        let backend = match self.backend.take() {
            Some(backend) => backend,
            None => choose(&self.settings)?,
        };
        Ok(self.backend.insert(backend))
    }
}

/// iptables where it is asked for and is what it was, else nftables.
fn choose(settings: &ir::global::Firewall) -> io::Result<Backend> {
    if let Some(chains) = &settings.iptables {
        match iptables::kind() {
            Kind::Legacy => {
                let iptables = Iptables::new(chains.value.clone(), &settings.ipsets);
                iptables.remove_leftovers()?;
                return Ok(Backend::Iptables(iptables));
            }
            Kind::Nftables => tracing::info!(
                "iptables is using nf_tables - using nftables instead of vrrp_iptables"
            ),
            Kind::Missing => {
                tracing::info!("No iptables command - using nftables instead of vrrp_iptables");
            }
        }
    }
    let style = Style {
        table: settings.table().to_owned(),
        priority: settings.nftables_priority.map_or(PRIORITY, |found| found.value),
        counters: settings.counters,
    };
    Nftables::open(style).map(Backend::Nftables)
}

/// When the interface of a link-local address goes by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ByName {
    Always,
    /// If the instance asks for it (`dont_track_primary`).
    AsAsked,
    /// `nftables_ifindex`.
    Never,
}

/// What is entered for an address. Numbers of interfaces are quicker than names; names are for
/// interfaces whose coming and going an instance does not follow (`dont_track_primary`).
fn guard(guarded: &GuardedAddress, by_name: ByName) -> Entry {
    let by_name = match by_name {
        ByName::Always => true,
        ByName::AsAsked => guarded.by_name,
        ByName::Never => false,
    };
    let index = if by_name { None } else { index_of(&guarded.interface) };
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
            Family::V4 => entries.push(Entry::Report {
                family: TableFamily::Ip,
                vmac: vmac.clone(),
                from,
                to,
            }),
            Family::V6 => {
                entries.push(Entry::Report {
                    family: TableFamily::Ip6,
                    vmac: vmac.clone(),
                    from,
                    to,
                });
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
