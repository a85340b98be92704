//! What happens to a cluster from outside.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::drain::Order;
use crate::ir::Config;
use crate::sim::frame::Frame;
use crate::sim::lan::Quality;
use crate::sim::world::Health;
use crate::units::{IfName, IpNet};

/// One thing that happens. Hosts are named by their position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// The daemon of a host is started; nothing if it runs. One that is about to end is started
    /// again when it has ended.
    Start(usize),
    /// The daemon is killed (`SIGKILL`): its kernel keeps what it has.
    Crash(usize),
    /// Another process takes the place of the daemon and goes on with what it led; nothing if
    /// something is under way on the host.
    Replace(usize),
    /// The daemon is asked to end (`SIGTERM`).
    Stop(usize),
    /// The daemon gets another configuration; later starts use it too.
    Reload {
        /// Whose.
        host: usize,
        /// Which.
        config: Arc<Config>,
    },
    /// The link of a host's interface comes or goes.
    Link {
        /// Whose.
        host: usize,
        /// Comes.
        up: bool,
    },
    /// Something befalls one interface of a host.
    Interface {
        /// On which host.
        host: usize,
        /// Its name now.
        name: IfName,
        /// What.
        change: InterfaceChange,
    },
    /// Hosts of different groups no longer reach each other on one LAN.
    Partition {
        /// On which.
        lan: usize,
        /// The group of each host.
        groups: Vec<u8>,
    },
    /// Everyone reaches everyone again on one LAN.
    Heal(usize),
    /// The LAN becomes better or worse.
    Quality(Quality),
    /// Somebody removes an address on a host.
    RemoveAddress {
        /// On which.
        host: usize,
        /// From which interface.
        interface: IfName,
        /// Which.
        address: IpNet,
    },
    /// For so long the daemon misses every report of its kernel; then it learns that it did.
    LoseReports {
        /// Whose.
        host: usize,
        /// How long.
        lasting: Duration,
    },
    /// For so long the daemon does not run at all: everything waits for it.
    Stall {
        /// Whose.
        host: usize,
        /// How long.
        lasting: Duration,
    },
    /// For so long the kernel carries out no change of addresses and no announcement.
    StallKernel {
        /// Whose.
        host: usize,
        /// How long.
        lasting: Duration,
    },
    /// The kernel refuses the next requests.
    Refuse {
        /// Whose.
        host: usize,
        /// So many batches of address changes.
        addresses: u32,
        /// So many pairs of sockets.
        sockets: u32,
    },
    /// From now on a check script of a host does this.
    Check {
        /// On which.
        host: usize,
        /// Name of the `vrrp_script`.
        name: String,
        /// What it does.
        health: Health,
    },
    /// A number is written into a tracked file.
    File {
        /// On which host.
        host: usize,
        /// Name of the `track_file`.
        name: String,
        /// The number.
        value: i32,
    },
    /// A BFD session comes or goes.
    Session {
        /// On which host.
        host: usize,
        /// Name of the `bfd_instance`.
        name: String,
        /// Comes.
        up: bool,
    },
    /// An operator asks a daemon for something, for all of its instances; nobody hears it if none
    /// runs.
    Command {
        /// Which.
        host: usize,
        /// What.
        order: Order,
    },
    /// A frame from nobody reaches a host.
    Inject {
        /// Which.
        host: usize,
        /// What.
        frame: Frame,
        /// In words.
        what: String,
    },
}

/// What befalls an interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InterfaceChange {
    /// Its carrier comes or goes.
    Carrier(bool),
    /// It is removed, with all that stands on it.
    Delete,
    /// One that was removed is made anew.
    Create,
    /// It gets another name.
    Rename(IfName),
}

impl Happening {
    /// To which host it happens; `None` if it happens to the LAN.
    pub fn host(&self) -> Option<usize> {
        match self {
            Self::Start(host)
            | Self::Crash(host)
            | Self::Replace(host)
            | Self::Stop(host)
            | Self::Reload { host, .. }
            | Self::Link { host, .. }
            | Self::Interface { host, .. }
            | Self::RemoveAddress { host, .. }
            | Self::LoseReports { host, .. }
            | Self::Stall { host, .. }
            | Self::StallKernel { host, .. }
            | Self::Refuse { host, .. }
            | Self::Check { host, .. }
            | Self::File { host, .. }
            | Self::Session { host, .. }
            | Self::Command { host, .. }
            | Self::Inject { host, .. } => Some(*host),
            Self::Partition { .. } | Self::Heal(_) | Self::Quality(_) => None,
        }
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(_) => f.write_str("is started"),
            Self::Crash(_) => f.write_str("is killed"),
            Self::Replace(_) => f.write_str("gives its place to another process"),
            Self::Stop(_) => f.write_str("is asked to end"),
            Self::Reload { config, .. } => {
                let priorities: Vec<_> =
                    config.instances.iter().map(|each| each.priority.to_string()).collect();
                write!(f, "reloads: priority {}", priorities.join(", "))
            }
            Self::Link { up: true, .. } => f.write_str("link comes"),
            Self::Link { up: false, .. } => f.write_str("link goes"),
            Self::Interface { name, change, .. } => match change {
                InterfaceChange::Carrier(true) => write!(f, "link of {name} comes"),
                InterfaceChange::Carrier(false) => write!(f, "link of {name} goes"),
                InterfaceChange::Delete => write!(f, "{name} is removed"),
                InterfaceChange::Create => write!(f, "{name} is made anew"),
                InterfaceChange::Rename(to) => write!(f, "{name} is renamed to {to}"),
            },
            Self::Partition { lan: 0, groups } => write!(f, "partition {groups:?}"),
            Self::Partition { lan, groups } => write!(f, "partition {groups:?} of LAN {lan}"),
            Self::Heal(0) => f.write_str("partition heals"),
            Self::Heal(lan) => write!(f, "partition of LAN {lan} heals"),
            Self::Quality(quality) => write!(
                f,
                "delay {:?} to {:?}, loss {} ‰, duplication {} ‰",
                quality.least_delay, quality.most_delay, quality.loss, quality.duplication
            ),
            Self::RemoveAddress { address, interface, .. } => {
                write!(f, "somebody removes {address} from {interface}")
            }
            Self::LoseReports { lasting, .. } => write!(f, "misses reports for {lasting:?}"),
            Self::Stall { lasting, .. } => write!(f, "stalls for {lasting:?}"),
            Self::StallKernel { lasting, .. } => write!(f, "kernel stalls for {lasting:?}"),
            Self::Refuse { addresses, sockets, .. } => {
                write!(f, "kernel refuses {addresses} batches, {sockets} sockets")
            }
            Self::Check { name, health, .. } => write!(f, "script {name} {health}"),
            Self::File { name, value, .. } => write!(f, "file {name} holds {value}"),
            Self::Session { name, up: true, .. } => write!(f, "session {name} comes"),
            Self::Session { name, up: false, .. } => write!(f, "session {name} goes"),
            Self::Command { order: Order::Drain { lasts: None }, .. } => f.write_str("is drained"),
            Self::Command { order: Order::Drain { lasts: Some(lasts) }, .. } => {
                write!(f, "is drained for {lasts:?}")
            }
            Self::Command { order: Order::Resume, .. } => f.write_str("is resumed"),
            Self::Command { order: Order::Failover, .. } => f.write_str("is asked to hand over"),
            Self::Inject { what, .. } => write!(f, "gets {what}"),
        }
    }
}
