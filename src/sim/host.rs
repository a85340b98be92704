//! A host: a kernel, and at times a daemon that runs on it.
//!
//! A kill forgets the engine and what it had asked for, and leaves the kernel alone. A start makes
//! a new engine, which knows nothing of the one before.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::drain::Kept;
use crate::engine::effect::{Endpoint, SocketId, SocketKey};
use crate::engine::event::Tracked;
use crate::engine::snapshot::State;
use crate::engine::standing::Standing;
use crate::engine::{Engine, Known};
use crate::facts::Network;
use crate::ir::{self, Config};
use crate::sim::frame::Frame;
use crate::sim::kernel::{Counted, Kernel};
use crate::sim::world::World;
use crate::units::{IfName, Instant, Spanned, Vrid};

/// One host of the cluster.
#[derive(Debug)]
pub struct Host {
    pub(super) name: String,
    pub(super) config: Arc<Config>,
    pub(super) kernel: Counted<Kernel>,
    pub(super) world: World,
    pub(super) process: Option<Process>,
    /// How often the daemon was started.
    pub(super) run: u32,
    /// What its daemon has had kept of drains, as a file that outlives it.
    pub(super) drains: Arc<[Kept]>,
    /// An operator keeps it away until then at the latest; what a daemon does not hear does not count.
    pub(super) kept_away_until: Instant,
    /// It is to be started again as soon as it has ended.
    pub(super) start_again: bool,
}

/// A running daemon.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) engine: Engine,
    pub(super) sockets: Vec<Socket>,
    /// The interfaces by name, as last reported.
    pub(super) names: BTreeMap<IfName, u32>,
    /// The deadline for which the timer is armed.
    pub(super) armed: Option<Instant>,
    pub(super) stalled_until: Instant,
    /// Reports of the kernel that have not arrived yet.
    pub(super) reports: u32,
    /// Until then reports are lost.
    pub(super) deaf_until: Instant,
    /// Reports were lost, or the network is to be read, and no comparison has been made since.
    pub(super) blind: bool,
    /// The engine has said its last word; what it asked for is still being carried out.
    pub(super) stopping: bool,
}

/// A pair of sockets.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) id: SocketId,
    pub(super) key: SocketKey,
    pub(super) open: bool,
    /// The interface that it is bound to, by the number that this had when it was opened.
    pub(super) index: Option<u32>,
}

impl Host {
    /// A host whose daemon does not run yet.
    pub fn new(name: impl Into<String>, config: Arc<Config>, kernel: Kernel) -> Self {
        let name = name.into();
        Self {
            name,
            config,
            kernel: Counted::new(kernel),
            world: World::default(),
            process: None,
            run: 0,
            drains: Arc::new([]),
            kept_away_until: Instant::ORIGIN,
            start_again: false,
        }
    }

    /// Its name in the timeline.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its kernel.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Its present configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The engine of the daemon, if that runs.
    pub fn engine(&self) -> Option<&Engine> {
        self.process.as_ref().map(|process| &process.engine)
    }

