//! A read-only view of the engine for status, metrics and tests.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use crate::engine::event::CheckOutcome;
use crate::units::{Instant, Priority, Vrid};

/// State of an instance (RFC 9568 section 6.4, and FAULT as keepalived has it).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// Not started yet.
    Init,
    /// Listens to a master.
    Backup,
    /// Holds the addresses and advertises.
    Master,
    /// Cannot work: link down, no source address, and the like.
    Fault,
}

impl State {
    /// The word that scripts and logs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Init => "INIT",
            Self::Backup => "BACKUP",
            Self::Master => "MASTER",
            Self::Fault => "FAULT",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The engine at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Every instance, in the order of the configuration.
    pub instances: Vec<InstanceSnapshot>,
    /// Every sync group, in the order of the configuration.
    pub groups: Vec<GroupSnapshot>,
    /// Everything that is tracked: scripts, files, processes, BFD sessions, each by name.
    pub trackers: Vec<TrackerSnapshot>,
    /// How often a new configuration came.
    pub reloads: Reloads,
}

/// New configurations since the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reloads {
    /// Applied.
    pub accepted: u64,
    /// Refused: the running configuration went on.
    pub refused: u64,
    /// When the last one came, and whether it was applied.
    pub last: Option<(Instant, bool)>,
}

/// A kind of thing that is tracked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TrackerKind {
    /// A `vrrp_script`.
    Script,
    /// A `track_file`.
    File,
    /// A `vrrp_track_process`.
    Process,
    /// A `bfd_instance`.
    Bfd,
}

/// One tracked thing at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrackerSnapshot {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: TrackerKind,
    /// Good, met, up; `None` for a file, and for a script before its first result.
    pub up: Option<bool>,
    /// A file's number, how many processes run, a script's counter (0..rise+fall-1), 1 for a BFD
    /// session that is up.
    pub value: i64,
    /// How the last run of a script ended.
    pub last: Option<CheckOutcome>,
    /// How long the last run of a script took.
    pub took: Option<Duration>,
}

/// One sync group at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupSnapshot {
    /// Name.
    pub name: String,
    /// The state of its members; INIT while they wait for scripts.
    pub state: State,
    /// The names of its members, in the order of the configuration.
    pub members: Vec<String>,
}

/// One instance at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstanceSnapshot {
    /// Name.
    pub name: String,
    /// Virtual router identifier.
    pub vrid: Vrid,
    /// State.
    pub state: State,
    /// Priority in force.
    pub priority: Priority,
    /// Source of the adverts, if there is one.
    pub source: Option<IpAddr>,
    /// The master last heard, if it is not this one.
    pub master: Option<IpAddr>,
    /// When the state last changed.
    pub since: Instant,
    /// True while the addresses are asked for and not given back.
    pub addresses_set: bool,
    /// What is counted.
    pub statistics: Statistics,
}

/// Counters of one instance, as in `keepalived.stats`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Valid adverts received.
    pub adverts_received: u64,
    /// Adverts sent.
    pub adverts_sent: u64,
    /// Times that it became master.
    pub became_master: u64,
    /// Times that it stopped being master.
    pub released_master: u64,
    /// Datagrams with a wrong length.
    pub length_errors: u64,
    /// Datagrams with a wrong TTL.
    pub ttl_errors: u64,
    /// Datagrams of another type than 1.
    pub type_errors: u64,
    /// Version 2 adverts with another interval.
    pub interval_errors: u64,
    /// Adverts whose address list differs, or of the wrong kind of destination.
    pub address_list_errors: u64,
    /// Adverts with an unknown authentication type.
    pub auth_type_invalid: u64,
    /// Adverts with another authentication type than configured.
    pub auth_type_mismatch: u64,
    /// Adverts with a wrong password.
    pub auth_failures: u64,
    /// Adverts of another version.
    pub version_errors: u64,
    /// Adverts with a wrong checksum.
    pub checksum_errors: u64,
    /// Adverts of priority 0 received.
    pub priority_zero_received: u64,
    /// Adverts of priority 0 sent.
    pub priority_zero_sent: u64,
    /// Adverts refused for their trailer (`auth_hmac`).
    pub trailers: TrailerStatistics,
}

/// What was wrong with signed trailers (`auth_hmac`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TrailerStatistics {
    /// There was none.
    pub missing: u64,
    /// Of another form.
    pub malformed: u64,
    /// Its time was too far from ours.
    pub stale: u64,
    /// Signed with a key that we do not have.
    pub unknown_key: u64,
    /// The code was wrong.
    pub invalid: u64,
    /// Its number was there before.
    pub replayed: u64,
    /// Accepted, but its time was far from ours.
    pub clock_differences: u64,
}
