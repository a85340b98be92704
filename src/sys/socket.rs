//! Descriptors under tokio's poller, and the socket options that neither socket2 nor nix has.

use std::ffi::c_int;
use std::io;
use std::net::Ipv6Addr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::task::{Context, Poll, ready};

use nix::libc;
use nix::sys::inotify::Inotify;
use nix::sys::socket::{
    ControlMessage, ControlMessageOwned, MsgFlags, SockaddrIn6, SockaddrStorage, cmsg_space,
    recvmsg, sendmsg,
};
use socket2::SockFilter;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A value that owns one open descriptor.
///
/// # Safety
///
/// `as_fd` gives the same open descriptor for as long as the value lives, and nothing reachable
/// through a shared reference closes or replaces it.
pub unsafe trait OwnsDescriptor: AsFd {}

// SAFETY: it closes its descriptor when it is dropped, and only then.
unsafe impl OwnsDescriptor for OwnedFd {}
// SAFETY: as `OwnedFd`, which it wraps.
unsafe impl OwnsDescriptor for socket2::Socket {}
// SAFETY: as `OwnedFd`, which it wraps.
unsafe impl OwnsDescriptor for Inotify {}

/// Lets tokio's `AsyncFd` see the descriptor; private, so that the descriptor stays the owner's.
#[derive(Debug)]
struct Registered<T>(T);

impl<T: OwnsDescriptor> AsRawFd for Registered<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

/// A descriptor that tokio polls. The only place where one is registered.
#[derive(Debug)]
pub struct AsyncSocket<T: OwnsDescriptor> {
    descriptor: AsyncFd<Registered<T>>,
}

impl<T: OwnsDescriptor> AsyncSocket<T> {
    /// Registers a non-blocking descriptor for reading with the runtime in which it is called.
    pub fn new(owner: T) -> io::Result<Self> {
        // SAFETY: `OwnsDescriptor` promises an open descriptor that stays the same while the owner
        // lives; the owner moves into the `AsyncFd`, which deregisters before it drops it, and
        // only shared references to it are ever given out.
        let descriptor =
            unsafe { AsyncFd::register_with_interest(Registered(owner), Interest::READABLE) }?;
        Ok(Self { descriptor })
    }

    /// The owner of the descriptor.
    pub fn owner(&self) -> &T {
        &self.descriptor.get_ref().0
    }

    /// Waits until there is something to read; stays ready until [`Self::try_read`] finds nothing.
    pub async fn readable(&self) -> io::Result<()> {
        let mut guard = self.descriptor.readable().await?;
        guard.retain_ready();
        Ok(())
    }

    /// As [`Self::readable`], for waiting on several sockets at once.
    pub fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut guard = ready!(self.descriptor.poll_read_ready(context))?;
        guard.retain_ready();
        Poll::Ready(Ok(()))
    }

    /// Reads once. `WouldBlock` means that there is nothing left; then the next wait really waits.
    pub fn try_read<R>(&self, read: impl FnOnce(&T) -> io::Result<R>) -> io::Result<R> {
        self.descriptor.try_io(Interest::READABLE, |registered| read(&registered.0))
    }
}

/// What came with a datagram besides its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received {
    /// Bytes in the buffer.
    pub length: usize,
    /// It was longer than the buffer.
    pub truncated: bool,
    /// Source address; `None` if the kernel gave none of a known family.
    pub source: Option<std::net::IpAddr>,
    /// `IPV6_PKTINFO`: the destination of the packet.
    pub destination: Option<Ipv6Addr>,
    /// `IPV6_HOPLIMIT`: its hop limit.
    pub hop_limit: Option<u8>,
}

