//! The Internet checksum (RFC 1071), summed slice by slice without copying.
//!
//! The sum is a sum of 16-bit words, so neither their order nor words of zero matter. Hence the
//! pseudo-headers of IPv4 (RFC 793 section 3.1) and IPv6 (RFC 8200 section 8.1) need one function:
//! they differ only in the width of the addresses and in zeros.

use std::net::IpAddr;

/// A ones-complement sum under way.
///
/// Slices of odd length may be added: the next slice goes on in the middle of the word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// Sum of words, carries not yet folded back.
    words: u64,
    /// The high byte of a word whose low byte has not come yet.
    pending: Option<u8>,
}

impl Sum {
    /// The sum of no bytes.
    pub const fn new() -> Self {
        Self { words: 0, pending: None }
    }

    /// The pseudo-header of a payload of `length` bytes.
    pub fn pseudo_header(source: IpAddr, destination: IpAddr, protocol: u8, length: usize) -> Self {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        Self::new()
            .add_address(source)
            .add_address(destination)
            .add(&[0, protocol])
            .add(&length.to_be_bytes())
    }

    /// Adds an address, 4 or 16 bytes.
    #[must_use]
    pub fn add_address(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.add(&address.octets()),
            IpAddr::V6(address) => self.add(&address.octets()),
        }
    }

    /// Adds bytes.
    #[must_use]
    pub fn add(mut self, mut bytes: &[u8]) -> Self {
        if let Some(high) = self.pending
            && let Some((&low, rest)) = bytes.split_first()
        {
            self.add_word([high, low]);
            self.pending = None;
            bytes = rest;
        }
        let (pairs, odd) = bytes.as_chunks::<2>();
        for &pair in pairs {
            self.add_word(pair);
        }
        if let &[high] = odd {
            self.pending = Some(high);
        }
        self
    }

    fn add_word(&mut self, word: [u8; 2]) {
        // 2^48 words fit before this saturates: more bytes than any packet has.
        self.words = self.words.saturating_add(u64::from(u16::from_be_bytes(word)));
    }

    /// The checksum: the complement of the sum. An odd last byte counts as a high byte.
    pub fn finish(mut self) -> u16 {
        if let Some(high) = self.pending {
            self.add_word([high, 0]);
        }
        let mut sum = self.words;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        // The loop left 16 bits.
        !(sum as u16)
    }

    /// True if the bytes added, checksum field included, carry the right checksum.
    pub fn is_valid(self) -> bool {
        self.finish() == 0
    }
}
