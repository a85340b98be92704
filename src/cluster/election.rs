//! Who is master when all is well, and after each single failure.
//!
//! A prediction from the rules of the protocol as `engine::vrrp` has them, not a simulation: who
//! takes part with which priority, who hears whom, who may take over from whom. It gives what the
//! cluster settles at, not what it goes through.

use std::net::IpAddr;
use std::time::Duration;

use crate::cluster::hearing::{obstacles, source};
use crate::cluster::tracking::{Failure, Standing, failures, standing};
use crate::cluster::{Member, Node, Router};
use crate::ir::{InitialState, Instance, Preemption};
use crate::units::{Priority, Version};

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

/// Foretells the elections of all routers.
pub fn foretell(nodes: &[Node], routers: &[Router<'_>]) -> Vec<Election> {
    let hearing: Vec<Hearing> = routers.iter().map(Hearing::of).collect();
    let settle = |failed: Option<(usize, &Failure)>, before: Option<&[Outcome]>| {
        let settled = routers.iter().zip(&hearing).enumerate().map(|(index, (router, hearing))| {
            let failed_on = |position| {
                failed.into_iter().filter(move |(node, _)| *node == position).map(|(_, what)| what)
            };
            let standings = router
                .members
                .iter()
                .map(|member| {
                    let failed: Vec<&Failure> = failed_on(member.position).collect();
                    standing(member, &failed)
                })
                .collect();
            let before = before.and_then(|outcomes| outcomes.get(index));
            elect(router, hearing, standings, before)
        });
        settled.collect::<Vec<Outcome>>()
    };
    let healthy = settle(None, None);
    let mut elections: Vec<Election> = healthy
        .iter()
        .map(|outcome| Election { healthy: outcome.clone(), rows: Vec::new() })
        .collect();
    for (position, node) in nodes.iter().enumerate() {
        for failure in failures(node) {
            let outcomes = settle(Some((position, &failure)), Some(&healthy));
            let after = settle(None, Some(&outcomes));
            let found = elections.iter_mut().zip(routers).zip(outcomes.into_iter().zip(after));
            for ((election, router), (outcome, after)) in found {
                let concerns = router.on(position).is_some()
                    && (failure == Failure::Node || outcome != election.healthy);
                if concerns {
                    let failure = failure.clone();
                    election.rows.push(Row { node: position, failure, outcome, after });
                }
            }
        }
    }
    elections
}

/// Who hears whom in a router while every link is there.
#[derive(Clone, Debug)]
struct Hearing {
    /// Members that do not hear each other, as (sender, receiver).
    deaf: Vec<(usize, usize)>,
}

impl Hearing {
    fn of(router: &Router<'_>) -> Self {
        let mut deaf = Vec::new();
        for (sender, from) in router.members.iter().enumerate() {
            for (receiver, to) in router.members.iter().enumerate() {
                let others: Vec<Member<'_>> = router
                    .members
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| *index != receiver)
                    .map(|(_, other)| *other)
                    .collect();
                if sender != receiver && !obstacles(from, to, &others).is_empty() {
                    deaf.push((sender, receiver));
                }
            }
        }
        Self { deaf }
    }

    fn hears(&self, receiver: usize, sender: usize) -> bool {
        !self.deaf.contains(&(sender, receiver))
    }
}

/// A member that takes part.
#[derive(Clone, Copy, Debug)]
struct Candidate<'a> {
    index: usize,
    instance: &'a Instance,
    priority: Priority,
    cut_off: bool,
}

impl Candidate<'_> {
    fn address(&self) -> Option<IpAddr> {
        source(self.instance)
    }
}

/// What one router settles at.
fn elect(
    router: &Router<'_>,
    hearing: &Hearing,
    standings: Vec<Standing>,
    before: Option<&Outcome>,
) -> Outcome {
    let candidates: Vec<Candidate<'_>> = router
        .members
        .iter()
        .zip(&standings)
        .enumerate()
        .filter_map(|(index, (member, standing))| match *standing {
            Standing::Takes { priority, cut_off } => {
                Some(Candidate { index, instance: member.instance, priority, cut_off })
            }
            Standing::Gone | Standing::Fault { .. } => None,
        })
        .collect();
    let hears = |receiver: &Candidate<'_>, sender: &Candidate<'_>| {
        !receiver.cut_off && !sender.cut_off && hearing.hears(receiver.index, sender.index)
    };
    let all_hear = candidates
        .iter()
        .all(|one| candidates.iter().all(|other| one.index == other.index || hears(one, other)));
    let master = if all_hear {
        let state = |outcome: &Outcome, member: usize| {
            let was = outcome.standings.get(member).copied()?;
            Some((member, was, standings.get(member).copied()?))
        };
        match before.map(|outcome| (outcome, &outcome.master)) {
            Some((outcome, Mastership::One(member))) => {
                among_equals(router, &candidates, state(outcome, *member))
            }
            // Each of them may have been it.
            Some((outcome, Mastership::HigherAddress(members))) => {
                let each = members.iter().map(|member| state(outcome, *member));
                either(each.map(|before| among_equals(router, &candidates, before)))
            }
            _ => among_equals(router, &candidates, None),
        }
    } else {
        among_strangers(&candidates, hears)
    };
    Outcome { standings, master }
}

