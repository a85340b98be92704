//! The master leaves in order, or comes back after a crash.

use std::time::Duration;

use crate::lab::{AddressEvents, Daemon, Lab, Running, now};
use crate::protocol::{
    EARLY, ELECTION, LATE, Timing, VIPS, addresses, assert_rounds, assert_silent, assert_steady,
    assert_time, start_pair, two_addresses,
};

const TIMING: Timing = Timing::V2(1);

fn graceful_stop(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let vips = addresses(&VIPS);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    lab.wait_for_owners(&vips, &[1], ELECTION);

    let stopped = now();
    assert!(!first.pid_files().is_empty(), "the daemon wrote its pid files");
    assert!(first.terminate(ELECTION).success(), "a stop by SIGTERM is no failure");
    assert_eq!(first.pid_files(), Vec::<std::path::PathBuf>::new(), "and removed them");
    let (resigned, _) =
        lab.capture().wait_for_advert(1, stopped, ELECTION, |advert| advert.priority() == 0);
    let (taken, _) = lab.capture().wait_for_advert(2, resigned, ELECTION, |_| true);
    assert_time("takeover after priority 0", taken - resigned, TIMING.skew(100));
    assert_silent(&lab, 1, resigned);
    lab.wait_for_owners(&vips, &[2], ELECTION);

    // Five rounds at once, five more after garp_master_delay.
    let announced = lab.capture().wait_for_announcements(2, resigned, 20, Duration::from_secs(8));
    assert_rounds(&announced, &vips, 5);
    assert_rounds(&announced[10..], &vips, 5);
    let second_block = announced[10].0 - announced[0].0;
    assert_time("second block of announcements", second_block, Duration::from_secs(5));
    second.assert_alive();
}

/// Kills the master, lets the backup lead, and starts the first again: the state in which the
/// return is tested. Returns the daemons, and the times just before the first was started again
/// and just after it was seen to be backup.
fn crashed_and_restarted(
    lab: &Lab,
    option: &str,
    master: Daemon,
    backup: Daemon,
) -> (Running, Running, [Duration; 2]) {
    let vips = addresses(&VIPS);
    let (mut first, second) = start_pair(
        lab,
        (master, &two_addresses(150, option)),
        (backup, &two_addresses(100, option)),
    );
    let killed = now();
    first.crash();
    drop(first);
    let (taken, _) = lab.capture().wait_for_advert(2, killed, ELECTION, |_| true);
    lab.wait_for_owners(&vips, &[1, 2], ELECTION);

    let started = now();
    let first = lab.start(1, master, &two_addresses(150, option));
    first.wait_for_log("(V1) Entering BACKUP STATE", 1, ELECTION);
    let back = now();
    // What the crash left on the interface is gone before the first backup second is over.
    lab.wait_for_owners(&vips, &[2], Duration::from_secs(1));
    assert_silent(lab, 1, taken);
    (first, second, [started, back])
}

fn leads_again(lab: &Lab, first: &mut Running, second: &mut Running, taken: Duration) {
    let vips = addresses(&VIPS);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let announced = lab.capture().wait_for_announcements(1, taken, 10, ELECTION);
    assert_rounds(&announced, &vips, 5);
    second.wait_for_log("(V1) Entering BACKUP STATE", 2, ELECTION);
    lab.capture().wait_for_advert(1, taken, ELECTION, |_| true);
    // It yields without a word.
    assert_silent(lab, 2, taken);
    assert!(lab.capture().adverts(2).iter().all(|(_, advert)| advert.priority() == 100));
    first.assert_alive();
    second.assert_alive();
}

fn returns_and_preempts(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let (mut first, mut second, [started, back]) = crashed_and_restarted(&lab, "", master, backup);
    let (taken, _) = lab.capture().wait_for_advert(1, back, ELECTION, |_| true);
    eprintln!("FIGURE return with preemption after the start: {:.3?}", taken - started);
    assert!(taken + EARLY > started + TIMING.master_down(150), "a full master-down time");
    assert!(taken < back + TIMING.master_down(150) + LATE);
    leads_again(&lab, &mut first, &mut second, taken);
}

fn returns_and_stays_backup(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let (mut first, mut second, [_, back]) =
        crashed_and_restarted(&lab, "nopreempt", master, backup);
    let enough = TIMING.master_down(150) + 2 * TIMING.interval();
    let (end, _) = lab.capture().wait_for_advert(2, back + enough, ELECTION, |_| true);
    assert_silent(&lab, 1, back);
    assert_steady(&lab, 2, TIMING.interval(), back, end);
    lab.wait_for_owners(&addresses(&VIPS), &[2], ELECTION);
    assert_eq!(first.logged("Entering MASTER STATE"), 0);
    first.assert_alive();
    second.assert_alive();
}

fn returns_and_preempts_after_delay(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let (mut first, mut second, [_, back]) =
        crashed_and_restarted(&lab, "preempt_delay 3", master, backup);
    let (heard, _) = lab.capture().wait_for_advert(2, back, ELECTION, |_| true);
    let (taken, _) = lab.capture().wait_for_advert(1, heard, 2 * ELECTION, |_| true);
    let waited = taken - heard;
    eprintln!("FIGURE return with preempt_delay 3 after the first advert heard: {waited:.3?}");
    // The delay runs from the first advert heard. The last advert that restarts the master-down
    // timer is the last one before the end of the delay: one interval before it at most.
    let delay = Duration::from_secs(3);
    let down = TIMING.master_down(150);
    assert!(waited + EARLY > delay - TIMING.interval() + down, "{waited:?}");
    assert!(waited < delay + TIMING.interval() + down + LATE, "{waited:?}");
    leads_again(&lab, &mut first, &mut second, taken);
}

