//! The kernel of a host, as far as the daemon sees it: interfaces, addresses, and a queue of
//! requests that are carried out one after the other.
//!
//! It outlives the daemon: what a killed one has set stays. `Holdings` knows which run of the
//! daemon has set what.

mod counted;
mod holdings;
mod interfaces;

pub(super) use counted::Counted;
pub(super) use holdings::Holdings;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::effect::{Direction, EffectId, FirewallChange, InstanceId, PlacedAddress};
use crate::engine::event::{KernelError, NetworkChange, Origin};
use crate::engine::own_link::LinkChange;
use crate::facts::{Interface, Network};
use crate::ir::{Route, Rule};
use crate::units::{IfName, Instant, IpNet};

/// So often an address may be removed before its master stays and puts it back in place.
const PATIENCE: u32 = 3;
/// The longest that it may take for that.
const DISPUTE: Duration = Duration::from_secs(9);

/// What is to be done, in order. Interfaces were looked up by their names when it was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Work {
    Addresses { id: EffectId, change: Direction, addresses: Vec<Place> },
    Paths { id: EffectId, change: Direction, routes: Vec<Leading>, rules: Arc<[Rule]> },
    Announce { index: u32, interface: IfName, address: IpAddr },
    Link { id: EffectId, change: LinkChange },
    Firewall { instance: InstanceId, change: FirewallChange },
}

/// A route, and the number of the interface that it leads over, if it names one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Leading {
    pub(super) index: Option<u32>,
    pub(super) route: Route,
}

impl Leading {
    /// `None` if there is no such interface: the daemon asks nothing of the kernel then.
    pub(super) fn of(route: &Route, names: &BTreeMap<IfName, u32>) -> Option<Self> {
        let route = route.clone();
        match &route.interface {
            None => Some(Self { index: None, route }),
            Some(name) => names.get(&name.value).map(|index| Self { index: Some(*index), route }),
        }
    }

    /// The kernel does not know the name.
    fn is_same(&self, other: &Self) -> bool {
        let bare = |route: &Route| Route { interface: None, ..route.clone() };
        self.index == other.index && bare(&self.route) == bare(&other.route)
    }
}

/// Where an address goes: the index of its interface, if the daemon knew one of that name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) index: Option<u32>,
    pub(super) interface: IfName,
    pub(super) net: IpNet,
}

impl Place {
    /// Looks an address's interface up.
    pub(super) fn of(placed: &PlacedAddress, names: &BTreeMap<IfName, u32>) -> Self {
        let (interface, net) = (placed.interface.clone(), placed.address.net);
        Self { index: names.get(&interface).copied(), interface, net }
    }
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Addresses {
        id: EffectId,
        change: Direction,
        /// Those that were really added or removed.
        changed: Vec<(IfName, IpNet)>,
        result: Result<(), KernelError>,
    },
    Link {
        id: EffectId,
        /// What the kernel reports of it.
        report: Option<NetworkChange>,
        result: Result<(), KernelError>,
    },
    Paths {
        id: EffectId,
    },
    Announced {
        address: IpAddr,
        /// The address was there, as far as the daemon can know.
        held: bool,
    },
}

/// One host's kernel.
#[derive(Clone, Debug)]
pub struct Kernel {
    network: Network,
    /// How long a request takes.
    latency: Duration,
    work: VecDeque<Work>,
    stalled_until: Instant,
    refuse_addresses: u32,
    refuse_sockets: u32,
    /// Addresses whose last change was refused: they are not what the daemon wants them to be.
    excused: BTreeSet<(IfName, IpNet)>,
    /// Addresses that somebody else has removed, and that the daemon has not changed since: it may
    /// not know yet.
    robbed: BTreeSet<(IfName, IpNet)>,
    /// How often somebody else has removed an address, and when last.
    robberies: BTreeMap<(IfName, IpNet), (u32, Instant)>,
    /// What the runs of the daemon have set.
    holdings: Holdings,
    /// The LAN of each interface that is not on the first one, by its name at the beginning.
    lans: BTreeMap<IfName, usize>,
    /// The same by index.
    cables: BTreeMap<u32, usize>,
    /// Interfaces that somebody has taken away, as they will come back.
    unplugged: BTreeMap<IfName, Interface>,
    next_index: u32,
}

