//! Timers beside the election: a table, one slot a timer. The election's own timers live in the
//! state (`vrrp::state::Phase`).

use crate::units::Instant;

/// What a timer is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// The second burst of announcements after becoming master (`garp_master_delay`).
    MasterBurst,
    /// The periodic refresh of announcements (`garp_master_refresh`).
    Refresh,
    /// The periodic announcement of addresses on other interfaces (`garp_extra_if`).
    ExtraGarp,
    /// The second burst after an advert of lower priority (`garp_lower_prio_delay`).
    LowerPriorityBurst,
    /// At the start: own interfaces that are not up by then are taken as they are.
    LinksSettle,
    /// Two owners: the other one has not been heard for a while.
    OwnerConflict,
    /// Something that others remove again and again is put back.
    PutBack,
}

impl Timer {
    const ALL: [Self; 7] = [
        Self::MasterBurst,
        Self::Refresh,
        Self::ExtraGarp,
        Self::LowerPriorityBurst,
        Self::LinksSettle,
        Self::OwnerConflict,
        Self::PutBack,
    ];
}

/// When a timer fires that is not armed.
const NEVER: Instant = Instant::from_micros(u64::MAX);

/// When each timer fires.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Timers {
    at: [Instant; Timer::ALL.len()],
}

impl Default for Timers {
    fn default() -> Self {
        Self { at: [NEVER; Timer::ALL.len()] }
    }
}

impl Timers {
    fn slot(&mut self, timer: Timer) -> Option<&mut Instant> {
        self.at.get_mut(timer as usize)
    }

    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        if let Some(slot) = self.slot(timer) {
            *slot = at;
        }
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        if let Some(slot) = self.slot(timer) {
            *slot = NEVER;
        }
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.at.get(timer as usize).is_some_and(|at| *at != NEVER)
    }

    pub(super) fn clear_all(&mut self) {
        *self = Self::default();
    }

    /// The earliest timer.
    pub(super) fn next(&self) -> Option<(Instant, Timer)> {
        let all = self.at.into_iter().zip(Timer::ALL);
        all.filter(|(at, _)| *at != NEVER).min()
    }

    /// Takes one timer that is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let (at, timer) = self.next()?;
        if at > now {
            return None;
        }
        self.clear(timer);
        Some(timer)
    }
}
