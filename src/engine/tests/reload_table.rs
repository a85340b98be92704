//! Every kind of change that a reload can bring to one instance: what is decided, and what a master
//! then does. keepalived's answers are measured (it sends an advert, times the refresh anew and
//! opens its sockets anew at every reload; where it resigns, or does not, is the same).

use std::fmt::Write;
use std::net::Ipv4Addr;
use std::time::Duration;

use super::{PEER, Run, at, config, eth0, instance, net, peer, script};
use crate::engine::event::Event;
use crate::engine::snapshot::State;
use crate::ir::{
    Authentication, ChecksumPolicy, Config, InitialState, Instance, Preemption, Refresh, Track,
    Transport, VirtualAddress,
};
use crate::plan::{Action, Plan};
use crate::units::{IfName, Priority, Secret, Version, Vrid};

type Edit = fn(&mut Instance);

const OTHER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 51);

fn unicast(instance: &mut Instance, peers: &[Ipv4Addr]) {
    let peers = peers.iter().map(|address| peer(*address)).collect();
    instance.transport = Transport::Unicast { peers, ttl: None };
}

/// What it is before; what changes; the change.
const CHANGES: &[(&str, Edit, Edit)] = &[
    ("nothing", |_| {}, |_| {}),
    ("name", |_| {}, |it| it.name.value = "other".to_owned()),
    ("state", |_| {}, |it| it.initial_state = InitialState::Master),
    ("priority", |_| {}, |it| it.priority.value = Priority::new(90).unwrap()),
    ("owner", |_| {}, |it| it.priority.value = Priority::OWNER),
    ("advert_int", |_| {}, |it| it.advert_int.value = Duration::from_secs(2)),
    ("version", |_| {}, |it| it.version = Version::V3),
    ("down_timer_adverts", |_| {}, |it| it.down_timer_adverts = 5),
    ("auth_pass", |_| {}, |it| it.authentication = Authentication::Pass(Secret::new(*b"x"))),
    ("auth_type AH", |_| {}, |it| it.authentication = Authentication::Header(Secret::new(*b"x"))),
    ("checksum", |it| it.version = Version::V3, |it| it.checksum = ChecksumPolicy::AsVersion2),
    ("address added", |_| {}, |it| it.addresses.push(at(VirtualAddress::plain(net(OTHER))))),
    (
        "address removed",
        |it| it.addresses.push(at(VirtualAddress::plain(net(OTHER)))),
        |it| {
            it.addresses.pop();
        },
    ),
    (
        "addresses in another order",
        |it| it.addresses.push(at(VirtualAddress::plain(net(OTHER)))),
        |it| it.addresses.reverse(),
    ),
    ("label", |_| {}, |it| it.addresses[0].value.label = Some("eth0:1".to_owned())),
    ("no_track", |_| {}, |it| it.addresses[0].value.no_track = true),
    ("excluded", |_| {}, |it| it.excluded.push(at(VirtualAddress::plain(net(OTHER))))),
    ("nopreempt", |_| {}, |it| it.preemption = Preemption::Never),
    ("garp_master_repeat", |_| {}, |it| it.garp.master.rounds = 3),
    (
        "garp_master_refresh",
        |_| {},
        |it| it.garp.refresh = Some(Refresh { every: Duration::from_secs(9), rounds: 1 }),
    ),
    ("no_accept", |_| {}, |it| it.accept = false),
    ("accept", |it| it.accept = false, |it| it.accept = true),
    ("promote_secondaries", |_| {}, |it| it.promote_secondaries = true),
    (
        "no promote_secondaries",
        |it| it.promote_secondaries = true,
        |it| it.promote_secondaries = false,
    ),
    ("notify", |_| {}, |it| it.notify.master = script("/s")),
    (
        "track_interface that is down",
        |_| {},
        |it| {
            let name = IfName::new("eth9").unwrap();
            it.tracking.interfaces = vec![at(Track { name, weight: None, reverse: None })];
        },
    ),
    (
        "unicast_peer",
        |it| unicast(it, &[PEER]),
        |it| unicast(it, &[PEER, Ipv4Addr::new(10, 77, 0, 3)]),
    ),
    ("no peer", |it| unicast(it, &[PEER]), |it| unicast(it, &[])),
    ("mcast_src_ip", |_| {}, |it| it.source = Some(at(super::OWN.into()))),
    ("unicast", |_| {}, |it| unicast(it, &[PEER])),
    ("unicast_src_ip", |it| unicast(it, &[PEER]), |it| it.source = Some(at(super::OWN.into()))),
    (
        "multicast group",
        |_| {},
        |it| it.transport = Transport::Multicast { group: [224, 0, 0, 99].into() },
    ),
    ("virtual_router_id", |_| {}, |it| it.vrid.value = Vrid::new(52).unwrap()),
    ("interface", |_| {}, |it| it.interface = Some(at(IfName::new("eth1").unwrap()))),
    (
        "use_vmac of an address",
        |_| {},
        |it| {
            it.addresses[0].value.use_vmac = true;
            it.addresses[0].value.interface = Some(eth0());
        },
    ),
];

