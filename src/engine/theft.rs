//! What others take away: how often, and when it is put back.
//!
//! keepalived answers every removal in the same way, so two programs that disagree about an address
//! keep each other, and every script that is told of it, busy for ever. Here the first removals of
//! a thing are answered as keepalived answers them. Who goes on removing it has a quarrel: the
//! thing is put back in place, at once if it had lasted, else after a pause that grows; and it is
//! told when the quarrel begins and whenever it has doubled.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::effect::PlacedAddress;
use crate::ir::{Route, Rule};
use crate::units::Instant;

/// So many removals of one thing are answered as keepalived answers them.
const PATIENCE: u32 = 3;
/// A thing that was left alone for so long starts anew.
const MEMORY: Duration = Duration::from_secs(300);
/// What has lasted for so long is put back at once.
const LASTED: Duration = Duration::from_secs(10);
/// The first pause of a quarrel.
const FIRST_PAUSE: Duration = Duration::from_millis(125);
/// The longest: no address of a master is away for longer.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// A thing that can be taken away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Property {
    /// An address on its interface.
    Address(PlacedAddress),
    /// A route.
    Route(Arc<Route>),
    /// A policy rule.
    Rule(Arc<Rule>),
}

/// Somebody removes a thing again and again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quarrel {
    /// How often it was removed.
    pub times: u32,
    /// Since the first time.
    pub within: Duration,
    /// It is put back after that.
    pub pause: Duration,
    /// Worth a line in the log: it has just begun, or has doubled.
    pub told: bool,
}

/// The things that were taken away lately.
#[derive(Clone, Debug)]
pub(super) struct Thefts<T>(Vec<Theft<T>>);

#[derive(Clone, Debug)]
struct Theft<T> {
    what: T,
    times: u32,
    first: Instant,
    /// When it was, or will be, put back last.
    back: Instant,
    pause: Duration,
    due: bool,
}

impl<T> Default for Thefts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Theft<T> {
    fn quarrel(&self, now: Instant, told: bool) -> Quarrel {
        let Self { times, first, pause, .. } = *self;
        Quarrel { times, within: now.since(first), pause, told }
    }
}

impl<T: Clone + PartialEq> Thefts<T> {
    /// It was taken away: `None` asks for the usual answer, otherwise [`Self::take_due`] gives it
    /// when it is to be put back.
    pub(super) fn note(&mut self, now: Instant, what: &T) -> Option<Quarrel> {
        self.0.retain(|theft| theft.due || now.since(theft.back) <= MEMORY);
        let position = self.0.iter().position(|theft| theft.what == *what);
        let position = position.unwrap_or_else(|| {
            let (what, pause) = (what.clone(), Duration::ZERO);
            self.0.push(Theft { what, times: 0, first: now, back: now, pause, due: false });
            self.0.len().saturating_sub(1)
        });
        let theft = self.0.get_mut(position)?;
        if theft.due {
            // It is away already: a comparison says so once more.
            return Some(theft.quarrel(now, false));
        }
        theft.times = theft.times.saturating_add(1);
        if theft.times <= PATIENCE {
            theft.back = now;
            return None;
        }
        theft.pause = match now.since(theft.back) >= LASTED {
            true => Duration::ZERO,
            false => (theft.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE),
        };
        (theft.back, theft.due) = (now + theft.pause, true);
        Some(theft.quarrel(now, theft.times.is_power_of_two()))
    }

    /// When the next thing is to be put back.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().filter(|theft| theft.due).map(|theft| theft.back).min()
    }

    /// What is to be put back now.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<T> {
        let due = self.0.iter_mut().filter(|theft| theft.due && theft.back <= now);
        due.map(|theft| {
            theft.due = false;
            theft.what.clone()
        })
        .collect()
    }

    /// Nothing has to be put back: everything was given up. What has happened is remembered.
    pub(super) fn give_up(&mut self) {
        self.0.iter_mut().for_each(|theft| theft.due = false);
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(PlacedAddress { interface, address }) => {
                write!(f, "address {}/{} dev {interface}", address.ip(), address.net.prefix())
            }
            Self::Route(route) => {
                match *route.destination {
                    Some(net) => write!(f, "route {net}")?,
                    None => f.write_str("route default")?,
                }
                route.gateway.iter().try_for_each(|way| write!(f, " via {}", way.value))?;
                route.interface.iter().try_for_each(|name| write!(f, " dev {}", name.value))
            }
            Self::Rule(rule) => {
                f.write_str("rule")?;
                rule.from.iter().try_for_each(|net| write!(f, " from {}", net.value))?;
                rule.to.iter().try_for_each(|net| write!(f, " to {}", net.value))?;
                write!(f, " priority {}", rule.preference.value)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each removal, so many milliseconds after the one before, is answered with: the pause in
    /// milliseconds, and whether it is told.
    fn answers(gaps: &[u64]) -> Vec<Option<(u128, bool)>> {
        let (mut thefts, mut now) = (Thefts::default(), Instant::ORIGIN);
        let answer = |gap: &u64| {
            now = now + Duration::from_millis(*gap);
            thefts.take_due(now);
            let quarrel = thefts.note(now, &"it")?;
            assert_eq!(thefts.next(), Some(now + quarrel.pause));
            Some((quarrel.pause.as_millis(), quarrel.told))
        };
        gaps.iter().map(answer).collect()
    }

    #[test]
    fn the_pause_grows_while_nothing_lasts_and_never_beyond_eight_seconds() {
        let gaps = [0, 500, 500, 500, 200, 300, 600, 1_100, 2_100, 4_100, 8_100, 8_100];
        let pauses: Vec<_> = answers(&gaps).into_iter().skip(3).map(|it| it.unwrap().0).collect();
        assert_eq!(pauses, [125, 250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    }

    #[test]
    fn what_had_lasted_is_put_back_at_once() {
        let gaps = [0, 20_000, 20_000, 20_000, 20_000, 500, 20_000];
        let expected = [
            None,
            None,
            None,
            Some((0, true)),
            Some((0, false)),
            Some((125, false)),
            Some((0, false)),
        ];
        assert_eq!(answers(&gaps), expected);
    }

    #[test]
    fn a_quarrel_is_told_when_it_begins_and_when_it_has_doubled() {
        let told: Vec<usize> = answers(&[9_000; 70])
            .iter()
            .enumerate()
            .filter(|(_, answer)| answer.is_some_and(|(_, told)| told))
            .map(|(position, _)| position + 1)
            .collect();
        assert_eq!(told, [4, 8, 16, 32, 64]);
    }

    #[test]
    fn what_is_left_alone_for_five_minutes_starts_anew() {
        assert_eq!(answers(&[0, 1, 1, 300_002]), [None; 4]);
    }

    #[test]
    fn things_are_told_apart_and_nothing_given_up_is_due() {
        let mut thefts = Thefts::default();
        for _ in 0..3 {
            assert_eq!(thefts.note(Instant::ORIGIN, &1), None);
        }
        assert_eq!(thefts.note(Instant::ORIGIN, &2), None);
        assert!(thefts.note(Instant::ORIGIN, &1).is_some());
        thefts.give_up();
        assert_eq!(thefts.next(), None);
        assert!(thefts.take_due(Instant::ORIGIN + Duration::from_secs(60)).is_empty());
        assert!(thefts.note(Instant::ORIGIN, &1).is_some(), "it is remembered");
    }
}
