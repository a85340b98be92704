//! Which instances of two configurations are the same ones.
//!
//! As keepalived has it: by VRID, family, interface and the way of the adverts (multicast group, or
//! unicast and its source), whatever their names. Those with interfaces of their own are the same
//! only if these are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ir::{Config, Instance, Transport};
use crate::plan::setting::{Differences, Setting};
use crate::plan::{Action, Kind, Step, addresses, instance, wording};
use crate::units::{Family, IfName, Vrid};

/// Which instances of the new configuration are those of the old one, by their places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pairing {
    /// For each new instance the place of the old one that it is.
    pub kept: Vec<Option<usize>>,
    /// Places of old instances that end.
    pub gone: Vec<usize>,
}

/// Pairs instances; of several that are alike the first with the first.
pub fn pair(old: &[Arc<Instance>], new: &[Arc<Instance>]) -> Pairing {
    let mut alike: BTreeMap<(Vrid, Family), Vec<usize>> = BTreeMap::new();
    // Taken from the end, so the first is put there last.
    for (place, instance) in old.iter().enumerate().rev() {
        alike.entry((*instance.vrid, instance.family)).or_default().push(place);
    }
    let mut gone: BTreeSet<usize> = (0..old.len()).collect();
    let kept = new
        .iter()
        .map(|instance| {
            let candidates = alike.get_mut(&(*instance.vrid, instance.family))?;
            let found = candidates
                .iter()
                .rposition(|place| old.get(*place).is_some_and(|old| is_same(old, instance)))?;
            let place = candidates.remove(found);
            gone.remove(&place);
            Some(place)
        })
        .collect();
    Pairing { kept, gone: gone.into_iter().collect() }
}

fn is_same(old: &Instance, new: &Instance) -> bool {
    old.vrid == new.vrid
        && old.family == new.family
        && base(old) == base(new)
        && way(old) == way(new)
        && old.link == new.link
        && old.macvlan_places() == new.macvlan_places()
}

/// The interface, or the VRF of an instance without one.
fn base(instance: &Instance) -> Option<&IfName> {
    instance.interface.as_deref().or(instance.vrf.as_deref())
}

/// The multicast group, or the source of unicast adverts.
fn way(instance: &Instance) -> (Option<std::net::IpAddr>, Option<std::net::IpAddr>) {
    match &instance.transport {
        Transport::Multicast { group } => (Some(*group), None),
        Transport::Unicast { .. } => (None, instance.source.as_ref().map(|source| source.value)),
    }
}

/// What makes two instances different ones; nothing if they are the same.
fn distinctions(old: &Instance, new: &Instance) -> Vec<Setting> {
    let mut found = Differences::default();
    found.value("virtual_router_id", (&old.vrid, &new.vrid), wording::spanned);
    found.value("interface", (&old.interface, &new.interface), wording::optional);
    if old.interface.is_none() || new.interface.is_none() {
        found.value("vrf", (&old.vrf, &new.vrf), wording::optional);
    }
    found.value("virtual_ipaddress", (&old.family, &new.family), wording::plain);
    let kind = |instance: &Instance| wording::transport(&instance.transport);
    found.value("unicast_peer", (&kind(old), &kind(new)), Clone::clone);
    if way(old).1 != way(new).1 {
        found.value("unicast_src_ip", (&old.source, &new.source), wording::optional);
    }
    found.value("use_vmac", (&old.link, &new.link), wording::own_link);
    found.concealed("use_vmac_addr", (&old.macvlan_places(), &new.macvlan_places()));
    found.into_settings()
}

/// What becomes of every instance.
pub(super) fn steps(old: &Config, new: &Config) -> Vec<Step> {
    let pairing = pair(&old.instances, &new.instances);
    let mut gone: Vec<&Instance> =
        pairing.gone.iter().filter_map(|place| Some(&**old.instances.get(*place)?)).collect();
    let takers = addresses::Takers::of(old, new, &pairing);
    let mut steps = Vec::new();
    for (instance, kept) in new.instances.iter().zip(&pairing.kept) {
        let name = instance.name.value.as_str();
        if let Some(before) = kept.and_then(|place| old.instances.get(place)) {
            let changes = instance::changes(before, instance);
            let mut step = Step::compared(Kind::Instance, name, changes.settings);
            step.former = Some(before.name.value.clone());
            if step.action == Action::Change {
                step.addresses = addresses::changed(before, instance, &takers);
                step.notes = instance::notes(before, instance);
            }
            steps.push(step);
            continue;
        }
        let former = gone.iter().position(|former| *former.name == *instance.name);
        let step = match former.map(|place| gone.remove(place)) {
            Some(former) => Step {
                former: Some(former.name.value.clone()),
                settings: distinctions(former, instance),
                addresses: addresses::restarted(former, instance, &takers),
                notes: instance::notes_of_restart(former, instance),
                ..Step::new(Kind::Instance, name, Action::Restart)
            },
            None => Step {
                addresses: addresses::added(instance),
                ..Step::new(Kind::Instance, name, Action::Add)
            },
        };
        steps.push(step);
    }
    steps.extend(gone.into_iter().map(|former| Step {
        former: Some(former.name.value.clone()),
        addresses: addresses::removed(former, &takers),
        ..Step::new(Kind::Instance, &former.name, Action::Remove)
    }));
    steps
}
