//! One instance as operators see it: its state and why, its addresses and whether they are there,
//! whom it hears, what it follows, and what is wrong.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::control::duration::spell;
use crate::control::status::{kind, seconds};
use crate::engine::drain::Drain;
use crate::engine::snapshot::{
    FollowSnapshot, Followed, InstanceSnapshot, Nearness, Peer, Snapshot, State, TrackerKind,
    TrackerSnapshot,
};
use crate::engine::why::Change;
use crate::ir::{self, Transport};
use crate::units::Priority;

/// An advert that came after so many tenths of the master-down time was nearly too late.
const NEAR_TENTH: usize = 7;
/// So many of the last changes are shown.
const CHANGES: usize = 5;

/// An instance at one moment. Points in time are seconds since 1970.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct InstanceStatus {
    /// Its name.
    pub name: String,
    /// Virtual router identifier.
    pub vrid: u8,
    /// The interface that it advertises on, if it has one.
    pub interface: Option<String>,
    /// INIT, BACKUP, MASTER or FAULT.
    pub state: String,
    /// Since when.
    pub since: f64,
    /// Why.
    pub why: Option<String>,
    /// Priority in force.
    pub priority: u8,
    /// Priority as configured.
    pub configured_priority: u8,
    /// Where adverts come from.
    pub source: Option<IpAddr>,
    /// Who is master, if somebody else is.
    pub master: Option<IpAddr>,
    /// Its addresses, and whether the host has them.
    pub addresses: Vec<AddressStatus>,
    /// Other routers, as last heard; configured peers that were never heard.
    pub peers: Vec<PeerStatus>,
    /// What it follows.
    pub tracked: Vec<FollowStatus>,
    /// What is due next.
    pub next: Option<NextStatus>,
    /// An operator keeps it from being master.
    pub drained: Option<DrainStatus>,
    /// Routers that are master at the same time.
    pub second_masters: Vec<String>,
    /// What needs a look, in words, the worst first.
    pub warnings: Vec<String>,
    /// Counters.
    pub counters: CounterStatus,
    /// The last changes of its state, the latest first.
    pub changes: Vec<ChangeStatus>,
}

/// One of its addresses.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AddressStatus {
    /// With the length of its prefix.
    pub address: String,
    /// Where it belongs.
    pub interface: String,
    /// The host has it there.
    pub held: bool,
}

/// Another router.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PeerStatus {
    /// Its address.
    pub address: IpAddr,
    /// Its priority; 0 says that it has resigned. Nothing if it was never heard.
    pub priority: Option<u8>,
    /// When it was heard last.
    pub heard: Option<f64>,
}

/// Something that it follows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FollowStatus {
    /// `interface`, `script`, `file`, `process`, `bfd`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What it does to the priority; 0: its loss is a fault.
    pub weight: i32,
    /// Good, or up; nothing while that is not known, and for a file.
    pub up: Option<bool>,
    /// What was found last, in words.
    pub found: String,
}

/// What is due next.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NextStatus {
    /// `advert`, or `takeover` unless the master is heard before.
    pub what: String,
    /// When.
    pub at: f64,
}

/// How it is kept away.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DrainStatus {
    /// Since when.
    pub since: f64,
    /// Until when; nothing: until somebody resumes.
    pub until: Option<f64>,
    /// By whom.
    pub by: String,
    /// Why, as the operator said.
    pub reason: Option<String>,
    /// No master is heard: nobody holds the addresses.
    pub nobody_leads: bool,
}

/// What was counted since the start, or since the counters were cleared.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CounterStatus {
    /// Times that it became master.
    pub became_master: u64,
    /// Times that it stopped being master.
    pub released_master: u64,
    /// Adverts sent.
    pub adverts_sent: u64,
    /// Valid adverts received.
    pub adverts_received: u64,
    /// Datagrams that were refused.
    pub refused: u64,
    /// Adverts of the master that came after more than seven tenths of the time after which this
    /// one would have taken over.
    pub near_failovers: u64,
    /// Second masters that were seen.
    pub second_masters: u64,
}

