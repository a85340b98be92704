//! What an instance does because an operator asks for it (`engine/drain.rs`).

use std::sync::Arc;

use crate::engine::drain::Drain;
use crate::engine::message::What;
use crate::engine::snapshot::State;
use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::units::Instant;

/// An instance that is kept from being master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Away {
    drain: Arc<Drain>,
    /// When that ends by itself.
    ends: Option<Instant>,
    /// No master has been heard for a whole master-down time, which was told.
    pub(super) vacant: bool,
}

impl Instance {
    /// How it is drained, if it is.
    pub(in crate::engine) fn drained(&self) -> Option<&Arc<Drain>> {
        self.away.as_ref().map(|away| &away.drain)
    }

    /// Its name.
    pub(in crate::engine) fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// Keeps away from now on; asked again, it is the later word that counts.
    pub(in crate::engine) fn drain(&mut self, context: &mut Context<'_>, drain: &Arc<Drain>) {
        let lasts = drain.until.map(|until| until.saturating_sub(context.unix));
        let ends = lasts.map(|lasts| context.now + lasts);
        let vacant = self.away.as_ref().is_some_and(|away| away.vacant);
        self.away = Some(Away { drain: Arc::clone(drain), ends, vacant });
        self.log(context, What::Drained { drain: Arc::clone(drain), lasts });
        self.wish(false);
        let (by, reason) = (Arc::clone(&drain.by), drain.reason.clone());
        self.resign(context, Trigger::Drained { by, reason });
    }

    /// Takes part again: because somebody asks for it, or its time is over.
    pub(in crate::engine) fn resume(&mut self, context: &mut Context<'_>, by: Option<&Arc<str>>) {
        let Some(Away { vacant, .. }) = self.away.take() else { return };
        self.log(context, What::Resumed { by: by.cloned() });
        if vacant {
            // It has listened long enough already.
            let end = context.begin() + self.skew_time();
            if let Phase::Backup { master_down, .. } = &mut self.phase {
                *master_down = end;
            }
        } else {
            self.restart_master_down(context);
        }
    }

    /// Resigns once.
    pub(in crate::engine) fn hand_over(
        &mut self,
        context: &mut Context<'_>,
        by: &Arc<str>,
        reason: Option<&Arc<str>>,
    ) {
        let (by, reason) = (Arc::clone(by), reason.cloned());
        self.resign(context, Trigger::HandedOver { by, reason });
        // After a stall the takeover may be due at this moment.
        if matches!(self.phase, Phase::Backup { master_down, .. } if master_down <= context.now) {
            self.restart_master_down(context);
        }
    }

    /// As master: two adverts of priority 0, as one may be lost; then a backup like any other. Where
    /// another may be master already (it listens after a stall) there is nothing to resign from.
    fn resign(&mut self, context: &mut Context<'_>, why: Trigger) {
        if self.state() != State::Master {
            return;
        }
        if !self.is_doubting() {
            self.send_zero(context);
            self.send_zero_again(context);
        }
        let master_down = context.begin() + self.master_down();
        self.become_backup(context, master_down, why);
    }

    /// What is due while it is kept away: the end of that, or that nobody leads.
    pub(super) fn tend_drain(&mut self, context: &mut Context<'_>) {
        let Some(away) = &mut self.away else { return };
        if away.ends.is_some_and(|ends| ends <= context.now) {
            self.resume(context, None);
            return;
        }
        if matches!(self.phase, Phase::Backup { master_down, .. } if master_down <= context.now)
            && !std::mem::replace(&mut away.vacant, true)
        {
            self.log(context, What::Vacant);
        }
    }

    /// When that is.
    pub(super) fn drain_due(&self) -> Option<Instant> {
        let away = self.away.as_ref()?;
        let silence = match self.phase {
            Phase::Backup { master_down, .. } if !away.vacant => Some(master_down),
            _ => None,
        };
        silence.into_iter().chain(away.ends).min()
    }

    /// Somebody leads.
    pub(super) fn is_led(&mut self) {
        if let Some(away) = &mut self.away {
            away.vacant = false;
        }
    }

    /// It is kept away, and nobody leads.
    pub(super) fn is_vacant(&self) -> bool {
        self.away.as_ref().is_some_and(|away| away.vacant)
    }
}
