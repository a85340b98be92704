//! The state machines, without I/O and without a clock.
//!
//! Rule of use: one [`Engine::handle`], then drain [`Engine::poll_effect`] to `None`, then arm
//! [`Engine::poll_timeout`]. The same events at the same times give the same effects, so any run
//! can be recorded and replayed. `now` never goes backwards.
//!
//! Where very many instances are due at once, one [`Engine::handle`] looks after some of them, and the
//! deadline of the others has then passed already.
//!
//! Nothing falls due while datagrams are handled, because the next one may be the advert that is
//! waited for. Whoever reads them sends [`Event::Timer`] after the last one if the deadline has
//! passed, as an armed timer does by itself.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod adoption;
mod agenda;
mod buffers;
pub mod clash;
pub mod drain;
pub mod effect;
pub mod event;
mod group;
mod link_watch;
mod links;
pub mod message;
mod network;
pub mod notification;
mod outbox;
pub mod own_link;
mod pacing;
mod rehearsal;
mod reload;
mod renamed;
pub mod snapshot;
pub mod stall;
pub mod standing;
pub mod statics;
pub mod theft;
mod timers;
mod track;
mod vrrp;
pub mod why;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

pub use timers::Timer;
pub use track::News;
pub use vrrp::{Due, Evidence, Rival, Who};

use crate::engine::adoption::Adoption;
use crate::engine::agenda::Agenda;
use crate::engine::buffers::Buffers;
use crate::engine::drain::Kept;
use crate::engine::effect::{Effect, EffectId, InstanceId, SocketId, SocketKey};
use crate::engine::event::{Claim, Datagram, Event, KernelError, Tracked};
use crate::engine::group::Groups;
use crate::engine::link_watch::LinkWatch;
use crate::engine::message::What;
use crate::engine::notification::Policy;
use crate::engine::outbox::Outbox;
use crate::engine::pacing::Pacing;
use crate::engine::renamed::Departed;
use crate::engine::snapshot::{Reloads, Snapshot, SocketSnapshot};
use crate::engine::stall::Stalls;
use crate::engine::statics::Keeper;
use crate::engine::track::Trackers;
use crate::engine::vrrp::{Context, Follow, Follows, Instance, Turn};
use crate::facts::Network;
use crate::ir::{Config, Transport};
use crate::units::{IfName, Instant};

/// When the engine wants to be woken, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// When.
    pub at: Instant,
    /// What happens then.
    pub why: Reason,
}

impl Deadline {
    /// A backup becomes master then, if it hears nothing before.
    pub const fn is_takeover(&self) -> bool {
        matches!(self.why, Reason::Instance(_, Due::MasterDown))
    }
}

/// Why the engine wants to be woken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// Something of an instance.
    Instance(InstanceId, Due),
    /// A spaced announcement.
    Announcement,
    /// A link that has changed for long enough.
    Link,
    /// Something that is tracked: a script, or a process.
    Tracker,
    /// A static entry that others remove again and again is put back.
    Static,
}

/// Every virtual router of a process.
#[derive(Debug)]
pub struct Engine {
    config: Arc<Config>,
    network: Network,
    links: LinkWatch,
    /// Instances that wait for interfaces of their own, or with others of their group that do.
    put_off: BTreeSet<InstanceId>,
    departed: Departed,
    instances: Vec<Instance>,
    agenda: Agenda,
    groups: Groups,
    sockets: Sockets,
    virtual_addresses: BTreeSet<IpAddr>,
    pacing: Pacing,
    buffers: Buffers,
    trackers: Trackers,
    /// What is told, and to whom.
    policy: Policy,
    /// The interfaces of instances: two may come to stand on one LAN.
    watched: BTreeSet<IfName>,
    /// Adverts are ignored until then (`vrrp_startup_delay`).
    deaf_until: Instant,
    next_instance: u32,
    now: Instant,
    /// The wall clock: when it was told, and what it said.
    clock: (Instant, Duration),
    out: Outbox,
    statics: Keeper,
    stalls: Stalls,
    /// From what lateness on somebody is concerned.
    least_stall: Duration,
    reloads: Reloads,
    /// Other instances are drained than before, or in another way.
    drains_changed: bool,
    stopped: bool,
}

/// What is known when an engine starts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// What is known already of the things that are tracked, so that no instance begins with a
    /// priority that is not its own.
    pub observed: Vec<Tracked>,
    /// The wall clock: so much time since 1970.
    pub unix: Duration,
    /// What was drained when the daemon ended.
    pub drains: Arc<[Kept]>,
}

/// The pairs of sockets in use.
#[derive(Debug, Default)]
struct Sockets {
    open: BTreeMap<SocketId, SocketKey>,
    by_key: BTreeMap<SocketKey, SocketId>,
    /// Which answer belongs to which pair.
    opening: BTreeMap<EffectId, SocketId>,
    next: u32,
}

