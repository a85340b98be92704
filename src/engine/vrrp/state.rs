//! The state with its election timers, and what the end of a timer decides.

use std::time::Duration;

use crate::engine::snapshot::State;
use crate::engine::timers::Timer;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::ir::interval;
use crate::units::{Instant, Version};

/// The state; each variant has the timers that it needs, so a master cannot have a master-down
/// timer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Not started.
    Init,
    /// Waits for the first result of each script that may put it into FAULT.
    Awaiting,
    /// Waits for the master to fall silent.
    Backup {
        /// When it is dead.
        master_down: Instant,
        /// `preempt_delay`: until then a lesser master is left alone. Starts with its first advert.
        preempt_hold: Option<Instant>,
    },
    /// Advertises.
    Master {
        /// When the next advert is due.
        advert: Instant,
    },
    /// A master that has not run for so long that it listens before it goes on: it has its addresses
    /// and says nothing.
    Doubt {
        /// When it goes on if it hears nobody.
        until: Instant,
        /// How long it had sent no advert.
        silent: Duration,
    },
    /// Waits for its causes to go away.
    Fault,
}

/// Another router claims to own the addresses as well (priority 255), from a lower address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OwnerConflict {
    /// Not heard.
    None,
    /// Heard; so many own adverts give it the chance to notice us.
    Asked {
        /// Own adverts to go.
        adverts: u8,
        /// The other one's interval.
        theirs: Duration,
    },
    /// If it is heard once more before the timer ends, we give way.
    Watching,
}

/// What is due next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Due {
    /// The master has been silent for too long.
    MasterDown,
    /// The next advert.
    Advert,
    /// Kept away by an operator: the end of that, or that nobody leads.
    Drain,
    /// Another timer.
    Timer(Timer),
}

impl Phase {
    pub(super) fn state(self) -> State {
        match self {
            Self::Init | Self::Awaiting => State::Init,
            Self::Backup { .. } => State::Backup,
            Self::Master { .. } | Self::Doubt { .. } => State::Master,
            Self::Fault => State::Fault,
        }
    }
}

impl Instance {
    /// Starts: an owner that wants to be master is so at once, everybody else listens for a whole
    /// master-down time. With a startup delay the timers run from its end.
    pub(in crate::engine) fn start(&mut self, context: &mut Context<'_>) {
        self.prepare(context);
        if self.phase == Phase::Awaiting && !self.pending {
            self.begin(context, true);
        }
    }

    /// The start up to where it may be held back: by itself, or by its sync group.
    pub(in crate::engine) fn prepare(&mut self, context: &mut Context<'_>) {
        self.causes = self.assess(context);
        match self.links.all.is_empty() {
            // An owner: what a dead predecessor left is to be there.
            _ if self.leads_at_once(context) => {}
            true => self.remove_leftovers(context),
            false => self.remove_present(context),
        }
        self.adjust_priority(context);
        if !self.causes.is_empty() {
            let causes = self.causes.clone();
            self.log_causes(context, &causes);
            let causes = self.causes.clone();
            self.note_grounds(context, &causes);
            let why = self.why_fault(context);
            self.enter_fault_from_rest(context, true, why);
        } else {
            self.phase = Phase::Awaiting;
        }
    }

    /// It will be master before anything else happens.
    fn leads_at_once(&self, context: &Context<'_>) -> bool {
        let may = self.causes.is_empty() && !self.pending && self.is_alone();
        may && self.begins_as_master() && context.begin() == context.now
    }

    /// Enters its first state, at the start or when the last script that it waited for is good.
    pub(in crate::engine) fn begin(&mut self, context: &mut Context<'_>, init: bool) {
        if !self.begins_as_master() {
            let master_down = context.begin() + self.first_wait();
            self.enter_backup_from_rest(context, master_down, init, Trigger::Started);
        } else if context.begin() == context.now {
            self.become_master(context, Trigger::OwnsAddresses);
        } else {
            // It has not been heard yet, so it is not reported as a backup.
            let master_down = context.begin() + *self.config.advert_int;
            self.phase = Phase::Backup { master_down, preempt_hold: None };
        }
    }

    /// As backup: waits a whole master-down time from now.
    pub(in crate::engine) fn restart_master_down(&mut self, context: &Context<'_>) {
        let end = context.begin() + self.master_down();
        if let Phase::Backup { master_down, .. } = &mut self.phase {
            *master_down = end;
        }
    }

