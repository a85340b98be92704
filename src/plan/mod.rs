//! What a reload does: two configurations side by side, object by object.
//!
//! Whether an object is kept, changed in place or restarted is decided here and nowhere else: the
//! engine asks the same functions when it reloads, and what is printed for people is made of their
//! answers. Pure: it sees two configurations, not the daemon, so what depends on its state (who is
//! master) is said as a condition.
//!
//! | File | Subject |
//! | --- | --- |
//! | `pairing` | which instances are the same ones, and what makes them others |
//! | `instance` | what of an instance changes in place, and what that asks of a running one |
//! | `addresses` | what becomes of the virtual addresses |
//! | `groups` | what a member that begins anew does to the others of its sync group |
//! | `trackers` | scripts, files, processes, BFD sessions |
//! | `objects` | groups, static entries and what stands at the top level |
//! | `global` | `global_defs`; its blocks that concern the whole daemon in `daemon` |
//! | `setting` | one setting with its two values; `wording` writes values |
//! | `summary`, `text`, `document` | one line, a page, JSON |

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod addresses;
mod daemon;
mod document;
mod global;
mod groups;
mod instance;
mod objects;
mod pairing;
mod setting;
mod summary;
mod text;
mod trackers;
mod wording;

use std::time::Duration;

pub use document::document;
pub use global::impossible;
pub use instance::{Changes, changes};
pub use pairing::{Pairing, pair};
pub use setting::{Difference, Setting};
pub use text::text;
pub use trackers::{Fate, Tracked, process, script, track_file};

use crate::ir::Config;

/// What becomes of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// Nothing: it is not touched.
    Keep,
    /// It takes over other settings in the state that it is in.
    Change,
    /// It ends, and another one with its name begins from nothing.
    Restart,
    /// It begins.
    Add,
    /// It ends.
    Remove,
}

/// The kind of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// `vrrp_instance`.
    Instance,
    /// `vrrp_sync_group`.
    SyncGroup,
    /// `vrrp_script`.
    Script,
    /// `track_file`.
    TrackFile,
    /// `vrrp_track_process`.
    Process,
    /// `bfd_instance`.
    Bfd,
    /// `track_group`.
    TrackGroup,
    /// `garp_group`.
    GarpGroup,
    /// `static_ipaddress`, `static_routes`, `static_rules`: each line is one.
    Static,
    /// `global_defs` and the plain statements of the top level.
    Global,
    /// Virtual servers, their groups, `SSL`.
    Balancing,
}

impl Kind {
    /// The keyword of its block.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Instance => "vrrp_instance",
            Self::SyncGroup => "vrrp_sync_group",
            Self::Script => "vrrp_script",
            Self::TrackFile => "track_file",
            Self::Process => "vrrp_track_process",
            Self::Bfd => "bfd_instance",
            Self::TrackGroup => "track_group",
            Self::GarpGroup => "garp_group",
            Self::Static => "static",
            Self::Global => "global_defs",
            Self::Balancing => "virtual_server",
        }
    }
}

/// One object, and what becomes of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its kind.
    pub kind: Kind,
    /// Its name in the new configuration; the old one if it ends. Empty for what has none.
    pub name: String,
    /// The name that it has before, if it is an instance that runs.
    pub former: Option<String>,
    /// What becomes of it.
    pub action: Action,
    /// What changes in place; of a restart, what cannot.
    pub settings: Vec<Setting>,
    /// Its addresses, if it is not kept.
    pub addresses: Vec<AddressStep>,
    /// What whoever reloads should know.
    pub notes: Vec<String>,
}

impl Step {
    fn new(kind: Kind, name: &str, action: Action) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            former: None,
            action,
            settings: Vec::new(),
            addresses: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Kept if nothing differs, else changed in place.
    fn compared(kind: Kind, name: &str, settings: Vec<Setting>) -> Self {
        let action = if settings.is_empty() { Action::Keep } else { Action::Change };
        Self { settings, ..Self::new(kind, name, action) }
    }
}

/// An address, and what becomes of it where its router is the master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressStep {
    /// The address with the length of its prefix, and its interface if it names one.
    pub address: String,
    /// What becomes of it.
    pub effect: AddressEffect,
}

/// What becomes of an address where its router is the master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AddressEffect {
    /// It is not touched.
    Stays,
    /// It is added at once.
    Comes,
    /// Another instance, named here, takes it over without a gap if both are master.
    MovesTo(String),
    /// It is removed, and added at once with other options.
    Replaced,
    /// It is removed; it comes back after so long with the new instance, unless another router
    /// leads by then.
    Returns(Duration),
    /// It comes after so long with the new instance, unless another router leads by then.
    Elected(Duration),
    /// It is removed.
    Leaves,
}

impl AddressEffect {
    /// Nobody answers for the address on this router, for a time or for good.
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Returns(_) | Self::Leaves)
    }
}

/// What a reload does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Every object: instances in the order of the new configuration, those that end, the rest.
    pub steps: Vec<Step>,
    /// Settings that the running process cannot take over: the reload is refused for them.
    pub impossible: Vec<Setting>,
}

impl Plan {
    /// Compares two configurations.
    pub fn between(old: &Config, new: &Config) -> Self {
        let mut steps = pairing::steps(old, new);
        groups::spread(&mut steps, new);
        steps.extend(trackers::steps(old, new));
        steps.extend(objects::steps(old, new));
        steps.push(global::step(old, new));
        Self { steps, impossible: global::impossible(&old.global, &new.global) }
    }

    /// Nothing changes.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.action == Action::Keep)
    }

    /// The addresses that this router gives up where it is the master, for a time or for good.
    pub fn outages(&self) -> impl Iterator<Item = &AddressStep> {
        let all = self.steps.iter().flat_map(|step| &step.addresses);
        all.filter(|address| address.effect.is_outage())
    }

    /// Those of them that instances hold which lead, by the names that these have before.
    pub fn outages_of(&self, leads: impl Fn(&str) -> bool) -> impl Iterator<Item = &AddressStep> {
        let steps = self.steps.iter();
        let leading = steps.filter(move |step| step.former.as_deref().is_some_and(&leads));
        let all = leading.flat_map(|step| &step.addresses);
        all.filter(|address| address.effect.is_outage())
    }

    /// How many objects of a kind have that fate.
    pub fn count(&self, kind: Kind, action: Action) -> usize {
        self.steps.iter().filter(|step| step.kind == kind && step.action == action).count()
    }
}
