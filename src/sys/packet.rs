//! Link-layer frames through `AF_PACKET`: for gratuitous ARP and neighbour advertisements.

use std::ffi::c_int;
use std::io;

use nix::libc;
use socket2::{Domain, SockAddr, Socket, Type};

use crate::sys::socket::drop_everything;

/// A socket that sends whole Ethernet frames and receives nothing.
#[derive(Debug)]
pub struct PacketSocket {
    socket: Socket,
    ethertype: u16,
}

impl PacketSocket {
    /// Opens it for frames of that type. Needs `CAP_NET_RAW`.
    pub fn new(ethertype: u16) -> io::Result<Self> {
        // Protocol 0 receives nothing from the first moment on; the filter keeps it so.
        let socket = Socket::new(Domain::PACKET, Type::RAW.cloexec().nonblocking(), None)?;
        socket.attach_filter(&drop_everything())?;
        Ok(Self { socket, ethertype })
    }

    /// Sends one frame, Ethernet header included, through the interface of that index.
    pub fn send(&self, frame: &[u8], interface: u32) -> io::Result<()> {
        let index = c_int::try_from(interface).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.socket.send_to(frame, &link_address(index, self.ethertype)?)?;
        Ok(())
    }
}

fn link_address(interface: c_int, ethertype: u16) -> io::Result<SockAddr> {
    let family =
        libc::sa_family_t::try_from(libc::AF_PACKET).map_err(|_| io::ErrorKind::InvalidInput)?;
    let address = libc::sockaddr_ll {
        sll_family: family,
        sll_protocol: ethertype.to_be(),
        sll_ifindex: interface,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    // SAFETY: the storage is large and aligned enough for every socket address, so writing a
    // `sockaddr_ll` to its start is sound; the length says what was written.
    let ((), address) = unsafe {
        SockAddr::try_init(|storage, length| {
            storage.cast::<libc::sockaddr_ll>().write(address);
            *length = libc::socklen_t::try_from(size_of::<libc::sockaddr_ll>())
                .map_err(|_| io::ErrorKind::InvalidInput)?;
            Ok(())
        })
    }?;
    Ok(address)
}
