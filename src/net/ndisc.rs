//! Unsolicited neighbour advertisements: telling a LAN where an IPv6 address lives (RFC 4861
//! sections 4.4 and 7.2.6).
//!
//! ```text
//!  0     Ethernet destination 33:33:00:00:00:01 (6)   source (6)   ethertype 0x86dd (2)
//! 14     IPv6: version, class, flow (4)   payload length 32 (2)   next header 58   hop limit 255
//! 22     IPv6 source: the address itself (16)
//! 38     IPv6 destination ff02::1 (16)
//! 54     ICMPv6: type 136   code 0   checksum (2)   flags Router/Solicited/Override (4)
//! 62     target address (16)
//! 78     option 2, target link-layer address: type 2   length 1   address (6)
//! ```

use std::net::{IpAddr, Ipv6Addr};

use super::checksum::Sum;
use super::{WireError, array_at};
use crate::units::Mac;

/// Ethertype of IPv6.
pub const ETHERTYPE: u16 = 0x86dd;

/// Length of the frame that we send.
pub const FRAME_LENGTH: usize = 86;

/// ff02::1, all nodes on the link.
pub const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);

/// Ethernet address of [`ALL_NODES`] (RFC 2464 section 7).
pub const ALL_NODES_MAC: Mac = Mac([0x33, 0x33, 0, 0, 0, 1]);

/// Next header of ICMPv6.
const PROTOCOL_ICMPV6: u8 = 58;
/// Type of a neighbour advertisement.
const TYPE_ADVERTISEMENT: u8 = 136;
/// Type of the option that holds the target's link-layer address.
const OPTION_TARGET: u8 = 2;

/// Bytes of a frame, by their place, that tell a neighbour advertisement from other frames of IPv6:
/// next header and type.
pub const MARKS: [(u32, u8); 2] = [(20, PROTOCOL_ICMPV6), (54, TYPE_ADVERTISEMENT)];
/// Where the last four bytes of the target address stand in a frame.
pub const TARGET_END: u32 = 74;

const FLAG_ROUTER: u8 = 0x80;
const FLAG_SOLICITED: u8 = 0x40;
const FLAG_OVERRIDE: u8 = 0x20;

const ETHERNET_LENGTH: usize = 14;
const IPV6_LENGTH: usize = 40;
/// ICMPv6 header, flags and target.
const ADVERTISEMENT_LENGTH: usize = 24;
/// Option 2 of Ethernet.
const OPTION_LENGTH: usize = 8;
/// Bytes behind the IPv6 header in our frame.
const PAYLOAD_LENGTH: usize = ADVERTISEMENT_LENGTH + OPTION_LENGTH;

/// What a neighbour advertisement in an Ethernet frame says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeighbourAdvertisement {
    /// Destination of the Ethernet frame.
    pub ethernet_destination: Mac,
    /// Source of the Ethernet frame.
    pub ethernet_source: Mac,
    /// Source of the packet.
    pub source: Ipv6Addr,
    /// Destination of the packet.
    pub destination: Ipv6Addr,
    /// 255 proves that no router forwarded the packet.
    pub hop_limit: u8,
    /// Flag R: the sender forwards packets.
    pub router: bool,
    /// Flag S: an answer to a solicitation.
    pub solicited: bool,
    /// Flag O: what a neighbour has cached is to be replaced.
    pub overrides: bool,
    /// The address that is announced.
    pub target: Ipv6Addr,
    /// Where it lives (option 2), if the advertisement says so.
    pub target_mac: Option<Mac>,
    /// True if the ICMPv6 checksum is right.
    pub checksum_valid: bool,
}

impl NeighbourAdvertisement {
    /// True for what a host sends when it takes an address over: not an answer, and to all.
    pub fn is_unsolicited(&self) -> bool {
        !self.solicited && self.destination.is_multicast()
    }
}

/// The frame that announces `address` at `mac` to all nodes, ready for a packet socket.
///
/// `router`: the interface forwards packets.
pub fn unsolicited(mac: Mac, address: Ipv6Addr, router: bool) -> [u8; FRAME_LENGTH] {
    let flags = FLAG_OVERRIDE | if router { FLAG_ROUTER } else { 0 };
    let icmp_start = [TYPE_ADVERTISEMENT, 0];
    let flags = [flags, 0, 0, 0];
    let option = [OPTION_TARGET, 1];
    let address = address.octets();
    let checksum = icmpv6_sum(address.into(), ALL_NODES, PAYLOAD_LENGTH)
        .add_bytes(&icmp_start)
        .add_bytes(&flags)
        .add_bytes(&address)
        .add_bytes(&option)
        .add_bytes(&mac.0)
        .finish();

    let mut frame = [0; FRAME_LENGTH];
    let parts: [&[u8]; 13] = [
        &ALL_NODES_MAC.0,
        &mac.0,
        &ETHERTYPE.to_be_bytes(),
        &[0x60, 0, 0, 0],
        &[0, PAYLOAD_LENGTH as u8, PROTOCOL_ICMPV6, 255],
        &address,
        &ALL_NODES.octets(),
        &icmp_start,
        &checksum.to_be_bytes(),
        &flags,
        &address,
        &option,
        &mac.0,
    ];
    for (to, &from) in frame.iter_mut().zip(parts.into_iter().flatten()) {
        *to = from;
    }
    frame
}

