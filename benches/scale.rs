//! `./dev bench scale [INSTANCES]…`: thousands of virtual IPs move from one host to the other. Beside
//! keepalived, by turns in one run.
//!
//! - The master is killed: for each virtual IP, from the last advert that was heard to its first
//!   gratuitous ARP, less the protocol's own time (three intervals and the skew).
//! - The master is stopped: for each virtual IP, from SIGTERM to the first gratuitous ARP of the other
//!   host, the protocol's own time (the skew) included, because it is up to the daemon when its last
//!   words come.
//! - The start, and the processor time and memory of a master and a backup.
//!
//! `./dev bench scale asked [INSTANCES]…`: the same of ours only, while nobody asks it for its status
//! and while somebody does so every 50 ms, by turns.
//!
//! The hosts are joined by one cable for every 250 instances, both run the same daemon, and nobody
//! reads a log. All times are the kernel's timestamps of frames at the dying host's end of the cables.
//!
//! How long a takeover of many takes depends on how the dead master spread its adverts: those that left
//! together are taken over together, one after the other. keepalived's drift apart because each is
//! timed from when the one before was done; how far is told too. A bridge, which gives every ARP to
//! everybody, or a detailed log would make both slower.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, clippy::expect_used)]

#[path = "scale/asker.rs"]
mod asker;
#[path = "scale/cables.rs"]
mod cables;
#[path = "../tests/lab/mod.rs"]
mod lab;
#[path = "scale/tap.rs"]
mod tap;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::lab::{Daemon, Lab};
use crate::tap::Tap;

