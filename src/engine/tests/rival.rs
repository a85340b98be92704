//! A second master is seen, told with its evidence, and told again when it is gone.

use std::net::Ipv4Addr;

use super::{OWN, PEER, Run, VIP, datagram, eth0, instance, packet};
use crate::engine::event::{Claim, Event, Packet};
use crate::engine::{Evidence, Who};
use crate::units::Mac;

const FOREIGN: Mac = Mac([2, 0, 0, 0, 0, 66]);

/// An advert each second until then.
fn each_second(run: &mut Run, until: f64, advert: impl Fn() -> Packet) {
    let mut at = run.now.as_micros() as f64 / 1e6;
    while at + 1.0 <= until {
        at += 1.0;
        run.until(at);
        run.event(Event::Datagram(datagram(PEER, advert())));
    }
}

/// The lines about second masters.
fn told(run: &mut Run) -> String {
    let record = run.take();
    let lines = record.lines().filter(|line| line.to_lowercase().contains("second master"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_lesser_master_that_does_not_heed_ours_is_told_when_it_should_have_given_way() {
    let mut run = Run::master(instance(150));
    each_second(&mut run, 12.0, || packet(100));
    run.until(20.0);
    insta::assert_snapshot!(told(&mut run), @"
    9.000000 log (V1) SECOND MASTER 10.77.0.2 seen for 4.0 s: its adverts of priority 100 go on: it does not heed ours, perhaps because they do not reach it
    16.000000 log (V1) second master 10.77.0.2 is gone, was seen for 7.0 s
    ");
    assert_eq!(run.engine.snapshot().instances[0].statistics.second_masters, 1);
    assert!(run.engine.snapshot().instances[0].rivals.is_empty());
}

#[test]
fn one_that_stays_is_told_once_a_minute() {
    let mut run = Run::master(instance(150));
    each_second(&mut run, 134.0, || packet(100));
    assert_eq!(told(&mut run).lines().count(), 3);
    let rivals = &run.engine.snapshot().instances[0].rivals;
    assert_eq!((rivals.len(), rivals[0].who), (1, Who::Source(PEER.into())));
}

#[test]
fn a_lesser_master_that_gives_way_is_none() {
    let mut run = Run::master(instance(150));
    each_second(&mut run, 6.0, || packet(100));
    run.until(20.0);
    assert_eq!(told(&mut run), "");
}

#[test]
fn a_master_whose_adverts_are_refused_is_told_with_the_reason() {
    type Spoil = fn(&mut Packet);
    let refused: [(&str, Spoil); 4] = [
        ("password", |packet| packet.auth_type = 1),
        ("version", |packet| packet.version = 3),
        ("interval", |packet| packet.interval *= 2),
        ("checksum", |packet| packet.checksum.standard = false),
    ];
    let mut all = String::new();
    for (name, spoil) in refused {
        let mut run = Run::master(instance(150));
        each_second(&mut run, 10.0, || {
            let mut packet = packet(200);
            spoil(&mut packet);
            packet
        });
        let lines = told(&mut run);
        assert_eq!(lines.lines().count(), 1, "{name}: {lines}");
        all.push_str(&lines);
        all.push('\n');
    }
    insta::assert_snapshot!(all, @"
    9.000000 log (V1) SECOND MASTER 10.77.0.2 seen for 4.0 s: its adverts are refused: received a 1 auth from 10.77.0.2, expecting 0!
    9.000000 log (V1) SECOND MASTER 10.77.0.2 seen for 4.0 s: its adverts are refused: wrong VRRP version from 10.77.0.2. Received 3 and expect 2
    9.000000 log (V1) SECOND MASTER 10.77.0.2 seen for 4.0 s: its adverts are refused: advertisement interval mismatch with 10.77.0.2 mine=1 sec rcv'd=2 sec
    9.000000 log (V1) SECOND MASTER 10.77.0.2 seen for 4.0 s: its adverts are refused: Invalid VRRPv2 checksum from 10.77.0.2
    ");
}

#[test]
fn an_address_list_of_its_own_is_named_as_a_possible_reason() {
    let mut run = Run::master(instance(150));
    each_second(&mut run, 9.0, || Packet { count: 0, addresses: none(), ..packet(100) });
    insta::assert_snapshot!(told(&mut run), @"9.000000 log (V1) SECOND MASTER 10.77.0.2 seen for 4.0 s: its adverts of priority 100 go on: it does not heed ours, perhaps because its address list is another one");
}

fn none() -> crate::net::vrrp::Addresses {
    crate::net::vrrp::Addresses::V4(std::sync::Arc::from([]))
}

fn claim(run: &mut Run, address: Ipv4Addr, mac: Mac) {
    run.event(Event::Claimed(Claim { interface: eth0(), address: address.into(), mac }));
}

#[test]
fn whoever_answers_for_an_address_is_told_at_once() {
    let mut run = Run::master(instance(150));
    run.until(5.0);
    claim(&mut run, VIP, FOREIGN);
    let rivals = run.engine.snapshot().instances[0].rivals.clone();
    assert_eq!(rivals[0].evidence, Evidence::Claims(VIP.into()));
    run.until(30.0);
    claim(&mut run, VIP, FOREIGN);
    run.until(100.0);
    insta::assert_snapshot!(told(&mut run), @"
    5.000000 log (V1) SECOND MASTER 02:00:00:00:00:42 seen for 0.0 s: it answers for 10.77.0.50
    90.414062 log (V1) second master 02:00:00:00:00:42 is gone, was seen for 25.0 s
    ");
}

#[test]
fn our_own_answers_other_addresses_and_those_of_before_are_none() {
    let mut run = Run::master(instance(150));
    // The former master may have answered while it gave way.
    claim(&mut run, VIP, FOREIGN);
    run.until(6.0);
    claim(&mut run, VIP, Mac([2, 0, 0, 0, 0, 1]));
    claim(&mut run, PEER, FOREIGN);
    run.hear(PEER, packet(200));
    claim(&mut run, VIP, FOREIGN);
    run.hear(OWN, packet(150));
    assert_eq!(told(&mut run), "");
}

#[test]
fn giving_way_ends_it() {
    let mut run = Run::master(instance(150));
    each_second(&mut run, 9.0, || packet(100));
    run.hear(PEER, packet(200));
    insta::assert_snapshot!(told(&mut run), @"
    9.000000 log (V1) SECOND MASTER 10.77.0.2 seen for 4.0 s: its adverts of priority 100 go on: it does not heed ours, perhaps because they do not reach it
    9.000000 log (V1) second master 10.77.0.2 is gone, was seen for 4.0 s
    ");
}

/// The MAC of the only other master is taken for that of its adverts, whichever is seen first.
#[test]
fn adverts_and_answers_of_one_other_master_are_told_together() {
    let mut run = Run::master(instance(150));
    run.until(5.0);
    claim(&mut run, VIP, FOREIGN);
    each_second(&mut run, 12.0, || packet(100));
    claim(&mut run, VIP, FOREIGN);
    insta::assert_snapshot!(told(&mut run), @"
    5.000000 log (V1) SECOND MASTER 02:00:00:00:00:42 seen for 0.0 s: it answers for 10.77.0.50
    10.000000 log (V1) SECOND MASTER 10.77.0.2 at 02:00:00:00:00:42 seen for 5.0 s: its adverts of priority 100 go on: it does not heed ours, perhaps because they do not reach it
    ");
    let snapshot = run.engine.snapshot();
    let seen = &snapshot.instances[0];
    assert_eq!((seen.rivals.len(), seen.statistics.second_masters), (1, 1));
    let mut run = Run::master(instance(150));
    each_second(&mut run, 6.0, || packet(100));
    claim(&mut run, VIP, FOREIGN);
    each_second(&mut run, 12.0, || packet(100));
    insta::assert_snapshot!(told(&mut run), @"
    6.000000 log (V1) SECOND MASTER 10.77.0.2 at 02:00:00:00:00:42 seen for 1.0 s: it answers for 10.77.0.50
    9.000000 log (V1) SECOND MASTER 10.77.0.2 at 02:00:00:00:00:42 seen for 4.0 s: its adverts of priority 100 go on: it does not heed ours, perhaps because they do not reach it
    ");
}