/// Receives one datagram with its ancillary data. `control` is room for it
/// ([`control_buffer`]); both buffers are reused.
pub fn receive(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
    control: &mut [u8],
) -> io::Result<Received> {
    let mut parts = [io::IoSliceMut::new(buffer)];
    let message = recvmsg::<SockaddrStorage>(
        socket.as_raw_fd(),
        &mut parts,
        Some(control),
        MsgFlags::MSG_DONTWAIT,
    )?;
    let mut received = Received {
        length: message.bytes,
        truncated: message.flags.contains(MsgFlags::MSG_TRUNC),
        source: message.address.as_ref().and_then(source_of),
        destination: None,
        hop_limit: None,
    };
    for ancillary in message.cmsgs()? {
        match ancillary {
            ControlMessageOwned::Ipv6PacketInfo(info) => {
                received.destination = Some(Ipv6Addr::from(info.ipi6_addr.s6_addr));
            }
            ControlMessageOwned::Ipv6HopLimit(limit) => {
                received.hop_limit = u8::try_from(limit).ok();
            }
            _ => {}
        }
    }
    Ok(received)
}

fn source_of(address: &SockaddrStorage) -> Option<std::net::IpAddr> {
    if let Some(four) = address.as_sockaddr_in() {
        return Some(four.ip().into());
    }
    address.as_sockaddr_in6().map(|six| six.ip().into())
}

/// Room for the ancillary data that [`receive`] reads.
pub fn control_buffer() -> Vec<u8> {
    vec![0; cmsg_space::<libc::in6_pktinfo>() + cmsg_space::<c_int>()]
}

/// Sends over IPv6 from `source` through the interface of that index (0: the routing table's);
/// `hop_limit` overrides the socket's.
pub fn send_from(
    socket: BorrowedFd<'_>,
    bytes: &[u8],
    source: Ipv6Addr,
    interface: u32,
    hop_limit: Option<u8>,
    destination: SockaddrIn6,
    direct: bool,
) -> io::Result<()> {
    let info = libc::in6_pktinfo {
        ipi6_addr: libc::in6_addr { s6_addr: source.octets() },
        ipi6_ifindex: interface,
    };
    let limit = hop_limit.map(c_int::from);
    let with_limit;
    let without_limit;
    let control: &[ControlMessage<'_>] = match &limit {
        Some(limit) => {
            with_limit =
                [ControlMessage::Ipv6PacketInfo(&info), ControlMessage::Ipv6HopLimit(limit)];
            &with_limit
        }
        None => {
            without_limit = [ControlMessage::Ipv6PacketInfo(&info)];
            &without_limit
        }
    };
    sendmsg(
        socket.as_raw_fd(),
        &[io::IoSlice::new(bytes)],
        control,
        routing_flag(direct),
        Some(&destination),
    )?;
    Ok(())
}

/// `MSG_DONTROUTE` for what must leave through the bound interface, whatever the routing table
/// says; never waits for buffer space.
pub fn routing_flag(direct: bool) -> MsgFlags {
    if direct {
        MsgFlags::from_bits_retain(libc::MSG_DONTROUTE) | MsgFlags::MSG_DONTWAIT
    } else {
        MsgFlags::MSG_DONTWAIT
    }
}

/// `IPV6_CHECKSUM`: the kernel fills in and verifies the checksum at that offset of the payload.
pub fn set_ipv6_checksum(socket: BorrowedFd<'_>, offset: u8) -> io::Result<()> {
    set_option(socket, libc::IPPROTO_IPV6, libc::IPV6_CHECKSUM, &c_int::from(offset))
}

/// `IP_MULTICAST_IF` by index, which works for an interface without an address.
pub fn set_multicast_interface_v4(socket: BorrowedFd<'_>, interface: u32) -> io::Result<()> {
    let index = c_int::try_from(interface).map_err(|_| io::ErrorKind::InvalidInput)?;
    let any = libc::in_addr { s_addr: 0 };
    let request = libc::ip_mreqn { imr_multiaddr: any, imr_address: any, imr_ifindex: index };
    set_option(socket, libc::IPPROTO_IP, libc::IP_MULTICAST_IF, &request)
}

/// A value that the kernel may read byte by byte as the argument of `setsockopt`.
trait OptionValue: Copy {}
impl OptionValue for c_int {}
impl OptionValue for libc::ip_mreqn {}

