//! As a master: adverts, rivals, announcements, and the stop.

use std::time::Duration;

use super::{LOWER, OWN, PEER, Run, VIP, config, instance, net, packet, script};
use crate::engine::event::{Event, NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::ir::{Burst, InitialState, Refresh};

#[test]
fn it_advertises_every_interval_and_announces_again_after_the_delay() {
    let mut master = instance(150);
    master.garp.master = Burst { rounds: 2, delay: Duration::from_secs(5) };
    let mut run = Run::master(master);
    run.until(9.0);
    insta::assert_snapshot!(run.take(), @"
    4.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    5.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 3
    6.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 4
    7.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 5
    8.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 6
    8.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    8.414062 announce 10.77.0.50%eth0
    8.414062 announce 10.77.0.50%eth0
    ");
}

#[test]
fn refreshes_come_after_the_delay_and_then_periodically() {
    let mut master = instance(150);
    master.garp.master.delay = Duration::from_secs(2);
    master.garp.refresh = Some(Refresh { every: Duration::from_secs(3), rounds: 1 });
    let mut run = Run::master(master);
    run.until(13.0);
    let announced: Vec<_> = run
        .take()
        .lines()
        .filter(|line| line.contains("announce"))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(announced, ["5.414062", "8.414062", "11.414062"]);
}

#[test]
fn a_better_router_gets_its_place_without_a_word() {
    let mut run = Run::master(instance(150));
    run.hear(PEER, packet(200));
    insta::assert_snapshot!(run.take(), @"
    4.000000 log (V1) Master received advert from 10.77.0.2 with higher priority 200, ours 150
    4.000000 log (V1) master set to 10.77.0.2
    4.000000 log (V1) Entering BACKUP STATE
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 MASTER -> BACKUP
    ");
}

#[test]
fn higher_prio_send_advert_says_one_more() {
    let mut polite = instance(150);
    polite.higher_prio_send_advert = true;
    let mut run = Run::master(polite);
    run.hear(PEER, packet(200));
    assert!(run.take().starts_with("4.000000 advert 150"));
}

#[test]
fn a_lesser_router_is_answered_and_the_lan_told_again() {
    let mut master = instance(150);
    master.garp.lower_priority = Burst { rounds: 1, delay: Duration::from_secs(2) };
    master.notify.master_rx_lower_pri = script("/lower");
    let mut run = Run::master(master);
    run.hear(PEER, packet(100));
    run.until(6.5);
    insta::assert_snapshot!(run.take(), @"
    4.000000 log (V1) Received advert from 10.77.0.2 with lower priority 100, ours 150, forcing new election
    4.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    4.000000 announce 10.77.0.50%eth0
    4.000000 run /lower 
    5.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 3
    6.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 4
    6.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    6.000000 announce 10.77.0.50%eth0
    ");
}

#[test]
fn equal_priority_is_decided_by_the_address() {
    let mut run = Run::master(instance(150));
    run.hear(LOWER, packet(150));
    assert_eq!(run.state(), State::Master);
    run.hear(PEER, packet(150));
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn its_own_address_is_no_rival() {
    let mut run = Run::master(instance(150));
    run.hear(OWN, packet(150));
    insta::assert_snapshot!(run.take(), @"4.000000 log (V1) WARNING - equal priority advert received from remote host with our IP address.");
}

#[test]
fn priority_zero_of_another_is_answered() {
    let mut run = Run::master(instance(150));
    run.hear(PEER, packet(0));
    insta::assert_snapshot!(run.take(), @"
    4.000000 log (V1) Master received priority 0 message
    4.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    ");
}

#[test]
fn nothing_that_arrives_delays_its_adverts() {
    let mut run = Run::master(instance(150));
    for step in 0..40 {
        run.until(4.0 + f64::from(step) * 0.3);
        let mut bad = packet(200);
        bad.auth_type = 1;
        run.hear(PEER, bad);
    }
    let times: Vec<f64> = run
        .take()
        .lines()
        .filter(|line| line.contains("advert 150"))
        .map(|line| line.split(' ').next().unwrap().parse().unwrap())
        .collect();
    assert!(times.len() >= 11, "{times:?}");
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] < 1.001), "{times:?}");
}

#[test]
fn of_two_owners_the_lower_address_gives_way_or_insists() {
    let owner = || {
        let mut owner = instance(255);
        owner.initial_state = InitialState::Master;
        owner
    };
    // The other one has the higher address.
    let mut run = Run::new(config([owner()]));
    run.hear(PEER, packet(255));
    assert_eq!(run.state(), State::Backup);
    // The other one has the lower address and does not give way: we do, with 254.
    let mut run = Run::new(config([owner()]));
    run.until(0.5);
    run.hear(LOWER, packet(255));
    assert_eq!(run.state(), State::Master);
    run.until(2.6);
    run.hear(LOWER, packet(255));
    assert_eq!(run.state(), State::Backup);
    assert_eq!(run.engine.snapshot().instances[0].priority.get(), 254);
    run.until(10.0);
    assert_eq!(run.engine.snapshot().instances[0].priority.get(), 255);
}

#[test]
fn an_address_taken_away_is_taken_back_after_the_skew_time() {
    let mut run = Run::master(instance(150));
    run.network(NetworkChange::AddressRemoved {
        interface: super::eth0(),
        address: net(VIP),
        origin: Origin::Foreign,
        by: None,
    });
    run.until(4.5);
    insta::assert_snapshot!(run.take(), @"
    4.000000 log (V1) ip address 10.77.0.50/24 dev eth0, no longer exist
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 log (V1) Entering BACKUP STATE
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 MASTER -> BACKUP
    4.414062 BACKUP -> MASTER
    4.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 3
    4.414062 add 10.77.0.50/24%eth0
    4.414062 log (V1) Receive advertisement timeout
    4.414062 log (V1) Entering MASTER STATE
    4.414062 log (V1) setting VIPs.
    4.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    4.414062 announce 10.77.0.50%eth0
    ");
}

#[test]
fn its_own_removals_are_no_theft() {
    let mut run = Run::master(instance(150));
    run.network(NetworkChange::AddressRemoved {
        interface: super::eth0(),
        address: net(VIP),
        origin: Origin::Ours,
        by: None,
    });
    assert_eq!(run.state(), State::Master);
}

#[test]
fn the_stop_resigns_then_removes_then_reports() {
    let mut master = instance(150);
    master.notify.stop = script("/stop");
    master.notify.any = script("/any");
    let mut run = Run::master(master);
    run.event(Event::Stop);
    insta::assert_snapshot!(run.take(), @"
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 run /stop  and wait
    4.000000 run /any INSTANCE V1 STOP 150 and wait
    4.000000 stopped
    ");
}

#[test]
fn whoever_leaves_without_a_word_gives_up_nothing_and_reports() {
    let mut master = instance(150);
    master.notify.any = script("/any");
    let mut run = Run::master(master);
    run.event(Event::Leave);
    insta::assert_snapshot!(run.take(), @"
    4.000000 run /any INSTANCE V1 STOP 150 and wait
    4.000000 stopped
    ");
}

#[test]
fn scripts_hear_of_each_state_after_everything_is_done() {
    let mut told = instance(150);
    told.notify.master = script("/master");
    told.notify.backup = script("/backup");
    told.notify.any = script("/any");
    let mut run = Run::new(config([told]));
    run.until(3.5);
    run.hear(PEER, packet(200));
    let lines: Vec<_> =
        run.take().lines().filter(|line| line.contains("run ")).map(str::to_owned).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    0.000000 run /backup 
    0.000000 run /any INSTANCE V1 BACKUP 150
    3.414062 run /master 
    3.414062 run /any INSTANCE V1 MASTER 150
    3.500000 run /backup 
    3.500000 run /any INSTANCE V1 BACKUP 150
    ");
}

#[test]
fn spaced_announcements_go_round_robin() {
    let mut master = instance(150);
    master.garp.master.rounds = 2;
    let second = std::net::Ipv4Addr::new(10, 77, 0, 51);
    master.addresses.push(super::at(crate::ir::VirtualAddress::plain(net(second))));
    let mut configuration = config([master]);
    std::sync::Arc::get_mut(&mut configuration).unwrap().global.garp_interval =
        Duration::from_millis(100);
    let mut run = Run::new(configuration);
    run.until(4.0);
    let lines: Vec<_> =
        run.take().lines().filter(|line| line.contains("announce")).map(str::to_owned).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    3.414062 announce 10.77.0.50%eth0
    3.514062 announce 10.77.0.51%eth0
    3.614062 announce 10.77.0.50%eth0
    3.714062 announce 10.77.0.51%eth0
    ");
}
