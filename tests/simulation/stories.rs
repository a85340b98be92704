//! Stories that are told line by line: what an operator would see, at the times of the protocol.
//!
//! Priority 150 is master after 3.414062 s, 140 waits for 3.453125 s, 130 for 3.492187 s.

use std::time::Duration;

use stillalive::engine::drain::Order;
use stillalive::engine::effect::Effect;
use stillalive::engine::snapshot::State;
use stillalive::sim::timeline::What;
use stillalive::sim::{Health, Outcome, Quality, Router, Scenario, Spoil, Step, Tracks, Way};
use stillalive::units::{Family, Version};

use super::play;

pub(super) fn at(seconds: f64, step: Step) -> (Duration, Step) {
    (Duration::from_secs_f64(seconds), step)
}

/// Plays the story on so many plain nodes and tells it.
fn tell(nodes: u8, story: impl Into<Vec<(Duration, Step)>>) -> String {
    let scenario = Scenario { story: story.into(), ..Scenario::plain(nodes) };
    play(&scenario).timeline.story().to_string()
}

/// When a node became master.
pub(super) fn takeovers(outcome: &Outcome, node: usize) -> Vec<String> {
    let entries = outcome.timeline.entries().iter().filter(|entry| {
        let to_master =
            matches!(entry.what, What::Effect(Effect::Transition { to: State::Master, .. }));
        entry.host == Some(node) && to_master
    });
    entries.map(|entry| entry.at.to_string()).collect()
}

/// When a node sent its adverts.
fn adverts(outcome: &Outcome, node: usize) -> Vec<String> {
    let entries = outcome.timeline.entries().iter().filter(|entry| {
        entry.host == Some(node) && matches!(entry.what, What::Effect(Effect::SendAdvert(_)))
    });
    entries.map(|entry| entry.at.to_string()).collect()
}

