//! What a daemon has set in its kernel and not taken back: addresses, routes, rules, interfaces of
//! its own, entries of the packet filter.
//!
//! Each with the run of the daemon that set it last. What a killed run has left is no fault of the
//! next one, unless that has asked for the same.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::engine::effect::{Direction, FirewallChange, InstanceId};
use crate::ir::{Route, Rule};
use crate::sim::kernel::Leading;
use crate::units::{IfName, IpNet};

/// What the runs of a daemon have set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::sim) struct Holdings {
    run: u32,
    addresses: BTreeMap<(u32, IpNet), u32>,
    routes: Vec<(Leading, u32)>,
    rules: Vec<(Rule, u32)>,
    /// By index.
    links: BTreeMap<u32, u32>,
    filter: Filter,
}

/// The packet filter. The first change of a run takes away what is there from the run before.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Filter {
    run: u32,
    guards: BTreeSet<(InstanceId, IpAddr, IfName)>,
    diverts: BTreeSet<IfName>,
}

impl Holdings {
    pub(super) fn begin(&mut self, run: u32) {
        self.run = run;
    }

    /// Another run goes on with what this one has set, but for the packet filter.
    pub(super) fn succeed(&mut self, run: u32) {
        let before = std::mem::replace(&mut self.run, run);
        let addresses = self.addresses.values_mut().chain(self.links.values_mut());
        let paths = self.routes.iter_mut().map(|(_, run)| run);
        let paths = paths.chain(self.rules.iter_mut().map(|(_, run)| run));
        addresses.chain(paths).filter(|setter| **setter == before).for_each(|it| *it = run);
    }

    pub(super) fn clear_filter(&mut self) {
        self.filter = Filter::default();
    }

    pub(super) fn change_address(&mut self, change: Direction, index: u32, net: IpNet) {
        match change {
            Direction::Add => self.addresses.insert((index, net), self.run),
            Direction::Remove => self.addresses.remove(&(index, net)),
        };
    }

    /// Some run of the daemon has set it.
    pub(super) fn has_ever_set(&self, index: u32, net: IpNet) -> bool {
        self.addresses.contains_key(&(index, net))
    }

    pub(super) fn change_paths(&mut self, change: Direction, routes: &[Leading], rules: &[Rule]) {
        let run = self.run;
        self.routes.retain(|(route, _)| !routes.iter().any(|other| route.is_same(other)));
        self.rules.retain(|(rule, _)| !rules.contains(rule));
        if change == Direction::Add {
            self.routes.extend(routes.iter().map(|route| (route.clone(), run)));
            self.rules.extend(rules.iter().map(|rule| (rule.clone(), run)));
        }
    }

    pub(super) fn made(&mut self, index: u32) {
        self.links.insert(index, self.run);
    }

    /// An interface is gone, and with it what was there.
    pub(super) fn lose(&mut self, index: u32) {
        self.links.remove(&index);
        self.addresses.retain(|(found, _), _| *found != index);
        self.routes.retain(|(route, _)| route.index != Some(index));
    }

    pub(super) fn filter(&mut self, instance: InstanceId, change: &FirewallChange) {
        if self.filter.run != self.run {
            self.filter = Filter { run: self.run, ..Filter::default() };
        }
        let Filter { guards, diverts, .. } = &mut self.filter;
        match change {
            FirewallChange::Guard(all) => guards.extend(
                all.iter().map(|guarded| (instance, guarded.address, guarded.interface.clone())),
            ),
            FirewallChange::Unguard(all) => {
                for guarded in all.iter() {
                    guards.remove(&(instance, guarded.address, guarded.interface.clone()));
                }
            }
            FirewallChange::Divert { vmac, .. } => {
                diverts.insert(vmac.clone());
            }
            FirewallChange::Undivert { vmac } => {
                diverts.remove(vmac);
            }
        }
    }

    /// Addresses that the present run has set, with the index of their interface.
    pub(in crate::sim) fn addresses(&self) -> impl Iterator<Item = (u32, IpNet)> {
        let own = self.addresses.iter().filter(|(_, run)| **run == self.run);
        own.map(|(place, _)| *place)
    }

    /// Routes that the present run has set.
    pub(in crate::sim) fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter().filter(|(_, run)| *run == self.run).map(|(route, _)| &route.route)
    }

    /// Rules that the present run has set.
    pub(in crate::sim) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|(_, run)| *run == self.run).map(|(rule, _)| rule)
    }

    /// Indexes of the interfaces that the present run has made or adopted.
    pub(in crate::sim) fn links(&self) -> impl Iterator<Item = u32> {
        self.links.iter().filter(|(_, run)| **run == self.run).map(|(index, _)| *index)
    }

    /// Addresses whose packets the present run has had dropped, and for whom.
    pub(in crate::sim) fn guards(&self) -> impl Iterator<Item = &(InstanceId, IpAddr, IfName)> {
        self.filter.guards.iter().filter(|_| self.filter.run == self.run)
    }

    /// Interfaces whose reports of group membership leave elsewhere.
    pub(in crate::sim) fn diverts(&self) -> impl Iterator<Item = &IfName> {
        self.filter.diverts.iter().filter(|_| self.filter.run == self.run)
    }
}
