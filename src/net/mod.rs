//! The wire: pure codecs between bytes and values, one protocol a file.
//!
//! Touches nothing but its arguments: no socket, no clock, no configuration. Whatever bytes come
//! in, a decoder answers with a value or a [`WireError`], never with a panic, and it does not
//! allocate. Encoders append to a buffer of the caller or return an array.
//!
//! - [`vrrp`]: adverts of versions 2 and 3 over IPv4 and IPv6 (RFC 3768, RFC 9568)
//! - [`ipv4`]: the IPv4 header around them on raw sockets (RFC 791)
//! - [`ah`]: the IPsec authentication header before an advert (RFC 2402, RFC 2403)
//! - [`arp`]: gratuitous ARP (RFC 826, RFC 5227)
//! - [`ndisc`]: unsolicited neighbour advertisements (RFC 4861)
//! - [`nftables`]: transactions of the packet filter (netlink, `nf_tables`)
//! - [`agentx`]: between an SNMP agent and its sub-agents (RFC 2741); the one that does allocate
//! - [`checksum`]: the Internet checksum that all of them share (RFC 1071)

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod agentx;
pub mod ah;
pub mod arp;
pub mod checksum;
#[cfg(test)]
pub(crate) mod hex;
pub mod ipv4;
pub mod ndisc;
pub mod nftables;
pub mod vrrp;

/// Why bytes cannot be read as the header that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WireError {
    /// The bytes end inside the header.
    #[error("{what}: {needed} bytes are needed, {present} are there")]
    Truncated {
        /// The header that was read.
        what: &'static str,
        /// How many bytes that header needs.
        needed: usize,
        /// How many bytes there are.
        present: usize,
    },
    /// The version field of an IP header names another version.
    #[error("IP version {found} where {expected} is expected")]
    IpVersion {
        /// What the caller asked for: 4 or 6.
        expected: u8,
        /// What the bytes say, 0..=15.
        found: u8,
    },
    /// The header length field of an IPv4 header is below the minimum of five words.
    #[error("IPv4 header length of {words} words, the least is 5")]
    HeaderLength {
        /// The field, in words of four bytes, 0..=4.
        words: u8,
    },
    /// An Ethernet frame carries another protocol.
    #[error("ethertype {found:#06x} where {expected:#06x} is expected")]
    EtherType {
        /// The ethertype of the protocol that was asked for.
        expected: u16,
        /// What the frame says.
        found: u16,
    },
    /// A field that selects the format has a value this decoder does not read.
    #[error("{field} is {found}")]
    Unsupported {
        /// Name of the field.
        field: &'static str,
        /// Its value.
        found: u32,
    },
}

/// The `LENGTH` bytes at offset `AT`; that they are inside is checked when compiled.
fn array_at<const AT: usize, const LENGTH: usize, const N: usize>(bytes: &[u8; N]) -> [u8; LENGTH] {
    const { assert!(AT + LENGTH <= N) };
    core::array::from_fn(|index| bytes[AT + index])
}
