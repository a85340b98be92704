//! Sync groups: their members are in the same state. What one member does is spread to the others
//! at once, in the order of the configuration.
//!
//! A member tells nobody: whatever changes an instance goes through `Engine::at`, which compares
//! how it stands with how it stood. Counts are kept, so that a member's change costs the same in a
//! large group, unless it moves the whole group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::Engine;
use crate::engine::effect::InstanceId;
use crate::engine::message::What;
use crate::engine::notification::{Report, Reporter, Subject};
use crate::engine::snapshot::{GroupSnapshot, State};
use crate::engine::standing::GroupStanding;
use crate::engine::vrrp::{Beginning, Context, Instance, Membership, Stand};
use crate::engine::why::{Trigger, Why};
use crate::ir::{self, Config, InitialState};
use crate::units::Instant;

/// While several members defend themselves, the others announce their addresses only so often.
const DEFENCE_SPACING: Duration = Duration::from_millis(100);

/// Every sync group of the configuration, by the places of the members in the engine's list.
#[derive(Debug, Default)]
pub(super) struct Groups {
    list: Vec<Group>,
    /// The group of each place.
    of: BTreeMap<usize, usize>,
}

#[derive(Debug)]
struct Group {
    name: Arc<str>,
    reporter: Reporter,
    /// In the order of the configuration.
    members: Vec<usize>,
    /// The names that make it the same group after a reload.
    names: Vec<String>,
    /// How each member stood last.
    stands: BTreeMap<usize, Stand>,
    /// Members that would be master, or are.
    willing: usize,
    /// Members with a fault, or with a script that has said nothing yet.
    held: usize,
    state: State,
    /// Why it is in that state.
    why: Option<Arc<Why>>,
    /// It gave way because of a robbery, which nobody was told: it should be back soon.
    untold: bool,
    /// Members are being moved: what they do is no news.
    moving: bool,
    /// The next defence that is spread.
    defends_from: Instant,
}

impl Group {
    fn new(config: &ir::SyncGroup) -> Self {
        Self {
            name: Arc::from(config.name.value.as_str()),
            reporter: Reporter::of_group(config),
            members: Vec::new(),
            names: config.members.iter().map(|name| name.value.clone()).collect(),
            stands: BTreeMap::new(),
            willing: 0,
            held: 0,
            state: State::Init,
            why: None,
            untold: false,
            moving: false,
            defends_from: Instant::default(),
        }
    }

    /// Takes down how a member stands now; gives how it stood.
    fn note(&mut self, place: usize, stand: Stand) -> Stand {
        let before = self.stands.insert(place, stand).unwrap_or_default();
        let moved = |count: usize, was: bool, is: bool| match (was, is) {
            (false, true) => count.saturating_add(1),
            (true, false) => count.saturating_sub(1),
            _ => count,
        };
        self.willing = moved(self.willing, before.willing, stand.willing);
        self.held = moved(self.held, before.held, stand.held);
        before
    }
}

/// What a member's change means for its group.
#[derive(Clone, Copy)]
enum Spread {
    /// Everyone is willing: the one that was last leads.
    Master,
    /// A member yields; robbed of an address, it comes back soon, and so do the others.
    Backup { robbed: bool },
    /// A member has a fault.
    Fault,
    /// The last fault is gone.
    Recovery,
    /// A member has answered a lesser master.
    Defence,
}

impl Groups {
    fn get(&mut self, group: usize) -> Option<&mut Group> {
        self.list.get_mut(group)
    }

    /// What they look like now.
    pub(super) fn snapshot(&self, instances: &[Instance]) -> Vec<GroupSnapshot> {
        let name = |place: &usize| Some(instances.get(*place)?.config.name.value.clone());
        self.list
            .iter()
            .map(|group| GroupSnapshot {
                name: group.name.to_string(),
                state: group.state,
                why: group.why.clone(),
                members: group.members.iter().filter_map(name).collect(),
            })
            .collect()
    }