/// Reads a neighbour advertisement from an Ethernet frame without IPv6 extension headers.
///
/// Options besides the first target link-layer address are skipped; a malformed option ends the
/// reading of options.
pub fn parse(frame: &[u8]) -> Result<NeighbourAdvertisement, WireError> {
    let truncated = |what, needed| WireError::Truncated { what, needed, present: frame.len() };
    let (ethernet, rest) = frame
        .split_first_chunk::<ETHERNET_LENGTH>()
        .ok_or(truncated("Ethernet header", ETHERNET_LENGTH))?;
    let ethertype = u16::from_be_bytes([ethernet[12], ethernet[13]]);
    if ethertype != ETHERTYPE {
        return Err(WireError::EtherType { expected: ETHERTYPE, found: ethertype });
    }
    let (ip, rest) = rest
        .split_first_chunk::<IPV6_LENGTH>()
        .ok_or(truncated("IPv6 header", ETHERNET_LENGTH + IPV6_LENGTH))?;
    let version = ip[0] >> 4;
    if version != 6 {
        return Err(WireError::IpVersion { expected: 6, found: version });
    }
    if ip[6] != PROTOCOL_ICMPV6 {
        return Err(WireError::Unsupported { field: "IPv6 next header", found: ip[6].into() });
    }
    let length = usize::from(u16::from_be_bytes([ip[4], ip[5]]));
    let payload = rest
        .get(..length)
        .ok_or(truncated("IPv6 payload", ETHERNET_LENGTH + IPV6_LENGTH + length))?;
    let (icmp, options) =
        payload.split_first_chunk::<ADVERTISEMENT_LENGTH>().ok_or(WireError::Truncated {
            what: "neighbour advertisement",
            needed: ADVERTISEMENT_LENGTH,
            present: payload.len(),
        })?;
    if icmp[0] != TYPE_ADVERTISEMENT || icmp[1] != 0 {
        let found = u16::from_be_bytes([icmp[0], icmp[1]]).into();
        return Err(WireError::Unsupported { field: "ICMPv6 type and code", found });
    }
    let source = Ipv6Addr::from(array_at::<8, 16, _>(ip));
    let destination = Ipv6Addr::from(array_at::<24, 16, _>(ip));
    Ok(NeighbourAdvertisement {
        ethernet_destination: Mac(array_at::<0, 6, _>(ethernet)),
        ethernet_source: Mac(array_at::<6, 6, _>(ethernet)),
        source,
        destination,
        hop_limit: ip[7],
        router: icmp[4] & FLAG_ROUTER != 0,
        solicited: icmp[4] & FLAG_SOLICITED != 0,
        overrides: icmp[4] & FLAG_OVERRIDE != 0,
        target: Ipv6Addr::from(array_at::<8, 16, _>(icmp)),
        target_mac: target_mac(options),
        checksum_valid: icmpv6_sum(source, destination, payload.len())
            .add_bytes(payload)
            .is_valid(),
    })
}

/// The Ethernet address of the first target link-layer address option.
fn target_mac(mut options: &[u8]) -> Option<Mac> {
    while let &[kind, units, ..] = options {
        let length = usize::from(units) * OPTION_LENGTH;
        // A length of 0 would never end (RFC 4861 section 4.6).
        if length == 0 {
            return None;
        }
        let (option, rest) = options.split_at_checked(length)?;
        if let (OPTION_TARGET, &[_, 1, a, b, c, d, e, f]) = (kind, option) {
            return Some(Mac([a, b, c, d, e, f]));
        }
        options = rest;
    }
    None
}

