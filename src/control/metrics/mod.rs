//! Metrics for Prometheus, from a snapshot of the engine. `docs/metrics.md` lists the names; a test
//! holds it to what is here.
//!
//! | File | Subject |
//! | --- | --- |
//! | `own` | our names |
//! | `exporters` | the names of the two known exporters of keepalived |
//! | `family` | samples as data, and as text |

mod exporters;
mod family;
mod own;

pub use family::{Family, Format, Kind};

use crate::control::Process;
use crate::engine::snapshot::{InstanceSnapshot, Snapshot};
use crate::ir::Instance;

/// Whose names metrics have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Names {
    /// Ours.
    Own,
    /// Those of `mehdy/keepalived-exporter`.
    Mehdy,
    /// Those of `gen2brain/keepalived_exporter`.
    Gen2brain,
}

impl Names {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Own, Self::Mehdy, Self::Gen2brain];

    /// The word of `--metrics-names`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "stillalive",
            Self::Mehdy => "mehdy",
            Self::Gen2brain => "gen2brain",
        }
    }
}

impl std::str::FromStr for Names {
    type Err = UnknownNames;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|names| names.word() == word);
        known.ok_or_else(|| UnknownNames(word.to_owned()))
    }
}

/// Nobody's names.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{0}' is not one of stillalive, mehdy, gen2brain")]
pub struct UnknownNames(String);

/// The families with these names, with a sample for everything that there is.
pub fn families(engine: &Snapshot, process: &Process, names: Names) -> Vec<Family> {
    match names {
        Names::Own => own::families(engine, process),
        Names::Mehdy => exporters::mehdy(engine),
        Names::Gen2brain => exporters::gen2brain(engine),
    }
}

/// The answer to a scrape.
pub fn exposition(engine: &Snapshot, process: &Process, names: &[Names], format: Format) -> String {
    let all = names.iter().flat_map(|names| families(engine, process, *names)).collect();
    family::written(all, format)
}

/// The instances as configured, each with what has become of it.
fn instances(engine: &Snapshot) -> impl Iterator<Item = (&Instance, &InstanceSnapshot)> {
    engine.config.instances.iter().map(AsRef::as_ref).zip(&engine.instances)
}

/// The interface of an instance: its own one if it makes one.
fn interface<'a>(config: &'a Instance, now: &'a InstanceSnapshot) -> &'a str {
    match &now.own_link {
        Some((own, _)) => own.name.as_str(),
        None => config.interface.as_ref().map_or("", |interface| interface.value.as_str()),
    }
}
