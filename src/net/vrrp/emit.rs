//! Writing an advert.

use std::net::{IpAddr, Ipv4Addr};

use super::{
    AUTHENTICATION_LENGTH, Addresses, Advert, HEADER_LENGTH, MAX_ADDRESSES, TYPE_ADVERTISEMENT,
    address_length,
};
use crate::net::checksum::Sum;
use crate::net::ipv4::PROTOCOL_VRRP;
use crate::units::{Family, Version};

/// What the checksum of a version 3 advert over IPv4 covers besides the advert.
///
/// Version 2 over IPv4 never has a pseudo-header, IPv6 always has that of its RFC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChecksumStyle {
    /// A pseudo-header with the real destination (RFC 9568 section 5.2.8).
    Rfc,
    /// Nothing (keyword `v3_checksum_as_v2`).
    NoPseudoHeader,
    /// A pseudo-header with this group in place of the peer (keyword `old_unicast_checksum`).
    PseudoHeaderTo(Ipv4Addr),
}

/// Bytes that [`emit()`] appends for this advert.
pub fn encoded_length(advert: &Advert) -> usize {
    let family = advert.addresses.family();
    let count = advert.addresses.len().min(MAX_ADDRESSES);
    let authentication = match (advert.version, family) {
        (Version::V2, Family::V4) => AUTHENTICATION_LENGTH,
        _ => 0,
    };
    HEADER_LENGTH + count * address_length(family) + authentication
}

/// Appends the advert as it goes from `source` to `destination`.
///
/// Allocates only if `out` has too little room. Over IPv6 the kernel computes the checksum again
/// and finds the same.
pub fn emit(
    advert: &Advert,
    source: IpAddr,
    destination: IpAddr,
    checksum: ChecksumStyle,
    out: &mut Vec<u8>,
) {
    let family = advert.addresses.family();
    let length = encoded_length(advert);
    out.reserve(length);

    let mut sum = match (advert.version, family, checksum) {
        (Version::V2, Family::V4, _) | (Version::V3, Family::V4, ChecksumStyle::NoPseudoHeader) => {
            Sum::new()
        }
        (Version::V3, Family::V4, ChecksumStyle::PseudoHeaderTo(group)) => {
            Sum::pseudo_header(source, IpAddr::V4(group), PROTOCOL_VRRP, length)
        }
        (Version::V3, Family::V4, ChecksumStyle::Rfc) | (_, Family::V6, _) => {
            Sum::pseudo_header(source, destination, PROTOCOL_VRRP, length)
        }
    };

    let [fourth, fifth] = bytes_4_and_5(advert);
    let first = [
        advert.version.number() << 4 | TYPE_ADVERTISEMENT,
        advert.vrid.get(),
        advert.priority.map_or(0, |priority| priority.get()),
        u8::try_from(advert.addresses.len()).unwrap_or(u8::MAX),
        fourth,
        fifth,
    ];
    sum = sum.add_bytes(&first);
    match &advert.addresses {
        Addresses::V4(list) => {
            for address in list.iter().take(MAX_ADDRESSES) {
                sum = sum.add_bytes(&address.octets());
            }
        }
        Addresses::V6(list) => {
            for address in list.iter().take(MAX_ADDRESSES) {
                sum = sum.add_bytes(&address.octets());
            }
        }
    }
    let authentication = match (advert.version, family) {
        (Version::V2, Family::V4) => Some(advert.authentication.data()),
        _ => None,
    };
    if let Some(data) = &authentication {
        sum = sum.add_bytes(data);
    }

    out.extend_from_slice(&first);
    out.extend_from_slice(&sum.finish().to_be_bytes());
    match &advert.addresses {
        Addresses::V4(list) => {
            for address in list.iter().take(MAX_ADDRESSES) {
                out.extend_from_slice(&address.octets());
            }
        }
        Addresses::V6(list) => {
            for address in list.iter().take(MAX_ADDRESSES) {
                out.extend_from_slice(&address.octets());
            }
        }
    }
    if let Some(data) = &authentication {
        out.extend_from_slice(data);
    }
}

/// Version 2: authentication type and seconds. Version 3: centiseconds in 12 bits.
fn bytes_4_and_5(advert: &Advert) -> [u8; 2] {
    match advert.version {
        Version::V2 => {
            let seconds = u8::try_from(advert.interval.as_secs()).unwrap_or(u8::MAX);
            [advert.authentication.wire_type(), seconds]
        }
        Version::V3 => {
            let centiseconds = advert.interval.as_millis() / 10;
            u16::try_from(centiseconds).unwrap_or(u16::MAX).min(0x0fff).to_be_bytes()
        }
    }
}