impl Kernel {
    /// A kernel with this network, in which each request takes this long.
    pub fn new(network: Network, latency: Duration) -> Self {
        let last = network.interfaces.iter().map(|interface| interface.index).max();
        Self {
            next_index: last.unwrap_or(0).saturating_add(1),
            network,
            latency,
            work: VecDeque::new(),
            stalled_until: Instant::ORIGIN,
            refuse_addresses: 0,
            refuse_sockets: 0,
            excused: BTreeSet::new(),
            robbed: BTreeSet::new(),
            robberies: BTreeMap::new(),
            holdings: Holdings::default(),
            lans: BTreeMap::new(),
            cables: BTreeMap::new(),
            unplugged: BTreeMap::new(),
        }
    }

    /// The interfaces with the addresses that they have now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// True if the address is there; `above`, it is looked for on the interfaces that the daemon has
    /// made on that one, else on both.
    pub(in crate::sim) fn holds(&self, interface: &IfName, above: bool, net: IpNet) -> bool {
        let Some(base) = self.network.interface(interface) else { return false };
        let is_near = |found: &&Interface| {
            let made = || self.holdings.links().any(|index| index == found.index);
            (!above && found.index == base.index)
                || (found.link.parent == Some(base.index) && made())
        };
        let mut near = self.network.interfaces.iter().filter(is_near);
        near.any(|found| found.addresses.contains(&net))
    }

    /// True if a packet to this address is one for this host.
    pub fn has(&self, address: IpAddr) -> bool {
        let all = self.network.interfaces.iter().flat_map(|interface| &interface.addresses);
        all.into_iter().any(|net| net.address() == address)
    }

    /// What the runs of the daemon have set and not taken back.
    pub(super) fn holdings(&self) -> &Holdings {
        &self.holdings
    }

    /// Another run of the daemon begins.
    pub(super) fn begin(&mut self, run: u32) {
        self.holdings.begin(run);
    }

    /// Another run of the daemon goes on where the last one was.
    pub(super) fn succeed(&mut self, run: u32) {
        self.holdings.succeed(run);
    }

    /// The daemon has ended by itself: its packet filter goes with it.
    pub(super) fn end(&mut self) {
        self.holdings.clear_filter();
    }

    /// True if every interface is up.
    pub fn is_linked(&self) -> bool {
        self.network.interfaces.iter().all(|interface| interface.up)
    }

    /// True if a change of this address was refused, and none has been carried out since.
    pub fn is_excused(&self, interface: &IfName, net: IpNet) -> bool {
        !self.excused.is_empty() && self.excused.contains(&(interface.clone(), net))
    }

    /// True if somebody else removes this address again and again, the last time a short while ago:
    /// it may be away for that long from a master, too.
    pub fn is_disputed(&self, now: Instant, interface: &IfName, net: IpNet) -> bool {
        let robberies = self.robberies.get(&(interface.clone(), net));
        robberies.is_some_and(|(times, last)| *times > PATIENCE && now.since(*last) <= DISPUTE)
    }

    /// True if nothing is waiting to be carried out.
    pub fn is_idle(&self) -> bool {
        self.work.is_empty()
    }

    /// Refuses the next so many requests.
    pub(super) fn refuse(&mut self, addresses: u32, sockets: u32) {
        (self.refuse_addresses, self.refuse_sockets) = (addresses, sockets);
    }

    /// Carries out nothing until then.
    pub(super) fn stall(&mut self, until: Instant) {
        self.stalled_until = self.stalled_until.max(until);
    }

    pub(super) fn stalled_until(&self) -> Instant {
        self.stalled_until
    }

