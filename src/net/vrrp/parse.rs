//! Reading an advert: a view over the bytes and the answers a receiver needs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use super::{
    AUTHENTICATION_LENGTH, Addresses, Advert, HEADER_LENGTH, TYPE_ADVERTISEMENT,
    WireAuthentication, address_length, field,
};
use crate::net::WireError;
use crate::net::checksum::Sum;
use crate::net::ipv4::{self, PROTOCOL_VRRP};
use crate::units::{Family, Priority, Version, Vrid};

/// Views the bytes behind the IP header (and AH) as an advert from `source` to `destination`.
///
/// Fails only if the fixed header of 8 bytes is not there. The family is that of `source`.
/// Bytes behind the advert (Ethernet padding, a signature) may be present.
pub fn parse(pdu: &[u8], source: IpAddr, destination: IpAddr) -> Result<Received<'_>, WireError> {
    match pdu.split_first_chunk::<HEADER_LENGTH>() {
        Some((header, rest)) => Ok(Received { header, rest, source, destination }),
        None => Err(WireError::Truncated {
            what: "VRRP header",
            needed: HEADER_LENGTH,
            present: pdu.len(),
        }),
    }
}

/// An advert as received: a view that copies nothing and has judged nothing yet.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    header: &'a [u8; HEADER_LENGTH],
    rest: &'a [u8],
    source: IpAddr,
    destination: IpAddr,
}

/// How the number of bytes agrees with the count of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LengthVerdict {
    /// As many as version, family and count ask for.
    Exact,
    /// The surplus can be the padding of a short Ethernet frame: to be accepted.
    Padded {
        /// Bytes too many.
        surplus: usize,
    },
    /// Too few.
    Short {
        /// Bytes missing.
        missing: usize,
    },
    /// Too many.
    Long {
        /// Bytes too many.
        surplus: usize,
    },
}

impl LengthVerdict {
    /// True for [`Exact`](Self::Exact) and [`Padded`](Self::Padded).
    pub const fn is_acceptable(self) -> bool {
        matches!(self, Self::Exact | Self::Padded { .. })
    }
}

/// What the checksum field is right for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checksum {
    /// What the RFC of this version and family asks for, with the real destination.
    Valid,
    /// Version 3 over IPv4: right if the pseudo-header is left out (`v3_checksum_as_v2`).
    ValidWithoutPseudoHeader,
    /// Neither. [`Received::checksum_valid_to`] may still find the old unicast style.
    Invalid,
}

impl<'a> Received<'a> {
    /// Source of the packet.
    pub const fn source(&self) -> IpAddr {
        self.source
    }

    /// Destination of the packet.
    pub const fn destination(&self) -> IpAddr {
        self.destination
    }

    /// Family of the packet, and so of the addresses in it.
    pub const fn family(&self) -> Family {
        Family::of(self.source)
    }

    /// The version field as it stands, 0..=15.
    pub const fn version(&self) -> u8 {
        self.header[field::VERSION_TYPE] >> 4
    }

    /// The version, if it is one that we speak.
    pub const fn known_version(&self) -> Option<Version> {
        match self.version() {
            2 => Some(Version::V2),
            3 => Some(Version::V3),
            _ => None,
        }
    }

    /// The type field as it stands, 0..=15; 1 is an advertisement.
    pub const fn packet_type(&self) -> u8 {
        self.header[field::VERSION_TYPE] & 0x0f
    }

    /// The virtual router as it stands; 0 is not valid.
    pub const fn vrid(&self) -> u8 {
        self.header[field::VRID]
    }

    /// Priority of the sender, `None` if it resigns.
    pub const fn priority(&self) -> Option<Priority> {
        Priority::new(self.header[field::PRIORITY])
    }

    /// How many addresses the sender says there are.
    pub const fn address_count(&self) -> u8 {
        self.header[field::COUNT]
    }

