//! `./dev bench takeover [KILLS]`: how much longer than the protocol's own time a takeover takes,
//! and how soon after its first advert the new master tells the LAN. stillalive and keepalived run
//! at the same time, each pair on its own LAN, so that both meet the same machine.
//!
//! All times are the kernel's timestamps of packets on the bridge.

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../tests/lab/mod.rs"]
mod lab;

use std::process::ExitCode;
use std::time::Duration;

use crate::lab::{Daemon, Lab, Running};

/// Priorities of the two hosts; with `nopreempt` both stay what they have become.
const PRIORITIES: [u8; 2] = [150, 100];
/// How long a takeover or a start may take beyond its own time.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is measured: a version and an interval.
#[derive(Clone, Copy)]
struct Case {
    title: &'static str,
    version: u8,
    advert_int: &'static str,
    interval: Duration,
}

const CASES: [Case; 2] = [
    Case {
        title: "VRRPv2, advert_int 1",
        version: 2,
        advert_int: "1",
        interval: Duration::from_secs(1),
    },
    Case {
        title: "VRRPv3, advert_int 0.01",
        version: 3,
        advert_int: "0.01",
        interval: Duration::from_millis(10),
    },
];

/// Milliseconds of each kill.
#[derive(Default)]
struct Samples {
    /// First advert of the new master after the last of the old one, less the protocol's time.
    overhead: Vec<f64>,
    /// First gratuitous ARP after the first advert.
    gap: Vec<f64>,
}

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`; `cargo test --benches` must not start a measurement.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|word| word == "--bench") {
        println!("takeover: a measurement, run by ./dev bench takeover");
        return ExitCode::SUCCESS;
    }
    let kills = arguments.iter().find_map(|word| word.parse().ok()).unwrap_or(20);
    if let Err(reason) = lab::available(&[Daemon::Ours, Daemon::Keepalived]) {
        eprintln!("takeover: {reason}");
        return ExitCode::FAILURE;
    }
    println!("{kills} kills each; milliseconds; stillalive and keepalived side by side\n");
    for case in CASES {
        let (ours, theirs) = std::thread::scope(|scope| {
            let ours = scope.spawn(|| measure(Daemon::Ours, case, kills));
            let theirs = scope.spawn(|| measure(Daemon::Keepalived, case, kills));
            (ours.join(), theirs.join())
        });
        let (Ok(ours), Ok(theirs)) = (ours, theirs) else { return ExitCode::FAILURE };
        println!("{}", case.title);
        println!("  {:34} {:>28}   {:>28}   ratio", "", "stillalive min/median/max", "keepalived");
        row("overhead over the protocol's time", &ours.overhead, &theirs.overhead);
        row("first advert to first ARP", &ours.gap, &theirs.gap);
        println!();
    }
    ExitCode::SUCCESS
}

fn row(title: &str, ours: &[f64], theirs: &[f64]) {
    let (a, b) = (spread(ours), spread(theirs));
    let text =
        |(least, median, most): (f64, f64, f64)| format!("{least:.3} / {median:.3} / {most:.3}");
    println!("  {title:34} {:>28}   {:>28}   {:.2}", text(a), text(b), a.1 / b.1);
}

/// Least, median, most.
fn spread(samples: &[f64]) -> (f64, f64, f64) {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    let middle = sorted.len() / 2;
    let median = if sorted.len().is_multiple_of(2) {
        (at(middle.saturating_sub(1)) + at(middle)) / 2.0
    } else {
        at(middle)
    };
    (at(0), median, at(sorted.len().saturating_sub(1)))
}

/// Kills the master, lets the other take over, starts the killed one again, and so on.
fn measure(daemon: Daemon, case: Case, kills: u32) -> Samples {
    let lab = Lab::new(2);
    let mut samples = Samples::default();
    let mut running: [Option<Running>; 2] = [None, None];
    let start =
        |host: u8| lab.start(host, daemon, &configuration(case, PRIORITIES[usize::from(host) - 1]));
    let mut master = 1;
    running[0] = Some(start(1));
    lab.capture().wait_for_advert(1, Duration::ZERO, PATIENCE, |_| true);
    for _ in 0..kills {
        let backup = 3 - master;
        let backup_index = usize::from(backup) - 1;
        let fresh = start(backup);
        fresh.wait_for_log("Entering BACKUP STATE", 1, PATIENCE);
        running[backup_index] = Some(fresh);
        // It must have heard the master before the master dies; a kill must not always fall on the
        // same place of the interval.
        let heard = lab.capture().last_advert(master);
        lab.capture().wait_for_advert(master, heard, PATIENCE, |_| true);
        let heard = lab.capture().last_advert(master);
        lab.capture().wait_for_advert(master, heard, PATIENCE, |_| true);
        std::thread::sleep(case.interval / 3);

        if let Some(dying) = running[usize::from(master) - 1].as_mut() {
            dying.crash();
        }
        let since = lab.capture().last_advert(master);
        let (advert, _) = lab.capture().wait_for_advert(backup, since, PATIENCE, |_| true);
        // The last advert may have been on its way when it was read above.
        let last = lab.capture().last_advert(master);
        let arp = lab.capture().wait_for_announcements(backup, advert, 1, PATIENCE);
        let took = advert.saturating_sub(last).as_secs_f64();
        let own = master_down(case, PRIORITIES[backup_index]).as_secs_f64();
        samples.overhead.push((took - own) * 1000.0);
        if let Some((time, _)) = arp.first() {
            samples.gap.push(time.saturating_sub(advert).as_secs_f64() * 1000.0);
        }
        running[usize::from(master) - 1] = None;
        master = backup;
    }
    samples
}

/// `3 * advert_int + skew_time` (RFC 3768 section 6.1, RFC 9568 section 6.1).
fn master_down(case: Case, priority: u8) -> Duration {
    let slack = 256 - u32::from(priority);
    let skewed = if case.version == 2 { Duration::from_secs(1) } else { case.interval };
    case.interval * 3 + skewed * slack / 256
}

fn configuration(case: Case, priority: u8) -> String {
    format!(
        "global_defs {{
    vrrp_version {}
}}
vrrp_instance V1 {{
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority {priority}
    advert_int {}
    nopreempt
    virtual_ipaddress {{
        10.77.0.50/24
    }}
}}
",
        case.version, case.advert_int
    )
}
