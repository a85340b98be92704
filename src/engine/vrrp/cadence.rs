//! When the adverts of thousands of masters leave: not all at once.
//!
//! Instances that become master together would advertise together ever after, and if their host died,
//! all their backups would take over in the same moment, one after the other. So each of them comes
//! early with its second advert, by its own share of the interval, and keeps the interval from then
//! on. An early advert does no harm: whoever hears it waits a whole master-down time from then (RFC
//! 9568 section 6.4.2). A late one might, so none is ever late.
//!
//! Shares are 256ths of the interval, so that some adverts still leave together: to wake the process
//! for each of thousands would cost more than the adverts.

use std::time::Duration;

use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};

/// So many instances, and fewer, need no turns: they are taken over within a millisecond or two.
const FEW: usize = 16;

/// The share of the interval, in 256ths, by which an instance comes early.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::engine) struct Turn(u8);

impl Turn {
    /// That of the instance at that place among so many.
    pub(in crate::engine) fn of(place: usize, instances: usize) -> Self {
        if instances <= FEW {
            return Self::default();
        }
        // 256 times the golden ratio, made odd: any number of neighbours are spread evenly, and 256
        // of them have each a turn of its own.
        let spread = place.wrapping_mul(159).to_le_bytes();
        Self(spread.first().copied().unwrap_or_default())
    }

    /// How early that is.
    fn early(self, interval: Duration) -> Duration {
        interval * u32::from(self.0) / 256
    }
}

impl Instance {
    /// The advert that was just sent is the first of a row that others may have begun as well.
    pub(in crate::engine) fn take_turn(&mut self, context: &Context<'_>) {
        let interval = *self.config.advert_int;
        let early = self.turn.early(interval);
        if let Phase::Master { advert } = &mut self.phase {
            *advert = context.now + (interval - early);
        }
    }

    /// The advert that was due has been sent; the next one is due an interval after it was, not after
    /// it left, or what was once late together would stay together.
    pub(super) fn keep_turn(&mut self, context: &Context<'_>, due: crate::units::Instant) {
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

    #[test]
    fn few_instances_keep_the_interval_from_the_start() {
        for place in 0..FEW {
            assert_eq!(Turn::of(place, FEW).early(Duration::from_secs(1)), Duration::ZERO);
        }
    }

    #[test]
    fn any_neighbours_are_spread_over_the_whole_interval() {
        let interval = Duration::from_secs(1);
        for (first, number) in [(0, 17), (5, 64), (100, 256), (3000, 1000)] {
            let early: BTreeSet<Duration> =
                (first..first + number).map(|it| Turn::of(it, 4000).early(interval)).collect();
            assert_eq!(early.len(), number.min(256), "each of {number} has its own");
            let gaps = early.iter().zip(early.iter().skip(1)).map(|(one, next)| *next - *one);
            let widest = gaps.max().unwrap();
            let even = interval / u32::try_from(number.min(256)).unwrap();
            assert!(widest <= even * 3, "{number} instances leave a gap of {widest:?}");
        }
    }
}