impl Engine {
    /// Starts: the first effects wait to be polled.
    pub fn new(config: Arc<Config>, network: Network, now: Instant) -> Self {
        Self::knowing(config, network, Known::default(), now)
    }

    /// As [`Engine::new`], with all that is known.
    pub fn knowing(config: Arc<Config>, network: Network, known: Known, now: Instant) -> Self {
        let mut engine = Self::prepared(config, network, known, None, now);
        engine.start(&engine.instances.iter().map(|instance| instance.id).collect());
        engine.tend_trackers();
        engine
    }

    /// Everything up to where the instances start. What another process has done before is not
    /// waited for.
    fn prepared(
        config: Arc<Config>,
        network: Network,
        known: Known,
        adoption: Option<&Adoption>,
        now: Instant,
    ) -> Self {
        let Known { observed, unix, drains } = known;
        let delay = adoption.map_or(config.global.startup_delay, |_| Duration::ZERO);
        let mut engine = Self {
            buffers: Buffers::default(),
            network,
            links: LinkWatch::default(),
            put_off: BTreeSet::new(),
            departed: Departed::default(),
            instances: Vec::new(),
            agenda: Agenda::default(),
            groups: Groups::default(),
            sockets: Sockets::default(),
            virtual_addresses: virtual_addresses(&config),
            pacing: Pacing::default(),
            trackers: Trackers::default(),
            policy: Policy::of(&config),
            watched: clash::watched(&config),
            deaf_until: now + delay,
            next_instance: 0,
            now,
            clock: (now, unix),
            out: Outbox::default(),
            statics: Keeper::new(&config),
            stalls: Stalls::default(),
            least_stall: Duration::MAX,
            reloads: Reloads::default(),
            drains_changed: false,
            stopped: false,
            config: Arc::clone(&config),
        };
        engine.pacing.configure(&config);
        engine.links.configure(&config);
        observed.into_iter().for_each(|observed| engine.on_tracked(observed));
        engine.trackers.configure(&config, now, true, &mut engine.out);
        if let Some(adoption) = adoption {
            engine.trackers.inherit(&adoption.scripts);
        }
        let follows = Follows::of_all(&config, &engine.trackers);
        for (instance, follows) in config.instances.iter().zip(follows) {
            engine.add(Arc::clone(instance), follows);
        }
        engine.index();
        engine.measure_stalls();
        engine.look_for_clashes();
        engine.follow_trackers();
        engine.resize_buffers();
        if let (false, Some(first)) = (delay.is_zero(), config.instances.first()) {
            let name = Arc::from(first.name.value.as_str());
            engine.out.log(&name, What::StartupDelay(delay));
        }
        engine.statics.start(&mut engine.out);
        engine.regroup(&config);
        engine.remember_drains(&drains);
        engine
    }

    /// Takes one input that happened at `now`. An input after [`Effect::Stopped`] does nothing.
    pub fn handle(&mut self, now: Instant, event: Event) {
        debug_assert!(now >= self.now, "time goes backwards: {now} after {}", self.now);
        let late = self.lateness(now);
        self.now = now.max(self.now);
        if self.stopped {
            return;
        }
        self.heed_stall(late);
        match event {
            Event::Timer => {}
            Event::Datagram(datagram) => {
                self.on_datagram(&datagram);
                // The master's advert may be the next one to be read: it is not late yet.
                return;
            }
            Event::Network(change) => self.on_network(change),
            Event::Done { id, result } => self.on_done(id, &result),
            Event::Announced { queue, family } => self.pacing.departed(self.now, queue, family),
            Event::NotSent { instance, destination, resigning, error } => {
                self.one(instance, |instance, context| {
                    instance.on_not_sent(context, destination, resigning, &error);
                });
            }
            Event::Clock(unix) => {
                self.clock = (self.now, unix);
                return;
            }
            Event::Claimed(claim) => self.on_claim(&claim),
            Event::Tracked(observed) => self.on_tracked(observed),
            Event::Announce(name) => {
                let found = self.instances.iter().position(|it| *it.config.name.value == *name);
                if let Some(place) = found {
                    self.at(place, Instance::announce_again);
                }
            }
            Event::ClearStatistics => self.each(|instance, _| instance.clear_statistics()),
            Event::Foreseen(observed) => {
                self.trackers.foresee(observed);
                return;
            }
            Event::Command(command) => self.command(&command),
            Event::Reload(config) => self.reload(config),
            Event::ReloadRefused => self.reload_refused(),
            Event::Stop => self.stop(true),
            Event::Leave => self.stop(false),
        }
        self.on_time();
        self.start_what_is_ready();
        self.keep_drains();
    }