    /// The addresses: as many as the sender says, or as are there if the packet is short.
    pub fn addresses(&self) -> ReceivedAddresses<'a> {
        ReceivedAddresses {
            bytes: self.rest,
            left: usize::from(self.address_count()),
            family: self.family(),
        }
    }

    /// True if `address` is among [`addresses()`](Self::addresses).
    pub fn lists(&self, address: IpAddr) -> bool {
        self.addresses().any(|listed| listed == address)
    }

    /// The authentication type as it stands; 0 in any version but 2.
    pub const fn authentication_type(&self) -> u8 {
        match self.version() {
            2 => self.header[field::AUTHENTICATION_TYPE],
            _ => 0,
        }
    }

    /// The authentication data of version 2 over IPv4, if the packet is long enough.
    pub fn authentication_data(&self) -> Option<&'a [u8; AUTHENTICATION_LENGTH]> {
        if !self.has_authentication_data() {
            return None;
        }
        self.rest.get(self.addresses_length()..)?.first_chunk()
    }

    /// Type and data of the authentication. A password that is not there reads as zeros.
    pub fn authentication(&self) -> WireAuthentication {
        match self.authentication_type() {
            0 => WireAuthentication::None,
            1 => WireAuthentication::Pass(self.authentication_data().copied().unwrap_or_default()),
            2 => WireAuthentication::Header,
            other => WireAuthentication::Other(other),
        }
    }

    /// True if the packet carries exactly this password, padded with zeros.
    ///
    /// Takes the same time whichever bytes differ.
    pub fn password_is(&self, password: &[u8; AUTHENTICATION_LENGTH]) -> bool {
        let Some(data) = self.authentication_data() else {
            return false;
        };
        let difference = data.iter().zip(password).fold(0, |seen, (a, b)| seen | (a ^ b));
        core::hint::black_box(difference) == 0
    }

    /// Time between adverts: seconds in version 2, else centiseconds, 0..=4095.
    pub const fn interval(&self) -> Duration {
        let low = self.header[field::INTERVAL];
        match self.version() {
            2 => Duration::from_secs(low as u64),
            _ => {
                let high = self.header[field::AUTHENTICATION_TYPE] & 0x0f;
                Duration::from_millis(u16::from_be_bytes([high, low]) as u64 * 10)
            }
        }
    }

    /// Bytes that version, family and count ask for, fixed header included.
    pub fn expected_length(&self) -> usize {
        HEADER_LENGTH + self.body_length()
    }

    /// The number of bytes judged, for an advert that stands behind a plain IPv4 header.
    pub fn length(&self) -> LengthVerdict {
        self.length_behind(ipv4::HEADER_LENGTH)
    }

    /// The number of bytes judged, for an advert behind `headers` bytes of IPv4 header and AH.
    ///
    /// Those bytes decide whether the packet was short enough to be padded. IPv6 packets never
    /// are.
    pub fn length_behind(&self, headers: usize) -> LengthVerdict {
        let (expected, present) = (self.body_length(), self.rest.len());
        if present < expected {
            return LengthVerdict::Short { missing: expected - present };
        }
        let surplus = present - expected;
        let before = headers.saturating_add(HEADER_LENGTH);
        let padded = self.family() == Family::V4
            && ipv4::is_ethernet_padding(
                before.saturating_add(expected),
                before.saturating_add(present),
            );
        match surplus {
            0 => LengthVerdict::Exact,
            _ if padded => LengthVerdict::Padded { surplus },
            _ => LengthVerdict::Long { surplus },
        }
    }

    /// The bytes behind the advert: none, padding, or a signature.
    pub fn trailer(&self) -> &'a [u8] {
        self.rest.get(self.body_length()..).unwrap_or_default()
    }

    /// The checksum judged.
    pub fn checksum(&self) -> Checksum {
        if !self.has_pseudo_header() {
            return match self.sum(Sum::new()).is_valid() {
                true => Checksum::Valid,
                false => Checksum::Invalid,
            };
        }
        if self.sum(self.pseudo_header(self.destination)).is_valid() {
            Checksum::Valid
        } else if self.family() == Family::V4 && self.sum(Sum::new()).is_valid() {
            Checksum::ValidWithoutPseudoHeader
        } else {
            Checksum::Invalid
        }
    }

    /// True if the checksum is right for a packet to `group` instead of the real destination
    /// (`old_unicast_checksum`). Without a pseudo-header the destination makes no difference.
    pub fn checksum_valid_to(&self, group: Ipv4Addr) -> bool {
        match (self.has_pseudo_header(), self.family()) {
            (true, Family::V4) => self.sum(self.pseudo_header(IpAddr::V4(group))).is_valid(),
            _ => self.checksum() == Checksum::Valid,
        }
    }

    /// The advert as a value. `None` if the version is not 2 or 3, the type is not 1, the VRID is
    /// 0, or the length is not acceptable. Allocates: for tests and the simulator.
    pub fn to_advert(self) -> Option<Advert> {
        if self.packet_type() != TYPE_ADVERTISEMENT || !self.length().is_acceptable() {
            return None;
        }
        Some(Advert {
            version: self.known_version()?,
            vrid: Vrid::new(self.vrid())?,
            priority: self.priority(),
            interval: self.interval(),
            authentication: self.authentication(),
            addresses: Addresses::new(self.family(), self.addresses()).ok()?,
        })
    }

    fn has_authentication_data(&self) -> bool {
        self.version() == 2 && self.family() == Family::V4
    }

    fn has_pseudo_header(&self) -> bool {
        !self.has_authentication_data()
    }

    fn addresses_length(&self) -> usize {
        usize::from(self.address_count()) * address_length(self.family())
    }

    /// Bytes behind the fixed header that belong to the advert.
    fn body_length(&self) -> usize {
        match self.has_authentication_data() {
            true => self.addresses_length() + AUTHENTICATION_LENGTH,
            false => self.addresses_length(),
        }
    }

    /// What the checksum covers: over IPv4 the advert, over IPv6 the whole payload.
    fn covered(&self) -> &'a [u8] {
        match self.family() {
            Family::V4 => self.rest.get(..self.body_length()).unwrap_or(self.rest),
            Family::V6 => self.rest,
        }
    }

    fn pseudo_header(&self, destination: IpAddr) -> Sum {
        let length = HEADER_LENGTH + self.covered().len();
        Sum::pseudo_header(self.source, destination, PROTOCOL_VRRP, length)
    }

    fn sum(&self, start: Sum) -> Sum {
        start.add_bytes(self.header).add_bytes(self.covered())
    }
}

