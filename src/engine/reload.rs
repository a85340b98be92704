//! A new configuration: the difference is applied, what did not change is not touched.
//!
//! What is kept, changed or restarted is [`plan`]'s decision. Here it is carried out: first all that
//! goes, then all that comes, so that an address that one instance gives to another is neither lost
//! nor set twice. Unlike keepalived a kept instance keeps its sockets and its timers, and one that
//! did not change does not even notice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::effect::{Direction, Effect, GuardedAddress, PlacedAddress};
use crate::engine::notification::Policy;
use crate::engine::own_link::LinkPlan;
use crate::engine::snapshot::State;
use crate::engine::statics::Statics;
use crate::engine::vrrp::{Context, Follows, Instance, Paths};
use crate::engine::{Engine, clash, virtual_addresses};
use crate::ir::{self, Config};
use crate::plan::{self, Changes};
use crate::units::{IfName, IpNet};

/// Addresses that a master goes on to hold for another instance.
type Taken = BTreeMap<(IfName, IpNet), ir::VirtualAddress>;

/// What a kept instance had before it took over a changed configuration.
struct Former {
    changes: Changes,
    addresses: Arc<[PlacedAddress]>,
    paths: Paths,
    guarded: Arc<[GuardedAddress]>,
    promoted: bool,
}

