//! What operators ask of instances: keep away from being master for a while, come back, hand over
//! once. (keepalived has nothing of the kind: people stop it, or edit a priority.)
//!
//! A drained instance resigns if it is master, and listens as a backup does; its master-down timer
//! makes it tell that nobody leads, and never makes it master. That holds also if no other router is
//! there: whoever drains a node may be about to take it apart. It goes with its sync group, survives
//! a reload under another name, and, through [`Effect::KeepDrains`], a restart.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::effect::Effect;
use crate::engine::snapshot::State;
use crate::engine::vrrp::Instance;
use crate::engine::{Engine, wall};

/// Something that an operator asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// Of whom.
    pub target: Target,
    /// What.
    pub order: Order,
    /// Who asks, in words.
    pub by: Arc<str>,
    /// Why, in words.
    pub reason: Option<Arc<str>>,
}

/// Of whom something is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// Every instance.
    All,
    /// The instance of that name, and all of its sync group.
    Instance(Arc<str>),
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Resign, and keep away.
    Drain {
        /// For so long; `None` until [`Order::Resume`].
        lasts: Option<Duration>,
    },
    /// Take part again.
    Resume,
    /// Resign once. What follows is an ordinary election, so that one that preempts comes back.
    Failover,
}

/// An instance is kept away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drain {
    /// Since when: the time since 1970, as all times of it, which outlive the process.
    pub since: Duration,
    /// When it ends by itself.
    pub until: Option<Duration>,
    /// Who asked for it, in words.
    pub by: Arc<str>,
    /// Why, in words.
    pub reason: Option<Arc<str>>,
}

/// What is to be remembered of a drain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The name of the instance.
    pub instance: Arc<str>,
    /// How it is drained.
    pub drain: Arc<Drain>,
}

impl Engine {
    /// Whom a command concerns, and their states now; nobody if there is no such instance.
    pub fn concerned(&self, target: &Target) -> Vec<(Arc<str>, State)> {
        let places = self.places_of(target).into_iter();
        let instances = places.filter_map(|place| self.instances.get(place));
        instances.map(|instance| (instance.name(), instance.state())).collect()
    }

    pub(super) fn command(&mut self, command: &Command) {
        let places = self.places_of(&command.target);
        let Command { order, by, reason, .. } = command;
        match *order {
            Order::Drain { lasts } => {
                let since = self.unix();
                let until = lasts.map(|lasts| since.saturating_add(lasts));
                let (by, reason) = (Arc::clone(by), reason.clone());
                let drain = Arc::new(Drain { since, until, by, reason });
                self.in_step(&places, |instance, context| instance.drain(context, &drain));
            }
            Order::Resume => {
                self.in_step(&places, |instance, context| instance.resume(context, Some(by)));
            }
            Order::Failover => {
                self.in_step(&places, |instance, context| {
                    instance.hand_over(context, by, reason.as_ref());
                });
            }
        }
    }

    /// At the start: what was drained before is drained still, unless its time is over.
    pub(super) fn remember_drains(&mut self, kept: &[Kept]) {
        for Kept { instance: name, drain } in kept {
            let target = Target::Instance(Arc::clone(name));
            let over = drain.until.is_some_and(|until| until <= self.unix());
            let is_free = |place: &usize| {
                self.instances.get(*place).is_some_and(|instance| instance.drained().is_none())
            };
            let places = self.places_of(&target).into_iter().filter(|_| !over).filter(is_free);
            for place in places.collect::<Vec<_>>() {
                self.at(place, |instance, context| instance.drain(context, drain));
            }
        }
    }

    /// After a reload: a member of a sync group is drained with the others.
    pub(super) fn share_drains(&mut self) {
        let members = self.groups_of_places();
        for group in members {
            let mut drains = group.iter().filter_map(|place| self.instances.get(*place)?.drained());
            let Some(drain) = drains.next().cloned() else { continue };
            let is_free = |place: &usize| {
                self.instances.get(*place).is_some_and(|instance| instance.drained().is_none())
            };
            let free: BTreeSet<usize> = group.into_iter().filter(is_free).collect();
            self.in_step(&free, |instance, context| instance.drain(context, &drain));
        }
    }

    /// Has what is drained kept for the next start, if that has changed.
    pub(super) fn keep_drains(&mut self) {
        if !std::mem::take(&mut self.drains_changed) {
            return;
        }
        let kept = |instance: &Instance| {
            let drain = Arc::clone(instance.drained()?);
            Some(Kept { instance: instance.name(), drain })
        };
        let all = self.instances.iter().filter_map(kept).collect();
        self.out.push(Effect::KeepDrains(all));
    }

    /// The wall clock.
    fn unix(&self) -> Duration {
        wall(self.clock, self.now)
    }

    /// The places of those whom a command concerns.
    fn places_of(&self, target: &Target) -> BTreeSet<usize> {
        let name = match target {
            Target::All => return (0..self.instances.len()).collect(),
            Target::Instance(name) => name,
        };
        let found = self.instances.iter().position(|it| *it.config.name.value == **name);
        found.map(|place| self.with_its_group(place)).unwrap_or_default()
    }
}
