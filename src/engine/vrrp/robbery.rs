//! Somebody else has removed an address, a route or a rule of the master.
//!
//! As in keepalived the instance resigns, and is back after its skew time with everything. That is
//! no answer to somebody who does it again and again (`engine::theft`): then it stays master and
//! puts the one thing back.

use std::sync::Arc;

use crate::engine::effect::Direction;
use crate::engine::event::Culprit;
use crate::engine::message::What;
use crate::engine::statics::Statics;
use crate::engine::theft::Property;
use crate::engine::timers::Timer;
use crate::engine::vrrp::fault::tracked;
use crate::engine::vrrp::routes::Paths;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::ir::{Route, Rule};
use crate::units::{IfName, IpNet};

impl Instance {
    /// Somebody else removed an address.
    pub(in crate::engine) fn on_address_removed(
        &mut self,
        context: &mut Context<'_>,
        interface: &IfName,
        address: IpNet,
        by: &Culprit,
    ) {
        let ours = self.addresses.iter().find(|placed| {
            placed.interface == *interface && placed.address.net == address && tracked(placed)
        });
        if let Some(placed) = ours.cloned() {
            self.on_robbery(context, Property::Address(placed), by.as_ref());
        }
    }

    /// Somebody else removed a route that is tracked.
    pub(in crate::engine) fn on_route_removed(
        &mut self,
        context: &mut Context<'_>,
        route: &Arc<Route>,
        by: &Culprit,
    ) {
        if self.paths().routes.contains(route) {
            self.on_robbery(context, Property::Route(Arc::clone(route)), by.as_ref());
        }
    }

    /// Somebody else removed a rule that is tracked.
    pub(in crate::engine) fn on_rule_removed(
        &mut self,
        context: &mut Context<'_>,
        rule: &Arc<Rule>,
        by: &Culprit,
    ) {
        if self.paths().rules.contains(rule) {
            self.on_robbery(context, Property::Rule(Arc::clone(rule)), by.as_ref());
        }
    }

    /// Something that it holds as master is gone.
    pub(super) fn on_robbery(
        &mut self,
        context: &mut Context<'_>,
        what: Property,
        by: Option<&Arc<str>>,
    ) {
        if !(self.is_master() && self.addresses_set) {
            return;
        }
        if self.caretaker {
            self.put_back_these(context, vec![what]);
            return;
        }
        match self.thefts.note(context.now, &what) {
            None => {
                self.log(context, What::Gone(what.clone()));
                let by = by.cloned();
                self.become_backup_robbed(context, Trigger::Robbed { what, by });
            }
            Some(quarrel) => {
                if quarrel.told {
                    let by = by.cloned();
                    self.log(context, What::GoneAgain { what, quarrel, by, master: true });
                }
                self.arm_put_back();
            }
        }
    }

    fn arm_put_back(&mut self) {
        match self.thefts.next() {
            Some(at) => self.timers.set(Timer::PutBack, at),
            None => self.timers.clear(Timer::PutBack),
        }
    }

    /// Puts back what is due, if it is still a thing that it has.
    pub(super) fn put_back(&mut self, context: &mut Context<'_>) {
        let mut due = self.thefts.take_due(context.now);
        due.retain(|what| match what {
            Property::Address(placed) => self.addresses.contains(placed),
            Property::Route(route) => self.paths.routes.contains(route),
            Property::Rule(rule) => self.paths.rules.contains(rule),
        });
        self.put_back_these(context, due);
        self.arm_put_back();
    }

    fn put_back_these(&mut self, context: &mut Context<'_>, things: Vec<Property>) {
        let Statics { addresses, routes, rules } = Statics::of_things(things);
        // A route goes with the address that it prefers, and the kernel does not say so.
        let sources = self.paths.routes.iter().filter(|route| {
            let source = route.source.as_ref().map(|source| source.value);
            addresses.iter().any(|placed| Some(placed.address.ip()) == source)
        });
        let gone = sources.filter(|route| !routes.contains(route));
        let routes = routes.iter().chain(gone).cloned().collect();
        self.change_addresses(context, Direction::Add, Arc::clone(&addresses));
        let paths = Paths { routes, rules };
        if !paths.routes.is_empty() {
            self.change_routes(context, Direction::Add, &paths);
        }
        if !paths.rules.is_empty() {
            self.change_rules(context, Direction::Add, &paths);
        }
        self.announce_these(context, &addresses, self.config.garp.master.rounds);
    }
}
