//! Interfaces that come and go: carriers, removals, names, and those that the daemon makes.

use crate::engine::event::{NetworkChange, Origin};
use crate::engine::own_link::{LinkPlan, Make};
use crate::facts::{Interface, Link, LinkKind};
use crate::sim::kernel::Kernel;
use crate::units::{IfName, IpNet};

impl Kernel {
    /// Plugs an interface into another LAN than the first one.
    pub fn attach(&mut self, name: &IfName, lan: usize) {
        self.lans.insert(name.clone(), lan);
        if let Some(found) = self.network.interface(name) {
            self.cables.insert(found.index, lan);
        }
    }

    /// The LAN that an interface of that name is plugged into when it is there.
    pub(in crate::sim) fn plugged(&self, name: &IfName) -> usize {
        self.lans.get(name).copied().unwrap_or(0)
    }

    /// The LAN on which an interface speaks now; `None` without carrier.
    pub(in crate::sim) fn lan(&self, index: u32) -> Option<usize> {
        let found = |index| self.network.interfaces.iter().find(|found| found.index == index);
        let interface = found(index).filter(|found| found.up)?;
        let base = interface.link.parent.map_or(Some(interface), found)?;
        Some(self.cables.get(&base.index).copied().unwrap_or(0))
    }

    /// True if a packet to this address on that LAN is one for this host.
    pub(in crate::sim) fn has_on(&self, lan: usize, address: std::net::IpAddr) -> bool {
        self.network.interfaces.iter().any(|found| {
            found.addresses.iter().any(|net| net.address() == address)
                && self.lan(found.index) == Some(lan)
        })
    }

    /// The links of all interfaces come or go; what the kernel reports.
    pub(in crate::sim) fn link(&mut self, up: bool) -> Vec<NetworkChange> {
        self.carrier(up, |_| true)
    }

    /// The carrier of one interface comes or goes, and with it that of whatever stands on it.
    pub(in crate::sim) fn carrier_of(&mut self, name: &IfName, up: bool) -> Vec<NetworkChange> {
        let Some(base) = self.network.interface(name).map(|found| found.index) else {
            return Vec::new();
        };
        self.carrier(up, |found| found.index == base || found.link.parent == Some(base))
    }

    fn carrier(&mut self, up: bool, which: impl Fn(&Interface) -> bool) -> Vec<NetworkChange> {
        let changed = self.network.interfaces.iter_mut();
        changed
            .filter(|interface| interface.up != up && which(interface))
            .map(|interface| {
                interface.up = up;
                NetworkChange::Interface(interface.clone())
            })
            .collect()
    }

    /// Somebody removes an interface, and with it whatever stands on it.
    pub(in crate::sim) fn delete(&mut self, name: &IfName) -> Vec<NetworkChange> {
        let Some(gone) = self.network.interface(name).cloned() else { return Vec::new() };
        let mut back = gone.clone();
        back.addresses.retain(|net| !self.holdings.has_ever_set(gone.index, *net));
        let mut reports = self.carrier_of(name, false);
        let children = self.network.interfaces.iter();
        let mut all: Vec<Interface> =
            children.filter(|found| found.link.parent == Some(gone.index)).cloned().collect();
        all.push(gone.clone());
        for interface in all {
            let removed = interface.addresses.iter().map(|address| {
                let (interface, address) = (interface.name.clone(), *address);
                NetworkChange::AddressRemoved {
                    interface,
                    address,
                    origin: Origin::Foreign,
                    by: None,
                }
            });
            reports.extend(removed);
            reports.push(self.unmake(&interface.name));
        }
        if gone.link.parent.is_none() {
            self.unplugged.insert(name.clone(), back);
        }
        reports
    }

    /// An interface that somebody has removed is made anew, with a new number.
    pub(in crate::sim) fn create(&mut self, name: &IfName) -> Vec<NetworkChange> {
        if self.network.interface(name).is_some() {
            return Vec::new();
        }
        let Some(mut back) = self.unplugged.remove(name) else { return Vec::new() };
        back.index = self.number();
        if let Some(lan) = self.lans.get(name) {
            self.cables.insert(back.index, *lan);
        }
        let (interface, addresses) = (name.clone(), std::mem::take(&mut back.addresses));
        let mut reports = vec![NetworkChange::Interface(back.clone())];
        reports.extend(addresses.iter().map(|address| NetworkChange::AddressAdded {
            interface: interface.clone(),
            address: *address,
            origin: Origin::Foreign,
        }));
        self.network.interfaces.push(Interface { addresses, ..back });
        reports
    }

    /// Somebody gives an interface another name, if that is free.
    pub(in crate::sim) fn rename(&mut self, from: &IfName, to: &IfName) -> Vec<NetworkChange> {
        if self.network.interface(to).is_some() {
            return Vec::new();
        }
        let mut all = self.network.interfaces.iter_mut();
        let Some(found) = all.find(|found| found.name == *from) else { return Vec::new() };
        found.name = to.clone();
        vec![NetworkChange::InterfaceRemoved(from.clone()), NetworkChange::Interface(found.clone())]
    }

    /// Makes an interface on another one, if that is there.
    pub(super) fn make(
        &mut self,
        plan: &LinkPlan,
        address: Option<IpNet>,
    ) -> Option<NetworkChange> {
        let base = self.network.interface(&plan.base)?.clone();
        let (kind, mac) = match plan.make {
            Make::Vmac(mac) => (LinkKind::Macvlan { private: true }, Some(mac)),
            Make::Ipvlan(..) => (LinkKind::Ipvlan, base.mac),
        };
        if let Some(found) = self.network.interface(&plan.name) {
            self.holdings.made(found.index);
            return Some(NetworkChange::Interface(found.clone()));
        }
        let made = Interface {
            name: plan.name.clone(),
            index: self.number(),
            mac,
            addresses: address.into_iter().collect(),
            link: Link { kind, parent: Some(base.index), vrf: base.link.vrf, table: None },
            ..base
        };
        self.holdings.made(made.index);
        self.network.interfaces.push(made.clone());
        Some(NetworkChange::Interface(made))
    }

    /// Removes an interface, with what was there.
    pub(super) fn unmake(&mut self, name: &IfName) -> NetworkChange {
        if let Some(index) = self.network.interface(name).map(|found| found.index) {
            self.holdings.lose(index);
        }
        self.network.interfaces.retain(|interface| interface.name != *name);
        NetworkChange::InterfaceRemoved(name.clone())
    }

    fn number(&mut self) -> u32 {
        let number = self.next_index;
        self.next_index = number.saturating_add(1);
        number
    }
}
