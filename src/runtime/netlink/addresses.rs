//! Adding and removing virtual addresses (`virtual_ipaddress`, `virtual_ipaddress_excluded`), in
//! batches: one datagram, one acknowledgement.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use nix::libc;
use rtnetlink::packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use rtnetlink::packet_route::address::{
    AddressAttribute, AddressFlags, AddressHeader, AddressMessage, AddressProtocol, CacheInfo,
};
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage};

use super::asked::Asked;
use super::held::Held;
use super::{BUFFER, Socket, errno_text, kernel_error, routes, wire};
use crate::engine::effect::Direction;
use crate::engine::event::KernelError;
use crate::ir::global::Buffer;
use crate::ir::{Broadcast, PreferredLifetime, VirtualAddress};
use crate::runtime::receive_buffer;
use crate::units::{Family, IpNet};

/// `IFA_PROTO` of the daemon's addresses: keepalived's number in `rt_protos`.
pub(super) const PROTOCOL: u8 = 18;
/// A lifetime without end.
const FOREVER: u32 = u32::MAX;
/// Requests in one datagram. If all are refused, the answers have to fit into the receive buffer,
/// which holds some hundreds.
const AT_ONCE: usize = 64;

/// An address and the index of its interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Of the interface; `None` if there is none of that name.
    pub interface: Option<u32>,
    /// The address.
    pub address: VirtualAddress,
}

/// What the kernel refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressFailure {
    /// The place of its request among those of the call.
    pub place: usize,
    /// The address.
    pub net: IpNet,
    /// Why.
    pub error: KernelError,
    /// Sequence number of the request; 0 if it was not sent.
    pub sequence: u32,
}

/// What has been asked of the kernel, and not been answered yet.
#[derive(Debug)]
#[must_use = "the answers are in the way of the next ones"]
pub struct Asking {
    change: Direction,
    waiting: VecDeque<Waiting>,
    failures: Vec<AddressFailure>,
}

impl Asking {
    fn nothing(change: Direction) -> Self {
        Self { change, waiting: VecDeque::new(), failures: Vec::new() }
    }

    /// None of those that wait will be answered.
    fn fail_all(&mut self, error: &io::Error) {
        let error = kernel_error(error);
        self.failures.extend(self.waiting.drain(..).map(|waiting| waiting.failed(error.clone())));
    }
}

/// A request that may still be refused.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    sequence: u32,
    place: usize,
    net: IpNet,
}

impl Waiting {
    fn failed(self, error: KernelError) -> AddressFailure {
        AddressFailure { place: self.place, net: self.net, error, sequence: self.sequence }
    }
}

/// The socket for requests.
#[derive(Debug)]
pub struct Commands {
    pub(super) socket: Socket,
    pub(super) sequence: u32,
    asked: Arc<Asked>,
    pub(super) held: Arc<Held>,
    pub(super) buffer: Vec<u8>,
}

impl Commands {
    pub(super) fn open(asked: Arc<Asked>, held: Arc<Held>, buffer: Buffer) -> io::Result<Self> {
        let socket = Socket::for_requests()?;
        receive_buffer::set(&socket.descriptor, buffer, None)?;
        Ok(Self { socket, sequence: 0, asked, held, buffer: vec![0; BUFFER] })
    }

    /// The id under which the kernel reports what this socket caused.
    pub(super) fn port(&self) -> u32 {
        self.socket.port
    }

    /// Adds or removes addresses, in order, and waits for every answer (some ten microseconds;
    /// longer when the kernel's lock is held by others). An address that is already there, or
    /// already gone, is no failure; one failure does not stop the rest.
    pub fn change_addresses(
        &mut self,
        change: Direction,
        requests: &[Request],
    ) -> Vec<AddressFailure> {
        let asking = self.ask_all(change, requests);
        self.answers(asking)
    }

    /// Asks for the same, but leaves the answers to the last of them for [`Self::answers`], which has
    /// to be called before anything else is asked. The kernel has done what it will do when this
    /// returns.
    pub fn ask_all(&mut self, change: Direction, requests: &[Request]) -> Asking {
        let mut asking = Asking::nothing(change);
        let mut first = 0_usize;
        for batch in requests.chunks(AT_ONCE) {
            self.settle(&mut asking);
            self.ask(&mut asking, first, batch);
            first = first.saturating_add(batch.len());
        }
        asking
    }

    /// Makes the kernel refuse an address that is there already, so that all that adding one needs is
    /// near at hand.
    pub fn rehearse(&mut self, interface: u32, present: IpNet) {
        let address = VirtualAddress::plain(present);
        let again = [Request { interface: Some(interface), address }];
        let asking = self.ask_all(Direction::Add, &again);
        let _refused = self.answers(asking);
        if let IpAddr::V4(own) = present.address() {
            // An address brings a route with it, which is half of the work.
            let _refused_too = self.change_entries(&[routes::own(interface, own)]);
        }
    }

