//! The VRRP sockets: one for receiving and one for sending per interface, family and group (or
//! own unicast address).
//!
//! The options of each are those that keepalived sets, plus a filter on the receive socket that
//! lets only our virtual routers through, so that foreign adverts do not wake the process.

mod options;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsFd, AsRawFd};
use std::rc::Rc;

use socket2::{SockAddr, Socket};

use crate::engine::effect::{Endpoint, SocketId, SocketKey, Transmission};
use crate::engine::event::{Datagram, KernelError, Packet};
use crate::net::ah::Sealed;
use crate::net::vrrp::trailer::Signed;
use crate::net::{ah, ipv4, vrrp};
use crate::runtime::netlink::kernel_error;
use crate::sys::readiness::{Readiness, Ready, Told};
use crate::sys::socket::{
    Received, control_buffer, keep_second_byte, receive, routing_flag, send_from,
};
use crate::units::{Family, Vrid};

/// Longest datagram that is read. An advert of 255 IPv6 addresses has 4,088 bytes.
const BUFFER: usize = 16 * 1024;
/// TTL of IPv4 adverts that say nothing else.
const DEFAULT_TTL: u8 = 255;
/// Datagrams read from one socket before the daemon looks after its timer again.
const AT_ONCE: usize = 64;

/// An advert that could not be sent to one of its destinations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendFailure {
    /// The group or the peer.
    pub destination: IpAddr,
    /// Why.
    pub error: KernelError,
}

/// Datagrams that were thrown away because nothing could be made of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dropped {
    /// Longer than the buffer.
    pub truncated: u64,
    /// Too short for its headers, or without the data that the kernel should give with it.
    pub malformed: u64,
}

/// All VRRP sockets of the process.
#[derive(Debug)]
pub struct Packets {
    readiness: Rc<Readiness>,
    pairs: BTreeMap<SocketId, Pair>,
    vrids: Option<Vec<u8>>,
    old_unicast_groups: Vec<Ipv4Addr>,
    dropped: Dropped,
    buffer: Vec<u8>,
    control: Vec<u8>,
    outgoing: Vec<u8>,
}

#[derive(Debug)]
struct Pair {
    family: Family,
    protocol: u8,
    /// 0 without an interface.
    interface: u32,
    receiver: Socket,
    sender: Socket,
}

impl Packets {
    /// No sockets yet. Those that will be waited for are told to `readiness`, under the number of
    /// their pair.
    pub fn new(readiness: Rc<Readiness>) -> Self {
        Self {
            readiness,
            pairs: BTreeMap::new(),
            vrids: None,
            old_unicast_groups: vec![vrrp::GROUP_V4],
            dropped: Dropped::default(),
            buffer: vec![0; BUFFER],
            control: control_buffer(),
            outgoing: Vec::with_capacity(BUFFER),
        }
    }

    /// Opens a pair. Needs `CAP_NET_RAW`. A pair that has the same name already is replaced.
    pub fn open(&mut self, socket: SocketId, key: &SocketKey) -> Result<(), KernelError> {
        let pair = self.open_pair(socket, key).map_err(|error| kernel_error(&error))?;
        self.pairs.insert(socket, pair);
        Ok(())
    }

    fn open_pair(&self, socket: SocketId, key: &SocketKey) -> io::Result<Pair> {
        let interface = match &key.interface {
            Some(name) => nix::net::if_::if_nametoindex(name.as_str())?,
            None => 0,
        };
        let receiver = options::receiver(key, interface)?;
        if let Some(vrids) = &self.vrids {
            attach(&receiver, key.family, key.protocol, vrids)?;
        }
        let sender = options::sender(key, interface)?;
        self.readiness.watch(&receiver, u64::from(socket.0), Told::Always)?;
        Ok(Pair { family: key.family, protocol: key.protocol, interface, receiver, sender })
    }

    /// An open pair in keepalived's words.
    pub fn describe(&self, socket: SocketId, key: &SocketKey) -> Option<String> {
        let Pair { interface, receiver, sender, .. } = self.pairs.get(&socket)?;
        let (family, protocol) = (key.family, key.protocol);
        let descriptors = [receiver.as_raw_fd(), sender.as_raw_fd()];
        let endpoint = match key.endpoint {
            Endpoint::Multicast(group) => format!(" multicast, address({group})"),
            Endpoint::Unicast(Some(source)) => format!(", unicast, address({source})"),
            Endpoint::Unicast(None) => ", unicast".to_owned(),
        };
        let [receive, send] = descriptors;
        Some(format!(
            "ifindex({interface:3}), family({family}), proto({protocol}), \
             fd({receive},{send}){endpoint}"
        ))
    }

