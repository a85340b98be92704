//! `./dev bench footprint [SECONDS]` (of each turn, default 20): memory and processor time of a master with one instance that
//! does nothing but advertise, beside keepalived's (all its processes together).

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../tests/lab/mod.rs"]
mod lab;

use std::process::ExitCode;
use std::time::Duration;

use crate::lab::{Daemon, Lab};

const CONFIGURATION: &str = "vrrp_instance V1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 255
    advert_int 1
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

/// How often each daemon has its turn.
const TURNS: u64 = 3;

/// What the processes of one daemon use.
#[derive(Clone, Copy, Default)]
struct Use {
    processes: u32,
    resident_kib: u64,
    proportional_kib: u64,
    /// On a processor, all threads.
    nanoseconds: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|word| word == "--bench") {
        println!("footprint: a measurement, run by ./dev bench footprint");
        return ExitCode::SUCCESS;
    }
    let seconds = arguments.iter().find_map(|word| word.parse().ok()).unwrap_or(20);
    if let Err(reason) = lab::available(&[Daemon::Ours, Daemon::Keepalived]) {
        eprintln!("footprint: {reason}");
        return ExitCode::FAILURE;
    }
    // By turns, not at once: of two that wake a moment apart each second, the later one finds the
    // processor awake and its caches warm, all the time.
    let (mut ours, mut theirs) = (Use::default(), Use::default());
    for _ in 0..TURNS {
        for (daemon, used) in [(Daemon::Ours, &mut ours), (Daemon::Keepalived, &mut theirs)] {
            let turn = measure(daemon, seconds);
            *used = Use { nanoseconds: used.nanoseconds + turn.nanoseconds, ..turn };
        }
    }
    println!("a master with one instance, {TURNS} x {seconds} s of advertising, by turns\n");
    println!("{:28} {:>12} {:>12}", "", "stillalive", "keepalived");
    println!("{:28} {:>12} {:>12}", "processes", ours.processes, theirs.processes);
    println!("{:28} {:>12} {:>12}", "RSS, KiB (sum)", ours.resident_kib, theirs.resident_kib);
    println!(
        "{:28} {:>12} {:>12}",
        "PSS, KiB (sum)", ours.proportional_kib, theirs.proportional_kib
    );
    let a_minute = |used: Use| used.nanoseconds * 60 / (TURNS * seconds) / 1_000;
    let (ours, theirs) = (a_minute(ours), a_minute(theirs));
    println!("{:28} {ours:>12} {theirs:>12}", "processor time, us a minute");
    ExitCode::SUCCESS
}

fn measure(daemon: Daemon, seconds: u64) -> Use {
    let lab = Lab::new(1);
    let running = lab.start(1, daemon, CONFIGURATION);
    lab.capture().wait_for_advert(1, Duration::ZERO, Duration::from_secs(10), |_| true);
    // The second burst of gratuitous ARP belongs to the start.
    std::thread::sleep(Duration::from_secs(7));
    let before = used(running.processes());
    std::thread::sleep(Duration::from_secs(seconds));
    let after = used(running.processes());
    Use { nanoseconds: after.nanoseconds - before.nanoseconds, ..after }
}

fn used(processes: Vec<u32>) -> Use {
    let mut sum = Use::default();
    for pid in processes {
        sum.processes += 1;
        let memory =
            std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let field = |name: &str| -> u64 {
            memory
                .lines()
                .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
                .unwrap_or(0)
        };
        sum.resident_kib += field("Rss:");
        sum.proportional_kib += field("Pss:");
        sum.nanoseconds += on_processor(pid);
    }
    sum
}

/// Nanoseconds that all threads of a process have run (`/proc/PID/task/TID/schedstat`).
fn on_processor(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok())
        .filter_map(|text| text.split_whitespace().next()?.parse::<u64>().ok())
        .sum()
}
