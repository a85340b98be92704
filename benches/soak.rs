//! `./dev soak [MINUTES]`: one daemon beside a peer, for half an hour unless said: 500 flaps, 200
//! reloads, 1,000 failures of a script, and a script that hangs all the time. Whatever was there
//! before must be there after the end, and nothing else: no address, route, rule, interface, packet
//! filter, child, descriptor; and no memory that only grows.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, clippy::expect_used)]

#[path = "soak/configuration.rs"]
mod configuration;
#[path = "../tests/lab/mod.rs"]
mod lab;
#[path = "soak/process.rs"]
mod process;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::configuration::{Site, VIPS};
use crate::lab::{Daemon, Host, Lab, Running};
use crate::process::Sample;

const FLAPS: u32 = 500;
const RELOADS: u32 = 200;
const FAILURES: u32 = 1_000;
/// How often it is looked at.
const SAMPLES: u32 = 60;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Growth from the median of the second quarter to that of the last that is noise.
const NOISE_KIB: u64 = 512;

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`; `cargo test --benches` must not start it.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|word| word == "--bench") {
        println!("soak: a long run, started by ./dev soak");
        return ExitCode::SUCCESS;
    }
    let minutes: u64 = arguments.iter().find_map(|word| word.parse().ok()).unwrap_or(30);
    if let Err(reason) = lab::available(&[Daemon::Ours, Daemon::Keepalived]) {
        eprintln!("soak: {reason}");
        return ExitCode::FAILURE;
    }
    let complaints = soak(Duration::from_secs(minutes * 60));
    for complaint in &complaints {
        println!("FAILED: {complaint}");
    }
    if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is done at one moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Deed {
    Flap(u32),
    Reload(u32),
    Sample,
}

/// Every deed with its time, in order.
fn schedule(lasting: Duration) -> Vec<(Duration, Deed)> {
    let spread = |count: u32| (0..count).map(move |number| lasting * number / count);
    let flaps = (0_u32..).zip(spread(FLAPS)).map(|(number, at)| (at, Deed::Flap(number)));
    let reloads = (0_u32..).zip(spread(RELOADS)).map(|(number, at)| (at, Deed::Reload(number)));
    let samples = spread(SAMPLES).map(|at| (at, Deed::Sample));
    let mut all: Vec<_> = flaps.chain(reloads).chain(samples).collect();
    all.sort();
    all
}

/// Runs it; gives what is wrong.
fn soak(lasting: Duration) -> Vec<String> {
    let lab = Lab::new(2);
    let site = Site::new(lab.directory(), lasting / (2 * FAILURES));
    let before = holdings(lab.host(1));
    let mut peer = lab.start(2, Daemon::Keepalived, &site.peer());
    let mut router = lab.start(1, Daemon::Ours, &site.configuration(0));
    lab.wait_for_owners(&configuration::addresses(&VIPS), &[1], PATIENCE);
    println!("{FLAPS} flaps, {RELOADS} reloads, {FAILURES} failing checks in {lasting:?}\n");
    println!(
        "{:>8} {:>10} {:>6} {:>9} {:>8} {:>8}",
        "second", "RSS, KiB", "files", "children", "zombies", "threads"
    );

    let mut samples = Vec::new();
    let begin = Instant::now();
    for (at, deed) in schedule(lasting) {
        std::thread::sleep((begin + at).saturating_duration_since(Instant::now()));
        match deed {
            Deed::Flap(number) => flap(&lab, number),
            Deed::Reload(number) => reload(&router, &site, number),
            Deed::Sample => samples.push(sample(&router, begin)),
        }
    }
    // The last flap has time to be over.
    lab.wait_for_owners(&configuration::addresses(&VIPS), &[1], PATIENCE);
    std::thread::sleep(Duration::from_secs(5));
    samples.push(sample(&router, begin));
    router.assert_alive();
    peer.assert_alive();

    let mut complaints = judge(&samples);
    let failures = router.logged("VRRP_Script(fails) failed");
    let (masters, reloads) =
        (router.logged("(V1) Entering MASTER STATE"), router.logged("Reload complete"));
    println!("\n{masters} takeovers of V1, {reloads} reloads, {failures} failing checks");
    if failures < usize::try_from(FAILURES).unwrap() * 9 / 10 {
        complaints.push(format!("only {failures} checks failed"));
    }
    let status = router.terminate(PATIENCE);
    if !status.success() {
        complaints.push(format!("ended with {status}"));
    }
    let after = holdings(lab.host(1));
    complaints.extend(
        after
            .iter()
            .filter(|line| !before.contains(line))
            .map(|line| format!("left behind: {line}")),
    );
    complaints.extend(
        before.iter().filter(|line| !after.contains(line)).map(|line| format!("lost: {line}")),
    );
    complaints
}

/// The carrier goes for a moment; every fourth time somebody takes an address away instead.
fn flap(lab: &Lab, number: u32) {
    if number % 4 == 3 {
        // It need not be there just now.
        let _ = lab
            .host(1)
            .namespace()
            .command("ip")
            .args(["address", "del", "10.77.0.52/32", "dev", "eth0"])
            .stderr(std::process::Stdio::null())
            .status();
        return;
    }
    lab.carrier(1, false);
    std::thread::sleep(Duration::from_millis(100));
    lab.carrier(1, true);
}

/// Another configuration each time; waits until it runs.
fn reload(router: &Running, site: &Site, number: u32) {
    router.write_configuration(&site.configuration(number + 1));
    router.signal(Signal::SIGHUP);
    let count = usize::try_from(number).unwrap() + 1;
    router.wait_for_log("Reload complete", count, PATIENCE);
}

fn sample(router: &Running, begin: Instant) -> Sample {
    let sample = Sample::of(u32::try_from(router.vrrp_pid().as_raw()).unwrap());
    let Sample { resident_kib, files, children, zombies, threads } = sample;
    let second = begin.elapsed().as_secs();
    println!("{second:>8} {resident_kib:>10} {files:>6} {children:>9} {zombies:>8} {threads:>8}");
    sample
}

/// What is wrong with how it went: the second quarter of the time against the last one.
fn judge(samples: &[Sample]) -> Vec<String> {
    let quarter = samples.len() / 4;
    let median = |part: &[Sample], of: fn(&Sample) -> u64| {
        let mut values: Vec<u64> = part.iter().map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(0)
    };
    let (early, late) = (&samples[quarter..2 * quarter], &samples[samples.len() - quarter..]);
    let mut complaints = Vec::new();
    let mut compare = |what: &str, noise: u64, of: fn(&Sample) -> u64| {
        let (early, late) = (median(early, of), median(late, of));
        println!("{what}: {early} in the second quarter, {late} in the last");
        if late > early + noise {
            complaints.push(format!("{what} grow from {early} to {late}"));
        }
    };
    println!();
    compare("KiB of RSS", NOISE_KIB, |sample| sample.resident_kib);
    compare("open files", 2, |sample| sample.files);
    compare("threads", 1, |sample| sample.threads);
    compare("children", 3, |sample| sample.children);
    let zombies: u64 = samples.iter().map(|sample| sample.zombies).sum();
    if zombies > 0 {
        complaints.push(format!("{zombies} zombies"));
    }
    complaints
}

/// Everything on a host that a daemon may leave behind, line by line.
fn holdings(host: &Host) -> Vec<String> {
    let mut lines = Vec::new();
    for arguments in [
        ["-o", "address", "show"].as_slice(),
        &["-4", "route", "show", "table", "all"],
        &["-6", "route", "show", "table", "all"],
        &["-4", "rule", "show"],
        &["-6", "rule", "show"],
        &["-br", "link", "show"],
    ] {
        let text = host.ip(arguments);
        lines
            .extend(text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    let nft = host.namespace().command("nft").args(["list", "ruleset"]).output().expect("nft runs");
    lines.extend(String::from_utf8_lossy(&nft.stdout).lines().map(|line| format!("nft {line}")));
    lines.sort();
    lines
}
