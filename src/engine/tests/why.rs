//! Every change of state says why.

use std::time::Duration;

use super::{LOWER, PEER, Run, config, eth0, instance, net, packet};
use crate::engine::event::{Event, NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::engine::why::Trigger;
use crate::ir::InitialState;

#[test]
fn a_backup_says_what_it_heard_last() {
    // Nobody was there.
    let mut run = Run::new(config([instance(100)]));
    run.until(4.0);
    // A better one was, and fell silent.
    run.hear(PEER, packet(150));
    run.until(4.7);
    run.hear(PEER, packet(150));
    run.until(9.0);
    // It comes back, and resigns.
    run.hear(PEER, packet(150));
    run.until(9.5);
    run.hear(PEER, packet(0));
    run.until(11.0);
    // An equal one with a higher address.
    run.hear(PEER, packet(100));
    // A lesser one.
    for _ in 0..4 {
        run.until(run.now.as_micros() as f64 / 1e6 + 1.0);
        run.hear(LOWER, packet(50));
    }
    insta::assert_snapshot!(run.reasons, @"
    0.000000 (V1) started
    3.609375 (V1) no other router heard for 3.609 s
    4.000000 (V1) advert of priority 150 from 10.77.0.2, ours 100
    8.309375 (V1) adverts of 10.77.0.2 stopped, silent for 3.609 s
    9.000000 (V1) advert of priority 150 from 10.77.0.2, ours 100
    10.109375 (V1) priority 0 from 10.77.0.2
    11.000000 (V1) advert of the same priority 100 from the higher address 10.77.0.2
    14.609375 (V1) priority 100 preempts 10.77.0.0 with priority 50
    ");
}

#[test]
fn faults_their_end_robbery_and_removal_say_what_happened() {
    let mut run = Run::master(instance(150));
    run.reasons.clear();
    run.link(false);
    run.link(true);
    run.until(8.0);
    run.network(NetworkChange::AddressRemoved {
        interface: eth0(),
        address: net(super::VIP),
        origin: Origin::Foreign,
        by: None,
    });
    run.event(Event::Reload(config([])));
    insta::assert_snapshot!(run.reasons, @"
    4.000000 (V1) interface eth0 down
    4.000000 (V1) fault gone: interface eth0 down
    7.414062 (V1) no other router heard for 3.414 s
    8.000000 (V1) 10.77.0.50/24 was removed from eth0 by somebody else
    ");
}

#[test]
fn an_owner_says_that_it_is_one() {
    let mut owner = instance(255);
    owner.initial_state = InitialState::Master;
    let run = Run::new(config([owner]));
    insta::assert_snapshot!(run.reasons, @"0.000000 (V1) started as owner of the addresses");
}

#[test]
fn the_last_sixteen_changes_are_kept() {
    let mut run = Run::new(config([instance(150)]));
    for _ in 0..20 {
        run.link(false);
        run.until(run.now.as_micros() as f64 / 1e6 + 0.1);
        run.link(true);
    }
    let changes = run.engine.snapshot().instances[0].changes.clone();
    assert_eq!(changes.len(), 16);
    let last = changes.last().unwrap();
    assert_eq!((last.from, last.to), (State::Fault, State::Backup));
    assert!(matches!(&last.why.trigger, Trigger::Recovered(grounds) if grounds.len() == 1));
    assert!(changes.is_sorted_by_key(|change| change.at));
    assert_eq!(run.now.since(last.at), Duration::ZERO);
}

/// `vrrp::rival` counts on it: an advert is either of a master or of one that resigns.
#[test]
fn nearness_counts_how_long_a_backup_had_waited() {
    let mut run = Run::new(config([instance(100)]));
    // master_down_timer is 3.609375 s: an interval is more than two tenths, two are more than five.
    for at in [1.0, 2.0, 3.0, 5.0, 8.5] {
        run.until(at);
        run.hear(PEER, packet(150));
    }
    // What follows priority 0 says nothing of how near it was.
    run.hear(PEER, packet(0));
    run.until(9.0);
    run.hear(LOWER, packet(140));
    let tenths = run.engine.snapshot().instances[0].statistics.nearness.tenths;
    assert_eq!(tenths, [0, 0, 2, 0, 0, 1, 0, 0, 0, 1]);
}