/// The last advert leaves at 5.414062 and arrives 100 µs later; b waits for 3.453125 s more.
#[test]
fn a_killed_master_is_followed_after_the_master_down_time() {
    insta::assert_snapshot!(tell(3, [at(5.5, Step::Crash(0))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    0.000000 c: is started
    0.000000 c: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: is killed
    8.867287 b: [#0] BACKUP -> MASTER ***
    8.867287 b: [51] advertises 140 every 1s
    8.867337 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    ");
}

/// A killed daemon leaves its addresses behind; the next one removes them before anything else.
#[test]
fn a_restart_removes_what_the_killed_daemon_left() {
    insta::assert_snapshot!(tell(2, [at(5.5, Step::Crash(0)), at(6.0, Step::Start(0))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: is killed
    6.000000 a: is started
    6.000000 a: [#0] INIT -> BACKUP
    6.000050 a: kernel: remove 10.77.0.100/32 10.77.0.101/32
    8.867287 b: [#0] BACKUP -> MASTER ***
    8.867287 b: [51] advertises 140 every 1s
    8.867337 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    9.414062 a: [#0] BACKUP -> MASTER ***
    9.414062 a: [51] advertises 150 every 1s
    9.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    9.414162 b: log (V1) Master received advert from 10.77.0.1 with higher priority 150, ours 140
    9.414162 b: [#0] MASTER -> BACKUP
    9.414212 b: kernel: remove 10.77.0.100/32 10.77.0.101/32
    ");
}

/// Priority 0 is heard, so b waits for its skew time only.
#[test]
fn a_master_that_ends_hands_over_within_the_skew_time() {
    insta::assert_snapshot!(tell(2, [at(5.5, Step::Stop(0))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: is asked to end
    5.500000 a: [51] advertises 0 every 1s
    5.500050 a: kernel: remove 10.77.0.100/32 10.77.0.101/32
    5.500050 a: has ended
    5.953225 b: [#0] BACKUP -> MASTER ***
    5.953225 b: [51] advertises 140 every 1s
    5.953275 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    ");
}

#[test]
fn a_partition_makes_two_masters_and_its_end_makes_one() {
    insta::assert_snapshot!(tell(2, [at(5.5, Step::Partition(0, 0b10)), at(10.0, Step::Heal(0))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 lan: partition [0, 1]
    8.867287 b: [#0] BACKUP -> MASTER ***
    8.867287 b: [51] advertises 140 every 1s
    8.867337 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    10.000000 lan: partition heals
    10.414162 b: log (V1) Master received advert from 10.77.0.1 with higher priority 150, ours 140
    10.414162 b: [#0] MASTER -> BACKUP
    10.414212 b: kernel: remove 10.77.0.100/32 10.77.0.101/32
    ");
}

/// The better router comes back and takes over at the end of its own master-down time.
#[test]
fn a_link_that_comes_back_brings_the_better_master_back() {
    insta::assert_snapshot!(
        tell(2, [at(5.5, Step::LinkDown(0)), at(10.0, Step::LinkUp(0))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: link goes
    5.500000 a: log (V1): entering FAULT state (interface eth0 down)
    5.500000 a: [51] advertises 0 every 1s
    5.500000 a: [#0] MASTER -> FAULT
    5.500050 a: kernel: remove 10.77.0.100/32 10.77.0.101/32
    8.867287 b: [#0] BACKUP -> MASTER ***
    8.867287 b: [51] advertises 140 every 1s
    8.867337 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    10.000000 a: link comes
    10.000000 a: [#0] FAULT -> BACKUP
    13.414062 a: [#0] BACKUP -> MASTER ***
    13.414062 a: [51] advertises 150 every 1s
    13.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    13.414162 b: log (V1) Master received advert from 10.77.0.1 with higher priority 150, ours 140
    13.414162 b: [#0] MASTER -> BACKUP
    13.414212 b: kernel: remove 10.77.0.100/32 10.77.0.101/32
    "
    );
}

/// It resigns and is back after its skew time, with all addresses.
#[test]
fn an_address_removed_behind_our_back_is_set_again() {
    insta::assert_snapshot!(tell(2, [at(5.5, Step::Rob(0, 0))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: somebody removes 10.77.0.100/32 from eth0
    5.500000 a: log (V1) ip address 10.77.0.100/32 dev eth0, no longer exist
    5.500000 a: [51] advertises 0 every 1s
    5.500000 a: [#0] MASTER -> BACKUP
    5.500050 a: kernel: remove 10.77.0.101/32
    5.914062 a: [#0] BACKUP -> MASTER ***
    5.914062 a: [51] advertises 150 every 1s
    5.914112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    ");
}

/// Nobody tells of the removal; the comparison finds it.
#[test]
fn an_address_whose_removal_was_not_reported_is_found_missing() {
    let story = [at(5.4, Step::LoseReports(0, Duration::from_secs(1))), at(5.5, Step::Rob(0, 0))];
    insta::assert_snapshot!(tell(2, story), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.400000 a: misses reports for 1s
    5.500000 a: somebody removes 10.77.0.100/32 from eth0
    6.400000 a: compares with the kernel
    6.400000 a: log (V1) ip address 10.77.0.100/32 dev eth0, no longer exist
    6.400000 a: [51] advertises 0 every 1s
    6.400000 a: [#0] MASTER -> BACKUP
    6.400050 a: kernel: remove 10.77.0.101/32
    6.814062 a: [#0] BACKUP -> MASTER ***
    6.814062 a: [51] advertises 150 every 1s
    6.814112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    ");
}

/// A stalled master is followed; when it wakes up it listens, hears what has waited for it, gives way
/// without a word, and comes back when its own master-down time is over.
#[test]
fn a_master_that_was_stalled_gives_way_before_it_comes_back() {
    insta::assert_snapshot!(tell(2, [at(5.5, Step::Stall(0, Duration::from_secs(5)))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: stalls for 5s
    8.867287 b: [#0] BACKUP -> MASTER ***
    8.867287 b: [51] advertises 140 every 1s
    8.867337 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    10.500000 a: log (V1) no advert sent for 5.086 s, another router may have taken over - listening for 1.414 s
    10.500000 a: [#0] MASTER -> BACKUP
    10.500050 a: kernel: remove 10.77.0.100/32 10.77.0.101/32
    13.914062 a: [#0] BACKUP -> MASTER ***
    13.914062 a: [51] advertises 150 every 1s
    13.914112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    13.914162 b: log (V1) Master received advert from 10.77.0.1 with higher priority 150, ours 140
    13.914162 b: [#0] MASTER -> BACKUP
    13.914212 b: kernel: remove 10.77.0.100/32 10.77.0.101/32
    ");
}

/// Of two equal ones the stalled one stays backup: it has heard the other one already.
#[test]
fn a_stall_makes_no_two_equal_masters() {
    let mut scenario = Scenario::plain(2);
    scenario.nodes.iter_mut().for_each(|node| node.priorities = vec![100]);
    scenario.story = vec![
        at(0.0, Step::Stall(0, Duration::from_millis(3_700))),
        at(5.0, Step::Stall(1, Duration::from_secs(5))),
    ];
    insta::assert_snapshot!(play(&scenario).timeline.story(), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    0.000000 a: stalls for 3.7s
    3.609375 b: [#0] BACKUP -> MASTER ***
    3.609375 b: [51] advertises 100 every 1s
    3.609425 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.000000 b: stalls for 5s
    8.218850 a: [#0] BACKUP -> MASTER ***
    8.218850 a: [51] advertises 100 every 1s
    8.218900 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    10.000000 b: log (V1) no advert sent for 5.391 s, another router may have taken over - listening for 1.609 s
    10.000000 b: [#0] MASTER -> BACKUP
    10.000050 b: kernel: remove 10.77.0.100/32 10.77.0.101/32
    ");
}

/// It may have been listening for the end of an earlier stall.
#[test]
fn a_stall_while_it_listens_does_not_make_a_backup_of_a_lone_master() {
    let mut scenario = Scenario::plain(2);
    scenario.nodes.iter_mut().for_each(|node| node.priorities = vec![100]);
    let stall = |node, millis| Step::Stall(node, Duration::from_millis(millis));
    for story in [
        vec![at(3.61, Step::Partition(0, 5)), at(6.61, stall(1, 3_654)), at(10.265, stall(1, 954))],
        vec![at(0.0, Step::Crash(1)), at(8.61, stall(0, 3_008)), at(12.072, stall(0, 538))],
    ] {
        play(&Scenario { story, ..scenario.clone() });
    }
}

/// Its address and its route go with the interface, of which it learns from the comparison.
#[test]
fn an_interface_that_goes_while_reports_are_lost_takes_everything_with_it() {
    let mut scenario = Scenario::plain(3);
    let router = Router { addresses: 1, paths: true, accept: false, ..Router::plain(0) };
    scenario.plan.routers = vec![router];
    scenario.ends = true;
    scenario.story = vec![
        at(0.557, Step::Stall(0, Duration::from_millis(5_323))),
        at(5.375, Step::LoseReports(0, Duration::from_millis(448))),
        at(5.822, Step::Delete(0, 0)),
    ];
    play(&scenario);
}

/// Its first request was refused, because there was nothing to stand on; that it can be had now is
/// learned from the comparison only.
#[test]
fn an_interface_that_comes_back_unseen_carries_its_virtual_mac_again() {
    let mut scenario = Scenario::plain(2);
    scenario.plan.routers = vec![Router { vmac: true, ..Router::plain(1) }];
    scenario.ends = true;
    scenario.story = vec![
        at(3.125, Step::Stall(1, Duration::from_millis(4_733))),
        at(4.459, Step::Delete(1, 1)),
        at(8.437, Step::LoseReports(1, Duration::from_millis(1_314))),
        at(8.531, Step::Create(1, 1)),
        at(20.0, Step::Stop(0)),
    ];
    let outcome = play(&scenario);
    assert_eq!(takeovers(&outcome, 1).len(), 1);
}

/// When it wakes up it leads, and asks for its addresses; then it learns that the interface had
/// another name for a while. What is on its way to the kernel by then is called back as well.
#[test]
fn an_address_on_its_way_to_an_interface_that_was_renamed_is_called_back() {
    let mut scenario = Scenario::plain(2);
    scenario.nodes.iter_mut().for_each(|node| node.priorities = vec![100]);
    scenario.plan.routers = vec![Router::plain(0), Router::plain(1)];
    scenario.plan.grouped = 2;
    scenario.ends = true;
    scenario.story = vec![
        at(0.0, Step::Command(0, Order::Drain { lasts: None })),
        at(0.5, Step::Command(0, Order::Resume)),
        at(1.026, Step::Stall(1, Duration::from_millis(2_584))),
        at(1.026, Step::Rename(1, 0)),
        at(1.526, Step::NameBack(1, 0)),
        at(3.919, Step::Stop(1)),
    ];
    play(&scenario);
}

/// The new name is learned from the comparison, while it is still the master; it goes into FAULT
/// because of that, and has nothing there any more by which the route could be removed.
#[test]
fn a_route_over_an_interface_that_was_renamed_unseen_is_called_back() {
    for vmac in [false, true] {
        let mut scenario = Scenario::plain(2);
        scenario.plan.routers = vec![Router { paths: true, vmac, ..Router::plain(1) }];
        scenario.ends = true;
        scenario.story = vec![
            at(7.724, Step::LoseReports(0, Duration::from_millis(1_371))),
            at(8.09, Step::Rename(0, 1)),
            at(9.096, Step::NameBack(0, 1)),
        ];
        play(&scenario);
    }
}

/// The word of the operator and the end of its patience have waited for it.
#[test]
fn a_backup_that_slept_and_is_asked_to_hand_over_does_not_lead_at_that_moment() {
    let mut scenario = Scenario::plain(2);
    for (node, priority) in scenario.nodes.iter_mut().zip([100, 150]) {
        node.priorities = vec![priority];
    }
    scenario.plan.routers = vec![Router::plain(1)];
    scenario.story = vec![
        at(0.257, Step::Delete(1, 1)),
        at(2.402, Step::Create(1, 1)),
        at(4.17, Step::Stall(1, Duration::from_millis(2_146))),
        at(4.17, Step::Command(1, Order::Failover)),
    ];
    let outcome = play(&scenario);
    assert_eq!(takeovers(&outcome, 1), ["9.730062"]);
}

/// From the fourth time on the master stays, and puts it back after a while.
#[test]
fn an_address_removed_again_and_again_is_there_in_the_end() {
    let robberies = (0..8).map(|number| at(5.0 + f64::from(number), Step::Rob(0, 0)));
    let end = [at(40.0, Step::Heal(0))];
    let scenario = Scenario { story: robberies.chain(end).collect(), ..Scenario::plain(2) };
    let story = play(&scenario).timeline.story().to_string();
    let last = story.lines().rfind(|line| line.contains("kernel: add 10.77.0.100"));
    insta::assert_snapshot!(last.unwrap(), @"12.000050 a: kernel: add 10.77.0.100/32");
}

/// Nobody else notices: the addresses stay, and the adverts go on.
#[test]
fn another_process_takes_the_place_of_a_master() {
    insta::assert_snapshot!(tell(2, [at(5.5, Step::Replace(0))]), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: gives its place to another process
    5.500000 a: [#0] INIT -> MASTER ***
    5.500000 a: [51] advertises 150 every 1s
    ");
}

/// A hypervisor stops all of them: the master goes on, because the better one listens for less.
#[test]
fn a_stall_of_all_changes_nothing() {
    let all = [0, 1, 2].map(|node| at(5.5, Step::Stall(node, Duration::from_secs(20))));
    insta::assert_snapshot!(tell(3, all), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    0.000000 c: is started
    0.000000 c: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: stalls for 20s
    5.500000 b: stalls for 20s
    5.500000 c: stalls for 20s
    25.500000 a: log (V1) no advert sent for 20.086 s, another router may have taken over - listening for 1.414 s
    26.914062 a: log (V1) no other router has taken over - going on
    ");
}

/// A stream of invalid adverts for our virtual router, as it silences keepalived's master.
#[test]
fn hostile_datagrams_do_not_silence_the_master() {
    let spoils = [
        Spoil::Ttl,
        Spoil::Password,
        Spoil::Checksum,
        Spoil::Length,
        Spoil::Version,
        Spoil::Type,
        Spoil::Noise,
    ];
    let mut scenario = Scenario::plain(2);
    let quiet = play(&scenario);
    for (step, spoil) in spoils.into_iter().cycle().take(30).enumerate() {
        for to in [0, 1] {
            let forged = Step::Forge { to, from: None, priority: 255, spoil };
            scenario.story.push((Duration::from_millis(3_500 + 200 * step as u64), forged));
        }
    }
    let loud = play(&scenario);
    assert_eq!(takeovers(&loud, 0), ["3.414062"]);
    assert!(takeovers(&loud, 1).is_empty());
    let sent = adverts(&loud, 0);
    assert!(sent.starts_with(&adverts(&quiet, 0)));
    insta::assert_snapshot!(sent.join(" "), @"3.414062 4.414062 5.414062 6.414062 7.414062 8.414062 9.414062 10.414062 11.414062 12.414062 13.414062 14.414062 15.414062 16.414062 17.414062 18.414062 19.414062 20.414062");
}

/// All kinds of the protocol, all with the times of their formulas: the takeover after a kill.
#[test]
fn every_kind_of_the_protocol_takes_over_in_its_time() {
    let mut table = String::new();
    for (version, family) in
        [(Version::V2, Family::V4), (Version::V3, Family::V4), (Version::V3, Family::V6)]
    {
        for way in [Way::Multicast, Way::Unicast] {
            for millis in
                [1_000, 100].into_iter().filter(|it| version == Version::V3 || *it == 1_000)
            {
                let mut scenario = Scenario { version, family, way, ..Scenario::plain(3) };
                for node in &mut scenario.nodes {
                    node.advert_int = Duration::from_millis(millis);
                }
                scenario.story = vec![at(5.5, Step::Crash(0))];
                let outcome = play(&scenario);
                let last = adverts(&outcome, 0).pop().unwrap();
                let next = takeovers(&outcome, 1).pop().unwrap();
                table += &format!("VRRPv{version} {family} {way:?} {millis} ms: {last} {next}\n");
            }
        }
    }
    insta::assert_snapshot!(table, @"
    VRRPv2 IPv4 Multicast 1000 ms: 5.414062 8.867287
    VRRPv2 IPv4 Unicast 1000 ms: 5.414062 8.867287
    VRRPv3 IPv4 Multicast 1000 ms: 5.414062 8.867287
    VRRPv3 IPv4 Multicast 100 ms: 5.441406 5.786818
    VRRPv3 IPv4 Unicast 1000 ms: 5.414062 8.867287
    VRRPv3 IPv4 Unicast 100 ms: 5.441406 5.786818
    VRRPv3 IPv6 Multicast 1000 ms: 5.414062 8.867287
    VRRPv3 IPv6 Multicast 100 ms: 5.441406 5.786818
    VRRPv3 IPv6 Unicast 1000 ms: 5.414062 8.867287
    VRRPv3 IPv6 Unicast 100 ms: 5.441406 5.786818
    ");
}

/// A LAN that loses a fifth of everything: the story is the same every time.
#[test]
fn a_rough_lan_is_told_the_same_way_twice() {
    let quality = Quality {
        least_delay: Duration::from_micros(100),
        most_delay: Duration::from_millis(20),
        loss: 400,
        duplication: 100,
    };
    let scenario =
        Scenario { quality, seed: 3, story: vec![at(20.0, Step::Heal(0))], ..Scenario::plain(3) };
    let first = play(&scenario);
    assert_eq!(first, play(&scenario));
    assert_ne!(first, play(&Scenario { seed: 4, ..scenario }));
}

/// a has 150 and 20 less while its script fails, b has 140.
#[test]
fn a_failing_script_moves_the_mastership_by_its_weight() {
    let story = vec![at(5.5, Step::Check(0, Health::Bad)), at(12.5, Step::Check(0, Health::Good))];
    let tracks = Tracks { script: Some(-20), ..Tracks::default() };
    let scenario = Scenario { tracks, story, ..Scenario::plain(2) };
    insta::assert_snapshot!(play(&scenario).timeline.story().to_string(), @"
    0.000000 a: is started
    0.000000 a: [#0] INIT -> BACKUP
    0.000000 b: is started
    0.000000 b: [#0] INIT -> BACKUP
    3.414062 a: [#0] BACKUP -> MASTER ***
    3.414062 a: [51] advertises 150 every 1s
    3.414112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: script check fails
    6.414062 a: [51] advertises 130 every 1s
    8.867287 b: [#0] BACKUP -> MASTER ***
    8.867287 b: [51] advertises 140 every 1s
    8.867337 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    8.867387 a: log (V1) Master received advert from 10.77.0.2 with higher priority 140, ours 130
    8.867387 a: [#0] MASTER -> BACKUP
    8.867437 a: kernel: remove 10.77.0.100/32 10.77.0.101/32
    12.500000 a: script check succeeds
    16.281449 a: [#0] BACKUP -> MASTER ***
    16.281449 a: [51] advertises 150 every 1s
    16.281499 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    16.281549 b: log (V1) Master received advert from 10.77.0.1 with higher priority 150, ours 140
    16.281549 b: [#0] MASTER -> BACKUP
    16.281599 b: kernel: remove 10.77.0.100/32 10.77.0.101/32
    ");
}

/// Without a weight it is a fault; a script that hangs is one when its second is over.
#[test]
fn a_script_that_hangs_is_a_fault() {
    let story =
        vec![at(5.5, Step::Check(0, Health::Hangs)), at(12.5, Step::Check(0, Health::Good))];
    let tracks = Tracks { script: Some(0), ..Tracks::default() };
    let scenario = Scenario { tracks, story, ..Scenario::plain(2) };
    insta::assert_snapshot!(play(&scenario).timeline.story().to_string(), @"
    0.000000 a: is started
    0.000000 b: is started
    0.020000 a: [#0] INIT -> BACKUP
    0.020000 b: [#0] INIT -> BACKUP
    3.434062 a: [#0] BACKUP -> MASTER ***
    3.434062 a: [51] advertises 150 every 1s
    3.434112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    5.500000 a: script check hangs
    7.000000 a: [51] advertises 0 every 1s
    7.000000 a: [#0] MASTER -> FAULT
    7.000050 a: kernel: remove 10.77.0.100/32 10.77.0.101/32
    7.453225 b: [#0] BACKUP -> MASTER ***
    7.453225 b: [51] advertises 140 every 1s
    7.453275 b: kernel: add 10.77.0.100/32 10.77.0.101/32
    12.500000 a: script check succeeds
    14.020000 a: [#0] FAULT -> BACKUP
    17.434062 a: [#0] BACKUP -> MASTER ***
    17.434062 a: [51] advertises 150 every 1s
    17.434112 a: kernel: add 10.77.0.100/32 10.77.0.101/32
    17.434162 b: log (V1) Master received advert from 10.77.0.1 with higher priority 150, ours 140
    17.434162 b: [#0] MASTER -> BACKUP
    17.434212 b: kernel: remove 10.77.0.100/32 10.77.0.101/32
    ");
}
