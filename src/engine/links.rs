//! What the engine as a whole has to say about the instances' own interfaces: names that do not
//! clash, one reading of the network for all of them at the start, their sockets, their end.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::effect::{Effect, InstanceId};
use crate::engine::own_link::{self, LinkPlan, Links};
use crate::engine::vrrp::Instance;
use crate::facts::Interface;
use crate::ir;
use crate::units::IfName;

impl Engine {
    /// Plans the interfaces of a new instance.
    pub(super) fn plan_links(&self, config: &ir::Instance) -> Links {
        if config.link.is_none() && !wants_links(config) {
            return Links::default();
        }
        let others: Vec<Arc<LinkPlan>> = self
            .instances
            .iter()
            .flat_map(|instance| instance.links.all.iter().map(|link| Arc::clone(&link.plan)))
            .collect();
        own_link::plan(config, &self.config.global.network.vmac, &self.network, &others)
    }

    /// Starts instances, those with interfaces of their own as soon as these are there. The members
    /// of a group start together.
    pub(super) fn start(&mut self, which: &BTreeSet<InstanceId>) {
        for id in which {
            self.one(*id, Instance::request_links);
        }
        self.put_off.extend(which);
        self.start_what_is_ready();
    }

    /// Starts those that were put off and have what they waited for.
    pub(super) fn start_what_is_ready(&mut self) {
        if self.put_off.is_empty() {
            return;
        }
        let mut waiting = BTreeSet::new();
        let mut groups = BTreeSet::new();
        for id in self.put_off.clone() {
            let mut waits = None;
            self.one(id, |instance, context| waits = Some(instance.must_wait_for_links(context)));
            match waits {
                Some(true) => {
                    waiting.insert(id);
                    groups.extend(self.group_of(id));
                }
                Some(false) => {}
                // A reload has removed it.
                None => {
                    self.put_off.remove(&id);
                }
            }
        }
        let is_held = |id: &InstanceId| {
            waiting.contains(id) || self.group_of(*id).is_some_and(|group| groups.contains(&group))
        };
        let ready: BTreeSet<InstanceId> =
            self.put_off.iter().filter(|id| !is_held(id)).copied().collect();
        if !ready.is_empty() {
            self.put_off.retain(|id| !ready.contains(id));
            self.start_together(&ready);
        }
    }

    /// The last interface that anybody waits for at the start has been answered: what the kernel
    /// has reported meanwhile may be on its way still, so everything is read.
    pub(super) fn read_network_when_links_are_answered(&mut self, answered: InstanceId) {
        let place = self.agenda.place(answered);
        let awaited = place
            .and_then(|place| self.instances.get(place))
            .is_some_and(|instance| instance.waits_for_reading() && instance.links_answered());
        if awaited && self.instances.iter().all(|it| !it.waits_for_reading() || it.links_answered())
        {
            self.out.push(Effect::ReadNetwork);
        }
    }

    /// Whether a reported interface counts as up.
    pub(super) fn judge(&mut self, reported: &Interface) -> bool {
        let name = &reported.name;
        let known = self.network.interface(name).filter(|known| known.index == reported.index);
        let before = known.map(|known| known.up);
        let all = self.instances.iter().flat_map(|instance| &instance.links.all);
        let own = all.map(|link| &link.plan).find(|plan| plan.name == *name);
        let base = own.map(|plan| plan.base.clone());
        self.links.judge(self.now, name, base.as_ref(), before, reported.up)
    }

    /// The driver of an interface was asked.
    pub(super) fn on_link_polled(&mut self, name: &IfName, up: bool) {
        self.links.polled(name, up);
        let Some(known) = self.network.interface(name).cloned() else { return };
        let up = self.judge(&known);
        if let Some(known) = self.network.interface_mut(name) {
            known.up = up;
        }
    }

    /// Changes of links that have lasted long enough count now.
    pub(super) fn on_link_time(&mut self) {
        if self.links.next().is_none_or(|next| next > self.now) {
            return;
        }
        let due = self.links.take_due(self.now);
        for (name, up) in &due {
            if let Some(known) = self.network.interface_mut(name) {
                known.up = *up;
            }
        }
        if !due.is_empty() {
            self.each(Instance::reassess);
        }
        for (name, _) in due.iter().filter(|(_, up)| *up) {
            self.renew(name, true);
        }
    }

    /// The end: every interface is given back.
    pub(super) fn remove_all_links(&mut self) {
        let mut removed: Vec<IfName> = Vec::new();
        for place in 0..self.instances.len() {
            self.at(place, |instance, context| {
                instance.remove_links(context, |plan| removed.contains(&plan.name));
                removed.extend(instance.links.all.iter().map(|link| link.plan.name.clone()));
            });
        }
    }

    /// An interface is gone: what was bound to it hears nothing any more.
    pub(super) fn close_sockets_on(&mut self, interface: &IfName) {
        for (socket, key) in &self.sockets.open {
            if key.interface.as_ref() == Some(interface) {
                self.out.push(Effect::CloseSocket { socket: *socket });
            }
        }
    }
}

/// Some address asks for a macvlan.
fn wants_links(config: &ir::Instance) -> bool {
    config.vmac_for_addresses
        || config.addresses.iter().chain(&config.excluded).any(|address| address.use_vmac)
}
