//! The files that the daemon writes on request, in keepalived's formats: `keepalived.data`,
//! `keepalived.stats`, `keepalived.json`, `keepalived_parent.data`.
//!
//! Pure: from a [`Snapshot`] of the engine and what only the process knows ([`Surroundings`]) to
//! text. Monitors read these files line by line, so words, indents and forms of numbers are those of
//! keepalived 2.4.3. No password is in them, as in 2.4.
//!
//! | File | Subject |
//! | --- | --- |
//! | `data` | `keepalived.data`, a file for each of its sections |
//! | `statistics` | `keepalived.stats` |
//! | `json` | `keepalived.json` |
//! | `line` | addresses, routes, rules and commands as one line each |
//! | `number`, `moment`, `text` | numbers, times and indents |

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod data;
mod json;
mod line;
mod moment;
mod number;
mod statistics;
mod surroundings;
mod text;

use crate::engine::snapshot::{InstanceSnapshot, Snapshot, State};
use crate::ir::{Config, Instance};

pub use data::{data, parent};
pub use json::json;
pub use statistics::statistics;
pub use surroundings::{HostInterface, InterfaceSettings, LinkFlags, Surroundings};

/// What a password looks like.
const HIDDEN: &str = "********";

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The engine.
    pub engine: &'a Snapshot,
    /// The process and its host.
    pub host: &'a Surroundings,
    /// Whether there is more to be said than the configuration: false for what is logged before
    /// anything runs (`-d`).
    pub running: bool,
}

impl<'a> View<'a> {
    fn config(&self) -> &'a Config {
        &self.engine.config
    }

    /// The instances as configured, each with what has become of it.
    fn instances(&self) -> impl Iterator<Item = (&'a Instance, &'a InstanceSnapshot)> {
        self.config().instances.iter().map(AsRef::as_ref).zip(&self.engine.instances)
    }
}

/// The interface of an instance in keepalived's eyes: its own one if it makes one.
fn interface<'a>(config: &'a Instance, now: &'a InstanceSnapshot) -> Option<&'a str> {
    match &now.own_link {
        Some((own, _)) => Some(own.name.as_str()),
        None => config.interface.as_ref().map(|interface| interface.value.as_str()),
    }
}

/// The number of a state in JSON.
const fn number_of(state: State) -> u8 {
    match state {
        State::Init => 0,
        State::Backup => 1,
        State::Master => 2,
        State::Fault => 3,
    }
}
