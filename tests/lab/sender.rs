//! Sends hand-made datagrams of protocol 112 from a host: foreign, broken, hostile.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use socket2::{Domain, Protocol, Socket, Type};

use super::{Host, pseudo_header_checksum};

/// A raw IPv4 socket on a host; the IP header is ours, but for its length and checksum.
pub(crate) struct Sender {
    socket: Socket,
    source: Ipv4Addr,
}

impl Sender {
    /// Opens it on `host`, sending from the host's own address.
    pub(crate) fn new(host: &Host) -> Self {
        let socket = host.namespace().inside(|| {
            let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::from(112))).unwrap();
            socket.bind_device(Some(b"eth0")).unwrap();
            socket.set_header_included_v4(true).unwrap();
            socket
        });
        Self { socket, source: Ipv4Addr::new(10, 77, 0, host.number()) }
    }

    /// The address it sends from.
    pub(crate) fn source(&self) -> Ipv4Addr {
        self.source
    }

    /// Sends `payload` to `destination` with this TTL.
    pub(crate) fn send(&self, destination: Ipv4Addr, ttl: u8, payload: &[u8]) {
        let mut packet = vec![0x45, 0xc0, 0, 0, 0, 1, 0, 0, ttl, 112, 0, 0];
        packet.extend(self.source.octets());
        packet.extend(destination.octets());
        packet.extend(payload);
        self.socket.send_to(&packet, &SocketAddrV4::new(destination, 0).into()).unwrap();
    }
}

/// A raw IPv6 socket on a host for multicast datagrams.
pub(crate) struct Sender6 {
    socket: Socket,
    source: Ipv6Addr,
}

impl Sender6 {
    /// Opens it on `host`, sending from the host's link-local address with this hop limit.
    pub(crate) fn new(host: &Host, hop_limit: u8) -> Self {
        let socket = host.namespace().inside(|| {
            let socket = Socket::new(Domain::IPV6, Type::RAW, Some(Protocol::from(112))).unwrap();
            socket.bind_device(Some(b"eth0")).unwrap();
            socket.set_multicast_hops_v6(hop_limit.into()).unwrap();
            socket
        });
        let source = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, host.number().into());
        Self { socket, source }
    }

    /// Sends `payload` to `destination`, with its VRRP checksum made right.
    pub(crate) fn send(&self, destination: Ipv6Addr, payload: &[u8]) {
        let mut payload = payload.to_vec();
        let checksum = pseudo_header_checksum(self.source.into(), destination.into(), &payload);
        payload[6..8].copy_from_slice(&checksum.to_be_bytes());
        let destination = SocketAddrV6::new(destination, 0, 0, 0);
        self.socket.send_to(&payload, &destination.into()).unwrap();
    }
}
