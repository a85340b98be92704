//! What an instance follows, and what that does to it: weights change its priority, what has none
//! is a cause of FAULT.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::message::{Cause, What};
use crate::engine::snapshot::{self, FollowSnapshot, TrackerKind};
use crate::engine::statics::tracked_interfaces;
use crate::engine::track::{Trackers, file_contribution};
use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::{Finding, Weight};
use crate::facts::Network;
use crate::ir::{self, Config, SyncGroup, Track, Tracking};
use crate::units::{IfName, Priority};

/// A thing that is followed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::engine) enum Followed {
    Interface(IfName),
    Script(Arc<str>),
    File(Arc<str>),
    Process(Arc<str>),
    Bfd(Arc<str>),
}

/// A thing that is followed, and what it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::engine) struct Follow {
    what: Followed,
    weight: i32,
    reverse: bool,
}

/// What a followed thing does at the moment.
enum Contribution {
    Adds(i32),
    Fault(Cause),
    /// Its first result is awaited.
    Awaited,
}

impl Follow {
    fn now(&self, trackers: &Trackers, network: &Network) -> Contribution {
        match &self.what {
            Followed::Interface(name) => self.of_state(is_up(network, name), |up| match up {
                true => Cause::InterfaceUp(name.clone()),
                false => Cause::InterfaceDown(name.clone()),
            }),
            Followed::Script(name) => match trackers.script(name) {
                (Some(good), _) => {
                    self.of_state(good, |good| Cause::Script { name: Arc::clone(name), good })
                }
                (None, true) if self.weight == 0 => Contribution::Awaited,
                (None, _) => Contribution::Adds(0),
            },
            Followed::Process(name) => {
                let met = trackers.process(name);
                self.of_state(met, |met| Cause::Process { name: Arc::clone(name), met })
            }
            Followed::Bfd(name) => {
                let up = trackers.bfd(name);
                self.of_state(up, |up| Cause::Bfd { name: Arc::clone(name), up })
            }
            Followed::File(name) => {
                match file_contribution(trackers.file(name), self.weight, self.reverse) {
                    Some(adds) => Contribution::Adds(adds),
                    None => Contribution::Fault(Cause::File(Arc::clone(name))),
                }
            }
        }
    }

    /// What it was found to be.
    fn finding(&self, trackers: &Trackers, network: &Network) -> Finding {
        match &self.what {
            Followed::Interface(name) => {
                Finding::Interface { name: name.clone(), up: is_up(network, name) }
            }
            Followed::Script(name) => Finding::Script {
                name: Arc::clone(name),
                good: trackers.script(name).0.unwrap_or(false),
                outcome: trackers.outcome(name),
            },
            Followed::File(name) => {
                Finding::File { name: Arc::clone(name), value: trackers.file(name) }
            }
            Followed::Process(name) => {
                Finding::Process { name: Arc::clone(name), met: trackers.process(name) }
            }
            Followed::Bfd(name) => Finding::Bfd { name: Arc::clone(name), up: trackers.bfd(name) },
        }
    }

    /// The table of weights: a positive one counts while the thing is up, a negative one while it
    /// is down; `reverse` turns the sign.
    fn of_state(&self, up: bool, cause: impl FnOnce(bool) -> Cause) -> Contribution {
        let sign = if self.reverse { -1 } else { 1 };
        match self.weight {
            0 if up == self.reverse => Contribution::Fault(cause(up)),
            0 => Contribution::Adds(0),
            weight if up == (weight > 0) => Contribution::Adds(weight.saturating_mul(sign)),
            _ => Contribution::Adds(0),
        }
    }
}

/// What every instance of a configuration follows, by itself, through its sync group and through
/// its track group.
pub(in crate::engine) struct Follows<'a> {
    trackers: &'a Trackers,
    /// By name of the member; and whether a member of the group is an owner.
    groups: BTreeMap<&'a str, (&'a SyncGroup, bool)>,
    /// By name of the instance: the interfaces of static entries.
    statics: BTreeMap<&'a str, BTreeSet<IfName>>,
}

