//! Identifiers of the VRRP protocol (RFC 9568 section 5.2).

use std::fmt;
use std::num::NonZeroU8;

/// Virtual router identifier, 1..=255 (RFC 9568 section 5.2.3; keyword `virtual_router_id`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Vrid(NonZeroU8);

impl Vrid {
    /// The identifier, or `None` for 0.
    pub const fn new(value: u8) -> Option<Self> {
        match NonZeroU8::new(value) {
            Some(value) => Some(Self(value)),
            None => None,
        }
    }

    /// The number as it stands in the packet.
    pub const fn get(self) -> u8 {
        self.0.get()
    }
}

impl fmt::Display for Vrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Priority of a router that wants to be master, 1..=255 (RFC 9568 section 5.2.4).
///
/// Priority 0 in a packet means "I stop being master"; where a packet is meant, that is
/// `Option<Priority>` with `None` for 0. `None < Some(_)`, so comparisons keep the wire's order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Priority(NonZeroU8);

impl Priority {
    /// 255: the router that owns the addresses.
    pub const OWNER: Self = Self(NonZeroU8::MAX);

    /// 254: the highest priority of a router that does not own the addresses.
    pub const HIGHEST_BACKUP: Self = match Self::new(254) {
        Some(value) => value,
        None => Self::OWNER,
    };

    /// 100, the default of keyword `priority`.
    pub const DEFAULT: Self = match Self::new(100) {
        Some(value) => value,
        None => Self::OWNER,
    };

    /// The priority, or `None` for 0.
    pub const fn new(value: u8) -> Option<Self> {
        match NonZeroU8::new(value) {
            Some(value) => Some(Self(value)),
            None => None,
        }
    }

    /// The number as it stands in the packet.
    pub const fn get(self) -> u8 {
        self.0.get()
    }

    /// True for 255.
    pub const fn is_owner(self) -> bool {
        self.get() == u8::MAX
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Version of the protocol (keywords `version`, `vrrp_version`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Version {
    /// VRRPv2, RFC 3768.
    V2,
    /// VRRPv3, RFC 9568 (formerly 5798).
    V3,
}

impl Version {
    /// 2 or 3.
    pub const fn number(self) -> u8 {
        match self {
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_vrid_and_no_priority() {
        assert_eq!(Vrid::new(0), None);
        assert_eq!(Priority::new(0), None);
    }

    #[test]
    fn resigning_sorts_below_every_priority() {
        assert!(None < Priority::new(1));
        assert!(Priority::new(254) < Some(Priority::OWNER));
    }
}
