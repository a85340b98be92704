//! One `bfd_instance` as those see it that follow it: up or down. The session itself is somebody
//! else's work.

use std::sync::Arc;

use crate::engine::snapshot::{RunStage, TrackerKind, TrackerSnapshot};
use crate::engine::track::Change;
use crate::ir;

/// A `bfd_instance` that somebody tracks.
#[derive(Debug)]
pub(super) struct Bfd {
    name: Arc<str>,
    usual: (i16, bool),
    up: bool,
}

impl Bfd {
    /// Down until it is said to be up.
    pub(super) fn new(config: &ir::BfdInstance) -> Self {
        let usual = (config.weight.value, config.reverse);
        Self { name: Arc::from(config.name.value.as_str()), usual, up: false }
    }

    /// The neighbour is reached.
    pub(super) const fn is_up(&self) -> bool {
        self.up
    }

    /// `weight` and `reverse` for lines that say nothing.
    pub(super) const fn usual(&self) -> (i16, bool) {
        self.usual
    }

    /// The session came or went; says what changed.
    pub(super) fn on_state(&mut self, up: bool) -> Change {
        if std::mem::replace(&mut self.up, up) == up { Change::None } else { Change::Seen }
    }

    /// Takes over a new configuration; the session goes on.
    pub(super) fn reconfigure(&mut self, config: &ir::BfdInstance) {
        self.usual = (config.weight.value, config.reverse);
    }

    pub(super) fn snapshot(&self) -> TrackerSnapshot {
        TrackerSnapshot {
            name: self.name.to_string(),
            kind: TrackerKind::Bfd,
            up: Some(self.up),
            value: self.up.into(),
            last: None,
            took: None,
            run: RunStage::Idle,
            turning: false,
        }
    }
}