fn decided(old: &Config, new: &Config) -> Vec<(Action, usize)> {
    let plan = Plan::between(old, new);
    let of_instances = plan.steps.iter().filter(|step| step.kind == crate::plan::Kind::Instance);
    of_instances.map(|step| (step.action, step.settings.len())).collect()
}

#[test]
fn a_master_does_what_is_decided_and_no_more() {
    let mut table = String::new();
    for (what, base, edit) in CHANGES {
        let mut before = instance(150);
        base(&mut before);
        let mut after = before.clone();
        edit(&mut after);
        let (before, after) = (config([before]), config([after]));
        let decided = decided(&before, &after);
        let [(action, settings)] = decided[..] else { panic!("{what}: {decided:?}") };
        assert_eq!(settings == 0, action == Action::Keep, "{what}");
        let mut run = Run::new(before);
        run.until(4.0);
        assert_eq!(run.state(), State::Master, "{what}");
        run.take();
        run.event(Event::Reload(after));
        let record = run.take();
        let lines = record.lines().filter_map(|line| line.split_once(' ')).map(|(_, it)| it);
        let done =
            lines.filter(|it| !it.starts_with("log ")).map(|it| match it.split_once(" -> ") {
                Some((from, to)) if !from.contains(' ') => format!("{from}>{to}"),
                _ => it.split(' ').next().unwrap_or_default().to_owned(),
            });
        let done: Vec<String> = done.collect();
        assert!(action != Action::Keep || done.is_empty(), "{what}: {done:?}");
        // Only what has to begin anew, or has a fault now, gives up what it is.
        let resigned = record.contains("advert 0 ");
        let faulty = run.state() == State::Fault;
        assert_eq!(resigned, action == Action::Restart || faulty, "{what}:\n{record}");
        let line = format!("{what:<28} {action:?} {}", done.join(" "));
        let _ = writeln!(table, "{}", line.trim_end());
    }
    insta::assert_snapshot!(table, @"
    nothing                      Keep
    name                         Change
    state                        Change
    priority                     Change advert
    owner                        Change advert
    advert_int                   Change advert
    version                      Change advert
    down_timer_adverts           Change
    auth_pass                    Change advert
    auth_type AH                 Change open advert close
    checksum                     Change advert
    address added                Change add advert announce announce
    address removed              Change remove advert
    addresses in another order   Change advert
    label                        Change remove add announce
    no_track                     Change
    excluded                     Change add announce announce
    nopreempt                    Change
    garp_master_repeat           Change
    garp_master_refresh          Change
    no_accept                    Change guard
    accept                       Change unguard
    promote_secondaries          Change promote
    no promote_secondaries       Change promote
    notify                       Change
    track_interface that is down Change advert advert remove MASTER>FAULT
    unicast_peer                 Change advert
    no peer                      Change advert advert advert remove MASTER>FAULT
    mcast_src_ip                 Change advert
    unicast                      Restart open advert remove MASTER>INIT close remove INIT>BACKUP
    unicast_src_ip               Restart open advert remove MASTER>INIT close remove INIT>BACKUP
    multicast group              Restart open advert remove MASTER>INIT close remove INIT>BACKUP
    virtual_router_id            Restart advert remove MASTER>INIT remove INIT>BACKUP
    interface                    Restart advert remove MASTER>INIT close remove INIT>FAULT
    use_vmac of an address       Restart advert remove MASTER>INIT make divert
    ");
}
