//! Link-layer frames through `AF_PACKET`: sending gratuitous ARP and neighbour advertisements, and
//! hearing those of others.

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;
use nix::sys::socket::{MsgFlags, recv};
use socket2::{Domain, SockAddr, SockFilter, Socket, Type};

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

/// A socket that receives whole frames of one type from one interface, as far as the filter keeps
/// them, and none that leave the host. Needs `CAP_NET_RAW`.
pub fn listener(ethertype: u16, interface: u32, filter: &[SockFilter]) -> io::Result<Socket> {
    // Without a protocol nothing comes in before the filter is there.
    let socket = Socket::new(Domain::PACKET, Type::RAW.cloexec().nonblocking(), None)?;
    socket.attach_filter(filter)?;
    let index = c_int::try_from(interface).map_err(|_| io::ErrorKind::InvalidInput)?;
    socket.bind(&link_address(index, ethertype)?)?;
    Ok(socket)
}

/// Reads one frame; what does not fit into the buffer is cut off.
pub fn read_frame(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
    Ok(recv(socket.as_raw_fd(), buffer, MsgFlags::MSG_DONTWAIT)?)
}

/// A classic BPF program that keeps frames in which each of these bytes has this value, and the
/// word at `at` is one of `words`. Offsets count from the Ethernet header. With more words than a
/// program can hold every word is kept.
pub fn keep_frames(bytes: &[(u32, u8)], at: u32, words: &[u32]) -> Vec<SockFilter> {
    let mut program = Vec::new();
    for &(offset, value) in bytes {
        program.push(SockFilter::new(LOAD_BYTE, 0, 0, offset));
        program.push(SockFilter::new(JUMP_IF_EQUAL, 1, 0, value.into()));
        program.push(SockFilter::new(RETURN, 0, 0, 0));
    }
    if words.len() > MOST_WORDS {
        program.push(SockFilter::new(RETURN, 0, 0, u32::MAX));
        return program;
    }
    program.push(SockFilter::new(LOAD_WORD, 0, 0, at));
    for &word in words {
        program.push(SockFilter::new(JUMP_IF_EQUAL, 0, 1, word));
        program.push(SockFilter::new(RETURN, 0, 0, u32::MAX));
    }
    program.push(SockFilter::new(RETURN, 0, 0, 0));
    program
}

/// A program has at most 4,096 instructions, and each word takes two.
const MOST_WORDS: usize = 2_000;
/// `BPF_RET | BPF_K`: ends the filter; `k` is the number of bytes to keep, 0 drops.
const RETURN: u16 = 0x06;
/// `BPF_LD | BPF_W | BPF_ABS`: loads the word at `k`.
const LOAD_WORD: u16 = 0x20;
/// `BPF_LD | BPF_B | BPF_ABS`: loads the byte at `k`.
const LOAD_BYTE: u16 = 0x30;
/// `BPF_JMP | BPF_JEQ | BPF_K`.
const JUMP_IF_EQUAL: u16 = 0x15;

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
