//! One virtual router: its state, and the small machines that change it.
//!
//! | File | Subject |
//! | --- | --- |
//! | `state` | the state with its election timers, and what their end decides |
//! | `receive` | is this datagram an advert that counts? |
//! | `election` | what a valid advert does |
//! | `transition` | the effects of each change of state, in order |
//! | `guard` | accept mode: which packets are kept from the host |
//! | `fault` | what keeps the instance from working |
//! | `routes` | routes and rules of the master |
//! | `advert` | what is sent |
//! | `links` | the interfaces that it makes for itself |
//! | `robbery` | what others take away from a master |
//! | `announce` | gratuitous ARP and neighbour advertisements |
//! | `cadence` | when the adverts of many leave |
//! | `tracking` | what it follows: weights and faults |
//! | `membership` | its part in a sync group |
//! | `duty` | what an operator asks of it |
//! | `proof` | authentication header and signed trailer: numbers and replays |
//! | `counts` | what it counts |
//! | `view` | what it looks like from outside |
//! | `stall` | what it does after the process has not run |
//! | `rival` | a second master that is seen |
//! | `reason` | what it heard, and why it changes its state |

mod adoption;
mod advert;
mod announce;
mod cadence;
mod counts;
mod duty;
mod election;
mod fault;
mod guard;
mod links;
mod membership;
mod proof;
mod reason;
mod receive;
mod rival;
mod robbery;
mod routes;
mod stall;
mod state;
mod tracking;
mod transition;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::effect::{
    Endpoint, GuardedAddress, InstanceId, PlacedAddress, SocketId, SocketKey,
};
use crate::engine::message::{Cause, What};
use crate::engine::notification::{Policy, Reporter};
use crate::engine::outbox::Outbox;
use crate::engine::own_link::Links;
use crate::engine::pacing::Pacing;
use crate::engine::snapshot::State;
use crate::engine::theft::{Property, Thefts};
use crate::engine::timers::Timers;
use crate::engine::track::Trackers;
use crate::engine::why::{Ground, History};
use crate::facts::Network;
use crate::ir::{self, Transport};
use crate::net::ipv4::{PROTOCOL_AUTHENTICATION_HEADER, PROTOCOL_VRRP};
use crate::net::vrrp::Advert;
use crate::units::{IfName, Instant, Priority};

pub(super) use cadence::Turn;
use counts::Counts;
pub(super) use membership::{Beginning, Membership, Stand};
pub use rival::{Evidence, Rival, Who};
pub(super) use routes::Paths;
pub use state::Due;
use state::{OwnerConflict, Phase};
pub(super) use tracking::{Follow, Followed, Follows};

/// What the machines see of the world, and where their effects go.
pub(super) struct Context<'a> {
    /// Now.
    pub(super) now: Instant,
    /// The wall clock: the time since 1970.
    pub(super) unix: Duration,
    /// The end of the startup delay: adverts are not heard before, so no timer runs before.
    pub(super) deaf_until: Instant,
    /// The host's network.
    pub(super) network: &'a Network,
    /// Every virtual address of the configuration: none of them is ever a source.
    pub(super) virtual_addresses: &'a BTreeSet<IpAddr>,
    /// What is told of changes, and to whom.
    pub(super) policy: &'a Policy,
    /// Spacing of announcements.
    pub(super) pacing: &'a mut Pacing,
    /// What is known of the things that are tracked.
    pub(super) trackers: &'a Trackers,
    /// Effects.
    pub(super) out: &'a mut Outbox,
}

impl Context<'_> {
    /// From when on a timer that is started now runs.
    fn begin(&self) -> Instant {
        self.now.max(self.deaf_until)
    }
}

/// A running instance.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) id: InstanceId,
    pub(super) config: Arc<ir::Instance>,
    pub(super) socket: SocketId,
    /// The interfaces of its own (`use_vmac`, `use_ipvlan`).
    pub(super) links: Links,
    name: Arc<str>,
    phase: Phase,
    since: Instant,
    timers: Timers,
    /// Its place among the adverts of many instances.
    pub(super) turn: Turn,
    /// Priority in force: that of the configuration with what is tracked added to it, but for an
    /// owner that gave way to another.
    priority: Priority,
    /// The master's interval (`Master_Adver_Interval`): in version 3 learned from it.
    master_adver_int: Duration,
    source: Option<IpAddr>,
    /// Its group gave way to an equal: the rank by which it comes back.
    turn_back: Option<u8>,
    causes: BTreeSet<Cause>,
    follows: Vec<tracking::Follow>,
    /// What the things that it follows add to its priority.
    weight: i32,
    /// It follows something of which nothing is known yet.
    pending: bool,
    socket_failed: bool,
    /// The earlier instance with its VRID on the same LAN.
    clash: Option<Arc<str>>,
    /// The master last heard.
    master: Option<IpAddr>,
    /// Its priority; 0 if none was heard.
    master_priority: u8,
    last_advert: Option<Instant>,
    heard: Option<reason::Heard>,
    /// Everybody who sent a valid advert lately.
    peers: reason::Peers,
    /// An operator keeps it from being master.
    away: Option<duty::Away>,
    /// What kept it from working since it last could, as it was found then.
    overcome: BTreeMap<Cause, Ground>,
    history: History,
    rivals: Vec<Rival>,
    owner_conflict: OwnerConflict,
    /// The peer computes checksums as keepalived did before 1.3.7.
    old_checksum: bool,
    proof: proof::Proof,
    identification: u16,
    advert: Arc<Advert>,
    destinations: Arc<[IpAddr]>,
    addresses: Arc<[PlacedAddress]>,
    addresses_set: bool,
    paths: routes::Paths,
    /// Whatever others take away is put back at once.
    pub(super) caretaker: bool,
    /// What others have taken away.
    thefts: Thefts<Property>,
    /// Addresses whose packets are dropped while it is master.
    guarded: Arc<[GuardedAddress]>,
    /// Effects on our addresses that the kernel has not answered yet.
    unanswered: Vec<crate::engine::effect::EffectId>,
    /// A comparison with the kernel came while effects were unanswered.
    comparison_due: bool,
    reporter: Reporter,
    membership: Membership,
    news: membership::News,
    logged: receive::Logged,
    statistics: Counts,
}

