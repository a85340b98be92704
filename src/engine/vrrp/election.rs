//! What a valid advert does, as backup and as master.

use std::net::IpAddr;

use crate::engine::event::Packet;
use crate::engine::message::What;
use crate::engine::notification::Report;
use crate::engine::vrrp::reason::Heard;
use crate::engine::vrrp::state::{OwnerConflict, Phase};
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::ir::Preemption;
use crate::units::{Instant, Priority, Version};

impl Instance {
    /// Takes an advert that has passed every check.
    pub(in crate::engine) fn on_advert(
        &mut self,
        context: &mut Context<'_>,
        source: IpAddr,
        packet: &Packet,
    ) {
        match self.phase {
            Phase::Backup { master_down, preempt_hold } => {
                self.as_backup(context, source, packet, master_down, preempt_hold);
            }
            Phase::Master { .. } => self.as_master(context, source, packet),
            Phase::Doubt { silent, .. } => self.as_doubting(context, source, packet, silent),
            Phase::Init | Phase::Awaiting | Phase::Fault => {}
        }
    }

    fn as_backup(
        &mut self,
        context: &mut Context<'_>,
        source: IpAddr,
        packet: &Packet,
        master_down: Instant,
        preempt_hold: Option<Instant>,
    ) {
        let changed = self.master != Some(source);
        if self.config.priority.is_owner()
            && !self.priority.is_owner()
            && (changed || packet.priority != Some(Priority::OWNER))
        {
            self.set_priority(*self.config.priority);
            self.report_priority(context);
        }
        let Some(theirs) = packet.priority else {
            self.log(context, What::BackupHeardZero);
            self.heard =
                Some(Heard { from: source, priority: None, at: context.now, heeded: true });
            // One that is drained takes nothing over, and need not hurry to say so.
            let wait = match self.drained() {
                Some(_) => self.master_down(),
                None => self.skew_time(),
            };
            let master_down = context.now + wait;
            self.phase = Phase::Backup { master_down, preempt_hold };
            return;
        };
        self.remember_master(context, source);
        self.is_led();
        self.master_priority = theirs.get();
        let better = theirs >= self.priority;
        let left_alone = match self.config.preemption {
            _ if self.drained().is_some() => true,
            Preemption::Never => true,
            Preemption::Immediate => false,
            Preemption::Delayed(_) => preempt_hold.is_none_or(|end| context.now < end),
        };
        let heeded = better || left_alone;
        if let (true, Some(before)) = (heeded, self.heard)
            && before.heeded
            && before.priority.is_some()
        {
            let silent = context.now.since(before.at);
            self.statistics.nearness.add(silent, self.master_down());
        }
        let heard = Heard { from: source, priority: Some(theirs), at: context.now, heeded };
        self.heard = Some(heard);
        if !heeded {
            self.log(context, What::Discarded { from: source, theirs });
            self.phase = Phase::Backup { master_down, preempt_hold };
            return;
        }
        self.wish(false);
        if changed {
            self.logged.clear();
        }
        self.learn_interval(context, packet);
        let preempt_hold = match (self.config.preemption, preempt_hold) {
            (Preemption::Delayed(_), Some(_)) if better => {
                self.log(context, What::PreemptDelayStopped);
                None
            }
            (Preemption::Delayed(delay), None) if !better => {
                self.log(context, What::PreemptDelayStarted(delay));
                Some(context.now + delay)
            }
            (_, hold) => hold,
        };
        let master_down = context.now + self.master_down() + self.turn_kept(context.now);
        self.phase = Phase::Backup { master_down, preempt_hold };
    }

    fn as_master(&mut self, context: &mut Context<'_>, source: IpAddr, packet: &Packet) {
        let Some(theirs) = packet.priority else {
            self.log(context, What::MasterHeardZero);
            self.send_advert(context);
            return;
        };
        let ours = self.priority;
        let higher_address = self.source.is_some_and(|own| source > own);
        let same_address = self.source == Some(source);
        let better = theirs > ours || (theirs == ours && higher_address);
        if better && self.config.higher_prio_send_advert {
            self.send_advert(context);
        }
        if theirs == ours && same_address {
            self.log(context, What::OwnAddressHeard);
            return;
        }
        if theirs.is_owner() && ours.is_owner() {
            match self.owner_conflict {
                _ if better => self.log(context, What::TwoOwners(source)),
                OwnerConflict::None => {
                    self.log(context, What::TwoOwners(source));
                    self.owner_conflict =
                        OwnerConflict::Asked { adverts: 2, theirs: packet.interval };
                }
                OwnerConflict::Asked { .. } => {}
                OwnerConflict::Watching => {
                    // It does not give way, so we do.
                    if let Some(lower) = Priority::new(254) {
                        self.set_priority(lower);
                        self.report_priority(context);
                    }
                    self.yield_to(context, source, packet, Trigger::TwoOwners(source));
                    return;
                }
            }
        }
        if better {
            let (line, why) = if theirs > ours {
                (
                    What::HigherPriority { from: source, theirs, ours },
                    Trigger::Better { from: source, theirs, ours },
                )
            } else {
                self.news.outranked = true;
                (
                    What::SamePriorityHigherAddress { from: source, priority: ours },
                    Trigger::HigherAddress { from: source, priority: ours },
                )
            };
            self.log(context, line);
            self.yield_to(context, source, packet, why);
        } else {
            self.defend(context, source, theirs, packet);
        }
    }

    /// A lesser master: answer at once, and tell the LAN again where the addresses live.
    fn defend(
        &mut self,
        context: &mut Context<'_>,
        source: IpAddr,
        theirs: Priority,
        packet: &Packet,
    ) {
        let answered = !self.config.lower_prio_no_advert;
        let ours = self.priority;
        self.log(context, What::LowerPriority { from: source, theirs, ours, answered });
        let other_addresses = self.address_problem(source, packet).is_some();
        self.suspect_heedless(context, source, theirs, other_addresses);
        self.proof.skip();
        if answered {
            self.send_advert(context);
        }
        self.news.defended = true;
        self.announce_defence(context);
        self.report(context, Report::MasterRxLowerPri, None);
    }

    pub(super) fn yield_to(
        &mut self,
        context: &mut Context<'_>,
        source: IpAddr,
        packet: &Packet,
        why: Trigger,
    ) {
        self.learn_interval(context, packet);
        self.remember_master(context, source);
        self.master_priority = packet.priority.map_or(0, Priority::get);
        let master_down = context.now + self.master_down();
        self.become_backup(context, master_down, why);
        let (from, priority, at) = (source, packet.priority, context.now);
        self.heard = Some(Heard { from, priority, at, heeded: true });
    }

    fn remember_master(&mut self, context: &mut Context<'_>, source: IpAddr) {
        match self.master.replace(source) {
            None => self.log(context, What::MasterSet(source)),
            Some(before) if before != source => {
                self.log(context, What::MasterChanged(before, source));
            }
            Some(_) => {}
        }
    }

    /// Version 3: the master's interval counts (RFC 9568 section 6.4.2).
    fn learn_interval(&mut self, context: &mut Context<'_>, packet: &Packet) {
        // An interval of zero would make the master-down time one of nothing.
        if self.config.version == Version::V3
            && !packet.interval.is_zero()
            && packet.interval != self.master_adver_int
        {
            let (from, to) = (self.master_adver_int, packet.interval);
            self.log(context, What::IntervalLearned { from, to });
            self.master_adver_int = packet.interval;
        }
    }
}
