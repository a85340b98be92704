//! The chain of causes names what is tracked, what was found of it, and what that did.

use super::{Run, at, config, counts, eth0, exited, group, instance, line, reads, weighted};
use crate::engine::event::Event;
use crate::engine::tests::{PEER, datagram, packet};
use crate::engine::why::{Finding, Trigger};
use crate::ir::Instance;
use crate::units::Vrid;
use std::sync::Arc;

/// The reasons since the last call.
fn reasons(run: &mut Run) -> String {
    std::mem::take(&mut run.reasons)
}

/// Lets the script that is run each second end with that status.
fn checks(run: &mut Run, seconds: std::ops::RangeInclusive<u8>, status: i32) {
    for second in seconds {
        run.until(second.into());
        run.event(exited(u64::from(second) + 1, status));
    }
}

#[test]
fn weights_stand_before_the_advert_that_decides() {
    let mut tracking = instance(150);
    tracking.tracking.scripts = vec![weighted("s".to_owned(), -30, false)];
    tracking.tracking.files = vec![weighted("f".to_owned(), 1, false)];
    let mut run = Run::new(Arc::new(config([tracking])));
    checks(&mut run, 0..=4, 0);
    checks(&mut run, 5..=5, 1);
    run.event(reads(-5));
    reasons(&mut run);
    run.hear(PEER, packet(140));
    insta::assert_snapshot!(reasons(&mut run), @"5.000000 (V1) script s exited with status 1 -> weight -30 -> file f holds -5 -> weight -5 -> priority 115 instead of 150 -> advert of priority 140 from 10.77.0.2, ours 115");
    // The file alone leaves it better than the other one: it takes the office back.
    for second in 6..=10 {
        checks(&mut run, second..=second, 0);
        run.hear(PEER, packet(140));
    }
    insta::assert_snapshot!(reasons(&mut run), @"8.433593 (V1) file f holds -5 -> weight -5 -> priority 145 instead of 150 -> priority 145 preempts 10.77.0.2 with priority 140");
}

#[test]
fn a_fault_says_what_was_found() {
    let mut tracking = instance(150);
    tracking.tracking.scripts = vec![line("s".to_owned())];
    tracking.tracking.processes = vec![line("p".to_owned())];
    let mut run = Run::new(Arc::new(config([tracking])));
    run.event(counts(1));
    checks(&mut run, 0..=0, 0);
    checks(&mut run, 1..=1, 3);
    run.event(counts(0));
    checks(&mut run, 2..=2, 0);
    run.event(counts(1));
    let changes = run.engine.snapshot().instances[0].changes.clone();
    assert!(changes.iter().any(|change| matches!(&change.why.trigger, Trigger::Fault(grounds)
        if matches!(&grounds[..], [crate::engine::why::Ground::Tracked(Finding::Script { .. })]))));
    insta::assert_snapshot!(reasons(&mut run), @"
    0.000000 (V1) process p lacks its quorum
    0.000000 (V1) fault gone: process p lacks its quorum
    1.000000 (V1) script s exited with status 3
    2.000000 (V1) fault gone: script s exited with status 3, process p lacks its quorum
    ");
}

/// V2 tracks a script; V1 and V3 follow it.
#[test]
fn who_follows_a_member_of_its_group_says_why_that_one_changed() {
    let member = |number: u8| -> Instance {
        let mut member = instance(100);
        member.name.value = format!("V{number}");
        member.vrid.value = Vrid::new(50 + number).unwrap();
        member.interface = Some(at(eth0()));
        member
    };
    let mut second = member(2);
    second.tracking.scripts = vec![line("s".to_owned())];
    let mut config = config([member(1), second, member(3)]);
    config.sync_groups = vec![group(&["V1", "V2", "V3"])];
    let mut run = Run::new(Arc::new(config));
    checks(&mut run, 0..=4, 0);
    checks(&mut run, 5..=5, 1);
    checks(&mut run, 6..=11, 0);
    let mut better = packet(150);
    better.vrid = 53;
    run.event(Event::Datagram(datagram(PEER, better)));
    insta::assert_snapshot!(reasons(&mut run), @"
    0.000000 (V2) started
    0.000000 (V1) started
    0.000000 (V3) started
    3.609375 (V3) no other router heard for 3.609 s
    3.609375 (V1) no other router heard for 3.609 s -> sync group G1 follows V3
    3.609375 (V2) no other router heard for 3.609 s -> sync group G1 follows V3
    5.000000 (V2) script s exited with status 1
    5.000000 (V1) script s exited with status 1 -> sync group G1 follows V2
    5.000000 (V3) script s exited with status 1 -> sync group G1 follows V2
    6.000000 (V2) fault gone: script s exited with status 1
    6.000000 (V1) fault gone: script s exited with status 1 -> sync group G1 follows V2
    6.000000 (V3) fault gone: script s exited with status 1 -> sync group G1 follows V2
    9.609375 (V3) no other router heard for 3.609 s
    9.609375 (V1) no other router heard for 3.609 s -> sync group G1 follows V3
    9.609375 (V2) no other router heard for 3.609 s -> sync group G1 follows V3
    11.000000 (V3) advert of priority 150 from 10.77.0.2, ours 100
    11.000000 (V1) advert of priority 150 from 10.77.0.2, ours 100 -> sync group G1 follows V3
    11.000000 (V2) advert of priority 150 from 10.77.0.2, ours 100 -> sync group G1 follows V3
    ");
}
