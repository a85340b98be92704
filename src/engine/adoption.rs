//! Going on where another process has been: the virtual routers of a running daemon are taken over
//! as they are, masters as masters, backups as backups.
//!
//! Nothing happens on the host: the addresses are there, and who is told of changes has been told.
//! Only what is missing is set. A master advertises at once, so that nobody misses an advert.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::snapshot::{State, Statistics};
use crate::engine::vrrp::Instance;
use crate::engine::{Engine, Known};
use crate::facts::Network;
use crate::ir::Config;
use crate::units::Instant;

/// What a running daemon is doing at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Adoption {
    /// Its instances.
    pub instances: Vec<Adopted>,
    /// What it has found of its scripts; those without a result are left out.
    pub scripts: Vec<AdoptedScript>,
    /// Another daemon is to be started beside it, and will remove what it takes for left over: that
    /// is put back at once, and nobody resigns for it.
    pub caretaker: bool,
}

/// An instance of a running daemon.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Adopted {
    /// Its name in the configuration.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// How long it has been that.
    pub age: Duration,
    /// What it has counted.
    #[serde(default)]
    pub statistics: Statistics,
}

/// What an instance is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Role {
    /// It holds its addresses.
    Master,
    /// It hears a master.
    Backup {
        /// Which, if it has heard one.
        master: Option<IpAddr>,
        /// Its priority; 0 if none was heard.
        priority: u8,
        /// The interval learned from it (version 3).
        interval: Option<Duration>,
    },
    /// It cannot work.
    Fault,
}

impl Role {
    /// The state that it is.
    pub const fn state(self) -> State {
        match self {
            Self::Master => State::Master,
            Self::Backup { .. } => State::Backup,
            Self::Fault => State::Fault,
        }
    }
}

/// A `vrrp_script` of a running daemon.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AdoptedScript {
    /// Its name in the configuration.
    pub name: String,
    /// It counts as good.
    pub good: bool,
    /// Its counter, 0..rise+fall-1.
    pub counter: u32,
}

/// An instance that is not what it was with the process before.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("({name}) would be {now}, and is {before}")]
pub struct Deviation {
    /// Its name.
    pub name: String,
    /// What it was.
    pub before: State,
    /// What it would be.
    pub now: State,
}

impl Engine {
    /// Goes on with what another process has been doing. As [`Engine::knowing`] the effects
    /// wait to be polled: whoever finds [`Engine::deviation`] drops the engine, and nothing has
    /// happened.
    pub fn adopting(
        config: Arc<Config>,
        network: Network,
        known: Known,
        adoption: &Adoption,
        now: Instant,
    ) -> Self {
        let mut engine = Self::prepared(config, network, known, Some(adoption), now);
        engine.set_moving(true);
        for place in 0..engine.instances.len() {
            let name = engine.instances.get(place).map(|it| it.config.name.value.clone());
            let found = adoption.instances.iter().find(|it| Some(&it.name) == name.as_ref());
            match found {
                Some(adopted) => engine.at(place, |instance, context| {
                    instance.caretaker = adoption.caretaker;
                    instance.begin_as(context, adopted);
                }),
                None => engine.at(place, Instance::start),
            }
        }
        engine.settle_groups();
        engine.set_moving(false);
        engine.tend_trackers();
        engine
    }

    /// An instance that is something else than it was with the process before.
    pub fn deviation(&self, adoption: &Adoption) -> Option<Deviation> {
        self.instances.iter().find_map(|instance| {
            let name = &instance.config.name.value;
            let now = instance.state();
            let before = adoption.instances.iter().find(|it| it.name == *name);
            let before = before.map_or(State::Init, |it| it.role.state());
            (before != now).then(|| Deviation { name: name.clone(), before, now })
        })
    }
}