    /// Whether a pair of sockets could be opened.
    pub(super) fn open(&mut self, interface: Option<&IfName>) -> Result<(), KernelError> {
        if let Some(name) = interface
            && self.network.interface(name).is_none()
        {
            return Err(no_such_device());
        }
        match self.refuse_sockets.checked_sub(1) {
            None => Ok(()),
            Some(left) => {
                self.refuse_sockets = left;
                Err(refusal())
            }
        }
    }

    /// Queues a request. If it is the only one, says when it will have been carried out.
    pub(super) fn submit(&mut self, now: Instant, work: Work) -> Option<Instant> {
        self.work.push_back(work);
        (self.work.len() == 1).then(|| now + self.latency)
    }

    /// When the next request will have been carried out.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        (!self.work.is_empty()).then(|| now + self.latency)
    }

    /// Forgets what waits: the process that asked is dead.
    pub(super) fn forget(&mut self) {
        self.work.clear();
    }

    /// Carries out the next request.
    pub(super) fn work(&mut self) -> Option<Outcome> {
        Some(match self.work.pop_front()? {
            Work::Announce { index, interface, address } => {
                let found = self.network.interfaces.iter().find(|found| found.index == index)?;
                let mut unknown = self.excused.iter().chain(&self.robbed);
                let held = found.addresses.iter().any(|net| net.address() == address)
                    || unknown.any(|(name, net)| *name == interface && net.address() == address);
                Outcome::Announced { address, held }
            }
            Work::Link { id, change } => {
                let report = match &change {
                    LinkChange::Ensure { plan, address } => {
                        self.make(plan, address.map(|(net, _)| net))
                    }
                    LinkChange::Remove(plan) => Some(self.unmake(&plan.name)),
                };
                let result = report.as_ref().map(|_| ()).ok_or_else(no_such_device);
                Outcome::Link { id, report, result }
            }
            Work::Firewall { instance, change } => {
                self.holdings.filter(instance, &change);
                return None;
            }
            Work::Paths { id, change, mut routes, rules } => {
                // A route over an interface that is gone meanwhile is refused, or is gone.
                let network = &self.network;
                routes.retain(|route| match route.index {
                    None => true,
                    Some(index) => network.interfaces.iter().any(|it| it.index == index),
                });
                self.holdings.change_paths(change, &routes, &rules);
                Outcome::Paths { id }
            }
            Work::Addresses { id, change, addresses } => {
                if let Some(left) = self.refuse_addresses.checked_sub(1) {
                    self.refuse_addresses = left;
                    let places = addresses.iter().map(|it| (it.interface.clone(), it.net));
                    self.excused.extend(places.clone());
                    // A daemon that compares finds them missing, as if somebody had removed them.
                    for place in places {
                        let (times, _) = self.robberies.entry(place).or_default();
                        *times = times.saturating_add(1);
                    }
                    let result = Err(refusal());
                    return Some(Outcome::Addresses { id, change, changed: Vec::new(), result });
                }
                let (mut changed, mut result) = (Vec::new(), Ok(()));
                for Place { index, interface, net } in addresses {
                    let place = (interface, net);
                    self.excused.remove(&place);
                    self.robbed.remove(&place);
                    let found = index.and_then(|index| self.interface_at(index));
                    match found {
                        Some(_) => changed.extend(self.change(change, index, net)),
                        // It went with its interface.
                        None if change == Direction::Remove => {}
                        None => result = Err(no_such_device()),
                    }
                }
                Outcome::Addresses { id, change, changed, result }
            }
        })
    }

    fn interface_at(&mut self, index: u32) -> Option<&mut Interface> {
        self.network.interfaces.iter_mut().find(|interface| interface.index == index)
    }

    /// Adds or removes for the daemon; what that changed.
    fn change(
        &mut self,
        change: Direction,
        index: Option<u32>,
        net: IpNet,
    ) -> Option<(IfName, IpNet)> {
        let index = index?;
        self.holdings.change_address(change, index, net);
        let found = self.interface_at(index)?;
        let position = found.addresses.iter().position(|present| *present == net);
        match (change, position) {
            (Direction::Add, None) => found.addresses.push(net),
            (Direction::Remove, Some(position)) => {
                found.addresses.remove(position);
            }
            _ => return None,
        }
        Some((found.name.clone(), net))
    }

    /// Somebody else removes an address; what the kernel reports, if it was there.
    pub(super) fn rob(
        &mut self,
        now: Instant,
        interface: &IfName,
        address: IpNet,
    ) -> Option<NetworkChange> {
        let index = self.network.interface(interface).map(|found| found.index);
        self.change(Direction::Remove, index, address).map(|_| {
            let interface = interface.clone();
            let place = (interface.clone(), address);
            let (times, last) = self.robberies.entry(place.clone()).or_insert((0, now));
            (*times, *last) = (times.saturating_add(1), now);
            self.robbed.insert(place);
            NetworkChange::AddressRemoved { interface, address, origin: Origin::Foreign, by: None }
        })
    }
}

