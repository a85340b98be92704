//! How many addresses an advert holds.

use crate::ir::{Authentication, Instance};
use crate::units::{Family, Version};

/// MTU of an interface that is not known, in bytes.
pub const USUAL_MTU: u32 = 1500;

/// The count of addresses is one byte.
const MOST: usize = 255;
/// Bytes of the Ethernet header, which keepalived counts too, and of the VRRP header.
const HEADERS: usize = 14 + 8;
/// Bytes of the authentication data of version 2.
const PASSWORD: usize = 8;
/// Bytes of the authentication header of `auth_type AH`.
const AUTHENTICATION_HEADER: usize = 24;
/// Bytes of the trailer of `auth_hmac`.
const TRAILER: usize = 28;

impl Instance {
    /// The most addresses that an advert of it holds on an interface with this MTU. Its peers have to
    /// come to the same number, so this is keepalived's.
    pub fn most_addresses(&self, mtu: u32) -> usize {
        let (size, ip_header) = match self.family {
            Family::V4 => (4, 20),
            Family::V6 => (16, 40),
        };
        let tail = if self.version == Version::V2 { PASSWORD } else { 0 };
        let proof = match &self.authentication {
            Authentication::None | Authentication::Pass(_) => 0,
            Authentication::Header(_) => AUTHENTICATION_HEADER,
            Authentication::Trailer(_) => TRAILER,
        };
        let mtu = usize::try_from(mtu).unwrap_or(usize::MAX);
        (mtu.saturating_sub(HEADERS + ip_header + tail + proof) / size).min(MOST)
    }

    /// Moves what no advert holds to the addresses that are set but not advertised, in order, and says
    /// how many those are.
    pub fn keep_to_mtu(&mut self, mtu: u32) -> usize {
        let most = self.most_addresses(mtu).min(self.addresses.len());
        let mut moved = self.addresses.split_off(most);
        let count = moved.len();
        moved.append(&mut self.excluded);
        self.excluded = moved;
        count
    }
}
