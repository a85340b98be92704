//! Reading netlink messages, without ever failing on what this daemon does not know: headers by
//! position, attributes by number, everything else skipped (`linux/netlink.h`,
//! `linux/rtnetlink.h`).

use std::net::IpAddr;

use nix::libc;

use crate::facts::{self, Interface, LinkKind};
use crate::units::{IfName, IpNet, Mac};

/// Length of `struct nlmsghdr`.
const HEADER: usize = 16;
/// Messages and attributes begin at multiples of this.
const ALIGNMENT: usize = 4;
/// `NLM_F_DUMP_INTR`: the table changed while it was dumped.
const DUMP_INTERRUPTED: u16 = 0x10;
/// `NLM_F_ACK`.
const ACKNOWLEDGE: u16 = 0x4;
/// The bits of an attribute's type that are its number.
const ATTRIBUTE_TYPE: u16 = 0x3fff;

/// One message of a datagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    /// `RTM_*` or `NLMSG_*`.
    pub(super) kind: u16,
    flags: u16,
    /// Of the request that it answers.
    pub(super) sequence: u32,
    /// Of whoever caused it; 0 is the kernel itself.
    pub(super) port: u32,
    pub(super) body: &'a [u8],
}

impl Message<'_> {
    /// The dump that it belongs to is not consistent.
    pub(super) fn interrupted(&self) -> bool {
        self.flags & DUMP_INTERRUPTED != 0
    }

    /// `NLMSG_ERROR`: the positive `errno`, 0 for an acknowledgement.
    pub(super) fn errno(&self) -> Option<i32> {
        number(self.body, 0).map(u32::cast_signed).map(i32::unsigned_abs).map(u32::cast_signed)
    }

    /// The body as a link.
    pub(super) fn link(&self) -> Option<Link> {
        Link::parse(self.body)
    }

    /// The body as an address.
    pub(super) fn address(&self) -> Option<Address> {
        Address::parse(self.body)
    }
}

/// The messages of a datagram, up to the first that is cut off.
pub(super) fn messages(datagram: &[u8]) -> impl Iterator<Item = Message<'_>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        let length = usize::try_from(number(rest, 0)?).ok()?;
        let body = rest.get(HEADER..length)?;
        let message = Message {
            kind: half(rest, 4)?,
            flags: half(rest, 6)?,
            sequence: number(rest, 8)?,
            port: number(rest, 12)?,
            body,
        };
        rest = rest.get(length.next_multiple_of(ALIGNMENT)..).unwrap_or_default();
        Some(message)
    })
}

/// Makes the first message of a datagram one that is answered also if it is carried out.
pub(super) fn acknowledge(datagram: &mut [u8]) {
    if let Some(field) = datagram.get_mut(6..8) {
        let flags = field.try_into().map_or(0, u16::from_ne_bytes);
        field.copy_from_slice(&(flags | ACKNOWLEDGE).to_ne_bytes());
    }
}

