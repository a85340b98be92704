//! One `track_file`: the number in it. Reading the file is somebody else's work.

use std::sync::Arc;

use crate::engine::snapshot::{RunStage, TrackerKind, TrackerSnapshot};
use crate::engine::track::Change;
use crate::ir;

/// The number that means FAULT, and everything below it.
const FAULT: i64 = -254;
/// The most that a file adds.
const MOST: i64 = 253;

/// A `track_file` that somebody tracks.
#[derive(Debug)]
pub(super) struct File {
    name: Arc<str>,
    usual: (i16, bool),
    value: i32,
}

impl File {
    /// With the number of the start; 0 for a file that is not there.
    pub(super) fn new(config: &ir::TrackFile, value: i32) -> Self {
        let usual = (config.weight.value, config.reverse);
        Self { name: Arc::from(config.name.value.as_str()), usual, value }
    }

    /// The number in it.
    pub(super) const fn value(&self) -> i32 {
        self.value
    }

    /// `weight` and `reverse` for lines that say nothing.
    pub(super) const fn usual(&self) -> (i16, bool) {
        self.usual
    }

    /// Another number stands in it; says what changed.
    pub(super) fn on_value(&mut self, value: i32) -> Change {
        if std::mem::replace(&mut self.value, value) == value { Change::None } else { Change::Seen }
    }

    /// Takes over a new configuration, with the number in the file if that was read anew; says
    /// what changed.
    pub(super) fn reconfigure(&mut self, config: &ir::TrackFile, value: Option<i32>) -> Change {
        self.usual = (config.weight.value, config.reverse);
        value.map_or(Change::None, |value| self.on_value(value))
    }

    pub(super) fn snapshot(&self) -> TrackerSnapshot {
        TrackerSnapshot {
            name: self.name.to_string(),
            kind: TrackerKind::File,
            up: None,
            value: self.value.into(),
            last: None,
            took: None,
            run: RunStage::Idle,
            turning: false,
        }
    }
}

/// What a number does with that weight: `None` is FAULT, else so much is added to the priority.
pub(in crate::engine) fn contribution(value: i32, weight: i32, reverse: bool) -> Option<i32> {
    if weight == 0 {
        return ((value != 0) == reverse).then_some(0);
    }
    let sign = if reverse { -1 } else { 1 };
    let adds = i64::from(value).saturating_mul(i64::from(weight)).saturating_mul(sign);
    if adds <= FAULT { None } else { i32::try_from(adds.min(MOST)).ok() }
}
