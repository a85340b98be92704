//! Authentication headers and signed trailers: who is heard, and with which numbers.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::{OWN, PEER, Run, at, config, instance};
use crate::engine::effect::Effect;
use crate::engine::event::{Datagram, Event, Packet};
use crate::engine::snapshot::{State, Statistics};
use crate::ir::{
    Authentication, Instance, KeyValue, ReplayProtection, Trailer, TrailerKey, TrailerMode,
};
use crate::net::ah::Sealed;
use crate::net::vrrp::trailer::{Sequence, Signed};
use crate::net::vrrp::{Addresses, Advert, ChecksumStyle, Seal, WireAuthentication};
use crate::net::{ipv4, vrrp};
use crate::units::{Family, Priority, Secret, Version, Vrid};

const KEY: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const OTHER: &[u8; 32] = b"12345678901234567890123456789012";
/// The wall clock at the beginning of a run.
const UNIX: Duration = Duration::from_secs(1_800_000_000);

fn with_header(priority: u8) -> Instance {
    let mut instance = instance(priority);
    instance.authentication = Authentication::Header(Secret::new(*b"letmein"));
    instance
}

fn trailer(mode: TrailerMode, replay: ReplayProtection) -> Trailer {
    let key = |id, bytes: &[u8]| at(TrailerKey { id, value: KeyValue::Bytes(Secret::new(bytes)) });
    Trailer {
        keys: vec![key(1, OTHER), key(2, KEY)],
        active: at(2),
        window: Duration::from_secs(5),
        replay,
        mode,
    }
}

fn with_trailer(mode: TrailerMode, replay: ReplayProtection) -> Instance {
    let mut instance = instance(100);
    instance.version = Version::V3;
    instance.authentication = Authentication::Trailer(Box::new(trailer(mode, replay)));
    instance
}

/// An advert with that proof, through the codecs.
fn sealed(source: Ipv4Addr, version: Version, priority: u8, seal: &Seal) -> Datagram {
    let header = matches!(seal, Seal::Header { .. });
    let advert = Advert {
        version,
        vrid: Vrid::new(51).unwrap(),
        priority: Priority::new(priority),
        interval: Duration::from_secs(1),
        authentication: if header { WireAuthentication::Header } else { WireAuthentication::None },
        addresses: Addresses::new(Family::V4, [super::VIP.into()]).unwrap(),
    };
    let (from, group) = (IpAddr::from(source), IpAddr::from(vrrp::GROUP_V4));
    let length = vrrp::encoded_length(&advert) + seal.length();
    let mut bytes = Vec::new();
    let outgoing = ipv4::Outgoing {
        source,
        destination: vrrp::GROUP_V4,
        ttl: 255,
        protocol: seal.protocol(),
        id: 1,
        payload_length: u16::try_from(length).unwrap(),
    };
    ipv4::emit(&outgoing, &mut bytes);
    seal.begin(from, &mut bytes);
    let start = bytes.len();
    vrrp::emit(&advert, from, group, ChecksumStyle::Rfc, &mut bytes);
    seal.finish((from, group), start, &mut bytes);
    let pdu = &bytes[start..];
    let received = vrrp::parse(pdu, from, group).unwrap();
    let trailer = Signed::read(&received, pdu);
    let packet = Packet::decode(&received, start, true, &[], trailer);
    let sealed = header.then(|| Sealed::read(&bytes, &ipv4::parse(&bytes).unwrap()).unwrap());
    super::datagram(source, Packet { header: sealed, ..packet })
}

fn header(sequence: u32, password: &[u8]) -> Seal {
    Seal::Header { key: Secret::new(password).into(), sequence }
}

fn signature(id: u8, key: &[u8], at: Duration) -> Seal {
    Seal::Trailer { id, key: Secret::new(key).into(), sequence: Sequence::at(at) }
}

fn v3(seal: &Seal) -> Datagram {
    sealed(PEER, Version::V3, 200, seal)
}

/// A backup whose wall clock is [`UNIX`], a second after its start.
fn listening(instance: Instance) -> Run {
    let mut run = Run::new(config([instance]));
    run.until(1.0);
    run.event(Event::Clock(UNIX));
    run.take();
    run
}

fn statistics(run: &Run) -> Statistics {
    run.engine.snapshot().instances[0].statistics
}

/// The proofs of the adverts that are sent until then.
fn seals(run: &mut Run, seconds: f64) -> Vec<Seal> {
    let end = crate::units::Instant::ORIGIN + Duration::from_secs_f64(seconds);
    let mut found = Vec::new();
    while let Some(next) = run.engine.poll_timeout().filter(|next| next.at <= end) {
        run.now = next.at;
        run.engine.handle(run.now, Event::Timer);
        while let Some(effect) = run.engine.poll_effect() {
            if let Effect::SendAdvert(sent) = effect {
                found.push(sent.seal);
            }
        }
    }
    run.now = end;
    found
}

