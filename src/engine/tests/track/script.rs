//! The machine of a `vrrp_script`, and the state in which instances wait for it.

use std::sync::Arc;
use std::time::Duration;

use super::{Run, at, config, ended, exited, instance, line, told, vrrp_script, weighted};
use crate::engine::event::{CheckOutcome, Event};
use crate::engine::snapshot::State;
use crate::ir::{Config, InitialState, Instance, VrrpScript};

/// An instance that tracks `s` without weight.
fn follower(priority: u8) -> Instance {
    let mut follower = instance(priority);
    follower.tracking.scripts = vec![line("s".to_owned())];
    follower
}

fn with(script: VrrpScript, instance: Instance) -> Arc<Config> {
    Arc::new(Config { vrrp_scripts: vec![script], ..config([instance]) })
}

fn run(script: VrrpScript) -> Run {
    Run::new(with(script, follower(150)))
}

#[test]
fn it_waits_in_init_for_the_first_result() {
    let mut run = run(vrrp_script("s"));
    run.until(0.25);
    run.event(exited(1, 0));
    run.until(1.25);
    run.event(exited(2, 0));
    insta::assert_snapshot!(told(&mut run), @"
    0.000000 check s /s as 1
    0.250000 log VRRP_Script(s) succeeded
    0.250000 log (V1) Entering BACKUP STATE
    0.250000 INIT -> BACKUP
    1.000000 check s /s as 2
    ");
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn a_failure_is_a_fault_and_a_success_its_end() {
    let mut run = run(vrrp_script("s"));
    run.event(exited(1, 0));
    run.take();
    run.until(1.0);
    run.event(exited(2, 3));
    run.until(2.0);
    run.event(exited(3, 3));
    run.until(3.0);
    run.event(exited(4, 0));
    insta::assert_snapshot!(told(&mut run), @"
    1.000000 check s /s as 2
    1.000000 log Script `s` now returning 3
    1.000000 log VRRP_Script(s) failed (exited with status 3)
    1.000000 log (V1) Entering FAULT STATE
    1.000000 BACKUP -> FAULT
    2.000000 check s /s as 3
    3.000000 check s /s as 4
    3.000000 log Script `s` now returning 0
    3.000000 log VRRP_Script(s) succeeded
    3.000000 log (V1) Entering BACKUP STATE
    3.000000 FAULT -> BACKUP
    ");
}

#[test]
fn an_owner_becomes_master_with_the_first_result() {
    let mut owner = follower(255);
    owner.initial_state = InitialState::Master;
    let mut run = Run::new(with(vrrp_script("s"), owner.clone()));
    assert_eq!(run.state(), State::Init);
    run.until(0.5);
    run.event(exited(1, 0));
    assert_eq!(run.state(), State::Master);

    // From FAULT it comes back through BACKUP.
    let mut run = Run::new(with(vrrp_script("s"), owner));
    run.event(exited(1, 1));
    assert_eq!(run.state(), State::Fault);
    run.until(1.0);
    run.event(exited(2, 0));
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn a_fault_of_the_start_is_left_only_after_the_first_result() {
    let mut down = super::super::network();
    down.interfaces[0].up = false;
    let mut run = Run::on(with(vrrp_script("s"), follower(150)), down);
    assert_eq!(run.state(), State::Fault);
    run.link(true);
    assert_eq!(run.state(), State::Fault);
    run.event(exited(1, 0));
    assert_eq!(run.state(), State::Backup);
}

/// Start value rise-1: the first result decides at once.
#[test]
fn rise_and_fall_count_results_in_a_row() {
    let script = VrrpScript { rise: 3, fall: 2, ..vrrp_script("s") };
    let mut run = run(script);
    let mut states = Vec::new();
    for (check, status) in [0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0].into_iter().enumerate() {
        run.until(check as f64 + 0.5);
        run.event(exited(check as u64 + 1, status));
        states.push(run.state());
    }
    let words: Vec<_> = states.iter().map(|state| &state.name()[..1]).collect();
    assert_eq!(words.join(""), "BBBBFFFFFFBBB");

    let script = VrrpScript { rise: 3, fall: 3, ..vrrp_script("s") };
    let mut run = super::script::run(script);
    run.event(exited(1, 1));
    assert_eq!(run.state(), State::Fault);
}

#[test]
fn a_run_that_takes_too_long_is_ended_and_has_failed() {
    let script = VrrpScript { timeout: Some(at(Duration::from_secs(2))), ..vrrp_script("s") };
    let mut run = run(script);
    run.until(4.5);
    run.event(ended(1, CheckOutcome::Signalled(9)));
    run.until(5.0);
    insta::assert_snapshot!(told(&mut run), @"
    0.000000 check s /s as 1
    1.000000 log Track script s is already running, expect idle - skipping run
    2.000000 Terminate check 1
    2.000000 log Track script s is being timed out, expect idle - skipping run
    3.000000 log Track script s is being timed out, expect idle - skipping run
    4.000000 Kill check 1
    4.000000 log Track script s is being timed out, expect idle - skipping run
    4.500000 log VRRP_Script(s) timed_out
    4.500000 log (V1) Entering FAULT STATE
    4.500000 INIT -> FAULT
    5.000000 check s /s as 2
    ");
    assert_eq!(run.state(), State::Fault);
}

#[test]
fn what_does_not_die_is_killed_again_and_again() {
    let script = VrrpScript { interval: Duration::from_secs(100), ..vrrp_script("s") };
    let script = VrrpScript { timeout: Some(at(Duration::from_secs(1))), ..script };
    let mut run = run(script);
    run.until(30.0);
    insta::assert_snapshot!(told(&mut run), @"
    0.000000 check s /s as 1
    1.000000 Terminate check 1
    3.000000 Kill check 1
    5.000000 Kill check 1
    15.000000 Kill check 1
    25.000000 Kill check 1
    ");
}

/// It was asked to end and did so by itself: what it says counts.
#[test]
fn a_status_counts_also_after_the_timeout() {
    let script = VrrpScript { timeout: Some(at(Duration::from_millis(500))), ..vrrp_script("s") };
    let mut run = run(script);
    run.until(0.6);
    run.event(exited(1, 0));
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn a_signal_and_a_failed_start_are_failures() {
    let mut run = run(vrrp_script("s"));
    run.event(ended(1, CheckOutcome::Signalled(11)));
    assert!(run.take().contains("log VRRP_Script(s) failed (due to signal 11)"));
    assert_eq!(run.state(), State::Fault);
    run.until(1.0);
    run.event(exited(2, 0));
    run.until(2.0);
    run.take();
    run.event(ended(3, CheckOutcome::NotStarted));
    assert!(run.take().contains("log VRRP_Script(s) failed (could not be started)"));
}

/// What started it has ended, or could not tell how it ended.
#[test]
fn a_lost_run_says_nothing_and_the_next_one_comes_in_its_time() {
    let mut run = run(VrrpScript { fall: 1, ..vrrp_script("s") });
    run.event(ended(1, CheckOutcome::Lost));
    assert_eq!(run.state(), State::Init);
    run.until(1.0);
    run.event(exited(2, 0));
    run.take();
    run.until(2.0);
    run.event(ended(3, CheckOutcome::Lost));
    run.until(3.0);
    assert_eq!(run.take(), "2.000000 check s /s as 3\n3.000000 check s /s as 4\n");
    // Too late for its time, it was to end, and that is not known to have happened.
    run.until(4.5);
    run.event(ended(4, CheckOutcome::Lost));
    run.until(5.0);
    let record = run.take();
    assert!(record.contains("5.000000 check s /s as 5"), "{record}");
    assert!(!record.contains("failed") && !record.contains("timed_out"), "{record}");
    assert_eq!(run.state(), State::Master);
}

/// The daemon did not run for a while: the next run is on the old grid.
#[test]
fn the_grid_is_kept() {
    let mut run = run(vrrp_script("s"));
    run.event(exited(1, 0));
    run.take();
    run.now = run.now + Duration::from_millis(3_700);
    run.event(Event::Timer);
    run.event(exited(2, 0));
    run.until(4.5);
    let starts = run.take();
    let starts: Vec<_> = starts.lines().filter(|line| line.contains("check s")).collect();
    assert_eq!(starts, ["3.700000 check s /s as 2", "4.000000 check s /s as 3"]);
}

#[test]
fn reverse_swaps_success_and_failure() {
    let mut run = run(VrrpScript { reverse: true, ..vrrp_script("s") });
    run.event(exited(1, 0));
    assert_eq!(run.state(), State::Fault);
    run.until(1.0);
    run.event(exited(2, 1));
    assert_eq!(run.state(), State::Backup);
}

#[test]
fn a_weighted_script_is_not_waited_for() {
    let mut heavy = instance(100);
    heavy.tracking.scripts = vec![weighted("s".to_owned(), 20, false)];
    let run = Run::new(with(vrrp_script("s"), heavy));
    assert_eq!(run.state(), State::Backup);
    assert_eq!(run.engine.snapshot().instances[0].priority.get(), 100);
}

#[test]
fn nobody_runs_what_nobody_tracks() {
    let mut run = Run::new(with(vrrp_script("s"), instance(100)));
    run.until(3.0);
    assert!(!run.take().contains("check"));
}

#[test]
fn at_the_stop_what_runs_is_ended() {
    let mut run = run(vrrp_script("s"));
    run.take();
    run.event(Event::Stop);
    assert_eq!(run.take(), "0.000000 Terminate check 1\n0.000000 stopped\n");
}

#[test]
fn a_reload_keeps_the_result_of_the_same_program() {
    let mut run = run(vrrp_script("s"));
    run.event(exited(1, 1));
    run.take();
    // Another rhythm: the same program.
    let other = VrrpScript { interval: Duration::from_secs(2), fall: 2, ..vrrp_script("s") };
    run.until(0.5);
    run.event(Event::Reload(with(other, follower(150))));
    assert_eq!(run.state(), State::Fault);
    insta::assert_snapshot!(run.take(), @"
    0.500000 log VRRP_Script(s) considered unsuccessful on reload
    0.500000 check s /s as 2
    ");
}

/// Another program: it is as new, but nobody waits for it.
#[test]
fn a_reload_with_another_program_begins_anew() {
    let mut run = run(vrrp_script("s"));
    run.event(exited(1, 1));
    run.until(1.0);
    run.take();
    let mut other = vrrp_script("s");
    other.script.value.program = "/other".to_owned();
    run.event(Event::Reload(with(other, follower(150))));
    insta::assert_snapshot!(run.take(), @"
    1.000000 Terminate check 2
    1.000000 log (V1) Entering BACKUP STATE
    1.000000 FAULT -> BACKUP
    1.000000 check s /other as 3
    ");
    // The end of the former program says nothing.
    run.event(exited(2, 1));
    assert_eq!(run.state(), State::Backup);
    run.event(exited(3, 1));
    assert_eq!(run.state(), State::Fault);
}

/// The former program does not want to end.
#[test]
fn a_run_that_a_reload_has_no_use_for_is_killed_in_the_end() {
    let mut run = run(vrrp_script("s"));
    run.take();
    run.event(Event::Reload(with(vrrp_script("other"), instance(150))));
    run.until(15.0);
    let record = run.take();
    let signals: Vec<_> = record.lines().filter(|line| line.contains(" check 1")).collect();
    assert_eq!(
        signals,
        ["0.000000 Terminate check 1", "2.000000 Kill check 1", "12.000000 Kill check 1"]
    );
    run.event(ended(1, CheckOutcome::Signalled(9)));
    run.until(60.0);
    assert!(!run.take().contains("check"));
}

#[test]
fn the_snapshot_tells_of_the_last_run() {
    let mut run = run(vrrp_script("s"));
    run.until(0.25);
    run.event(exited(1, 2));
    let script = run.engine.snapshot().trackers.remove(0);
    assert_eq!(script.name, "s");
    assert_eq!(script.up, Some(false));
    assert_eq!(script.last, Some(CheckOutcome::Exited(2)));
    assert_eq!(script.took, Some(Duration::from_millis(250)));
}
