//! What becomes of virtual addresses, where their router is the master.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ir::{Config, Instance, VirtualAddress};
use crate::plan::{AddressEffect, AddressStep, Pairing, wording};
use crate::units::{IfName, IpNet};

/// Instances that go on and get an address that they did not have: if another one gives it up, it
/// does not leave.
pub(super) struct Takers<'a>(BTreeMap<(&'a IfName, IpNet), &'a Instance>);

impl<'a> Takers<'a> {
    pub(super) fn of(old: &Config, new: &'a Config, pairing: &Pairing) -> Self {
        let mut takers: BTreeMap<_, &Instance> = BTreeMap::new();
        for (instance, kept) in new.instances.iter().zip(&pairing.kept) {
            let Some(before) = kept.and_then(|place| old.instances.get(place)) else { continue };
            for address in all(instance) {
                let had = all(before).any(|it| it.net == address.net);
                if let Some(place) = place(instance, address).filter(|_| !had) {
                    takers.insert((place, address.net), instance);
                }
            }
        }
        Self(takers)
    }

    /// What becomes of an address that an instance gives up.
    fn given_up(&self, from: &Instance, address: &VirtualAddress) -> AddressEffect {
        let taker = place(from, address).and_then(|place| self.0.get(&(place, address.net)));
        match taker {
            Some(taker) => AddressEffect::MovesTo(taker.name.value.clone()),
            None => AddressEffect::Leaves,
        }
    }
}

fn all(instance: &Instance) -> impl Iterator<Item = &VirtualAddress> {
    instance.addresses.iter().chain(&instance.excluded).map(|address| &address.value)
}

/// The interface of the host that an address is put on; `None` if an interface of the instance's
/// own is made for it.
fn place<'a>(instance: &'a Instance, address: &'a VirtualAddress) -> Option<&'a IfName> {
    if instance.link.is_some() || instance.wants_macvlan(address) {
        return None;
    }
    base(instance, address)
}

fn base<'a>(instance: &'a Instance, address: &'a VirtualAddress) -> Option<&'a IfName> {
    address.interface.as_ref().or(instance.interface.as_deref())
}

fn step(address: &VirtualAddress, effect: AddressEffect) -> AddressStep {
    AddressStep { address: wording::address(address), effect }
}

/// The instance goes on.
pub(super) fn changed(old: &Instance, new: &Instance, takers: &Takers<'_>) -> Vec<AddressStep> {
    let is_same = |one: &VirtualAddress, other: &VirtualAddress| {
        one.is_set_as(other) && base(old, one) == base(new, other)
    };
    let mut steps: Vec<AddressStep> = Vec::new();
    for address in all(old) {
        let replaced = |it: &VirtualAddress| it.ip() == address.ip();
        let effect = if all(new).any(|it| is_same(address, it)) {
            AddressEffect::Stays
        } else if all(new).any(replaced) {
            AddressEffect::Replaced
        } else {
            takers.given_up(old, address)
        };
        steps.push(step(address, effect));
    }
    let come = all(new).filter(|address| !all(old).any(|it| it.ip() == address.ip()));
    steps.extend(come.map(|address| step(address, AddressEffect::Comes)));
    steps
}

/// The instance goes on, but gives up its addresses until so much time has passed.
pub(super) fn resigned(steps: &mut Vec<AddressStep>, instance: &Instance, after: Duration) {
    if steps.is_empty() {
        steps.extend(all(instance).map(|address| step(address, AddressEffect::Stays)));
    }
    for step in steps {
        step.effect = match step.effect {
            AddressEffect::Stays | AddressEffect::Replaced => AddressEffect::Returns(after),
            AddressEffect::Comes => AddressEffect::Elected(after),
            ref other => other.clone(),
        };
    }
}

/// The instance ends, and one of the same name begins.
pub(super) fn restarted(old: &Instance, new: &Instance, takers: &Takers<'_>) -> Vec<AddressStep> {
    let after = until_master(new);
    let again = |address: &VirtualAddress| all(new).any(|it| it.ip() == address.ip());
    let mut steps: Vec<AddressStep> = all(old)
        .map(|address| match again(address) {
            true => step(address, AddressEffect::Returns(after)),
            false => step(address, takers.given_up(old, address)),
        })
        .collect();
    let come = all(new).filter(|address| !all(old).any(|it| it.ip() == address.ip()));
    steps.extend(come.map(|address| step(address, AddressEffect::Elected(after))));
    steps
}

/// The instance begins.
pub(super) fn added(new: &Instance) -> Vec<AddressStep> {
    let after = until_master(new);
    all(new).map(|address| step(address, AddressEffect::Elected(after))).collect()
}

/// The instance ends.
pub(super) fn removed(old: &Instance, takers: &Takers<'_>) -> Vec<AddressStep> {
    all(old).map(|address| step(address, takers.given_up(old, address))).collect()
}

/// How long a new instance takes to become master if it hears nobody.
pub(super) fn until_master(instance: &Instance) -> Duration {
    match instance.priority.is_owner() && instance.initial_state.is_master() {
        true => Duration::ZERO,
        false => instance.own_master_down(),
    }
}
