//! What another process has led goes on: nobody is told, nothing is announced, nothing is removed.

use std::sync::Arc;
use std::time::Duration;

use super::{PEER, Run, VIP, at, config, eth0, instance, net, network, packet, script};
use crate::engine::adoption::{Adopted, AdoptedScript, Adoption, Role};
use crate::engine::drain::{Drain, Kept};
use crate::engine::event::{NetworkChange, Origin};
use crate::engine::snapshot::{State, Statistics};
use crate::engine::{Engine, Known};
use crate::facts::Network;
use crate::ir::{Burst, Config, Notify, SyncGroup, Track, Tracking, VrrpScript};
use crate::units::{Instant, Vrid};

const BACKUP: Role =
    Role::Backup { master: Some(std::net::IpAddr::V4(PEER)), priority: 200, interval: None };

fn adopted(name: &str, role: Role) -> Adopted {
    Adopted {
        name: name.to_owned(),
        role,
        age: Duration::from_secs(60),
        statistics: Statistics::default(),
    }
}

fn adoption(role: Role) -> Adoption {
    Adoption { instances: vec![adopted("V1", role)], scripts: Vec::new(), caretaker: false }
}

/// The host of a master: its address is there.
fn with_address() -> Network {
    let mut network = network();
    network.interfaces[0].addresses.push(net(VIP));
    network
}

fn adopt(config: Arc<Config>, network: Network, adoption: &Adoption) -> Run {
    let now = Instant::ORIGIN + Duration::from_secs(100);
    let engine = Engine::adopting(config, network, Known::default(), adoption, now);
    Run::of(engine, now)
}

