//! Weights, and faults of what has none.

use std::sync::Arc;
use std::time::Duration;

use super::{
    Run, bfd, config, counts, eth0, exited, instance, line, reads, session, told, track_file,
    track_process, weighted,
};
use crate::engine::event::{NetworkChange, Tracked};
use crate::engine::snapshot::State;
use crate::engine::{Engine, Known};
use crate::facts::Interface;
use crate::ir::{BfdInstance, Config, InitialState, Instance, TrackFile, TrackProcess};
use crate::units::{IfName, Instant};

fn priority(run: &Run) -> u8 {
    run.engine.snapshot().instances[0].priority.get()
}

fn tracks_script(priority: u8, weight: i16, reverse: bool) -> Instance {
    let mut follower = instance(priority);
    follower.tracking.scripts = vec![weighted("s".to_owned(), weight, reverse)];
    follower
}

/// vrrp.md 12.1: what each kind of weight adds while the thing is up, and while it is down.
#[test]
fn the_table_of_weights() {
    for (weight, reverse, up, down) in [
        (20, false, 120, 100),
        (20, true, 80, 100),
        (-20, false, 100, 80),
        (-20, true, 100, 120),
        (253, false, 254, 100),
        (-253, false, 100, 1),
    ] {
        let mut run = Run::new(Arc::new(config([tracks_script(100, weight, reverse)])));
        run.event(exited(1, 0));
        assert_eq!(priority(&run), up, "{weight} {reverse} up");
        run.until(1.0);
        run.event(exited(2, 1));
        assert_eq!(priority(&run), down, "{weight} {reverse} down");
    }
}

#[test]
fn an_owner_never_changes() {
    let mut owner = tracks_script(255, -20, false);
    owner.initial_state = InitialState::Master;
    let mut run = Run::new(Arc::new(config([owner])));
    run.event(exited(1, 1));
    assert_eq!((run.state(), priority(&run)), (State::Master, 255));
}