    /// Sends one request of another kind and waits for its answer; `each` sees what comes before
    /// the acknowledgement.
    pub(super) fn exchange(
        &mut self,
        payload: RouteNetlinkMessage,
        flags: u16,
        mut each: impl FnMut(&wire::Message<'_>),
    ) -> Result<(), KernelError> {
        self.sequence = self.sequence.wrapping_add(1).max(1);
        let mut header = NetlinkHeader::default();
        header.sequence_number = self.sequence;
        header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(payload));
        message.finalize();
        let mut datagram = vec![0; message.buffer_len()];
        message.serialize(&mut datagram);
        self.socket.send(&datagram).map_err(|error| kernel_error(&error))?;
        loop {
            let length =
                self.socket.receive(&mut self.buffer).map_err(|error| kernel_error(&error))?;
            for message in wire::messages(self.buffer.get(..length).unwrap_or_default()) {
                if message.sequence != self.sequence {
                    continue;
                }
                if i32::from(message.kind) != libc::NLMSG_ERROR {
                    each(&message);
                    continue;
                }
                return match message.errno() {
                    Some(0) => Ok(()),
                    errno => {
                        let errno = errno.unwrap_or(libc::EIO);
                        Err(KernelError { errno, text: errno_text(errno) })
                    }
                };
            }
        }
    }

    /// Sends one batch; `first` is the place of its first request. Nothing is waiting.
    fn ask(&mut self, asking: &mut Asking, first: usize, batch: &[Request]) {
        let change = asking.change;
        let mut datagram = Vec::with_capacity(batch.len().saturating_mul(128));
        let mut last = None;
        for (place, request) in (first..).zip(batch) {
            let net = request.address.net;
            let Some(index) = request.interface else {
                if change == Direction::Remove {
                    continue; // It went with its interface.
                }
                let error = KernelError { errno: libc::ENODEV, text: errno_text(libc::ENODEV) };
                asking.failures.push(AddressFailure { place, net, error, sequence: 0 });
                continue;
            };
            self.sequence = self.sequence.wrapping_add(1).max(1);
            if change == Direction::Remove {
                self.asked.add(index, net);
            }
            last = Some(datagram.len());
            append(&mut datagram, change, index, &request.address, self.sequence);
            asking.waiting.push_back(Waiting { sequence: self.sequence, place, net });
        }
        let Some(last) = last else { return };
        // A refusal is told in any case: the acknowledgement of the last one says that all the others
        // have been done.
        wire::acknowledge(datagram.get_mut(last..).unwrap_or_default());
        if let Err(error) = self.socket.send(&datagram) {
            asking.fail_all(&error);
        }
    }

    /// Waits for the answers to what was asked last.
    pub fn answers(&mut self, mut asking: Asking) -> Vec<AddressFailure> {
        self.settle(&mut asking);
        self.asked.answered();
        asking.failures
    }

    /// Waits until nothing is waiting any more.
    fn settle(&mut self, asking: &mut Asking) {
        if let Err(error) = self.await_answers(asking) {
            asking.fail_all(&error);
        }
    }

    /// Takes answers until the last of the batch is there.
    fn await_answers(&mut self, asking: &mut Asking) -> io::Result<()> {
        let harmless: &[i32] = match asking.change {
            Direction::Add => &[libc::EEXIST],
            Direction::Remove => &[libc::EADDRNOTAVAIL, libc::ENODEV],
        };
        while !asking.waiting.is_empty() {
            let length = match self.socket.receive(&mut self.buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Err(io::Error::from_raw_os_error(libc::ETIMEDOUT));
                }
                Err(error) => return Err(error),
            };
            let datagram = self.buffer.get(..length).unwrap_or_default();
            for message in wire::messages(datagram) {
                let (libc::NLMSG_ERROR, Some(errno)) = (i32::from(message.kind), message.errno())
                else {
                    continue;
                };
                let waiting = &asking.waiting;
                let answered = waiting.iter().position(|it| it.sequence == message.sequence);
                let Some(position) = answered else { continue };
                // Those before it have been done, or they would have been refused before.
                let answered = asking.waiting.drain(..=position).next_back();
                let Some(waiting) = answered.filter(|_| errno != 0) else { continue };
                if !harmless.contains(&errno) {
                    let error = KernelError { errno, text: errno_text(errno) };
                    asking.failures.push(waiting.failed(error));
                }
            }
        }
        Ok(())
    }
}

