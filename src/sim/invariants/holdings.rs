//! What a daemon holds, against what it should: the kernel's state is compared with that of the
//! instances, in both directions.

use std::net::IpAddr;

use crate::engine::snapshot::State;
use crate::engine::standing::Standing;
use crate::facts::Interface;
use crate::ir::{Instance, OwnLink};
use crate::sim::host::Host;
use crate::sim::invariants::{Rule, Run, placed};

/// What differs while nothing is under way.
pub(super) fn differences(host: &Host, standings: &[Standing<'_>]) -> Vec<(Rule, String)> {
    let mut broken = Vec::new();
    foreign_addresses(host, standings, &mut broken);
    paths(host, standings, &mut broken);
    links(host, standings, &mut broken);
    broken
}

/// What an ended daemon has left of what it set.
pub(super) fn left(host: &Host) -> Vec<String> {
    let held = host.kernel.holdings();
    let mut left = Vec::new();
    for (index, net) in held.addresses() {
        let excused =
            interface_at(host, index).is_some_and(|found| host.kernel.is_excused(&found.name, net));
        if !excused {
            left.push(net.to_string());
        }
    }
    left.extend(held.routes().map(|route| format!("route {:?}", route.destination.value)));
    left.extend(held.rules().map(|rule| format!("rule {}", rule.preference.value)));
    left.extend(held.links().map(|index| format!("interface {index}")));
    left.extend(held.guards().map(|(_, address, _)| format!("guard of {address}")));
    left.extend(held.diverts().map(|vmac| format!("diversion of {vmac}")));
    left
}

fn interface_at(host: &Host, index: u32) -> Option<&Interface> {
    host.kernel.network().interfaces.iter().find(|found| found.index == index)
}

/// The masters with their configurations.
fn masters<'a>(
    host: &'a Host,
    standings: &'a [Standing<'a>],
) -> impl Iterator<Item = &'a Instance> {
    pairs(host, standings).filter(|(_, now)| now.state == State::Master).map(|(config, _)| config)
}

fn pairs<'a>(
    host: &'a Host,
    standings: &'a [Standing<'a>],
) -> impl Iterator<Item = (&'a Instance, &'a Standing<'a>)> {
    host.config.instances.iter().map(AsRef::as_ref).zip(standings)
}

/// Addresses that this run has set, and that nobody has a right to now.
fn foreign_addresses(host: &Host, standings: &[Standing<'_>], broken: &mut Vec<(Rule, String)>) {
    for (index, net) in host.kernel.holdings().addresses() {
        let Some(interface) = interface_at(host, index) else { continue };
        let base = interface.link.parent.and_then(|base| interface_at(host, base));
        let home = [Some(&interface.name), base.map(|base| &base.name)];
        let of_master = masters(host, standings)
            .flat_map(placed)
            .any(|(own, listed)| listed == net && home.contains(&Some(own)));
        let is_static = host.config.static_addresses.iter().any(|line| {
            line.address.net == net && line.address.interface.as_ref() == Some(&interface.name)
        });
        if !of_master && !is_static && !host.kernel.is_excused(&interface.name, net) {
            let how = format!("{net} is on {}, and no master's", interface.name);
            broken.push((Rule::OthersHoldNothing, how));
        }
    }
}

fn paths(host: &Host, standings: &[Standing<'_>], broken: &mut Vec<(Rule, String)>) {
    let held = host.kernel.holdings();
    let statics = &host.config;
    let routes: Vec<_> = masters(host, standings)
        .flat_map(|master| &master.routes)
        .chain(&statics.static_routes)
        .map(|route| &route.value)
        .collect();
    let rules: Vec<_> = masters(host, standings)
        .flat_map(|master| &master.rules)
        .chain(&statics.static_rules)
        .map(|rule| &rule.value)
        .collect();
    for route in held.routes().filter(|route| !routes.contains(route)) {
        let how = format!("a route to {:?}", route.destination.value);
        broken.push((Rule::OthersHoldNothing, how));
    }
    for rule in held.rules().filter(|rule| !rules.contains(rule)) {
        broken.push((Rule::OthersHoldNothing, format!("rule {}", rule.preference.value)));
    }
    for route in routes.iter().filter(|route| !held.routes().any(|held| held == **route)) {
        let how = format!("lacks a route to {:?}", route.destination.value);
        broken.push((Rule::MasterHolds, how));
    }
    for rule in rules.iter().filter(|rule| !held.rules().any(|held| held == **rule)) {
        broken.push((Rule::MasterHolds, format!("lacks rule {}", rule.preference.value)));
    }
}

fn links(host: &Host, standings: &[Standing<'_>], broken: &mut Vec<(Rule, String)>) {
    let stands = |instance: &Instance, link: &Interface| {
        let Some(OwnLink::Vmac(vmac)) = instance.link.as_deref() else { return false };
        let base = instance.interface.as_ref();
        let base = base.and_then(|base| host.kernel.network().interface(&base.value));
        link.mac == Some(vmac.mac) && base.is_some_and(|base| link.link.parent == Some(base.index))
    };
    let held = host.kernel.holdings();
    for link in held.links().filter_map(|index| interface_at(host, index)) {
        if !host.config.instances.iter().any(|instance| stands(instance, link)) {
            broken.push((Rule::OthersHoldNothing, format!("interface {}", link.name)));
        }
    }
    for (instance, _) in pairs(host, standings) {
        let base = instance.interface.as_ref();
        let base = base.and_then(|base| host.kernel.network().interface(&base.value));
        if instance.link.is_none() || base.is_none() {
            continue;
        }
        let mut all = held.links().filter_map(|index| interface_at(host, index));
        if !all.any(|link| stands(instance, link)) {
            let how = format!("{} has no interface of its own", instance.name.value);
            broken.push((Rule::MasterHolds, how));
        }
    }
}

impl Run {
    /// Entries of the packet filter that are no master's.
    pub(super) fn guards_of_others(&self, host: &Host) -> Vec<(Rule, String)> {
        let is_master = |id| self.instances.get(id).is_some_and(|it| it.state == State::Master);
        let guards = host.kernel.holdings().guards();
        let stray = guards
            .filter(|(id, address, _)| !is_master(id) || super::accepts(&host.config, *address));
        let told = |address: &IpAddr| format!("packets of {address} are dropped");
        stray.map(|(_, address, _)| (Rule::OthersHoldNothing, told(address))).collect()
    }
}