fn numbers(seals: &[Seal]) -> Vec<u32> {
    let number = |seal: &Seal| match seal {
        Seal::Header { sequence, .. } => *sequence,
        other => panic!("{other:?}"),
    };
    seals.iter().map(number).collect()
}

#[test]
fn header_numbers_begin_with_one_and_go_on_behind_what_was_heard() {
    let mut run = Run::new(config([with_header(100)]));
    assert_eq!(numbers(&seals(&mut run, 5.7)), [1, 2, 3]);

    let mut run = Run::new(config([with_header(100)]));
    run.until(1.0);
    let heard = sealed(PEER, Version::V2, 200, &header(40, b"letmein"));
    run.event(Event::Datagram(heard));
    assert_eq!(numbers(&seals(&mut run, 5.7)), [41, 42]);
}

#[test]
fn a_master_leaves_the_number_of_the_one_that_it_answers_behind() {
    let mut run = Run::master(with_header(150));
    let lesser = sealed(PEER, Version::V2, 100, &header(90, b"letmein"));
    run.engine.handle(run.now, Event::Datagram(lesser));
    let answer = std::iter::from_fn(|| run.engine.poll_effect()).find_map(|effect| match effect {
        Effect::SendAdvert(sent) => Some(sent.seal),
        _ => None,
    });
    assert_eq!(numbers(&answer.into_iter().collect::<Vec<_>>()), [92]);
}

#[test]
fn a_header_counts_once_with_the_right_password_and_source() {
    let mut run = Run::new(config([with_header(100)]));
    run.until(1.0);
    let right = sealed(PEER, Version::V2, 200, &header(7, b"letmein"));
    let mut elsewhere = right.clone();
    elsewhere.source = OWN.into();
    let wrong = sealed(PEER, Version::V2, 200, &header(8, b"letmeout"));
    let mut none = right.clone();
    none.packet.header = None;
    for refused in [elsewhere, wrong, none] {
        run.event(Event::Datagram(refused));
    }
    assert_eq!((statistics(&run).adverts_received, statistics(&run).auth_failures), (0, 3));
    run.event(Event::Datagram(right.clone()));
    run.event(Event::Datagram(right));
    assert_eq!((statistics(&run).adverts_received, statistics(&run).auth_failures), (1, 4));
    let record = run.take();
    assert!(record.contains("IPSEC-AH : invalid IPSEC HMAC-MD5 value"), "{record}");
    assert!(record.contains("sequence number 7 already processed. Packet dropped. Local(7)"));
    assert!(!record.contains("letme"), "{record}");
}

#[test]
fn a_reload_with_a_header_changes_the_sockets_and_nothing_else() {
    let mut run = Run::master(instance(150));
    run.event(Event::Reload(config([with_header(150)])));
    let record = run.take();
    assert!(!record.contains("advert 0"), "{record}");
    assert!(!record.contains("remove"), "{record}");
    assert!(record.contains("open IPv4 eth0"), "{record}");
    assert!(record.contains("close 0"), "{record}");
    assert_eq!(run.state(), State::Master);
    assert_eq!(numbers(&seals(&mut run, 6.0)).first(), Some(&2));
    // As it was: what was received and sent so far goes on.
    let mut changed = with_header(150);
    changed.garp.master.rounds = 2;
    run.engine.handle(run.now, Event::Reload(config([changed])));
    run.drain();
    let numbers = numbers(&seals(&mut run, 8.0));
    assert!(numbers.first().is_some_and(|first| *first > 3), "{numbers:?}");
}

#[test]
fn a_signed_advert_counts_once() {
    let mut run = listening(with_trailer(TrailerMode::Enforce, ReplayProtection::Time));
    let advert = v3(&signature(2, KEY, UNIX));
    run.event(Event::Datagram(advert.clone()));
    run.event(Event::Datagram(advert));
    run.event(Event::Datagram(v3(&signature(1, OTHER, UNIX + Duration::from_secs(1)))));
    let seen = statistics(&run);
    assert_eq!((seen.adverts_received, seen.trailers.replayed), (2, 1));
    assert!(run.take().contains("its number was there before"));
}

