//! Drain, resume and failover: who resigns, who keeps away, and for how long.

use std::sync::Arc;
use std::time::Duration;

use super::groups::{group, hear_on_eth0, member, states, two_links};
use super::{OWN, PEER, Run, config, instance, network, packet};
use crate::engine::drain::{Command, Drain, Kept, Order, Target};
use crate::engine::effect::Effect;
use crate::engine::event::Event;
use crate::engine::snapshot::State;
use crate::engine::{Engine, Known};
use crate::ir::{Config, InitialState};
use crate::units::Instant;

const FOR_EVER: Order = Order::Drain { lasts: None };

fn command(order: Order, target: Target) -> Event {
    let (by, reason) = (Arc::from("root"), Some(Arc::from("new memory")));
    Event::Command(Command { target, order, by, reason })
}

fn ask(run: &mut Run, order: Order) {
    run.event(command(order, Target::All));
}

/// How long the drain lasts.
fn seconds(number: u64) -> Order {
    Order::Drain { lasts: Some(Duration::from_secs(number)) }
}

fn drained(run: &Run) -> Option<Arc<Drain>> {
    run.engine.snapshot().instances[0].drained.clone()
}

/// A daemon that starts with that drain.
fn restarted(config: Arc<Config>, name: &str, drain: Drain) -> Run {
    let kept = Kept { instance: Arc::from(name), drain: Arc::new(drain) };
    let known =
        Known { unix: Duration::from_secs(1_000), drains: Arc::from([kept]), ..Known::default() };
    let now = Instant::ORIGIN;
    let engine = Engine::knowing(config, network(), known, now);
    Run::of(engine, now)
}

fn drain_until(until: Option<Duration>) -> Drain {
    let (since, by) = (Duration::from_secs(900), Arc::from("root"));
    Drain { since, until, by, reason: None }
}

