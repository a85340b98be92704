//! Instances that depend on the interfaces of static entries (`track_group`).

use std::sync::Arc;

use super::{Run, at, config, instance};
use crate::engine::event::NetworkChange;
use crate::engine::snapshot::State;
use crate::engine::tests::network;
use crate::facts::Network;
use crate::ir::{Config, StaticAddress, TrackGroup, VirtualAddress};
use crate::units::{IfName, IpNet, Vrid};

fn eth1() -> IfName {
    IfName::new("eth1").unwrap()
}

fn links(up: bool) -> Network {
    let mut network = network();
    let mut other = network.interfaces[0].clone();
    (other.name, other.index, other.up) = (eth1(), 3, up);
    network.interfaces.push(other);
    network
}

/// V1, and V2 that no group names; a static address on `eth1` that names G.
fn router(no_track: bool, interface: Option<IfName>) -> Config {
    let mut other = instance(100);
    other.name.value = "V2".to_owned();
    other.vrid.value = Vrid::new(52).unwrap();
    let mut address = VirtualAddress::plain(IpNet::new([10, 78, 0, 9].into(), 24).unwrap());
    (address.interface, address.no_track) = (interface, no_track);
    Config {
        track_groups: vec![TrackGroup {
            name: at("G".to_owned()),
            members: vec![at("V1".to_owned())],
        }],
        static_addresses: vec![at(StaticAddress {
            address,
            track_group: Some(at("G".to_owned())),
        })],
        ..config([instance(100), other])
    }
}

fn states(run: &Run) -> Vec<State> {
    run.engine.snapshot().instances.iter().map(|instance| instance.state).collect()
}

fn set(run: &mut Run, up: bool) {
    run.network(NetworkChange::Interface(links(up).interfaces.remove(1)));
}

#[test]
fn members_of_a_track_group_follow_the_interface_of_a_static_address() {
    let mut run = Run::on(Arc::new(router(false, Some(eth1()))), links(true));
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    set(&mut run, false);
    assert_eq!(states(&run), [State::Fault, State::Backup]);
    set(&mut run, true);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
}

#[test]
fn a_static_address_without_interface_stands_for_the_default_one() {
    let mut configuration = router(false, None);
    configuration.global.network.default_interface = Some(at(eth1()));
    let run = Run::on(Arc::new(configuration), links(false));
    assert_eq!(states(&run), [State::Fault, State::Backup]);
}

#[test]
fn no_track_takes_the_group_back() {
    let run = Run::on(Arc::new(router(true, Some(eth1()))), links(false));
    assert_eq!(states(&run), [State::Backup, State::Backup]);
}
