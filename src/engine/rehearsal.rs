//! A takeover played beforehand, on a copy: what the engine would ask for if nothing were heard
//! until then. For a shell that wants everything at hand when the moment comes.

use crate::engine::effect::Effect;
use crate::engine::outbox::Outbox;
use crate::engine::pacing::Pacing;
use crate::engine::vrrp::Context;
use crate::engine::{Due, Engine, wall};

impl Engine {
    /// The effects of the takeover that comes first, if nothing is heard until then; none if
    /// something else comes first. Their ids mean nothing, and nothing changes.
    pub fn rehearse(&self) -> Vec<Effect> {
        let Some((at, place, Due::MasterDown)) = self.agenda.first() else { return Vec::new() };
        let Some(mut instance) = self.instances.get(place).cloned() else { return Vec::new() };
        let mut out = Outbox::default();
        let mut pacing = Pacing::default();
        let mut context = Context {
            now: at,
            unix: wall(self.clock, at),
            deaf_until: self.deaf_until,
            network: &self.network,
            virtual_addresses: &self.virtual_addresses,
            policy: &self.policy,
            pacing: &mut pacing,
            trackers: &self.trackers,
            out: &mut out,
        };
        instance.on_time(&mut context);
        std::iter::from_fn(|| out.pop()).collect()
    }
}
