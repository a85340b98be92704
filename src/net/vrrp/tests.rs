//! Adverts as they were seen on the wire, and the verdicts over those that are odd.

use std::net::IpAddr;
use std::time::Duration;

use super::*;
use crate::net::checksum::Sum;
use crate::net::{WireError, hex, ipv4};

const GROUP_4: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn advert(version: Version, vrid: u8, priority: u8, interval_ms: u64, vips: &[&str]) -> Advert {
    let family = vips.first().map_or(Family::V4, |first| Family::of(ip(first)));
    Advert {
        version,
        vrid: Vrid::new(vrid).unwrap(),
        priority: Priority::new(priority),
        interval: Duration::from_millis(interval_ms),
        authentication: WireAuthentication::None,
        addresses: Addresses::new(family, vips.iter().map(|vip| ip(vip))).unwrap(),
    }
}

/// The router of the reference vectors: VRID 51, priority 150, two addresses.
fn reference(version: Version, interval_ms: u64) -> Advert {
    advert(version, 51, 150, interval_ms, &["10.77.0.50", "10.77.0.51"])
}

fn with(authentication: WireAuthentication, advert: Advert) -> Advert {
    Advert { authentication, ..advert }
}

fn emitted(advert: &Advert, source: &str, destination: &str, style: ChecksumStyle) -> Vec<u8> {
    let mut out = Vec::new();
    emit(advert, ip(source), ip(destination), style, &mut out);
    out
}

/// Writes `advert`, compares with `wire`, and reads it back.
fn assert_wire(advert: &Advert, source: &str, destination: &str, wire: &str) {
    let bytes = emitted(advert, source, destination, ChecksumStyle::Rfc);
    assert_eq!(hex::text(&bytes), hex::text(&hex::bytes(wire)));
    let received = parse(&bytes, ip(source), ip(destination)).unwrap();
    assert_eq!(received.length(), LengthVerdict::Exact);
    assert_eq!(received.checksum(), Checksum::Valid);
    assert_eq!(received.to_advert().as_ref(), Some(advert));
}

#[test]
fn version_2_without_authentication_has_eight_zero_bytes_behind_the_addresses() {
    assert_wire(
        &reference(Version::V2, 1000),
        "10.77.0.1",
        "224.0.0.18",
        "21339602 000133ca 0a4d0032 0a4d0033 00000000 00000000",
    );
}

#[test]
fn version_2_with_a_password_carries_it_padded_with_zeros() {
    assert_wire(
        &with(WireAuthentication::Pass(*b"abc\0\0\0\0\0"), reference(Version::V2, 1000)),
        "10.77.0.1",
        "224.0.0.18",
        "21339602 01016e67 0a4d0032 0a4d0033 61626300 00000000",
    );
}

#[test]
fn version_2_behind_an_authentication_header_has_type_2_and_zero_data() {
    assert_wire(
        &with(WireAuthentication::Header, reference(Version::V2, 1000)),
        "10.77.0.1",
        "224.0.0.18",
        "21339602 020131ca 0a4d0032 0a4d0033 00000000 00000000",
    );
}

#[test]
fn version_3_has_centiseconds_no_data_and_a_checksum_with_the_destination() {
    let half_a_second = reference(Version::V3, 500);
    assert_wire(&half_a_second, "10.77.0.1", "224.0.0.18", "31339602 003238b8 0a4d0032 0a4d0033");
    let second = reference(Version::V3, 1000);
    for (destination, wire) in [
        ("224.0.0.18", "31339602 00643886 0a4d0032 0a4d0033"),
        ("10.77.0.2", "31339602 00640e4a 0a4d0032 0a4d0033"),
        ("10.77.0.3", "31339602 00640e49 0a4d0032 0a4d0033"),
    ] {
        assert_wire(&second, "10.77.0.1", destination, wire);
    }
}

#[test]
fn version_3_over_ipv6_has_the_checksum_that_the_kernel_puts_in() {
    assert_wire(
        &advert(Version::V3, 51, 150, 1000, &["fe80::50", "2001:db8:77::50", "2001:db8:77::51"]),
        "fe80::ff:fe00:1",
        "ff02::12",
        "31339603 0064df53 fe800000000000000000000000000050
         20010db8007700000000000000000050 20010db8007700000000000000000051",
    );
}

