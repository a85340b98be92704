//! What an instance does after the process has not run for a while: it listens before it speaks.
//!
//! A master that has said nothing for so long that somebody else may have taken over keeps its
//! addresses but says nothing, until it has listened for an interval and its skew time. Whoever is
//! heard by then is master, whatever its priority: giving way costs nothing, because the addresses
//! have moved already, and a better router comes back by the ordinary way, with one master at any
//! time. If nobody is heard nobody is there. (keepalived goes on advertising, unless
//! `timer_expired_backup` is set.)
//!
//! A backup that has slept through the end of its master-down time cannot know whether the master
//! was silent, or was not heard because the whole machine stood still: it listens as long.

use std::net::IpAddr;
use std::time::Duration;

use crate::engine::event::Packet;
use crate::engine::message::What;
use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::ir::interval;
use crate::units::Priority;

impl Instance {
    /// A lateness that may matter to it: half of an interval.
    pub(in crate::engine) fn least_stall(&self) -> Duration {
        *self.config.advert_int / 2
    }

    /// The engine was called so late.
    pub(in crate::engine) fn heed_stall(&mut self, context: &mut Context<'_>, late: Duration) {
        let heard_by = context.now + self.time_to_hear();
        let matters = late >= self.interval_in_force() / 2;
        match &mut self.phase {
            Phase::Backup { master_down, .. } if matters => {
                *master_down = heard_by.max(*master_down);
            }
            // It has slept through that, too.
            Phase::Doubt { until, .. } if matters => *until = heard_by.max(*until),
            Phase::Backup { .. } | Phase::Doubt { .. } => {}
            Phase::Master { .. } => {
                self.doubt(context);
            }
            Phase::Init | Phase::Awaiting | Phase::Fault => {}
        }
    }

    /// As master: true, and silent from now on, if somebody else may have taken over since the last
    /// advert.
    pub(super) fn doubt(&mut self, context: &mut Context<'_>) -> bool {
        let Phase::Master { advert } = self.phase else { return false };
        let interval = *self.config.advert_int;
        let silent = context.now.since(advert - interval);
        // Others wait for at least so many intervals, and nearly always that settles it.
        if silent < interval.saturating_mul(self.config.down_timer_adverts) {
            return false;
        }
        let said = self.config.timer_expired_backup.as_ref().map(|highest| highest.value);
        let highest = said.unwrap_or(Priority::HIGHEST_BACKUP);
        let (version, adverts) = (self.config.version, self.config.down_timer_adverts);
        if silent < interval::master_down(version, highest, interval, adverts) {
            return false;
        }
        if said.is_some() {
            let master_down = context.now + self.master_down();
            self.become_backup(context, master_down, Trigger::Stalled { silent, heard: None });
            return true;
        }
        let listening = self.time_to_hear();
        self.log(context, What::Doubting { silent, listening });
        // What was to be announced before was announced by somebody else since.
        context.pacing.forget(self.id);
        self.phase = Phase::Doubt { until: context.now + listening, silent };
        true
    }

    /// An advert comes in while it listens.
    pub(super) fn as_doubting(
        &mut self,
        context: &mut Context<'_>,
        source: IpAddr,
        packet: &Packet,
        silent: Duration,
    ) {
        // One that resigns leaves the place to whoever is there: that will be heard.
        if self.source == Some(source) || packet.priority.is_none() {
            return;
        }
        let why = Trigger::Stalled { silent, heard: Some(source) };
        self.yield_to(context, source, packet, why);
    }

    /// Nobody else is master: the LAN is told so at once.
    pub(super) fn stop_doubting(&mut self, context: &mut Context<'_>) {
        self.log(context, What::DoubtsNoMore);
        self.phase = Phase::Master { advert: context.now };
        self.send_advert(context);
        self.announce_takeover(context);
    }

    /// A master that is there is heard within this time; the better of two that listen speaks first.
    fn time_to_hear(&self) -> Duration {
        self.interval_in_force().saturating_add(self.skew_time())
    }
}