    /// When it wants to be woken, and for what.
    pub(in crate::engine) fn next_due(&self) -> Option<(Instant, Due)> {
        let election = match self.phase {
            Phase::Init | Phase::Awaiting | Phase::Fault => None,
            Phase::Backup { .. } if self.drained().is_some() => None,
            Phase::Backup { master_down, .. } => Some((master_down, Due::MasterDown)),
            Phase::Master { advert: at } | Phase::Doubt { until: at, .. } => {
                Some((at, Due::Advert))
            }
        };
        let timer = self.timers.next().map(|(at, timer)| (at, Due::Timer(timer)));
        let drain = self.drain_due().map(|at| (at, Due::Drain));
        election.into_iter().chain(timer).chain(drain).min()
    }

    /// Does what is due.
    pub(in crate::engine) fn on_time(&mut self, context: &mut Context<'_>) {
        self.tend_drain(context);
        match self.phase {
            Phase::Backup { .. } if self.drained().is_some() => {}
            // The decision to become master.
            Phase::Backup { master_down, .. } if master_down <= context.now => {
                if self.is_alone() {
                    let why = self.why_takeover(context);
                    self.become_master(context, why);
                } else {
                    // The group decides, when everyone's timer has ended.
                    self.restart_master_down(context);
                    self.wish(true);
                }
            }
            Phase::Doubt { until, .. } if until <= context.now => self.stop_doubting(context),
            Phase::Master { advert } if advert <= context.now => self.advertise(context, advert),
            _ => {}
        }
        while let Some(timer) = self.timers.take_due(context.now) {
            self.on_timer(context, timer);
        }
    }

    /// The next advert is due.
    fn advertise(&mut self, context: &mut Context<'_>, due: Instant) {
        if !self.doubt(context) {
            self.send_advert(context);
            self.keep_turn(context, due);
            self.count_owner_conflict(context);
            self.review_rivals(context);
        }
    }

    fn on_timer(&mut self, context: &mut Context<'_>, timer: Timer) {
        match timer {
            Timer::OwnerConflict => self.owner_conflict = OwnerConflict::None,
            // The engine looks who may start.
            Timer::LinksSettle => {}
            // Announcements are a master's; a timer that outlived it is nothing.
            _ if !self.is_master() => {}
            Timer::PutBack => self.put_back(context),
            Timer::MasterBurst => self.announce(context, self.config.garp.master.rounds),
            Timer::LowerPriorityBurst => {
                self.announce(context, self.config.garp.lower_priority.rounds);
            }
            Timer::ExtraGarp => self.announce_extra(context),
            Timer::Refresh => {
                if let Some(refresh) = self.config.garp.refresh {
                    self.announce(context, refresh.rounds);
                    self.timers.set(Timer::Refresh, context.now + refresh.every);
                }
            }
        }
    }

    /// It listens after a stall.
    pub(super) fn is_doubting(&self) -> bool {
        matches!(self.phase, Phase::Doubt { .. })
    }

    /// Each own advert brings us nearer to watching for the other owner.
    fn count_owner_conflict(&mut self, context: &Context<'_>) {
        if let OwnerConflict::Asked { adverts, theirs } = self.owner_conflict {
            match adverts.saturating_sub(1) {
                0 => {
                    self.owner_conflict = OwnerConflict::Watching;
                    let wait = theirs.max(*self.config.advert_int) * 6 / 5;
                    self.timers.set(Timer::OwnerConflict, context.now + wait);
                }
                adverts => self.owner_conflict = OwnerConflict::Asked { adverts, theirs },
            }
        }
    }

    /// `master_down_timer` with the master's interval.
    pub(in crate::engine) fn master_down(&self) -> Duration {
        interval::master_down(
            self.config.version,
            self.priority,
            self.interval_in_force(),
            self.config.down_timer_adverts,
        )
    }

    /// `skew_time` with the master's interval.
    pub(super) fn skew_time(&self) -> Duration {
        interval::skew_time(self.config.version, self.priority, self.interval_in_force())
    }

    /// Version 3 goes by the master's interval, version 2 by its own.
    pub(super) fn interval_in_force(&self) -> Duration {
        match self.config.version {
            Version::V2 => *self.config.advert_int,
            Version::V3 => self.master_adver_int,
        }
    }
}
