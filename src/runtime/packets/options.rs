//! How the VRRP sockets are set up (behaviour of keepalived 2.4.3, option by option).

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::AsFd;

use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, InterfaceIndexOrAddress, Protocol, SockAddr, Socket, Type};

use super::scope;
use crate::engine::effect::{Endpoint, SocketKey};
use crate::net::ipv4::TYPE_OF_SERVICE;
use crate::sys::socket::{drop_everything, set_ipv6_checksum, set_multicast_interface_v4};
use crate::units::Family;

/// Where the checksum stands in the VRRP header.
const CHECKSUM_OFFSET: u8 = 6;
/// Hop limit of multicast adverts.
const MULTICAST_HOPS: u32 = 255;

/// What both sockets of a pair have.
fn open(key: &SocketKey) -> io::Result<Socket> {
    let domain = match key.family {
        Family::V4 => Domain::IPV4,
        Family::V6 => Domain::IPV6,
    };
    let protocol = Protocol::from(i32::from(key.protocol));
    let socket = Socket::new(domain, Type::RAW.cloexec().nonblocking(), Some(protocol))?;
    // Without this the socket hears every group that anybody on the host has joined.
    match key.family {
        Family::V4 => socket.set_multicast_all_v4(false)?,
        Family::V6 => socket.set_multicast_all_v6(false)?,
    }
    if let Some(interface) = &key.interface {
        socket.bind_device(Some(interface.as_str().as_bytes()))?;
    }
    Ok(socket)
}

/// The socket that receives.
pub(super) fn receiver(key: &SocketKey, interface: u32) -> io::Result<Socket> {
    let socket = open(key)?;
    if key.family == Family::V6 {
        socket.set_recv_hoplimit_v6(true)?;
        setsockopt(&socket, sockopt::Ipv6RecvPacketInfo, &true)?;
        set_ipv6_checksum(socket.as_fd(), CHECKSUM_OFFSET)?;
    }
    match key.endpoint {
        Endpoint::Multicast(group) => {
            match group {
                IpAddr::V4(group) => socket
                    .join_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(interface))?,
                IpAddr::V6(group) => socket.join_multicast_v6(&group, interface)?,
            }
            socket.bind(&address(group, interface))?;
        }
        Endpoint::Unicast(None) => {}
        Endpoint::Unicast(Some(source)) => {
            // The address may come later.
            match source {
                IpAddr::V4(_) => socket.set_freebind_v4(true)?,
                IpAddr::V6(_) => socket.set_freebind_v6(true)?,
            }
            socket.bind(&address(source, interface))?;
        }
    }
    Ok(socket)
}

/// The socket that sends. It receives nothing.
pub(super) fn sender(key: &SocketKey, interface: u32) -> io::Result<Socket> {
    let socket = open(key)?;
    socket.attach_filter(&drop_everything())?;
    socket.set_recv_buffer_size(0)?;
    let multicast = matches!(key.endpoint, Endpoint::Multicast(_));
    match key.family {
        Family::V4 => {
            socket.set_header_included_v4(true)?;
            socket.set_tos_v4(u32::from(TYPE_OF_SERVICE))?;
            if multicast {
                set_multicast_interface_v4(socket.as_fd(), interface)?;
                socket.set_multicast_loop_v4(false)?;
            }
        }
        Family::V6 => {
            set_ipv6_checksum(socket.as_fd(), CHECKSUM_OFFSET)?;
            socket.set_tclass_v6(u32::from(TYPE_OF_SERVICE))?;
            if multicast {
                socket.set_multicast_if_v6(interface)?;
                socket.set_multicast_loop_v6(false)?;
                socket.set_multicast_hops_v6(MULTICAST_HOPS)?;
            }
        }
    }
    Ok(socket)
}

fn address(address: IpAddr, interface: u32) -> SockAddr {
    let address: SocketAddr = match address {
        IpAddr::V4(address) => SocketAddrV4::new(address, 0).into(),
        IpAddr::V6(address) => with_scope(address, interface).into(),
    };
    address.into()
}

fn with_scope(address: Ipv6Addr, interface: u32) -> SocketAddrV6 {
    SocketAddrV6::new(address, 0, 0, scope(address, interface))
}
