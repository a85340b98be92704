//! The IPsec authentication header (RFC 2402) before a version 2 advert (keyword `auth_type AH`).
//!
//! ```text
//! +---------------+---------------+-------------------------------+
//! |  112 (VRRP)   | 4 (length)    |               0               |
//! +---------------+---------------+-------------------------------+
//! |                SPI: the source address                        |
//! +---------------------------------------------------------------+
//! |                       Sequence number                         |
//! +---------------------------------------------------------------+
//! |      Integrity check value, 12 bytes of HMAC-MD5 (RFC 2403)   |
//! +---------------------------------------------------------------+
//! ```
//!
//! The value covers the whole IP packet, with what routers change taken for zero. keepalived leaves
//! the TTL of multicast packets in, so both ends do.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

use super::ipv4::{self, PROTOCOL_VRRP};
use super::{WireError, array_at};

/// Length of the header.
pub const LENGTH: usize = 24;
/// Bytes of the key: the password, padded with zeros.
pub const KEY_LENGTH: usize = 8;
/// Bytes of the integrity check value.
const ICV_LENGTH: usize = 12;
/// Where the value stands in the header.
const ICV: usize = 12;
/// The length field: words of four bytes, less two.
const LENGTH_FIELD: u8 = 4;

/// What a received header says, with the bytes that its value covers.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Protocol behind the header; 112 is VRRP.
    pub next_header: u8,
    /// Security parameter index; the source address of the packet.
    pub spi: Ipv4Addr,
    /// Sequence number.
    pub sequence: u32,
    icv: [u8; ICV_LENGTH],
    covered: Arc<[u8]>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(next {}, spi {}, sequence {})", self.next_header, self.spi, self.sequence)
    }
}

impl Sealed {
    /// Reads the header of a datagram whose IPv4 header has been read.
    ///
    /// # Errors
    /// It is not all there.
    pub fn read(datagram: &[u8], ip: &ipv4::Ipv4Header) -> Result<Self, WireError> {
        let header = ip.payload(datagram).first_chunk::<LENGTH>().ok_or(WireError::Truncated {
            what: "authentication header",
            needed: LENGTH,
            present: ip.payload(datagram).len(),
        })?;
        // Padding of the frame is not part of the packet.
        let end = usize::from(ip.total_length).min(datagram.len());
        let mut covered = datagram.get(..end).unwrap_or(datagram).to_vec();
        blank(&mut covered, ip.header_length);
        Ok(Self {
            next_header: header[0],
            spi: Ipv4Addr::from(array_at::<4, 4, _>(header)),
            sequence: u32::from_be_bytes(array_at::<8, 4, _>(header)),
            icv: array_at::<ICV, ICV_LENGTH, _>(header),
            covered: covered.into(),
        })
    }

    /// True if the value was made with this key. Takes the same time whichever bytes differ.
    pub fn is_sealed_with(&self, key: &[u8; KEY_LENGTH]) -> bool {
        keyed(key).chain_update(&self.covered).verify_truncated_left(&self.icv).is_ok()
    }
}

/// Appends a header without its value; [`seal`] puts that in when the packet is complete.
pub fn emit(source: Ipv4Addr, sequence: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&[PROTOCOL_VRRP, LENGTH_FIELD, 0, 0]);
    out.extend_from_slice(&source.octets());
    out.extend_from_slice(&sequence.to_be_bytes());
    out.extend_from_slice(&[0; ICV_LENGTH]);
}

/// Puts the integrity check value into a whole packet: IPv4 header without options, [`emit`],
/// advert.
pub fn seal(key: &[u8; KEY_LENGTH], packet: &mut [u8]) {
    let mut covered = packet.to_vec();
    blank(&mut covered, ipv4::HEADER_LENGTH);
    let code = keyed(key).chain_update(&covered).finalize().into_bytes();
    let place = packet.iter_mut().skip(ipv4::HEADER_LENGTH + ICV).take(ICV_LENGTH);
    for (to, from) in place.zip(code) {
        *to = from;
    }
}

