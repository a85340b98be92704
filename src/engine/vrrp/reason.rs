//! What an instance heard last, and the reasons that it gives for its changes of state from that
//! and from what it follows.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::message::{Cause, What};
use crate::engine::snapshot::{Peer, State};
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::{Change, Finding, Ground, Trigger, Weighed, Why};
use crate::units::{Instant, Priority};

/// The last advert that a backup took notice of since it became one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Heard {
    /// From whom.
    pub(super) from: IpAddr,
    /// Its priority; `None` is 0.
    pub(super) priority: Option<Priority>,
    /// When.
    pub(super) at: Instant,
    /// It started the master-down timer anew. A lesser master's does not, so that it is preempted.
    pub(super) heeded: bool,
}

/// So many routers are remembered for each instance.
const MOST_PEERS: usize = 8;

/// Whoever sent a valid advert lately.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Peers(Vec<Peer>);

impl Peers {
    /// An advert has come. Of too many the one that has been silent for longest is forgotten.
    pub(super) fn note(&mut self, address: IpAddr, priority: Option<Priority>, at: Instant) {
        let heard = Peer { address, priority, at };
        if let Some(known) = self.0.iter_mut().find(|known| known.address == address) {
            *known = heard;
        } else if self.0.len() < MOST_PEERS {
            self.0.push(heard);
        } else if let Some(oldest) = self.0.iter_mut().min_by_key(|known| known.at) {
            *oldest = heard;
        }
    }

    /// All of them, in the order in which they came.
    pub(super) fn all(&self) -> &[Peer] {
        &self.0
    }
}

impl Instance {
    /// Why the end of the master-down timer makes it master.
    pub(super) fn why_takeover(&self, context: &Context<'_>) -> Trigger {
        let Some(Heard { from, priority, at, heeded }) = self.heard else {
            return Trigger::NobodyHeard(context.now.since(self.since));
        };
        let silent = context.now.since(at);
        match priority {
            None => Trigger::Resigned(from),
            // It goes on speaking, as far as can be known.
            Some(theirs) if !heeded && silent < self.master_adver_int * 2 => {
                Trigger::Preempts { master: from, theirs, ours: self.priority }
            }
            Some(_) => Trigger::Silence { master: from, silent },
        }
    }

    /// Why it goes into FAULT.
    pub(super) fn why_fault(&self, context: &Context<'_>) -> Trigger {
        Trigger::Fault(self.causes.iter().map(|cause| ground(context, cause)).collect())
    }

    /// Why it comes out of FAULT.
    pub(super) fn why_recovered(&mut self) -> Trigger {
        Trigger::Recovered(std::mem::take(&mut self.overcome).into_values().collect())
    }

    /// Takes down what was found of new causes.
    pub(super) fn note_grounds(&mut self, context: &Context<'_>, causes: &BTreeSet<Cause>) {
        let new = causes.iter().map(|cause| (cause.clone(), ground(context, cause)));
        self.overcome.extend(new);
    }

    /// The whole chain behind what decides.
    pub(super) fn reason(&self, context: &Context<'_>, trigger: Trigger) -> Arc<Why> {
        let base = *self.config.priority;
        let weighed = (trigger.weighs() && self.priority != base).then(|| Weighed {
            weights: self.weights(context),
            base,
            now: self.priority,
        });
        Arc::new(Why { weighed, trigger })
    }

    /// Says that a state is entered, and why: keepalived's line first.
    pub(super) fn say_entering(
        &self,
        context: &mut Context<'_>,
        state: State,
        init: bool,
        why: &Arc<Why>,
    ) {
        self.log(context, What::Entering { state, init });
        self.log(context, What::Because(Arc::clone(why)));
    }

    /// Remembers a change that happens now.
    pub(super) fn remember(&mut self, now: Instant, from: State, to: State, why: &Arc<Why>) {
        let (priority, why) = (self.priority, Arc::clone(why));
        self.history.add(Change { at: now, from, to, priority, why });
    }

    /// Its name, and why its state changed last: for those that follow it.
    pub(in crate::engine) fn example(&self) -> Option<(Arc<str>, Arc<Why>)> {
        Some((Arc::clone(&self.name), self.history.latest()?))
    }
}

/// A cause with what was found.
fn ground(context: &Context<'_>, cause: &Cause) -> Ground {
    match cause {
        Cause::Script { name, good } => Ground::Tracked(Finding::Script {
            name: Arc::clone(name),
            good: *good,
            outcome: context.trackers.outcome(name),
        }),
        Cause::File(name) => Ground::Tracked(Finding::File {
            name: Arc::clone(name),
            value: context.trackers.file(name),
        }),
        Cause::Process { name, met } => {
            Ground::Tracked(Finding::Process { name: Arc::clone(name), met: *met })
        }
        Cause::Bfd { name, up } => {
            Ground::Tracked(Finding::Bfd { name: Arc::clone(name), up: *up })
        }
        other => Ground::Other(other.clone()),
    }
}
