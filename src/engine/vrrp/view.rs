//! What an instance looks like from outside, and its counters set back.

use std::sync::Arc;

use crate::engine::snapshot::{InstanceSnapshot, State};
use crate::engine::standing::Standing;
use crate::engine::track::Trackers;
use crate::engine::vrrp::Instance;
use crate::engine::vrrp::counts::Counts;
use crate::engine::vrrp::state::{OwnerConflict, Phase};

impl Instance {
    /// What it looks like now.
    pub(in crate::engine) fn snapshot(&self, trackers: &Trackers) -> InstanceSnapshot {
        let base = *self.config.priority;
        let weight = if base.is_owner() { 0 } else { self.weight };
        InstanceSnapshot {
            id: self.id,
            name: self.config.name.value.clone(),
            vrid: *self.config.vrid,
            state: self.state(),
            priority: self.priority,
            source: self.source,
            master: self.master,
            since: self.since,
            changes: self.history.all(),
            peers: self.peers.all().to_vec(),
            drained: self.drained().cloned(),
            vacant: self.is_vacant(),
            rivals: self.rivals.iter().filter(|rival| rival.told.is_some()).cloned().collect(),
            addresses_set: self.addresses_set,
            statistics: self.statistics.all(),
            wanted: self.wanted(),
            total_priority: i32::from(base.get()).saturating_add(weight),
            master_priority: self.master_priority,
            master_interval: self.master_adver_int,
            master_down: self.master_down(),
            next: match self.phase {
                Phase::Backup { .. } if self.drained().is_some() => None,
                Phase::Backup { master_down, .. } => Some(master_down),
                Phase::Master { advert: at } | Phase::Doubt { until: at, .. } => Some(at),
                Phase::Init | Phase::Awaiting | Phase::Fault => None,
            },
            last_advert: self.last_advert,
            causes: self.causes.iter().cloned().collect(),
            scripts_awaited: self.scripts_awaited(trackers),
            socket: self.socket,
            addresses: Arc::clone(&self.addresses),
            own_link: self
                .links
                .own()
                .map(|own| (Arc::clone(own), self.links.transmits().is_none())),
            links: self.links.all.iter().map(|link| Arc::clone(&link.plan)).collect(),
            follows: self.follows_snapshot(),
            old_checksum: self.old_checksum,
            other_owner: match self.owner_conflict {
                OwnerConflict::None => None,
                OwnerConflict::Asked { adverts, theirs } => Some((adverts, theirs)),
                OwnerConflict::Watching => Some((0, *self.config.advert_int)),
            },
        }
    }

    /// Where it stands now, as a member of a group or not.
    pub(in crate::engine) fn standing(&self, grouped: bool) -> Standing<'_> {
        Standing {
            id: self.id,
            name: &self.config.name.value,
            vrid: *self.config.vrid,
            state: self.state(),
            priority: self.priority,
            source: self.source,
            master: self.master,
            since: self.since,
            drained: self.drained().is_some(),
            grouped,
            adverts_received: self.statistics.adverts_received,
        }
    }

    /// keepalived's `wantstate`.
    fn wanted(&self) -> State {
        match (self.state(), self.config.initial_state) {
            (State::Init, initial) if initial.is_master() => State::Master,
            (State::Init, _) => State::Backup,
            (state, _) => state,
        }
    }

    /// Counts from 0 again.
    pub(in crate::engine) fn clear_statistics(&mut self) {
        self.statistics = Counts::default();
    }
}
