//! An interface gets another name: what was set there is called back by that.

use super::{Run, VIP, eth0, instance, net, network};
use crate::engine::event::{NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::facts::{Interface, Network};
use crate::units::IfName;

/// The interface by that name, with the virtual address or without.
fn named(name: &str, held: bool) -> Interface {
    let mut interface = network().interfaces.remove(0);
    interface.name = IfName::new(name).unwrap();
    interface.addresses.extend(held.then(|| net(VIP)));
    interface
}

#[test]
fn an_address_on_an_interface_with_another_name_is_called_back() {
    let mut run = Run::master(instance(150));
    run.network(NetworkChange::InterfaceRemoved(eth0()));
    assert_eq!(run.state(), State::Fault);
    run.take();
    run.network(NetworkChange::Interface(named("lan0", true)));
    assert_eq!(run.take(), "4.000000 remove 10.77.0.50/24%lan0\n");
}

/// It was asked for before the name changed, and is there after it.
#[test]
fn an_address_that_comes_late_is_called_back() {
    let mut run = Run::master(instance(150));
    run.network(NetworkChange::InterfaceRemoved(eth0()));
    run.network(NetworkChange::Interface(named("lan0", false)));
    run.take();
    let (interface, address) = (IfName::new("lan0").unwrap(), net(VIP));
    run.network(NetworkChange::AddressAdded { interface, address, origin: Origin::Ours });
    assert_eq!(run.take(), "4.000000 remove 10.77.0.50/24%lan0\n");
}

#[test]
fn an_address_that_returns_with_the_old_name_is_called_back() {
    let mut run = Run::master(instance(150));
    run.network(NetworkChange::InterfaceRemoved(eth0()));
    run.network(NetworkChange::Interface(named("eth0", true)));
    assert!(run.take().ends_with("4.000000 FAULT -> BACKUP\n4.000000 remove 10.77.0.50/24%eth0\n"));
}

/// The master learns of it from the comparison only. Nobody looks after that address, so that it is
/// not found missing first.
#[test]
fn an_address_on_an_interface_that_was_renamed_unseen_is_called_back() {
    let mut config = instance(150);
    config.addresses.iter_mut().for_each(|address| address.value.no_track = true);
    let mut run = Run::master(config);
    let renamed = Network { interfaces: vec![named("lan0", true)].into() };
    run.network(NetworkChange::Resync(renamed));
    assert_eq!(run.state(), State::Fault);
    assert!(run.take().ends_with("4.000000 remove 10.77.0.50/24%lan0\n"));
}

/// The same address elsewhere may be anybody's.
#[test]
fn an_interface_with_another_number_is_left_alone() {
    let mut run = Run::master(instance(150));
    run.network(NetworkChange::InterfaceRemoved(eth0()));
    run.take();
    run.network(NetworkChange::Interface(Interface { index: 9, ..named("lan0", true) }));
    assert_eq!(run.take(), "");
}