impl<'a> Follows<'a> {
    /// For each instance, in the order of the configuration; `trackers` has taken that over.
    pub(in crate::engine) fn of_all(
        config: &'a Config,
        trackers: &'a Trackers,
    ) -> Vec<Vec<Follow>> {
        let owners: BTreeSet<&str> = config
            .instances
            .iter()
            .filter(|instance| instance.priority.is_owner())
            .map(|instance| instance.name.value.as_str())
            .collect();
        let mut groups = BTreeMap::new();
        for group in &config.sync_groups {
            let owned = group.members.iter().any(|member| owners.contains(member.value.as_str()));
            let members = group.members.iter().map(|member| member.value.as_str());
            groups.extend(members.map(|member| (member, (group, owned))));
        }
        let follows = Self { trackers, groups, statics: tracked_interfaces(config) };
        config.instances.iter().map(|instance| follows.of(instance)).collect()
    }

    /// The instance's own lines first. A thing that its group follows too counts as in the group,
    /// unless the instance follows it without weight.
    fn of(&self, instance: &ir::Instance) -> Vec<Follow> {
        let mut all = self.of_list(&instance.tracking, false);
        if let Some((group, owned)) = self.groups.get(instance.name.value.as_str()) {
            for follow in self.of_list(&group.tracking, *owned) {
                match all.iter_mut().find(|own| own.what == follow.what) {
                    Some(own) if own.weight == 0 => {}
                    Some(own) => *own = follow,
                    None => all.push(follow),
                }
            }
        }
        for interface in self.statics.get(instance.name.value.as_str()).into_iter().flatten() {
            let what = Followed::Interface(interface.clone());
            all.retain(|own| own.what != what);
            all.push(Follow { what, weight: 0, reverse: false });
        }
        // Without any of these interfaces it does not work at all: a weight adds nothing to that.
        let needed = needed(instance);
        all.retain(|follow| {
            !matches!(&follow.what, Followed::Interface(name)
                if follow.weight != 0 && needed.contains(name))
        });
        all
    }

    /// In a group with an owner nothing has a weight.
    fn of_list(&self, tracking: &Tracking, unweighted: bool) -> Vec<Follow> {
        let Tracking { interfaces, scripts, files, processes, bfds } = tracking;
        let follow = |what, weight: i16, reverse| Follow {
            what,
            weight: if unweighted { 0 } else { weight.into() },
            reverse,
        };
        let of_interfaces = interfaces.iter().map(|track| {
            let weight = track.weight.as_ref().map_or(0, |weight| weight.value);
            let what = Followed::Interface(track.name.clone());
            follow(what, weight, track.reverse.unwrap_or(false))
        });
        // What the configuration does not have is followed by nobody.
        let named = |kind: TrackerKind, track: &Track, what: fn(Arc<str>) -> Followed| {
            let (weight, reverse) = self.trackers.usual(kind, &track.name)?;
            let weight = track.weight.as_ref().map_or(weight, |weight| weight.value);
            let what = what(Arc::from(track.name.as_str()));
            Some(follow(what, weight, track.reverse.unwrap_or(reverse)))
        };
        let scripts = scripts.iter().map(|it| named(TrackerKind::Script, it, Followed::Script));
        let files = files.iter().map(|it| named(TrackerKind::File, it, Followed::File));
        let of_processes =
            processes.iter().map(|it| named(TrackerKind::Process, it, Followed::Process));
        let bfds = bfds.iter().map(|it| named(TrackerKind::Bfd, it, Followed::Bfd));
        let of_names = scripts.chain(files).chain(of_processes).chain(bfds).flatten();
        of_interfaces.chain(of_names).collect()
    }
}

/// The interfaces that the instance needs: its own, and those of its addresses, routes and rules.
fn needed(instance: &ir::Instance) -> BTreeSet<&IfName> {
    let own = instance.interface.as_ref().map(|interface| &interface.value);
    let tracked = instance.addresses.iter().chain(&instance.excluded);
    let others = tracked
        .filter(|address| !address.no_track)
        .filter_map(|address| address.interface.as_ref())
        .chain(needed_for_routing(instance))
        .filter(|name| Some(*name) != own);
    own.filter(|_| instance.track_primary).into_iter().chain(others).collect()
}

/// The interfaces of routes and rules, unless they say `no_track`.
fn needed_for_routing(instance: &ir::Instance) -> impl Iterator<Item = &IfName> {
    let routes = instance.routes.iter().filter(|route| !route.no_track);
    let of_routes = routes.filter_map(|route| route.interface.as_deref());
    let rules = instance.rules.iter().filter(|rule| !rule.no_track);
    let of_rules = rules.flat_map(|rule| [rule.input.as_deref(), rule.output.as_deref()]);
    of_routes.chain(of_rules.flatten())
}

