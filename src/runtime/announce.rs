//! Telling the LAN where an address lives: gratuitous ARP and unsolicited neighbour
//! advertisements.

use std::io;
use std::net::IpAddr;

use crate::net::{arp, ndisc};
use crate::sys::packet::PacketSocket;
use crate::units::{IfName, Mac};

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
        match address {
            IpAddr::V4(address) => {
                self.arp.send(&arp::gratuitous(outlet.mac, address), outlet.index)
            }
            IpAddr::V6(address) => {
                let router = is_router(&outlet.name);
                self.ndisc.send(&ndisc::unsolicited(outlet.mac, address, router), outlet.index)
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
