//! The election of one virtual router: of those that take part, who is master in the end?

use std::net::IpAddr;
use std::time::Duration;

use crate::cluster::election::{Mastership, Outcome};
use crate::cluster::hearing::{obstacles, source};
use crate::cluster::tracking::Standing;
use crate::cluster::{Member, Router};
use crate::ir::{Instance, Preemption};
use crate::units::{Priority, Version};

/// Who hears whom in a router while every link is there.
#[derive(Clone, Debug)]
pub(super) struct Hearing {
    /// Members that do not hear each other, as (sender, receiver).
    deaf: Vec<(usize, usize)>,
}

impl Hearing {
    pub(super) fn of(router: &Router<'_>) -> Self {
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

/// Who is master of a router in the end. Members that are `barred` stay backup whatever they hear.
pub(super) fn elect(
    router: &Router<'_>,
    hearing: &Hearing,
    standings: &[Standing],
    before: Option<&Outcome>,
    barred: &[usize],
) -> Mastership {
    let candidates: Vec<Candidate<'_>> = router
        .members
        .iter()
        .zip(standings)
        .enumerate()
        .filter(|(index, _)| !barred.contains(index))
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
    if all_hear {
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
    }
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
            // Who leaves a lesser master alone for a while learns its interval meanwhile.
            let lesser = field.first().map(|lesser| *lesser.instance.advert_int);
            by_address(&earliest(best, |candidate| match candidate.instance.preemption {
                Preemption::Delayed(delay) => {
                    self::waits(candidate, lesser, false).saturating_add(delay)
                }
                Preemption::Immediate | Preemption::Never => waits(candidate),
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
    let owner_starts = priority.is_owner() && instance.initial_state.is_master();
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
