//! Two virtual routers of one number on one LAN would take each other's adverts for their own.
//!
//! What the file alone shows is an error of the file. Here interfaces are looked at, too: a macvlan
//! is on the LAN of the interface below it, and interfaces may change while the daemon runs
//! (`dynamic_interfaces allow_if_changes`). The later one of the two waits in FAULT.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::Engine;
use crate::facts::{LinkKind, Network};
use crate::ir::{Config, Instance, Transport};
use crate::units::{Family, IfName, Vrid};

/// What tells virtual routers apart on the wire: number of the LAN, VRID, family, group.
type Identity = (u32, Vrid, Family, IpAddr);

/// The instances that have the identity of an earlier one: their places, each with the place of the
/// first. Unicast ones are told apart by who their peers are, which the file alone shows.
pub fn clashes<'a>(
    instances: impl Iterator<Item = &'a Instance>,
    network: &Network,
) -> Vec<(usize, usize)> {
    let mut first: BTreeMap<Identity, usize> = BTreeMap::new();
    let mut clashes = Vec::new();
    for (place, instance) in instances.enumerate() {
        let Some(identity) = identity(instance, network) else { continue };
        let earlier = *first.entry(identity).or_insert(place);
        if earlier != place {
            clashes.push((place, earlier));
        }
    }
    clashes
}

fn identity(instance: &Instance, network: &Network) -> Option<Identity> {
    let Transport::Multicast { group } = instance.transport else { return None };
    let lan = lan(network, instance.interface.as_deref()?)?;
    Some((lan, *instance.vrid, instance.family, group))
}

/// The index of the interface that stands for a LAN.
fn lan(network: &Network, name: &IfName) -> Option<u32> {
    let found = network.interface(name)?;
    let stands_on_another = matches!(found.link.kind, LinkKind::Macvlan { .. } | LinkKind::Ipvlan);
    Some(found.link.parent.filter(|_| stands_on_another).unwrap_or(found.index))
}

/// The interfaces whose changes matter here.
pub(super) fn watched(config: &Config) -> BTreeSet<IfName> {
    let own = config.instances.iter().filter_map(|instance| instance.interface.as_deref());
    own.cloned().collect()
}

impl Engine {
    /// Tells each instance whether it clashes with an earlier one. Whether that changes its state is
    /// seen when it looks at the network again.
    pub(super) fn look_for_clashes(&mut self) {
        let configs = self.instances.iter().map(|instance| &*instance.config);
        let clashes: BTreeMap<usize, usize> = clashes(configs, &self.network).into_iter().collect();
        let names: BTreeMap<usize, Arc<str>> = clashes
            .iter()
            .filter_map(|(place, earlier)| {
                let earlier = self.instances.get(*earlier)?;
                Some((*place, Arc::from(earlier.config.name.value.as_str())))
            })
            .collect();
        for (place, instance) in self.instances.iter_mut().enumerate() {
            instance.clashes_with(names.get(&place).cloned());
        }
    }
}
