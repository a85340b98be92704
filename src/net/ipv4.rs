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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::checksum::Sum;
    use crate::net::hex;
    use proptest::prelude::*;

    /// From 10.77.0.1 to the group, as a multicast instance sends.
    fn to_group(protocol: u8, id: u16, payload_length: u16) -> Outgoing {
        Outgoing {
            source: Ipv4Addr::new(10, 77, 0, 1),
            destination: Ipv4Addr::new(224, 0, 0, 18),
            ttl: 255,
            protocol,
            id,
            payload_length,
        }
    }

    fn emitted(packet: &Outgoing) -> Vec<u8> {
        let mut out = Vec::new();
        emit(packet, &mut out);
        out
    }

    #[test]
    fn headers_as_they_were_seen_on_the_wire_once_the_kernel_has_added_the_checksum() {
        for (packet, wire) in [
            (to_group(PROTOCOL_VRRP, 1, 24), "45c0002c00010000ff70d0400a4d0001e0000012"),
            (to_group(PROTOCOL_VRRP, 1, 16), "45c0002400010000ff70d0480a4d0001e0000012"),
            (
                to_group(PROTOCOL_AUTHENTICATION_HEADER, 1, 48),
                "45c0004400010000ff33d0650a4d0001e0000012",
            ),
        ] {
            let mut header = emitted(&packet);
            assert_eq!(header[field::CHECKSUM..][..2], [0, 0]);
            let checksum = Sum::new().add_bytes(&header).finish().to_be_bytes();
            header[field::CHECKSUM..][..2].copy_from_slice(&checksum);
            assert_eq!(hex::text(&header), wire);
        }
    }

    #[test]
    fn every_field_is_read_and_options_belong_to_the_header() {
        let datagram = hex::bytes("46c0 0024 1234 4000 ff70 abcd 0a4d0001 e0000012 94040000 2133");
        let header = parse(&datagram).unwrap();
        let expected = Ipv4Header {
            source: Ipv4Addr::new(10, 77, 0, 1),
            destination: Ipv4Addr::new(224, 0, 0, 18),
            ttl: 255,
            protocol: 112,
            header_length: 24,
            total_length: 36,
            tos: 0xc0,
            id: 0x1234,
            fragment: 0x4000,
            checksum: 0xabcd,
        };
        assert_eq!(header, expected);
        assert_eq!(header.payload(&datagram), [0x21, 0x33]);
    }

    #[test]
    fn what_is_no_header_is_refused_with_the_reason() {
        let good = emitted(&to_group(PROTOCOL_VRRP, 1, 0));
        let with_first = |byte: u8| [&[byte], &good[1..]].concat();
        let truncated =
            |needed, present| WireError::Truncated { what: "IPv4 header", needed, present };
        assert_eq!(parse(&[]), Err(truncated(20, 0)));
        assert_eq!(parse(&good[..19]), Err(truncated(20, 19)));
        assert_eq!(parse(&with_first(0x4f)), Err(truncated(60, 20)));
        assert_eq!(parse(&with_first(0x44)), Err(WireError::HeaderLength { words: 4 }));
        assert_eq!(parse(&with_first(0x65)), Err(WireError::IpVersion { expected: 4, found: 6 }));
    }

    #[test]
    fn total_length_tolerates_the_padding_of_ethernet_only() {
        let header = |total| Ipv4Header {
            total_length: total,
            ..parse(&emitted(&to_group(PROTOCOL_VRRP, 1, 0))).unwrap()
        };
        for (total, received, agrees) in [
            (40, 40, true),
            (40, 46, true),  // v2 with one address, padded
            (36, 46, true),  // v3 with two addresses, padded
            (44, 46, true),  // v2 with two addresses, padded
            (40, 44, false), // a surplus, but not one that padding leaves
            (40, 39, false),
            (48, 50, false), // long enough to need no padding
            (48, 48, true),
        ] {
            assert_eq!(header(total).total_length_agrees(received), agrees, "{total} {received}");
        }
    }

    #[test]
    fn a_payload_too_long_for_ip_saturates() {
        let header = parse(&emitted(&to_group(PROTOCOL_VRRP, 1, u16::MAX))).unwrap();
        assert_eq!(header.total_length, u16::MAX);
    }

    proptest! {
        #[test]
        fn what_is_sent_reads_back(
            source: u32, destination: u32, ttl: u8, protocol: u8, id: u16,
            payload_length in 0u16..=65_515,
        ) {
            let (source, destination) = (Ipv4Addr::from(source), Ipv4Addr::from(destination));
            let packet = Outgoing { source, destination, ttl, protocol, id, payload_length };
            prop_assert_eq!(
                parse(&emitted(&packet)),
                Ok(Ipv4Header {
                    source, destination, ttl, protocol, id,
                    header_length: HEADER_LENGTH,
                    total_length: payload_length + 20,
                    tos: TYPE_OF_SERVICE,
                    fragment: 0,
                    checksum: 0,
                })
            );
        }

        #[test]
        fn no_bytes_panic_and_the_header_lies_inside(
            first in prop_oneof![0x40u8..0x50, any::<u8>()],
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let datagram = [&[first][..], &bytes].concat();
            for end in 0..=datagram.len() {
                if let Ok(header) = parse(&datagram[..end]) {
                    prop_assert!((20..=end).contains(&header.header_length));
                    let payload = header.payload(&datagram[..end]);
                    prop_assert_eq!(header.header_length + payload.len(), end);
                    header.total_length_agrees(end);
                }
            }
        }
    }
}
