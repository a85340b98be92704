//! What happens to a site.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::drain::Order;
use crate::sim::happening::{Happening, InterfaceChange};
use crate::sim::scenario::{CHECK, interface};
use crate::sim::site::configuration::vrid;
use crate::sim::site::{Change, LANS, Plan, Site};
use crate::sim::world::Health;
use crate::units::{IfName, IpNet};

/// One thing that happens. Nodes, LANs and routers are named by their positions; a number that is
/// too large starts again at the first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// The daemon is started (again).
    Start(usize),
    /// The daemon is killed.
    Crash(usize),
    /// The daemon is asked to end.
    Stop(usize),
    /// A changed configuration; on all nodes, if none is named.
    Reload(Option<usize>, Change),
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
    /// An operator asks for something.
    Command(usize, Order),
}

impl Act {
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

impl Site {
    /// What an act is on the hosts; the plans are those that the nodes have by then.
    pub(super) fn happenings(&self, act: &Act, plans: &mut [(Plan, u8)]) -> Vec<Happening> {
        let nodes = self.nodes.len();
        let of = |node: usize| node.checked_rem(nodes).unwrap_or(0);
        let lan_of = |lan: usize| lan % LANS;
        let interface = |node: usize, lan: usize, change| {
            let (host, name) = (of(node), interface(lan_of(lan)));
            name.map(|name| Happening::Interface { host, name, change })
        };
        let one = match *act {
            Act::Start(node) => Some(Happening::Start(of(node))),
            Act::Crash(node) => Some(Happening::Crash(of(node))),
            Act::Stop(node) => Some(Happening::Stop(of(node))),
            Act::Reload(node, change) => {
                let all = plans.iter_mut().enumerate();
                let concerned = all.filter(|(host, _)| node.is_none_or(|node| of(node) == *host));
                let reloads = concerned.map(|(host, (plan, priority))| {
                    plan.change(priority, change);
                    let config = Arc::new(self.config(host, plan, *priority));
                    Happening::Reload { host, config }
                });
                return reloads.collect();
            }
            Act::Carrier(node, lan, up) => interface(node, lan, InterfaceChange::Carrier(up)),
            Act::Delete(node, lan) => interface(node, lan, InterfaceChange::Delete),
            Act::Create(node, lan) => interface(node, lan, InterfaceChange::Create),
            Act::Rename(node, lan) => {
                away(lan_of(lan)).and_then(|to| interface(node, lan, InterfaceChange::Rename(to)))
            }
            Act::NameBack(node, lan) => {
                let host = of(node);
                let names = away(lan_of(lan)).zip(crate::sim::scenario::interface(lan_of(lan)));
                names.map(|(name, back)| {
                    let change = InterfaceChange::Rename(back);
                    Happening::Interface { host, name, change }
                })
            }
            Act::DeleteVmac(node, router) => {
                let host = of(node);
                let plan = plans.get(host).map(|(plan, _)| plan);
                let number = plan.map_or(0, |it| router.checked_rem(it.routers.len()).unwrap_or(0));
                let found = plan.and_then(|plan| plan.routers.get(number));
                let vrid = found.and_then(|router| vrid(number, router));
                let name = vrid.and_then(|vrid| IfName::new(&format!("vrrp.{}", vrid.get())).ok());
                let change = InterfaceChange::Delete;
                name.map(|name| Happening::Interface { host, name, change })
            }
            Act::Partition(lan, bits) => {
                let bit = |node: usize| u8::from(u32::from(bits) >> (node % 8) & 1 == 1);
                let groups = (0..nodes).map(bit).collect();
                Some(Happening::Partition { lan: lan_of(lan), groups })
            }
            Act::Heal(lan) => Some(Happening::Heal(lan_of(lan))),
            Act::Rob(node, router) => {
                let host = of(node);
                let plan = plans.get(host).map(|(plan, _)| plan);
                let number = plan.map_or(0, |it| router.checked_rem(it.routers.len()).unwrap_or(0));
                let found = plan.and_then(|plan| plan.routers.get(number).copied());
                found.filter(|router| !router.vmac).and_then(|router| {
                    let address = IpNet::host(self.virtual_address(number, 0));
                    let interface = crate::sim::scenario::interface(router.lan)?;
                    Some(Happening::RemoveAddress { host, interface, address })
                })
            }
            Act::LoseReports(node, lasting) => {
                Some(Happening::LoseReports { host: of(node), lasting })
            }
            Act::Stall(node, lasting) => Some(Happening::Stall { host: of(node), lasting }),
            Act::StallKernel(node, lasting) => {
                Some(Happening::StallKernel { host: of(node), lasting })
            }
            Act::Command(node, order) => Some(Happening::Command { host: of(node), order }),
            Act::Check(node, health) => {
                Some(Happening::Check { host: of(node), name: CHECK.to_owned(), health })
            }
        };
        one.into_iter().collect()
    }
}

/// The name that the interface on a LAN gets when somebody renames it.
fn away(lan: usize) -> Option<IfName> {
    IfName::new(&format!("away{lan}")).ok()
}
