//! Sync groups: members change together, and are reported in keepalived's order.

use std::sync::Arc;

use super::{PEER, Run, at, config, datagram, eth0, instance, network, packet, script};
use crate::engine::event::{Datagram, Event, NetworkChange};
use crate::engine::snapshot::State;
use crate::facts::Network;
use crate::ir::{Config, InitialState, Instance, Notify, SyncGroup, Tracking, VirtualAddress};
use crate::net::vrrp::Addresses;
use crate::units::{IfName, Mac, Vrid};

fn eth1() -> IfName {
    IfName::new("eth1").unwrap()
}

/// `Vn` with VRID 50 + n, on `eth0` but for V1, which is on `eth1`.
pub(super) fn member(number: u8, priority: u8) -> Instance {
    let mut instance = instance(priority);
    instance.name.value = format!("V{number}");
    instance.vrid.value = Vrid::new(50 + number).unwrap();
    instance.interface = Some(at(if number == 1 { eth1() } else { eth0() }));
    let address = crate::units::IpNet::new([10, 77, 0, 50 + number].into(), 24).unwrap();
    instance.addresses = vec![at(VirtualAddress::plain(address))];
    instance.notify = Notify { any: script("/any"), ..Notify::default() };
    instance
}

pub(super) fn two_links(first: bool) -> Network {
    let mut network = network();
    let mut other = network.interfaces[0].clone();
    (other.name, other.index, other.up) = (eth1(), 3, first);
    other.mac = Some(Mac([2, 0, 0, 0, 0, 9]));
    network.interfaces.push(other);
    network
}

pub(super) fn group(members: impl IntoIterator<Item = Instance>) -> Arc<Config> {
    let instances: Vec<Instance> = members.into_iter().collect();
    let group = SyncGroup {
        name: at("G1".to_owned()),
        members: instances.iter().map(|instance| instance.name.clone()).collect(),
        notify: Notify { any: script("/any"), ..Notify::default() },
        smtp_alert: None,
        notify_priority_changes: None,
        tracking_weight: false,
        tracking: Tracking::default(),
    };
    Arc::new(Config { sync_groups: vec![group], ..(*config(instances)).clone() })
}

fn pair() -> Run {
    Run::on(group([member(1, 100), member(2, 100)]), two_links(true))
}

/// The reports so far, in order.
pub(super) fn reports(run: &mut Run) -> Vec<String> {
    let record = run.take();
    let lines = record.lines().filter_map(|line| line.split_once("run /any "));
    lines.map(|(_, report)| report.trim_end_matches(" and wait").to_owned()).collect()
}

/// Priorities of the adverts so far.
fn adverts(record: &str) -> Vec<String> {
    let sent = record.lines().filter_map(|line| line.split_once(" advert "));
    let words = sent.map(|(_, rest)| rest.split(' ').next().unwrap());
    words.filter(|word| word.parse::<u8>().is_ok()).map(str::to_owned).collect()
}

pub(super) fn states(run: &Run) -> Vec<State> {
    run.engine.snapshot().instances.iter().map(|instance| instance.state).collect()
}

fn link(run: &mut Run, up: bool) {
    let interface = two_links(up).interfaces.remove(1);
    run.network(NetworkChange::Interface(interface));
}

/// An advert of that priority for `Vn`, which is on `eth0`, from another router.
pub(super) fn hear_on_eth0(run: &mut Run, number: u8, priority: u8) {
    let mut heard = packet(priority);
    heard.addresses = Addresses::V4(Arc::from([[10, 77, 0, 50 + number].into()]));
    heard.vrid = 50 + number;
    let socket = run.engine.sockets().find(|(_, key)| key.interface == Some(eth0())).unwrap().0;
    run.event(Event::Datagram(Datagram { socket, ..datagram(PEER, heard) }));
}

#[test]
fn the_group_is_reported_before_its_members_at_the_start() {
    let mut run = pair();
    let expected = ["GROUP G1 BACKUP 0", "INSTANCE V1 BACKUP 100", "INSTANCE V2 BACKUP 100"];
    assert_eq!(reports(&mut run), expected);
}