    /// Where they stand now.
    pub(super) fn standings(&self) -> impl Iterator<Item = GroupStanding<'_>> {
        self.list.iter().map(|group| GroupStanding {
            name: &group.name,
            state: group.state,
            members: &group.members,
        })
    }

    /// The instance at that place is a member of one.
    pub(super) fn has(&self, place: usize) -> bool {
        self.of.contains_key(&place)
    }

    /// No place belongs to a group until the next [`Engine::regroup`].
    pub(super) fn dissolve(&mut self) {
        self.of.clear();
    }
}

impl Engine {
    /// Puts the instances into the groups of the configuration. A group that was there keeps its
    /// state, and if its members are the same, what they wish.
    pub(super) fn regroup(&mut self, config: &Config) {
        let before = std::mem::take(&mut self.groups.list);
        let known: BTreeMap<&str, &Group> =
            before.iter().map(|group| (&*group.name, group)).collect();
        let unchanged: BTreeSet<&[String]> =
            before.iter().map(|group| group.names.as_slice()).collect();
        let mut wishes = BTreeSet::new();
        self.groups.of.clear();
        let mut member_of: BTreeMap<&str, usize> = BTreeMap::new();
        for (position, group) in config.sync_groups.iter().enumerate() {
            member_of.extend(group.members.iter().map(|name| (name.value.as_str(), position)));
        }
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (place, instance) in self.instances.iter_mut().enumerate() {
            if instance.wishes() {
                wishes.insert(place);
            }
            instance.set_membership(Membership::Alone);
            if let Some(position) = member_of.get(instance.config.name.value.as_str()) {
                self.groups.of.insert(place, *position);
                places.insert(instance.config.name.value.clone(), place);
            }
        }
        for config in &config.sync_groups {
            let mut group = Group::new(config);
            let members = config.members.iter().filter_map(|name| places.get(&name.value));
            group.members = members.copied().collect();
            if let Some(former) = known.get(&*group.name) {
                (group.state, group.untold) = (former.state, former.untold);
                group.why.clone_from(&former.why);
            }
            let instances = &self.instances;
            let all = |holds: fn(&Instance) -> bool| {
                group.members.iter().all(|place| instances.get(*place).is_some_and(holds))
            };
            let begins = if !all(Instance::wants_to_begin_as_master) {
                Beginning::Listening
            } else if all(|member| member.config.initial_state == InitialState::Master) {
                Beginning::AtOnce
            } else {
                Beginning::Soon
            };
            let same = unchanged.contains(group.names.as_slice());
            for place in group.members.clone() {
                if let Some(instance) = self.instances.get_mut(place) {
                    let willing = same && wishes.contains(&place);
                    instance.set_membership(Membership::Member { begins, willing });
                    group.note(place, instance.stand());
                }
            }
            self.groups.list.push(group);
        }
    }

    /// The group of an instance, if it is in one.
    pub(super) fn group_of(&self, instance: InstanceId) -> Option<usize> {
        self.groups.of.get(&self.agenda.place(instance)?).copied()
    }

    /// An instance and all of its sync group.
    pub(super) fn with_its_group(&self, place: usize) -> BTreeSet<usize> {
        let group = self.groups.of.get(&place).and_then(|group| self.groups.list.get(*group));
        let members = group.map(|group| group.members.as_slice()).unwrap_or_default();
        std::iter::once(place).chain(members.iter().copied()).collect()
    }

    /// The members of each group.
    pub(super) fn groups_of_places(&self) -> Vec<Vec<usize>> {
        self.groups.list.iter().map(|group| group.members.clone()).collect()
    }

