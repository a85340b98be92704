//! Who is master when all is well, and after each single failure.
//!
//! A prediction from the rules of the protocol as `engine::vrrp` has them, not a simulation: who
//! takes part with which priority, who hears whom, who may take over from whom. It gives what the
//! cluster settles at, not what it goes through.

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::contest::{Hearing, elect};
use crate::cluster::tracking::{Failure, Standing, failures, standing, sync_groups, trackers};
use crate::cluster::{Node, Router};

/// Who is master of one virtual router, by what happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Election {
    /// All is well; every node was started at the same time.
    pub healthy: Outcome,
    /// After each single failure that concerns the router, from the healthy state.
    pub rows: Vec<Row>,
}

/// One failure and what follows from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Position of the node on which it happens.
    pub node: usize,
    /// What happens.
    pub failure: Failure,
    /// What the cluster settles at.
    pub outcome: Outcome,
    /// What it settles at when the failure is over.
    pub after: Outcome,
    /// It lowers the master's priority and moves nothing, but it does together with these, which
    /// move nothing by themselves.
    pub together_with: Vec<Failure>,
}

/// What the election of one router settles at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What each member is fit for.
    pub standings: Vec<Standing>,
    /// Who is master.
    pub master: Mastership,
}

/// Who is master; members are named by their position in the router.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mastership {
    /// One.
    One(usize),
    /// One of these, which are equal: the one whose address is higher, and that is not written in
    /// the files.
    HigherAddress(Vec<usize>),
    /// Each of these, because they do not hear each other.
    Several(Vec<usize>),
    /// Now one, now another: members of a sync group are pulled in different directions.
    Restless(Vec<usize>),
    /// Nobody.
    Nobody,
}

impl Mastership {
    /// Those that may be master.
    pub fn members(&self) -> &[usize] {
        match self {
            Self::One(member) => std::slice::from_ref(member),
            Self::HigherAddress(members) | Self::Several(members) | Self::Restless(members) => {
                members
            }
            Self::Nobody => &[],
        }
    }

    /// The one master that there is for certain.
    pub fn only(&self) -> Option<usize> {
        match self {
            Self::One(member) => Some(*member),
            _ => None,
        }
    }
}

/// Of so many things that an instance tracks every combination is tried; of more only all at once.
const MOST_TRIED: usize = 10;

/// Foretells the elections of all routers.
pub fn foretell(nodes: &[Node], routers: &[Router<'_>]) -> Vec<Election> {
    let field = Field::new(nodes, routers);
    let all: Vec<usize> = (0..routers.len()).collect();
    let healthy = field.settle(&all, &[], &BTreeMap::new());
    let mut rows: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
    for (position, node) in nodes.iter().enumerate() {
        for (failure, instances) in failures(node) {
            let affected = field.affected(position, &instances);
            let failed = [(position, &failure)];
            let outcomes = field.settle(&affected, &failed, &healthy);
            let after = field.settle(&affected, &[], &outcomes);
            for (router, outcome) in outcomes {
                let (Some(healthy), Some(after)) = (healthy.get(&router), after.get(&router))
                else {
                    continue;
                };
                let is_here = routers.get(router).is_some_and(|it| it.on(position).is_some());
                if is_here && (failure == Failure::Node || outcome != *healthy) {
                    rows.entry(router).or_default().push(Row {
                        node: position,
                        failure: failure.clone(),
                        outcome,
                        after: after.clone(),
                        together_with: Vec::new(),
                    });
                }
            }
        }
    }
    let mut elections = Vec::new();
    for (router, healthy) in healthy.clone() {
        let mut election = Election { healthy, rows: rows.remove(&router).unwrap_or_default() };
        field.look_for_company(router, &mut election);
        elections.push(election);
    }
    elections
}

/// All routers, and what ties them to each other.
struct Field<'f, 'a> {
    routers: &'f [Router<'a>],
    hearing: Vec<Hearing>,
    /// Router and member of each instance, by node and position.
    places: BTreeMap<(usize, usize), (usize, usize)>,
    /// Sync groups: the node, and the places of the members.
    groups: Vec<(usize, Vec<(usize, usize)>)>,
    /// Routers tied by sync groups have the same number.
    tied: Vec<usize>,
}

