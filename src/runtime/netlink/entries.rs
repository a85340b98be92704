//! Requests about routes and rules: their attributes as bytes, and a batch of them with its
//! answers. `linux/rtnetlink.h` numbers the attributes.

use std::net::IpAddr;

use nix::libc;

use super::held::{Identity, Path};
use super::{Commands, errno_text, kernel_error, wire};
use crate::engine::event::KernelError;

/// `NLM_F_REQUEST`, `NLM_F_ACK`.
const ASKS: u16 = 0x1 | 0x4;
/// Requests in one datagram; their answers have to fit into the receive buffer.
const AT_ONCE: usize = 64;

/// One request, without its header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// `RTM_*`.
    pub(super) kind: u16,
    /// `NLM_F_*` besides those of every request.
    pub(super) flags: u16,
    /// Header of the family and attributes.
    pub(super) body: Vec<u8>,
    /// What is added, if its removal by others is to be noticed.
    pub(super) tracked: Option<Path>,
}

/// What the kernel refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryFailure {
    /// `RTM_*` of the request.
    pub kind: u16,
    /// Why.
    pub error: KernelError,
    /// Sequence number of the request.
    pub sequence: u32,
}

impl Entry {
    /// The parts that a request to remove something is made of.
    pub(crate) fn to_parts(&self) -> (u16, Vec<u8>) {
        (self.kind, self.body.clone())
    }

    /// A request to remove something, of the parts that another process has kept.
    pub(crate) fn from_parts(kind: u16, body: Vec<u8>) -> Self {
        Self { kind, flags: 0, body, tracked: None }
    }
}

impl EntryFailure {
    /// Name of the request.
    pub fn name(&self) -> &'static str {
        match self.kind {
            libc::RTM_NEWROUTE => "RTM_NEWROUTE",
            libc::RTM_DELROUTE => "RTM_DELROUTE",
            libc::RTM_NEWRULE => "RTM_NEWRULE",
            _ => "RTM_DELRULE",
        }
    }
}

/// Whether that answer is none to speak of: it is there already, or gone already.
fn is_harmless(kind: u16, errno: i32) -> bool {
    match kind {
        libc::RTM_NEWROUTE | libc::RTM_NEWRULE => errno == libc::EEXIST,
        // The interface of a route may be gone, and took the route along; a kind of tunnel that the
        // kernel does not have was never there.
        libc::RTM_DELROUTE => matches!(errno, libc::ESRCH | libc::ENODEV | libc::EOPNOTSUPP),
        _ => matches!(errno, libc::ENOENT | libc::ESRCH),
    }
}

fn is_removal(kind: u16) -> bool {
    matches!(kind, libc::RTM_DELROUTE | libc::RTM_DELRULE)
}

impl Commands {
    /// Carries requests out, in order, and waits for every answer. One failure does not stop the
    /// rest.
    pub fn change_entries(&mut self, entries: &[Entry]) -> Vec<EntryFailure> {
        let mut failures = Vec::new();
        for batch in entries.chunks(AT_ONCE) {
            self.change_batch(batch, &mut failures);
        }
        failures
    }

    fn change_batch(&mut self, batch: &[Entry], failures: &mut Vec<EntryFailure>) {
        let mut datagram = Vec::new();
        let mut waiting = Vec::with_capacity(batch.len());
        for entry in batch {
            self.sequence = self.sequence.wrapping_add(1).max(1);
            let length = u32::try_from(entry.body.len()).unwrap_or(u32::MAX).saturating_add(16);
            datagram.extend(length.to_ne_bytes());
            datagram.extend(entry.kind.to_ne_bytes());
            datagram.extend((ASKS | entry.flags).to_ne_bytes());
            datagram.extend(self.sequence.to_ne_bytes());
            datagram.extend([0; 4]);
            datagram.extend(&entry.body);
            datagram.resize(datagram.len().next_multiple_of(4), 0);
            let identity = Identity::of(entry.kind, &entry.body);
            match (&identity, &entry.tracked) {
                (Some(identity), Some(path)) => self.held.ask(identity.clone(), path.clone()),
                // Nobody takes away what is given back.
                (Some(identity), None) if is_removal(entry.kind) => drop(self.held.take(identity)),
                _ => {}
            }
            waiting.push((self.sequence, entry.kind, identity));
        }
        let mut failed = self.socket.send(&datagram).err();
        while failed.is_none() && !waiting.is_empty() {
            match self.socket.receive(&mut self.buffer) {
                Ok(length) => {
                    let datagram = self.buffer.get(..length).unwrap_or_default();
                    for message in wire::messages(datagram) {
                        let place =
                            waiting.iter().position(|(asked, ..)| *asked == message.sequence);
                        let (Some(place), Some(errno)) = (place, message.errno()) else { continue };
                        if i32::from(message.kind) != libc::NLMSG_ERROR {
                            continue;
                        }
                        let (sequence, kind, identity) = waiting.remove(place);
                        let failed = errno != 0 && !is_harmless(kind, errno);
                        match identity.filter(|_| !is_removal(kind)) {
                            Some(identity) if failed => drop(self.held.take(&identity)),
                            Some(identity) => self.held.confirm(&identity),
                            None => {}
                        }
                        if failed {
                            let error = KernelError { errno, text: errno_text(errno) };
                            failures.push(EntryFailure { kind, error, sequence });
                        }
                    }
                }
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            let error = kernel_error(&error);
            failures.extend(waiting.into_iter().map(|(sequence, kind, _)| EntryFailure {
                kind,
                error: error.clone(),
                sequence,
            }));
        }
    }
}

/// Attributes in the making.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Attributes(pub(super) Vec<u8>);

impl Attributes {
    pub(super) fn bytes(&mut self, kind: u16, value: &[u8]) {
        let length = u16::try_from(value.len().saturating_add(4)).unwrap_or(u16::MAX);
        self.0.extend(length.to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    pub(super) fn byte(&mut self, kind: u16, value: u8) {
        self.bytes(kind, &[value]);
    }

    pub(super) fn number(&mut self, kind: u16, value: u32) {
        self.bytes(kind, &value.to_ne_bytes());
    }

    pub(super) fn address(&mut self, kind: u16, address: IpAddr) {
        self.bytes(kind, &octets(address));
    }

    /// With the zero at its end.
    pub(super) fn name(&mut self, kind: u16, name: &str) {
        let mut bytes = name.as_bytes().to_vec();
        bytes.push(0);
        self.bytes(kind, &bytes);
    }
}

/// The bytes of an address, as in a packet.
pub(super) fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}
