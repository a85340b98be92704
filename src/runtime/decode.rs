//! From the codec's view of a received packet to the value that the engine judges.

use std::net::Ipv4Addr;

use crate::engine::event::{ChecksumVerdict, LengthVerdict, Packet};
use crate::net::vrrp;
use crate::net::vrrp::{Addresses, Checksum, Received};
use crate::units::Family;

/// The group that old unicast checksums were computed with.
pub(super) const DEFAULT_GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

/// The packet as a value; `old_unicast_groups` are tried as destination of old unicast checksums.
pub(super) fn packet(received: &Received<'_>, old_unicast_groups: &[Ipv4Addr]) -> Packet {
    let length = length(received);
    let addresses = match length {
        LengthVerdict::Exact => Addresses::new(received.family(), received.addresses()).ok(),
        LengthVerdict::Wrong { .. } => None,
    };
    Packet {
        version: received.version(),
        packet_type: received.packet_type(),
        vrid: received.vrid(),
        priority: received.priority(),
        count: received.address_count(),
        addresses: addresses.unwrap_or_else(|| no_addresses(received.family())),
        auth_type: received.authentication_type(),
        auth_data: received.authentication_data().copied().unwrap_or_default(),
        interval: received.interval(),
        length,
        checksum: checksum(received, old_unicast_groups),
    }
}

fn no_addresses(family: Family) -> Addresses {
    match family {
        Family::V4 => Addresses::V4([].into()),
        Family::V6 => Addresses::V6([].into()),
    }
}

fn length(received: &Received<'_>) -> LengthVerdict {
    let expected = received.expected_length();
    match received.length() {
        vrrp::LengthVerdict::Exact | vrrp::LengthVerdict::Padded { .. } => LengthVerdict::Exact,
        vrrp::LengthVerdict::Short { missing } => {
            LengthVerdict::Wrong { received: expected.saturating_sub(missing), expected }
        }
        vrrp::LengthVerdict::Long { surplus } => {
            LengthVerdict::Wrong { received: expected.saturating_add(surplus), expected }
        }
    }
}

fn checksum(received: &Received<'_>, old_unicast_groups: &[Ipv4Addr]) -> ChecksumVerdict {
    // The kernel drops IPv6 packets with a wrong one (`IPV6_CHECKSUM`).
    let verdict = match received.family() {
        Family::V4 => received.checksum(),
        Family::V6 => Checksum::Valid,
    };
    let old_unicast = verdict != Checksum::Valid
        && !received.destination().is_multicast()
        && old_unicast_groups.iter().any(|group| received.checksum_valid_to(*group));
    ChecksumVerdict {
        standard: verdict == Checksum::Valid,
        as_version_2: verdict == Checksum::ValidWithoutPseudoHeader,
        old_unicast,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use super::*;
    use crate::net::vrrp::{Advert, ChecksumStyle, WireAuthentication, emit, parse};
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
        packet(&parse(bytes, PEER, OWN).unwrap(), &[DEFAULT_GROUP, OTHER_GROUP])
    }

    #[test]
    fn every_form_of_the_checksum_has_its_verdict() {
        let none = ChecksumVerdict::default();
        let old = ChecksumVerdict { old_unicast: true, ..none };
        for (style, expected) in [
            (ChecksumStyle::Rfc, ChecksumVerdict { standard: true, ..none }),
            (ChecksumStyle::NoPseudoHeader, ChecksumVerdict { as_version_2: true, ..none }),
            (ChecksumStyle::PseudoHeaderTo(DEFAULT_GROUP), old),
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
}
