//! What happens in a scenario, and what that is on its hosts.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::drain::Order;
use crate::ir::{Config, Transport, VirtualAddress};
use crate::sim::forgery::{self, Spoil};
use crate::sim::happening::Happening;
use crate::sim::scenario::configuration::{at, interface, vip_number};
use crate::sim::scenario::{CHECK, FILE, SESSION, STRANGER, Scenario};
use crate::sim::world::Health;
use crate::units::{IpNet, Priority};

/// What happens. Nodes are named by their position; a number that is too large starts again at the
/// first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The daemon is killed.
    Crash(usize),
    /// The daemon is started (again).
    Start(usize),
    /// The daemon is asked to end.
    Stop(usize),
    /// The link goes.
    LinkDown(usize),
    /// The link comes.
    LinkUp(usize),
    /// Nodes whose bit is set no longer reach those whose bit is not.
    Partition(u8),
    /// Everyone reaches everyone again.
    Heal,
    /// Somebody removes the first virtual address.
    Rob(usize),
    /// Reports of the kernel are lost.
    LoseReports(usize, Duration),
    /// A new configuration with this priority in the first virtual router, and with one more
    /// address or without it.
    Reload {
        /// Whose.
        node: usize,
        /// New priority.
        priority: u8,
        /// One more address, in `virtual_ipaddress_excluded`.
        more: bool,
    },
    /// The daemon does not run.
    Stall(usize, Duration),
    /// The kernel does nothing for the daemon.
    StallKernel(usize, Duration),
    /// What the tracked script does from now on.
    Check(usize, Health),
    /// The number in the tracked file.
    File(usize, i8),
    /// The BFD session comes or goes.
    Session(usize, bool),
    /// An operator asks for something.
    Command(usize, Order),
    /// The kernel refuses so many changes of addresses.
    Refuse(usize, u32),
    /// The kernel refuses so many pairs of sockets.
    RefuseSockets(usize, u32),
    /// A forged datagram for the first virtual router.
    Forge {
        /// Who gets it.
        to: usize,
        /// As whom; `None` is a stranger.
        from: Option<usize>,
        /// The priority in it.
        priority: u8,
        /// What is wrong with it.
        spoil: Spoil,
    },
}

impl Scenario {
    pub(super) fn happening(&self, step: Step, configs: &mut [Config]) -> Option<Happening> {
        let nodes = self.nodes.len();
        let of = |node: usize| node.checked_rem(nodes).unwrap_or(0);
        Some(match step {
            Step::Crash(node) => Happening::Crash(of(node)),
            Step::Start(node) => Happening::Start(of(node)),
            Step::Stop(node) => Happening::Stop(of(node)),
            Step::LinkDown(node) => Happening::Link { host: of(node), up: false },
            Step::LinkUp(node) => Happening::Link { host: of(node), up: true },
            Step::Partition(bits) => {
                let bit = |node: usize| u8::from(u32::from(bits) >> (node % 8) & 1 == 1);
                Happening::Partition { lan: 0, groups: (0..nodes).map(bit).collect() }
            }
            Step::Heal => Happening::Heal(0),
            Step::Rob(node) => {
                let address = IpNet::host(self.address(vip_number(0)));
                Happening::RemoveAddress { host: of(node), interface: interface(0)?, address }
            }
            Step::LoseReports(node, lasting) => Happening::LoseReports { host: of(node), lasting },
            Step::Reload { node, priority, more } => {
                let host = of(node);
                let config = configs.get_mut(host)?;
                let extra = at(VirtualAddress::plain(IpNet::host(self.address(99))));
                let first = Arc::make_mut(config.instances.first_mut()?);
                first.priority = at(Priority::new(priority)?);
                first.excluded = if more { vec![extra] } else { Vec::new() };
                Happening::Reload { host, config: Arc::new(config.clone()) }
            }
            Step::Stall(node, lasting) => Happening::Stall { host: of(node), lasting },
            Step::StallKernel(node, lasting) => Happening::StallKernel { host: of(node), lasting },
            Step::Check(node, health) => {
                Happening::Check { host: of(node), name: CHECK.to_owned(), health }
            }
            Step::File(node, value) => {
                Happening::File { host: of(node), name: FILE.to_owned(), value: value.into() }
            }
            Step::Session(node, up) => {
                Happening::Session { host: of(node), name: SESSION.to_owned(), up }
            }
            Step::Command(node, order) => Happening::Command { host: of(node), order },
            Step::Refuse(node, addresses) => {
                Happening::Refuse { host: of(node), addresses, sockets: 0 }
            }
            Step::RefuseSockets(node, sockets) => {
                Happening::Refuse { host: of(node), addresses: 0, sockets }
            }
            Step::Forge { to, from, priority, spoil } => {
                let host = of(to);
                let config = self.instance(host, 0)?;
                let source = from.map_or(self.address(STRANGER), |from| self.own(of(from)));
                let destination = match &config.transport {
                    Transport::Multicast { group } => *group,
                    Transport::Unicast { .. } => self.own(host),
                };
                let frame = forgery::forge(&config, source, destination, priority, spoil)?;
                let what = format!("a forged advert of {priority} from {source} ({spoil:?})");
                Happening::Inject { host, frame, what }
            }
        })
    }
}

impl Step {
    /// How long it goes on by itself.
    pub(super) fn lasting(self) -> Duration {
        match self {
            Self::LoseReports(_, lasting)
            | Self::Stall(_, lasting)
            | Self::StallKernel(_, lasting)
            | Self::Command(_, Order::Drain { lasts: Some(lasting) }) => lasting,
            _ => Duration::ZERO,
        }
    }
}
