//! Into FAULT and out of it.

use super::{OWN, PEER, Run, VIP, config, eth0, instance, net, network, packet, peer, script};
use crate::engine::effect::EffectId;
use crate::engine::event::{Event, KernelError, NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::ir::{InitialState, Transport};

#[test]
fn a_master_that_loses_its_link_resigns_twice_and_comes_back_as_backup() {
    let mut run = Run::master(instance(150));
    run.link(false);
    run.until(5.0);
    run.link(true);
    run.until(9.0);
    insta::assert_snapshot!(run.take(), @"
    4.000000 log (V1): entering FAULT state (interface eth0 down)
    4.000000 log (V1) Entering FAULT STATE
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 3
    4.000000 log (V1) sent 0 priority
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 MASTER -> FAULT
    5.000000 log (V1) Entering BACKUP STATE
    5.000000 FAULT -> BACKUP
    8.414062 BACKUP -> MASTER
    8.414062 advert 150 10.77.0.1 -> 224.0.0.18 id 4
    8.414062 add 10.77.0.50/24%eth0
    8.414062 log (V1) Receive advertisement timeout
    8.414062 log (V1) Entering MASTER STATE
    8.414062 log (V1) setting VIPs.
    8.414062 log (V1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.50
    8.414062 announce 10.77.0.50%eth0
    ");
}

#[test]
fn a_backup_that_loses_its_link_says_so_and_stops_waiting() {
    let mut told = instance(100);
    told.notify.fault = script("/fault");
    told.notify.any = script("/any");
    let mut run = Run::new(config([told]));
    run.take();
    run.link(false);
    run.until(60.0);
    insta::assert_snapshot!(run.take(), @"
    0.000000 log (V1): entering FAULT state (interface eth0 down)
    0.000000 log (V1) Entering FAULT STATE
    0.000000 BACKUP -> FAULT
    0.000000 run /fault 
    0.000000 run /any INSTANCE V1 FAULT 100
    ");
    assert!(run.engine.poll_timeout().is_none());
}

#[test]
fn an_owner_comes_back_through_backup() {
    let mut owner = instance(255);
    owner.initial_state = InitialState::Master;
    let mut run = Run::new(config([owner]));
    run.until(1.0);
    run.link(false);
    run.link(true);
    assert_eq!(run.state(), State::Backup);
    run.until(1.0 + 3.0);
    assert_eq!(run.state(), State::Backup);
    run.until(1.0 + 3.01);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn it_starts_in_fault_without_its_interface_and_recovers() {
    let mut run = Run::on(config([instance(150)]), crate::facts::Network::default());
    insta::assert_snapshot!(run.take(), @"
    0.000000 remove 10.77.0.50/24%eth0
    0.000000 log (V1) removing VIPs.
    0.000000 log (V1): entering FAULT state (interface eth0 down)
    0.000000 log (V1) entering FAULT state (no IPv4 address for interface)
    0.000000 log (V1) Entering FAULT STATE (init)
    0.000000 INIT -> FAULT
    ");
    run.until(10.0);
    run.network(NetworkChange::Interface(network().interfaces.remove(0)));
    assert_eq!(run.state(), State::Backup);
    assert!(run.take().contains("open IPv4 eth0"), "the sockets must follow the interface");
}

#[test]
fn without_an_address_to_send_from_it_waits_for_one() {
    let mut run = Run::master(instance(150));
    run.network(NetworkChange::AddressRemoved {
        interface: eth0(),
        address: net(OWN),
        origin: Origin::Foreign,
        by: None,
    });
    assert_eq!(run.state(), State::Fault);
    assert!(run.take().contains("(V1) entering FAULT state (no IPv4 address for interface)"));
    // A virtual address is no source.
    run.network(NetworkChange::AddressAdded {
        interface: eth0(),
        address: net(VIP),
        origin: Origin::Foreign,
    });
    assert_eq!(run.state(), State::Fault);
    run.network(NetworkChange::AddressAdded {
        interface: eth0(),
        address: net(OWN),
        origin: Origin::Foreign,
    });
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn it_leaves_when_the_last_cause_is_gone() {
    let mut run = Run::master(instance(150));
    run.link(false);
    run.network(NetworkChange::AddressRemoved {
        interface: eth0(),
        address: net(OWN),
        origin: Origin::Foreign,
        by: None,
    });
    run.link(true);
    assert_eq!(run.state(), State::Fault);
    run.network(NetworkChange::AddressAdded {
        interface: eth0(),
        address: net(OWN),
        origin: Origin::Foreign,
    });
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn dont_track_primary_ignores_the_own_link() {
    let mut stubborn = instance(150);
    stubborn.track_primary = false;
    let mut run = Run::master(stubborn);
    run.link(false);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn sockets_that_do_not_open_are_a_fault() {
    let mut run = Run::new(config([instance(150)]));
    let error = KernelError { errno: 19, text: "No such device".to_owned() };
    run.event(Event::Done { id: EffectId(1), result: Err(error) });
    assert_eq!(run.state(), State::Fault);
}

#[test]
fn unicast_without_peers_is_a_fault() {
    let mut alone = instance(150);
    alone.transport = Transport::Unicast { peers: Vec::new(), ttl: None };
    let mut run = Run::new(config([alone]));
    assert_eq!(run.state(), State::Fault);
    assert!(run.take().contains("Cannot use unicast without any peers"));
}

#[test]
fn back_in_unicast_it_announces_its_own_address() {
    let mut unicast = instance(150);
    unicast.transport = Transport::Unicast { peers: vec![peer(PEER)], ttl: None };
    let mut run = Run::new(config([unicast]));
    run.link(false);
    run.take();
    run.link(true);
    assert!(run.take().contains(&format!("announce {OWN}%eth0")));
}

#[test]
fn in_fault_nothing_is_heard() {
    let mut run = Run::new(config([instance(100)]));
    run.link(false);
    run.take();
    run.hear(PEER, packet(200));
    assert_eq!(run.take(), "");
}

#[test]
fn a_resync_gives_up_stale_addresses_and_notices_missing_ones() {
    let mut stale = network();
    stale.interfaces[0].addresses.push(net(VIP));
    let mut run = Run::new(config([instance(100)]));
    // The removal at the start was answered; somebody has put the address back since.
    run.event(Event::Done { id: EffectId(2), result: Ok(()) });
    run.take();
    run.network(NetworkChange::Resync(stale.clone()));
    assert_eq!(run.take(), "0.000000 remove 10.77.0.50/24%eth0\n");

    let mut run = Run::master(instance(150));
    run.event(Event::Done { id: EffectId(2), result: Ok(()) });
    run.event(Event::Done { id: EffectId(3), result: Ok(()) });
    run.network(NetworkChange::Resync(stale));
    assert_eq!(run.state(), State::Master);
    run.network(NetworkChange::Resync(network()));
    assert_eq!(run.state(), State::Backup);
}

/// What the kernel has not answered yet may or may not be in a comparison that comes meanwhile.
#[test]
fn a_comparison_that_comes_too_early_is_asked_for_again() {
    let mut run = Run::master(instance(150));
    run.event(Event::Done { id: EffectId(2), result: Ok(()) });
    run.network(NetworkChange::Resync(network()));
    assert_eq!((run.state(), run.take().as_str()), (State::Master, ""));
    run.event(Event::Done { id: EffectId(3), result: Ok(()) });
    assert_eq!(run.take(), "4.000000 read the network anew\n");
    run.network(NetworkChange::Resync(network()));
    assert_eq!(run.state(), State::Backup);
}
