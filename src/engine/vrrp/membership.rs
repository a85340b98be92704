//! The part of an instance in its sync group: what it says of itself, and what it does because the
//! group does.

use std::net::IpAddr;
use std::time::Duration;

use crate::engine::snapshot::State;
use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::ir::interval;
use crate::units::{Instant, Priority};

/// Whether others follow it, and it them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) enum Membership {
    /// It decides alone.
    Alone,
    /// It is in a sync group.
    Member {
        /// How all of them begin.
        begins: Beginning,
        /// Its master-down timer has ended: it waits for the others to want the same.
        willing: bool,
    },
}

/// How the members of a sync group begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) enum Beginning {
    /// Every one owns its addresses and says `state MASTER`: at once as masters.
    AtOnce,
    /// Every one owns its addresses and wants to be master: after one interval, if nobody objects.
    Soon,
    /// As backups.
    Listening,
}

/// What the group counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) struct Stand {
    /// Its state.
    pub(in crate::engine) state: State,
    /// It would be master, or is.
    pub(in crate::engine) willing: bool,
    /// It has a fault of its own, or waits for a script.
    pub(in crate::engine) held: bool,
}

impl Default for Stand {
    fn default() -> Self {
        Self { state: State::Init, willing: false, held: false }
    }
}

/// What happened besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::engine) struct News {
    /// It gave way because one of its addresses was taken away.
    pub(in crate::engine) robbed: bool,
    /// It answered a lesser master.
    pub(in crate::engine) defended: bool,
    /// It gave way to an equal with a higher address.
    pub(in crate::engine) outranked: bool,
}

impl Instance {
    pub(in crate::engine) fn set_membership(&mut self, membership: Membership) {
        self.membership = membership;
        self.news = News::default();
    }

    pub(in crate::engine) fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    /// Its timer has ended, and it waits for the others of its group.
    pub(in crate::engine) fn wishes(&self) -> bool {
        matches!(self.membership, Membership::Member { willing: true, .. })
    }

    pub(in crate::engine) fn stand(&self) -> Stand {
        let wishes = self.wishes();
        Stand {
            state: self.state(),
            willing: wishes || self.is_master(),
            held: !self.causes.is_empty() || self.pending,
        }
    }

    /// Its group has begun already.
    pub(in crate::engine) fn begin_as_backup(&mut self) {
        if let Membership::Member { begins, .. } = &mut self.membership {
            *begins = Beginning::Listening;
        }
    }

    /// It has not been started: it waits for interfaces, its own or those of other members.
    pub(in crate::engine) fn waits_to_start(&self) -> bool {
        self.phase == Phase::Init
    }

    /// It has heard a master since it was one itself.
    pub(in crate::engine) fn hears_a_master(&self) -> bool {
        self.master.is_some()
    }

    pub(super) fn is_alone(&self) -> bool {
        self.membership == Membership::Alone
    }

    /// It starts as master: an owner that wants to, in a group of such.
    pub(in crate::engine) fn begins_as_master(&self) -> bool {
        let lets = !matches!(self.membership, Membership::Member { begins, .. }
            if begins != Beginning::AtOnce);
        lets && self.drained().is_none()
            && self.priority.is_owner()
            && self.wants_to_begin_as_master()
    }

    /// An owner that wants to be master from the start, whatever its group wants.
    pub(in crate::engine) fn wants_to_begin_as_master(&self) -> bool {
        self.config.priority.is_owner() && self.config.initial_state.is_master()
    }

    /// How long it listens at the start.
    pub(super) fn first_wait(&self) -> Duration {
        match self.membership {
            Membership::Member { begins: Beginning::Soon, .. } => {
                self.config.advert_int.saturating_add(self.skew_time())
            }
            _ => self.master_down(),
        }
    }

    /// It wants to be master, or no longer.
    pub(super) fn wish(&mut self, wanted: bool) {
        if let Membership::Member { willing, .. } = &mut self.membership {
            *willing = wanted;
        }
    }

    /// Everyone wants to.
    pub(in crate::engine) fn lead(&mut self, context: &mut Context<'_>, why: Option<Trigger>) {
        if self.state() == State::Backup {
            let why = why.unwrap_or_else(|| self.why_takeover(context));
            self.become_master(context, why);
        }
    }

    /// Another member gave way, and says nothing of it on the wire unless it was robbed.
    pub(in crate::engine) fn yield_with_group(
        &mut self,
        context: &mut Context<'_>,
        robbed: bool,
        why: Trigger,
    ) {
        self.wish(false);
        match self.phase {
            Phase::Master { .. } | Phase::Doubt { .. } if robbed => {
                self.become_backup_robbed(context, why)
            }
            Phase::Master { .. } | Phase::Doubt { .. } => {
                let master_down = context.now + self.master_down();
                self.become_backup(context, master_down, why);
            }
            _ => {}
        }
    }

    /// The last byte of its own address, by which equals can be put in order.
    pub(in crate::engine) fn rank(&self) -> Option<u8> {
        match self.source? {
            IpAddr::V4(own) => own.octets().last().copied(),
            IpAddr::V6(own) => own.octets().last().copied(),
        }
    }

    /// Its group gave way to an equal: it comes back later than those of a higher rank, unless it
    /// hears one of them by then.
    pub(in crate::engine) fn stand_back(&mut self, rank: u8) {
        self.turn_back = Some(rank);
        let turn = self.time_of_turn();
        if let Phase::Backup { master_down, .. } = &mut self.phase {
            *master_down = *master_down + turn;
        }
    }

    /// How much longer it waits than its master-down time, when it hears an advert: one that comes
    /// soon after it gave way may be of somebody who gave way as well.
    pub(super) fn turn_kept(&mut self, now: Instant) -> Duration {
        if now.since(self.since) > self.interval_in_force() / 2 {
            self.turn_back = None;
        }
        self.time_of_turn()
    }

    fn time_of_turn(&self) -> Duration {
        let Some(rank) = self.turn_back else { return Duration::ZERO };
        let rank = Priority::new(rank.max(1)).unwrap_or(Priority::DEFAULT);
        interval::skew_time(self.config.version, rank, self.interval_in_force())
    }

    /// Another member has a fault.
    pub(in crate::engine) fn fault_with_group(&mut self, context: &mut Context<'_>, why: Trigger) {
        match self.state() {
            State::Master => self.enter_fault_from_master(context, why),
            State::Backup => self.enter_fault_from_rest(context, false, why),
            State::Init if !self.waits_to_start() => {
                self.enter_fault_from_rest(context, false, why)
            }
            State::Init | State::Fault => {}
        }
    }

    /// Nobody has a fault any more.
    pub(in crate::engine) fn recover_with_group(
        &mut self,
        context: &mut Context<'_>,
        why: Option<Trigger>,
    ) {
        match self.state() {
            State::Fault => {
                let why = why.unwrap_or_else(|| self.why_recovered());
                self.recover(context, why);
            }
            State::Init if !self.waits_to_start() => self.begin(context, false),
            State::Init | State::Backup | State::Master => {}
        }
    }

    /// Another member answered a lesser master: the LAN may believe that one here too.
    pub(in crate::engine) fn defend_with_group(&mut self, context: &mut Context<'_>) {
        if self.is_master() {
            self.announce_defence(context);
        }
    }
}
