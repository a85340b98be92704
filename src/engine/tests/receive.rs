//! Which datagrams count.

use std::time::Duration;

use super::{PEER, Run, VIP, at, config, datagram, instance, packet, peer};
use crate::engine::event::{Datagram, Event, LengthVerdict};
use crate::engine::snapshot::{State, Statistics};
use crate::ir::{Authentication, ChecksumPolicy, Instance, Peer, Transport};
use crate::net::vrrp::{Addresses, ChecksumStyle};
use crate::units::{Secret, Version};

/// A backup that hears `datagrams`; then its counters and what it logged.
fn hear(instance: Instance, datagrams: impl IntoIterator<Item = Datagram>) -> (Statistics, String) {
    let mut run = Run::new(config([instance]));
    run.take();
    run.until(1.0);
    for datagram in datagrams {
        run.event(Event::Datagram(datagram));
    }
    (run.engine.snapshot().instances[0].statistics, run.take())
}

fn better() -> Datagram {
    datagram(PEER, packet(200))
}

#[test]
fn each_refusal_is_counted_and_said_once_and_moves_no_timer() {
    type Break = fn(&mut Datagram);
    let cases: [(Break, &str); 10] = [
        (|d| d.packet.length = LengthVerdict::Wrong { received: 12, expected: 20 }, "too short"),
        (|d| d.ttl = 254, "invalid TTL/HL from 10.77.0.2. Received 254 and expect 255"),
        (|d| d.packet.version = 3, "wrong VRRP version from 10.77.0.2. Received 3 and expect 2"),
        (|d| d.packet.version = 7, "wrong VRRP version"),
        (|d| d.packet.auth_type = 9, "Invalid auth type from 10.77.0.2: 9"),
        (|d| d.packet.auth_type = 1, "received a 1 auth from 10.77.0.2, expecting 0!"),
        (
            |d| d.packet.interval = Duration::from_secs(2),
            "advertisement interval mismatch with 10.77.0.2 mine=1 sec rcv'd=2 sec",
        ),
        (|d| d.packet.packet_type = 2, "Invalid packet type from 10.77.0.2. 2 and expect 1"),
        (|d| d.packet.checksum.standard = false, "Invalid VRRPv2 checksum from 10.77.0.2"),
        (|d| d.multicast = false, "Expected multicast packet but received unicast packet"),
    ];
    for (spoil, text) in cases {
        let mut bad = better();
        spoil(&mut bad);
        let mut run = Run::new(config([instance(100)]));
        run.take();
        for second in 1..=3 {
            run.until(f64::from(second));
            run.event(Event::Datagram(bad.clone()));
        }
        let record = run.take();
        assert_eq!(record.matches(text).count(), 1, "{text}: {record}");
        assert_eq!(run.engine.snapshot().instances[0].statistics.adverts_received, 0, "{text}");
        run.until(3.62);
        assert_eq!(run.state(), State::Master, "{text}");
    }
}

#[test]
fn a_password_must_agree_in_its_eight_bytes() {
    let with = |password: &[u8]| {
        let mut instance = instance(100);
        instance.authentication = Authentication::Pass(Secret::new(password));
        instance
    };
    let mut right = better();
    right.packet.auth_type = 1;
    right.packet.auth_data = *b"letmein\0";
    assert_eq!(hear(with(b"letmein"), [right.clone()]).0.adverts_received, 1);
    let (statistics, record) = hear(with(b"letmeout"), [right.clone(), right]);
    assert_eq!((statistics.auth_failures, statistics.adverts_received), (2, 0));
    assert!(record.contains("received an invalid passwd from 10.77.0.2!"), "{record}");
    assert!(!record.contains("letme"), "a password was logged: {record}");
    let (statistics, _) = hear(with(b"letmein"), [better()]);
    assert_eq!(statistics.auth_type_mismatch, 1);
}

#[test]
fn another_vrid_or_socket_is_not_heard() {
    let mut other = better();
    other.packet.vrid = 52;
    let mut elsewhere = better();
    elsewhere.socket.0 = 7;
    let (statistics, record) = hear(instance(100), [other, elsewhere]);
    assert_eq!((statistics, record.as_str()), (Statistics::default(), ""));
}

#[test]
fn another_address_list_is_said_and_accepted() {
    let mut fewer = better();
    fewer.packet.count = 0;
    fewer.packet.addresses = Addresses::V4([].into());
    let mut others = better();
    others.packet.addresses = Addresses::V4([[10, 77, 0, 99].into()].into());
    let (statistics, record) = hear(instance(100), [fewer, others]);
    assert_eq!((statistics.adverts_received, statistics.address_list_errors), (2, 2));
    assert!(record.contains("expected 1 VIPs but received 0"), "{record}");
    assert!(
        record.contains("ip address associated with VRID 51 not present in advert from 10.77.0.2"),
        "{record}"
    );
    assert!(record.contains(&VIP.to_string()), "{record}");
}