/// The master's processes do not run for a while (a stalled virtual machine).
fn pauses(length: Duration, master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let vips = addresses(&VIPS);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    first.pause();
    std::thread::sleep(length);
    first.resume();
    let resumed = now();
    if master == Daemon::Ours && length > TIMING.master_down(100) {
        gives_way_and_returns(&lab, &first, resumed);
        first.assert_alive();
        second.assert_alive();
        return;
    }
    // At most one interval later it speaks again, whatever it missed.
    let within = TIMING.interval() + LATE;
    let (back, _) = lab.capture().wait_for_advert(1, resumed, within, |_| true);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let (next, _) = lab.capture().wait_for_advert(1, back, ELECTION, |_| true);
    if length < TIMING.master_down(100) {
        assert_silent(&lab, 2, Duration::ZERO);
    } else {
        assert!(!lab.capture().adverts(2).is_empty(), "the backup had led meanwhile");
    }
    lab.capture().wait_for_advert(1, next, ELECTION, |_| true);
    assert_silent(&lab, 2, next);
    first.assert_alive();
    second.assert_alive();
}

/// After a stall in which the other one took over, ours gives way without a word and comes back in
/// the ordinary way: there are never two masters from then on.
fn gives_way_and_returns(lab: &Lab, first: &Running, resumed: Duration) {
    let vips = addresses(&VIPS);
    lab.wait_for_owners(&vips, &[2], TIMING.interval());
    let (back, _) = lab.capture().wait_for_advert(1, resumed, ELECTION, |_| true);
    assert_time("return after the stall", back - resumed, TIMING.master_down(150));
    assert_steady(lab, 2, TIMING.interval(), resumed, back);
    assert!(lab.capture().announced(1, resumed).iter().all(|(time, _)| *time > back));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let (next, _) = lab.capture().wait_for_advert(1, back, ELECTION, |_| true);
    lab.capture().wait_for_advert(1, next, ELECTION, |_| true);
    assert_silent(lab, 2, back);
    assert_eq!(first.logged("A thread timer expired "), 1);
    assert_eq!(first.logged("(V1) Reason: not run for too long"), 1);
}

/// With `timer_expired_backup` it gives way at once, and with `nopreempt`, which that needs, for
/// good. (keepalived knows the keyword from 2.2.8 on.) `thread_timer_expired` is another word for it.
#[test]
fn timer_expired_backup_leaves_the_other_one_in_office() {
    if !crate::lab::ready(&[Daemon::Ours]) {
        return;
    }
    for word in ["timer_expired_backup", "thread_timer_expired"] {
        leaves_the_other_one_in_office(&format!("nopreempt\n{word} 100"));
    }
}

fn leaves_the_other_one_in_office(starved: &str) {
    let lab = Lab::new(2);
    let (mut first, _second) = start_pair(
        &lab,
        (Daemon::Ours, &two_addresses(150, starved)),
        (Daemon::Ours, &two_addresses(100, "nopreempt")),
    );
    first.pause();
    std::thread::sleep(Duration::from_secs(5));
    first.resume();
    let resumed = now();
    lab.wait_for_owners(&addresses(&VIPS), &[2], TIMING.interval());
    let enough = TIMING.master_down(150) + TIMING.interval();
    let (end, _) = lab.capture().wait_for_advert(2, resumed + enough, ELECTION, |_| true);
    assert_silent(&lab, 1, resumed);
    assert_steady(&lab, 2, TIMING.interval(), resumed, end);
    first.assert_alive();
}

/// Nobody has taken over: it listens for an interval and its skew time and goes on. Its addresses
/// stay.
#[test]
fn a_long_pause_without_a_backup_takes_no_address_away() {
    if !crate::lab::ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let vips = addresses(&VIPS);
    let mut first = lab.start(1, Daemon::Ours, &two_addresses(150, ""));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let events = AddressEvents::watch(lab.host(1));
    first.pause();
    std::thread::sleep(Duration::from_secs(5));
    first.resume();
    let resumed = now();
    let (back, _) = lab.capture().wait_for_advert(1, resumed, ELECTION, |_| true);
    let listens = TIMING.interval() + TIMING.skew(150);
    assert_time("first advert after the stall", back - resumed, listens);
    lab.capture().wait_for_announcements(1, back, vips.len(), ELECTION);
    assert!(vips.iter().all(|vip| events.of(*vip).is_empty()), "{:?}", events.seen());
    first.assert_alive();
}

roles! {
    graceful_stop_hands_over => graceful_stop;
    short_pause_of_the_master => |master, backup| {
        pauses(Duration::from_secs(2), master, backup);
    };
    long_pause_of_the_master => |master, backup| {
        pauses(Duration::from_secs(5), master, backup);
    };
    killed_master_returns_and_preempts => returns_and_preempts;
    killed_master_returns_with_nopreempt => returns_and_stays_backup;
    killed_master_returns_with_preempt_delay => returns_and_preempts_after_delay;
}