    /// Does the same to several instances, among them whole groups: what members do is no news to
    /// the others. A group that does not lead any more is reported as backup.
    pub(super) fn in_step(
        &mut self,
        places: &BTreeSet<usize>,
        mut work: impl FnMut(&mut Instance, &mut Context<'_>),
    ) {
        let concerned = places.iter().filter_map(|place| self.groups.of.get(place).copied());
        let concerned: BTreeSet<usize> = concerned.collect();
        self.set_moving(true);
        places.iter().for_each(|place| self.at(*place, &mut work));
        self.set_moving(false);
        for group in concerned {
            let Some(found) = self.groups.list.get(group) else { continue };
            let first = found.members.first().and_then(|place| self.instances.get(*place));
            let drained = first.is_some_and(|member| member.drained().is_some());
            // One that was robbed should have been back before anybody hears of it.
            let is_news = found.state == State::Master || (found.untold && drained);
            if is_news && self.member_states(group).first() == Some(&State::Backup) {
                let member = self.groups.list.get(group).and_then(|it| it.members.first());
                let why = self.why_group(group, member.copied());
                self.report_group(group, State::Backup, true, why);
            }
        }
    }

    /// Starts instances that wait for nothing. A group is reported before its members are, but for
    /// those with a fault.
    pub(super) fn start_together(&mut self, which: &BTreeSet<InstanceId>) {
        let all = self.instances.iter().enumerate();
        let places: Vec<usize> = all
            .filter(|(_, instance)| which.contains(&instance.id))
            .map(|(place, _)| place)
            .collect();
        let grouped = |engine: &Self, place: &usize| engine.groups.of.contains_key(place);
        let mut concerned = BTreeSet::new();
        self.set_moving(true);
        for place in places.iter().filter(|place| grouped(self, place)).copied().collect::<Vec<_>>()
        {
            concerned.extend(self.groups.of.get(&place).copied());
            self.at(place, Instance::prepare);
        }
        for group in concerned {
            self.open_group(group);
        }
        for place in places {
            let held = self.groups.of.get(&place).and_then(|group| self.groups.list.get(*group));
            match held.map(|group| group.held > 0) {
                None => self.at(place, Instance::start),
                Some(true) => {}
                Some(false) => self.at(place, |instance, context| {
                    if instance.state() == State::Init {
                        instance.begin(context, true);
                    }
                }),
            }
        }
        self.set_moving(false);
    }

    pub(super) fn set_moving(&mut self, moving: bool) {
        self.groups.list.iter_mut().for_each(|group| group.moving = moving);
    }

    /// After a takeover of what another process led: each group is what its members are, and nobody
    /// is told of it.
    pub(super) fn settle_groups(&mut self) {
        for group in 0..self.groups.list.len() {
            let states = self.member_states(group);
            if states.iter().any(|state| *state != State::Init) {
                self.begin_as_backups(group);
            }
            let one = states.first().copied();
            let state = one.filter(|one| states.iter().all(|state| state == one));
            if let (Some(group), Some(state)) = (self.groups.get(group), state) {
                group.state = state;
                group.why = Some(Arc::new(Trigger::TakenOver.into()));
            }
        }
    }

    /// The first state of a group whose members are prepared.
    fn open_group(&mut self, group: usize) {
        let states = self.member_states(group);
        let (faulty, leads) = (states.contains(&State::Fault), states.contains(&State::Master));
        if states.iter().any(|state| *state != State::Init) {
            self.begin_as_backups(group);
        }
        let instances = &self.instances;
        let Some(found) = self.groups.list.get(group) else { return };
        let members = found.members.clone();
        if faulty && found.held > 0 {
            self.spread(group, None, Spread::Fault);
        } else if faulty {
            // What the others waited for was this member.
            self.spread(group, None, Spread::Recovery);
        } else if found.held == 0 && !leads {
            let owners = members
                .iter()
                .all(|place| instances.get(*place).is_some_and(Instance::begins_as_master));
            let (state, why) = match owners {
                true => (State::Master, Trigger::OwnsAddresses),
                false => (State::Backup, Trigger::Started),
            };
            self.report_group(group, state, true, why);
        }
    }

    /// After a reload: brings members together that a new configuration has put together. Where some
    /// lead and others do not, or have not started yet, the election is held anew for all.
    pub(super) fn reunite(&mut self) {
        for group in 0..self.groups.list.len() {
            let states = self.member_states(group);
            let Some(found) = self.groups.list.get(group) else { continue };
            let mut members = found.members.iter().filter_map(|place| self.instances.get(*place));
            let waits = members.any(Instance::waits_to_start);
            let held = found.held > 0;
            if held && states.contains(&State::Fault) {
                self.spread(group, None, Spread::Fault);
                continue;
            }
            let is_back = states.contains(&State::Fault) || states.contains(&State::Init);
            if is_back && !held && !waits {
                self.spread(group, None, Spread::Recovery);
            }
            let states = self.member_states(group);
            if states.contains(&State::Master) && states.iter().any(|it| *it != State::Master) {
                self.spread(group, None, Spread::Backup { robbed: true });
            }
            if let Some(state) = self.member_states(group).first() {
                let why = self.why_group(group, None);
                self.report_group(group, *state, true, why);
            }
        }
    }

    fn member_states(&self, group: usize) -> Vec<State> {
        let members = self.groups.list.get(group).map(|group| group.members.as_slice());
        let places = members.unwrap_or_default().iter();
        places.filter_map(|place| Some(self.instances.get(*place)?.state())).collect()
    }

    /// An instance was worked on: spreads what it did.
    pub(super) fn on_stand(&mut self, place: usize) {
        let Some(&position) = self.groups.of.get(&place) else { return };
        let Some(instance) = self.instances.get_mut(place) else { return };
        let stand = instance.stand();
        let news = instance.take_news();
        let Some(group) = self.groups.get(position) else { return };
        let before = group.note(place, stand);
        if group.moving || self.stopped {
            return;
        }
        if group.untold && stand.state == State::Backup && instance.hears_a_master() {
            // Somebody else was quicker. (keepalived never tells.)
            let why = self.why_group(position, Some(place));
            self.report_group(position, State::Backup, true, why);
            return;
        }
        let willing = group.willing == group.members.len();
        let spread = if stand.state == State::Fault && before.state != State::Fault {
            Spread::Fault
        } else if before.state == State::Master && stand.state == State::Backup {
            Spread::Backup { robbed: news.robbed }
        } else if stand.willing && !before.willing && willing && stand.state == State::Backup {
            Spread::Master
        } else if before.held && !stand.held && group.held == 0 {
            Spread::Recovery
        } else if news.defended && self.now >= group.defends_from {
            group.defends_from = self.now + DEFENCE_SPACING;
            Spread::Defence
        } else {
            return;
        };
        self.spread(position, Some(place), spread);
        if news.outranked {
            self.stand_back(position, place);
        }
    }

    /// On each LAN another one of several equals may have the highest address: then all their groups
    /// give way to each other at once, and would come back at once. So each comes back in its turn.
    /// What puts them in order is the address of the first member, which is another one for each.
    fn stand_back(&mut self, group: usize, place: usize) {
        let first = self.groups.list.get(group).and_then(|group| group.members.first());
        let first = first.and_then(|first| self.instances.get(*first));
        if let Some(rank) = first.and_then(Instance::rank) {
            self.at(place, |instance, _| instance.stand_back(rank));
        }
    }

    /// Somebody of it runs already: whoever follows does not begin as master, even where all own
    /// their addresses.
    fn begin_as_backups(&mut self, group: usize) {
        let places = self.groups.list.get(group).map(|group| group.members.clone());
        for place in places.unwrap_or_default() {
            if let Some(instance) = self.instances.get_mut(place) {
                instance.begin_as_backup();
            }
        }
    }

    fn spread(&mut self, group: usize, leader: Option<usize>, spread: Spread) {
        let all_begin = self.member_states(group).iter().all(|state| *state == State::Init);
        if matches!(spread, Spread::Recovery) && !all_begin {
            self.begin_as_backups(group);
        }
        let Some(found) = self.groups.get(group) else { return };
        let name = Arc::clone(&found.name);
        let listed = found.members.clone();
        found.moving = true;
        let others = listed.into_iter().filter(|place| Some(*place) != leader);
        let (state, told) = match spread {
            Spread::Master => (Some(State::Master), true),
            Spread::Backup { robbed } => (Some(State::Backup), !robbed),
            Spread::Fault => (Some(State::Fault), true),
            Spread::Recovery => (Some(State::Backup), true),
            Spread::Defence => (None, false),
        };
        let leads = matches!(spread, Spread::Master | Spread::Recovery);
        let order: Vec<usize> = match leads {
            true => leader.into_iter().chain(others).collect(),
            false => others.collect(),
        };
        for (position, place) in order.into_iter().enumerate() {
            let first_follower = usize::from(leads && leader.is_some());
            if let (true, Some(state)) = (position == first_follower, state) {
                self.out.log(&name, What::Syncing(state));
            }
            let own = Some(place) == leader;
            let follows = self.why_group(group, leader);
            let why = move || follows;
            self.at(place, |instance, context| match spread {
                Spread::Master => instance.lead(context, (!own).then(why)),
                Spread::Backup { robbed } => instance.yield_with_group(context, robbed, why()),
                Spread::Fault => instance.fault_with_group(context, why()),
                Spread::Recovery => instance.recover_with_group(context, (!own).then(why)),
                Spread::Defence => instance.defend_with_group(context),
            });
        }
        let first = self.groups.get(group).and_then(|group| {
            group.moving = false;
            group.members.first().copied()
        });
        // Owners lead at once after the wait for their scripts.
        let reached = first.and_then(|place| Some(self.instances.get(place)?.state()));
        let state = match spread {
            Spread::Recovery => reached.or(state),
            _ => state,
        };
        if let Some(state) = state {
            let why = self.why_group(group, leader);
            self.report_group(group, state, told, why);
        }
    }

    /// Why a group, or a member that follows it, changes: which member did, and why that one.
    fn why_group(&self, group: usize, leader: Option<usize>) -> Trigger {
        let found = self.groups.list.get(group);
        let group_name = found.map_or_else(|| Arc::from(""), |group| Arc::clone(&group.name));
        match self.example(group, leader) {
            Some((member, why)) => Trigger::Follows { group: group_name, member, why },
            None => Trigger::Regrouped(group_name),
        }
    }

    /// The member that the others follow, and why its state changed; without a leader one that has
    /// a fault of its own.
    fn example(&self, group: usize, leader: Option<usize>) -> Option<(Arc<str>, Arc<Why>)> {
        let faulty = || {
            let members = self.groups.list.get(group)?.members.iter().copied();
            let mut members = members.filter_map(|place| self.instances.get(place));
            members.find(|member| member.state() == State::Fault && member.stand().held)
        };
        match leader {
            Some(place) => self.instances.get(place)?.example(),
            None => faulty()?.example(),
        }
    }

    /// The group is in that state now.
    fn report_group(&mut self, group: usize, state: State, told: bool, why: Trigger) {
        let Self { groups, policy, out, .. } = self;
        let Some(group) = groups.list.get_mut(group) else { return };
        let report = match state {
            State::Master => Report::Master,
            State::Backup => Report::Backup,
            State::Fault => Report::Fault,
            // It is said to be what it was until it begins.
            State::Init => return,
        };
        let before = std::mem::replace(&mut group.state, state);
        let late = group.untold;
        if before == state && !late {
            return;
        }
        let why = Arc::new(Why::from(why));
        group.why = Some(Arc::clone(&why));
        group.untold = !told;
        if told {
            group.reporter.report(policy, out, report, None, Some(why));
        }
    }

    /// The end: after every instance, every group.
    pub(super) fn report_groups_stop(&mut self) {
        let Self { groups, policy, out, .. } = self;
        let why = Arc::new(Why::from(Trigger::Stop));
        for group in &mut groups.list {
            group.reporter.report(policy, out, Report::Stop, None, Some(Arc::clone(&why)));
        }
    }
}

impl Reporter {
    /// Of a group.
    fn of_group(config: &ir::SyncGroup) -> Self {
        let mut reporter = Self::silent(Subject::Group);
        reporter.adopt(&config.name.value, &config.notify, config.smtp_alert);
        reporter
    }
}
