//! Adding and removing virtual addresses (`virtual_ipaddress`, `virtual_ipaddress_excluded`), in
//! batches: one datagram, then all its answers.

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
use super::{BUFFER, Socket, errno_text, kernel_error, wire};
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
/// Requests in one datagram. Their answers have to fit into the receive buffer, which holds
/// some hundreds.
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
    waiting: Vec<(u32, IpNet)>,
    failures: Vec<AddressFailure>,
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
        let mut failures = Vec::new();
        for batch in requests.chunks(AT_ONCE) {
            let asked = self.ask(change, batch);
            failures.append(&mut self.answers(asked));
        }
        self.asked.answered();
        failures
    }

    /// Adds addresses as [`Self::change_addresses`] does, but leaves the answers to the last of
    /// them for [`Self::answers`], which has to be called before anything else is asked. The kernel
    /// has done what it will do when this returns.
    pub fn add_addresses(&mut self, requests: &[Request]) -> Asking {
        let mut batches = requests.chunks(AT_ONCE).peekable();
        let mut failures = Vec::new();
        while let Some(batch) = batches.next() {
            let mut asking = self.ask(Direction::Add, batch);
            if batches.peek().is_none() {
                failures.append(&mut asking.failures);
                return Asking { failures, ..asking };
            }
            failures.append(&mut self.answers(asking));
        }
        Asking { change: Direction::Add, waiting: Vec::new(), failures }
    }

    /// Makes the kernel refuse the first of these addresses, for an interface that does not exist,
    /// so that all that adding them needs is near at hand.
    pub fn rehearse(&mut self, requests: &[Request]) {
        let Some(first) = requests.first() else { return };
        let nowhere = [Request { interface: Some(0), ..first.clone() }];
        let asking = self.add_addresses(&nowhere);
        let _refused = self.answers(asking);
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

    /// Sends one batch.
    fn ask(&mut self, change: Direction, batch: &[Request]) -> Asking {
        let mut failures = Vec::new();
        let mut datagram = Vec::with_capacity(batch.len().saturating_mul(128));
        let mut waiting = Vec::with_capacity(batch.len());
        for request in batch {
            let net = request.address.net;
            let Some(index) = request.interface else {
                if change == Direction::Remove {
                    continue; // It went with its interface.
                }
                let error = KernelError { errno: libc::ENODEV, text: errno_text(libc::ENODEV) };
                failures.push(AddressFailure { net, error, sequence: 0 });
                continue;
            };
            self.sequence = self.sequence.wrapping_add(1).max(1);
            if change == Direction::Remove {
                self.asked.add(index, net);
            }
            append(&mut datagram, change, index, &request.address, self.sequence);
            waiting.push((self.sequence, net));
        }
        if !waiting.is_empty()
            && let Err(error) = self.socket.send(&datagram)
        {
            fail_all(&error, &mut waiting, &mut failures);
        }
        Asking { change, waiting, failures }
    }

    /// Waits for the answers to what was asked last.
    pub fn answers(&mut self, asking: Asking) -> Vec<AddressFailure> {
        let Asking { change, mut waiting, mut failures } = asking;
        if let Some(error) = self.await_answers(change, &mut waiting, &mut failures) {
            fail_all(&error, &mut waiting, &mut failures);
        }
        failures
    }

    /// Takes answers until none is waited for; gives the error that ended the wait early.
    fn await_answers(
        &mut self,
        change: Direction,
        waiting: &mut Vec<(u32, IpNet)>,
        failures: &mut Vec<AddressFailure>,
    ) -> Option<io::Error> {
        let harmless: &[i32] = match change {
            Direction::Add => &[libc::EEXIST],
            Direction::Remove => &[libc::EADDRNOTAVAIL, libc::ENODEV],
        };
        while !waiting.is_empty() {
            let length = match self.socket.receive(&mut self.buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Some(io::Error::from_raw_os_error(libc::ETIMEDOUT));
                }
                Err(error) => return Some(error),
            };
            let datagram = self.buffer.get(..length).unwrap_or_default();
            for message in wire::messages(datagram) {
                let answer = waiting.iter().position(|(number, _)| *number == message.sequence);
                let (Some(position), Some(errno)) = (answer, message.errno()) else { continue };
                if i32::from(message.kind) != libc::NLMSG_ERROR {
                    continue;
                }
                let (sequence, net) = waiting.remove(position);
                if errno != 0 && !harmless.contains(&errno) {
                    let error = KernelError { errno, text: errno_text(errno) };
                    failures.push(AddressFailure { net, error, sequence });
                }
            }
        }
        None
    }
}

/// None of those that wait will be answered.
fn fail_all(
    error: &io::Error,
    waiting: &mut Vec<(u32, IpNet)>,
    failures: &mut Vec<AddressFailure>,
) {
    let error = kernel_error(error);
    failures.extend(waiting.drain(..).map(|(sequence, net)| AddressFailure {
        net,
        error: error.clone(),
        sequence,
    }));
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
    header.flags = NLM_F_REQUEST | NLM_F_ACK;
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
