//! Names and addresses of a host's network.

use std::fmt;
use std::net::IpAddr;

/// Address family of an instance: that of its first virtual address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// Prefix length of a single host: 32 or 128.
    pub const fn host_prefix(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// An address and the length of its prefix, host bits kept (`10.0.0.5/24`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpNet {
    address: IpAddr,
    prefix: u8,
}

impl IpNet {
    /// `None` if the prefix is longer than the address.
    pub const fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        if prefix > Family::of(address).host_prefix() {
            return None;
        }
        Some(Self { address, prefix })
    }

    /// The single host `address`.
    pub const fn host(address: IpAddr) -> Self {
        Self { address, prefix: Family::of(address).host_prefix() }
    }

    /// The address, host bits included.
    pub const fn address(self) -> IpAddr {
        self.address
    }

    /// Whether the address lies in this network.
    pub fn contains(self, address: IpAddr) -> bool {
        let shift = u32::from(Family::of(self.address).host_prefix().saturating_sub(self.prefix));
        let bits = |address: IpAddr| match address {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits(),
        };
        let network = |address| bits(address).checked_shr(shift).unwrap_or(0);
        Family::of(address) == Family::of(self.address) && network(address) == network(self.address)
    }

    /// Length of the prefix in bits.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }
}

impl fmt::Display for IpNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Debug for IpNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a word is not an interface name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an interface name has 1 to 15 bytes, this one has {0}")]
pub struct NameTooLong(pub usize);

/// Name of a network interface, 1..=15 bytes (`IFNAMSIZ` less the closing zero).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfName(Box<str>);

impl IfName {
    /// Checks the length.
    pub fn new(name: &str) -> Result<Self, NameTooLong> {
        if name.is_empty() || name.len() > 15 {
            return Err(NameTooLong(name.len()));
        }
        Ok(Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An Ethernet address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// `ff:ff:ff:ff:ff:ff`.
    pub const BROADCAST: Self = Self([0xff; 6]);
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_longer_than_the_address_does_not_exist() {
        let four = IpAddr::from([10, 0, 0, 1]);
        assert!(IpNet::new(four, 33).is_none());
        assert_eq!(IpNet::host(four).prefix(), 32);
        assert_eq!(IpNet::new(four, 24).map(|net| net.to_string()).as_deref(), Some("10.0.0.1/24"));
    }

    #[test]
    fn interface_names_have_one_to_fifteen_bytes() {
        assert!(IfName::new("").is_err());
        assert!(IfName::new("0123456789abcde").is_ok());
        assert_eq!(IfName::new("0123456789abcdef"), Err(NameTooLong(16)));
    }
}