/// Instances on one cable: VRIDs 1 to 250.
const A_CABLE: usize = 250;
/// Host 1 lives on, host 2 dies.
const PRIORITIES: [u8; 2] = [100, 150];
/// How long master and backup are watched.
const WATCHED: Duration = Duration::from_secs(10);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`; `cargo test --benches` must not start a measurement.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|word| word == "--bench") {
        println!("scale: a measurement, run by ./dev bench scale");
        return ExitCode::SUCCESS;
    }
    if let Err(reason) = lab::available(&[Daemon::Ours, Daemon::Keepalived]) {
        eprintln!("scale: {reason}");
        return ExitCode::FAILURE;
    }
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1000, 4000];
    }
    let asked = arguments.iter().any(|word| word == "asked");
    for instances in sizes {
        let cables = instances.div_ceil(A_CABLE);
        println!("{instances} instances, one VIP each, advert_int 1, {cables} cables");
        let (names, [ours, theirs]) = match asked {
            false => {
                let both = [Daemon::Ours, Daemon::Keepalived];
                (["stillalive", "keepalived"], both.map(|it| measure(it, instances, false)))
            }
            true => (["asked", "left alone"], by_turns(instances)),
        };
        println!("  {:44} {:>12} {:>12}   ratio", "", names[0], names[1]);
        for (name, unit, of) in FIGURES {
            let (a, b) = (of(&ours), of(&theirs));
            println!("  {:44} {a:>12.2} {b:>12.2}   {:.2}", format!("{name}, {unit}"), a / b);
        }
        println!();
    }
    ExitCode::SUCCESS
}

/// What is measured of one daemon.
#[derive(Debug, Default)]
struct Figures {
    /// Seconds from the start of a lone master to the gratuitous ARP of the last VIP.
    start: f64,
    /// Milliseconds of each VIP: first gratuitous ARP after the last advert, less the protocol's.
    overhead: Vec<f64>,
    /// Percent of a processor.
    master: f64,
    backup: f64,
    /// KiB, proportional set size, all processes.
    master_memory: f64,
    backup_memory: f64,
    /// VIPs that never came over.
    lost: f64,
    /// Percent of the master's adverts that left in the busiest hundredth of an interval.
    crowd: f64,
    /// Milliseconds of each VIP: first gratuitous ARP after the stop of the master.
    stop: Vec<f64>,
}

type Figure = (&'static str, &'static str, fn(&Figures) -> f64);

const FIGURES: [Figure; 12] = [
    ("start to the last VIP announced", "s", |figures| figures.start),
    ("takeover beyond the protocol's time, median", "ms", |figures| part(&figures.overhead, 0.5)),
    ("  90th percentile", "ms", |figures| part(&figures.overhead, 0.9)),
    ("  maximum", "ms", |figures| part(&figures.overhead, 1.0)),
    ("VIPs that did not come over", "", |figures| figures.lost),
    ("adverts in the busiest 10 ms", "%", |figures| figures.crowd),
    ("stop of the master to its VIPs, median", "ms", |figures| part(&figures.stop, 0.5)),
    ("  maximum", "ms", |figures| part(&figures.stop, 1.0)),
    ("processor, master", "%", |figures| figures.master),
    ("processor, backup", "%", |figures| figures.backup),
    ("memory (PSS), master", "KiB", |figures| figures.master_memory),
    ("memory (PSS), backup", "KiB", |figures| figures.backup_memory),
];

fn part(samples: &[f64], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

/// Ours while somebody asks for its status, and while nobody does: so many runs of each.
const TURNS: usize = 3;

fn by_turns(instances: usize) -> [Figures; 2] {
    let mut all: [Figures; 2] = Default::default();
    for _ in 0..TURNS {
        for (sum, asked) in all.iter_mut().zip([true, false]) {
            let mut one = measure(Daemon::Ours, instances, asked);
            one.overhead.append(&mut sum.overhead);
            one.stop.append(&mut sum.stop);
            one.lost += sum.lost;
            *sum = one;
        }
    }
    all
}

fn measure(daemon: Daemon, instances: usize, asked: bool) -> Figures {
    let lab = Lab::new(2);
    cables::lay(&lab, instances.div_ceil(A_CABLE));
    let tap = Tap::open(lab.host(2).namespace());
    let mut figures = Figures::default();

    let started = lab::now();
    let dying = Process::start(&lab, 2, daemon, instances);
    let announced = all_announced(&tap, 2, started, instances);
    figures.start = announced.values().max().map_or(f64::NAN, |last| seconds(*last, started));

    let surviving = Process::start(&lab, 1, daemon, instances);
    // Start, second bursts and their logs are over.
    std::thread::sleep(Duration::from_secs(12));
    let before = [dying.used(), surviving.used()];
    std::thread::sleep(WATCHED);
    let after = [dying.used(), surviving.used()];
    let percent = |host: usize| {
        (after[host].processor - before[host].processor).as_secs_f64() / WATCHED.as_secs_f64()
            * 100.0
    };
    (figures.master, figures.backup) = (percent(0), percent(1));
    (figures.master_memory, figures.backup_memory) = (after[0].memory, after[1].memory);

    let socket = lab.directory().join("h1/keepalived.control");
    let asker = asked.then(|| asker::Asker::start(socket));
    drop(dying);
    let killed = lab::now();
    let announced = all_announced(&tap, 1, killed, instances);
    let mut last_adverts: BTreeMap<(usize, u8), Duration> = BTreeMap::new();
    for advert in tap.seen().iter().filter(|it| it.host == 2 && it.advert && it.time <= killed) {
        last_adverts.insert((advert.cable, advert.number), advert.time);
    }
    figures.crowd = crowd(last_adverts.values().copied().collect());
    let own = Duration::from_secs(3) + Duration::from_secs(256 - u64::from(PRIORITIES[0])) / 256;
    for (virtual_router, last) in last_adverts {
        match announced.get(&virtual_router) {
            Some(first) => {
                figures.overhead.push((seconds(*first, last) - own.as_secs_f64()) * 1000.0);
            }
            None => figures.lost += 1.0,
        }
    }

    if let Some(asker) = asker {
        println!("  {}", asker.end());
    }
    let back = lab::now();
    let stopping = Process::start(&lab, 2, daemon, instances);
    let _ready = all_announced(&tap, 2, back, instances);
    std::thread::sleep(Duration::from_secs(8));
    let stopped = lab::now();
    let _ = nix::sys::signal::kill(stopping.group(), nix::sys::signal::Signal::SIGTERM);
    let announced = all_announced(&tap, 1, stopped, instances);
    figures.stop = announced.values().map(|first| seconds(*first, stopped) * 1000.0).collect();
    figures.lost += (instances - announced.len()) as f64;
    drop((stopping, surviving));
    figures
}

fn seconds(later: Duration, earlier: Duration) -> f64 {
    later.as_secs_f64() - earlier.as_secs_f64()
}

/// Waits until a host has announced all VIPs after a moment; when it did so for the first time. To
/// look takes its time as well: that is not done while they come over.
fn all_announced(
    tap: &Tap,
    host: u8,
    since: Duration,
    instances: usize,
) -> BTreeMap<(usize, u8), Duration> {
    let end = Instant::now() + PATIENCE;
    loop {
        std::thread::sleep(Duration::from_secs(5));
        let mut first = BTreeMap::new();
        let seen = tap.seen();
        for one in seen.iter().filter(|it| it.host == host && !it.advert && it.time >= since) {
            first.entry((one.cable, one.number)).or_insert(one.time);
        }
        if first.len() == instances || left(end).is_zero() {
            return first;
        }
    }
}

/// The largest share of these times within 10 ms, percent.
fn crowd(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let within = |first: &Duration| {
        let end = *first + Duration::from_millis(10);
        times.partition_point(|time| *time <= end) - times.partition_point(|time| time < first)
    };
    times.iter().map(within).max().unwrap_or(0) as f64 / times.len().max(1) as f64 * 100.0
}

/// The VIP of the virtual router `number` on a cable.
fn virtual_address(cable: usize, number: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 78, u8::try_from(cable).unwrap(), number)
}

/// A daemon without a log that somebody would have to read.
struct Process(Child);

/// What all its processes have used so far.
struct Used {
    processor: Duration,
    memory: f64,
}

impl Process {
    fn start(lab: &Lab, host: u8, daemon: Daemon, instances: usize) -> Self {
        use std::os::unix::process::CommandExt;
        let directory = lab.directory().join(format!("h{host}"));
        std::fs::create_dir_all(&directory).unwrap();
        let configuration = directory.join("keepalived.conf");
        let priority = PRIORITIES[usize::from(host) - 1];
        std::fs::write(&configuration, text(instances, priority)).unwrap();
        let child = lab
            .host(host)
            .namespace()
            .command(called_keepalived(daemon, &directory))
            .args(["-n", "-l", "-G", "-f"])
            .arg(configuration)
            .arg("-p")
            .arg(directory.join("keepalived.pid"))
            .arg("-r")
            .arg(directory.join("vrrp.pid"))
            .arg("-c")
            .arg(directory.join("checkers.pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("start the daemon");
        Self(child)
    }

    fn group(&self) -> nix::unistd::Pid {
        nix::unistd::Pid::from_raw(self.0.id().cast_signed())
    }

    fn used(&self) -> Used {
        let mut used = Used { processor: Duration::ZERO, memory: 0.0 };
        for pid in members(self.group()) {
            let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten();
            for task in tasks.flatten() {
                let text = std::fs::read_to_string(task.path().join("schedstat"));
                let nanoseconds = text.ok().and_then(|text| text.split(' ').next()?.parse().ok());
                used.processor += Duration::from_nanos(nanoseconds.unwrap_or(0));
            }
            let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"));
            let text = text.unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            used.memory += kib.unwrap_or(0.0);
        }
        used
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = nix::sys::signal::killpg(self.group(), nix::sys::signal::Signal::SIGKILL);
        let _ = self.0.wait();
    }
}

/// The processes of a process group.
fn members(group: nix::unistd::Pid) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let rest = stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned());
            let field = rest.and_then(|rest| rest.split(' ').nth(2)?.parse::<i32>().ok());
            field == Some(group.as_raw())
        })
        .collect()
}

fn called_keepalived(daemon: Daemon, directory: &Path) -> PathBuf {
    match daemon {
        Daemon::Keepalived => daemon.program(),
        Daemon::Ours => {
            let link = directory.join("keepalived");
            if !link.exists() {
                std::os::unix::fs::symlink(daemon.program(), &link).unwrap();
            }
            link
        }
    }
}

fn text(instances: usize, priority: u8) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for instance in 0..instances {
        let (cable, number) = (instance / A_CABLE, u8::try_from(instance % A_CABLE + 1).unwrap());
        let _ = write!(
            text,
            "vrrp_instance V{instance} {{
    state BACKUP
    interface c{cable}
    virtual_router_id {number}
    priority {priority}
    advert_int 1
    virtual_ipaddress {{
        {}/32
    }}
}}
",
            virtual_address(cable, number)
        );
    }
    text
}

/// Until `end`; for loops that ask again and again.
fn left(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}