/// Numbers of the captures in tcpdump's `tests/vrrp.pcap` (10.0.0.91, VRID 42 to 46), gopacket's
/// `layers/vrrp_test.go` (192.168.0.30) and holo's `holo-vrrp/tests/packet/mod.rs` (VRID 51).
#[test]
fn adverts_of_other_implementations_have_the_same_checksum() {
    let (group, router_6) = ("224.0.0.18", "fe80::d6ca:6dff:fe66:cf60");
    let password = WireAuthentication::Pass(*b"abcdefgh");
    let three = ["10.4.42.1", "10.4.42.2", "10.4.42.3"];
    let six = ["fe80::200:5eff:fe00:22d", "2001::abcd:a"];
    let five =
        ["fe80::200:5eff:fe00:22e", "2001::eeff:a", "2001::eeff:b", "2001::eeff:c", "2001::eeff:d"];
    for (advert, source, destination, checksum) in [
        (with(password, advert(Version::V2, 42, 191, 10_000, &three)), "10.0.0.91", group, 0xf11f),
        (advert(Version::V2, 43, 191, 10_000, &["10.4.43.150"]), "10.0.0.91", group, 0xea2e),
        (advert(Version::V3, 45, 191, 10_000, &six), router_6, "ff02::12", 0xcfa0),
        (advert(Version::V3, 46, 191, 10_000, &five), router_6, "ff02::12", 0x5f12),
        (advert(Version::V2, 1, 100, 1000, &["192.168.0.1"]), "192.168.0.30", group, 0xba52),
        (advert(Version::V2, 51, 30, 1000, &["10.0.1.5"]), "192.168.100.2", group, 0xb5c5_u16),
    ] {
        let bytes = emitted(&advert, source, destination, ChecksumStyle::Rfc);
        assert_eq!(hex::text(&bytes[6..8]), format!("{checksum:04x}"), "{advert:?}");
    }
}

/// The same capture's version 3 over IPv4, in its Ethernet frame of 60 bytes.
#[test]
fn a_padded_advert_of_another_implementation_is_accepted() {
    let datagram = hex::bytes(
        "4500 0024 1234 0000 ff70 bec8 0a00005b e0000012
         312cbf0203e8b3c6 0a042c64 0a042cc8 00000000000000000000",
    );
    let header = ipv4::parse(&datagram).unwrap();
    assert!(header.total_length_agrees(datagram.len()));
    let received =
        parse(header.payload(&datagram), header.source.into(), header.destination.into()).unwrap();
    assert_eq!(received.length(), LengthVerdict::Padded { surplus: 10 });
    assert_eq!(received.checksum(), Checksum::Valid);
    assert_eq!(
        received.to_advert(),
        Some(advert(Version::V3, 44, 191, 10_000, &["10.4.44.100", "10.4.44.200"]))
    );
}

#[test]
fn the_checksum_styles_of_version_3_over_ipv4_are_told_apart() {
    let advert = reference(Version::V3, 1000);
    for (style, verdict, to_group) in [
        (ChecksumStyle::Rfc, Checksum::Valid, false),
        (ChecksumStyle::NoPseudoHeader, Checksum::ValidWithoutPseudoHeader, false),
        (ChecksumStyle::PseudoHeaderTo(GROUP_4), Checksum::Invalid, true),
    ] {
        let bytes = emitted(&advert, "10.77.0.1", "10.77.0.2", style);
        let received = parse(&bytes, ip("10.77.0.1"), ip("10.77.0.2")).unwrap();
        assert_eq!(received.checksum(), verdict, "{style:?}");
        assert_eq!(received.checksum_valid_to(GROUP_4), to_group, "{style:?}");
    }
}

#[test]
fn the_style_makes_no_difference_to_version_2_nor_to_ipv6() {
    let six = advert(Version::V3, 51, 150, 1000, &["fe80::50"]);
    for (advert, source, destination) in
        [(reference(Version::V2, 1000), "10.77.0.1", "10.77.0.2"), (six, "fe80::1", "fe80::2")]
    {
        let bytes = emitted(&advert, source, destination, ChecksumStyle::Rfc);
        for style in [ChecksumStyle::NoPseudoHeader, ChecksumStyle::PseudoHeaderTo(GROUP_4)] {
            assert_eq!(emitted(&advert, source, destination, style), bytes);
        }
        let received = parse(&bytes, ip(source), ip(destination)).unwrap();
        assert_eq!(received.checksum(), Checksum::Valid);
        assert!(received.checksum_valid_to(GROUP_4));
    }
}

#[test]
fn a_signature_behind_the_advert_is_a_trailer_that_the_ipv4_checksum_does_not_cover() {
    let signature = hex::bytes("01020000 6b02a594 40e60000 fd519998 7e7a9ac2 b0972e38 ea5e2b77");
    let advert = hex::bytes("3133960200643886 0a4d0032 0a4d0033");
    let bytes = [advert, signature.clone()].concat();
    let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    assert_eq!(received.length(), LengthVerdict::Long { surplus: 28 });
    assert_eq!(received.trailer(), signature);
    assert_eq!(received.checksum(), Checksum::Valid);
}

