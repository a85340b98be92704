//! Routes and rules of the master (`virtual_routes`, `virtual_rules`): set after its addresses,
//! removed before them.

use std::sync::Arc;

use crate::engine::effect::{Direction, Effect};
use crate::engine::message::What;
use crate::engine::statics::{renamed, without};
use crate::engine::vrrp::{Context, Instance};
use crate::ir::{Route, Rule};
use crate::units::IfName;

/// Routes and rules, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::engine) struct Paths {
    pub(super) routes: Arc<[Route]>,
    pub(super) rules: Arc<[Rule]>,
}

impl Paths {
    /// Those of an instance.
    pub(super) fn of(config: &crate::ir::Instance) -> Self {
        // Most instances have none: those share one that is empty.
        let mut paths = Self::default();
        if !config.routes.is_empty() {
            paths.routes = config.routes.iter().map(|route| route.value.clone()).collect();
        }
        if !config.rules.is_empty() {
            paths.rules = config.rules.iter().map(|rule| rule.value.clone()).collect();
        }
        paths
    }

    /// A route says that it leads over that interface.
    pub(super) fn lead_over(&self, name: &IfName) -> bool {
        let mut over = self.routes.iter().filter_map(|route| route.interface.as_deref());
        over.any(|interface| interface == name)
    }

    /// The routes over an interface as they are after it got another name.
    pub(super) fn renamed(&self, former: &IfName, name: &IfName) -> Self {
        let over = |route: &&Route| route.interface.as_deref() == Some(former);
        let routes = self.routes.iter().filter(over).map(|route| renamed(route, name));
        Self { routes: routes.collect(), rules: Arc::from([]) }
    }

    /// What is here and not there.
    pub(in crate::engine) fn without(&self, other: &Self) -> Self {
        Self {
            routes: without(&self.routes, &other.routes),
            rules: without(&self.rules, &other.rules),
        }
    }
}

impl Instance {
    /// The routes and rules that it holds as master.
    pub(in crate::engine) fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Routes first: rules may lead to their tables.
    pub(in crate::engine) fn set_paths(&self, context: &mut Context<'_>, paths: &Paths) {
        if !paths.routes.is_empty() {
            self.log(context, What::Paths { change: Direction::Add, rules: false });
            self.change_routes(context, Direction::Add, paths);
        }
        if !paths.rules.is_empty() {
            self.log(context, What::Paths { change: Direction::Add, rules: true });
            self.change_rules(context, Direction::Add, paths);
        }
    }

    /// Rules first, then routes.
    pub(in crate::engine) fn remove_paths(&self, context: &mut Context<'_>, paths: &Paths) {
        if !paths.rules.is_empty() {
            self.log(context, What::Paths { change: Direction::Remove, rules: true });
            self.change_rules(context, Direction::Remove, paths);
        }
        if !paths.routes.is_empty() {
            self.log(context, What::Paths { change: Direction::Remove, rules: false });
            self.change_routes(context, Direction::Remove, paths);
        }
    }

    /// Puts back what went with an interface, or with the addresses on it, that has come again: the
    /// kernel does not tell of the IPv4 routes that it drops then. What is there stays as it is.
    pub(in crate::engine) fn renew_routes(&self, context: &mut Context<'_>, interface: &IfName) {
        if !(self.is_master() && self.addresses_set) {
            return;
        }
        let routes = self.paths.routes.iter().filter(|route| route.may_use(interface));
        let routes: Arc<[Route]> = routes.cloned().collect();
        if !routes.is_empty() {
            self.change_routes(context, Direction::Add, &Paths { routes, ..Paths::default() });
        }
    }

    pub(super) fn change_routes(
        &self,
        context: &mut Context<'_>,
        change: Direction,
        paths: &Paths,
    ) {
        let (id, routes) = (context.out.id(), Arc::clone(&paths.routes));
        context.out.push(Effect::Routes { id, instance: self.id, change, routes });
    }

    pub(super) fn change_rules(&self, context: &mut Context<'_>, change: Direction, paths: &Paths) {
        let (id, rules) = (context.out.id(), Arc::clone(&paths.rules));
        context.out.push(Effect::Rules { id, instance: self.id, change, rules });
    }
}