/// A change of its state.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChangeStatus {
    /// When.
    pub at: f64,
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// Why.
    pub why: String,
}

/// Something tracked by its kind and name.
type Trackers<'a> = BTreeMap<(TrackerKind, &'a str), &'a TrackerSnapshot>;

impl InstanceStatus {
    /// Every instance of a snapshot.
    pub(super) fn all(engine: &Snapshot) -> Vec<Self> {
        let trackers = engine.trackers.iter().map(|it| ((it.kind, it.name.as_str()), it)).collect();
        let instances = engine.instances.iter().zip(&engine.config.instances);
        instances.map(|(now, config)| Self::of(engine, &trackers, now, config)).collect()
    }

    fn of(
        engine: &Snapshot,
        trackers: &Trackers<'_>,
        now: &InstanceSnapshot,
        config: &ir::Instance,
    ) -> Self {
        let moment = |at| seconds(engine.wall(at));
        let addresses = addresses(engine, now);
        let changes = now.changes.iter().rev().take(CHANGES);
        Self {
            name: now.name.clone(),
            vrid: now.vrid.get(),
            interface: config.interface.as_ref().map(|name| name.value.to_string()),
            state: now.state.name().to_owned(),
            since: moment(now.since),
            why: now.changes.last().map(|change| change.why.to_string()),
            priority: now.priority.get(),
            configured_priority: config.priority.get(),
            source: now.source,
            master: now.master,
            peers: peers(engine, now, config),
            tracked: now.follows.iter().map(|it| followed(engine, trackers, it)).collect(),
            next: now.next.map(|at| NextStatus {
                what: if now.state == State::Master { "advert" } else { "takeover" }.to_owned(),
                at: moment(at),
            }),
            drained: now.drained.as_deref().map(|drain| drained(drain, now.vacant)),
            second_masters: now.rivals.iter().map(|rival| rival.who.to_string()).collect(),
            warnings: warnings(now, &addresses),
            addresses,
            counters: counters(now),
            changes: changes
                .map(|Change { at, from, to, why, .. }| ChangeStatus {
                    at: moment(*at),
                    from: from.name().to_owned(),
                    to: to.name().to_owned(),
                    why: why.to_string(),
                })
                .collect(),
        }
    }

    /// It is master.
    pub fn is_master(&self) -> bool {
        self.state == State::Master.name()
    }
}

fn addresses(engine: &Snapshot, now: &InstanceSnapshot) -> Vec<AddressStatus> {
    let status = |placed: &crate::engine::effect::PlacedAddress| {
        let interface = engine.network.interface(&placed.interface);
        AddressStatus {
            address: placed.address.net.to_string(),
            interface: placed.interface.to_string(),
            held: interface.is_some_and(|it| it.addresses.contains(&placed.address.net)),
        }
    };
    now.addresses.iter().map(status).collect()
}

fn peers(engine: &Snapshot, now: &InstanceSnapshot, config: &ir::Instance) -> Vec<PeerStatus> {
    let heard = |peer: &Peer| PeerStatus {
        address: peer.address,
        priority: Some(peer.priority.map_or(0, Priority::get)),
        heard: Some(seconds(engine.wall(peer.at))),
    };
    let mut all: Vec<PeerStatus> = now.peers.iter().map(heard).collect();
    if let Transport::Unicast { peers, .. } = &config.transport {
        let silent = peers.iter().map(|peer| peer.address);
        let silent = silent.filter(|address| !now.peers.iter().any(|it| it.address == *address));
        all.extend(silent.map(|address| PeerStatus { address, priority: None, heard: None }));
    }
    all
}

