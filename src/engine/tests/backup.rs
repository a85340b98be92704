//! From the start, and as a backup.

use std::sync::Arc;
use std::time::Duration;

use super::{LOWER, PEER, Run, config, datagram, describe, instance, packet};
use crate::engine::effect::Effect;
use crate::engine::event::Event;
use crate::engine::message::{Message, What};
use crate::engine::snapshot::State;
use crate::ir::{InitialState, Preemption};
use crate::units::{Instant, Version, Vrid};

#[test]
fn a_lone_backup_becomes_master_after_its_master_down_time() {
    let mut run = Run::new(config([instance(150)]));
    run.until(4.5);
    insta::assert_snapshot!(run.take(), @"
    0.000000 open IPv4 eth0 Multicast(224.0.0.18)
    0.000000 remove 10.77.0.50/24%eth0
    0.000000 log (V1) removing VIPs.
    0.000000 log (V1) Entering BACKUP STATE (init)
    0.000000 INIT -> BACKUP
    3.414062 BACKUP -> MASTER
    3.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 1
    3.414062 add 10.77.0.50/24%eth0
    3.414062 log (V1) Receive advertisement timeout
    3.414062 log (V1) Entering MASTER STATE
    3.414062 log (V1) setting VIPs.
    3.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    3.414062 announce 10.77.0.50%eth0
    4.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    ");
}

#[test]
fn a_rehearsal_gives_the_effects_of_the_takeover_and_changes_nothing() {
    let mut run = Run::new(config([instance(150)]));
    run.until(3.0);
    run.take();
    let before = run.engine.snapshot();
    // The record has no reasons.
    let is_reason =
        |effect: &Effect| matches!(effect, Effect::Log(Message { what: What::Because(_), .. }));
    let rehearsed = run.engine.rehearse();
    let rehearsed = rehearsed.iter().filter(|effect| !is_reason(effect));
    let rehearsed: Vec<String> = rehearsed.map(describe).collect();
    assert_eq!(run.engine.snapshot(), before);
    assert!(run.engine.poll_effect().is_none());
    run.until(3.5);
    let played = run.take();
    let played: Vec<&str> =
        played.lines().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    assert_eq!(rehearsed, played);
    assert!(run.engine.rehearse().is_empty(), "a master waits for no takeover");
}

#[test]
fn an_owner_is_master_at_once() {
    let mut owner = instance(255);
    owner.initial_state = InitialState::Master;
    let mut run = Run::new(config([owner]));
    insta::assert_snapshot!(run.take(), @"
    0.000000 open IPv4 eth0 Multicast(224.0.0.18)
    0.000000 INIT -> MASTER
    0.000000 advert 255 10.77.0.1 -> 224.0.0.18 id 1
    0.000000 add 10.77.0.50/24%eth0
    0.000000 log (V1) Receive advertisement timeout
    0.000000 log (V1) Entering MASTER STATE
    0.000000 log (V1) setting VIPs.
    0.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    0.000000 announce 10.77.0.50%eth0
    ");
}

#[test]
fn state_master_without_ownership_shortens_nothing() {
    let mut wishful = instance(150);
    wishful.initial_state = InitialState::Master;
    let mut run = Run::new(config([wishful]));
    run.until(3.41);
    assert_eq!(run.state(), State::Backup);
    run.until(3.42);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn a_startup_delay_is_deaf_and_dumb_and_timers_run_from_its_end() {
    for (priority, initial_state, first) in
        [(150, InitialState::Backup, 5.914), (255, InitialState::Master, 3.5)]
    {
        let mut delayed = instance(priority);
        delayed.initial_state = initial_state;
        let mut configuration = config([delayed]);
        std::sync::Arc::get_mut(&mut configuration).unwrap().global.startup_delay =
            Duration::from_millis(2500);
        let mut run = Run::new(configuration);
        run.until(2.4);
        run.hear(PEER, packet(254));
        run.until(first - 0.001);
        assert_eq!(run.state(), State::Backup, "priority {priority}");
        run.until(first + 0.001);
        assert_eq!(run.state(), State::Master, "priority {priority}");
    }
}

#[test]
fn adverts_of_a_better_master_keep_it_waiting() {
    let mut run = Run::new(config([instance(100)]));
    run.take();
    for second in 1..=5 {
        run.until(f64::from(second));
        run.hear(PEER, packet(150));
    }
    run.until(8.609);
    assert_eq!(run.state(), State::Backup);
    run.until(8.610);
    insta::assert_snapshot!(run.take(), @"
    1.000000 log (V1) master set to 10.77.0.2
    8.609375 BACKUP -> MASTER
    8.609375 advert 100 10.77.0.1 -> 224.0.0.18 id 1
    8.609375 add 10.77.0.50/24%eth0
    8.609375 log (V1) Receive advertisement timeout
    8.609375 log (V1) Entering MASTER STATE
    8.609375 log (V1) setting VIPs.
    8.609375 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    8.609375 announce 10.77.0.50%eth0
    ");
}

#[test]
fn priority_zero_leaves_the_skew_time() {
    let mut run = Run::new(config([instance(100)]));
    run.until(1.0);
    run.hear(PEER, packet(150));
    run.until(1.5);
    run.hear(PEER, packet(0));
    run.until(1.5 + 0.609);
    assert_eq!(run.state(), State::Backup);
    run.until(1.5 + 0.610);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn a_lesser_master_is_preempted_after_the_own_master_down_time() {
    let mut run = Run::new(config([instance(150)]));
    run.take();
    for second in 1..=3 {
        run.until(f64::from(second));
        run.hear(PEER, packet(100));
    }
    run.until(3.5);
    insta::assert_snapshot!(run.take(), @"
    1.000000 log (V1) master set to 10.77.0.2
    1.000000 log (V1) received lower priority (100) advert from 10.77.0.2 - discarding
    2.000000 log (V1) received lower priority (100) advert from 10.77.0.2 - discarding
    3.000000 log (V1) received lower priority (100) advert from 10.77.0.2 - discarding
    3.414062 BACKUP -> MASTER
    3.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 1
    3.414062 add 10.77.0.50/24%eth0
    3.414062 log (V1) Receive advertisement timeout
    3.414062 log (V1) Entering MASTER STATE
    3.414062 log (V1) setting VIPs.
    3.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    3.414062 announce 10.77.0.50%eth0
    ");
}

#[test]
fn equal_priority_is_left_alone_whatever_the_address() {
    for source in [PEER, LOWER] {
        let mut run = Run::new(config([instance(100)]));
        for second in 1..=6 {
            run.until(f64::from(second));
            run.hear(source, packet(100));
        }
        assert_eq!(run.state(), State::Backup);
    }
}

#[test]
fn nopreempt_waits_until_the_lesser_master_is_silent() {
    let mut patient = instance(150);
    patient.preemption = Preemption::Never;
    let mut run = Run::new(config([patient]));
    for second in 1..=6 {
        run.until(f64::from(second));
        run.hear(PEER, packet(100));
    }
    run.until(9.41);
    assert_eq!(run.state(), State::Backup);
    run.until(9.42);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn preempt_delay_begins_with_the_first_lesser_advert() {
    let mut delayed = instance(150);
    delayed.preemption = Preemption::Delayed(Duration::from_secs(3));
    let mut run = Run::new(config([delayed]));
    run.take();
    for second in 1..=7 {
        run.until(f64::from(second));
        run.hear(PEER, packet(100));
    }
    // Held until 4.0; the last accepted advert is that of 3.0, so 3.0 + 3.414.
    insta::assert_snapshot!(run.take(), @"
    1.000000 log (V1) master set to 10.77.0.2
    1.000000 log (V1) start preempt delay (3.000000)
    4.000000 log (V1) received lower priority (100) advert from 10.77.0.2 - discarding
    5.000000 log (V1) received lower priority (100) advert from 10.77.0.2 - discarding
    6.000000 log (V1) received lower priority (100) advert from 10.77.0.2 - discarding
    6.414062 BACKUP -> MASTER
    6.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 1
    6.414062 add 10.77.0.50/24%eth0
    6.414062 log (V1) Receive advertisement timeout
    6.414062 log (V1) Entering MASTER STATE
    6.414062 log (V1) setting VIPs.
    6.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    6.414062 announce 10.77.0.50%eth0
    7.000000 log (V1) Received advert from 10.77.0.2 with lower priority 100, ours 150, forcing new election
    7.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    7.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    7.000000 announce 10.77.0.50%eth0
    ");
    assert_eq!(run.state(), State::Master);
}

#[test]
fn a_better_advert_ends_the_preempt_delay() {
    let mut delayed = instance(150);
    delayed.preemption = Preemption::Delayed(Duration::from_secs(3));
    let mut run = Run::new(config([delayed]));
    run.take();
    run.until(1.0);
    run.hear(PEER, packet(100));
    run.until(2.0);
    run.hear(PEER, packet(200));
    insta::assert_snapshot!(run.take(), @"
    1.000000 log (V1) master set to 10.77.0.2
    1.000000 log (V1) start preempt delay (3.000000)
    2.000000 log (V1) stop preempt delay
    ");
}

#[test]
fn version_3_learns_the_interval_of_its_master() {
    let mut slow = instance(100);
    slow.version = Version::V3;
    slow.advert_int.value = Duration::from_secs(2);
    let mut run = Run::new(config([slow]));
    run.take();
    run.until(1.0);
    let mut fast = packet(150);
    fast.version = 3;
    fast.interval = Duration::from_millis(500);
    run.hear(PEER, fast);
    run.until(1.0 + 1.804);
    assert_eq!(run.state(), State::Backup);
    run.until(1.0 + 1.805);
    assert_eq!(run.state(), State::Master);
    run.until(6.0);
    // Its own adverts go by its own interval.
    insta::assert_snapshot!(run.take(), @"
    1.000000 log (V1) advertisement interval mismatch with 10.77.0.2 mine=2000 msec rcv'd=500 msec
    1.000000 log (V1) master set to 10.77.0.2
    1.000000 log (V1) advertisement interval updated from 2000ms to 500ms by master
    2.804687 BACKUP -> MASTER
    2.804687 advert 100 10.77.0.1 -> 224.0.0.18 id 1
    2.804687 add 10.77.0.50/24%eth0
    2.804687 log (V1) Receive advertisement timeout
    2.804687 log (V1) Entering MASTER STATE
    2.804687 log (V1) setting VIPs.
    2.804687 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    2.804687 announce 10.77.0.50%eth0
    4.804687 advert 100 10.77.0.1 -> 224.0.0.18 id 2
    ");
}

/// After a stall several datagrams wait: the master's advert may stand behind one that is refused,
/// or behind one for another virtual router.
#[test]
fn an_advert_that_has_arrived_is_not_late_whatever_is_read_before_it() {
    let mut second = instance(100);
    second.name.value = "V2".to_owned();
    second.vrid.value = Vrid::new(52).unwrap();
    let mut run = Run::new(config([instance(100), second]));
    run.take();
    run.now = Instant::from_micros(4_000_000);
    let mut refused = datagram(PEER, packet(150));
    refused.ttl = 254;
    run.event(Event::Datagram(refused));
    run.hear(PEER, packet(150));
    let mut of_second = packet(150);
    of_second.vrid = 52;
    run.hear(PEER, of_second);
    run.event(Event::Timer);
    insta::assert_snapshot!(run.take(), @"
    4.000000 log (V1) invalid TTL/HL from 10.77.0.2. Received 254 and expect 255
    4.000000 log (V1) master set to 10.77.0.2
    4.000000 log (V2) master set to 10.77.0.2
    ");
}

/// Neither a link that comes nor a new configuration shortens `vrrp_startup_delay`: timers run from
/// its end, whatever starts them.
#[test]
fn nothing_begins_before_the_startup_delay_is_over() {
    type Disturb = fn(&mut Run);
    let link: Disturb = |run| {
        run.link(false);
        run.link(true);
    };
    let priority: Disturb = |run| run.event(Event::Reload(config([instance(150)])));
    let added: Disturb = |run| {
        let mut other = instance(150);
        other.vrid.value = Vrid::new(52).unwrap();
        run.event(Event::Reload(config([other])));
    };
    for disturb in [link, priority, added] {
        let mut configuration = config([instance(150)]);
        Arc::get_mut(&mut configuration).unwrap().global.startup_delay = Duration::from_secs(10);
        let mut run = Run::new(configuration);
        run.until(1.0);
        disturb(&mut run);
        run.until(13.41);
        assert_eq!(run.state(), State::Backup);
        run.until(13.42);
        assert_eq!(run.state(), State::Master);
    }
}
