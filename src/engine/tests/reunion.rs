//! Sync groups whose members part for a while: a reload brings one that cannot lead yet, or somebody
//! robs one and another router is quicker.

use std::sync::Arc;

use super::groups::{group, hear_on_eth0, member, reports, states, two_links};
use super::{Run, at};
use crate::engine::effect::EffectId;
use crate::engine::event::{Event, NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::facts::{Interface, Link, LinkKind};
use crate::ir::{Config, OwnLink, Vmac};
use crate::units::{IfName, Mac};

const MAC: Mac = Mac([0, 0, 0x5e, 0, 1, 52]);

/// V1 and V2, which has an interface of its own.
fn with_vmac() -> Arc<Config> {
    let mut second = member(2, 100);
    second.link = Some(at(OwnLink::Vmac(Box::new(Vmac {
        name: None,
        mac: MAC,
        netlink_notify: false,
        group: None,
        transmit_from_base: false,
    }))));
    group([member(1, 100), second])
}

/// The kernel has made the interface of V2, and it was read.
fn make(run: &mut Run) {
    for id in 1..=40 {
        run.event(Event::Done { id: EffectId(id), result: Ok(()) });
    }
    let mut network = two_links(true);
    let base = network.interfaces[0].clone();
    network.interfaces.push(Interface {
        name: IfName::new("vrrp.52").unwrap(),
        index: 9,
        mac: Some(MAC),
        addresses: Vec::new(),
        link: Link {
            kind: LinkKind::Macvlan { private: true },
            parent: Some(2),
            ..Link::default()
        },
        ..base
    });
    run.network(NetworkChange::Resync(network));
}

#[test]
fn who_leads_resigns_for_a_new_member_that_waits_for_its_interface() {
    let mut run = Run::on(group([member(1, 100), member(2, 100)]), two_links(true));
    run.until(4.0);
    run.take();
    run.event(Event::Reload(with_vmac()));
    assert_eq!(states(&run), [State::Backup, State::Init]);
    assert!(run.record.contains("advert 0"));
    run.until(9.0);
    assert_eq!(states(&run), [State::Backup, State::Init], "nobody leads without it");
    make(&mut run);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    run.until(18.0);
    assert_eq!(states(&run), [State::Master, State::Master]);
}

#[test]
fn a_reload_starts_nobody_who_waits_for_its_interface() {
    let mut run = Run::on(with_vmac(), two_links(true));
    run.event(Event::Reload(with_vmac()));
    assert_eq!(states(&run), [State::Init, State::Init]);
    make(&mut run);
    let expected = ["GROUP G1 BACKUP 0", "INSTANCE V1 BACKUP 100", "INSTANCE V2 BACKUP 100"];
    assert_eq!(reports(&mut run), expected);
}

/// keepalived's group would stay MASTER for those who are told.
#[test]
fn a_robbed_group_is_reported_when_another_router_was_quicker() {
    let mut run = Run::on(group([member(1, 100), member(2, 100)]), two_links(true));
    run.until(4.0);
    run.take();
    let address = member(2, 100).addresses[0].net;
    let interface = super::eth0();
    let origin = Origin::Foreign;
    run.network(NetworkChange::AddressRemoved { interface, address, origin, by: None });
    assert_eq!(reports(&mut run), ["INSTANCE V2 BACKUP 100", "INSTANCE V1 BACKUP 100"]);
    hear_on_eth0(&mut run, 2, 200);
    assert_eq!(reports(&mut run), ["GROUP G1 BACKUP 0"]);
    hear_on_eth0(&mut run, 2, 200);
    assert_eq!(reports(&mut run), [""; 0]);
}

#[test]
fn a_robbed_group_is_reported_at_a_reload() {
    let mut run = Run::on(group([member(1, 100), member(2, 100)]), two_links(true));
    run.until(4.0);
    let (interface, address) = (super::eth0(), member(2, 100).addresses[0].value.net);
    let origin = Origin::Foreign;
    run.network(NetworkChange::AddressRemoved { interface, address, origin, by: None });
    run.take();
    run.event(Event::Reload(group([member(1, 99), member(2, 100)])));
    assert_eq!(reports(&mut run), ["GROUP G1 BACKUP 0"]);
}