/// Appends one request to the datagram.
fn append(
    datagram: &mut Vec<u8>,
    change: Direction,
    index: u32,
    address: &VirtualAddress,
    sequence: u32,
) {
    let body = match change {
        Direction::Add => added(index, address),
        Direction::Remove => removed(index, address),
    };
    let mut header = NetlinkHeader::default();
    header.sequence_number = sequence;
    header.flags = NLM_F_REQUEST;
    let payload = match change {
        Direction::Add => {
            header.flags |= NLM_F_CREATE;
            RouteNetlinkMessage::NewAddress(body)
        }
        Direction::Remove => RouteNetlinkMessage::DelAddress(body),
    };
    let mut message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(payload));
    message.finalize();
    let start = datagram.len();
    let end = start.saturating_add(message.buffer_len());
    datagram.resize(end.next_multiple_of(4), 0);
    if let Some(room) = datagram.get_mut(start..end) {
        message.serialize(room);
    }
}

/// What identifies an address: `DELADDR` needs no more.
fn removed(index: u32, address: &VirtualAddress) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header = AddressHeader {
        family: match Family::of(address.ip()) {
            Family::V4 => AddressFamily::Inet,
            Family::V6 => AddressFamily::Inet6,
        },
        prefix_len: address.net.prefix(),
        index,
        ..AddressHeader::default()
    };
    message.attributes.push(AddressAttribute::Local(address.ip()));
    message.attributes.push(AddressAttribute::Address(address.peer.unwrap_or(address.ip())));
    message
}

/// The address with every option of its line.
fn added(index: u32, address: &VirtualAddress) -> AddressMessage {
    let mut message = removed(index, address);
    let family = Family::of(address.ip());
    if family == Family::V4 {
        message.header.scope = address.scope.0.into();
    }
    let attributes = &mut message.attributes;
    if let (Some(broadcast), IpAddr::V4(local)) = (address.broadcast, address.ip()) {
        let broadcast = broadcast_address(broadcast, local, address.net.prefix());
        attributes.push(AddressAttribute::Broadcast(broadcast));
    }
    if let Some(label) = &address.label {
        attributes.push(AddressAttribute::Label(label.clone()));
    }
    let flags = flags_of(address, family);
    if !flags.is_empty() {
        attributes.push(AddressAttribute::Flags(flags));
    }
    if family == Family::V6 {
        let mut lifetimes = CacheInfo::default();
        lifetimes.ifa_valid = FOREVER;
        lifetimes.ifa_preferred = match address.preferred_lifetime {
            Some(PreferredLifetime::Seconds(seconds)) => seconds,
            Some(PreferredLifetime::Forever) => FOREVER,
            None if address.net.prefix() == family.host_prefix() => 0,
            None => FOREVER,
        };
        attributes.push(AddressAttribute::CacheInfo(lifetimes));
    }
    attributes.push(AddressAttribute::Protocol(AddressProtocol::Other(PROTOCOL)));
    message
}

fn flags_of(address: &VirtualAddress, family: Family) -> AddressFlags {
    let mut flags = AddressFlags::empty();
    flags.set(AddressFlags::Noprefixroute, address.no_prefix_route);
    flags.set(AddressFlags::Mcautojoin, address.autojoin);
    if family == Family::V6 {
        flags.set(AddressFlags::Nodad, !address.detect_duplicates);
        flags.set(AddressFlags::Homeaddress, address.home);
        flags.set(AddressFlags::Managetempaddr, address.manage_temporary);
    }
    flags
}

fn broadcast_address(broadcast: Broadcast, local: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    let host_bits = u32::MAX.checked_shr(u32::from(prefix)).unwrap_or(0);
    match broadcast {
        Broadcast::Address(address) => address,
        Broadcast::HostBitsOne => Ipv4Addr::from_bits(local.to_bits() | host_bits),
        Broadcast::HostBitsZero => Ipv4Addr::from_bits(local.to_bits() & !host_bits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcast_addresses_follow_the_prefix() {
        let local = Ipv4Addr::new(10, 1, 2, 3);
        for (broadcast, prefix, expected) in [
            (Broadcast::HostBitsOne, 24, Ipv4Addr::new(10, 1, 2, 255)),
            (Broadcast::HostBitsZero, 24, Ipv4Addr::new(10, 1, 2, 0)),
            (Broadcast::HostBitsOne, 32, local),
            (Broadcast::HostBitsOne, 0, Ipv4Addr::BROADCAST),
            (Broadcast::Address(Ipv4Addr::new(9, 9, 9, 9)), 24, Ipv4Addr::new(9, 9, 9, 9)),
        ] {
            assert_eq!(broadcast_address(broadcast, local, prefix), expected);
        }
    }

    #[test]
    fn a_plain_ipv4_address_asks_for_nothing_that_was_not_written() {
        let net = IpNet::new([10, 0, 0, 1].into(), 24).unwrap();
        let message = added(3, &VirtualAddress::plain(net));
        assert_eq!(
            message.attributes,
            [
                AddressAttribute::Local(net.address()),
                AddressAttribute::Address(net.address()),
                AddressAttribute::Protocol(AddressProtocol::Other(18)),
            ]
        );
    }
}