impl Engine {
    /// Replaces the configuration.
    pub(super) fn reload(&mut self, config: Arc<Config>) {
        let drained_before = self.instances.iter().any(|instance| instance.drained().is_some());
        self.reloads.accepted = self.reloads.accepted.saturating_add(1);
        self.reloads.last = Some((self.now, true));
        let before = std::mem::replace(&mut self.config, Arc::clone(&config));
        let pairing = plan::pair(&before.instances, &config.instances);
        let sources = std::mem::replace(&mut self.virtual_addresses, virtual_addresses(&config));
        if self.links.configure(&config) {
            self.out.push(Effect::ReadNetwork);
        }
        self.policy = Policy::of(&config);
        self.pacing.configure(&config);
        let observed = self.trackers.configure(&config, self.now, false, &mut self.out);
        let mut follows: Vec<_> =
            Follows::of_all(&config, &self.trackers).into_iter().map(Some).collect();
        self.groups.dissolve();

        // Those that are kept stand first, the new ones behind them; in the end in order.
        let mut old: Vec<Option<Instance>> =
            std::mem::take(&mut self.instances).into_iter().map(Some).collect();
        let mut order = Vec::new();
        let mut formers: Vec<Option<Former>> = Vec::new();
        for (place, (new, kept)) in config.instances.iter().zip(&pairing.kept).enumerate() {
            let Some(mut kept) = kept.and_then(|kept| old.get_mut(kept)?.take()) else { continue };
            kept.set_follows(follows.get_mut(place).and_then(Option::take).unwrap_or_default());
            // With or without an authentication header: another protocol of IP.
            kept.socket = self.socket_for(Instance::socket_key(new, &kept.links));
            formers.push(if kept.config == *new {
                // The former configuration is let go of as a whole.
                kept.config = Arc::clone(new);
                None
            } else {
                Some(kept.take_over(Arc::clone(new)))
            });
            order.push(place);
            self.instances.push(kept);
        }
        let mut added = BTreeSet::new();
        for (place, new) in config.instances.iter().enumerate() {
            if let Some(follows) = follows.get_mut(place).and_then(Option::take) {
                added.insert(self.add(Arc::clone(new), follows));
                order.push(place);
            }
        }

        let taken = self.taken(&formers);
        let statics = Statics::of(&config);
        self.statics.remove_old(&statics, &mut self.out);
        self.end(old.into_iter().flatten().collect(), &taken);
        self.with_former(&formers, |instance, context, former| {
            instance.give_up(context, former, &taken);
        });
        self.statics.add_new(statics, &mut self.out);
        self.with_former(&formers, Instance::take_on);

        let mut ordered: Vec<_> =
            order.into_iter().zip(std::mem::take(&mut self.instances)).collect();
        ordered.sort_by_key(|(place, _)| *place);
        self.instances = ordered.into_iter().map(|(_, instance)| instance).collect();
        self.index();
        self.measure_stalls();
        self.watched = clash::watched(&config);
        self.look_for_clashes();
        self.regroup(&config);
        self.share_drains();
        self.drains_changed |= drained_before;
        self.follow_trackers();
        self.close_unused_sockets();
        self.resize_buffers();
        self.start(&added);
        if observed || sources != self.virtual_addresses || before != config {
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

    /// A new configuration was refused: what runs goes on.
    pub(super) fn reload_refused(&mut self) {
        self.reloads.refused = self.reloads.refused.saturating_add(1);
        self.reloads.last = Some((self.now, false));
    }

    /// What masters hold from now on that they did not hold before.
    fn taken(&self, formers: &[Option<Former>]) -> Taken {
        let mut taken = Taken::new();
        for (instance, former) in self.instances.iter().zip(formers) {
            let Some(former) = former.as_ref().filter(|_| instance.is_master()) else { continue };
            for placed in difference(instance.placed(), &former.addresses).iter() {
                let key = (placed.interface.clone(), placed.address.net);
                taken.insert(key, placed.address.clone());
            }
        }
        taken
    }

    /// The end of instances that are not in the configuration any more.
    fn end(&mut self, gone: Vec<Instance>, taken: &Taken) {
        let kept = std::mem::replace(&mut self.instances, gone);
        self.each(|instance, context| {
            instance.spare(|placed| is_taken(placed, taken));
            instance.delete(context);
        });
        // One of that name that stands elsewhere is another one.
        let used = |plan: &LinkPlan| {
            let mut links = kept.iter().flat_map(|instance| &instance.links.all);
            links.any(|link| {
                let other = &link.plan;
                (&other.name, &other.base, other.make) == (&plan.name, &plan.base, plan.make)
            })
        };
        self.each(|instance, context| instance.remove_links(context, used));
        self.instances = kept;
    }

    /// Runs something for each instance that has changed.
    fn with_former(
        &mut self,
        formers: &[Option<Former>],
        work: impl Fn(&mut Instance, &mut Context<'_>, &Former),
    ) {
        for (place, former) in formers.iter().enumerate() {
            if let Some(former) = former {
                self.at(place, |instance, context| work(instance, context, former));
            }
        }
    }
}

impl Instance {
    /// Takes over a changed configuration in the state that it is in; nothing is done yet.
    fn take_over(&mut self, config: Arc<ir::Instance>) -> Former {
        let changes = plan::changes(&self.config, &config);
        let former = Former {
            addresses: Arc::clone(self.placed()),
            paths: self.paths().clone(),
            guarded: Arc::clone(self.guarded()),
            promoted: self.config.promote_secondaries,
            changes,
        };
        self.adopt(config, former.changes.priority, former.changes.timing);
        former
    }

    /// Gives up what it does not have any more, but for what another one takes.
    fn give_up(&mut self, context: &mut Context<'_>, former: &Former, taken: &Taken) {
        let after = Arc::clone(self.placed());
        let mut gone = difference(&former.addresses, &after);
        for PlacedAddress { interface, address } in &gone {
            // The same address may stay, with other options.
            if !after
                .iter()
                .any(|kept| kept.interface == *interface && kept.address.ip() == address.ip())
            {
                context.pacing.forget_address(self.id, interface, address.ip());
            }
        }
        gone.retain(|placed| !is_taken(placed, taken));
        if self.is_master() {
            self.remove_paths(context, &former.paths.without(self.paths()));
        }
        self.change_addresses(context, Direction::Remove, gone.into());
        if self.is_master() {
            self.unguard_old(context, &former.guarded);
            if former.promoted && !self.config.promote_secondaries {
                self.promote_secondaries(context, false);
            }
        }
    }

    /// Takes on what is new.
    fn take_on(&mut self, context: &mut Context<'_>, former: &Former) {
        let changes = &former.changes;
        match self.state() {
            State::Master => {
                if self.config.promote_secondaries && !former.promoted {
                    self.promote_secondaries(context, true);
                }
                let new = difference(self.placed(), &former.addresses);
                let announce = !new.is_empty();
                self.guard_new(context, &former.guarded);
                self.change_addresses(context, Direction::Add, new.into());
                let paths = self.paths().without(&former.paths);
                self.set_paths(context, &paths);
                if changes.advert {
                    // What it says is already what the new weights make of it.
                    self.weigh(context);
                    self.send_advert(context);
                    self.take_turn(context);
                }
                if announce {
                    self.announce_takeover(context);
                } else if changes.refresh {
                    self.arm_repeats(context);
                }
            }
            State::Backup if changes.priority || changes.timing => {
                self.restart_master_down(context);
            }
            State::Backup | State::Init | State::Fault => {}
        }
    }
}

/// What stands in `these` and not in `those`, as far as the kernel is told.
fn difference(these: &[PlacedAddress], those: &[PlacedAddress]) -> Vec<PlacedAddress> {
    let same = |one: &PlacedAddress, other: &PlacedAddress| {
        one.interface == other.interface && one.address.is_set_as(&other.address)
    };
    these.iter().filter(|one| !those.iter().any(|other| same(one, other))).cloned().collect()
}

fn is_taken(placed: &PlacedAddress, taken: &Taken) -> bool {
    let taker = taken.get(&(placed.interface.clone(), placed.address.net));
    taker.is_some_and(|address| address.is_set_as(&placed.address))
}
