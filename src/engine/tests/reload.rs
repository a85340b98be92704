//! A new configuration.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::track::track_file;
use super::{Run, VIP, at, config, instance, net, script};
use crate::engine::event::{Event, Tracked};
use crate::engine::snapshot::State;
use crate::ir::{Instance, VirtualAddress};
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

/// An instance with this VRID that holds the addresses with these last bytes.
fn holder(vrid: u8, addresses: &[u8]) -> Instance {
    let mut holder = instance(150);
    holder.name.value = format!("V{vrid}");
    holder.vrid.value = Vrid::new(vrid).unwrap();
    let address = |last: &u8| at(VirtualAddress::plain(net(Ipv4Addr::new(10, 77, 0, *last))));
    holder.addresses = addresses.iter().map(address).collect();
    holder
}

/// The changes of addresses so far, in order.
fn address_changes(run: &mut Run) -> Vec<String> {
    let record = run.take();
    let words = record.lines().filter_map(|line| line.split_once(' ')).map(|(_, what)| what);
    let changes = words.filter(|what| what.starts_with("add ") || what.starts_with("remove "));
    changes.map(str::to_owned).collect()
}

/// Removed by the one after the other has set it, it would be gone, and nobody would notice: we
/// asked for it ourselves.
#[test]
fn an_address_that_moves_to_another_master_is_never_away() {
    for (before, after) in [
        ([holder(51, &[51]), holder(52, &[52, 60])], [holder(51, &[51, 60]), holder(52, &[52])]),
        ([holder(51, &[51, 60]), holder(52, &[52])], [holder(51, &[51]), holder(52, &[52, 60])]),
    ] {
        let mut run = Run::new(config(before));
        run.until(4.0);
        run.take();
        run.event(Event::Reload(config(after)));
        assert_eq!(address_changes(&mut run), ["add 10.77.0.60/24%eth0"]);
    }
}

#[test]
fn an_address_of_an_instance_that_is_gone_stays_with_its_new_master() {
    let mut run = Run::new(config([holder(51, &[51]), holder(52, &[52, 60])]));
    run.until(4.0);
    run.take();
    run.event(Event::Reload(config([holder(51, &[51, 60])])));
    assert_eq!(address_changes(&mut run), ["remove 10.77.0.52/24%eth0", "add 10.77.0.60/24%eth0"]);
}

/// To a backup it does not move: it leaves.
#[test]
fn an_address_that_goes_to_a_backup_leaves() {
    let backup = |addresses: &[u8]| {
        let mut backup = holder(51, addresses);
        backup.advert_int.value = Duration::from_secs(200);
        backup
    };
    let mut run = Run::new(config([backup(&[51]), holder(52, &[52, 60])]));
    run.until(4.0);
    run.take();
    run.event(Event::Reload(config([backup(&[51, 60]), holder(52, &[52])])));
    assert_eq!(address_changes(&mut run), ["remove 10.77.0.60/24%eth0"]);
}

/// The number was read from the new file: with the weight of the old one it would be a fault.
#[test]
fn what_was_observed_for_the_new_configuration_counts_with_that() {
    let following = |weight: i16, path: &str| {
        let mut follower = instance(150);
        follower.tracking.files = vec![at(crate::ir::Track {
            name: "f".to_owned(),
            weight: Some(at(weight)),
            reverse: None,
        })];
        let mut file = track_file("f");
        file.path.value = path.to_owned();
        let mut configuration = (*config([follower])).clone();
        configuration.track_files = vec![file];
        std::sync::Arc::new(configuration)
    };
    let mut run = Run::new(following(0, "/a"));
    run.until(4.0);
    run.take();
    run.event(Event::Foreseen(Tracked::File { name: "f".into(), value: 20 }));
    assert_eq!((run.state(), run.take().as_str()), (State::Master, ""));
    run.event(Event::Reload(following(1, "/b")));
    assert_eq!(run.state(), State::Master);
    assert_eq!(run.engine.snapshot().instances[0].priority.get(), 170);
}

/// The advert that tells of a new base priority has the new weights in it.
#[test]
fn base_and_weights_change_together() {
    let following = |priority: u8, weight: i16| {
        let mut follower = instance(priority);
        follower.tracking.interfaces = vec![at(crate::ir::Track {
            name: crate::units::IfName::new("eth9").unwrap(),
            weight: Some(at(weight)),
            reverse: None,
        })];
        config([follower])
    };
    let mut run = Run::new(following(150, -20));
    run.until(4.0);
    run.take();
    run.event(Event::Reload(following(100, -50)));
    let record = run.take();
    let adverts: Vec<_> = record.lines().filter(|line| line.contains("advert ")).collect();
    assert_eq!(adverts, ["4.000000 advert 50 10.77.0.1 -> 224.0.0.18 id 2"]);
}

#[test]
fn reloads_are_counted_applied_and_refused() {
    let mut run = Run::master(instance(150));
    run.event(Event::ReloadRefused);
    assert_eq!((run.take().as_str(), run.state()), ("", State::Master));
    run.event(Event::Reload(config([instance(150)])));
    run.event(Event::Reload(config([instance(160)])));
    let counted = run.engine.snapshot().reloads;
    assert_eq!((counted.accepted, counted.refused, counted.last), (2, 1, Some((run.now, true))));
}
