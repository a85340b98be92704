//! The machine of one `vrrp_track_process`: whether enough processes run, and not too many.
//!
//! The count comes from outside. What changes it only for a moment is held back by `fork_delay` and
//! `terminate_delay`.

use std::sync::Arc;

use crate::engine::message::What;
use crate::engine::outbox::Outbox;
use crate::engine::snapshot::{RunStage, TrackerKind, TrackerSnapshot};
use crate::engine::track::{Change, News};
use crate::ir;
use crate::plan::{self, Fate};
use crate::units::Instant;

/// A `vrrp_track_process` that somebody tracks.
#[derive(Debug)]
pub(super) struct Process {
    name: Arc<str>,
    config: ir::TrackProcess,
    count: u32,
    /// Counted at least once.
    counted: bool,
    up: bool,
    /// When the other state counts, if it lasts until then.
    turns: Option<Instant>,
}

impl Process {
    /// With the count of the start, if it is known; no process runs otherwise.
    pub(super) fn new(config: &ir::TrackProcess, count: Option<u32>) -> Self {
        let mut process = Self {
            name: Arc::from(config.name.value.as_str()),
            config: config.clone(),
            count: count.unwrap_or(0),
            counted: count.is_some(),
            up: false,
            turns: None,
        };
        process.up = process.is_met();
        process
    }

    /// The quorum is there and has lasted.
    pub(super) const fn is_up(&self) -> bool {
        self.up
    }

    /// `weight` and `reverse` for lines that say nothing.
    pub(super) const fn usual(&self) -> (i16, bool) {
        (self.config.weight.value, self.config.reverse)
    }

    /// When it wants to be woken.
    pub(super) const fn next(&self) -> Option<Instant> {
        self.turns
    }

    fn is_met(&self) -> bool {
        let most = self.config.quorum_max.as_ref().map_or(u32::MAX, |most| most.value.into());
        (u32::from(self.config.quorum)..=most).contains(&self.count)
    }

    /// So many run now; says what changed.
    pub(super) fn on_count(&mut self, now: Instant, count: u32, out: &mut Outbox) -> Change {
        self.count = count;
        let first = !std::mem::replace(&mut self.counted, true);
        if self.is_met() == self.up {
            self.turns = None;
            return Change::None;
        }
        let delay = match self.up {
            _ if first => std::time::Duration::ZERO,
            true => self.config.terminate_delay,
            false => self.config.fork_delay,
        };
        let turns = *self.turns.get_or_insert(now + delay);
        if turns <= now { self.turn(out) } else { Change::None }
    }

    /// Does what is due; says what changed.
    pub(super) fn on_time(&mut self, now: Instant, out: &mut Outbox) -> Change {
        match self.turns {
            Some(at) if at <= now => self.turn(out),
            _ => Change::None,
        }
    }

    fn turn(&mut self, out: &mut Outbox) -> Change {
        self.turns = None;
        self.up = !self.up;
        out.log(&self.name, What::Tracker(News::Quorum { gained: self.up }));
        Change::Seen
    }

    /// Takes over a new configuration, with the count of now if that is known; says what changed. What
    /// is said of the quorum counts at once.
    pub(super) fn reconfigure(
        &mut self,
        config: &ir::TrackProcess,
        count: Option<u32>,
        now: Instant,
        out: &mut Outbox,
    ) -> Change {
        if plan::process(&self.config, config) == Fate::Keep {
            return count.map_or(Change::None, |count| self.on_count(now, count, out));
        }
        if let Some(count) = count {
            self.count = count;
            self.counted = true;
        }
        self.config = config.clone();
        self.turns = None;
        let before = self.up;
        self.up = self.is_met();
        if before == self.up { Change::None } else { Change::Seen }
    }

    pub(super) fn snapshot(&self) -> TrackerSnapshot {
        TrackerSnapshot {
            name: self.name.to_string(),
            kind: TrackerKind::Process,
            up: Some(self.up),
            value: self.count.into(),
            last: None,
            took: None,
            run: RunStage::Idle,
            turning: self.turns.is_some(),
        }
    }
}
