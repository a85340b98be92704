//! An interface of the instance's own: a macvlan with the virtual MAC (`use_vmac`) or an ipvlan
//! (`use_ipvlan`).

use crate::ir::{Instance, Named, VirtualAddress};
use crate::units::{Family, IfName, IpNet, Mac, Spanned};

/// The interface that an instance makes for its addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OwnLink {
    /// `use_vmac`.
    Vmac(Box<Vmac>),
    /// `use_ipvlan`.
    Ipvlan(Box<Ipvlan>),
}

/// A private macvlan on the configured interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vmac {
    /// Its name; `None` means `vrrp.VRID`, or what `vmac_prefix` makes of it.
    pub name: Option<Spanned<IfName>>,
    /// Its address: 00:00:5e:00:01:VRID (IPv4), 00:00:5e:00:02:VRID (IPv6), or the configured one.
    pub mac: Mac,
    /// `netlink_notify_msg`: ask the kernel for more notifications about it.
    pub netlink_notify: bool,
    /// `group`: its link group; `None` means that of the base interface.
    pub group: Option<Spanned<Named<u32>>>,
    /// `vmac_xmit_base`, or unicast: adverts travel over the base interface.
    pub transmit_from_base: bool,
}

/// An ipvlan interface in L2 mode on the configured interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ipvlan {
    /// Its name; `None` means `vrrp.VRID`.
    pub name: Option<Spanned<IfName>>,
    /// Its own address, from which it speaks; IPv4 needs one: without it the instance stays in
    /// FAULT.
    pub address: Option<Spanned<IpNet>>,
    /// How it and its sisters reach one another.
    pub mode: IpvlanMode,
    /// `group`: its link group; `None` means that of the base interface.
    pub group: Option<Spanned<Named<u32>>>,
}

/// How ipvlan interfaces on one base reach one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum IpvlanMode {
    /// `bridge`: directly.
    #[default]
    Bridge,
    /// `private`: not at all.
    Private,
    /// `vepa`: through the switch.
    Vepa,
}

impl Instance {
    /// Whether an address of it goes onto a macvlan that is not (only) the instance's own.
    pub fn wants_macvlan(&self, address: &VirtualAddress) -> bool {
        let own = self.interface.as_deref();
        let base = address.interface.as_ref().or(own);
        let at_home = base == own && Family::of(address.ip()) == self.family;
        address.use_vmac || (self.vmac_for_addresses && !at_home)
    }

    /// The interfaces and families for which it makes macvlans for single addresses.
    pub fn macvlan_places(&self) -> Vec<(&IfName, Family)> {
        let own = self.interface.as_deref();
        let mut places = Vec::new();
        for address in self.addresses.iter().chain(&self.excluded) {
            let base = address.interface.as_ref().or(own);
            let family = Family::of(address.ip());
            if let Some(base) = base.filter(|_| self.wants_macvlan(address))
                && !places.contains(&(base, family))
            {
                places.push((base, family));
            }
        }
        places
    }
}
