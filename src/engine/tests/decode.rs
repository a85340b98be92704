//! What the engine is told of a packet's bytes.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::engine::event::{ChecksumVerdict, LengthVerdict, Packet};
use crate::net::ipv4;
use crate::net::vrrp::{
    Addresses, Advert, ChecksumStyle, GROUP_V4, WireAuthentication, emit, parse,
};
use crate::units::{Version, Vrid};

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));
const OWN: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const OTHER_GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 99);

fn bytes(version: Version, style: ChecksumStyle) -> Vec<u8> {
    let advert = Advert {
        version,
        vrid: Vrid::new(51).unwrap(),
        priority: None,
        interval: Duration::from_secs(1),
        authentication: WireAuthentication::Pass(*b"abc\0\0\0\0\0"),
        addresses: Addresses::V4([Ipv4Addr::new(10, 0, 0, 50)].into()),
    };
    let mut bytes = Vec::new();
    emit(&advert, PEER, OWN, style, &mut bytes);
    bytes
}

fn decode(bytes: &[u8]) -> Packet {
    let received = parse(bytes, PEER, OWN).unwrap();
    Packet::decode(&received, ipv4::HEADER_LENGTH, true, &[GROUP_V4, OTHER_GROUP], None)
}

#[test]
fn every_form_of_the_checksum_has_its_verdict() {
    let none = ChecksumVerdict::default();
    let old = ChecksumVerdict { old_unicast: true, ..none };
    for (style, expected) in [
        (ChecksumStyle::Rfc, ChecksumVerdict { standard: true, ..none }),
        (ChecksumStyle::NoPseudoHeader, ChecksumVerdict { as_version_2: true, ..none }),
        (ChecksumStyle::PseudoHeaderTo(GROUP_V4), old),
        (ChecksumStyle::PseudoHeaderTo(OTHER_GROUP), old),
        (ChecksumStyle::PseudoHeaderTo(Ipv4Addr::new(224, 0, 0, 7)), none),
    ] {
        assert_eq!(decode(&bytes(Version::V3, style)).checksum, expected, "{style:?}");
    }
}

#[test]
fn version_2_keeps_its_authentication_and_a_wrong_length_its_numbers() {
    let bytes = bytes(Version::V2, ChecksumStyle::Rfc);
    let whole = decode(&bytes);
    assert_eq!((whole.auth_type, &whole.auth_data), (1, b"abc\0\0\0\0\0"));
    assert_eq!((whole.priority, whole.count, whole.length), (None, 1, LengthVerdict::Exact));
    assert_eq!(whole.addresses.len(), 1);

    let short = decode(&bytes[..10]);
    assert_eq!(short.length, LengthVerdict::Wrong { received: 10, expected: 20 });
    assert!(short.addresses.is_empty());
}

#[test]
fn a_total_length_that_disagrees_makes_the_length_wrong() {
    let bytes = bytes(Version::V2, ChecksumStyle::Rfc);
    let received = parse(&bytes, PEER, OWN).unwrap();
    let packet = Packet::decode(&received, ipv4::HEADER_LENGTH, false, &[], None);
    assert_eq!(packet.length, LengthVerdict::Wrong { received: 20, expected: 20 });
    assert!(packet.addresses.is_empty());
}
