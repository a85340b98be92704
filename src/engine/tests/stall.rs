//! A process that does not run for a while listens before it speaks.

use std::time::Duration;

use super::{PEER, Run, at, config, eth0, instance, net, packet};
use crate::engine::event::{Event, NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::ir::{Preemption, VirtualAddress};
use crate::units::{Instant, IpNet, Priority};

impl Run {
    /// The process does not run until then, and then its timer is found to have expired.
    fn sleep_until(&mut self, seconds: f64) {
        self.now = Instant::ORIGIN + Duration::from_secs_f64(seconds);
    }
}

#[test]
fn a_master_that_has_slept_for_too_long_gives_way_to_whoever_is_heard() {
    let mut run = Run::master(instance(150));
    run.until(6.0);
    run.take();
    run.sleep_until(11.0);
    // What waits in the socket is read before the timer.
    run.hear(PEER, packet(100));
    run.hear(PEER, packet(100));
    run.event(Event::Timer);
    run.until(14.0);
    // A lesser master is preempted in the ordinary way.
    run.until(14.5);
    insta::assert_snapshot!(run.take(), @"
    11.000000 log A thread timer expired 4.585938 seconds ago
    11.000000 log (V1) no advert sent for 5.586 s, another router may have taken over - listening for 1.414 s
    11.000000 log (V1) master set to 10.77.0.2
    11.000000 log (V1) Entering BACKUP STATE
    11.000000 remove 10.77.0.50/24%eth0
    11.000000 log (V1) removing VIPs.
    11.000000 MASTER -> BACKUP
    11.000000 log (V1) received lower priority (100) advert from 10.77.0.2 - discarding
    14.414062 BACKUP -> MASTER
    14.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 4
    14.414062 add 10.77.0.50/24%eth0
    14.414062 log (V1) Receive advertisement timeout
    14.414062 log (V1) Entering MASTER STATE
    14.414062 log (V1) setting VIPs.
    14.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    14.414062 announce 10.77.0.50%eth0
    ");
    insta::assert_snapshot!(run.reasons, @"
    0.000000 (V1) started
    3.414062 (V1) no other router heard for 3.414 s
    11.000000 (V1) not run for too long, no advert for 5.585 s -> 10.77.0.2 has taken over
    14.414062 (V1) adverts of 10.77.0.2 stopped, silent for 3.414 s
    ");
}

#[test]
fn a_master_that_has_slept_alone_goes_on_after_it_has_listened() {
    let mut run = Run::master(instance(150));
    run.until(6.0);
    run.take();
    run.sleep_until(11.0);
    run.event(Event::Timer);
    run.until(13.5);
    insta::assert_snapshot!(run.take(), @"
    11.000000 log A thread timer expired 4.585938 seconds ago
    11.000000 log (V1) no advert sent for 5.586 s, another router may have taken over - listening for 1.414 s
    12.414062 log (V1) no other router has taken over - going on
    12.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 4
    12.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    12.414062 announce 10.77.0.50%eth0
    13.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 5
    ");
    assert_eq!(run.engine.snapshot().instances[0].changes.len(), 2, "it was master all the time");
}

#[test]
fn one_that_sleeps_on_while_it_should_listen_listens_again() {
    let mut run = Run::master(instance(150));
    run.until(6.0);
    run.sleep_until(11.0);
    run.event(Event::Timer);
    run.sleep_until(14.0);
    run.event(Event::Timer);
    run.take();
    run.until(15.414);
    assert_eq!(run.take(), "");
    run.until(15.415);
    assert!(run.take().contains("advert 150"));
}

#[test]
fn a_master_that_has_slept_for_less_than_anybody_waits_advertises_at_once() {
    let mut run = Run::master(instance(150));
    run.until(5.9);
    run.take();
    // The last advert was at 5.414; priority 254 would wait until 8.421.
    run.sleep_until(8.42);
    run.event(Event::Timer);
    insta::assert_snapshot!(run.take(), @"
    8.420000 log A thread timer expired 2.005938 seconds ago
    8.420000 advert 150 10.77.0.1 -> 224.0.0.18 id 4
    ");
}

#[test]
fn nothing_else_makes_it_speak_while_it_listens() {
    let mut run = Run::master(instance(150));
    run.until(6.0);
    run.sleep_until(11.0);
    run.event(Event::Timer);
    run.take();
    run.sleep_until(11.2);
    // A new address, priority 0 of somebody else, our own advert come back.
    let mut more = instance(150);
    let extra = IpNet::host([10, 77, 0, 51].into());
    more.excluded = vec![at(VirtualAddress::plain(extra))];
    run.event(Event::Reload(config([more])));
    run.hear(PEER, packet(0));
    run.hear(super::OWN, packet(150));
    insta::assert_snapshot!(run.take(), @"11.200000 add 10.77.0.51/32%eth0");
    assert_eq!(run.state(), State::Master);
    // It can lose its office in other ways meanwhile.
    run.network(NetworkChange::AddressRemoved {
        interface: eth0(),
        address: net(super::VIP),
        origin: Origin::Foreign,
        by: None,
    });
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn a_backup_that_has_slept_through_its_master_down_time_listens_first() {
    let heard = |run: &mut Run| {
        run.until(4.0);
        run.hear(PEER, packet(150));
        run.take();
    };
    // The whole machine stood still: what the master sent is lost, and it is heard again.
    let mut run = Run::new(config([instance(100)]));
    heard(&mut run);
    run.sleep_until(20.0);
    run.event(Event::Timer);
    run.until(20.9);
    run.hear(PEER, packet(150));
    run.until(24.0);
    let stalled = "20.000000 log A thread timer expired 12.390625 seconds ago\n";
    assert_eq!((run.state(), run.take().as_str()), (State::Backup, stalled));
    // Nobody is there: an interval and the skew time later it takes over.
    let mut run = Run::new(config([instance(100)]));
    heard(&mut run);
    run.sleep_until(20.0);
    run.event(Event::Timer);
    run.until(21.609);
    assert_eq!(run.state(), State::Backup);
    run.until(21.610);
    assert_eq!(run.state(), State::Master);
    // A little late is no stall.
    let mut run = Run::new(config([instance(100)]));
    heard(&mut run);
    run.sleep_until(7.609_375 + 0.499);
    run.event(Event::Timer);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn the_better_of_two_that_have_slept_speaks_first() {
    let listens = |priority| {
        let mut run = Run::master(instance(priority));
        run.sleep_until(20.0);
        run.event(Event::Timer);
        run.engine.poll_timeout().unwrap().at
    };
    assert!(listens(150) < listens(100));
}

#[test]
fn stalls_are_counted() {
    let mut run = Run::master(instance(150));
    run.sleep_until(4.9);
    run.event(Event::Timer);
    let stalls = |run: &Run| run.engine.snapshot().stalls;
    // The advert is due at 4.414062: an event before that finds nothing late.
    assert_eq!(stalls(&run).count, 0);
    run.until(5.0);
    run.sleep_until(8.0);
    run.event(Event::Timer);
    run.event(Event::Timer);
    let late = stalls(&run).longest;
    assert_eq!((stalls(&run).count, stalls(&run).last), (1, Some((run.now, late))));
    assert!(late > Duration::from_secs(2) && late < Duration::from_secs(3), "{late:?}");
}

/// Only with `nopreempt`; without listening, because another one is known to be there.
#[test]
fn timer_expired_backup_gives_way_at_once() {
    let mut starved = instance(150);
    starved.preemption = Preemption::Never;
    starved.timer_expired_backup = Some(at(Priority::new(100).unwrap()));
    let mut run = Run::master(starved);
    run.until(6.0);
    run.take();
    // The last advert was at 5.414062; priority 100 waits for 3.609375 s.
    run.sleep_until(9.023);
    run.event(Event::Timer);
    assert_eq!(run.state(), State::Master);
    run.until(9.5);
    run.take();
    run.sleep_until(9.023 + 3.610);
    run.event(Event::Timer);
    insta::assert_snapshot!(run.take(), @"
    12.633000 log A thread timer expired 2.610000 seconds ago
    12.633000 log (V1) Entering BACKUP STATE
    12.633000 remove 10.77.0.50/24%eth0
    12.633000 log (V1) removing VIPs.
    12.633000 MASTER -> BACKUP
    ");
    insta::assert_snapshot!(run.reasons, @"
    0.000000 (V1) started
    3.414062 (V1) no other router heard for 3.414 s
    12.633000 (V1) not run for too long, no advert for 3.610 s
    ");
}