impl Instance {
    /// What it follows.
    pub(in crate::engine) fn followed(&self) -> impl Iterator<Item = &Followed> {
        self.follows.iter().map(|follow| &follow.what)
    }

    /// The same as data.
    pub(super) fn follows_snapshot(&self) -> Vec<FollowSnapshot> {
        let tracker = |kind, name: &Arc<str>| snapshot::Followed::Tracker(kind, Arc::clone(name));
        let one = |follow: &Follow| FollowSnapshot {
            what: match &follow.what {
                Followed::Interface(name) => snapshot::Followed::Interface(name.clone()),
                Followed::Script(name) => tracker(TrackerKind::Script, name),
                Followed::File(name) => tracker(TrackerKind::File, name),
                Followed::Process(name) => tracker(TrackerKind::Process, name),
                Followed::Bfd(name) => tracker(TrackerKind::Bfd, name),
            },
            weight: follow.weight,
            reverse: follow.reverse,
        };
        self.follows.iter().map(one).collect()
    }

    /// How many scripts it waits for.
    pub(super) fn scripts_awaited(&self, trackers: &Trackers) -> usize {
        let awaited = |follow: &&Follow| {
            matches!(&follow.what, Followed::Script(name)
                if follow.weight == 0 && trackers.script(name) == (None, true))
        };
        self.follows.iter().filter(awaited).count()
    }

    /// Takes over what it follows from now on.
    pub(in crate::engine) fn set_follows(&mut self, follows: Vec<Follow>) {
        self.follows = follows;
    }

    /// Adds up what it follows, and looks at the interfaces that its routes and rules need: gives
    /// the causes, and keeps the weight and whether it has to wait.
    pub(super) fn tally(&mut self, context: &Context<'_>, causes: &mut BTreeSet<Cause>) {
        let (mut weight, mut pending) = (0_i32, false);
        for follow in &self.follows {
            match follow.now(context.trackers, context.network) {
                Contribution::Adds(adds) => weight = weight.saturating_add(adds),
                Contribution::Awaited => pending = true,
                Contribution::Fault(cause) => {
                    causes.insert(cause);
                }
            }
        }
        (self.weight, self.pending) = (weight, pending);
        // `dont_track_primary` is said of the own interface, whoever needs it.
        let own = self.config.interface.as_deref();
        let routing = needed_for_routing(&self.config).filter(|name| Some(*name) != own);
        let down = routing.filter(|name| !is_up(context.network, name));
        causes.extend(down.map(|name| Cause::InterfaceDown(name.clone())));
    }

    /// Everything that adds to its priority now, or takes from it.
    pub(super) fn weights(&self, context: &Context<'_>) -> Vec<Weight> {
        let weight = |follow: &Follow| match follow.now(context.trackers, context.network) {
            Contribution::Adds(adds) if adds != 0 => {
                Some(Weight { finding: follow.finding(context.trackers, context.network), adds })
            }
            _ => None,
        };
        self.follows.iter().filter_map(weight).collect()
    }

    /// Adds up what it follows, for its priority alone.
    pub(in crate::engine) fn weigh(&mut self, context: &mut Context<'_>) {
        self.tally(context, &mut BTreeSet::new());
        self.adjust_priority(context);
    }

    /// The priority that the configuration and the weights make; an owner's is its own.
    pub(super) fn weighted_priority(&self) -> Priority {
        let base = *self.config.priority;
        if base.is_owner() {
            return base;
        }
        let sum = i32::from(base.get()).saturating_add(self.weight);
        u8::try_from(sum.clamp(1, 254)).ok().and_then(Priority::new).unwrap_or(base)
    }

    /// Puts the sum of the weights in force. A master says so with its next advert; a backup's timer
    /// moves by what the priority changes of it. (keepalived's becomes a whole master-down time if
    /// the master has resigned: the change of a priority then costs three intervals.)
    pub(super) fn adjust_priority(&mut self, context: &mut Context<'_>) {
        let (from, to) = (self.priority, self.weighted_priority());
        if self.config.priority.is_owner() || from == to {
            return;
        }
        let before = self.master_down();
        self.set_priority(to);
        let after = self.master_down();
        if let Phase::Backup { master_down, .. } = &mut self.phase {
            *master_down =
                *master_down + after.saturating_sub(before) - before.saturating_sub(after);
        }
        self.log(context, What::PriorityChanged { from, to });
        self.report_priority(context);
    }
}

fn is_up(network: &Network, name: &IfName) -> bool {
    network.interface(name).is_some_and(|interface| interface.up)
}
