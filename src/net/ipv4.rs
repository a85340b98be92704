//! The IPv4 header (RFC 791) in front of an advert on a raw socket.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-------+---------------+-------------------------------+
//! |Version|  IHL  |      TOS      |         Total length          |
//! +-------+-------+---------------+-----+-------------------------+
//! |        Identification         |Flags|     Fragment offset     |
//! +---------------+---------------+-----+-------------------------+
//! |      TTL      |   Protocol    |        Header checksum        |
//! +---------------+---------------+-------------------------------+
//! |                        Source address                         |
//! +---------------------------------------------------------------+
//! |                      Destination address                      |
//! +---------------------------------------------------------------+
//! |                 Options, IHL - 5 words of them                |
//! +---------------------------------------------------------------+
//! ```

use std::net::Ipv4Addr;

use super::{WireError, array_at};

/// Length of a header without options.
pub const HEADER_LENGTH: usize = 20;

/// Type of service of every advert: class selector 6, "internetwork control".
pub const TYPE_OF_SERVICE: u8 = 0xc0;

/// Protocol number of VRRP.
pub const PROTOCOL_VRRP: u8 = 112;

/// Protocol number of the IPsec authentication header.
pub const PROTOCOL_AUTHENTICATION_HEADER: u8 = 51;

/// An Ethernet frame carries at least this many bytes; shorter packets are padded.
const ETHERNET_MINIMUM_PAYLOAD: usize = 46;

/// Offsets of the fields of the fixed 20 bytes.
mod field {
    pub(super) const VERSION_IHL: usize = 0;
    pub(super) const TOS: usize = 1;
    pub(super) const TOTAL_LENGTH: usize = 2;
    pub(super) const IDENTIFICATION: usize = 4;
    pub(super) const FRAGMENT: usize = 6;
    pub(super) const TTL: usize = 8;
    pub(super) const PROTOCOL: usize = 9;
    pub(super) const CHECKSUM: usize = 10;
    pub(super) const SOURCE: usize = 12;
    pub(super) const DESTINATION: usize = 16;
}

/// What a received header says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ipv4Header {
    /// Who sent the packet.
    pub source: Ipv4Addr,
    /// A multicast group or one of our addresses.
    pub destination: Ipv4Addr,
    /// Time to live as received; 255 proves that no router forwarded the packet.
    pub ttl: u8,
    /// Number of the protocol behind the header.
    pub protocol: u8,
    /// Bytes of the header with its options, 20..=60; all of them were present.
    pub header_length: usize,
    /// Bytes of header and payload as the sender says; nothing has been compared with it.
    pub total_length: u16,
    /// Type of service, 0xc0 in adverts.
    pub tos: u8,
    /// Identification.
    pub id: u16,
    /// Flags and fragment offset as they stand, 0 for whole packets that may be fragmented.
    pub fragment: u16,
    /// Header checksum as received; the kernel has verified it.
    pub checksum: u16,
}

/// Reads the header of a datagram, options included.
///
/// Fails if the header does not fit into the datagram or is not an IPv4 header. The payload, the
/// total length and the checksum are not looked at.
pub fn parse(datagram: &[u8]) -> Result<Ipv4Header, WireError> {
    let truncated =
        |needed| WireError::Truncated { what: "IPv4 header", needed, present: datagram.len() };
    let header = datagram.first_chunk::<HEADER_LENGTH>().ok_or(truncated(HEADER_LENGTH))?;
    let version = header[field::VERSION_IHL] >> 4;
    if version != 4 {
        return Err(WireError::IpVersion { expected: 4, found: version });
    }
    let words = header[field::VERSION_IHL] & 0x0f;
    let header_length = usize::from(words) * 4;
    if header_length < HEADER_LENGTH {
        return Err(WireError::HeaderLength { words });
    }
    if datagram.len() < header_length {
        return Err(truncated(header_length));
    }
    Ok(Ipv4Header {
        source: Ipv4Addr::from(array_at::<{ field::SOURCE }, 4, _>(header)),
        destination: Ipv4Addr::from(array_at::<{ field::DESTINATION }, 4, _>(header)),
        ttl: header[field::TTL],
        protocol: header[field::PROTOCOL],
        header_length,
        total_length: u16::from_be_bytes(array_at::<{ field::TOTAL_LENGTH }, 2, _>(header)),
        tos: header[field::TOS],
        id: u16::from_be_bytes(array_at::<{ field::IDENTIFICATION }, 2, _>(header)),
        fragment: u16::from_be_bytes(array_at::<{ field::FRAGMENT }, 2, _>(header)),
        checksum: u16::from_be_bytes(array_at::<{ field::CHECKSUM }, 2, _>(header)),
    })
}

impl Ipv4Header {
    /// Everything behind the header in the datagram it was read from, Ethernet padding included.
    pub fn payload<'a>(&self, datagram: &'a [u8]) -> &'a [u8] {
        datagram.get(self.header_length..).unwrap_or_default()
    }

    /// True if `received` bytes agree with the total length, but for Ethernet padding.
    pub fn total_length_agrees(&self, received: usize) -> bool {
        let total = usize::from(self.total_length);
        total == received || is_ethernet_padding(total, received)
    }
}

/// True if `received` bytes instead of `expected` (both with the IP header) can be a short packet
/// that Ethernet has padded.
///
/// Frames are filled up to 46 bytes, and packets of VRRP are whole words, so what is too much
/// leaves 2 modulo 4.
pub const fn is_ethernet_padding(expected: usize, received: usize) -> bool {
    expected < ETHERNET_MINIMUM_PAYLOAD
        && received > expected
        && (received - expected) % 4 == ETHERNET_MINIMUM_PAYLOAD % 4
}

/// What the header of a packet to send says; the rest of it is fixed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// Our address.
    pub source: Ipv4Addr,
    /// The group or the peer.
    pub destination: Ipv4Addr,
    /// Time to live, 255 unless `unicast_ttl` says otherwise.
    pub ttl: u8,
    /// [`PROTOCOL_VRRP`] or [`PROTOCOL_AUTHENTICATION_HEADER`].
    pub protocol: u8,
    /// Identification; 0 makes the kernel choose one.
    pub id: u16,
    /// Bytes behind the header, at most 65,515: longer ones saturate the total length.
    pub payload_length: u16,
}

/// Appends the 20 bytes of the header of a packet that may be fragmented, TOS 0xc0.
///
/// The checksum is 0: the kernel fills it in on sockets with `IP_HDRINCL`.
pub fn emit(packet: &Outgoing, out: &mut Vec<u8>) {
    let [length_high, length_low] = packet.payload_length.saturating_add(20).to_be_bytes();
    let [id_high, id_low] = packet.id.to_be_bytes();
    out.extend_from_slice(&[0x45, TYPE_OF_SERVICE, length_high, length_low]);
    out.extend_from_slice(&[id_high, id_low, 0, 0]);
    out.extend_from_slice(&[packet.ttl, packet.protocol, 0, 0]);
    out.extend_from_slice(&packet.source.octets());
    out.extend_from_slice(&packet.destination.octets());
}
