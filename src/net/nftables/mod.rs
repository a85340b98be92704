//! Netlink messages of nf_tables: tables, chains, sets, elements and rules, in batches that the
//! kernel carries out as a whole or not at all (`linux/netfilter/nf_tables.h`).
//!
//! What a keyword makes of it stands elsewhere; here are the bytes. Only what is asked for is read:
//! whether an answer is an acknowledgement, an error, or something else.
//!
//! - [`Batch`]: the messages of one transaction
//! - [`Expression`]: the parts of a rule
//! - [`answers`]: what the kernel says

mod attribute;
mod batch;
mod expression;

#[cfg(test)]
mod tests;

pub use batch::{Answer, Batch, Hook, Map, Set, Table, answers, get_table};
pub use expression::{Base, Expression, Meta, Register, Verdict};

/// Family of a table (`NFPROTO_*`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TableFamily {
    /// `ip`: IPv4.
    Ip,
    /// `ip6`: IPv6.
    Ip6,
}

impl TableFamily {
    /// As `nft` writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Ip6 => "ip6",
        }
    }

    /// `NFPROTO_IPV4`, `NFPROTO_IPV6`.
    const fn number(self) -> u8 {
        match self {
            Self::Ip => 2,
            Self::Ip6 => 10,
        }
    }
}

/// A type of keys and data, as `nft` numbers them: the kernel keeps the number for `nft`, which
/// shows elements by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataType {
    number: u32,
    /// Bytes of a value.
    length: u32,
    /// Byte order of a value, for `nft`: that of the host, else that of the network.
    host_order: bool,
}

impl DataType {
    /// `ipv4_addr`.
    pub const IPV4_ADDRESS: Self = Self { number: 7, length: 4, host_order: false };
    /// `ipv6_addr`.
    pub const IPV6_ADDRESS: Self = Self { number: 8, length: 16, host_order: false };
    /// `iface_index`, in the byte order of the host.
    pub const INTERFACE_INDEX: Self = Self { number: 20, length: 4, host_order: true };
    /// `icmpv6_type`.
    pub const ICMPV6_TYPE: Self = Self { number: 29, length: 1, host_order: true };
    /// `ifname`, filled up with zeroes to 16 bytes.
    pub const INTERFACE_NAME: Self = Self { number: 41, length: 16, host_order: true };

    /// This one, followed by another one: `a . b`. Both lengths are multiples of four.
    #[must_use]
    pub const fn then(self, next: Self) -> Self {
        Self {
            number: self.number << 6 | next.number,
            length: self.length.saturating_add(next.length),
            host_order: true,
        }
    }
}