impl<'f, 'a> Field<'f, 'a> {
    fn new(nodes: &[Node], routers: &'f [Router<'a>]) -> Self {
        let mut places = BTreeMap::new();
        for (router, found) in routers.iter().enumerate() {
            for (index, member) in found.members.iter().enumerate() {
                places.insert((member.position, member.index), (router, index));
            }
        }
        let mut groups = Vec::new();
        let mut tied: Vec<usize> = (0..routers.len()).collect();
        for (position, node) in nodes.iter().enumerate() {
            for instances in sync_groups(node) {
                let place = |instance: usize| places.get(&(position, instance)).copied();
                let members: Vec<_> = instances.into_iter().filter_map(place).collect();
                let numbers: BTreeSet<usize> =
                    members.iter().filter_map(|(router, _)| tied.get(*router).copied()).collect();
                if let Some(first) = numbers.first().copied() {
                    let same = tied.iter_mut().filter(|number| numbers.contains(number));
                    same.for_each(|number| *number = first);
                }
                groups.push((position, members));
            }
        }
        let hearing = routers.iter().map(Hearing::of).collect();
        Self { routers, hearing, places, groups, tied }
    }

    /// The routers of these instances of a node, and those that are tied to them.
    fn affected(&self, position: usize, instances: &[usize]) -> Vec<usize> {
        let place = |instance: &usize| self.places.get(&(position, *instance));
        let routers: BTreeSet<usize> =
            instances.iter().filter_map(place).map(|(router, _)| *router).collect();
        if self.groups.is_empty() {
            return routers.into_iter().collect();
        }
        let numbers: BTreeSet<usize> =
            routers.iter().filter_map(|router| self.tied.get(*router).copied()).collect();
        let tied = self.tied.iter().enumerate().filter(|(_, number)| numbers.contains(number));
        tied.map(|(router, _)| router).collect()
    }

    /// What these routers settle at after some failures, from an earlier state.
    fn settle(
        &self,
        routers: &[usize],
        failed: &[(usize, &Failure)],
        before: &BTreeMap<usize, Outcome>,
    ) -> BTreeMap<usize, Outcome> {
        let mut standings: BTreeMap<usize, Vec<Standing>> = BTreeMap::new();
        for router in routers {
            let members = self.routers.get(*router).map(|router| router.members.as_slice());
            let each = members.unwrap_or_default().iter().map(|member| {
                let here = failed.iter().filter(|(node, _)| *node == member.position);
                standing(member, &here.map(|(_, what)| *what).collect::<Vec<_>>())
            });
            standings.insert(*router, each.collect());
        }
        self.spread_faults(&mut standings);
        let mut barred: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut outcomes = BTreeMap::new();
        for router in routers {
            let outcome = self.elect(*router, &standings, before, &barred);
            outcomes.extend(outcome.map(|outcome| (*router, outcome)));
        }
        // Each turn bars at least one member from one router, so this ends.
        while let Some((group, places)) = self.torn(&outcomes) {
            let rivals = self.rivals(&outcomes, group, places);
            for (router, member) in places {
                let Some(outcome) = outcomes.get_mut(router) else { continue };
                if let Some(rivals) = &rivals {
                    outcome.master =
                        Mastership::Restless(rivals.get(router).cloned().unwrap_or_default());
                } else {
                    barred.entry(*router).or_default().push(*member);
                    if let Some(settled) = self.elect(*router, &standings, before, &barred) {
                        outcomes.insert(*router, settled);
                    }
                }
            }
        }
        outcomes
    }

    /// What one router settles at.
    fn elect(
        &self,
        router: usize,
        standings: &BTreeMap<usize, Vec<Standing>>,
        before: &BTreeMap<usize, Outcome>,
        barred: &BTreeMap<usize, Vec<usize>>,
    ) -> Option<Outcome> {
        let (found, hearing) = (self.routers.get(router)?, self.hearing.get(router)?);
        let standings = standings.get(&router)?;
        let barred = barred.get(&router).map_or(&[][..], Vec::as_slice);
        let master = elect(found, hearing, standings, before.get(&router), barred);
        Some(Outcome { standings: standings.clone(), master })
    }

    /// A member in FAULT takes its whole sync group along.
    fn spread_faults(&self, standings: &mut BTreeMap<usize, Vec<Standing>>) {
        for (_, places) in &self.groups {
            let of = |(router, member): &(usize, usize)| {
                standings.get(router).and_then(|members| members.get(*member)).copied()
            };
            if !places.iter().filter_map(of).any(|it| matches!(it, Standing::Fault { .. })) {
                continue;
            }
            for (router, member) in places {
                let place = standings.get_mut(router).and_then(|members| members.get_mut(*member));
                if let Some(place @ Standing::Takes { .. }) = place {
                    *place = Standing::Fault { unheard: false };
                }
            }
        }
    }

    /// A sync group that would lead some of its routers while another node leads others: it leads
    /// only if all its members can. Its node and members.
    fn torn(&self, outcomes: &BTreeMap<usize, Outcome>) -> Option<(usize, &[(usize, usize)])> {
        let is_torn = |places: &[(usize, usize)]| {
            let only = |router: &usize| outcomes.get(router).and_then(|it| it.master.only());
            let mut leads = false;
            let mut follows = false;
            for (router, member) in places {
                match only(router) {
                    Some(master) if master == *member => leads = true,
                    Some(_) => follows = true,
                    None => {}
                }
            }
            leads && follows
        };
        let found = self.groups.iter().find(|(_, places)| is_torn(places))?;
        Some((found.0, &found.1))
    }

    /// Whether a sync group of another node is torn as well and leads what this one does not: then
    /// each pulls the other down in turn. The members that take turns, by router.
    fn rivals(
        &self,
        outcomes: &BTreeMap<usize, Outcome>,
        node: usize,
        places: &[(usize, usize)],
    ) -> Option<BTreeMap<usize, Vec<usize>>> {
        let leads = |(router, member): &(usize, usize)| {
            outcomes.get(router).and_then(|outcome| outcome.master.only()) == Some(*member)
        };
        let own = |router: &usize| places.iter().find(|(own, _)| own == router);
        let rival = self.groups.iter().find(|(other, theirs)| {
            let shared = || theirs.iter().filter(|(router, _)| own(router).is_some());
            *other != node
                && shared().any(leads)
                && shared().any(|(router, _)| own(router).is_some_and(leads))
        });
        let (_, theirs) = rival?;
        let turns = places.iter().map(|(router, member)| {
            let other = theirs.iter().find(|(other, _)| other == router).map(|(_, it)| *it);
            let mut turns: Vec<usize> = std::iter::once(*member).chain(other).collect();
            turns.sort_unstable();
            (*router, turns)
        });
        Some(turns.collect())
    }

    /// For failures of the master that move nothing alone: with which others do they?
    fn look_for_company(&self, router: usize, election: &mut Election) {
        let Some(master) = election.healthy.master.only() else { return };
        let member = self.routers.get(router).and_then(|found| found.members.get(master));
        let Some(member) = member else { return };
        let tracked: Vec<Failure> =
            trackers(member.node, member.instance).into_iter().map(|each| each.what).collect();
        let healthy = BTreeMap::from([(router, election.healthy.clone())]);
        let moves = |failed: &[&Failure]| {
            let failed: Vec<_> = failed.iter().map(|what| (member.position, *what)).collect();
            let outcomes = self.settle(&[router], &failed, &healthy);
            outcomes.get(&router).is_some_and(|outcome| outcome.master.only() != Some(master))
        };
        for row in election.rows.iter_mut().filter(|row| row.node == member.position) {
            let stays = row.outcome.master.only() == Some(master);
            if !stays || !tracked.contains(&row.failure) {
                continue;
            }
            let others: Vec<&Failure> =
                tracked.iter().filter(|what| **what != row.failure).collect();
            let mut found: Option<Vec<&Failure>> = None;
            for some in combinations(&others) {
                let smaller = found.as_ref().is_none_or(|found| some.len() < found.len());
                let all: Vec<&Failure> = some.iter().copied().chain([&row.failure]).collect();
                if smaller && moves(&all) && !moves(&some) {
                    found = Some(some);
                }
            }
            row.together_with = found.unwrap_or_default().into_iter().cloned().collect();
        }
    }
}

/// Every combination of these, if there are few; else all of them.
fn combinations<'t>(things: &[&'t Failure]) -> Vec<Vec<&'t Failure>> {
    if things.len() > MOST_TRIED {
        return vec![things.to_vec()];
    }
    let mut all: Vec<Vec<&Failure>> = vec![Vec::new()];
    for thing in things {
        let with: Vec<Vec<&Failure>> =
            all.iter().map(|some| some.iter().copied().chain([*thing]).collect()).collect();
        all.extend(with);
    }
    all
}
