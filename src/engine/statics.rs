//! Static addresses, routes and rules (`static_ipaddress`, `static_routes`, `static_rules`): there
//! from the start to the stop, whoever is master; and which instances depend on them
//! (`track_group`).
//!
//! What others remove is put back at once, with the pauses of `engine::theft` if they do it again
//! and again; what goes with an interface comes again with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::effect::{Direction, Effect, PlacedAddress};
use crate::engine::event::Culprit;
use crate::engine::message::What;
use crate::engine::outbox::Outbox;
use crate::engine::theft::{Property, Thefts};
use crate::facts::{Interface, Network};
use crate::ir::{Config, Route, Rule};
use crate::units::{IfName, Instant, IpNet, Spanned};

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
    pub fn of(config: &Config) -> Self {
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

    /// Those things alone.
    pub(super) fn of_things(things: Vec<Property>) -> Self {
        let (mut addresses, mut routes, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        for thing in things {
            match thing {
                Property::Address(placed) => addresses.push(placed),
                Property::Route(route) => routes.push(Route::clone(&route)),
                Property::Rule(rule) => rules.push(Rule::clone(&rule)),
            }
        }
        Self { addresses: addresses.into(), routes: routes.into(), rules: rules.into() }
    }

    fn contains(&self, thing: &Property) -> bool {
        match thing {
            Property::Address(placed) => self.addresses.contains(placed),
            Property::Route(route) => self.routes.contains(route),
            Property::Rule(rule) => self.rules.contains(rule),
        }
    }
}

/// Keeps the entries where they belong.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    entries: Statics,
    thefts: Thefts<Property>,
}

impl Keeper {
    pub(super) fn new(config: &Config) -> Self {
        Self { entries: Statics::of(config), thefts: Thefts::default() }
    }

    /// The start: what a dead predecessor left is taken over without a gap.
    pub(super) fn start(&self, out: &mut Outbox) {
        change(out, Direction::Add, self.entries.clone());
    }

    /// A new configuration: what it does not have goes.
    pub(super) fn remove_old(&self, new: &Statics, out: &mut Outbox) {
        change(out, Direction::Remove, self.entries.without(new));
    }

    /// A new configuration: what it has besides comes.
    pub(super) fn add_new(&mut self, new: Statics, out: &mut Outbox) {
        change(out, Direction::Add, new.without(&self.entries));
        self.entries = new;
    }

    /// Something belongs on that interface.
    pub(super) fn have_a_place_on(&self, name: &IfName) -> bool {
        let mut addresses = self.entries.addresses.iter();
        addresses.any(|placed| placed.interface == *name)
            || self.entries.routes.iter().any(|route| route.interface.as_deref() == Some(name))
    }

    /// An interface was called `former`, and is called by its name now: what belongs there is taken
    /// back from an interface with another name, and set again on one that has its name back.
    pub(super) fn follow_name(&self, former: &IfName, found: &Interface, out: &mut Outbox) {
        let direction = match *former == found.name {
            true => Direction::Add,
            false => Direction::Remove,
        };
        let addresses = self.entries.addresses.iter().filter(|placed| placed.interface == *former);
        let routes =
            self.entries.routes.iter().filter(|it| it.interface.as_deref() == Some(former));
        let entries = Statics {
            addresses: addresses
                .map(|placed| PlacedAddress { interface: found.name.clone(), ..placed.clone() })
                .collect(),
            routes: routes.map(|route| renamed(route, &found.name)).collect(),
            rules: Arc::from([]),
        };
        change(out, direction, entries);
    }

    /// The stop.
    pub(super) fn stop(&mut self, out: &mut Outbox) {
        self.thefts.give_up();
        change(out, Direction::Remove, self.entries.clone());
    }

    /// When something is put back.
    pub(super) fn next(&self) -> Option<Instant> {
        self.thefts.next()
    }

    /// Puts back what is due.
    pub(super) fn on_time(&mut self, now: Instant, out: &mut Outbox) {
        if self.thefts.next().is_none_or(|next| next > now) {
            return;
        }
        let mut due = self.thefts.take_due(now);
        due.retain(|thing| self.entries.contains(thing));
        change(out, Direction::Add, Statics::of_things(due));
    }

    /// Somebody else removed an address.
    pub(super) fn on_address_removed(
        &mut self,
        now: Instant,
        (interface, net): (&IfName, IpNet),
        by: &Culprit,
        out: &mut Outbox,
    ) {
        let found = self.entries.addresses.iter().find(|placed| {
            placed.interface == *interface && placed.address.net == net && !placed.address.no_track
        });
        if let Some(placed) = found.cloned() {
            self.on_theft(now, Property::Address(placed), by, out);
        }
    }

    /// Somebody else, or the kernel, removed a route or a rule.
    pub(super) fn on_removed(
        &mut self,
        now: Instant,
        thing: Property,
        by: &Culprit,
        network: &Network,
        out: &mut Outbox,
    ) {
        // While its interface is down the kernel takes no route: it comes with the interface.
        let impossible = match &thing {
            Property::Route(route) => route.interface.as_ref().is_some_and(|name| {
                network.interface(&name.value).is_none_or(|interface| !interface.up)
            }),
            _ => false,
        };
        if !impossible && self.entries.contains(&thing) {
            self.on_theft(now, thing, by, out);
        }
    }

    /// Reports were lost: addresses that are not there were removed. (Routes and rules are told of
    /// one by one.)
    pub(super) fn on_resync(&mut self, now: Instant, network: &Network, out: &mut Outbox) {
        let missing = self.entries.addresses.iter().filter(|placed| {
            let interface = network.interface(&placed.interface);
            interface.is_some_and(|it| !it.addresses.contains(&placed.address.net))
                && !placed.address.no_track
        });
        for placed in missing.cloned().collect::<Vec<_>>() {
            self.on_theft(now, Property::Address(placed), &None, out);
        }
    }

    fn on_theft(&mut self, now: Instant, thing: Property, by: &Culprit, out: &mut Outbox) {
        match self.thefts.note(now, &thing) {
            None => {
                out.log(&Arc::from(""), What::StaticGone(thing.clone()));
                change(out, Direction::Add, Statics::of_things(vec![thing]));
            }
            Some(quarrel) if quarrel.told => {
                let (by, what) = (by.clone(), thing);
                out.log(&Arc::from(""), What::GoneAgain { what, quarrel, by, master: false });
            }
            Some(_) => {}
        }
    }

    /// An interface has come, or an address on it: what went with it comes again. What is there
    /// stays as it is.
    pub(super) fn renew(&self, interface: &IfName, with_addresses: bool, out: &mut Outbox) {
        let Statics { addresses, routes, .. } = &self.entries;
        let addresses = addresses.iter().filter(|placed| placed.interface == *interface);
        let addresses = addresses.filter(|_| with_addresses).cloned().collect();
        let routes = routes.iter().filter(|route| route.may_use(interface)).cloned().collect();
        change(out, Direction::Add, Statics { addresses, routes, rules: Arc::from([]) });
    }
}

/// The same route over an interface of that name.
pub(super) fn renamed(route: &Route, name: &IfName) -> Route {
    let interface = route.interface.clone().map(|it| Spanned::new(name.clone(), it.span));
    Route { interface, ..route.clone() }
}

/// Where a static address goes that names no interface.
fn default_interface(config: &Config) -> Option<IfName> {
    IfName::new(config.global.network.usual_interface()).ok()
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
