//! What the things of a host that are tracked are really like, whatever its daemon knows of it.
//!
//! It outlives the daemon. What was never said of a thing is that it does well: scripts succeed,
//! processes run, BFD sessions are up, files hold 0.

use std::collections::BTreeMap;
use std::fmt;

use crate::ir::{Instance, Track};
use crate::units::Spanned;

/// How a check script ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Health {
    /// With 0.
    #[default]
    Good,
    /// With 1.
    Bad,
    /// Not at all, until it is killed: a failure as well.
    Hangs,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Good => "succeeds",
            Self::Bad => "fails",
            Self::Hangs => "hangs",
        })
    }
}

/// The tracked things of a host, by name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct World {
    /// `vrrp_script`.
    pub(super) checks: BTreeMap<String, Health>,
    /// `track_file`.
    pub(super) files: BTreeMap<String, i32>,
    /// `bfd_instance`, up or down.
    pub(super) sessions: BTreeMap<String, bool>,
}

impl World {
    /// What a script would do now.
    pub fn health(&self, name: &str) -> Health {
        self.checks.get(name).copied().unwrap_or_default()
    }

    /// Whether a session is up.
    pub fn session(&self, name: &str) -> bool {
        self.sessions.get(name).copied().unwrap_or(true)
    }

    /// The number in a file.
    pub fn file(&self, name: &str) -> i32 {
        self.files.get(name).copied().unwrap_or(0)
    }

    /// The priority that an instance should have, by the table of the manual; `None` if it should
    /// be in FAULT. It knows weights of the `track_*` lines only, and neither groups nor `reverse`.
    pub(super) fn priority(&self, instance: &Instance) -> Option<u8> {
        let weight = |track: &Spanned<Track>| {
            track.value.weight.as_ref().map_or(0, |weight| i32::from(weight.value))
        };
        let tracking = &instance.tracking;
        let scripts = tracking
            .scripts
            .iter()
            .map(|track| (self.health(&track.name) == Health::Good, weight(track)));
        let sessions = tracking.bfds.iter().map(|track| (self.session(&track.name), weight(track)));
        let mut sum = i32::from(instance.priority.get());
        for (up, weight) in scripts.chain(sessions) {
            match weight {
                0 if !up => return None,
                1.. if up => sum = sum.saturating_add(weight),
                ..0 if !up => sum = sum.saturating_add(weight),
                _ => {}
            }
        }
        for track in &tracking.files {
            let (number, weight) = (self.file(&track.name), weight(track));
            let adds = number.saturating_mul(weight);
            if (weight == 0 && number != 0) || adds <= -254 {
                return None;
            }
            sum = sum.saturating_add(adds.min(253));
        }
        if instance.priority.is_owner() {
            return Some(u8::MAX);
        }
        u8::try_from(sum.clamp(1, 254)).ok()
    }
}
