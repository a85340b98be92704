//! `virtual_server_group`: several addresses or marks that form one service.

use std::net::IpAddr;

use crate::units::{Family, Spanned};

/// A group with at least one entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its name.
    pub name: Spanned<String>,
    /// In the order of the file, each at its line.
    pub entries: Vec<Spanned<GroupEntry>>,
}

/// One line of a group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GroupEntry {
    /// Every address from the first to the last, which are of one family.
    Addresses {
        /// The lowest.
        first: IpAddr,
        /// The highest, which may be the same.
        last: IpAddr,
        /// 0 is any.
        port: u16,
    },
    /// A firewall mark.
    Mark {
        /// The mark.
        mark: u32,
        /// Its family; without one that of the virtual server, else IPv4.
        family: Option<Family>,
    },
}

impl Group {
    /// True if an entry is an address of this family.
    pub fn has_addresses_of(&self, family: Family) -> bool {
        self.entries.iter().any(|entry| match entry.value {
            GroupEntry::Addresses { first, .. } => Family::of(first) == family,
            GroupEntry::Mark { .. } => false,
        })
    }

    /// True if an entry is an address.
    pub fn has_addresses(&self) -> bool {
        self.has_addresses_of(Family::V4) || self.has_addresses_of(Family::V6)
    }

    /// True if an entry is a firewall mark.
    pub fn has_marks(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.value, GroupEntry::Mark { .. }))
    }
}