impl std::fmt::Debug for Received<'_> {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Received")
            .field("source", &self.source)
            .field("destination", &self.destination)
            .field("version", &self.version())
            .field("packet_type", &self.packet_type())
            .field("vrid", &self.vrid())
            .field("priority", &self.priority().map_or(0, Priority::get))
            .field("address_count", &self.address_count())
            .field("interval", &self.interval())
            .field("authentication", &self.authentication())
            .field("length", &(HEADER_LENGTH + self.rest.len()))
            .finish()
    }
}

/// The addresses of a received advert, read from its bytes one by one.
#[derive(Clone, Debug)]
pub struct ReceivedAddresses<'a> {
    bytes: &'a [u8],
    left: usize,
    family: Family,
}

impl Iterator for ReceivedAddresses<'_> {
    type Item = IpAddr;

    fn next(&mut self) -> Option<IpAddr> {
        self.left = self.left.checked_sub(1)?;
        match self.family {
            Family::V4 => {
                let (octets, rest) = self.bytes.split_first_chunk::<4>()?;
                self.bytes = rest;
                Some(IpAddr::V4(Ipv4Addr::from(*octets)))
            }
            Family::V6 => {
                let (octets, rest) = self.bytes.split_first_chunk::<16>()?;
                self.bytes = rest;
                Some(IpAddr::V6(Ipv6Addr::from(*octets)))
            }
        }
    }
}