/// What is one of these.
fn either(outcomes: impl Iterator<Item = Mastership>) -> Mastership {
    let mut members: Vec<usize> = outcomes.flat_map(|outcome| outcome.members().to_vec()).collect();
    members.sort_unstable();
    members.dedup();
    match members.as_slice() {
        [] => Mastership::Nobody,
        [one] => Mastership::One(*one),
        _ => Mastership::HigherAddress(members),
    }
}

/// Everybody hears everybody. `before` is the last master with what it was and is fit for.
fn among_equals(
    router: &Router<'_>,
    candidates: &[Candidate<'_>],
    before: Option<(usize, Standing, Standing)>,
) -> Mastership {
    let incumbent = before
        .and_then(|(member, ..)| candidates.iter().find(|candidate| candidate.index == member));
    // The last master's interval counts; one that goes into FAULT says so, if it can.
    let interval = before.and_then(|(member, ..)| {
        router.members.get(member).map(|member| *member.instance.advert_int)
    });
    let resigned = matches!(before, Some((.., Standing::Fault { unheard: false })));
    let waits = |candidate: &Candidate<'_>| waits(candidate, interval, resigned);
    let field: Vec<&Candidate<'_>> = match incumbent {
        Some(incumbent) => vec![incumbent],
        None => earliest(candidates.iter().collect(), waits),
    };
    // Whoever is better and preempts does not stay behind them; of equal ones the first to take
    // over stays.
    let most = field.iter().map(|candidate| candidate.priority).max();
    let better = candidates.iter().filter(|candidate| {
        candidate.instance.preemption != Preemption::Never && Some(candidate.priority) > most
    });
    match better.clone().map(|candidate| candidate.priority).max() {
        Some(best) => {
            let best = better.filter(|candidate| candidate.priority == best).collect();
            by_address(&earliest(best, |candidate| {
                waits(candidate).saturating_add(held_back(candidate.instance))
            }))
        }
        None => {
            let best = field.into_iter().filter(|candidate| Some(candidate.priority) == most);
            by_address(&best.collect::<Vec<_>>())
        }
    }
}

/// Those whose time comes first.
fn earliest<'c, 'a>(
    candidates: Vec<&'c Candidate<'a>>,
    time: impl Fn(&Candidate<'a>) -> Duration,
) -> Vec<&'c Candidate<'a>> {
    let first = candidates.iter().map(|candidate| time(candidate)).min();
    candidates.into_iter().filter(|candidate| Some(time(candidate)) == first).collect()
}

/// How long it leaves a lesser master alone.
fn held_back(instance: &Instance) -> Duration {
    match instance.preemption {
        Preemption::Delayed(delay) => delay,
        Preemption::Immediate | Preemption::Never => Duration::ZERO,
    }
}

/// Of several with the same priority that are master at the same time the one with the highest
/// address stays.
fn by_address(best: &[&Candidate<'_>]) -> Mastership {
    match best {
        [] => Mastership::Nobody,
        [one] => Mastership::One(one.index),
        several => {
            let known: Option<Vec<(IpAddr, usize)>> = several
                .iter()
                .map(|candidate| Some((candidate.address()?, candidate.index)))
                .collect();
            match known.and_then(|known| known.into_iter().max()) {
                Some((_, index)) => Mastership::One(index),
                None => Mastership::HigherAddress(several.iter().map(|each| each.index).collect()),
            }
        }
    }
}

/// How long a backup waits until it is master, if it hears nobody.
fn waits(candidate: &Candidate<'_>, interval: Option<Duration>, resigned: bool) -> Duration {
    let Candidate { instance, priority, .. } = candidate;
    let owner_starts = priority.is_owner() && instance.initial_state == InitialState::Master;
    if interval.is_none() && owner_starts {
        return Duration::ZERO;
    }
    let own = *instance.advert_int;
    let (in_force, skew_of) = match instance.version {
        Version::V2 => (own, Duration::from_secs(1)),
        Version::V3 => (interval.unwrap_or(own), interval.unwrap_or(own)),
    };
    let skew = skew_of * (256 - u32::from(priority.get())) / 256;
    if resigned {
        return skew;
    }
    in_force.saturating_mul(instance.down_timer_adverts).saturating_add(skew)
}

/// Not everybody hears everybody: in the order of rank, each one is master that hears no better
/// master.
fn among_strangers(
    candidates: &[Candidate<'_>],
    hears: impl Fn(&Candidate<'_>, &Candidate<'_>) -> bool,
) -> Mastership {
    let mut ranked: Vec<&Candidate<'_>> = candidates.iter().collect();
    ranked.sort_by_key(|candidate| {
        (std::cmp::Reverse((candidate.priority, candidate.address())), candidate.index)
    });
    let mut masters: Vec<&Candidate<'_>> = Vec::new();
    for candidate in ranked {
        if !masters.iter().any(|master| hears(candidate, master)) {
            masters.push(candidate);
        }
    }
    let mut masters: Vec<usize> = masters.iter().map(|master| master.index).collect();
    masters.sort_unstable();
    match masters.as_slice() {
        [] => Mastership::Nobody,
        [one] => Mastership::One(*one),
        _ => Mastership::Several(masters),
    }
}