/// The attributes that begin at `offset`.
pub(super) fn attributes(body: &[u8], offset: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = body.get(offset..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = usize::from(half(rest, 0)?);
        let value = rest.get(4..length)?;
        let kind = half(rest, 2)? & ATTRIBUTE_TYPE;
        rest = rest.get(length.next_multiple_of(ALIGNMENT)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// A link as reported.
#[derive(Debug)]
pub(super) struct Link {
    /// False for reports about a bridge port or the like, which say nothing about the interface.
    pub(super) whole: bool,
    /// Its link group.
    pub(super) group: u32,
    /// `IFF_*`.
    pub(super) flags: i32,
    /// `ARPHRD_*`.
    pub(super) hardware: u16,
    /// Hardware broadcast address, if it has an Ethernet one.
    pub(super) broadcast: Option<Mac>,
    /// Without addresses.
    pub(super) interface: Interface,
}

impl Link {
    /// `struct ifinfomsg` and its attributes.
    fn parse(body: &[u8]) -> Option<Self> {
        let family = *body.first()?;
        let layer = half(body, 2)?;
        let index = number(body, 4)?;
        let flags = number(body, 8)?.cast_signed();
        let mut name = None;
        let (mut mac, mut broadcast) = (None, None);
        let mut mtu = 0;
        let mut below = None;
        let mut elsewhere = false;
        let mut master = None;
        let mut group = 0;
        let mut link_kind = LinkKind::Other;
        let mut in_vrf = false;
        let mut table = None;
        for (kind, value) in attributes(body, 16) {
            match kind {
                libc::IFLA_IFNAME => {
                    let text = value.split(|byte| *byte == 0).next().unwrap_or_default();
                    name = std::str::from_utf8(text).ok().and_then(|text| IfName::new(text).ok());
                }
                libc::IFLA_ADDRESS if layer == libc::ARPHRD_ETHER => {
                    mac = <[u8; 6]>::try_from(value).ok().map(Mac);
                }
                libc::IFLA_BROADCAST if layer == libc::ARPHRD_ETHER => {
                    broadcast = <[u8; 6]>::try_from(value).ok().map(Mac);
                }
                libc::IFLA_LINK => below = number(value, 0).filter(|index| *index != 0),
                libc::IFLA_LINK_NETNSID => elsewhere = true,
                libc::IFLA_MASTER => master = number(value, 0),
                libc::IFLA_GROUP => group = number(value, 0).unwrap_or(0),
                libc::IFLA_LINKINFO => (link_kind, in_vrf, table) = kind_of(value),
                libc::IFLA_MTU => mtu = number(value, 0).unwrap_or(0),
                _ => {}
            }
        }
        // For other kinds it is the other end of a pair.
        let stands = link_kind != LinkKind::Other && link_kind != LinkKind::Vrf;
        let is = |flag: i32| flags & flag != 0;
        Some(Self {
            whole: i32::from(family) == libc::AF_UNSPEC,
            group,
            flags,
            hardware: layer,
            broadcast,
            interface: Interface {
                name: name?,
                index,
                up: is(libc::IFF_UP) && is(libc::IFF_RUNNING),
                multicast: is(libc::IFF_MULTICAST),
                arp: !is(libc::IFF_NOARP) && !is(libc::IFF_LOOPBACK),
                mac,
                mtu,
                addresses: Vec::new(),
                link: facts::Link {
                    kind: link_kind,
                    parent: below.filter(|_| stands && !elsewhere),
                    vrf: master.filter(|_| in_vrf),
                    table,
                },
            },
        })
    }
}

/// `IFLA_LINKINFO`: the kind, whether it is in a VRF, and the table that it is the VRF of.
fn kind_of(info: &[u8]) -> (LinkKind, bool, Option<u32>) {
    let text = |value: &[u8]| value.split(|byte| *byte == 0).next().map(<[u8]>::to_vec);
    let mut name = None;
    let mut above = None;
    let mut first = None;
    for (kind, value) in attributes(info, 0) {
        match kind {
            INFO_KIND => name = text(value),
            INFO_SLAVE_KIND => above = text(value),
            INFO_DATA => {
                let is_first = |(number, _): &(u16, &[u8])| *number == 1;
                first = attributes(value, 0).find(is_first).and_then(|(_, value)| number(value, 0));
            }
            _ => {}
        }
    }
    let kind = match name.as_deref() {
        Some(b"macvlan") => LinkKind::Macvlan { private: first == Some(MACVLAN_PRIVATE) },
        Some(b"ipvlan") => LinkKind::Ipvlan,
        Some(b"vlan") => LinkKind::Vlan,
        Some(b"vrf") => LinkKind::Vrf,
        _ => LinkKind::Other,
    };
    (kind, above.as_deref() == Some(b"vrf"), first.filter(|_| kind == LinkKind::Vrf))
}

/// `IFLA_INFO_KIND`.
const INFO_KIND: u16 = 1;
/// `IFLA_INFO_DATA`; number 1 in it is the mode of a macvlan, the table of a VRF.
const INFO_DATA: u16 = 2;
/// `IFLA_INFO_SLAVE_KIND`: that of the interface that it belongs to.
const INFO_SLAVE_KIND: u16 = 4;
/// `MACVLAN_MODE_PRIVATE`.
const MACVLAN_PRIVATE: u32 = 1;

/// An address as reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Address {
    /// Of its interface.
    pub(super) index: u32,
    /// The local address.
    pub(super) net: IpNet,
    /// Not tentative: packets may carry it.
    pub(super) usable: bool,
    /// `IFA_PROTO`: who added it, 0 if unknown.
    pub(super) protocol: u8,
}

impl Address {
    /// `struct ifaddrmsg` and its attributes.
    fn parse(body: &[u8]) -> Option<Self> {
        let prefix = *body.get(1)?;
        let mut flags = u32::from(*body.get(2)?);
        let index = number(body, 4)?;
        let mut local = None;
        let mut address = None;
        let mut protocol = 0;
        for (kind, value) in attributes(body, 8) {
            match kind {
                libc::IFA_LOCAL => local = ip(value),
                libc::IFA_ADDRESS => address = ip(value),
                libc::IFA_FLAGS => flags = number(value, 0).unwrap_or(flags),
                IFA_PROTO => protocol = value.first().copied().unwrap_or(0),
                _ => {}
            }
        }
        let tentative = flags & libc::IFA_F_TENTATIVE != 0 && flags & libc::IFA_F_OPTIMISTIC == 0;
        let net = IpNet::new(local.or(address)?, prefix)?;
        Some(Self { index, net, usable: !tentative, protocol })
    }
}

/// `IFA_PROTO`, since Linux 5.18.
const IFA_PROTO: u16 = 11;

fn ip(value: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(value) {
        return Some(four.into());
    }
    <[u8; 16]>::try_from(value).ok().map(IpAddr::from)
}

fn half(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_ne_bytes)
}

fn number(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().copied().map(u32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len() + 4).unwrap();
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message(kind: u16, port: u32, body: &[u8]) -> Vec<u8> {
        let mut bytes = u32::try_from(body.len() + 16).unwrap().to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0, 0]);
        bytes.extend(7_u32.to_ne_bytes());
        bytes.extend(port.to_ne_bytes());
        bytes.extend(body);
        bytes
    }

    fn address(flags: u8, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = vec![2, 24, flags, 0];
        body.extend(3_u32.to_ne_bytes());
        for (kind, value) in attributes {
            body.extend(attribute(*kind, value));
        }
        body
    }

    #[test]
    fn the_local_address_counts_not_the_peer() {
        let body =
            address(0, &[(libc::IFA_ADDRESS, &[10, 0, 0, 9]), (libc::IFA_LOCAL, &[10, 0, 0, 1])]);
        let parsed = Address::parse(&body).unwrap();
        assert_eq!(parsed.net.to_string(), "10.0.0.1/24");
        assert_eq!(parsed.index, 3);
        assert!(parsed.usable);
    }

    #[test]
    fn tentative_addresses_are_not_usable_unless_optimistic() {
        let attributes: &[(u16, &[u8])] = &[(libc::IFA_ADDRESS, &[10, 0, 0, 1])];
        assert!(!Address::parse(&address(0x40, attributes)).unwrap().usable);
        assert!(Address::parse(&address(0x44, attributes)).unwrap().usable);
    }

    #[test]
    fn unknown_attributes_are_skipped_and_messages_follow_each_other() {
        let body =
            address(0, &[(999, &[1]), (libc::IFA_LOCAL, &[10, 0, 0, 1]), (IFA_PROTO, &[18])]);
        let mut datagram = message(libc::RTM_NEWADDR, 42, &body);
        datagram.extend(message(libc::RTM_DELADDR, 0, &body));
        let kinds: Vec<(u16, u32, u8)> = messages(&datagram)
            .map(|message| (message.kind, message.port, message.address().unwrap().protocol))
            .collect();
        assert_eq!(kinds, [(libc::RTM_NEWADDR, 42, 18), (libc::RTM_DELADDR, 0, 18)]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_loop(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for message in messages(&bytes) {
                let _ = (message.errno(), message.link(), message.address());
            }
        }
    }
}