#[test]
fn lengths_are_judged_by_version_family_count_and_padding() {
    use LengthVerdict::{Exact, Long, Padded, Short};
    let bytes = [&hex::bytes("21339602 00010000")[..], &[0; 200]].concat();
    let (four, six) = (ip("10.77.0.1"), ip("fe80::1"));
    for (version, count, source, length, verdict) in [
        (2, 2, four, 24, Exact),
        (2, 2, four, 23, Short { missing: 1 }),
        (2, 2, four, 8, Short { missing: 16 }),
        (2, 2, four, 26, Padded { surplus: 2 }),
        (2, 2, four, 28, Long { surplus: 4 }),
        (2, 0, four, 16, Exact),
        (2, 3, four, 30, Long { surplus: 2 }), // 48 bytes with the IP header: never padded
        (3, 2, four, 16, Exact),
        (3, 2, four, 26, Padded { surplus: 10 }),
        (3, 2, four, 44, Long { surplus: 28 }),
        (3, 255, four, 208, Short { missing: 820 }),
        (3, 1, six, 24, Exact),
        (3, 1, six, 26, Long { surplus: 2 }),
        (2, 1, six, 24, Exact), // no authentication data over IPv6
        (3, 0, six, 8, Exact),
        (7, 2, four, 16, Exact),
    ] {
        let mut bytes = bytes[..length].to_vec();
        bytes[0] = version << 4 | 1;
        bytes[3] = count;
        let received = parse(&bytes, source, source).unwrap();
        assert_eq!(received.length(), verdict, "version {version} count {count} {length}");
    }
}

#[test]
fn options_and_authentication_header_leave_less_room_for_padding() {
    let bytes =
        emitted(&reference(Version::V2, 1000), "10.77.0.1", "224.0.0.18", ChecksumStyle::Rfc);
    let bytes = [&bytes[..], &[0, 0]].concat();
    let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    assert_eq!(received.length_behind(20), LengthVerdict::Padded { surplus: 2 });
    assert_eq!(received.length_behind(24), LengthVerdict::Long { surplus: 2 });
    assert_eq!(received.length_behind(44), LengthVerdict::Long { surplus: 2 });
}

#[test]
fn odd_fields_are_answers_and_not_errors() {
    let bytes = hex::bytes("95000003 0afff000 0a4d0032 0a4d");
    let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    assert_eq!((received.version(), received.packet_type(), received.vrid()), (9, 5, 0));
    assert_eq!((received.known_version(), received.priority()), (None, None));
    assert_eq!(received.address_count(), 3);
    assert_eq!(received.addresses().collect::<Vec<_>>(), [ip("10.77.0.50")]);
    assert!(received.lists(ip("10.77.0.50")) && !received.lists(ip("10.77.0.51")));
    assert_eq!(received.interval(), Duration::from_millis(0x0aff * 10));
    assert_eq!(received.authentication_type(), 0);
    assert_eq!(received.authentication_data(), None);
    assert!(received.trailer().is_empty());
    assert_eq!(received.to_advert(), None);
}

#[test]
fn only_a_missing_fixed_header_is_an_error() {
    let seven = hex::bytes("21339600 000100");
    assert_eq!(
        parse(&seven, ip("10.77.0.1"), ip("224.0.0.18")).err(),
        Some(WireError::Truncated { what: "VRRP header", needed: 8, present: 7 })
    );
}

#[test]
fn what_breaks_the_header_makes_no_value() {
    let good =
        emitted(&reference(Version::V3, 1000), "10.77.0.1", "224.0.0.18", ChecksumStyle::Rfc);
    for (at, byte) in [(0, 0x41), (0, 0x32), (1, 0), (3, 3), (3, 1)] {
        let mut bytes = good.clone();
        bytes[at] = byte;
        let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
        assert_eq!(received.to_advert(), None, "byte {at} is {byte:#x}");
    }
}

#[test]
fn reserved_bits_of_version_3_are_not_part_of_the_interval() {
    let bytes = hex::bytes("31339600 f0640000");
    let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    assert_eq!(received.interval(), Duration::from_secs(1));
}

#[test]
fn intervals_outside_the_field_saturate_and_finer_ones_are_cut() {
    for (version, interval_ms, wire) in [
        (Version::V2, 255_000, "00ff"),
        (Version::V2, 256_000, "00ff"),
        (Version::V2, 1999, "0001"),
        (Version::V3, 40_950, "0fff"),
        (Version::V3, 40_960, "0fff"),
        (Version::V3, 655_370, "0fff"),
        (Version::V3, 19, "0001"),
    ] {
        let advert = reference(version, interval_ms);
        let bytes = emitted(&advert, "10.77.0.1", "224.0.0.18", ChecksumStyle::Rfc);
        assert_eq!(hex::text(&bytes[4..6]), wire, "{version:?} {interval_ms}");
    }
}

