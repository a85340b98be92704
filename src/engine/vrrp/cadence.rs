//! When the adverts of thousands of masters leave: not all at once.
//!
//! Instances that become master together would advertise together ever after, and if their host died,
//! all their backups would take over in the same moment, one after the other. So each of them comes
//! early with its second advert, by its own share of the interval, and keeps the interval from then
//! on. An early advert does no harm: whoever hears it waits a whole master-down time from then (RFC
//! 9568 section 6.4.2). A late one might, so none is ever late.
//!
//! Shares are 32nds of the interval, and all those of one share leave in the same moment: to wake the
//! process for each of thousands would cost more than the adverts.

use std::time::Duration;

use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::units::Instant;

/// So many instances, and fewer, need no turns: they are taken over within a millisecond or two.
const FEW: usize = 16;

/// Shares of an interval.
const SHARES: u8 = 32;

/// The share of the interval, in 32nds, by which an instance comes early.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::engine) enum Turn {
    /// There are too few to take turns.
    #[default]
    None,
    /// So many 32nds early.
    Early(u8),
}

impl Turn {
    /// That of the instance at that place among so many.
    pub(in crate::engine) fn of(place: usize, instances: usize) -> Self {
        if instances <= FEW {
            return Self::None;
        }
        // 32 times the golden ratio, made odd: any number of neighbours are spread evenly, and 32 of
        // them have each a turn of its own.
        let spread = place.wrapping_mul(19) % usize::from(SHARES);
        Self::Early(u8::try_from(spread).unwrap_or_default())
    }

    /// When the second advert is due, if the first one leaves `now`. Turns are moments of the clock,
    /// the same for all: those who become masters a moment later take the same ones.
    fn second(self, now: Instant, interval: Duration) -> Instant {
        let latest = now + interval;
        let Self::Early(early) = self else { return latest };
        let share = u64::try_from((interval / u32::from(SHARES)).as_micros()).unwrap_or(u64::MAX);
        let due = latest.as_micros().saturating_sub(share.saturating_mul(early.into()));
        let due = Instant::from_micros(due - due % share.max(1));
        // With the last share, the next moment of the clock may have been.
        if due > now { due } else { latest }
    }
}

impl Instance {
    /// The advert that was just sent is the first of a row that others may have begun as well.
    pub(in crate::engine) fn take_turn(&mut self, context: &Context<'_>) {
        let next = self.turn.second(context.now, *self.config.advert_int);
        if let Phase::Master { advert } = &mut self.phase {
            *advert = next;
        }
    }

    /// The advert that was due has been sent; the next one is due an interval after it was, not after
    /// it left, or what was once late together would stay together.
    pub(super) fn keep_turn(&mut self, context: &Context<'_>, due: Instant) {
        let next = due + *self.config.advert_int;
        match &mut self.phase {
            Phase::Master { advert } if next > context.now => *advert = next,
            _ => self.take_turn(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const INTERVAL: Duration = Duration::from_secs(1);

    fn now() -> Instant {
        Instant::from_micros(7_654_321)
    }

    #[test]
    fn few_instances_keep_the_interval_from_the_start() {
        for place in 0..FEW {
            assert_eq!(Turn::of(place, FEW).second(now(), INTERVAL), now() + INTERVAL);
        }
    }

    #[test]
    fn any_neighbours_are_spread_over_the_whole_interval() {
        for (first, number) in [(0, 17), (5, 20), (100, 32), (3000, 1000)] {
            let due: BTreeSet<Instant> = (first..first + number)
                .map(|it| Turn::of(it, 4000).second(now(), INTERVAL))
                .collect();
            let turns = number.min(32);
            assert_eq!(due.len(), turns, "{number} instances");
            assert!(due.iter().all(|due| *due > now() && *due <= now() + INTERVAL));
            let gaps = due.iter().zip(due.iter().skip(1)).map(|(one, next)| next.since(*one));
            let widest = gaps.max().unwrap();
            let even = INTERVAL / u32::try_from(turns).unwrap();
            assert!(widest <= even * 3, "{number} instances leave a gap of {widest:?}");
        }
    }

    #[test]
    fn those_who_come_a_moment_later_take_the_same_turns() {
        let due = |now: Instant| -> BTreeSet<Instant> {
            (0..32).map(|it| Turn::of(it, 4000).second(now, INTERVAL)).collect()
        };
        let later = due(now() + Duration::from_micros(300));
        assert!(due(now()).intersection(&later).count() >= 31);
    }

    #[test]
    fn the_shortest_interval_has_turns_too() {
        let interval = Duration::from_millis(10);
        for place in 0..32 {
            let due = Turn::of(place, 4000).second(now(), interval);
            assert!(due > now() && due <= now() + interval, "{due}");
        }
    }
}