fn followed(engine: &Snapshot, trackers: &Trackers<'_>, follow: &FollowSnapshot) -> FollowStatus {
    let weight = follow.weight;
    match &follow.what {
        Followed::Interface(name) => {
            let up = engine.network.interface(name).is_some_and(|interface| interface.up);
            let found = if up { "up" } else { "down" };
            FollowStatus {
                kind: "interface".to_owned(),
                name: name.to_string(),
                weight,
                up: Some(up),
                found: found.to_owned(),
            }
        }
        Followed::Tracker(what, name) => {
            let known = trackers.get(&(*what, &**name));
            FollowStatus {
                kind: kind(*what).to_owned(),
                name: name.to_string(),
                weight,
                up: known.and_then(|tracker| tracker.up),
                found: known.map_or_else(|| "unknown".to_owned(), |tracker| found(tracker)),
            }
        }
    }
}

fn found(tracker: &TrackerSnapshot) -> String {
    let state = match tracker.up {
        Some(true) => "good",
        Some(false) => "bad",
        None => "no result yet",
    };
    match tracker.kind {
        TrackerKind::Script => {
            let last = tracker.last.map(|last| format!(", {last}")).unwrap_or_default();
            let took = tracker.took.map(|took| format!(", took {}", spell(took)));
            format!("{state}{last}{}", took.unwrap_or_default())
        }
        TrackerKind::File => format!("holds {}", tracker.value),
        TrackerKind::Process => format!("{state}, {} run", tracker.value),
        TrackerKind::Bfd => if tracker.up == Some(true) { "up" } else { "down" }.to_owned(),
    }
}

fn drained(drain: &Drain, nobody_leads: bool) -> DrainStatus {
    DrainStatus {
        since: seconds(drain.since),
        until: drain.until.map(seconds),
        by: drain.by.to_string(),
        reason: drain.reason.as_deref().map(str::to_owned),
        nobody_leads,
    }
}

fn warnings(now: &InstanceSnapshot, addresses: &[AddressStatus]) -> Vec<String> {
    let mut all = Vec::new();
    if now.vacant {
        all.push("NOBODY HOLDS THE ADDRESSES: it is drained, and no master is heard".to_owned());
    }
    for rival in &now.rivals {
        all.push(format!("SECOND MASTER {}: {}", rival.who, rival.evidence));
    }
    if now.state == State::Fault {
        let causes: Vec<String> = now.causes.iter().map(ToString::to_string).collect();
        all.push(match causes.is_empty() {
            true => "FAULT: it follows its sync group".to_owned(),
            false => format!("FAULT: {}", causes.join(", ")),
        });
    }
    let list = |held: bool| {
        let some = addresses.iter().filter(|address| address.held == held);
        some.map(|address| address.address.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (present, missing) = (list(true), list(false));
    match now.state {
        State::Master if !missing.is_empty() => {
            all.push(format!("it is master, and the host does not have {missing}"));
        }
        State::Backup | State::Fault if !present.is_empty() => {
            all.push(format!("it is not master, and the host has {present}"));
        }
        _ => {}
    }
    all
}

fn counters(now: &InstanceSnapshot) -> CounterStatus {
    let statistics = &now.statistics;
    let trailers = &statistics.trailers;
    let refused = [
        statistics.length_errors,
        statistics.ttl_errors,
        statistics.type_errors,
        statistics.version_errors,
        statistics.checksum_errors,
        statistics.auth_type_invalid,
        statistics.auth_type_mismatch,
        statistics.auth_failures,
        trailers.missing,
        trailers.malformed,
        trailers.stale,
        trailers.unknown_key,
        trailers.invalid,
        trailers.replayed,
    ];
    let Nearness { tenths } = statistics.nearness;
    CounterStatus {
        became_master: statistics.became_master,
        released_master: statistics.released_master,
        adverts_sent: statistics.adverts_sent,
        adverts_received: statistics.adverts_received,
        refused: refused.into_iter().fold(0, u64::saturating_add),
        near_failovers: tenths.into_iter().skip(NEAR_TENTH).fold(0, u64::saturating_add),
        second_masters: statistics.second_masters,
    }
}