/// What the kernel reports of a change that the daemon asked for.
pub(super) fn report(change: Direction, interface: IfName, address: IpNet) -> NetworkChange {
    let origin = Origin::Ours;
    match change {
        Direction::Add => NetworkChange::AddressAdded { interface, address, origin },
        Direction::Remove => NetworkChange::AddressRemoved { interface, address, origin, by: None },
    }
}

fn no_such_device() -> KernelError {
    KernelError { errno: 19, text: "No such device".to_owned() }
}

fn refusal() -> KernelError {
    KernelError { errno: 1, text: "Operation not permitted".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net() -> IpNet {
        IpNet::host([10, 0, 0, 50].into())
    }

    fn kernel() -> (Kernel, IfName) {
        let name = IfName::new("eth0").unwrap();
        let interface = Interface {
            name: name.clone(),
            index: 2,
            up: true,
            multicast: true,
            arp: true,
            mac: None,
            mtu: 1500,
            addresses: Vec::new(),
            link: crate::facts::Link::default(),
        };
        let network = Network { interfaces: vec![interface].into() };
        (Kernel::new(network, Duration::from_micros(50)), name)
    }

    fn batch(change: Direction, name: &IfName) -> Work {
        let place = Place { index: Some(2), interface: name.clone(), net: net() };
        Work::Addresses { id: EffectId(1), change, addresses: vec![place] }
    }

    #[test]
    fn requests_are_carried_out_in_order_and_only_changes_are_reported() {
        let (mut kernel, name) = kernel();
        let now = Instant::ORIGIN;
        let announce =
            Work::Announce { index: 2, interface: name.clone(), address: net().address() };
        let first = kernel.submit(now, batch(Direction::Add, &name));
        assert_eq!(first, Some(Instant::from_micros(50)));
        assert_eq!(kernel.submit(now, announce), None);
        assert_eq!(kernel.submit(now, batch(Direction::Add, &name)), None);
        let changed = |outcome| match outcome {
            Some(Outcome::Addresses { changed, .. }) => changed.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(changed(kernel.work()), 1);
        assert!(matches!(kernel.work(), Some(Outcome::Announced { held: true, .. })));
        assert_eq!(changed(kernel.work()), 0, "it was there already");
        assert!(kernel.is_idle());
    }

    #[test]
    fn a_refused_change_is_excused_until_one_succeeds() {
        let (mut kernel, name) = kernel();
        kernel.refuse(1, 0);
        for refused in [true, false] {
            kernel.submit(Instant::ORIGIN, batch(Direction::Add, &name));
            let Some(Outcome::Addresses { result, .. }) = kernel.work() else { panic!() };
            assert_eq!(result.is_err(), refused);
            assert_eq!(kernel.is_excused(&name, net()), refused);
            assert_eq!(kernel.holds(&name, false, net()), !refused);
        }
    }
}