#[test]
fn a_drained_master_resigns_and_gives_its_addresses_up() {
    let mut run = Run::master(instance(100));
    ask(&mut run, FOR_EVER);
    insta::assert_snapshot!(run.take(), @"
    4.000000 log (V1) drained by root: new memory - not to be MASTER until resumed
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 3
    4.000000 log (V1) sent 0 priority
    4.000000 log (V1) Entering BACKUP STATE
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 MASTER -> BACKUP
    4.000000 keep drained [V1]
    ");
    insta::assert_snapshot!(run.reasons.lines().last().unwrap(), @"4.000000 (V1) drained by root: new memory");
}

#[test]
fn a_drained_router_leads_under_no_circumstances_and_says_that_nobody_does() {
    let mut run = Run::master(instance(100));
    ask(&mut run, FOR_EVER);
    run.take();
    run.until(60.0);
    assert_eq!(run.state(), State::Backup);
    assert!(run.engine.snapshot().instances[0].vacant);
    insta::assert_snapshot!(run.take(), @"7.609375 log (V1) NOBODY HOLDS THE ADDRESSES: drained, and no master is heard");
    // A lesser master is left alone, and is somebody.
    run.hear(PEER, packet(50));
    assert!(!run.engine.snapshot().instances[0].vacant);
    insta::assert_snapshot!(run.take(), @"60.000000 log (V1) master set to 10.77.0.2");
    // The link comes and goes, the drain stays.
    run.link(false);
    run.link(true);
    run.until(90.0);
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn a_backup_that_is_drained_does_not_follow_a_dead_master() {
    let mut run = Run::new(config([instance(100)]));
    run.hear(PEER, packet(150));
    ask(&mut run, FOR_EVER);
    run.hear(PEER, packet(0));
    run.until(3.0);
    assert!(!run.engine.snapshot().instances[0].vacant, "another one may just take over");
    run.until(30.0);
    assert_eq!(run.state(), State::Backup);
    assert!(run.engine.poll_timeout().is_none(), "nothing is due any more");
}

#[test]
fn resumed_it_listens_for_a_master_down_time_and_takes_part() {
    let mut run = Run::master(instance(150));
    ask(&mut run, FOR_EVER);
    run.until(5.0);
    run.hear(PEER, packet(100));
    ask(&mut run, Order::Resume);
    assert_eq!(drained(&run), None);
    run.take();
    run.until(8.0);
    assert_eq!(run.state(), State::Backup);
    run.until(9.0);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn where_nobody_leads_the_one_that_is_resumed_does_so_soon() {
    let mut run = Run::master(instance(150));
    ask(&mut run, FOR_EVER);
    run.until(20.0);
    ask(&mut run, Order::Resume);
    run.until(20.5);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn a_drain_ends_by_itself() {
    let mut run = Run::master(instance(100));
    ask(&mut run, seconds(30));
    run.take();
    run.until(33.9);
    assert_eq!(run.state(), State::Backup);
    assert!(drained(&run).is_some());
    run.take();
    run.until(34.0);
    assert_eq!(drained(&run), None);
    insta::assert_snapshot!(run.take(), @"
    34.000000 log (V1) resumed: the time of its drain is over
    34.000000 keep drained []
    ");
    run.until(35.0);
    assert_eq!(run.state(), State::Master);
}

#[test]
fn the_later_word_counts() {
    let mut run = Run::master(instance(100));
    ask(&mut run, FOR_EVER);
    ask(&mut run, seconds(10));
    run.until(30.0);
    assert_eq!((drained(&run), run.state()), (None, State::Master));
    run.take();
    ask(&mut run, Order::Resume);
    assert_eq!(run.take(), "", "who is not drained cannot be resumed");
}

#[test]
fn a_failover_is_one_resignation() {
    let mut run = Run::master(instance(100));
    run.event(command(Order::Failover, Target::Instance(Arc::from("V1"))));
    insta::assert_snapshot!(run.take(), @"
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 3
    4.000000 log (V1) sent 0 priority
    4.000000 log (V1) Entering BACKUP STATE
    4.000000 remove 10.77.0.50/24%eth0
    4.000000 log (V1) removing VIPs.
    4.000000 MASTER -> BACKUP
    ");
    // Nobody else is there.
    run.until(7.7);
    assert_eq!(run.state(), State::Master);
    run.take();
    // A backup has nothing to hand over.
    run.hear(PEER, packet(200));
    run.take();
    ask(&mut run, Order::Failover);
    assert_eq!(run.take(), "");
}

#[test]
fn who_is_not_there_is_concerned_by_nothing() {
    let mut run = Run::master(instance(100));
    let nobody = Target::Instance(Arc::from("V9"));
    assert!(run.engine.concerned(&nobody).is_empty());
    run.event(command(FOR_EVER, nobody));
    assert_eq!((run.take().as_str(), drained(&run)), ("", None));
}

#[test]
fn members_of_a_sync_group_are_drained_together_and_each_resigns() {
    let mut run = Run::on(group([member(1, 100), member(2, 100)]), two_links(true));
    run.until(8.0);
    assert_eq!(states(&run), [State::Master; 2]);
    run.take();
    run.event(command(FOR_EVER, Target::Instance(Arc::from("V2"))));
    assert_eq!(states(&run), [State::Backup; 2]);
    insta::assert_snapshot!(run.take(), @"
    8.000000 log (V1) drained by root: new memory - not to be MASTER until resumed
    8.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 6
    8.000000 log (V1) sent 0 priority
    8.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 7
    8.000000 log (V1) sent 0 priority
    8.000000 log (V1) Entering BACKUP STATE
    8.000000 remove 10.77.0.51/24%eth1
    8.000000 log (V1) removing VIPs.
    8.000000 MASTER -> BACKUP
    8.000000 run /any INSTANCE V1 BACKUP 100
    8.000000 log (V2) drained by root: new memory - not to be MASTER until resumed
    8.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 6
    8.000000 log (V2) sent 0 priority
    8.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 7
    8.000000 log (V2) sent 0 priority
    8.000000 log (V2) Entering BACKUP STATE
    8.000000 remove 10.77.0.52/24%eth0
    8.000000 log (V2) removing VIPs.
    8.000000 MASTER -> BACKUP
    8.000000 run /any INSTANCE V2 BACKUP 100
    8.000000 run /any GROUP G1 BACKUP 0
    8.000000 keep drained [V1 V2]
    ");
    run.until(30.0);
    assert_eq!(states(&run), [State::Backup; 2]);
    run.event(command(Order::Resume, Target::Instance(Arc::from("V1"))));
    run.until(40.0);
    assert_eq!(states(&run), [State::Master; 2]);
}

#[test]
fn a_group_that_hands_over_stays_together() {
    let mut run = Run::on(group([member(1, 100), member(2, 100)]), two_links(true));
    run.until(8.0);
    run.event(command(Order::Failover, Target::Instance(Arc::from("V1"))));
    assert_eq!(states(&run), [State::Backup; 2]);
    hear_on_eth0(&mut run, 2, 150);
    run.until(11.0);
    assert_eq!(states(&run), [State::Backup; 2]);
}

#[test]
fn a_drain_outlives_a_reload_and_a_new_name() {
    let mut run = Run::master(instance(100));
    ask(&mut run, FOR_EVER);
    let mut renamed = instance(120);
    renamed.name.value = "W1".to_owned();
    run.take();
    run.event(Event::Reload(config([renamed])));
    assert!(run.take().contains("keep drained [W1]"));
    assert!(drained(&run).is_some());
    run.until(30.0);
    assert_eq!(run.state(), State::Backup);
    // The instance goes, and its drain with it.
    run.event(Event::Reload(config([])));
    assert!(run.take().contains("keep drained []"));
}

#[test]
fn a_reload_that_puts_a_drained_one_into_a_group_drains_the_group() {
    let apart = config([member(1, 100), member(2, 100)]);
    let mut run = Run::on(apart, two_links(true));
    run.until(8.0);
    run.event(command(FOR_EVER, Target::Instance(Arc::from("V1"))));
    assert_eq!(states(&run), [State::Backup, State::Master]);
    run.event(Event::Reload(group([member(1, 100), member(2, 100)])));
    run.until(30.0);
    assert_eq!(states(&run), [State::Backup; 2]);
    assert!(run.engine.snapshot().instances.iter().all(|instance| instance.drained.is_some()));
}

#[test]
fn a_drain_outlives_the_process_even_of_an_owner() {
    let mut owner = instance(255);
    owner.initial_state = InitialState::Master;
    let mut run = restarted(config([owner.clone()]), "V1", drain_until(None));
    run.until(30.0);
    assert_eq!(run.state(), State::Backup);
    // Until its time is over, by the wall clock.
    let until = |seconds| drain_until(Some(Duration::from_secs(seconds)));
    let mut run = restarted(config([owner.clone()]), "V1", until(1_010));
    run.until(9.9);
    assert_eq!(run.state(), State::Backup);
    run.until(15.0);
    assert_eq!(run.state(), State::Master);
    assert_eq!(restarted(config([owner.clone()]), "V1", until(999)).state(), State::Master);
    assert_eq!(restarted(config([owner]), "other", drain_until(None)).state(), State::Master);
}

#[test]
fn peers_are_remembered_with_their_priorities() {
    let mut run = Run::new(config([instance(100)]));
    run.hear(PEER, packet(150));
    run.until(0.5);
    run.hear(PEER, packet(140));
    run.hear([10, 77, 0, 9].into(), packet(120));
    let heard: Vec<String> = run.engine.snapshot().instances[0]
        .peers
        .iter()
        .map(|peer| format!("{} {:?} {}", peer.address, peer.priority.map(|it| it.get()), peer.at))
        .collect();
    assert_eq!(heard, ["10.77.0.2 Some(140) 0.500000", "10.77.0.9 Some(120) 0.500000"]);
    assert!(!heard.iter().any(|line| line.contains(&OWN.to_string())));
    // Not as many as anybody can make up.
    for last in 20..60 {
        run.hear([10, 77, 0, last].into(), packet(120));
    }
    assert_eq!(run.engine.snapshot().instances[0].peers.len(), 8);
}

#[test]
fn what_is_drained_is_given_out_to_be_kept() {
    let mut engine = Engine::new(config([instance(100)]), network(), Instant::ORIGIN);
    let kept = |engine: &mut Engine, order| {
        while engine.poll_effect().is_some() {}
        engine.handle(Instant::ORIGIN, command(order, Target::All));
        std::iter::from_fn(|| engine.poll_effect()).find_map(|effect| match effect {
            Effect::KeepDrains(kept) => Some(kept),
            _ => None,
        })
    };
    let all = kept(&mut engine, seconds(60)).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].drain.until, Some(Duration::from_secs(60)));
    assert_eq!(all[0].drain.reason.as_deref(), Some("new memory"));
    assert_eq!(kept(&mut engine, Order::Failover), None);
    assert_eq!(kept(&mut engine, Order::Resume).unwrap().len(), 0);
}