#[test]
fn the_last_whose_timer_ends_leads_and_the_group_is_reported_last() {
    let mut run = pair();
    run.take();
    run.until(4.0);
    assert_eq!(states(&run), [State::Master, State::Master]);
    let expected = ["INSTANCE V2 MASTER 100", "INSTANCE V1 MASTER 100", "GROUP G1 MASTER 0"];
    assert_eq!(reports(&mut run), expected);
}

/// The others may have given way at the same moment, and hear whoever comes back first. Its own
/// address ends in 1, so that nobody waits longer: 3.609375 s and 0.996093 s.
#[test]
fn a_group_that_gave_way_to_an_equal_comes_back_in_its_turn() {
    let mut run = pair();
    run.until(4.0);
    hear_on_eth0(&mut run, 2, 100);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    run.until(8.605467);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    run.until(8.605468);
    assert_eq!(states(&run), [State::Master, State::Master]);
}

/// The other one may have sent it before it gave way itself.
#[test]
fn an_advert_that_was_on_its_way_does_not_take_a_group_out_of_turn() {
    let mut run = pair();
    run.until(4.0);
    hear_on_eth0(&mut run, 2, 100);
    run.until(4.1);
    hear_on_eth0(&mut run, 2, 100);
    run.until(8.705467);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    run.until(8.705468);
    assert_eq!(states(&run), [State::Master, State::Master]);
}

/// One that is heard meanwhile is waited for as always.
#[test]
fn a_group_that_hears_its_equal_again_has_no_turn() {
    let mut run = pair();
    run.until(4.0);
    hear_on_eth0(&mut run, 2, 100);
    run.until(4.6);
    hear_on_eth0(&mut run, 2, 100);
    run.until(8.209374);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    run.until(8.209375);
    assert_eq!(states(&run), [State::Master, State::Master]);
}

