//! Reads the frames of interest: VRRP adverts, gratuitous ARP, unsolicited neighbour adverts.
//!
//! Deliberately apart from the library's own codecs: a test must not share the code it tests.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IP protocol number of VRRP.
const VRRP: u8 = 112;
/// IP protocol number of the authentication header.
const AH: u8 = 51;
const AH_LENGTH: usize = 24;
const ICMPV6: u8 = 58;

/// A frame as it crossed the bridge.
#[derive(Clone)]
pub(crate) struct Frame {
    /// Source MAC.
    pub(crate) source_mac: [u8; 6],
    /// All bytes from the Ethernet header on.
    pub(crate) bytes: Vec<u8>,
    /// What it says.
    pub(crate) seen: Seen,
}

/// What a frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A datagram of protocol 112, or 112 behind 51, with at least the 8 bytes of a VRRP header.
    Advert(Advert),
    /// An ARP packet whose sender and target addresses are equal.
    GratuitousArp(Ipv4Addr),
    /// A neighbour advertisement to all nodes.
    UnsolicitedNa(Ipv6Addr),
    /// Anything else.
    Other,
}

/// A VRRP advert (not necessarily a valid one).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advert {
    /// IP source.
    pub(crate) source: IpAddr,
    /// IP destination.
    pub(crate) destination: IpAddr,
    /// TTL or hop limit.
    pub(crate) ttl: u8,
    /// TOS or traffic class.
    pub(crate) traffic_class: u8,
    /// What follows the IP header.
    pub(crate) payload: Vec<u8>,
}

impl Advert {
    /// Protocol version.
    pub(crate) fn version(&self) -> u8 {
        self.payload[0] >> 4
    }

    /// Virtual router identifier.
    pub(crate) fn vrid(&self) -> u8 {
        self.payload[1]
    }

    /// Priority; 0 when the master resigns.
    pub(crate) fn priority(&self) -> u8 {
        self.payload[2]
    }

    /// The number of addresses the header announces.
    pub(crate) fn count(&self) -> u8 {
        self.payload[3]
    }

    /// The announced addresses.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let count = usize::from(self.count());
        let body = self.payload.get(8..).unwrap_or_default();
        match self.source {
            IpAddr::V4(_) => body
                .chunks_exact(4)
                .take(count)
                .map(|c| IpAddr::from(<[u8; 4]>::try_from(c).unwrap()))
                .collect(),
            IpAddr::V6(_) => body
                .chunks_exact(16)
                .take(count)
                .map(|c| IpAddr::from(<[u8; 16]>::try_from(c).unwrap()))
                .collect(),
        }
    }
}

impl Frame {
    /// Reads a frame; never fails: what it does not know is [`Seen::Other`].
    pub(crate) fn read(bytes: Vec<u8>) -> Self {
        let source_mac = bytes.get(6..12).and_then(|m| m.try_into().ok()).unwrap_or_default();
        let seen = read_payload(&bytes).unwrap_or(Seen::Other);
        Self { source_mac, bytes, seen }
    }

    /// The number of the host that sent it, by its MAC; 0 for a stranger.
    pub(crate) fn host(&self) -> u8 {
        match self.source_mac {
            [2, 0, 0, 0, 0, number] => number,
            _ => 0,
        }
    }

    /// The bytes with what may differ between two equal runs set to zero: identification and
    /// checksum of an IPv4 header, the kernel's flow label of an IPv6 header.
    pub(crate) fn comparable_bytes(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        match bytes.get(12..14) {
            Some([0x08, 0x00]) => {
                bytes[18..20].fill(0);
                bytes[24..26].fill(0);
            }
            Some([0x86, 0xdd]) => {
                bytes[15] &= 0xf0;
                bytes[16..18].fill(0);
            }
            _ => {}
        }
        bytes
    }
}