    /// The descriptors of each open pair: receive, send.
    pub fn descriptors(&self) -> BTreeMap<SocketId, (i32, i32)> {
        let of = |pair: &Pair| (pair.receiver.as_raw_fd(), pair.sender.as_raw_fd());
        self.pairs.iter().map(|(id, pair)| (*id, of(pair))).collect()
    }

    /// Closes a pair; the kernel leaves its group.
    pub fn close(&mut self, socket: SocketId) {
        self.pairs.remove(&socket);
    }

    /// Lets only packets of these virtual routers through, on all sockets, those opened later
    /// included. Without a call everything comes through.
    pub fn set_vrids(&mut self, vrids: &[Vrid]) -> io::Result<()> {
        let vrids: Vec<u8> = vrids.iter().map(|vrid| vrid.get()).collect();
        for pair in self.pairs.values() {
            attach(&pair.receiver, pair.family, pair.protocol, &vrids)?;
        }
        self.vrids = Some(vrids);
        Ok(())
    }

    /// Lets everything through, on all sockets, those opened later included.
    pub fn hear_everything(&mut self) -> io::Result<()> {
        let vrids: Vec<u8> = (0..=u8::MAX).collect();
        for pair in self.pairs.values() {
            attach(&pair.receiver, pair.family, pair.protocol, &vrids)?;
        }
        self.vrids = Some(vrids);
        Ok(())
    }

    /// Sizes the receive buffer of a pair, as far as the system's limit allows.
    pub fn set_receive_buffer(&self, socket: SocketId, bytes: u32) -> io::Result<()> {
        let Some(pair) = self.pairs.get(&socket) else { return Ok(()) };
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        pair.receiver.set_recv_buffer_size(bytes)
    }

    /// The groups (besides 224.0.0.18) that `old_unicast_checksum` may have put into checksums.
    pub fn set_old_unicast_groups(&mut self, groups: impl IntoIterator<Item = Ipv4Addr>) {
        self.old_unicast_groups = vec![vrrp::GROUP_V4];
        self.old_unicast_groups.extend(groups);
    }

    /// What was thrown away so far.
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }

    /// Reads what those of the sockets have that are ready, at most 64 datagrams of each, and gives
    /// them to `each`. What has more stays ready.
    pub fn receive(&mut self, ready: &Ready, mut each: impl FnMut(Datagram)) {
        let Self { pairs, old_unicast_groups, dropped, buffer, control, .. } = self;
        let numbers = ready.numbers().filter_map(|number| u32::try_from(number).ok());
        for socket in numbers.map(SocketId) {
            let Some(pair) = pairs.get(&socket) else { continue };
            for _ in 0..AT_ONCE {
                let received = match receive(pair.receiver.as_fd(), buffer, control) {
                    Ok(received) => received,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) => {
                        // Such as ENETDOWN: reading has cleared it.
                        tracing::warn!("recvmsg(VRRP) error: {error}");
                        break;
                    }
                };
                if received.truncated {
                    dropped.truncated = dropped.truncated.saturating_add(1);
                    tracing::warn!("VRRP datagram of more than {BUFFER} bytes dropped");
                    continue;
                }
                let bytes = buffer.get(..received.length).unwrap_or_default();
                match datagram(socket, pair.family, bytes, &received, old_unicast_groups) {
                    Some(datagram) => each(datagram),
                    None => dropped.malformed = dropped.malformed.saturating_add(1),
                }
            }
        }
    }

    /// Does all of [`Self::transmit`] as far as nothing leaves the host: a multicast datagram of TTL 0
    /// goes to the end of the kernel's way and is dropped there; others are only made.
    pub fn rehearse(&mut self, transmission: &Transmission) {
        let Some(pair) = self.pairs.get(&transmission.socket) else { return };
        let unseen = Transmission { ttl: Some(0), ..transmission.clone() };
        for destination in transmission.destinations.iter() {
            let outgoing = &mut self.outgoing;
            let _lost = match pair.family == Family::V4 && destination.is_multicast() {
                true => send(pair, &unseen, *destination, outgoing),
                false => compose(pair.family, transmission, *destination, outgoing),
            };
        }
    }

    /// Sends an advert to each of its destinations, in order. A failure does not stop the others;
    /// a pair that is not open fails for all with `EBADF`.
    pub fn transmit(&mut self, transmission: &Transmission) -> Vec<SendFailure> {
        let mut failures = Vec::new();
        for destination in transmission.destinations.iter() {
            let sent = match self.pairs.get(&transmission.socket) {
                Some(pair) => send(pair, transmission, *destination, &mut self.outgoing),
                None => Err(io::Error::from_raw_os_error(nix::libc::EBADF)),
            };
            if let Err(error) = sent {
                let error = kernel_error(&error);
                failures.push(SendFailure { destination: *destination, error });
            }
        }
        failures
    }
}

