//! A new configuration.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::{Run, VIP, at, config, instance, net, script};
use crate::engine::event::Event;
use crate::engine::snapshot::State;
use crate::ir::VirtualAddress;
use crate::units::{Priority, Vrid};

#[test]
fn an_unchanged_configuration_touches_nothing() {
    let mut run = Run::master(instance(150));
    let before = run.engine.poll_timeout();
    run.event(Event::Reload(config([instance(150)])));
    assert_eq!(run.take(), "");
    assert_eq!(run.engine.poll_timeout(), before);
}

#[test]
fn a_new_name_is_the_same_instance() {
    let mut run = Run::master(instance(150));
    let mut renamed = instance(150);
    renamed.name.value = "V2".to_owned();
    run.event(Event::Reload(config([renamed])));
    assert_eq!(run.state(), State::Master);
    assert!(!run.take().contains("remove"));
    assert_eq!(run.engine.snapshot().instances[0].name, "V2");
}

#[test]
fn addresses_come_and_go_by_their_difference() {
    let mut run = Run::master(instance(150));
    let mut moved = instance(150);
    let other = Ipv4Addr::new(10, 77, 0, 51);
    moved.addresses = vec![at(VirtualAddress::plain(net(other)))];
    run.event(Event::Reload(config([moved])));
    insta::assert_snapshot!(run.take(), @"
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 add 10.77.0.51/24%eth0
    4.000000 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.51
    4.000000 announce 10.77.0.51%eth0
    ");
}

#[test]
fn a_new_priority_is_advertised_at_once() {
    let mut run = Run::master(instance(150));
    run.event(Event::Reload(config([instance(90)])));
    assert_eq!(run.take(), "4.000000 advert 90 10.77.0.1 -> 224.0.0.18 id 2\n");
    assert_eq!(run.state(), State::Master);
}

#[test]
fn a_backup_waits_anew_if_its_timing_changed() {
    let mut run = Run::new(config([instance(100)]));
    run.until(3.0);
    run.event(Event::Reload(config([instance(150)])));
    run.until(6.41);
    assert_eq!(run.state(), State::Backup);
    run.until(6.42);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn an_instance_that_is_gone_resigns_and_reports_a_fault_to_the_generic_script() {
    let mut told = instance(150);
    told.notify.any = script("/any");
    told.notify.fault = script("/fault");
    let mut run = Run::master(told);
    let mut other = instance(150);
    other.vrid.value = Vrid::new(52).unwrap();
    run.event(Event::Reload(config([other])));
    insta::assert_snapshot!(run.take(), @"
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 MASTER -> INIT
    4.000000 run /any INSTANCE V1 FAULT 150
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 log (V1) Entering BACKUP STATE (init)
    4.000000 INIT -> BACKUP
    ");
}

#[test]
fn the_advert_interval_changes_in_place() {
    let mut run = Run::master(instance(150));
    let mut slow = instance(150);
    slow.advert_int.value = Duration::from_secs(3);
    run.event(Event::Reload(config([slow])));
    run.take();
    run.until(10.5);
    assert_eq!(run.take().matches("advert 150").count(), 2);
    assert_eq!(run.engine.snapshot().instances[0].priority, Priority::new(150).unwrap());
}

/// A frame that still waits for its turn would tell the LAN that the address lives here.
#[test]
fn an_address_that_is_gone_is_announced_no_more() {
    let spaced = |addresses: &[Ipv4Addr]| {
        let mut master = instance(150);
        master.garp.master.rounds = 2;
        master.addresses =
            addresses.iter().map(|address| at(VirtualAddress::plain(net(*address)))).collect();
        let mut configuration = config([master]);
        std::sync::Arc::get_mut(&mut configuration).unwrap().global.garp_interval =
            Duration::from_millis(100);
        configuration
    };
    let gone = Ipv4Addr::new(10, 77, 0, 51);
    let mut run = Run::new(spaced(&[VIP, gone]));
    run.until(3.45);
    run.take();
    run.event(Event::Reload(spaced(&[VIP])));
    run.until(4.0);
    insta::assert_snapshot!(run.take(), @"
    3.450000 remove 10.77.0.51/24%eth0
    3.450000 advert 150 10.77.0.1 -> 224.0.0.18 id 2
    3.514062 announce 10.77.0.50%eth0
    ");
}