fn read_payload(bytes: &[u8]) -> Option<Seen> {
    let rest = bytes.get(14..)?;
    match bytes.get(12..14)? {
        [0x08, 0x00] => read_ipv4(rest),
        [0x86, 0xdd] => read_ipv6(rest),
        [0x08, 0x06] => {
            let sender: [u8; 4] = rest.get(14..18)?.try_into().ok()?;
            let target: [u8; 4] = rest.get(24..28)?.try_into().ok()?;
            (sender == target).then(|| Seen::GratuitousArp(sender.into()))
        }
        _ => None,
    }
}

fn read_ipv4(packet: &[u8]) -> Option<Seen> {
    let header = usize::from(packet.first()? & 0x0f) * 4;
    let total = usize::from(u16::from_be_bytes(packet.get(2..4)?.try_into().ok()?));
    let source: [u8; 4] = packet.get(12..16)?.try_into().ok()?;
    let destination: [u8; 4] = packet.get(16..20)?.try_into().ok()?;
    // The advert stands behind an authentication header.
    let before = match *packet.get(9)? {
        VRRP => 0,
        AH if *packet.get(header)? == VRRP => AH_LENGTH,
        _ => return None,
    };
    let payload = packet.get(header + before..total.min(packet.len()))?.to_vec();
    (payload.len() >= 8).then(|| {
        Seen::Advert(Advert {
            source: IpAddr::from(source),
            destination: IpAddr::from(destination),
            ttl: packet[8],
            traffic_class: packet[1],
            payload,
        })
    })
}

fn read_ipv6(packet: &[u8]) -> Option<Seen> {
    let length = usize::from(u16::from_be_bytes(packet.get(4..6)?.try_into().ok()?));
    let source: [u8; 16] = packet.get(8..24)?.try_into().ok()?;
    let destination: [u8; 16] = packet.get(24..40)?.try_into().ok()?;
    let payload = packet.get(40..(40 + length).min(packet.len()))?;
    match *packet.get(6)? {
        VRRP if payload.len() >= 8 => Some(Seen::Advert(Advert {
            source: IpAddr::from(source),
            destination: IpAddr::from(destination),
            ttl: packet[7],
            traffic_class: (packet[0] << 4) | (packet[1] >> 4),
            payload: payload.to_vec(),
        })),
        ICMPV6 if *payload.first()? == 136 && destination[0] == 0xff => {
            let target: [u8; 16] = payload.get(8..24)?.try_into().ok()?;
            Some(Seen::UnsolicitedNa(target.into()))
        }
        _ => None,
    }
}

/// The ones-complement checksum of `bytes` (RFC 1071).
pub(crate) fn internet_checksum(bytes: &[u8]) -> u16 {
    let mut sum: u32 = bytes
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |&low| u32::from(low)))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// The checksum of a VRRPv3 advert: pseudo-header, then the PDU with a zero checksum.
pub(crate) fn pseudo_header_checksum(source: IpAddr, destination: IpAddr, pdu: &[u8]) -> u16 {
    let mut bytes = Vec::with_capacity(40 + pdu.len());
    for address in [source, destination] {
        match address {
            IpAddr::V4(address) => bytes.extend(address.octets()),
            IpAddr::V6(address) => bytes.extend(address.octets()),
        }
    }
    // Protocol and length: the fields of IPv6 are wider, the sum is the same.
    bytes.extend([0, VRRP]);
    bytes.extend((pdu.len() as u16).to_be_bytes());
    bytes.extend(pdu);
    internet_checksum(&bytes)
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host();
        match &self.seen {
            Seen::Advert(advert) => write!(
                f,
                "h{host} advert v{} vrid {} prio {} count {} {} > {}",
                advert.version(),
                advert.vrid(),
                advert.priority(),
                advert.count(),
                advert.source,
                advert.destination
            ),
            Seen::GratuitousArp(address) => write!(f, "h{host} gratuitous ARP {address}"),
            Seen::UnsolicitedNa(address) => write!(f, "h{host} unsolicited NA {address}"),
            Seen::Other => write!(f, "h{host} other, {} bytes", self.bytes.len()),
        }
    }
}