#[test]
fn passwords_are_compared_whole() {
    let advert = with(WireAuthentication::Pass(*b"abcdefgh"), reference(Version::V2, 1000));
    let bytes = emitted(&advert, "10.77.0.1", "224.0.0.18", ChecksumStyle::Rfc);
    let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    assert!(received.password_is(b"abcdefgh"));
    assert!(!received.password_is(b"abcdefgH"));
    assert!(!received.password_is(b"Abcdefgh"));
    let short = parse(&bytes[..23], ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    assert!(!short.password_is(b"abcdefgh"));
    assert!(!short.password_is(&[0; 8]), "a password that is not there equals none");
}

#[test]
fn debug_never_shows_the_password() {
    let advert = with(WireAuthentication::Pass(*b"hunter22"), reference(Version::V2, 1000));
    let bytes = emitted(&advert, "10.77.0.1", "224.0.0.18", ChecksumStyle::Rfc);
    let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    let shown = format!("{advert:?} {received:?}");
    assert_eq!(shown.matches("Pass(..)").count(), 2);
    let as_numbers = format!("{:?}", b"hunter22");
    assert!(!shown.contains("hunter") && !shown.contains(as_numbers.trim_matches(['[', ']'])));
}

#[test]
fn a_list_is_of_one_family_and_of_255_addresses_at_most() {
    let many = |count: u32| (0..count).map(|host| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + host)));
    assert_eq!(Addresses::new(Family::V4, many(255)).map(|list| list.len()), Ok(255));
    assert_eq!(Addresses::new(Family::V4, many(256)), Err(AddressesError::TooMany(256)));
    assert_eq!(
        Addresses::new(Family::V6, many(1)),
        Err(AddressesError::OtherFamily { family: Family::V6, address: ip("10.0.0.0") })
    );
    let list = Addresses::new(Family::V4, many(2)).unwrap();
    assert!(list.contains(ip("10.0.0.1")) && !list.contains(ip("10.0.0.2")));
    assert!(!list.contains(ip("::ffff:10.0.0.1")));
    assert_eq!(list.iter().collect::<Vec<_>>(), [ip("10.0.0.0"), ip("10.0.0.1")]);
}

#[test]
fn a_list_made_too_long_by_hand_is_cut_to_what_the_count_can_say() {
    let list = (0..300u32).map(|host| Ipv4Addr::from(0x0a00_0000 + host)).collect();
    let advert = Advert { addresses: Addresses::V4(list), ..reference(Version::V3, 1000) };
    let bytes = emitted(&advert, "10.77.0.1", "224.0.0.18", ChecksumStyle::Rfc);
    assert_eq!(bytes.len(), 8 + 255 * 4);
    let received = parse(&bytes, ip("10.77.0.1"), ip("224.0.0.18")).unwrap();
    assert_eq!((received.length(), received.checksum()), (LengthVerdict::Exact, Checksum::Valid));
}

#[test]
fn an_advert_is_appended_to_what_the_buffer_holds() {
    let mut out = vec![0xaa];
    let advert = reference(Version::V2, 1000);
    emit(&advert, ip("10.77.0.1"), ip("224.0.0.18"), ChecksumStyle::Rfc, &mut out);
    assert_eq!(out.len(), 1 + encoded_length(&advert));
    assert_eq!(out[..2], [0xaa, 0x21]);
    let room = out.capacity();
    out.clear();
    emit(&advert, ip("10.77.0.1"), ip("224.0.0.18"), ChecksumStyle::Rfc, &mut out);
    assert_eq!(out.capacity(), room, "a reused buffer does not grow");
}

#[test]
fn over_ipv6_the_checksum_covers_a_signature_and_always_has_a_pseudo_header() {
    let (source, group) = (ip("fe80::ff:fe00:1"), ip("ff02::12"));
    let judge = |header: Sum, trailer: &[u8]| {
        let mut bytes = hex::bytes("31339601 00640000 fe800000000000000000000000000050");
        bytes.extend_from_slice(trailer);
        let checksum = header.add_bytes(&bytes).finish().to_be_bytes();
        bytes[6..8].copy_from_slice(&checksum);
        parse(&bytes, source, group).unwrap().checksum()
    };
    let signature = [0x5a; 28];
    assert_eq!(judge(Sum::pseudo_header(source, group, 112, 24), &[]), Checksum::Valid);
    assert_eq!(judge(Sum::pseudo_header(source, group, 112, 52), &signature), Checksum::Valid);
    assert_eq!(judge(Sum::new(), &[]), Checksum::Invalid);
}