/// The reports carry the member that the others followed and its reason; so does the snapshot.
#[test]
fn a_group_says_which_member_changed_and_why() {
    let mut run = pair();
    run.until(4.0);
    link(&mut run, false);
    run.until(5.0);
    link(&mut run, true);
    run.until(9.0);
    hear_on_eth0(&mut run, 2, 200);
    run.event(Event::Stop);
    insta::assert_snapshot!(run.group_reasons, @"
    0.000000 G1 BACKUP: started
    3.609375 G1 MASTER: no other router heard for 3.609 s -> sync group G1 follows V2
    4.000000 G1 FAULT: interface eth1 down -> sync group G1 follows V1
    5.000000 G1 BACKUP: fault gone: interface eth1 down -> sync group G1 follows V1
    8.609375 G1 MASTER: no other router heard for 3.609 s -> sync group G1 follows V2
    9.000000 G1 BACKUP: advert of priority 200 from 10.77.0.2, ours 100 -> sync group G1 follows V2
    9.000000 G1 STOP: stop
    ");
    let now = run.engine.snapshot().groups[0].why.clone().unwrap();
    let last = "advert of priority 200 from 10.77.0.2, ours 100 -> sync group G1 follows V2";
    assert_eq!(now.to_string(), last);
}

#[test]
fn a_member_that_hears_a_master_keeps_the_others_back() {
    let mut run = pair();
    for second in 1..20 {
        run.until(f64::from(second));
        hear_on_eth0(&mut run, 2, 200);
    }
    assert_eq!(states(&run), [State::Backup, State::Backup]);
}

#[test]
fn a_better_advert_for_one_makes_all_backups_without_a_word() {
    let mut run = pair();
    run.until(4.0);
    run.take();
    hear_on_eth0(&mut run, 2, 200);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    assert_eq!(adverts(&run.record), [""; 0]);
    let expected = ["INSTANCE V2 BACKUP 100", "INSTANCE V1 BACKUP 100", "GROUP G1 BACKUP 0"];
    assert_eq!(reports(&mut run), expected);
}

#[test]
fn a_fault_spreads_with_one_advert_less_and_all_recover_together() {
    let mut run = pair();
    run.until(4.0);
    run.take();
    link(&mut run, false);
    assert_eq!(states(&run), [State::Fault, State::Fault]);
    assert_eq!(adverts(&run.record), ["0", "0", "0"], "two of V1, one of V2");
    let expected = ["INSTANCE V1 FAULT 100", "INSTANCE V2 FAULT 100", "GROUP G1 FAULT 0"];
    assert_eq!(reports(&mut run), expected);
    link(&mut run, true);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
    let expected = ["INSTANCE V1 BACKUP 100", "INSTANCE V2 BACKUP 100", "GROUP G1 BACKUP 0"];
    assert_eq!(reports(&mut run), expected);
}

#[test]
fn a_fault_at_the_start_holds_the_group_in_fault() {
    let mut run = Run::on(group([member(1, 100), member(2, 100)]), two_links(false));
    assert_eq!(states(&run), [State::Fault, State::Fault]);
    link(&mut run, true);
    assert_eq!(states(&run), [State::Backup, State::Backup]);
}

#[test]
fn the_stop_reports_every_instance_and_then_the_group() {
    let mut run = pair();
    run.take();
    run.event(Event::Stop);
    let expected = ["INSTANCE V1 STOP 100", "INSTANCE V2 STOP 100", "GROUP G1 STOP 0"];
    assert_eq!(reports(&mut run), expected);
}

#[test]
fn a_reload_forms_and_dissolves_a_group() {
    let members = [member(1, 100), member(2, 100)];
    let mut run = Run::on(config(members.clone()), two_links(false));
    assert_eq!(states(&run), [State::Fault, State::Backup]);
    run.event(Event::Reload(group(members.clone())));
    assert_eq!(states(&run), [State::Fault, State::Fault]);
    run.event(Event::Reload(config(members)));
    assert_eq!(states(&run), [State::Fault, State::Backup]);
}

#[test]
fn an_owner_may_ignore_every_advert() {
    let mut owner = member(2, 255);
    owner.owner_ignores_adverts = true;
    let mut run = Run::on(config([owner]), two_links(true));
    run.until(4.0);
    let mut heard = packet(255);
    heard.vrid = 52;
    run.event(Event::Datagram(datagram(PEER, heard)));
    assert_eq!(states(&run), [State::Master]);
    assert_eq!(run.engine.snapshot().instances[0].statistics.adverts_received, 0);
}

/// One member waits for the other, whose timer is longer: a reload of the same file does not make it
/// wait anew.
#[test]
fn an_unchanged_group_keeps_what_its_members_wish() {
    let members = || {
        let mut slow = member(2, 100);
        slow.down_timer_adverts = 5;
        group([member(1, 100), slow])
    };
    let mut run = Run::on(members(), two_links(true));
    run.until(5.5);
    run.event(Event::Reload(members()));
    run.until(5.7);
    assert_eq!(states(&run), [State::Master, State::Master]);
}

#[test]
fn owners_lead_at_once_only_if_every_one_says_so() {
    let begins = |states: [InitialState; 2]| {
        let mut members = [member(1, 255), member(2, 255)];
        for (member, state) in members.iter_mut().zip(states) {
            member.initial_state = state;
        }
        let mut run = Run::on(group(members), two_links(true));
        run.until(5.0);
        let record = run.take();
        let adverts = record.lines().filter(|line| line.contains(" advert "));
        let first = adverts.map(|line| line.split_once(' ').unwrap().0.to_owned());
        first.take(2).collect::<Vec<_>>().join(" ")
    };
    let (said, owner) = (InitialState::Master, InitialState::Owner);
    assert_eq!(begins([said, said]), "0.000000 0.000000");
    assert_eq!(begins([said, owner]), "1.003906 1.003906");
    assert_eq!(begins([owner, owner]), "1.003906 1.003906");
    assert_eq!(begins([said, InitialState::Backup]), "3.003906 3.003906");
}
