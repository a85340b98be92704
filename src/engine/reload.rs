//! A new configuration: the difference is applied, what did not change is not touched.
//!
//! Instances are the same if VRID, family, interface and group (or unicast source) are the same,
//! whatever their names (as keepalived has it). Unlike keepalived a kept instance keeps its sockets
//! and its timers, and one that did not change does not even notice.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::engine::effect::{Direction, PlacedAddress, SocketKey};
use crate::engine::notification::Policy;
use crate::engine::own_link::{self, Links};
use crate::engine::snapshot::State;
use crate::engine::vrrp::{Context, Follows, Instance};
use crate::engine::{Engine, clash, virtual_addresses, wall};
use crate::ir::{self, Config};
use crate::units::IfName;

/// What makes two instances the same one.
fn is_same(old: &ir::Instance, new: &ir::Instance) -> bool {
    old.vrid == new.vrid
        && old.family == new.family
        && SocketKey { protocol: 0, ..Instance::socket_key(old, &Links::default()) }
            == SocketKey { protocol: 0, ..Instance::socket_key(new, &Links::default()) }
        && old.link == new.link
        && own_link::shape(old) == own_link::shape(new)
}

impl Engine {
    /// Replaces the configuration.
    pub(super) fn reload(&mut self, config: Arc<Config>) {
        let before = std::mem::replace(&mut self.config, Arc::clone(&config));
        let sources = std::mem::replace(&mut self.virtual_addresses, virtual_addresses(&config));
        self.links.configure(&config);
        self.policy = Policy::of(&config);
        self.pacing.configure(&config);
        self.trackers.configure(&config, self.now, false, &mut self.out);
        let follows = Follows::of_all(&config, &self.trackers);

        self.statics.replace(&config, &mut self.out);
        self.groups.dissolve();
        // Most are found at the front, where taking them out costs nothing.
        let mut old = VecDeque::from(std::mem::take(&mut self.instances));
        let mut added = BTreeSet::new();
        for (new, follows) in config.instances.iter().zip(follows) {
            let position = old.iter().position(|instance| is_same(&instance.config, new));
            match position.and_then(|position| old.remove(position)) {
                Some(mut kept) => {
                    kept.set_follows(follows);
                    // With or without an authentication header: another protocol of IP.
                    kept.socket = self.socket_for(Instance::socket_key(new, &kept.links));
                    if kept.config != *new {
                        let mut context = Context {
                            now: self.now,
                            unix: wall(self.clock, self.now),
                            deaf_until: self.deaf_until,
                            network: &self.network,
                            virtual_addresses: &self.virtual_addresses,
                            policy: &self.policy,
                            pacing: &mut self.pacing,
                            trackers: &self.trackers,
                            out: &mut self.out,
                        };
                        context.out.on_behalf_of(Some(kept.id));
                        kept.reconfigure(&mut context, new.clone());
                        context.out.on_behalf_of(None);
                    }
                    self.instances.push(kept);
                }
                None => {
                    added.insert(self.add(new.clone(), follows));
                }
            }
        }
        // What is gone leaves before anything new takes its addresses.
        let new = std::mem::replace(&mut self.instances, old.into());
        self.each(Instance::delete);
        let used = |name: &IfName| {
            let mut links = new.iter().flat_map(|instance| &instance.links.all);
            links.any(|link| link.plan.name == *name)
        };
        self.each(|instance, context| instance.remove_links(context, used));
        self.instances = new;
        self.agenda.renew(&self.instances);
        self.watched = clash::watched(&config);
        self.look_for_clashes();
        self.regroup(&config);
        self.follow_trackers();
        self.close_unused_sockets();
        self.resize_buffers();
        self.start(&added);
        if sources != self.virtual_addresses || before != config {
            self.each(Instance::reassess);
        }
        self.reunite();
        if self.config.global.fifos.states_on_reload {
            self.each(|instance, context| {
                if !added.contains(&instance.id) {
                    instance.repeat_state(context);
                }
            });
        }
    }
}

impl Instance {
    /// Takes over a changed configuration in the state that it is in.
    fn reconfigure(&mut self, context: &mut Context<'_>, config: ir::Instance) {
        let before = Arc::clone(self.placed());
        let paths_before = self.paths().clone();
        let guarded = Arc::clone(self.guarded());
        let priority_changed = self.config.priority != config.priority;
        let timing_changed = self.config.advert_int != config.advert_int
            || self.config.down_timer_adverts != config.down_timer_adverts
            || self.config.version != config.version;
        self.adopt(config, priority_changed, timing_changed);
        let after = Arc::clone(self.placed());
        let gone: Arc<[PlacedAddress]> =
            before.iter().filter(|placed| !after.contains(placed)).cloned().collect();
        let new: Arc<[PlacedAddress]> =
            after.iter().filter(|placed| !before.contains(placed)).cloned().collect();
        for PlacedAddress { interface, address } in gone.iter() {
            // The same address may stay, with other options.
            if !after
                .iter()
                .any(|kept| kept.interface == *interface && kept.address.ip() == address.ip())
            {
                context.pacing.forget_address(self.id, interface, address.ip());
            }
        }
        match self.state() {
            State::Master => {
                let paths = self.paths().clone();
                self.remove_paths(context, &paths_before.without(&paths));
                self.change_addresses(context, Direction::Remove, gone);
                self.unguard_old(context, &guarded);
                let announce = !new.is_empty();
                self.guard_new(context, &guarded);
                self.change_addresses(context, Direction::Add, new);
                self.set_paths(context, &paths.without(&paths_before));
                self.send_advert(context);
                if announce {
                    self.announce_takeover(context);
                } else {
                    self.arm_repeats(context);
                }
            }
            State::Backup => {
                self.change_addresses(context, Direction::Remove, gone);
                if priority_changed || timing_changed {
                    self.restart_master_down(context);
                }
            }
            State::Init | State::Fault => {
                self.change_addresses(context, Direction::Remove, gone);
            }
        }
    }
}
