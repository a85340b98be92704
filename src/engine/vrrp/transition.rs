//! The effects of each change of state, in the order in which they must happen.

use std::sync::Arc;

use crate::engine::effect::{Direction, Effect, PlacedAddress};
use crate::engine::message::What;
use crate::engine::notification::Report;
use crate::engine::snapshot::State;
use crate::engine::vrrp::state::{OwnerConflict, Phase};
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::{Trigger, Why};
use crate::units::Instant;

impl Instance {
    /// The takeover: the advert first, then the addresses in one batch, then the announcements.
    /// What there is to say is said while the kernel sets the addresses.
    pub(super) fn become_master(&mut self, context: &mut Context<'_>, why: Trigger) {
        let from = self.state();
        self.master_adver_int = *self.config.advert_int;
        self.set_priority(self.weighted_priority());
        self.owner_conflict = OwnerConflict::None;
        self.logged.clear();
        self.master = None;
        self.timers.clear_all();
        let why = self.reason(context, why);
        self.enter(context, Phase::Master { advert: context.now }, &why);
        self.send_advert(context);
        self.take_turn(context);
        self.set_addresses(context);
        self.statistics.became_master += 1;
        self.log(context, What::AdvertTimeout);
        self.say_entering(context, State::Master, false, &why);
        self.log_guard(context);
        self.log_addresses(context, |excluded| What::SettingAddresses { excluded });
        self.announce_takeover(context);
        self.report_change(context, from, Report::Master, why);
    }

    /// A master gives way without a word: the other one is heard already.
    pub(super) fn become_backup(
        &mut self,
        context: &mut Context<'_>,
        master_down: Instant,
        why: Trigger,
    ) {
        let from = self.state();
        let why = self.reason(context, why);
        self.say_entering(context, State::Backup, false, &why);
        self.release(context);
        self.enter(context, Phase::Backup { master_down, preempt_hold: None }, &why);
        self.report_change(context, from, Report::Backup, why);
    }

    /// One of the addresses was taken away: resign, and come back after the skew time with all of
    /// them.
    pub(super) fn become_backup_robbed(&mut self, context: &mut Context<'_>, why: Trigger) {
        self.news.robbed = true;
        self.send_zero(context);
        let master_down = context.now + self.skew_time();
        self.become_backup(context, master_down, why);
    }

    /// From INIT or FAULT: there is nothing to give back.
    pub(super) fn enter_backup_from_rest(
        &mut self,
        context: &mut Context<'_>,
        master_down: Instant,
        init: bool,
        why: Trigger,
    ) {
        let from = self.state();
        let why = self.reason(context, why);
        self.say_entering(context, State::Backup, init, &why);
        self.enter(context, Phase::Backup { master_down, preempt_hold: None }, &why);
        self.report_change(context, from, Report::Backup, why);
    }

    /// From INIT or BACKUP into FAULT.
    pub(super) fn enter_fault_from_rest(
        &mut self,
        context: &mut Context<'_>,
        init: bool,
        why: Trigger,
    ) {
        let from = self.state();
        let why = self.reason(context, why);
        self.say_entering(context, State::Fault, init, &why);
        self.enter(context, Phase::Fault, &why);
        self.report_change(context, from, Report::Fault, why);
    }

    /// From MASTER into FAULT: two adverts of priority 0, as keepalived sends them, because one
    /// may be lost.
    pub(super) fn enter_fault_from_master(&mut self, context: &mut Context<'_>, why: Trigger) {
        let from = self.state();
        let why = self.reason(context, why);
        self.say_entering(context, State::Fault, false, &why);
        self.send_zero(context);
        // A member that only follows its sync group has no cause of its own.
        if !self.causes.is_empty() {
            self.send_zero_again(context);
        }
        self.release(context);
        self.enter(context, Phase::Fault, &why);
        self.report_change(context, from, Report::Fault, why);
    }

    /// The stop: one advert of priority 0, the addresses. [`Instance::report_stop`] follows when
    /// every instance has come so far.
    pub(in crate::engine) fn stop(&mut self, context: &mut Context<'_>) {
        if self.is_master() {
            self.send_zero(context);
            self.release(context);
        }
        self.leave(context);
    }

    /// The end without a word: whatever it holds stays where it is.
    pub(in crate::engine) fn leave(&mut self, context: &mut Context<'_>) {
        context.pacing.forget(self.id);
        self.timers.clear_all();
        self.phase = Phase::Init;
    }

    /// The report of the stop, whose scripts are waited for.
    pub(in crate::engine) fn report_stop(&mut self, context: &mut Context<'_>) {
        let why = self.reason(context, Trigger::Stop);
        self.report(context, Report::Stop, Some(why));
    }

    /// The end of an instance that a new configuration does not have.
    pub(in crate::engine) fn delete(&mut self, context: &mut Context<'_>) {
        let from = self.state();
        if self.is_master() {
            self.send_zero(context);
            self.release(context);
        }
        context.pacing.forget(self.id);
        if from != State::Fault && from != State::Init {
            let why = self.reason(context, Trigger::Deleted);
            self.enter(context, Phase::Init, &why);
            self.reporter.report_deletion(context.policy, context.out, Some(self.priority), why);
        }
    }

