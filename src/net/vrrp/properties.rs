//! What holds for every advert and for any bytes.

use std::net::IpAddr;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn any_addresses() -> impl Strategy<Value = Addresses> {
    prop_oneof![
        4 => vec(any::<Ipv4Addr>(), 0..6).prop_map(|list| Addresses::V4(list.into())),
        4 => vec(any::<Ipv6Addr>(), 0..6).prop_map(|list| Addresses::V6(list.into())),
        1 => vec(any::<Ipv4Addr>(), 250..=255).prop_map(|list| Addresses::V4(list.into())),
        1 => vec(any::<Ipv6Addr>(), 250..=255).prop_map(|list| Addresses::V6(list.into())),
    ]
}

fn any_authentication() -> impl Strategy<Value = WireAuthentication> {
    prop_oneof![
        Just(WireAuthentication::None),
        any::<[u8; 8]>().prop_map(WireAuthentication::Pass),
        Just(WireAuthentication::Header),
        (3u8..).prop_map(WireAuthentication::Other),
    ]
}

/// Adverts that the wire can hold without loss.
fn any_advert() -> impl Strategy<Value = Advert> {
    (1u8.., any::<u8>(), any::<bool>(), 0u64..4096, any_authentication(), any_addresses()).prop_map(
        |(vrid, priority, third, units, authentication, addresses)| {
            let (version, interval, authentication) = match (third, addresses.family()) {
                (true, _) => {
                    (Version::V3, Duration::from_millis(units * 10), WireAuthentication::None)
                }
                (false, Family::V4) => {
                    (Version::V2, Duration::from_secs(units % 256), authentication)
                }
                // The password is not sent over IPv6.
                (false, Family::V6) => {
                    let authentication = match authentication {
                        WireAuthentication::Pass(_) => WireAuthentication::Pass([0; 8]),
                        other => other,
                    };
                    (Version::V2, Duration::from_secs(units % 256), authentication)
                }
            };
            Advert {
                version,
                vrid: Vrid::new(vrid).unwrap(),
                priority: Priority::new(priority),
                interval,
                authentication,
                addresses,
            }
        },
    )
}

fn any_style() -> impl Strategy<Value = ChecksumStyle> {
    prop_oneof![
        Just(ChecksumStyle::Rfc),
        Just(ChecksumStyle::NoPseudoHeader),
        any::<Ipv4Addr>().prop_map(ChecksumStyle::PseudoHeaderTo),
    ]
}

/// Addresses of the packet, of the family of the advert.
fn ends(family: Family, source: u128, destination: u128) -> (IpAddr, IpAddr) {
    let end = |bits: u128| match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::from((bits >> 96) as u32)),
        Family::V6 => IpAddr::V6(Ipv6Addr::from(bits)),
    };
    (end(source), end(destination))
}

/// Asks everything that can be asked.
fn ask_all(received: Received<'_>, group: Ipv4Addr) {
    let _ = format!("{received:?}");
    let _ = (received.source(), received.destination(), received.family());
    let _ = (received.version(), received.known_version(), received.packet_type());
    let _ = (received.vrid(), received.priority(), received.interval());
    let _ = (received.authentication(), received.authentication_data());
    let _ = (received.checksum(), received.checksum_valid_to(group), received.trailer());
    let _ = (received.password_is(b"12345678"), received.to_advert());
    let _ = (received.length(), received.length_behind(usize::MAX));
    assert!(received.addresses().count() <= usize::from(received.address_count()));
}

proptest! {
    #[test]
    fn every_advert_reads_back_and_is_valid_in_its_style(
        advert in any_advert(), style in any_style(), source: u128, destination: u128,
    ) {
        let (source, destination) = ends(advert.addresses.family(), source, destination);
        let mut bytes = Vec::new();
        emit(&advert, source, destination, style, &mut bytes);
        prop_assert_eq!(bytes.len(), encoded_length(&advert));
        let received = parse(&bytes, source, destination).unwrap();
        prop_assert_eq!(received.length(), LengthVerdict::Exact);
        prop_assert!(received.addresses().eq(advert.addresses.iter()));
        let valid = match style {
            ChecksumStyle::Rfc => received.checksum() == Checksum::Valid,
            ChecksumStyle::NoPseudoHeader => received.checksum() != Checksum::Invalid,
            ChecksumStyle::PseudoHeaderTo(group) => received.checksum_valid_to(group),
        };
        prop_assert!(valid, "{:?}", style);
        prop_assert_eq!(received.to_advert(), Some(advert));
    }

    #[test]
    fn a_changed_bit_is_seen_by_the_checksum(
        advert in any_advert(), source: u128, destination: u128,
        place in any::<prop::sample::Index>(), bit in 0u32..8,
    ) {
        let (source, destination) = ends(advert.addresses.family(), source, destination);
        let mut bytes = Vec::new();
        emit(&advert, source, destination, ChecksumStyle::Rfc, &mut bytes);
        let place = place.index(bytes.len());
        // Version and count choose what is summed.
        prop_assume!(place != field::VERSION_TYPE && place != field::COUNT);
        bytes[place] ^= 1 << bit;
        let received = parse(&bytes, source, destination).unwrap();
        prop_assert_ne!(received.checksum(), Checksum::Valid);
    }

    #[test]
    fn a_short_frame_padded_by_ethernet_is_the_same_advert(
        advert in any_advert(), source: u128, destination: u128, noise: u8,
    ) {
        prop_assume!(advert.addresses.family() == Family::V4);
        let (source, destination) = ends(Family::V4, source, destination);
        let mut bytes = Vec::new();
        emit(&advert, source, destination, ChecksumStyle::Rfc, &mut bytes);
        bytes.resize(bytes.len().max(26), noise);
        let received = parse(&bytes, source, destination).unwrap();
        prop_assert!(received.length().is_acceptable());
        prop_assert_eq!(received.checksum(), Checksum::Valid);
        prop_assert_eq!(received.to_advert(), Some(advert));
    }

    #[test]
    fn every_truncation_answers_and_is_never_the_whole_advert(
        advert in any_advert(), source: u128, destination: u128,
    ) {
        let (source, destination) = ends(advert.addresses.family(), source, destination);
        let mut bytes = Vec::new();
        emit(&advert, source, destination, ChecksumStyle::Rfc, &mut bytes);
        for end in 0..bytes.len() {
            match parse(&bytes[..end], source, destination) {
                Err(_) => prop_assert!(end < HEADER_LENGTH),
                Ok(received) => {
                    let missing = bytes.len() - end;
                    prop_assert_eq!(received.length(), LengthVerdict::Short { missing });
                    prop_assert_eq!(received.to_advert(), None);
                    ask_all(received, Ipv4Addr::UNSPECIFIED);
                }
            }
        }
    }

    #[test]
    fn no_bytes_panic(
        version in 0x0u8..=0xf, bytes in vec(any::<u8>(), 0..300),
        source: IpAddr, destination: IpAddr, group: Ipv4Addr,
    ) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = version << 4 | (*first & 0x0f);
        }
        if let Ok(received) = parse(&bytes, source, destination) {
            ask_all(received, group);
        }
    }
}
