//! A host: a kernel, and at times a daemon that runs on it.
//!
//! A kill forgets the engine and what it had asked for, and leaves the kernel alone. A start makes
//! a new engine, which knows nothing of the one before.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::effect::{Endpoint, SocketId, SocketKey};
use crate::engine::snapshot::{InstanceSnapshot, State};
use crate::ir::Config;
use crate::sim::frame::Frame;
use crate::sim::kernel::Kernel;
use crate::sim::world::World;
use crate::units::{Instant, Vrid};

/// One host of the cluster.
#[derive(Debug)]
pub struct Host {
    pub(super) name: String,
    pub(super) config: Arc<Config>,
    pub(super) kernel: Kernel,
    pub(super) world: World,
    pub(super) process: Option<Process>,
    /// How often the daemon was started.
    pub(super) run: u32,
    /// It is to be started again as soon as it has ended.
    pub(super) start_again: bool,
}

/// A running daemon.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) engine: Engine,
    pub(super) sockets: Vec<Socket>,
    /// The deadline for which the timer is armed.
    pub(super) armed: Option<Instant>,
    pub(super) stalled_until: Instant,
    /// Reports of the kernel that have not arrived yet.
    pub(super) reports: u32,
    /// Until then reports are lost.
    pub(super) deaf_until: Instant,
    /// Reports were lost, and no comparison has been made since.
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
}

impl Host {
    /// A host whose daemon does not run yet.
    pub fn new(name: impl Into<String>, config: Arc<Config>, kernel: Kernel) -> Self {
        let name = name.into();
        Self {
            name,
            config,
            kernel,
            world: World::default(),
            process: None,
            run: 0,
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
    pub fn instance(&self, vrid: Vrid) -> Option<InstanceSnapshot> {
        let snapshot = self.engine()?.snapshot();
        snapshot.instances.into_iter().find(|instance| instance.vrid == vrid)
    }

    /// What the things that are tracked are like here.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The state of the instance for a virtual router, if the daemon runs.
    pub fn state(&self, vrid: Vrid) -> Option<State> {
        self.instance(vrid).map(|instance| instance.state)
    }

    /// True if nothing keeps it from taking part: the daemon runs and is not about to end, the link
    /// is there, and so are the sockets. It asks the world, not the engine.
    pub fn takes_part(&self) -> bool {
        self.kernel.is_linked()
            && self.process.as_ref().is_some_and(|process| {
                !process.stopping && process.sockets.iter().all(|socket| socket.open)
            })
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

    /// The sockets that a frame reaches.
    pub(super) fn sockets_for(&self, frame: &Frame) -> Vec<SocketId> {
        let Some(process) = &self.process else { return Vec::new() };
        let to = frame.destination;
        let reached = |socket: &&Socket| {
            socket.open
                && match socket.key.endpoint {
                    Endpoint::Unicast(Some(own)) => to == own,
                    Endpoint::Unicast(None) => self.kernel.has(to),
                    // A raw socket that has joined a group gets unicast packets too.
                    Endpoint::Multicast(group) => to == group || self.kernel.has(to),
                }
        };
        process.sockets.iter().filter(reached).map(|socket| socket.id).collect()
    }
}