/// A master says so with its next advert, and with nothing else.
#[test]
fn a_master_advertises_its_new_priority_when_it_is_time() {
    let mut run = Run::new(Arc::new(config([tracks_script(100, -20, false)])));
    run.until(3.5);
    run.event(exited(1, 0));
    run.until(4.5);
    assert_eq!(run.state(), State::Master);
    run.until(5.0);
    run.take();
    run.event(exited(2, 1));
    run.until(5.8);
    insta::assert_snapshot!(told(&mut run), @"
    5.000000 log Script `s` now returning 1
    5.000000 log VRRP_Script(s) failed (exited with status 1)
    5.000000 log (V1) Changing effective priority from 100 to 80
    5.609375 advert 80 10.77.0.1 -> 224.0.0.18 id 3
    ");
}

/// Skew times of version 2: 100 waits 609 ms, 200 waits 218 ms.
#[test]
fn a_backups_timer_moves_by_the_difference() {
    let mut run = Run::new(Arc::new(config([tracks_script(100, 100, false)])));
    let end = |run: &Run| run.engine.poll_timeout().map(|next| next.at);
    run.until(0.9);
    run.event(exited(1, 0));
    run.until(3.2);
    assert_eq!((run.state(), priority(&run)), (State::Backup, 200));
    assert_eq!(end(&run), Some(Instant::from_micros(3_218_750)));
    // Too late for a timer that was to end before: it ends now.
    let mut run = Run::new(Arc::new(config([tracks_script(100, 100, false)])));
    run.until(3.5);
    run.event(exited(1, 0));
    assert_eq!(run.state(), State::Master);
}

fn eth1(up: bool) -> Interface {
    let mut other = super::super::network().interfaces.remove(0);
    (other.name, other.index, other.up) = (IfName::new("eth1").unwrap(), 3, up);
    other.addresses.clear();
    other
}

fn tracks_interface(weight: i16, reverse: bool) -> Run {
    let mut follower = instance(100);
    follower.tracking.interfaces = vec![weighted(eth1(true).name, weight, reverse)];
    let mut network = super::super::network();
    network.interfaces.push(eth1(true));
    Run::on(Arc::new(config([follower])), network)
}

#[test]
fn an_interface_with_weight_changes_the_priority() {
    let mut run = tracks_interface(-30, false);
    assert_eq!(priority(&run), 100);
    run.network(NetworkChange::Interface(eth1(false)));
    assert_eq!((run.state(), priority(&run)), (State::Backup, 70));
    run.network(NetworkChange::InterfaceRemoved(eth1(true).name));
    assert_eq!(priority(&run), 70);
    run.network(NetworkChange::Interface(eth1(true)));
    assert_eq!(priority(&run), 100);
}

#[test]
fn an_interface_without_weight_is_a_fault_while_it_is_down() {
    let mut run = tracks_interface(0, false);
    run.network(NetworkChange::Interface(eth1(false)));
    assert_eq!(run.state(), State::Fault);
    // Causes are counted: one of two that is gone is not enough.
    run.link(false);
    run.network(NetworkChange::Interface(eth1(true)));
    assert_eq!(run.state(), State::Fault);
    run.link(true);
    assert_eq!(run.state(), State::Backup);

    let run = tracks_interface(0, true);
    assert_eq!(run.state(), State::Fault);
}

/// The interface of an address is needed anyway; a weight adds nothing to that.
#[test]
fn the_strongest_reason_to_track_an_interface_wins() {
    let mut follower = instance(100);
    follower.track_primary = true;
    follower.tracking.interfaces = vec![weighted(eth0(), -30, false)];
    let mut run = Run::new(Arc::new(config([follower])));
    run.link(false);
    assert_eq!((run.state(), priority(&run)), (State::Fault, 100));
}

fn tracks_file(weight: i16, reverse: bool) -> Run {
    let mut follower = instance(120);
    follower.tracking.files = vec![line("f".to_owned())];
    let file = TrackFile { weight: super::at(weight), reverse, ..track_file("f") };
    Run::new(Arc::new(Config { track_files: vec![file], ..config([follower]) }))
}

/// vrrp.md 12.7, as seen with keepalived: 15, -50, 300, -254, 0.
#[test]
fn the_number_in_a_file_is_multiplied_by_its_weight() {
    let mut run = tracks_file(1, false);
    let mut seen = Vec::new();
    for value in [15, -50, 300, -254, 0] {
        run.event(reads(value));
        seen.push(match run.state() {
            State::Fault => 0,
            _ => priority(&run),
        });
    }
    assert_eq!(seen, [135, 70, 254, 0, 120]);
    let mut run = tracks_file(2, true);
    run.event(reads(10));
    assert_eq!(priority(&run), 100);
    run.event(reads(127));
    assert_eq!(run.state(), State::Fault);
    run.event(reads(i32::MIN));
    assert_eq!((run.state(), priority(&run)), (State::Backup, 254));
}

#[test]
fn a_file_without_weight_must_hold_zero() {
    let mut run = tracks_file(0, false);
    assert_eq!(run.state(), State::Backup);
    run.take();
    run.event(reads(7));
    run.event(reads(0));
    insta::assert_snapshot!(told(&mut run), @"
    0.000000 log (V1): tracked file f now FAULT state
    0.000000 log (V1) Entering FAULT STATE
    0.000000 BACKUP -> FAULT
    0.000000 log (V1): tracked file f leaving FAULT state
    0.000000 log (V1) Entering BACKUP STATE
    0.000000 FAULT -> BACKUP
    ");
    let mut run = tracks_file(0, true);
    assert_eq!(run.state(), State::Fault);
    run.event(reads(1));
    assert_eq!(run.state(), State::Backup);
}

/// What is read before the start is there at once.
#[test]
fn the_start_knows_what_was_observed_before() {
    let mut follower = instance(120);
    follower.tracking.files = vec![line("f".to_owned())];
    follower.tracking.processes = vec![line("p".to_owned())];
    let config = Arc::new(config([follower]));
    let observed = vec![
        Tracked::File { name: Arc::from("f"), value: 15 },
        Tracked::Processes { name: Arc::from("p"), count: 1 },
    ];
    let network = super::super::network();
    let known = Known { observed, ..Known::default() };
    let engine = Engine::knowing(config, network, known, Instant::ORIGIN);
    let snapshot = engine.snapshot();
    assert_eq!(snapshot.instances[0].state, State::Backup);
    assert_eq!(snapshot.instances[0].priority.get(), 135);
}

fn tracks_process(process: TrackProcess) -> Run {
    let mut follower = instance(100);
    follower.tracking.processes = vec![line("p".to_owned())];
    Run::new(Arc::new(Config { track_processes: vec![process], ..config([follower]) }))
}

#[test]
fn a_quorum_of_processes_is_needed() {
    let process = TrackProcess {
        quorum: 2,
        quorum_max: Some(super::at(3)),
        terminate_delay: Duration::from_secs(1),
        fork_delay: Duration::from_millis(500),
        ..track_process("p")
    };
    let mut run = tracks_process(process);
    insta::assert_snapshot!(told(&mut run), @"
    0.000000 log (V1) entering FAULT state (tracked process p quorum not achieved)
    0.000000 log (V1) Entering FAULT STATE (init)
    0.000000 INIT -> FAULT
    ");
    // The first count is that of the start: it counts at once.
    run.event(counts(2));
    assert_eq!(run.state(), State::Backup);
    run.take();
    run.event(counts(1));
    run.until(0.9);
    run.event(counts(2));
    run.until(2.0);
    assert_eq!(run.take(), "", "it was back in time");
    run.event(counts(4));
    run.until(2.9);
    // Too few now: the delay goes on.
    run.event(counts(0));
    assert_eq!(run.state(), State::Backup);
    run.until(3.0);
    assert_eq!(run.state(), State::Fault);
    run.event(counts(3));
    run.until(3.4);
    assert_eq!(run.state(), State::Fault);
    run.until(3.5);
    assert_eq!(run.state(), State::Backup);
    insta::assert_snapshot!(told(&mut run), @"
    3.000000 log Quorum lost for tracked process p
    3.000000 log (V1) entering FAULT state (tracked process p quorum not achieved)
    3.000000 log (V1) Entering FAULT STATE
    3.000000 BACKUP -> FAULT
    3.500000 log Quorum gained for tracked process p
    3.500000 log (V1) Entering BACKUP STATE
    3.500000 FAULT -> BACKUP
    ");
}

fn tracks_bfd(weight: i16) -> Run {
    let mut follower = instance(100);
    follower.tracking.bfds = vec![line("b".to_owned())];
    let session = BfdInstance { weight: super::at(weight), ..bfd("b") };
    Run::new(Arc::new(Config { bfd_instances: vec![session], ..config([follower]) }))
}

#[test]
fn a_bfd_session_is_down_until_it_is_up() {
    let mut run = tracks_bfd(0);
    assert_eq!(run.state(), State::Fault);
    run.event(session(true));
    assert_eq!(run.state(), State::Backup);
    run.until(4.0);
    run.take();
    run.event(session(false));
    insta::assert_snapshot!(told(&mut run), @"
    4.000000 log (V1) entering FAULT state (tracked bfd b down)
    4.000000 log (V1) Entering FAULT STATE
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 2
    4.000000 log (V1) sent 0 priority
    4.000000 advert 0 10.77.0.1 -> 224.0.0.18 id 3
    4.000000 log (V1) sent 0 priority
    4.000000 MASTER -> FAULT
    ");
    let mut run = tracks_bfd(20);
    assert_eq!((run.state(), priority(&run)), (State::Backup, 100));
    run.event(session(true));
    assert_eq!(priority(&run), 120);
}
