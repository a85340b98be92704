//! An instance that another process has led goes on as what it is.

use std::net::IpAddr;
use std::time::Duration;

use crate::engine::adoption::{Adopted, Role};
use crate::engine::message::What;
use crate::engine::timers::Timer;
use crate::engine::vrrp::counts::Counts;
use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::units::Version;

impl Instance {
    /// Goes on as what it was, and counts on. Nobody is told: nothing has changed. What keeps it from
    /// working is found as at any start, and what has recovered starts.
    pub(in crate::engine) fn begin_as(
        &mut self,
        context: &mut Context<'_>,
        &Adopted { role, age, statistics, .. }: &Adopted,
    ) {
        self.statistics = Counts::of(statistics);
        self.causes = self.assess(context);
        let goes_on = match role {
            // A member of a sync group may be in FAULT for the sake of another one.
            Role::Fault => !self.causes.is_empty() || !self.is_alone(),
            Role::Master | Role::Backup { .. } => self.causes.is_empty() && !self.pending,
        };
        if !goes_on {
            self.start(context);
            return;
        }
        if !self.config.priority.is_owner() {
            self.set_priority(self.weighted_priority());
        }
        let since = context.now - age;
        match role {
            Role::Master => self.go_on_as_master(context, age),
            Role::Backup { master, priority, interval } => {
                // A backup has no addresses: they would answer for the master.
                self.remove_present(context);
                self.go_on_as_backup(context, master, priority, interval);
            }
            Role::Fault => {
                let causes = self.causes.clone();
                self.note_grounds(context, &causes);
                self.go_on(context, Phase::Fault);
            }
        }
        self.since = since;
    }

    /// The advert first, as at a takeover; then whatever is missing is set.
    fn go_on_as_master(&mut self, context: &mut Context<'_>, age: Duration) {
        self.go_on(context, Phase::Master { advert: context.now });
        self.send_advert(context);
        self.take_turn(context);
        self.set_addresses(context);
        self.arm_repeats(context);
        // The second burst of a new master may be to come.
        let burst = self.config.garp.master;
        if age < burst.delay && burst.rounds > 0 {
            self.timers.set(Timer::MasterBurst, context.now + burst.delay.saturating_sub(age));
        }
    }

    fn go_on_as_backup(
        &mut self,
        context: &mut Context<'_>,
        master: Option<IpAddr>,
        priority: u8,
        interval: Option<Duration>,
    ) {
        if let (Version::V3, Some(interval)) = (self.config.version, interval)
            && !interval.is_zero()
        {
            self.master_adver_int = interval;
        }
        let master_down = context.now + self.master_down();
        self.go_on(context, Phase::Backup { master_down, preempt_hold: None });
        self.master = master;
        self.master_priority = priority;
    }

    fn go_on(&mut self, context: &mut Context<'_>, phase: Phase) {
        let why = self.reason(context, Trigger::TakenOver);
        self.enter(context, phase, &why);
        self.log(context, What::TakenOver(self.state()));
    }
}