fn icmpv6_sum(source: Ipv6Addr, destination: Ipv6Addr, length: usize) -> Sum {
    Sum::pseudo_header(IpAddr::V6(source), IpAddr::V6(destination), PROTOCOL_ICMPV6, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::hex;
    use proptest::prelude::*;

    const MAC: Mac = Mac([2, 0, 0, 0, 0, 1]);
    const ADDRESS: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0x50);

    /// Offset of the ICMPv6 header.
    const ICMP: usize = ETHERNET_LENGTH + IPV6_LENGTH;

    #[test]
    fn the_frame_is_the_one_seen_on_the_wire() {
        assert_eq!(
            hex::text(&unsolicited(MAC, ADDRESS, false)),
            hex::text(&hex::bytes(
                "333300000001 020000000001 86dd
                 60000000 0020 3a ff
                 fe800000000000000000000000000050 ff020000000000000000000000000001
                 88 00 56fd 20000000 fe800000000000000000000000000050 02 01 020000000001"
            ))
        );
    }

    #[test]
    fn a_forwarding_interface_says_that_it_is_a_router() {
        let frame = unsolicited(MAC, ADDRESS, true);
        assert_eq!(frame[ICMP + 4..ICMP + 8], [0xa0, 0, 0, 0]);
        assert!(parse(&frame).unwrap().checksum_valid);
    }

    #[test]
    fn answers_and_unicast_are_not_unsolicited() {
        let mut frame = unsolicited(MAC, ADDRESS, false);
        assert!(parse(&frame).unwrap().is_unsolicited());
        frame[ICMP + 4] |= FLAG_SOLICITED;
        let answer = parse(&frame).unwrap();
        assert!(!answer.is_unsolicited());
        assert!(!answer.checksum_valid, "the flag was not summed");
    }

    #[test]
    fn other_packets_are_refused_with_the_field() {
        let with = |at: usize, byte: u8| {
            let mut frame = unsolicited(MAC, ADDRESS, false);
            frame[at] = byte;
            parse(&frame)
        };
        let unsupported = |field, found| Err(WireError::Unsupported { field, found });
        assert_eq!(with(12, 8), Err(WireError::EtherType { expected: 0x86dd, found: 0x08dd }));
        assert_eq!(with(14, 0x45), Err(WireError::IpVersion { expected: 6, found: 4 }));
        assert_eq!(with(20, 112), unsupported("IPv6 next header", 112));
        assert_eq!(with(ICMP, 135), unsupported("ICMPv6 type and code", 135 << 8));
        assert_eq!(
            with(19, 33),
            Err(WireError::Truncated { what: "IPv6 payload", needed: 87, present: 86 })
        );
        assert_eq!(
            with(19, 23),
            Err(WireError::Truncated { what: "neighbour advertisement", needed: 24, present: 23 })
        );
    }

    #[test]
    fn the_target_option_is_found_behind_others_and_none_is_no_error() {
        for (options, found) in [
            ("", None),
            ("02 01 020000000001", Some(MAC)),
            ("0e 01 000000000000 02 01 020000000001", Some(MAC)),
            ("02 02 0000000000000000000000000000 02 01 020000000001", Some(MAC)),
            ("00 00 000000000000 02 01 020000000001", None),
            ("02 01 0200000000", None),
            ("02", None),
        ] {
            assert_eq!(target_mac(&hex::bytes(options)), found, "{options}");
        }
    }

    proptest! {
        #[test]
        fn every_announcement_reads_back(mac: [u8; 6], address: u128, router: bool) {
            let (mac, address) = (Mac(mac), Ipv6Addr::from(address));
            let frame = unsolicited(mac, address, router);
            let expected = NeighbourAdvertisement {
                ethernet_destination: ALL_NODES_MAC,
                ethernet_source: mac,
                source: address,
                destination: ALL_NODES,
                hop_limit: 255,
                router,
                solicited: false,
                overrides: true,
                target: address,
                target_mac: Some(mac),
                checksum_valid: true,
            };
            prop_assert_eq!(parse(&frame), Ok(expected));
            for end in 0..frame.len() {
                prop_assert!(parse(&frame[..end]).is_err());
            }
        }

        #[test]
        fn no_bytes_panic(
            mut bytes in proptest::collection::vec(any::<u8>(), 0..160),
            valid_start in 0usize..=ICMP + 2,
            length in 0u8..100,
        ) {
            let valid = unsolicited(MAC, ADDRESS, false);
            let start = valid_start.min(bytes.len());
            bytes[..start].copy_from_slice(&valid[..start]);
            if let Some(byte) = bytes.get_mut(19) {
                *byte = length;
            }
            for end in 0..=bytes.len() {
                if let Ok(read) = parse(&bytes[..end]) {
                    prop_assert!(end >= ICMP + ADVERTISEMENT_LENGTH);
                    read.is_unsolicited();
                }
            }
        }
    }
}