/// Takes for zero what the value does not cover: type of service, fragment field, header checksum,
/// the value itself, and the TTL of unicast packets.
fn blank(packet: &mut [u8], header_length: usize) {
    let multicast = packet.get(16).is_some_and(|first| first & 0xf0 == 0xe0);
    let icv = header_length.saturating_add(ICV);
    let mut zero = |range: std::ops::Range<usize>| {
        if let Some(bytes) = packet.get_mut(range) {
            bytes.fill(0);
        }
    };
    zero(1..2);
    zero(6..8);
    zero(10..12);
    zero(icv..icv.saturating_add(ICV_LENGTH));
    if !multicast {
        zero(8..9);
    }
}

fn keyed(key: &[u8; KEY_LENGTH]) -> Hmac<Md5> {
    // HMAC fills a key of up to 64 bytes with zeros.
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::<Md5>::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::hex;

    /// As keepalived sent them; the second but for its header checksum.
    const FIRST: &str = "45c0004400010000ff33d0650a4d0001e0000012\
        700400000a4d000100000001229e7d224a40d1e60a5029d1\
        21339602020131ca0a4d00320a4d00330000000000000000";
    const SECOND: &str = "45c0004400020000ff3300000a4d0001e0000012\
        700400000a4d000100000002ba87d2be5776c4f35e6f8069\
        21339602020131ca0a4d00320a4d00330000000000000000";

    fn read(wire: &[u8]) -> Sealed {
        Sealed::read(wire, &ipv4::parse(wire).unwrap()).unwrap()
    }

    #[test]
    fn values_as_they_were_seen_on_the_wire() {
        for (number, wire) in [(1, FIRST), (2, SECOND)] {
            let wire = hex::bytes(wire);
            let mut packet = wire[..20].to_vec();
            emit([10, 77, 0, 1].into(), number, &mut packet);
            packet.extend_from_slice(&wire[44..]);
            seal(b"abcdefgh", &mut packet);
            assert_eq!(hex::text(&packet), hex::text(&wire));
            let sealed = read(&wire);
            assert_eq!((sealed.next_header, sealed.sequence), (112, number));
            assert_eq!(sealed.spi, Ipv4Addr::new(10, 77, 0, 1));
            assert!(sealed.is_sealed_with(b"abcdefgh"));
            assert!(!sealed.is_sealed_with(b"abcdefgi"));
        }
    }

    #[test]
    fn every_changed_byte_is_noticed_but_for_those_that_routers_change() {
        let wire = hex::bytes(FIRST);
        for at in 0..wire.len() {
            let mut changed = wire.clone();
            changed[at] ^= 1;
            let Ok(header) = ipv4::parse(&changed) else { continue };
            let Ok(sealed) = Sealed::read(&changed, &header) else { continue };
            let free = matches!(at, 1 | 6 | 7 | 10 | 11);
            assert_eq!(sealed.is_sealed_with(b"abcdefgh"), free, "byte {at}");
        }
    }

    #[test]
    fn the_ttl_of_unicast_and_the_padding_of_a_frame_do_not_matter() {
        let mut packet = hex::bytes(FIRST);
        packet[16..20].copy_from_slice(&[10, 77, 0, 2]);
        seal(b"abcdefgh", &mut packet);
        packet[8] = 3;
        packet.extend_from_slice(&[0; 2]);
        assert!(read(&packet).is_sealed_with(b"abcdefgh"));
    }

    #[test]
    fn a_header_that_is_not_all_there_is_refused() {
        let wire = hex::bytes(FIRST);
        for end in 20..44 {
            let header = ipv4::parse(&wire[..end]).unwrap();
            assert!(Sealed::read(&wire[..end], &header).is_err(), "{end}");
        }
    }
}
