//! The signed trailer behind an advert (keyword `auth_hmac`, keepalived 2.4.3).
//!
//! ```text
//! +---------------+---------------+-------------------------------+
//! |   1 (type)    |    Key id     |               0               |
//! +---------------+---------------+-------------------------------+
//! |                    Seconds since 1970                         |
//! +-------------------------------+-------------------------------+
//! | Fraction, 1/65536 s           |           Counter             |
//! +-------------------------------+-------------------------------+
//! |          First 16 bytes of HMAC-SHA256                        |
//! +---------------------------------------------------------------+
//! ```
//!
//! The code covers a pseudo-header (family, version, VRID, source), the advert with its checksum
//! taken for zero, and the trailer with the code taken for zero.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::Received;
use crate::net::array_at;
use crate::net::checksum::Sum;
use crate::net::ipv4::PROTOCOL_VRRP;

/// Length of the trailer.
pub const LENGTH: usize = 28;
/// Extension type of HMAC-SHA256, cut to 128 bits.
pub const TYPE_HMAC_SHA256: u8 = 1;
/// Bytes of the code.
const CODE_LENGTH: usize = 16;
/// Bytes before the code.
const FRONT_LENGTH: usize = LENGTH - CODE_LENGTH;
/// A key that is longer is hashed by HMAC.
const BLOCK: usize = 64;

/// Seconds, fraction and counter of a trailer as one number, which grows from advert to advert.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Sequence(pub u64);

impl Sequence {
    /// The clock, with counter 0. `unix` is the time since 1970.
    pub fn at(unix: Duration) -> Self {
        let fraction = u64::from(unix.subsec_micros()) * 65_536 / 1_000_000;
        Self(unix.as_secs() << 32 | fraction << 16)
    }

    /// Seconds since 1970, modulo 2^32.
    pub const fn seconds(self) -> u64 {
        self.0 >> 32
    }

    /// The next number.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A received trailer, with the bytes that its code covers.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// Type of the extension, 1 is [`TYPE_HMAC_SHA256`].
    pub extension: u8,
    /// Number of the key, 0 is none.
    pub key: u8,
    /// Zero in what is known so far.
    pub reserved: u16,
    /// When it was signed.
    pub sequence: Sequence,
    code: [u8; CODE_LENGTH],
    covered: Arc<[u8]>,
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed(type {}, key {}, {:?})", self.extension, self.key, self.sequence)
    }
}

impl Signed {
    /// The trailer of an advert, if exactly so many bytes follow it.
    pub fn read(received: &Received<'_>, pdu: &[u8]) -> Option<Self> {
        let bytes: &[u8; LENGTH] = received.trailer().try_into().ok()?;
        let advert = pdu.get(..received.expected_length())?;
        let front = array_at::<0, FRONT_LENGTH, _>(bytes);
        Some(Self {
            extension: bytes[0],
            key: bytes[1],
            reserved: u16::from_be_bytes(array_at::<2, 2, _>(bytes)),
            sequence: Sequence(u64::from_be_bytes(array_at::<4, 8, _>(bytes))),
            code: array_at::<FRONT_LENGTH, CODE_LENGTH, _>(bytes),
            covered: covered(advert, received.source(), &front).into(),
        })
    }

    /// True if the code was made with this key. Takes the same time whichever bytes differ.
    pub fn is_signed_with(&self, key: &[u8]) -> bool {
        keyed(key).chain_update(&self.covered).verify_truncated_left(&self.code).is_ok()
    }
}

/// Appends the trailer to the advert that begins at `start` of `out`. Over IPv6 the checksum of the
/// advert covers the trailer, so it is made anew.
pub fn sign(
    out: &mut Vec<u8>,
    start: usize,
    (source, destination): (IpAddr, IpAddr),
    (key_id, key): (u8, &[u8]),
    sequence: Sequence,
) {
    let mut front = [0; FRONT_LENGTH];
    front[0] = TYPE_HMAC_SHA256;
    front[1] = key_id;
    for (to, from) in front.iter_mut().skip(4).zip(sequence.0.to_be_bytes()) {
        *to = from;
    }
    let advert = out.get(start..).unwrap_or_default();
    let code = keyed(key).chain_update(covered(advert, source, &front)).finalize().into_bytes();
    out.extend_from_slice(&front);
    out.extend(code.into_iter().take(CODE_LENGTH));
    if source.is_ipv6()
        && let Some(payload) = out.get_mut(start..)
    {
        set_checksum(payload, 0);
        let sum = Sum::pseudo_header(source, destination, PROTOCOL_VRRP, payload.len());
        let checksum = sum.add_bytes(payload).finish();
        set_checksum(payload, checksum);
    }
}

