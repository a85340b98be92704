//! One line of `virtual_ipaddress`, `virtual_ipaddress_excluded` or `static_ipaddress`.

use std::net::{IpAddr, Ipv4Addr};

use crate::units::{IfName, IpNet, Spanned};

/// An address that the master holds, with every option of its line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VirtualAddress {
    /// The address and the length of its prefix (with `peer`: that of a host).
    pub net: IpNet,
    /// `peer`: the other end of a point-to-point link.
    pub peer: Option<IpAddr>,
    /// `dev`; `None` means the interface of the instance.
    pub interface: Option<IfName>,
    /// `scope` (IPv4 only).
    pub scope: Scope,
    /// `brd` / `broadcast` (IPv4 only); nothing is set unless it is written.
    pub broadcast: Option<Broadcast>,
    /// `label` (IPv4 only, at most 15 bytes).
    pub label: Option<String>,
    /// `home` (IPv6): `IFA_F_HOMEADDRESS`.
    pub home: bool,
    /// `-nodad` (IPv6): let the kernel do duplicate address detection.
    pub detect_duplicates: bool,
    /// `mngtmpaddr` (IPv6): `IFA_F_MANAGETEMPADDR`.
    pub manage_temporary: bool,
    /// `noprefixroute`: no connected route for the prefix.
    pub no_prefix_route: bool,
    /// `autojoin`: `IFA_F_MCAUTOJOIN`.
    pub autojoin: bool,
    /// `no_track`: neither its removal by others nor its interface's link state matters.
    pub no_track: bool,
    /// `preferred_lft` (IPv6); `None` means the default: 0 for a /128, else forever.
    pub preferred_lifetime: Option<PreferredLifetime>,
    /// `use_vmac`: it goes onto a macvlan with the virtual MAC, on its own interface.
    pub use_vmac: bool,
}

/// A line of `static_ipaddress`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaticAddress {
    /// The address; without `dev` it goes onto the default interface.
    pub address: VirtualAddress,
    /// `track_group`: instances of this group depend on the interface of the address.
    pub track_group: Option<Spanned<String>>,
}

impl VirtualAddress {
    /// An address without options.
    pub fn plain(net: IpNet) -> Self {
        Self {
            net,
            peer: None,
            interface: None,
            scope: Scope::GLOBAL,
            broadcast: None,
            label: None,
            home: false,
            detect_duplicates: false,
            manage_temporary: false,
            no_prefix_route: false,
            autojoin: false,
            no_track: false,
            preferred_lifetime: None,
            use_vmac: false,
        }
    }

    /// Whether the kernel is told the same of both, on the same interface: what the daemon alone
    /// heeds does not count.
    pub fn is_set_as(&self, other: &Self) -> bool {
        Self { no_track: other.no_track, use_vmac: other.use_vmac, ..self.clone() } == *other
    }

    /// The address alone.
    pub fn ip(&self) -> IpAddr {
        self.net.address()
    }
}

/// Scope of an IPv4 address, as the kernel numbers it (`rt_scopes`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Scope(pub u8);

impl Scope {
    /// `global`, the default.
    pub const GLOBAL: Self = Self(0);
    /// `site`.
    pub const SITE: Self = Self(200);
    /// `link`.
    pub const LINK: Self = Self(253);
    /// `host`.
    pub const HOST: Self = Self(254);
    /// `nowhere`.
    pub const NOWHERE: Self = Self(255);
}

/// Broadcast address of an IPv4 address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broadcast {
    /// A written address.
    Address(Ipv4Addr),
    /// `+`: all host bits one.
    HostBitsOne,
    /// `-`: all host bits zero.
    HostBitsZero,
}

/// How long an IPv6 address may be used as a source of new connections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PreferredLifetime {
    /// `forever`.
    Forever,
    /// So many seconds; 0 means deprecated from the start.
    Seconds(u32),
}
