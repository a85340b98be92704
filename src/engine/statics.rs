//! Static addresses, routes and rules (`static_ipaddress`, `static_routes`, `static_rules`): there
//! from the start to the stop, whoever is master; and which instances depend on them
//! (`track_group`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::effect::{Direction, Effect, PlacedAddress};
use crate::engine::outbox::Outbox;
use crate::facts::Interface;
use crate::ir::{Config, Route, Rule};
use crate::units::{IfName, Spanned};

/// Entries that are set or removed together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statics {
    /// `static_ipaddress`, each with its interface.
    pub addresses: Arc<[PlacedAddress]>,
    /// `static_routes`.
    pub routes: Arc<[Route]>,
    /// `static_rules`.
    pub rules: Arc<[Rule]>,
}

impl Statics {
    /// Those of a configuration.
    pub(super) fn of(config: &Config) -> Self {
        let default = default_interface(config);
        let placed = |line: &crate::ir::StaticAddress| {
            let interface = line.address.interface.clone().or_else(|| default.clone())?;
            Some(PlacedAddress { interface, address: line.address.clone() })
        };
        Self {
            addresses: config.static_addresses.iter().filter_map(|line| placed(line)).collect(),
            routes: config.static_routes.iter().map(|line| line.value.clone()).collect(),
            rules: config.static_rules.iter().map(|line| line.value.clone()).collect(),
        }
    }

    /// What is here and not there.
    fn without(&self, other: &Self) -> Self {
        Self {
            addresses: without(&self.addresses, &other.addresses),
            routes: without(&self.routes, &other.routes),
            rules: without(&self.rules, &other.rules),
        }
    }

    fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.routes.is_empty() && self.rules.is_empty()
    }

    /// The start: what a dead predecessor left goes first.
    pub(super) fn start(&self, out: &mut Outbox) {
        change(out, Direction::Remove, self.clone());
        change(out, Direction::Add, self.clone());
    }

    /// A new configuration: what it does not have goes.
    pub(super) fn remove_old(&self, new: &Self, out: &mut Outbox) {
        change(out, Direction::Remove, self.without(new));
    }

    /// A new configuration: what it has besides comes.
    pub(super) fn add_new(&mut self, new: Self, out: &mut Outbox) {
        change(out, Direction::Add, new.without(self));
        *self = new;
    }

    /// Something belongs on that interface.
    pub(super) fn have_a_place_on(&self, name: &IfName) -> bool {
        let mut addresses = self.addresses.iter();
        addresses.any(|placed| placed.interface == *name)
            || self.routes.iter().any(|route| route.interface.as_deref() == Some(name))
    }

    /// An interface was called `former`, and is called by its name now: what belongs there is taken
    /// back from an interface with another name, and set again on one that has its name back.
    pub(super) fn follow_name(&self, former: &IfName, found: &Interface, out: &mut Outbox) {
        let direction = match *former == found.name {
            true => Direction::Add,
            false => Direction::Remove,
        };
        let addresses = self.addresses.iter().filter(|placed| placed.interface == *former);
        let routes = self.routes.iter().filter(|it| it.interface.as_deref() == Some(former));
        let entries = Self {
            addresses: addresses
                .map(|placed| PlacedAddress { interface: found.name.clone(), ..placed.clone() })
                .collect(),
            routes: routes.map(|route| renamed(route, &found.name)).collect(),
            rules: Arc::from([]),
        };
        change(out, direction, entries);
    }

    /// The stop.
    pub(super) fn stop(&self, out: &mut Outbox) {
        change(out, Direction::Remove, self.clone());
    }
}

/// The same route over an interface of that name.
pub(super) fn renamed(route: &Route, name: &IfName) -> Route {
    let interface = route.interface.clone().map(|it| Spanned::new(name.clone(), it.span));
    Route { interface, ..route.clone() }
}

/// Where a static address goes that names no interface.
fn default_interface(config: &Config) -> Option<IfName> {
    let named = config.global.network.default_interface.as_ref().map(|name| name.value.clone());
    named.or_else(|| IfName::new("eth0").ok())
}

/// The interfaces that instances depend on because a static entry names their `track_group`, by the
/// names of the instances; `no_track` beside it takes that back.
pub(super) fn tracked_interfaces(config: &Config) -> BTreeMap<&str, BTreeSet<IfName>> {
    let default = default_interface(config);
    let addresses = config.static_addresses.iter().filter(|line| !line.address.no_track);
    let of_addresses = addresses.filter_map(|line| {
        let interface = line.address.interface.clone().or_else(|| default.clone());
        Some((line.track_group.as_ref()?, interface?))
    });
    let routes = config.static_routes.iter().filter(|route| !route.no_track);
    let of_routes = routes.filter_map(|route| {
        Some((route.track_group.as_ref()?, route.interface.as_deref()?.clone()))
    });
    let rules = config.static_rules.iter().filter(|rule| !rule.no_track);
    let of_rules =
        rules.filter_map(|rule| Some((rule.track_group.as_ref()?, rule.input.as_deref()?.clone())));
    let mut tracked: BTreeMap<&str, BTreeSet<IfName>> = BTreeMap::new();
    for (group, interface) in of_addresses.chain(of_routes).chain(of_rules) {
        let named = config.track_groups.iter().filter(|known| known.name.value == group.value);
        for member in named.flat_map(|group| &group.members) {
            tracked.entry(member.value.as_str()).or_default().insert(interface.clone());
        }
    }
    tracked
}

/// What is in the first list and not in the second, in order.
pub(super) fn without<T: Clone + PartialEq>(list: &[T], other: &[T]) -> Arc<[T]> {
    list.iter().filter(|entry| !other.contains(entry)).cloned().collect()
}

fn change(out: &mut Outbox, change: Direction, entries: Statics) {
    if !entries.is_empty() {
        let id = out.id();
        out.push(Effect::Statics { id, change, entries });
    }
}
