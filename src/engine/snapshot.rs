//! A read-only view of the engine for dumps, metrics and tests: plain data that outlives the moment.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::drain::Drain;
use crate::engine::effect::{InstanceId, PlacedAddress, SocketId, SocketKey};
use crate::engine::event::CheckOutcome;
use crate::engine::message::{Cause, ProtocolError};
use crate::engine::own_link::LinkPlan;
use crate::engine::stall::Stalls;
use crate::engine::vrrp::Rival;
use crate::engine::why::{Change, Why};
use crate::facts::Network;
use crate::ir::Config;
use crate::units::{IfName, Instant, Priority, Vrid};

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
    /// When it was taken.
    pub at: Instant,
    /// The wall clock then: so much time since 1970.
    pub unix: Duration,
    /// The configuration that runs.
    pub config: Arc<Config>,
    /// The host's network as the engine knows it.
    pub network: Network,
    /// The pairs of sockets in use.
    pub sockets: Vec<SocketSnapshot>,
    /// Every instance, in the order of the configuration.
    pub instances: Vec<InstanceSnapshot>,
    /// Every sync group, in the order of the configuration.
    pub groups: Vec<GroupSnapshot>,
    /// Everything that is tracked: scripts, files, processes, BFD sessions, each by name.
    pub trackers: Vec<TrackerSnapshot>,
    /// When the process did not run.
    pub stalls: Stalls,
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

impl Snapshot {
    /// Of a configuration that no engine runs.
    pub fn of_nothing(config: Arc<Config>) -> Self {
        Self {
            at: Instant::from_micros(0),
            unix: Duration::ZERO,
            config,
            network: Network::default(),
            sockets: Vec::new(),
            instances: Vec::new(),
            groups: Vec::new(),
            trackers: Vec::new(),
            stalls: Stalls::default(),
            reloads: Reloads::default(),
        }
    }

    /// The wall clock at a moment near that of the snapshot: the time since 1970.
    pub fn wall(&self, moment: Instant) -> Duration {
        let later = self.unix.saturating_add(moment.since(self.at));
        later.saturating_sub(self.at.since(moment))
    }
}

/// One pair of sockets at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SocketSnapshot {
    /// Its name.
    pub id: SocketId,
    /// What it is bound to.
    pub key: SocketKey,
    /// Bytes of receive buffer that its instances ask for together; 0 leaves it to the system.
    pub buffer: u32,
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
    /// What the program of a script does.
    pub run: RunStage,
    /// The other state of a process is there, but has not lasted long enough to count.
    pub turning: bool,
}

/// What the program of a script does at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RunStage {
    /// It does not run.
    #[default]
    Idle,
    /// It runs.
    Running,
    /// It has been asked to end.
    Terminating,
    /// It has been killed, and has not ended yet.
    Killing,
}

/// One sync group at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupSnapshot {
    /// Name.
    pub name: String,
    /// The state of its members; INIT while they wait for scripts.
    pub state: State,
    /// Why: which member's change it was, and the cause of that.
    pub why: Option<Arc<Why>>,
    /// The names of its members, in the order of the configuration.
    pub members: Vec<String>,
}

/// One instance at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstanceSnapshot {
    /// What effects call it.
    pub id: InstanceId,
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
    /// The last changes of the state with their reasons, the oldest first.
    pub changes: Arc<[Change]>,
    /// The routers whose valid adverts came last, in the order in which they came first.
    pub peers: Vec<Peer>,
    /// An operator keeps it from being master.
    pub drained: Option<Arc<Drain>>,
    /// It is drained, and has heard no master for a whole master-down time: nobody holds its
    /// addresses, as far as it can know.
    pub vacant: bool,
    /// Second masters for its virtual router that are seen now.
    pub rivals: Vec<Rival>,
    /// True while the addresses are asked for and not given back.
    pub addresses_set: bool,
    /// What is counted.
    pub statistics: Statistics,
    /// The state that it is in; before its first one, that which it was configured to begin with.
    pub wanted: State,
    /// The priority of the configuration with all weights, whatever the protocol allows.
    pub total_priority: i32,
    /// Priority of the master last heard; 0 if none was.
    pub master_priority: u8,
    /// The interval of the master in force.
    pub master_interval: Duration,
    /// How long a silent master is waited for.
    pub master_down: Duration,
    /// When the election timer ends: that of a silent master, or of the next advert.
    pub next: Option<Instant>,
    /// When it sent its last advert.
    pub last_advert: Option<Instant>,
    /// What keeps it from working.
    pub causes: Vec<Cause>,
    /// Tracked scripts whose first result it waits for.
    pub scripts_awaited: usize,
    /// Through which sockets it speaks.
    pub socket: SocketId,
    /// Its addresses with their places: those of the advert, then the excluded ones.
    pub addresses: Arc<[PlacedAddress]>,
    /// The interface of its own, and whether adverts travel over what that stands on.
    pub own_link: Option<(Arc<LinkPlan>, bool)>,
    /// Every interface that it makes.
    pub links: Vec<Arc<LinkPlan>>,
    /// What it follows, by itself and through its group.
    pub follows: Vec<FollowSnapshot>,
    /// Its peer computes checksums as keepalived did before 1.3.7.
    pub old_checksum: bool,
    /// Another owner of the addresses was heard: own adverts until it is watched for, and its
    /// interval.
    pub other_owner: Option<(u8, Duration)>,
}

/// Another router of a virtual router, as last heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Who.
    pub address: IpAddr,
    /// Its priority; `None` is 0: it has resigned.
    pub priority: Option<Priority>,
    /// When.
    pub at: Instant,
}

/// One thing that an instance follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FollowSnapshot {
    /// What.
    pub what: Followed,
    /// What it does to the priority; 0: its loss is a fault.
    pub weight: i32,
    /// Up and down are swapped.
    pub reverse: bool,
}

/// A thing that is followed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Followed {
    /// The link of an interface.
    Interface(IfName),
    /// Something that is tracked.
    Tracker(TrackerKind, Arc<str>),
}

/// Counters of one instance, as in `keepalived.stats`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
    /// What was wrong last with the TTL, the version or the checksum of one.
    pub protocol_error: Option<ProtocolError>,
    /// Adverts of priority 0 received.
    pub priority_zero_received: u64,
    /// Times that it resigned with adverts of priority 0, of which there may be two at a time.
    pub priority_zero_sent: u64,
    /// Adverts refused for their trailer (`auth_hmac`).
    pub trailers: TrailerStatistics,
    /// Second masters that were seen.
    pub second_masters: u64,
    /// How near it came to taking over from a master that lived.
    pub nearness: Nearness,
}

/// What was wrong with signed trailers (`auth_hmac`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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

/// How long a backup had heard nothing when the next advert of its master came, in parts of its
/// master-down time. With every advert heard that is a third at most; the more the greater parts
/// count, the nearer it is to taking over from a master that lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Nearness {
    /// Adverts that came in the first tenth of the master-down time after the one before, in the
    /// second, and so on.
    pub tenths: [u64; 10],
}

impl Nearness {
    /// Counts an advert that came so long after the one before.
    pub(in crate::engine) fn add(&mut self, silent: Duration, master_down: Duration) {
        let tenth = silent.as_micros().saturating_mul(10).checked_div(master_down.as_micros());
        let tenth = usize::try_from(tenth.unwrap_or(0)).unwrap_or(usize::MAX);
        if let Some(count) = self.tenths.get_mut(tenth.min(9)) {
            *count = count.saturating_add(1);
        }
    }
}
