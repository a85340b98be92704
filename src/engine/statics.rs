//! Static addresses, routes and rules (`static_ipaddress`, `static_routes`, `static_rules`): there
//! from the start to the stop, whoever is master.

use std::sync::Arc;

use crate::engine::effect::{Direction, Effect, PlacedAddress};
use crate::engine::outbox::Outbox;
use crate::ir::{Config, Route, Rule};
use crate::units::IfName;

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

    /// A new configuration: what it does not have goes.
    pub(super) fn remove_old(&self, new: &Self, out: &mut Outbox) {
        change(out, Direction::Remove, self.without(new));
    }

    /// A new configuration: what it has besides comes.
    pub(super) fn add_new(&mut self, new: Self, out: &mut Outbox) {
        change(out, Direction::Add, new.without(self));
        *self = new;
    }

    /// The stop.
    pub(super) fn stop(&self, out: &mut Outbox) {
        change(out, Direction::Remove, self.clone());
    }
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
