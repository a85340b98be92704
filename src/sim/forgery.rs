//! Datagrams that a hostile or broken neighbour might send.

use std::net::IpAddr;

use crate::ir::{self, Authentication, ChecksumPolicy, Transport};
use crate::net::ipv4;
use crate::net::vrrp::{Addresses, Advert, ChecksumStyle, Seal, WireAuthentication};
use crate::sim::frame::{self, Frame};
use crate::units::{Family, Priority, Version};

/// What is wrong with it. All but [`Spoil::Nothing`] are reasons to refuse it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spoil {
    /// A valid advert, of whatever priority.
    Nothing,
    /// It comes from far away. Where any TTL is accepted (unicast): a wrong checksum.
    Ttl,
    /// A wrong password. In version 3, which has none: a wrong checksum.
    Password,
    /// A wrong checksum.
    Checksum,
    /// It ends too early.
    Length,
    /// The other version.
    Version,
    /// No advertisement.
    Type,
    /// No sense at all.
    Noise,
}

/// What an instance with that configuration would send from that address, spoiled; `None` if the
/// families do not agree.
pub fn forge(
    config: &ir::Instance,
    source: IpAddr,
    destination: IpAddr,
    priority: u8,
    spoil: Spoil,
) -> Option<Frame> {
    let unicast = matches!(config.transport, Transport::Unicast { .. });
    let spoil = match spoil {
        Spoil::Ttl if unicast => Spoil::Checksum,
        Spoil::Password if config.version == Version::V3 => Spoil::Checksum,
        other => other,
    };
    let listed = config.addresses.iter().map(|address| address.ip());
    let authentication = match &config.authentication {
        _ if spoil == Spoil::Password => WireAuthentication::Pass(*b"mallory\0"),
        Authentication::Pass(password) if config.version == Version::V2 => {
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(password.expose()).for_each(|(to, from)| *to = *from);
            WireAuthentication::Pass(bytes)
        }
        _ => WireAuthentication::None,
    };
    let advert = Advert {
        version: match (config.version, spoil) {
            (Version::V2, Spoil::Version) => Version::V3,
            (Version::V3, Spoil::Version) => Version::V2,
            (version, _) => version,
        },
        vrid: *config.vrid,
        priority: Priority::new(priority),
        interval: *config.advert_int,
        authentication,
        addresses: Addresses::new(config.family, listed).ok()?,
    };
    let checksum = match config.checksum {
        ChecksumPolicy::AsVersion2 => ChecksumStyle::NoPseudoHeader,
        ChecksumPolicy::OldUnicast { group } => ChecksumStyle::PseudoHeaderTo(group),
        ChecksumPolicy::Detect | ChecksumPolicy::Standard => ChecksumStyle::Rfc,
    };
    let ttl = if spoil == Spoil::Ttl { 254 } else { 255 };
    let mut bytes = frame::write(&advert, source, destination, ttl, 1, (checksum, &Seal::None))?;
    let header = match Family::of(source) {
        Family::V4 => ipv4::HEADER_LENGTH,
        Family::V6 => 0,
    };
    match spoil {
        Spoil::Length => bytes.truncate(bytes.len().saturating_sub(4)),
        Spoil::Checksum => spoil_byte(&mut bytes, header, 7, |byte| !byte),
        Spoil::Type => spoil_byte(&mut bytes, header, 0, |byte| (byte & 0xf0) | 2),
        Spoil::Noise => {
            let rest = bytes.iter_mut().skip(header).enumerate();
            // The VRID stays, or nobody would look at it.
            rest.filter(|(at, _)| *at != 1).for_each(|(_, byte)| *byte = 0xa5);
        }
        Spoil::Nothing | Spoil::Ttl | Spoil::Password | Spoil::Version => {}
    }
    Some(Frame { lan: 0, source, destination, hop_limit: ttl, bytes: bytes.into() })
}

fn spoil_byte(bytes: &mut [u8], header: usize, at: usize, change: impl Fn(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(header.saturating_add(at)) {
        *byte = change(*byte);
    }
}