impl Instance {
    pub(super) fn new(
        id: InstanceId,
        config: Arc<ir::Instance>,
        links: Links,
        socket: SocketId,
        now: Instant,
    ) -> Self {
        let name = Arc::from(config.name.value.as_str());
        let (priority, master_adver_int) = (*config.priority, *config.advert_int);
        let reporter = Reporter::of_instance(id, &name, &config);
        let mut instance = Self {
            id,
            socket,
            links,
            name,
            phase: Phase::Init,
            since: now,
            timers: Timers::default(),
            turn: Turn::default(),
            priority,
            master_adver_int,
            source: None,
            turn_back: None,
            causes: BTreeSet::new(),
            follows: Vec::new(),
            weight: 0,
            pending: false,
            socket_failed: false,
            clash: None,
            master: None,
            master_priority: 0,
            last_advert: None,
            heard: None,
            peers: reason::Peers::default(),
            away: None,
            overcome: BTreeMap::new(),
            history: History::default(),
            rivals: Vec::new(),
            owner_conflict: OwnerConflict::None,
            old_checksum: false,
            proof: proof::Proof::default(),
            identification: 0,
            advert: Arc::new(advert::compose(&config, priority)),
            destinations: Arc::from([]),
            addresses: Arc::from([]),
            addresses_set: false,
            paths: routes::Paths::default(),
            caretaker: false,
            thefts: Thefts::default(),
            guarded: Arc::from([]),
            unanswered: Vec::new(),
            comparison_due: false,
            reporter,
            membership: Membership::Alone,
            news: membership::News::default(),
            logged: receive::Logged::default(),
            statistics: Counts::default(),
            config,
        };
        instance.derive();
        instance
    }

    /// Computes anew what follows from the configuration alone.
    pub(super) fn derive(&mut self) {
        let config = &self.config;
        if *self.name != *config.name.value {
            self.name = Arc::from(config.name.value.as_str());
        }
        self.advert = Arc::new(advert::compose(config, self.priority));
        self.destinations = match &config.transport {
            Transport::Multicast { group } => Arc::from([*group]),
            Transport::Unicast { peers, .. } => peers.iter().map(|peer| peer.address).collect(),
        };
        self.paths = routes::Paths::of(config);
        self.addresses = placed_addresses(config, &self.links);
        self.guarded = guard::guarded(config, &self.addresses);
        self.proof.configure(&config.authentication);
        self.reporter.adopt_instance(&self.name, config);
    }

    /// Takes over a changed configuration of the same instance.
    pub(super) fn adopt(
        &mut self,
        config: Arc<ir::Instance>,
        priority_changed: bool,
        timing_changed: bool,
    ) {
        if self.config.authentication != config.authentication {
            self.proof.forget_senders();
        }
        self.config = config;
        if priority_changed {
            self.priority = self.weighted_priority();
        }
        if timing_changed {
            self.master_adver_int = *self.config.advert_int;
        }
        self.logged.clear();
        self.derive();
    }

    /// What distinguishes its sockets. They are bound to its own interface if adverts travel over
    /// that, without any interface to the VRF.
    pub(super) fn socket_key(config: &ir::Instance, links: &Links) -> SocketKey {
        let base = config.interface.as_ref().or(config.vrf.as_ref());
        SocketKey {
            family: config.family,
            interface: match links.transmits() {
                Some(own) => Some(own.name.clone()),
                None => base.map(|interface| interface.value.clone()),
            },
            protocol: match config.authentication {
                ir::Authentication::Header(_) => PROTOCOL_AUTHENTICATION_HEADER,
                _ => PROTOCOL_VRRP,
            },
            endpoint: match &config.transport {
                Transport::Multicast { group } => Endpoint::Multicast(*group),
                Transport::Unicast { .. } => {
                    Endpoint::Unicast(config.source.as_ref().map(|source| source.value))
                }
            },
        }
    }

    pub(super) fn state(&self) -> State {
        self.phase.state()
    }

    pub(super) fn is_master(&self) -> bool {
        self.state() == State::Master
    }

    /// The addresses that it holds as master, with their places.
    pub(super) fn placed(&self) -> &Arc<[PlacedAddress]> {
        &self.addresses
    }

    /// The interface of the instance, if it has one.
    fn interface(&self) -> Option<&IfName> {
        self.config.interface.as_ref().map(|interface| &interface.value)
    }

    fn is_unicast(&self) -> bool {
        matches!(self.config.transport, Transport::Unicast { .. })
    }

    fn log(&self, context: &mut Context<'_>, what: What) {
        context.out.log(&self.name, what);
    }
}

/// Addresses of the advert first, then the excluded ones, each with its interface. An address
/// without any place cannot be set and is left out.
fn placed_addresses(config: &ir::Instance, links: &Links) -> Arc<[PlacedAddress]> {
    config
        .addresses
        .iter()
        .chain(&config.excluded)
        .filter_map(|address| {
            let interface = links.place(config, address)?;
            Some(PlacedAddress { interface, address: address.value.clone() })
        })
        .collect()
}