fn set_checksum(advert: &mut [u8], checksum: u16) {
    for (to, from) in advert.iter_mut().skip(6).zip(checksum.to_be_bytes()) {
        *to = from;
    }
}

fn covered(advert: &[u8], source: IpAddr, front: &[u8; FRONT_LENGTH]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(20 + advert.len() + LENGTH);
    let family = if source.is_ipv4() { 4 } else { 6 };
    let version = advert.first().copied().unwrap_or_default() >> 4;
    bytes.extend_from_slice(&[family, version, advert.get(1).copied().unwrap_or_default(), 0]);
    match source {
        IpAddr::V4(address) => {
            bytes.extend_from_slice(&address.octets());
            bytes.extend_from_slice(&[0; 12]);
        }
        IpAddr::V6(address) => bytes.extend_from_slice(&address.octets()),
    }
    let start = bytes.len();
    bytes.extend_from_slice(advert);
    set_checksum(bytes.get_mut(start..).unwrap_or_default(), 0);
    bytes.extend_from_slice(front);
    bytes.extend_from_slice(&[0; CODE_LENGTH]);
    bytes
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; BLOCK];
    let hashed;
    let key = if key.len() > BLOCK {
        hashed = Sha256::digest(key);
        &hashed[..]
    } else {
        key
    };
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::<Sha256>::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::hex;
    use crate::net::vrrp::parse;

    const KEY: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    const PDU: &str = "31339602006438860a4d00320a4d0033";
    const TRAILER: &str = "010200006b02a59440e60000fd5199987e7a9ac2b0972e38ea5e2b77";

    fn ends() -> (IpAddr, IpAddr) {
        ("10.77.0.1".parse().unwrap(), "224.0.0.18".parse().unwrap())
    }

    fn read(wire: &[u8]) -> Option<Signed> {
        let (source, destination) = ends();
        Signed::read(&parse(wire, source, destination).unwrap(), wire)
    }

    #[test]
    fn a_trailer_as_it_was_seen_on_the_wire() {
        let mut out = hex::bytes(PDU);
        sign(&mut out, 0, ends(), (2, KEY), Sequence(0x6b02_a594_40e6_0000));
        assert_eq!(hex::text(&out), format!("{PDU}{TRAILER}"));
        let signed = read(&out).unwrap();
        assert_eq!((signed.extension, signed.key, signed.reserved), (1, 2, 0));
        assert_eq!(signed.sequence.seconds(), 0x6b02_a594);
        assert!(signed.is_signed_with(KEY));
        assert!(!signed.is_signed_with(&KEY[1..]));
    }

    #[test]
    fn every_changed_byte_but_the_checksum_is_noticed() {
        let wire = hex::bytes(&format!("{PDU}{TRAILER}"));
        for at in (0..wire.len()).filter(|at| !matches!(at, 6 | 7)) {
            let mut changed = wire.clone();
            changed[at] ^= 1;
            assert!(read(&changed).is_none_or(|signed| !signed.is_signed_with(KEY)), "byte {at}");
        }
    }

    #[test]
    fn only_exactly_so_many_bytes_are_a_trailer() {
        let wire = hex::bytes(&format!("{PDU}{TRAILER}00"));
        for end in 16..=wire.len() {
            assert_eq!(read(&wire[..end]).is_some(), end == 44, "{end}");
        }
    }

    #[test]
    fn the_sequence_is_the_clock_in_65536ths_of_a_second() {
        let half = Sequence::at(Duration::from_millis(1_500));
        assert_eq!(half, Sequence(0x1_8000_0000));
        assert_eq!(half.next(), Sequence(0x1_8000_0001));
        assert!(half < Sequence::at(Duration::from_millis(1_501)));
    }

    #[test]
    fn over_ipv6_the_checksum_covers_the_trailer() {
        let (source, destination): (IpAddr, IpAddr) =
            ("fe80::1".parse().unwrap(), "ff02::12".parse().unwrap());
        let mut out = hex::bytes("313396010064 0000 fe800000000000000000000000000050");
        sign(&mut out, 0, (source, destination), (1, KEY), Sequence(5));
        let received = parse(&out, source, destination).unwrap();
        assert_eq!(received.checksum(), crate::net::vrrp::Checksum::Valid);
        assert!(Signed::read(&received, &out).unwrap().is_signed_with(KEY));
    }
}