    /// The instance for a virtual router, if the daemon runs.
    pub fn instance(&self, vrid: Vrid) -> Option<Standing<'_>> {
        self.engine()?.standings().find(|instance| instance.vrid == vrid)
    }

    /// What the things that are tracked are like here.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The state of the instance for a virtual router, if the daemon runs.
    pub fn state(&self, vrid: Vrid) -> Option<State> {
        self.instance(vrid).map(|instance| instance.state)
    }

    /// The engine of the daemon, if that runs and is not about to end.
    pub(super) fn running(&self) -> Option<&Engine> {
        let process = self.process.as_ref().filter(|process| !process.stopping)?;
        Some(&process.engine)
    }

    /// True if nothing of its own keeps an instance from being master: its interface is there with
    /// its link, and so are its sockets; what it tracks does well. It asks the world, not the engine.
    pub fn can_serve(&self, config: &ir::Instance) -> bool {
        let Some(process) = self.process.as_ref().filter(|process| !process.stopping) else {
            return false;
        };
        let base = match &config.interface {
            None => self.kernel.is_linked().then_some(0),
            Some(name) => {
                let found = self.kernel.network().interface(&name.value);
                found.filter(|found| self.kernel.lan(found.index).is_some()).map(|it| it.index)
            }
        };
        let Some(base) = base else { return false };
        let stands = |index: u32| {
            let mut all = self.kernel.network().interfaces.iter();
            all.any(|it| it.index == index && (index == base || it.link.parent == Some(base)))
        };
        let mut near = process.sockets.iter().filter(|it| it.index.is_none_or(stands)).peekable();
        let is_up =
            |name: &IfName| self.kernel.network().interface(name).is_some_and(|found| found.up);
        let needed = |track: &&Spanned<ir::Track<IfName>>| {
            track.weight.as_ref().is_none_or(|weight| weight.value == 0)
        };
        near.peek().is_some()
            && config.tracking.interfaces.iter().filter(needed).all(|track| is_up(&track.name))
            && near.all(|socket| socket.open)
            && self.world.priority(config).is_some()
    }

    /// What is observed of the tracked things before a start, and the sessions that come up after it.
    pub(super) fn observations(&self) -> (Vec<Tracked>, Vec<Tracked>) {
        let Self { config, world, .. } = self;
        let files = config.track_files.iter().map(|file| {
            let value = world.file(&file.name.value);
            Tracked::File { name: file.name.value.as_str().into(), value }
        });
        let processes = config.track_processes.iter().map(|process| {
            let count = u32::from(process.quorum);
            Tracked::Processes { name: process.name.value.as_str().into(), count }
        });
        let up = config.bfd_instances.iter().filter(|it| world.session(&it.name.value));
        let sessions = up.map(|it| Tracked::Bfd { name: it.name.value.as_str().into(), up: true });
        (files.chain(processes).collect(), sessions.collect())
    }

    /// What a daemon knows that begins now.
    pub(super) fn beginning(&self, now: Instant, observed: Vec<Tracked>) -> (Network, Known) {
        let unix = now.since(Instant::ORIGIN);
        let known = Known { observed, unix, drains: Arc::clone(&self.drains) };
        (self.kernel.network().clone(), known)
    }

    /// A new run of the daemon, which has its number already, takes the place of any other.
    pub(super) fn begin(&mut self, now: Instant, engine: Engine, network: &Network) {
        self.kernel.forget();
        self.process = Some(Process {
            engine,
            sockets: Vec::new(),
            names: names(network),
            armed: None,
            stalled_until: now,
            reports: 0,
            deaf_until: now,
            blind: false,
            stopping: false,
        });
    }

    /// True if everything that the engine has asked for is done and everything that the kernel has
    /// to say is said.
    pub fn is_settled(&self) -> bool {
        self.kernel.is_idle()
            && self
                .process
                .as_ref()
                .is_some_and(|process| !process.stopping && process.reports == 0 && !process.blind)
    }

    /// The sockets that a frame reaches; one that has `waited` in them has come in before.
    pub(super) fn sockets_for(&self, frame: &Frame, waited: bool) -> Vec<SocketId> {
        let Some(process) = &self.process else { return Vec::new() };
        let to = frame.destination;
        let reached = |socket: &&Socket| {
            socket.open
                && (waited || self.hears(socket, frame.lan))
                && match socket.key.endpoint {
                    Endpoint::Unicast(Some(own)) => to == own,
                    Endpoint::Unicast(None) => self.kernel.has(to),
                    // A raw socket that has joined a group gets unicast packets too.
                    Endpoint::Multicast(group) => to == group || self.kernel.has(to),
                }
        };
        process.sockets.iter().filter(reached).map(|socket| socket.id).collect()
    }

    /// The LAN on which what is sent through a socket travels, if it does.
    pub(super) fn outlet(&self, socket: SocketId) -> Option<usize> {
        let process = self.process.as_ref()?;
        let socket = process.sockets.iter().find(|known| known.id == socket && known.open)?;
        match socket.index {
            Some(index) => self.kernel.lan(index),
            None => self.kernel.is_linked().then_some(0),
        }
    }

    fn hears(&self, socket: &Socket, lan: usize) -> bool {
        match socket.index {
            Some(index) => self.kernel.lan(index) == Some(lan),
            None => self.kernel.is_linked(),
        }
    }
}

/// The numbers of interfaces by their names.
pub(in crate::sim) fn names(network: &Network) -> BTreeMap<IfName, u32> {
    let all = network.interfaces.iter();
    all.map(|interface| (interface.name.clone(), interface.index)).collect()
}
