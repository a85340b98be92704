//! Telling the LAN where an address lives: gratuitous ARP and unsolicited neighbour
//! advertisements.

use std::io;
use std::net::IpAddr;

use crate::net::{arp, ndisc};
use crate::sys::packet::PacketSocket;
use crate::units::{IfName, Mac};

/// Where the type stands in an Ethernet frame.
const ETHERTYPE_OFFSET: usize = 12;
/// Type of frames that do nothing but come back ("configuration testing protocol").
const CONFIGURATION_TESTING: [u8; 2] = [0x90, 0x00];

/// The interface that an announcement leaves through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outlet {
    /// Its name.
    pub name: IfName,
    /// Its index.
    pub index: u32,
    /// Its hardware address, which the announcement gives to the LAN.
    pub mac: Mac,
}

/// The two sockets for frames, shared by all interfaces.
#[derive(Debug)]
pub struct Announcer {
    arp: PacketSocket,
    ndisc: PacketSocket,
}

impl Announcer {
    /// Opens the sockets. Needs `CAP_NET_RAW`.
    pub fn new() -> io::Result<Self> {
        let arp = PacketSocket::new(arp::ETHERTYPE)?;
        let ndisc = PacketSocket::new(ndisc::ETHERTYPE)?;
        Ok(Self { arp, ndisc })
    }

    /// Sends one announcement of `address`.
    pub fn announce(&self, outlet: &Outlet, address: IpAddr) -> io::Result<()> {
        self.send(outlet, address, |_| outlet.index)
    }

    /// Sends the frame of an announcement through the interface of that index, as one of a type that
    /// nobody listens to.
    pub fn rehearse(&self, outlet: &Outlet, address: IpAddr, loopback: u32) {
        let _lost = self.send(outlet, address, |frame| {
            if let Some(ethertype) = frame.get_mut(ETHERTYPE_OFFSET..) {
                ethertype.iter_mut().zip(CONFIGURATION_TESTING).for_each(|(to, from)| *to = from);
            }
            loopback
        });
    }

    /// Sends an announcement, or what becomes of its frame, through the interface that comes back.
    fn send(
        &self,
        outlet: &Outlet,
        address: IpAddr,
        prepare: impl FnOnce(&mut [u8]) -> u32,
    ) -> io::Result<()> {
        match address {
            IpAddr::V4(address) => {
                let mut frame = arp::gratuitous(outlet.mac, address);
                let interface = prepare(&mut frame);
                self.arp.send(&frame, interface)
            }
            IpAddr::V6(address) => {
                let router = is_router(&outlet.name);
                let mut frame = ndisc::unsolicited(outlet.mac, address, router);
                let interface = prepare(&mut frame);
                self.ndisc.send(&frame, interface)
            }
        }
    }
}

/// Whether the interface forwards IPv6 packets; then neighbours must be told that we are a router,
/// or they drop us as one (RFC 4861 section 7.2.5).
fn is_router(interface: &IfName) -> bool {
    std::fs::read(format!("/proc/sys/net/ipv6/conf/{interface}/forwarding"))
        .is_ok_and(|text| text.first().is_some_and(|digit| *digit != b'0'))
}
