//! Adverts of VRRP, version 2 (RFC 3768) and 3 (RFC 9568), over IPv4 and IPv6.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-------+---------------+---------------+---------------+
//! |Version| Type  |     VRID      |   Priority    |     Count     |
//! +-------+-------+---------------+---------------+---------------+
//! |   Auth type   | Interval, sec |           Checksum            |  version 2
//! +-------+-------+---------------+-------------------------------+
//! |   0   | Interval, centisec    |           Checksum            |  version 3
//! +-------+-----------------------+-------------------------------+
//! |             Count addresses of 4 or 16 bytes each             |
//! +---------------------------------------------------------------+
//! |                Authentication data, 8 bytes                   |  version 2 over IPv4
//! +---------------------------------------------------------------+
//! ```
//!
//! An advert to send is a value, [`Advert`], and [`emit()`] writes it. What comes in is a view,
//! [`Received`]: only a missing fixed header makes [`parse()`] fail; everything else is an answer
//! to a question of the receiver, who asks in the order that its rules give and knows by then for
//! which instance it logs.

mod emit;
mod parse;
#[cfg(test)]
mod properties;
mod seal;
#[cfg(test)]
mod tests;
pub mod trailer;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::units::{Family, Priority, Version, Vrid};

pub use emit::{ChecksumStyle, emit, encoded_length};
pub use parse::{Checksum, LengthVerdict, Received, ReceivedAddresses, parse};
pub use seal::{Seal, header_key};

/// Length of the fixed header.
pub const HEADER_LENGTH: usize = 8;

/// Length of the authentication data behind the addresses, in version 2 over IPv4.
pub const AUTHENTICATION_LENGTH: usize = 8;

/// The group of IPv4 adverts (RFC 9568 section 5.1.1.2); also what stood in the pseudo-header of
/// unicast version 3 adverts before keepalived 1.3.7 (`old_unicast_checksum`).
pub const GROUP_V4: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

/// The only packet type there is.
pub const TYPE_ADVERTISEMENT: u8 = 1;

/// How many addresses an advert can list.
pub const MAX_ADDRESSES: usize = u8::MAX as usize;

/// Offsets of the fields of the fixed header.
mod field {
    pub(super) const VERSION_TYPE: usize = 0;
    pub(super) const VRID: usize = 1;
    pub(super) const PRIORITY: usize = 2;
    pub(super) const COUNT: usize = 3;
    /// Version 2: authentication type. Version 3: four reserved bits, then the interval.
    pub(super) const AUTHENTICATION_TYPE: usize = 4;
    /// Version 2: seconds. Version 3: low byte of the interval.
    pub(super) const INTERVAL: usize = 5;
    // Bytes 6 and 7 are the checksum: summed and written as part of the whole.
}

/// What one advert says; owned, cheap to clone and to compare.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advert {
    /// Version of the protocol.
    pub version: Version,
    /// Which virtual router.
    pub vrid: Vrid,
    /// Priority of the sender; `None` is 0 on the wire, "I resign".
    pub priority: Option<Priority>,
    /// Time between adverts. Version 2: whole seconds 0..=255; version 3: centiseconds 0..=4095.
    /// [`emit()`] cuts what is finer and saturates what is longer.
    pub interval: Duration,
    /// Version 2 only; version 3 has no place for it, there it is `None`.
    pub authentication: WireAuthentication,
    /// The virtual addresses, in configuration order; the first 255 are sent.
    pub addresses: Addresses,
}

/// The authentication of version 2 as it stands in a packet (RFC 2338 section 5.3.6).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WireAuthentication {
    /// Type 0. The authentication data are zero.
    None,
    /// Type 1: a password in clear, padded with zeros. It is not sent over IPv6.
    Pass([u8; 8]),
    /// Type 2: an IPsec authentication header stands before the advert. The data are zero.
    Header,
    /// A type that no RFC knows.
    Other(u8),
}

impl WireAuthentication {
    /// The number of the type in the packet.
    pub const fn wire_type(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Pass(_) => 1,
            Self::Header => 2,
            Self::Other(number) => number,
        }
    }

    /// The 8 bytes of authentication data: the password or zeros.
    pub const fn data(self) -> [u8; AUTHENTICATION_LENGTH] {
        match self {
            Self::Pass(password) => password,
            Self::None | Self::Header | Self::Other(_) => [0; AUTHENTICATION_LENGTH],
        }
    }
}

impl fmt::Debug for WireAuthentication {
    /// Never shows the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Pass(_) => f.write_str("Pass(..)"),
            Self::Header => f.write_str("Header"),
            Self::Other(number) => write!(f, "Other({number})"),
        }
    }
}

/// Why addresses do not make a list for one advert.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressesError {
    /// An address is not of the family of the list.
    #[error("{address} is not an {family} address")]
    OtherFamily {
        /// Family of the list.
        family: Family,
        /// The first address that is not of it.
        address: IpAddr,
    },
    /// The count has one byte.
    #[error("an advert lists up to 255 addresses, not {0}")]
    TooMany(usize),
}

/// The virtual addresses of an advert, all of one family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Addresses {
    /// Of an IPv4 instance.
    V4(Arc<[Ipv4Addr]>),
    /// Of an IPv6 instance.
    V6(Arc<[Ipv6Addr]>),
}

impl Addresses {
    /// A list of up to 255 addresses, all of `family`.
    pub fn new(
        family: Family,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Result<Self, AddressesError> {
        let addresses = addresses.into_iter();
        let list = match family {
            Family::V4 => addresses
                .map(|address| match address {
                    IpAddr::V4(address) => Ok(address),
                    IpAddr::V6(_) => Err(AddressesError::OtherFamily { family, address }),
                })
                .collect::<Result<_, _>>()
                .map(Self::V4),
            Family::V6 => addresses
                .map(|address| match address {
                    IpAddr::V6(address) => Ok(address),
                    IpAddr::V4(_) => Err(AddressesError::OtherFamily { family, address }),
                })
                .collect::<Result<_, _>>()
                .map(Self::V6),
        }?;
        if list.len() > MAX_ADDRESSES {
            return Err(AddressesError::TooMany(list.len()));
        }
        Ok(list)
    }

    /// How many addresses there are.
    pub fn len(&self) -> usize {
        match self {
            Self::V4(list) => list.len(),
            Self::V6(list) => list.len(),
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The addresses in order.
    pub fn iter(&self) -> impl Iterator<Item = IpAddr> + Clone + '_ {
        let (four, six) = match self {
            Self::V4(list) => (&list[..], &[][..]),
            Self::V6(list) => (&[][..], &list[..]),
        };
        four.iter().copied().map(IpAddr::V4).chain(six.iter().copied().map(IpAddr::V6))
    }

    /// True if `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4(list), IpAddr::V4(address)) => list.contains(&address),
            (Self::V6(list), IpAddr::V6(address)) => list.contains(&address),
            _ => false,
        }
    }

    /// The family of the addresses, and of the advert that lists them.
    pub const fn family(&self) -> Family {
        match self {
            Self::V4(_) => Family::V4,
            Self::V6(_) => Family::V6,
        }
    }
}

/// Bytes of one address in a packet.
const fn address_length(family: Family) -> usize {
    match family {
        Family::V4 => 4,
        Family::V6 => 16,
    }
}
