//! Names and addresses of a host's network.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU8;

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

    /// True if the address is in this network.
    pub fn contains(self, address: IpAddr) -> bool {
        let same = Family::of(self.address) == Family::of(address);
        same && (bits(self.address) ^ bits(address)) & !self.host_mask() == 0
    }

    /// True for the address of the network itself: more than one host bit, and all of them zero.
    pub fn is_network(self) -> bool {
        self.has_host_bits() && bits(self.address) & self.host_mask() == 0
    }

    /// True for the broadcast address of an IPv4 network: more than one host bit, and all are one.
    pub fn is_broadcast(self) -> bool {
        let mask = self.host_mask();
        self.address.is_ipv4() && self.has_host_bits() && bits(self.address) & mask == mask
    }

    fn has_host_bits(self) -> bool {
        self.host_mask() > 1
    }

    /// Ones where the host bits are.
    fn host_mask(self) -> u128 {
        let host_bits = Family::of(self.address).host_prefix().saturating_sub(self.prefix);
        u128::MAX.checked_shr(128 - u32::from(host_bits)).unwrap_or(0)
    }

    /// Length of the prefix in bits.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
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

/// The longest name of an interface: `IFNAMSIZ` less the closing zero.
const NAME: usize = 15;

/// Name of a network interface, 1..=15 bytes. It stands in every address of thousands of instances,
/// so it has no memory of its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfName {
    /// Filled up with zeros.
    bytes: [u8; NAME],
    length: NonZeroU8,
}

impl IfName {
    /// Checks the length.
    pub fn new(name: &str) -> Result<Self, NameTooLong> {
        let mut bytes = [0; NAME];
        let room = bytes.get_mut(..name.len()).ok_or(NameTooLong(name.len()))?;
        room.copy_from_slice(name.as_bytes());
        let length = u8::try_from(name.len()).ok().and_then(NonZeroU8::new);
        Ok(Self { bytes, length: length.ok_or(NameTooLong(name.len()))? })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length.get())).unwrap_or_default();
        // It was a `str` when it came.
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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

    fn net(text: &str) -> IpNet {
        let (address, prefix) = text.split_once('/').unwrap();
        IpNet::new(address.parse().unwrap(), prefix.parse().unwrap()).unwrap()
    }

    #[test]
    fn networks_know_their_ends_and_their_hosts() {
        for (text, network, broadcast) in [
            ("10.0.0.0/24", true, false),
            ("10.0.0.255/24", false, true),
            ("10.0.0.255/23", false, false),
            ("10.0.0.1/24", false, false),
            ("10.0.0.0/31", false, false),
            ("10.0.0.0/32", false, false),
            ("2001:db8::/64", true, false),
            ("2001:db8::ffff:ffff:ffff:ffff/64", false, false),
            ("::/0", true, false),
        ] {
            assert_eq!(
                (net(text).is_network(), net(text).is_broadcast()),
                (network, broadcast),
                "{text}"
            );
        }
        assert!(net("10.0.0.9/24").contains(IpAddr::from([10, 0, 0, 200])));
        assert!(!net("10.0.0.9/24").contains(IpAddr::from([10, 0, 1, 9])));
        assert!(!net("::/0").contains(IpAddr::from([10, 0, 0, 1])));
        assert!(net("0.0.0.0/0").contains(IpAddr::from([10, 0, 0, 1])));
        assert!(net("10.0.0.9/32").contains(IpAddr::from([10, 0, 0, 9])));
    }

    #[test]
    fn interface_names_have_one_to_fifteen_bytes() {
        assert!(IfName::new("").is_err());
        assert!(IfName::new("0123456789abcde").is_ok());
        assert_eq!(IfName::new("0123456789abcdef"), Err(NameTooLong(16)));
    }

    #[test]
    fn interface_names_come_back_and_are_ordered_as_text() {
        let texts = ["a", "a.1", "ab", "b", "bond0.4094", "wlän0"];
        let names = texts.map(|text| IfName::new(text).unwrap());
        assert_eq!(names.each_ref().map(IfName::as_str), texts);
        assert!(names.is_sorted());
    }
}