    /// Leaves addresses where they are when it ends: another instance holds them from now on.
    pub(in crate::engine) fn spare(&mut self, taken: impl Fn(&PlacedAddress) -> bool) {
        if self.addresses.iter().any(&taken) {
            self.addresses =
                self.addresses.iter().filter(|placed| !taken(placed)).cloned().collect();
        }
    }

    /// Removes what a dead predecessor may have left, whatever is there.
    pub(super) fn remove_leftovers(&mut self, context: &mut Context<'_>) {
        self.remove_paths(context, &self.paths);
        let all = Arc::clone(&self.addresses);
        self.change_addresses(context, Direction::Remove, all);
        self.log_addresses(context, |excluded| What::RemovingAddresses { excluded });
        self.unguard(context);
    }

    /// A line for each of the two lists that has addresses.
    fn log_addresses(&self, context: &mut Context<'_>, what: impl Fn(bool) -> What) {
        for (excluded, list) in [(false, &self.config.addresses), (true, &self.config.excluded)] {
            if !list.is_empty() {
                self.log(context, what(excluded));
            }
        }
    }

    pub(super) fn set_addresses(&mut self, context: &mut Context<'_>) {
        if self.config.promote_secondaries {
            self.promote_secondaries(context, true);
        }
        self.guard(context);
        let all = Arc::clone(&self.addresses);
        self.change_addresses(context, Direction::Add, all);
        self.set_paths(context, &self.paths);
        self.addresses_set = true;
    }

    /// Gives up everything that a master holds.
    fn release(&mut self, context: &mut Context<'_>) {
        context.pacing.forget(self.id);
        self.forget_rivals(context);
        self.timers.clear_all();
        self.thefts.give_up();
        self.owner_conflict = OwnerConflict::None;
        self.logged.clear();
        self.statistics.released_master += 1;
        if self.addresses_set {
            self.addresses_set = false;
            self.remove_paths(context, &self.paths);
            let all = Arc::clone(&self.addresses);
            self.change_addresses(context, Direction::Remove, all);
            self.log_addresses(context, |excluded| What::RemovingAddresses { excluded });
            self.unguard(context);
            if self.config.promote_secondaries {
                self.promote_secondaries(context, false);
            }
        }
    }

    /// Sets or gives back `promote_secondaries` of its interface.
    pub(in crate::engine) fn promote_secondaries(&self, context: &mut Context<'_>, on: bool) {
        if let Some(interface) = self.interface().cloned() {
            context.out.push(Effect::PromoteSecondaries { interface, on });
        }
    }

    /// Asks for one batch of address changes; nothing is asked for nothing.
    pub(in crate::engine) fn change_addresses(
        &mut self,
        context: &mut Context<'_>,
        change: Direction,
        addresses: Arc<[PlacedAddress]>,
    ) {
        if addresses.is_empty() {
            return;
        }
        let id = context.out.id();
        self.unanswered.push(id);
        context.out.push(Effect::Addresses { id, instance: self.id, change, addresses });
    }

    pub(super) fn enter(&mut self, context: &mut Context<'_>, phase: Phase, why: &Arc<Why>) {
        let (from, to) = (self.phase.state(), phase.state());
        self.phase = phase;
        self.wish(false);
        self.since = context.now;
        self.turn_back = None;
        self.heard = None;
        if from != to {
            self.remember(context.now, from, to, why);
            let why = Arc::clone(why);
            context.out.push(Effect::Transition { instance: self.id, from, to, why });
        }
    }

    /// Reports the state that was just entered, unless it is the former one.
    fn report_change(
        &mut self,
        context: &mut Context<'_>,
        from: State,
        report: Report,
        why: Arc<Why>,
    ) {
        if from.name() != report.word() {
            self.report(context, report, Some(why));
        }
    }

    /// Reports a state or an event.
    pub(super) fn report(
        &mut self,
        context: &mut Context<'_>,
        report: Report,
        why: Option<Arc<Why>>,
    ) {
        self.reporter.report(context.policy, context.out, report, Some(self.priority), why);
    }

    /// Reports that the priority has changed, to whom wants to hear that (`notify_priority_changes`).
    pub(super) fn report_priority(&mut self, context: &mut Context<'_>) {
        let is_master = self.is_master();
        self.reporter.report_priority(context.policy, context.out, self.priority, is_master);
    }

    /// Writes the state to the pipes once more, after a reload that left it as it was.
    pub(in crate::engine) fn repeat_state(&mut self, context: &mut Context<'_>) {
        let report = match self.state() {
            State::Master => Report::Master,
            State::Backup => Report::Backup,
            State::Fault => Report::Fault,
            State::Init => return,
        };
        self.reporter.repeat(context.policy, context.out, report, Some(self.priority));
    }
}
