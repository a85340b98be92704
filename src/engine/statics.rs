//! Static addresses, routes and rules (`static_ipaddress`, `static_routes`, `static_rules`): there
//! from the start to the stop, whoever is master.

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
        let default = &config.global.network.default_interface;
        let default = default.as_ref().map(|name| name.value.clone());
        let default = default.or_else(|| IfName::new("eth0").ok());
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

    /// A new configuration: the difference.
    pub(super) fn replace(&mut self, new: Self, out: &mut Outbox) {
        change(out, Direction::Remove, self.without(&new));
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