    /// The next thing to do, until there is none.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.out.pop()
    }

    /// When to come back with [`Event::Timer`]; `None` if only other events can change anything.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let instance = self.agenda.first().and_then(|(at, place, due)| {
            Some((at, Reason::Instance(self.instances.get(place)?.id, due)))
        });
        let announcement = self.pacing.next().map(|at| (at, Reason::Announcement));
        let link = self.links.next().map(|at| (at, Reason::Link));
        let tracker = self.trackers.next().map(|at| (at, Reason::Tracker));
        let entry = self.statics.next().map(|at| (at, Reason::Static));
        let all = [instance, announcement, link, tracker, entry];
        all.into_iter().flatten().min().map(|(at, why)| Deadline { at, why })
    }

    /// What it looks like now.
    pub fn snapshot(&self) -> Snapshot {
        let of_instance = |instance: &Instance| instance.snapshot(&self.trackers);
        let sockets = self.sockets.open.iter().map(|(id, key)| SocketSnapshot {
            id: *id,
            key: key.clone(),
            buffer: self.buffers.asked_for(key),
        });
        Snapshot {
            at: self.now,
            unix: wall(self.clock, self.now),
            config: Arc::clone(&self.config),
            network: self.network.clone(),
            sockets: sockets.collect(),
            instances: self.instances.iter().map(of_instance).collect(),
            groups: self.groups.snapshot(&self.instances),
            trackers: self.trackers.snapshot(),
            stalls: self.stalls,
            reloads: self.reloads,
        }
    }

    /// The pairs of sockets in use.
    pub fn sockets(&self) -> impl Iterator<Item = (SocketId, &SocketKey)> {
        self.sockets.open.iter().map(|(id, key)| (*id, key))
    }

    /// Runs something for every instance, in the order of the configuration.
    fn each(&mut self, mut work: impl FnMut(&mut Instance, &mut Context<'_>)) {
        for place in 0..self.instances.len() {
            self.at(place, &mut work);
        }
    }

    /// Runs something for one instance, if it is there.
    fn one(&mut self, id: InstanceId, work: impl FnOnce(&mut Instance, &mut Context<'_>)) {
        if let Some(place) = self.agenda.place(id) {
            self.at(place, work);
        }
    }

    /// Runs something for the instance at that place of the list. Whatever changes an instance goes
    /// this way, so that its next deadline is known.
    fn at(&mut self, place: usize, work: impl FnOnce(&mut Instance, &mut Context<'_>)) {
        let Self {
            instances,
            network,
            virtual_addresses,
            pacing,
            out,
            now,
            deaf_until,
            drains_changed,
            ..
        } = self;
        let (trackers, policy) = (&self.trackers, &self.policy);
        let unix = wall(self.clock, *now);
        let Some(instance) = instances.get_mut(place) else { return };
        let (now, deaf_until) = (*now, *deaf_until);
        let mut context = Context {
            now,
            unix,
            deaf_until,
            network,
            virtual_addresses,
            policy,
            pacing,
            trackers,
            out,
        };
        context.out.on_behalf_of(Some(instance.id));
        let drained = instance.drained().map(Arc::as_ptr);
        work(instance, &mut context);
        context.out.on_behalf_of(None);
        *drains_changed |= drained != instance.drained().map(Arc::as_ptr);
        self.agenda.set(place, instance.next_due());
        self.on_stand(place);
    }

    fn on_time(&mut self) {
        self.on_link_time();
        for place in self.agenda.due(self.now) {
            self.at(place, Instance::on_time);
        }
        self.tend_trackers();
        self.statics.on_time(self.now, &mut self.out);
        self.pacing.pump(self.now, &mut self.out);
    }

    /// Finds the instance that a datagram is for: by its socket and VRID, and among several unicast
    /// ones by who sends it.
    fn on_datagram(&mut self, datagram: &Datagram) {
        if self.now < self.deaf_until {
            return;
        }
        let hearers = || self.agenda.hearers(datagram.socket, datagram.packet.vrid);
        let Some(first) = hearers().next() else {
            self.tell_unknown(datagram);
            return;
        };
        let peer_of = |place: &usize| {
            self.instances.get(*place).is_some_and(|instance| {
                matches!(&instance.config.transport, Transport::Unicast { peers, .. }
                    if peers.iter().any(|peer| peer.address == datagram.source))
            })
        };
        let alone = hearers().nth(1).is_none();
        let Some(chosen) = Some(first).filter(|_| alone).or_else(|| hearers().find(peer_of)) else {
            return;
        };
        self.at(chosen, |instance, context| instance.on_datagram(context, datagram));
    }

    /// Somebody answers for an address. Our own answers come back where links are bridged.
    fn on_claim(&mut self, claim: &Claim) {
        let interfaces = &self.network.interfaces;
        if !interfaces.iter().any(|interface| interface.mac == Some(claim.mac)) {
            for place in self.agenda.holders(claim.address) {
                self.at(place, |instance, context| instance.suspect_claim(context, claim));
            }
        }
    }

    /// Nobody is there for a datagram; only `log_unknown_vrids` makes something of that.
    fn tell_unknown(&mut self, datagram: &Datagram) {
        if !self.config.global.network.log_unknown_vrids {
            return;
        }
        let open = self.sockets.open.get(&datagram.socket);
        let interface = open.and_then(|key| key.interface.clone());
        self.out.log(&Arc::from(""), What::UnknownVrid { vrid: datagram.packet.vrid, interface });
    }

    fn on_done(&mut self, id: EffectId, result: &Result<(), KernelError>) {
        if let Some(socket) = self.sockets.opening.remove(&id) {
            for place in self.agenda.users(socket) {
                self.at(place, |instance, context| instance.on_socket(context, result));
            }
            return;
        }
        if let Some(instance) = self.out.asked_by(id) {
            self.one(instance, |instance, context| instance.on_done(context, id, result));
            self.read_network_when_links_are_answered(instance);
        }
    }

    fn stop(&mut self, release: bool) {
        self.stopped = true;
        self.trackers.stop(&mut self.out);
        match release {
            true => self.each(Instance::stop),
            false => self.each(Instance::leave),
        }
        self.statics.stop(&mut self.out);
        self.each(Instance::report_stop);
        self.report_groups_stop();
        if release {
            self.remove_all_links();
        }
        self.out.push(Effect::Stopped);
    }

    /// Adds an instance, with its sockets, in INIT.
    fn add(&mut self, config: Arc<crate::ir::Instance>, follows: Vec<Follow>) -> InstanceId {
        let links = self.plan_links(&config);
        let socket = self.socket_for(Instance::socket_key(&config, &links));
        let id = InstanceId(self.next_instance);
        self.next_instance = self.next_instance.wrapping_add(1);
        let mut instance = Instance::new(id, config, links, socket, self.now);
        instance.set_follows(follows);
        self.instances.push(instance);
        id
    }

    /// The list of instances is another one.
    fn index(&mut self) {
        let number = self.instances.len();
        for (place, instance) in self.instances.iter_mut().enumerate() {
            instance.turn = Turn::of(place, number);
        }
        self.agenda.renew(&self.instances);
    }

    /// The pair of sockets with that key, opened if there is none.
    fn socket_for(&mut self, key: SocketKey) -> SocketId {
        if let Some(socket) = self.sockets.by_key.get(&key) {
            return *socket;
        }
        let socket = SocketId(self.sockets.next);
        self.sockets.next = self.sockets.next.wrapping_add(1);
        self.sockets.open.insert(socket, key.clone());
        self.sockets.by_key.insert(key.clone(), socket);
        if key.interface.as_ref().is_none_or(|name| self.network.interface(name).is_some()) {
            self.open(socket, key);
        }
        socket
    }

    fn open(&mut self, socket: SocketId, key: SocketKey) {
        let id = self.out.id();
        self.sockets.opening.insert(id, socket);
        self.out.push(Effect::OpenSocket { id, socket, key: key.clone() });
        self.size_buffer(socket, &key);
    }

    /// An interface was made anew under its old name: sockets hold on to the old one.
    fn reopen_sockets(&mut self, interface: &IfName) {
        let affected: Vec<_> = self
            .sockets
            .open
            .iter()
            .filter(|(_, key)| key.interface.as_ref() == Some(interface))
            .map(|(socket, key)| (*socket, key.clone()))
            .collect();
        for (socket, key) in affected {
            self.out.push(Effect::CloseSocket { socket });
            self.open(socket, key);
        }
    }

    /// Closes pairs that no instance uses any more.
    fn close_unused_sockets(&mut self) {
        let Self { instances, sockets, out, .. } = self;
        let all: BTreeSet<SocketId> = instances.iter().map(|instance| instance.socket).collect();
        sockets.open.retain(|socket, key| {
            let used = all.contains(socket);
            if !used {
                out.push(Effect::CloseSocket { socket: *socket });
                sockets.by_key.remove(key);
            }
            used
        });
    }
}

/// The wall clock now, if it goes on evenly.
fn wall((told, unix): (Instant, Duration), now: Instant) -> Duration {
    unix.saturating_add(now.since(told))
}

fn virtual_addresses(config: &Config) -> BTreeSet<IpAddr> {
    let instances = config.instances.iter();
    instances
        .flat_map(|instance| instance.addresses.iter().chain(&instance.excluded))
        .map(|address| address.ip())
        .collect()
}
