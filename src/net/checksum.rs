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
            .add_bytes(&[0, protocol])
            .add_bytes(&length.to_be_bytes())
    }

    /// Adds an address, 4 or 16 bytes.
    #[must_use]
    pub fn add_address(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.add_bytes(&address.octets()),
            IpAddr::V6(address) => self.add_bytes(&address.octets()),
        }
    }

    /// Adds bytes.
    #[must_use]
    pub fn add_bytes(mut self, mut bytes: &[u8]) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::hex;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_rfc_1071_sums_to_ddf2() {
        assert_eq!(Sum::new().add_bytes(&hex::bytes("0001 f203 f4f5 f6f7")).finish(), !0xddf2);
    }

    #[test]
    fn an_odd_last_byte_is_a_high_byte() {
        assert_eq!(Sum::new().add_bytes(&[0x12]).finish(), !0x1200);
        assert_eq!(Sum::new().add_bytes(&[]).finish(), 0xffff);
    }

    #[test]
    fn the_pseudo_header_is_that_of_either_family() {
        let four = Sum::pseudo_header([10, 77, 0, 1].into(), [224, 0, 0, 18].into(), 112, 16);
        let written = hex::bytes("0a4d0001 e0000012 00 70 0010");
        assert_eq!(four.finish(), Sum::new().add_bytes(&written).finish());

        let (source, group) = ("fe80::1".parse().unwrap(), "ff02::12".parse().unwrap());
        let six = Sum::pseudo_header(source, group, 112, 40);
        let written = hex::bytes(
            "fe800000000000000000000000000001 ff020000000000000000000000000012 00000028 00000070",
        );
        assert_eq!(six.finish(), Sum::new().add_bytes(&written).finish());
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_makes_no_difference(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            cuts in proptest::collection::vec(0usize..200, 0..5),
        ) {
            let mut pieces = Sum::new();
            let mut rest = &bytes[..];
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces = pieces.add_bytes(piece);
                rest = after;
            }
            prop_assert_eq!(pieces.add_bytes(rest).finish(), Sum::new().add_bytes(&bytes).finish());
        }

        #[test]
        fn a_packet_with_its_checksum_is_valid_and_with_another_bit_is_not(
            mut bytes in proptest::collection::vec(any::<u8>(), 2..200),
            bit in any::<proptest::sample::Index>(),
        ) {
            bytes[..2].fill(0);
            let checksum = Sum::new().add_bytes(&bytes).finish();
            bytes[..2].copy_from_slice(&checksum.to_be_bytes());
            prop_assert!(Sum::new().add_bytes(&bytes).is_valid());
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!Sum::new().add_bytes(&bytes).is_valid());
        }
    }
}