fn set_option<T: OptionValue>(
    socket: BorrowedFd<'_>,
    level: c_int,
    name: c_int,
    value: &T,
) -> io::Result<()> {
    let length =
        libc::socklen_t::try_from(size_of::<T>()).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the descriptor is open for the borrow; pointer and length describe `value`, which
    // outlives the call; the kernel only reads it, and the types of `OptionValue` have no padding.
    let result = unsafe {
        libc::setsockopt(socket.as_raw_fd(), level, name, std::ptr::from_ref(value).cast(), length)
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// `BPF_RET | BPF_K`: ends the filter; `k` is the number of bytes to keep, 0 drops.
const RETURN: u16 = 0x06;
/// `BPF_LDX | BPF_B | BPF_MSH`: the index becomes the length of an IPv4 header at `k`.
const INDEX_IPV4_HEADER: u16 = 0xb1;
/// `BPF_LD | BPF_B | BPF_IND`: loads the byte at index plus `k`.
const LOAD_INDEXED: u16 = 0x50;
/// `BPF_LD | BPF_B | BPF_ABS`: loads the byte at `k`.
const LOAD_ABSOLUTE: u16 = 0x30;
/// `BPF_LD | BPF_H | BPF_ABS`: loads the two bytes at `k`.
const LOAD_HALF: u16 = 0x28;
/// `BPF_JMP | BPF_JEQ | BPF_K`.
const JUMP_IF_EQUAL: u16 = 0x15;

/// From now on the kernel looks at the header of a netlink dump request as at a filter
/// (`NETLINK_GET_STRICT_CHK`, Linux 4.20).
pub fn ask_strictly(socket: BorrowedFd<'_>) -> io::Result<()> {
    set_option(socket, libc::SOL_NETLINK, libc::NETLINK_GET_STRICT_CHK, &1)
}

/// A classic BPF program for netlink reports: drops those of the kind `all`, and those of the kind
/// `foreign` whose sixth byte behind the netlink header (the protocol of a route) is another one.
pub fn keep_out(all: u16, foreign: u16, protocol: u8) -> [SockFilter; 7] {
    // The filter reads numbers in network order, netlink writes them in the host's.
    let kind = |kind: u16| u32::from(u16::from_be_bytes(kind.to_ne_bytes()));
    [
        SockFilter::new(LOAD_HALF, 0, 0, 4),
        SockFilter::new(JUMP_IF_EQUAL, 3, 0, kind(all)),
        SockFilter::new(JUMP_IF_EQUAL, 0, 3, kind(foreign)),
        SockFilter::new(LOAD_ABSOLUTE, 0, 0, 21),
        SockFilter::new(JUMP_IF_EQUAL, 1, 0, u32::from(protocol)),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
    ]
}

/// A classic BPF program that lets nothing through: for sockets that only send.
pub fn drop_everything() -> [SockFilter; 1] {
    [SockFilter::new(RETURN, 0, 0, 0)]
}

/// A classic BPF program that keeps packets whose second payload byte (the VRID) is one of
/// `values`. On raw IPv4 sockets the packet starts with its IP header, on raw IPv6 ones with the
/// payload; `skipped` bytes of another header may stand before the payload.
pub fn keep_second_byte(ipv4_header: bool, skipped: usize, values: &[u8]) -> Vec<SockFilter> {
    let second = u32::try_from(skipped).unwrap_or(0).saturating_add(1);
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    // Every jump reaches the last instruction; with 255 values the first one is 255 away, the most
    // that classic BPF can jump. All 256 need no comparison.
    if sorted.len() > 255 {
        return vec![SockFilter::new(RETURN, 0, 0, u32::MAX)];
    }
    let mut program = Vec::with_capacity(sorted.len().saturating_add(4));
    if ipv4_header {
        program.push(SockFilter::new(INDEX_IPV4_HEADER, 0, 0, 0));
        program.push(SockFilter::new(LOAD_INDEXED, 0, 0, second));
    } else {
        program.push(SockFilter::new(LOAD_ABSOLUTE, 0, 0, second));
    }
    for (position, value) in sorted.iter().enumerate() {
        let distance = u8::try_from(sorted.len().saturating_sub(position)).unwrap_or(u8::MAX);
        program.push(SockFilter::new(JUMP_IF_EQUAL, distance, 0, u32::from(*value)));
    }
    program.push(SockFilter::new(RETURN, 0, 0, 0));
    program.push(SockFilter::new(RETURN, 0, 0, u32::MAX));
    program
}