fn attach(receiver: &Socket, family: Family, protocol: u8, vrids: &[u8]) -> io::Result<()> {
    let before = if protocol == ipv4::PROTOCOL_AUTHENTICATION_HEADER { ah::LENGTH } else { 0 };
    receiver.attach_filter(&keep_second_byte(family == Family::V4, before, vrids))
}

/// `None` if the headers are not all there.
fn datagram(
    socket: SocketId,
    family: Family,
    bytes: &[u8],
    received: &Received,
    old_unicast_groups: &[Ipv4Addr],
) -> Option<Datagram> {
    let (source, destination, ttl, packet) = match family {
        Family::V4 => {
            let header = ipv4::parse(bytes).ok()?;
            let (source, destination) = (header.source.into(), header.destination.into());
            let sealed = match header.protocol {
                ipv4::PROTOCOL_AUTHENTICATION_HEADER => Some(Sealed::read(bytes, &header).ok()?),
                _ => None,
            };
            if sealed.as_ref().is_some_and(|sealed| sealed.next_header != ipv4::PROTOCOL_VRRP) {
                return None;
            }
            let before = if sealed.is_some() { ah::LENGTH } else { 0 };
            let pdu = header.payload(bytes).get(before..)?;
            let advert = vrrp::parse(pdu, source, destination).ok()?;
            let length_agrees = header.total_length_agrees(bytes.len());
            let headers = header.header_length.saturating_add(before);
            let signed = Signed::read(&advert, pdu);
            let packet =
                Packet::decode(&advert, headers, length_agrees, old_unicast_groups, signed);
            (source, destination, header.ttl, Packet { header: sealed, ..packet })
        }
        Family::V6 => {
            let (source, destination) = (received.source?, received.destination?.into());
            let advert = vrrp::parse(bytes, source, destination).ok()?;
            // The kernel has compared the length of the IPv6 header with what it read.
            (
                source,
                destination,
                received.hop_limit?,
                Packet::decode(&advert, 0, true, &[], Signed::read(&advert, bytes)),
            )
        }
    };
    Some(Datagram { socket, source, multicast: destination.is_multicast(), ttl, packet })
}

/// Writes the datagram as its socket takes it.
fn compose(
    family: Family,
    transmission: &Transmission,
    destination: IpAddr,
    outgoing: &mut Vec<u8>,
) -> io::Result<()> {
    let Transmission { source, advert, checksum, seal, .. } = transmission;
    outgoing.clear();
    match (family, *source, destination) {
        (Family::V4, IpAddr::V4(from), IpAddr::V4(to)) => {
            let header = ipv4::Outgoing {
                source: from,
                destination: to,
                ttl: transmission.ttl.unwrap_or(DEFAULT_TTL),
                protocol: seal.protocol(),
                id: transmission.identification,
                payload_length: u16::try_from(
                    vrrp::encoded_length(advert).saturating_add(seal.length()),
                )
                .map_err(|_| io::ErrorKind::InvalidInput)?,
            };
            ipv4::emit(&header, outgoing);
            seal.begin(*source, outgoing);
            let start = outgoing.len();
            vrrp::emit(advert, *source, destination, *checksum, outgoing);
            seal.finish((*source, destination), start, outgoing);
        }
        (Family::V6, IpAddr::V6(_), IpAddr::V6(_)) => {
            vrrp::emit(advert, *source, destination, *checksum, outgoing);
            seal.finish((*source, destination), 0, outgoing);
        }
        _ => return Err(io::Error::from_raw_os_error(nix::libc::EAFNOSUPPORT)),
    }
    Ok(())
}

fn send(
    pair: &Pair,
    transmission: &Transmission,
    destination: IpAddr,
    outgoing: &mut Vec<u8>,
) -> io::Result<()> {
    compose(pair.family, transmission, destination, outgoing)?;
    let multicast = destination.is_multicast();
    match (transmission.source, destination) {
        (_, IpAddr::V4(to)) => {
            let address = SockAddr::from(SocketAddrV4::new(to, 0));
            let flags = routing_flag(multicast).bits();
            pair.sender.send_to_with_flags(outgoing, &address, flags)?;
            Ok(())
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            // Multicast has its hop limit from the socket.
            let hop_limit = transmission.ttl.filter(|_| !multicast);
            let address = SocketAddrV6::new(to, 0, 0, scope(to, pair.interface));
            send_from(
                pair.sender.as_fd(),
                outgoing,
                from,
                pair.interface,
                hop_limit,
                address.into(),
                multicast,
            )
        }
        (IpAddr::V4(_), IpAddr::V6(_)) => {
            Err(io::Error::from_raw_os_error(nix::libc::EAFNOSUPPORT))
        }
    }
}

/// The interface belongs to an address only if it is one of a link.
fn scope(address: Ipv6Addr, interface: u32) -> u32 {
    if address.is_unicast_link_local() || address.is_multicast() { interface } else { 0 }
}