fn unicast(version: Version, peers: Vec<crate::units::Spanned<Peer>>) -> Instance {
    let mut instance = instance(100);
    instance.version = version;
    instance.transport = Transport::Unicast { peers, ttl: None };
    instance
}

fn unicast_advert(version: u8) -> Datagram {
    let mut datagram = better();
    datagram.multicast = false;
    datagram.packet.version = version;
    datagram
}

#[test]
fn unicast_looks_at_the_source_only_if_asked_to() {
    let stranger = unicast(Version::V2, vec![peer([10, 77, 0, 9].into())]);
    assert_eq!(hear(stranger.clone(), [unicast_advert(2)]).0.adverts_received, 1);
    let mut strict = stranger;
    strict.check_unicast_source = true;
    let (statistics, record) = hear(strict, [unicast_advert(2)]);
    assert_eq!(statistics.adverts_received, 0);
    assert!(record.contains("unicast source address 10.77.0.2 not a unicast peer"), "{record}");

    let near = at(Peer { address: PEER.into(), min_ttl: 250, max_ttl: 254 });
    let mut strict = unicast(Version::V2, vec![near]);
    strict.check_unicast_source = true;
    let (statistics, record) = hear(strict, [unicast_advert(2)]);
    assert_eq!((statistics.adverts_received, statistics.ttl_errors), (0, 1));
    assert!(record.contains("TTL/HL 255 from 10.77.0.2 not in range [250, 254]"), "{record}");
}

#[test]
fn a_multicast_advert_is_not_for_a_unicast_instance() {
    let mut multicast = unicast_advert(2);
    multicast.multicast = true;
    let (statistics, record) = hear(unicast(Version::V2, vec![peer(PEER)]), [multicast]);
    assert_eq!((statistics.adverts_received, statistics.address_list_errors), (0, 1));
    assert!(record.contains("Expected unicast packet but received multicast packet"), "{record}");
}

#[test]
fn version_3_accepts_another_interval_and_says_so() {
    let mut instance = instance(100);
    instance.version = Version::V3;
    let mut fast = better();
    fast.packet.version = 3;
    fast.packet.interval = Duration::from_millis(500);
    let (statistics, record) = hear(instance, [fast]);
    assert_eq!(statistics.adverts_received, 1);
    assert!(record.contains("mine=1000 msec rcv'd=500 msec"), "{record}");
}

#[test]
fn the_checksum_of_a_peer_from_before_is_recognised_and_answered_in_kind() {
    let mut run = Run::new(config([unicast(Version::V3, vec![peer(PEER)])]));
    run.until(1.0);
    let mut old = unicast_advert(3);
    old.packet.checksum.standard = false;
    old.packet.checksum.old_unicast = true;
    run.event(Event::Datagram(old));
    assert!(run.take().contains("checksum to old version"));
    run.until(1.0 + 3.61);
    assert_eq!(run.state(), State::Master);
    // The record does not show the style: ask for the next advert itself.
    run.engine.handle(run.now + Duration::from_secs(1), Event::Timer);
    let style = std::iter::from_fn(|| run.engine.poll_effect()).find_map(|effect| match effect {
        crate::engine::effect::Effect::SendAdvert(sent) => Some(sent.checksum),
        _ => None,
    });
    assert_eq!(style, Some(ChecksumStyle::PseudoHeaderTo([224, 0, 0, 18].into())));
}

#[test]
fn checksum_forms_count_as_configured() {
    for (policy, standard, as_version_2, old_unicast) in [
        (ChecksumPolicy::Standard, true, false, false),
        (ChecksumPolicy::Detect, true, false, true),
        (ChecksumPolicy::AsVersion2, true, true, false),
        (ChecksumPolicy::OldUnicast { group: [224, 0, 0, 18].into() }, false, false, true),
    ] {
        for (form, accepted) in [(0, standard), (1, as_version_2), (2, old_unicast)] {
            let mut instance = unicast(Version::V3, vec![peer(PEER)]);
            instance.checksum = policy;
            let mut advert = unicast_advert(3);
            advert.packet.checksum.standard = form == 0;
            advert.packet.checksum.as_version_2 = form == 1;
            advert.packet.checksum.old_unicast = form == 2;
            let received = hear(instance, [advert]).0.adverts_received;
            assert_eq!(received == 1, accepted, "{policy:?}, form {form}");
        }
    }
}