#[test]
fn a_master_advertises_at_once_and_goes_on_in_its_rhythm() {
    let mut master = instance(150);
    master.notify = Notify { master: script("/tell"), any: script("/tell"), ..Notify::default() };
    let mut run = adopt(config([master]), with_address(), &adoption(Role::Master));
    run.until(102.0);
    insta::assert_snapshot!(run.take(), @"
    100.000000 open IPv4 eth0 Multicast(224.0.0.18)
    100.000000 INIT -> MASTER
    100.000000 log (V1) Taken over in MASTER STATE
    100.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 1
    100.000000 add 10.77.0.50/24%eth0
    101.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    102.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 3
    ");
    assert_eq!(run.engine.deviation(&adoption(Role::Master)), None);
    assert_eq!(run.engine.snapshot().instances[0].since, Instant::ORIGIN + Duration::from_secs(40));
}

/// Monitors take a counter that falls for a daemon that has started.
#[test]
fn what_was_counted_is_counted_on() {
    let statistics = Statistics {
        adverts_sent: 7_000,
        became_master: 3,
        auth_failures: 11,
        ..Statistics::default()
    };
    let mut adoption = adoption(Role::Master);
    adoption.instances[0].statistics = statistics;
    let mut run = adopt(config([instance(150)]), with_address(), &adoption);
    run.until(101.5);
    let counted = Statistics { adverts_sent: 7_002, ..statistics };
    assert_eq!(run.engine.snapshot().instances[0].statistics, counted);
}

/// The file of drains has told of it; what it was before is no reason to lead.
#[test]
fn one_that_is_drained_stays_away() {
    let drain = Drain { since: Duration::ZERO, until: None, by: "x".into(), reason: None };
    let drains = Arc::from([Kept { instance: "V1".into(), drain: Arc::new(drain) }]);
    let known = Known { drains, ..Known::default() };
    let now = Instant::ORIGIN + Duration::from_secs(100);
    let engine =
        Engine::adopting(config([instance(150)]), network(), known, &adoption(BACKUP), now);
    assert_eq!(engine.deviation(&adoption(BACKUP)), None);
    let (record, reasons, group_reasons) = Default::default();
    let mut run = Run { engine, now, record, reasons, group_reasons };
    run.until(200.0);
    assert_eq!(run.state(), State::Backup);
    let snapshot = run.engine.snapshot();
    assert!(snapshot.instances[0].drained.is_some() && snapshot.instances[0].vacant);
}

#[test]
fn a_backup_knows_its_master_and_waits_a_master_down_time() {
    let mut run = adopt(config([instance(150)]), network(), &adoption(BACKUP));
    assert_eq!(run.engine.snapshot().instances[0].master, Some(PEER.into()));
    run.until(103.0);
    run.hear(PEER, packet(200));
    run.until(106.0);
    insta::assert_snapshot!(run.take(), @"
    100.000000 open IPv4 eth0 Multicast(224.0.0.18)
    100.000000 INIT -> BACKUP
    100.000000 log (V1) Taken over in BACKUP STATE
    ");
    run.until(107.0);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn a_startup_delay_is_not_waited_for_again() {
    let mut config = Config::clone(&config([instance(150)]));
    config.global.startup_delay = Duration::from_secs(50);
    let mut run = adopt(Arc::new(config), with_address(), &adoption(Role::Master));
    run.until(100.5);
    assert_eq!(run.record.matches("advert 150").count(), 1, "{}", run.record);
    run.hear(PEER, packet(200));
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn what_keeps_it_from_working_is_a_deviation_and_not_a_silent_change() {
    let mut network = with_address();
    network.interfaces[0].up = false;
    let adoption = adoption(Role::Master);
    let run = adopt(config([instance(150)]), network, &adoption);
    let found = run.engine.deviation(&adoption).unwrap();
    assert_eq!(found.to_string(), "(V1) would be FAULT, and is MASTER");
}

#[test]
fn an_instance_that_the_other_process_does_not_have_is_a_deviation() {
    let mut second = instance(100);
    second.name = at("V2".to_owned());
    second.vrid = at(Vrid::new(52).unwrap());
    let adoption = adoption(Role::Master);
    let run = adopt(config([instance(150), second]), with_address(), &adoption);
    assert_eq!(run.engine.deviation(&adoption).map(|found| found.name), Some("V2".to_owned()));
}

fn tracked(weight: i16) -> Arc<Config> {
    let mut master = instance(150);
    let track = at(Track { name: "chk".to_owned(), weight: None, reverse: None });
    master.tracking = Tracking { scripts: vec![track], ..Tracking::default() };
    let mut config = Config::clone(&config([master]));
    config.vrrp_scripts = vec![VrrpScript {
        name: at("chk".to_owned()),
        script: script("/check").map(|it| *it).unwrap(),
        interval: Duration::from_secs(1),
        timeout: None,
        weight: at(weight),
        reverse: false,
        rise: 2,
        fall: 2,
        user: None,
        init_fail: false,
    }];
    Arc::new(config)
}

#[test]
fn what_scripts_said_is_not_asked_again_before_it_goes_on() {
    for (weight, priority) in [(0, "150"), (-20, "150"), (20, "170")] {
        let mut adoption = adoption(Role::Master);
        adoption.scripts = vec![AdoptedScript { name: "chk".to_owned(), good: true, counter: 3 }];
        let run = adopt(tracked(weight), with_address(), &adoption);
        assert_eq!(run.engine.deviation(&adoption), None, "weight {weight}");
        assert!(run.record.contains(&format!("advert {priority} ")), "{}", run.record);
        assert!(run.record.contains("check chk"), "{}", run.record);
    }
}

#[test]
fn members_of_a_group_go_on_together_and_fail_together() {
    let mut second = instance(150);
    second.name = at("V2".to_owned());
    second.vrid = at(Vrid::new(52).unwrap());
    let mut config = Config::clone(&config([instance(150), second]));
    config.sync_groups = vec![SyncGroup {
        name: at("G".to_owned()),
        members: vec![at("V1".to_owned()), at("V2".to_owned())],
        notify: Notify::default(),
        smtp_alert: None,
        notify_priority_changes: None,
        tracking_weight: false,
        tracking: Tracking::default(),
    }];
    let adoption = Adoption {
        instances: vec![adopted("V1", Role::Master), adopted("V2", Role::Master)],
        scripts: Vec::new(),
        caretaker: false,
    };
    let mut run = adopt(Arc::new(config), with_address(), &adoption);
    assert_eq!(run.engine.deviation(&adoption), None);
    assert_eq!(run.engine.snapshot().groups[0].state, State::Master);
    run.link(false);
    let states: Vec<_> = run.engine.snapshot().instances.iter().map(|it| it.state).collect();
    assert_eq!(states, [State::Fault, State::Fault]);
}

#[test]
fn a_caretaker_puts_back_what_is_removed_and_does_not_resign() {
    let mut adoption = adoption(Role::Master);
    adoption.caretaker = true;
    let mut run = adopt(config([instance(150)]), with_address(), &adoption);
    run.take();
    for _ in 0..3 {
        let (interface, address) = (eth0(), net(VIP));
        let change = NetworkChange::AddressRemoved {
            interface: interface.clone(),
            address,
            origin: Origin::Foreign,
            by: None,
        };
        run.network(change);
        run.network(NetworkChange::AddressAdded { interface, address, origin: Origin::Ours });
    }
    insta::assert_snapshot!(run.take(), @"
    100.000000 add 10.77.0.50/24%eth0
    100.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    100.000000 announce 10.77.0.50%eth0
    100.000000 add 10.77.0.50/24%eth0
    100.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    100.000000 announce 10.77.0.50%eth0
    100.000000 add 10.77.0.50/24%eth0
    100.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    100.000000 announce 10.77.0.50%eth0
    ");
    assert_eq!(run.state(), State::Master);
}

#[test]
fn the_second_burst_of_a_new_master_comes_when_it_was_due() {
    let mut master = instance(150);
    master.garp.master = Burst { rounds: 2, delay: Duration::from_secs(5) };
    let mut adoption = adoption(Role::Master);
    adoption.instances[0].age = Duration::from_secs(2);
    let mut run = adopt(config([master]), with_address(), &adoption);
    run.until(120.0);
    let record = run.take();
    let announced: Vec<&str> = record.lines().filter(|line| line.contains(" announce ")).collect();
    let line = "103.000000 announce 10.77.0.50%eth0";
    assert_eq!(announced, [line, line]);
}
