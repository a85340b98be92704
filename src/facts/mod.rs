//! What is known of a host, as data: its interfaces and their addresses, its users, the paths of
//! its scripts.
//!
//! The runtime fills it from the kernel, the simulator and the tests by hand, the linter from a
//! document that was written on another host. Pure.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod host;
mod interfaces;
mod json;

use std::net::IpAddr;

pub use host::{Entry, EntryKind, Host, User};
pub use interfaces::Interfaces;
pub use json::FactsError;

use crate::units::{Family, IfName, IpNet, Mac};

/// The interfaces of a host, in the kernel's order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// The interfaces.
    pub interfaces: Interfaces,
}

impl Network {
    /// The interface of that name.
    pub fn interface(&self, name: &IfName) -> Option<&Interface> {
        self.interfaces.named(name)
    }

    /// The interface of that name, to change all but its name.
    pub fn interface_mut(&mut self, name: &IfName) -> Option<&mut Interface> {
        self.interfaces.named_mut(name)
    }
}

/// One interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interface {
    /// Its name.
    pub name: IfName,
    /// The kernel's index.
    pub index: u32,
    /// Administratively up and running (`IFF_UP` and `IFF_RUNNING`).
    pub up: bool,
    /// Can multicast (`IFF_MULTICAST`).
    pub multicast: bool,
    /// Speaks ARP (no `IFF_NOARP`, not the loopback).
    pub arp: bool,
    /// Hardware address, if it has an Ethernet one.
    pub mac: Option<Mac>,
    /// Largest packet.
    pub mtu: u32,
    /// Addresses in the kernel's order, tentative ones left out.
    pub addresses: Vec<IpNet>,
    /// What it is and what it stands on.
    pub link: Link,
}

/// What an interface is made of, as far as that matters to a virtual router.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Link {
    /// Its kind.
    pub kind: LinkKind,
    /// Index of the interface that it stands on (macvlan, ipvlan, VLAN), if that is in the same
    /// network namespace.
    pub parent: Option<u32>,
    /// Index of the VRF that it belongs to.
    pub vrf: Option<u32>,
    /// Of a VRF: number of its routing table.
    pub table: Option<u32>,
}

/// Kinds of interfaces that are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LinkKind {
    /// Any other kind.
    #[default]
    Other,
    /// A macvlan.
    Macvlan {
        /// Its mode is `private`.
        private: bool,
    },
    /// An ipvlan.
    Ipvlan,
    /// A VLAN.
    Vlan,
    /// A VRF.
    Vrf,
}

impl Interface {
    /// The addresses that adverts may come from, best first: any IPv4 address, or the link-local
    /// ones of IPv6.
    pub fn advert_sources(&self, family: Family) -> impl Iterator<Item = IpAddr> + '_ {
        self.addresses.iter().map(|net| net.address()).filter(move |address| match address {
            IpAddr::V4(_) => family == Family::V4,
            IpAddr::V6(address) => family == Family::V6 && address.is_unicast_link_local(),
        })
    }
}
