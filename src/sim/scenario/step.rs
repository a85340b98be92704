//! What happens in a scenario, and what that is on its hosts.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::drain::Order;
use crate::ir::Transport;
use crate::sim::forgery::{self, Spoil};
use crate::sim::happening::{Happening, InterfaceChange};
use crate::sim::scenario::configuration::{interface, vrid};
use crate::sim::scenario::{CHECK, Change, FILE, LANS, Plan, Router, SESSION, STRANGER, Scenario};
use crate::sim::world::Health;
use crate::units::{IfName, IpNet};

/// One thing that happens. Nodes, LANs and routers are named by their positions; a number that is
/// too large starts again at the first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The daemon is started (again).
    Start(usize),
    /// The daemon is killed.
    Crash(usize),
    /// The daemon is asked to end.
    Stop(usize),
    /// Another process takes the daemon's place while it runs.
    Replace(usize),
    /// A changed configuration; on all nodes, if none is named.
    Reload(Option<usize>, Change),
    /// The links of all interfaces go.
    LinkDown(usize),
    /// They come.
    LinkUp(usize),
    /// The carrier of the interface on a LAN comes or goes.
    Carrier(usize, usize, bool),
    /// The interface on a LAN is removed.
    Delete(usize, usize),
    /// It is made anew.
    Create(usize, usize),
    /// It gets another name.
    Rename(usize, usize),
    /// It gets its name back.
    NameBack(usize, usize),
    /// Somebody removes the interface that a router has made for itself.
    DeleteVmac(usize, usize),
    /// On a LAN, nodes whose bit is set no longer reach those whose bit is not.
    Partition(usize, u8),
    /// Everyone reaches everyone again on a LAN.
    Heal(usize),
    /// Somebody removes the first address of a router.
    Rob(usize, usize),
    /// Reports of the kernel are lost.
    LoseReports(usize, Duration),
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

impl Step {
    /// How long it goes on by itself.
    pub(super) const fn lasting(self) -> Duration {
        match self {
            Self::LoseReports(_, lasting)
            | Self::Stall(_, lasting)
            | Self::StallKernel(_, lasting)
            | Self::Command(_, Order::Drain { lasts: Some(lasting) }) => lasting,
            _ => Duration::ZERO,
        }
    }

    /// Members have to wait for each other after it, or interfaces to settle.
    pub(super) const fn is_elaborate(self) -> bool {
        match self {
            Self::Reload(_, change) => change.is_elaborate(),
            Self::Delete(..)
            | Self::Create(..)
            | Self::Rename(..)
            | Self::NameBack(..)
            | Self::DeleteVmac(..) => true,
            _ => false,
        }
    }
}

impl Scenario {
    /// What a step is on the hosts; the plans and priorities are those that the nodes have by then.
    pub(super) fn happenings(&self, step: Step, plans: &mut [(Plan, Vec<u8>)]) -> Vec<Happening> {
        if let Step::Reload(node, change) = step {
            let all = plans.iter_mut().enumerate();
            let concerned = all.filter(|(host, _)| node.is_none_or(|node| self.of(node) == *host));
            let reloads = concerned.map(|(host, (plan, priorities))| {
                plan.change(priorities, change);
                let config = Arc::new(self.config(host, plan, priorities));
                Happening::Reload { host, config }
            });
            return reloads.collect();
        }
        self.happening(step, plans).into_iter().collect()
    }

    fn of(&self, node: usize) -> usize {
        node.checked_rem(self.nodes.len()).unwrap_or(0)
    }

    fn happening(&self, step: Step, plans: &[(Plan, Vec<u8>)]) -> Option<Happening> {
        let of = |node: usize| self.of(node);
        let change = |node: usize, lan: usize, change| {
            Some(Happening::Interface { host: of(node), name: interface(lan % LANS)?, change })
        };
        // A router as a node has it by then, with its number.
        let found = |node: usize, router: usize| -> Option<(usize, Router)> {
            let (plan, _) = plans.get(of(node))?;
            let number = router.checked_rem(plan.routers.len())?;
            Some((number, *plan.routers.get(number)?))
        };
        Some(match step {
            Step::Reload(..) => return None,
            Step::Start(node) => Happening::Start(of(node)),
            Step::Crash(node) => Happening::Crash(of(node)),
            Step::Stop(node) => Happening::Stop(of(node)),
            Step::Replace(node) => Happening::Replace(of(node)),
            Step::LinkDown(node) => Happening::Link { host: of(node), up: false },
            Step::LinkUp(node) => Happening::Link { host: of(node), up: true },
            Step::Carrier(node, lan, up) => change(node, lan, InterfaceChange::Carrier(up))?,
            Step::Delete(node, lan) => change(node, lan, InterfaceChange::Delete)?,
            Step::Create(node, lan) => change(node, lan, InterfaceChange::Create)?,
            Step::Rename(node, lan) => {
                change(node, lan, InterfaceChange::Rename(away(lan % LANS)?))?
            }
            Step::NameBack(node, lan) => {
                let change = InterfaceChange::Rename(interface(lan % LANS)?);
                Happening::Interface { host: of(node), name: away(lan % LANS)?, change }
            }
            Step::DeleteVmac(node, router) => {
                let (number, router) = found(node, router)?;
                let name = IfName::new(&format!("vrrp.{}", vrid(number, &router)?.get())).ok()?;
                Happening::Interface { host: of(node), name, change: InterfaceChange::Delete }
            }
            Step::Partition(lan, bits) => {
                let bit = |node: usize| u8::from(u32::from(bits) >> (node % 8) & 1 == 1);
                let groups = (0..self.nodes.len()).map(bit).collect();
                Happening::Partition { lan: lan % LANS, groups }
            }
            Step::Heal(lan) => Happening::Heal(lan % LANS),
            Step::Rob(node, router) => {
                let (number, router) = found(node, router).filter(|(_, router)| !router.vmac)?;
                let address = IpNet::host(self.virtual_address(number, 0));
                let interface = interface(router.lan)?;
                Happening::RemoveAddress { host: of(node), interface, address }
            }
            Step::LoseReports(node, lasting) => Happening::LoseReports { host: of(node), lasting },
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
                let (host, router) = (of(to), self.plan.routers.first()?);
                let own = *self.nodes.get(host)?.priorities.first()?;
                let config = self.instance(host, 0, router, own)?;
                let stranger = self.address(router.lan, STRANGER);
                let source = from.map_or(stranger, |from| self.own(router.lan, of(from)));
                let destination = match &config.transport {
                    Transport::Multicast { group } => *group,
                    Transport::Unicast { .. } => self.own(router.lan, host),
                };
                let mut frame = forgery::forge(&config, source, destination, priority, spoil)?;
                frame.lan = router.lan;
                let what = format!("a forged advert of {priority} from {source} ({spoil:?})");
                Happening::Inject { host, frame, what }
            }
        })
    }
}

/// The name that the interface on a LAN gets when somebody renames it.
fn away(lan: usize) -> Option<IfName> {
    IfName::new(&format!("away{lan}")).ok()
}
