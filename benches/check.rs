//! `./dev bench check [TURNS]`: processor time of our `-t` and keepalived's on the same file of
//! 88,000 lines, by turns, in a network namespace that has its interfaces; then wall time and peak
//! memory of ours on a million lines.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

#[path = "../tests/lab/mod.rs"]
mod lab;

use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{Usage, UsageWho, getrusage};

use crate::lab::{Daemon, Lab};

/// Instances of the file that both read; each has eleven lines.
const INSTANCES: usize = 8_000;

/// Instances of the file of a million lines.
const MANY: usize = 91_000;

/// VRIDs are used up after so many instances on one interface.
const VRIDS: usize = 255;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|word| word == "--bench") {
        println!("check: a measurement, run by ./dev bench check");
        return ExitCode::SUCCESS;
    }
    let turns = arguments.iter().find_map(|word| word.parse().ok()).unwrap_or(5);
    if let Err(reason) = lab::available(&[Daemon::Ours, Daemon::Keepalived]) {
        eprintln!("check: {reason}");
        return ExitCode::FAILURE;
    }
    let lab = Lab::new(1);
    for pair in 0..INSTANCES.div_ceil(VRIDS).div_ceil(2) {
        let [a, b] = [format!("if{}", 2 * pair), format!("if{}", 2 * pair + 1)];
        lab.host(1).ip(&["link", "add", &a, "type", "veth", "peer", "name", &b]);
    }
    // By this name it reads keepalived's command line.
    let ours = lab.directory().join("keepalived");
    symlink(Daemon::Ours.program(), &ours).unwrap();
    let theirs = Daemon::Keepalived.program();
    let file = lab.directory().join("large.conf");
    std::fs::write(&file, configuration(INSTANCES)).unwrap();
    let (mut of_ours, mut of_theirs) = (Vec::new(), Vec::new());
    for _ in 0..turns {
        of_ours.push(run(&lab, &ours, &file).processor);
        of_theirs.push(run(&lab, Path::new(&theirs), &file).processor);
    }
    let (of_ours, of_theirs) = (median(of_ours), median(of_theirs));
    println!("-t of {INSTANCES} instances, {} lines, {turns} turns\n", INSTANCES * 11);
    println!("{:34} {:>10} {:>10} {:>8}", "", "stillalive", "keepalived", "ratio");
    println!(
        "{:34} {:>10.3} {:>10.3} {:>8.3}",
        "processor time, s (median)",
        of_ours.as_secs_f64(),
        of_theirs.as_secs_f64(),
        of_ours.as_secs_f64() / of_theirs.as_secs_f64()
    );
    std::fs::write(&file, configuration(MANY)).unwrap();
    let many = run(&lab, &ours, &file);
    println!("\n-t of {MANY} instances, {} lines\n", MANY * 11);
    println!("{:34} {:>10.3}", "wall time, s", many.wall.as_secs_f64());
    println!("{:34} {:>10.3}", "processor time, s", many.processor.as_secs_f64());
    println!("{:34} {:>10}", "peak RSS, MiB", many.peak_kib / 1024);
    ExitCode::SUCCESS
}

/// A file of instances that have nothing to complain about.
fn configuration(instances: usize) -> String {
    let mut text = String::new();
    for at in 0..instances {
        let (vrid, interface) = (at % VRIDS + 1, at / VRIDS);
        let [_, a, b, c] = u32::try_from(at).unwrap().to_be_bytes();
        let _ = write!(
            text,
            "vrrp_instance VI_{at} {{\n    state BACKUP\n    interface if{interface}\n    \
             virtual_router_id {vrid}\n    priority 100\n    advert_int 1\n    \
             virtual_ipaddress {{\n        10.{a}.{b}.{c}/32\n    }}\n}}\n\n"
        );
    }
    text
}

/// What one run used.
struct Used {
    processor: Duration,
    wall: Duration,
    /// The most that any child so far has used.
    peak_kib: i64,
}

fn run(lab: &Lab, program: &Path, file: &Path) -> Used {
    let (before, start) = (getrusage(UsageWho::RUSAGE_CHILDREN).unwrap(), Instant::now());
    let mut command = lab.host(1).namespace().command(program.to_str().unwrap());
    command.args(["-t", "-f"]).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = command.status().unwrap();
    let wall = start.elapsed();
    let after = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    Used { processor: processor(after) - processor(before), wall, peak_kib: after.max_rss() }
}

fn processor(usage: Usage) -> Duration {
    let sum = usage.user_time() + usage.system_time();
    let micros = sum.tv_sec() * 1_000_000 + sum.tv_usec();
    Duration::from_micros(u64::try_from(micros).unwrap())
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values[values.len() / 2]
}