#[test]
fn what_is_wrong_with_a_trailer_is_counted_and_said_once() {
    let mut malformed = v3(&signature(2, KEY, UNIX));
    malformed.packet.trailer.as_mut().unwrap().reserved = 1;
    let mut other_type = v3(&signature(2, KEY, UNIX));
    other_type.packet.trailer.as_mut().unwrap().extension = 2;
    let late = UNIX - Duration::from_secs(6);
    let mut run = listening(with_trailer(TrailerMode::Enforce, ReplayProtection::Time));
    for refused in [
        malformed,
        other_type,
        v3(&signature(2, KEY, late)),
        v3(&signature(2, KEY, UNIX + Duration::from_secs(6))),
        v3(&signature(9, KEY, UNIX)),
        v3(&signature(2, OTHER, UNIX)),
        v3(&Seal::None),
    ] {
        run.event(Event::Datagram(refused));
    }
    let seen = statistics(&run);
    let trailers = seen.trailers;
    assert_eq!(seen.adverts_received, 0);
    assert_eq!((trailers.malformed, trailers.invalid, trailers.stale), (2, 1, 2));
    assert_eq!((trailers.unknown_key, trailers.missing), (1, 1));
    let record = run.take();
    for text in ["another form", "signature is wrong", "6 s away", "no key 9", "not signed"] {
        assert_eq!(record.matches(text).count(), 1, "{text}: {record}");
    }
    run.until(3.62);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn unsigned_adverts_count_unless_the_mode_is_enforce() {
    for (mode, counts) in
        [(TrailerMode::Enforce, 0), (TrailerMode::Permissive, 1), (TrailerMode::ReceiveOnly, 1)]
    {
        let mut run = listening(with_trailer(mode, ReplayProtection::Time));
        run.event(Event::Datagram(v3(&Seal::None)));
        run.event(Event::Datagram(v3(&signature(2, OTHER, UNIX))));
        assert_eq!(statistics(&run).adverts_received, counts, "{mode:?}");
        assert_eq!(statistics(&run).trailers.invalid, 1, "{mode:?}");
        let signs = seals(&mut run, 6.0).iter().all(|seal| matches!(seal, Seal::Trailer { .. }));
        assert_eq!(signs, mode != TrailerMode::ReceiveOnly, "{mode:?}");
    }
}

#[test]
fn without_the_trailer_configured_a_signed_advert_is_too_long() {
    let mut plain = instance(100);
    plain.version = Version::V3;
    let mut run = listening(plain);
    run.event(Event::Datagram(v3(&signature(2, KEY, UNIX))));
    assert_eq!(statistics(&run).length_errors, 1);
}

#[test]
fn a_number_may_be_old_where_only_its_growth_counts() {
    let mut run = listening(with_trailer(TrailerMode::Enforce, ReplayProtection::Monotonic));
    let hour = Duration::from_secs(3600);
    for (time, counted) in [(UNIX - hour, 1), (UNIX - 2 * hour, 1), (UNIX, 2)] {
        run.event(Event::Datagram(v3(&signature(2, KEY, time))));
        assert_eq!(statistics(&run).adverts_received, counted);
    }
}

#[test]
fn a_clock_that_drifts_is_said_before_it_is_refused() {
    let mut run = listening(with_trailer(TrailerMode::Enforce, ReplayProtection::Time));
    run.event(Event::Datagram(v3(&signature(2, KEY, UNIX + Duration::from_secs(4)))));
    assert_eq!(statistics(&run).adverts_received, 1);
    assert!(run.take().contains("the clock of 10.77.0.2 is 4 s away from ours"));
}

#[test]
fn trailers_are_numbered_by_the_clock_and_grow_if_it_stands_still() {
    let mut run = listening(with_trailer(TrailerMode::Enforce, ReplayProtection::Time));
    let number = |seal: &Seal| match seal {
        Seal::Trailer { id: 2, sequence, .. } => *sequence,
        other => panic!("{other:?}"),
    };
    let first: Vec<_> = seals(&mut run, 5.0).iter().map(number).collect();
    assert_eq!(first.len(), 2);
    assert!(first[0] < first[1]);
    assert_eq!(first[0].seconds(), UNIX.as_secs() + 2, "2.6 s after the clock was told");
    // Put back by a little: the numbers still grow. By more than the window: they begin anew.
    run.event(Event::Clock(UNIX));
    let second: Vec<_> = seals(&mut run, 5.9).iter().map(number).collect();
    assert_eq!(second[0], first[1].next());
    run.event(Event::Clock(UNIX - Duration::from_secs(60)));
    let third: Vec<_> = seals(&mut run, 7.0).iter().map(number).collect();
    assert!(third[0].seconds() < UNIX.as_secs() - 50, "{third:?}");
}

#[test]
fn a_padded_frame_has_no_trailer() {
    let plain = v3(&Seal::None);
    assert_eq!(plain.packet.trailer, None);
    let Packet { header, .. } = sealed(PEER, Version::V2, 1, &header(3, b"x")).packet;
    assert_eq!(header.map(|sealed| sealed.sequence), Some(3));
    assert_eq!(ipv4::PROTOCOL_AUTHENTICATION_HEADER, 51);
}
