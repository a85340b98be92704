//! `./dev bench scale [INSTANCES]…`: a master of thousands of instances dies; how much later than
//! the protocol's own time does each virtual IP live on the other host? Beside keepalived, by turns
//! in one run. Also: the start, and the processor time and memory of a master and a backup.
//!
//! The hosts are joined by one cable for every 250 instances. All times are the kernel's timestamps
//! of frames at the dying host's end of the cables.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, clippy::expect_used)]

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
use crate::tap::{Seen, Tap};

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
    for instances in sizes {
        let cables = instances.div_ceil(A_CABLE);
        println!("{instances} instances, one VIP each, advert_int 1, {cables} cables");
        let ours = measure(Daemon::Ours, instances);
        let theirs = measure(Daemon::Keepalived, instances);
        println!("  {:44} {:>12} {:>12}   ratio", "", "stillalive", "keepalived");
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
}

type Figure = (&'static str, &'static str, fn(&Figures) -> f64);

const FIGURES: [Figure; 9] = [
    ("start to the last VIP announced", "s", |figures| figures.start),
    ("takeover beyond the protocol's time, median", "ms", |figures| part(&figures.overhead, 0.5)),
    ("  90th percentile", "ms", |figures| part(&figures.overhead, 0.9)),
    ("  maximum", "ms", |figures| part(&figures.overhead, 1.0)),
    ("VIPs that did not come over", "", |figures| figures.lost),
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

fn measure(daemon: Daemon, instances: usize) -> Figures {
    let lab = Lab::new(2);
    cables::lay(&lab, instances.div_ceil(A_CABLE));
    let tap = Tap::open(lab.host(2).namespace());
    let mut figures = Figures::default();

    let started = lab::now();
    let dying = Process::start(&lab, 2, daemon, instances);
    let last = tap.wait(PATIENCE, |seen| {
        let announced = first_times(seen, 2, false);
        (announced.len() == instances).then(|| announced.values().max().copied())
    });
    figures.start = last.flatten().map_or(f64::NAN, |last| (last - started).as_secs_f64());

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

    drop(dying);
    let killed = lab::now();
    tap.wait(Duration::from_secs(20), |seen| {
        (first_times(seen, 1, false).len() == instances).then_some(())
    });
    let seen = tap.seen();
    let mut last_adverts: BTreeMap<(usize, u8), Duration> = BTreeMap::new();
    for advert in seen.iter().filter(|seen| seen.host == 2 && seen.advert && seen.time <= killed) {
        last_adverts.insert((advert.cable, advert.number), advert.time);
    }
    let announced = first_times(&seen, 1, false);
    let own = Duration::from_secs(3) + Duration::from_secs(256 - u64::from(PRIORITIES[0])) / 256;
    for (virtual_router, last) in last_adverts {
        match announced.get(&virtual_router) {
            Some(first) => {
                let took = first.saturating_sub(last).as_secs_f64() - own.as_secs_f64();
                figures.overhead.push(took * 1000.0);
            }
            None => figures.lost += 1.0,
        }
    }
    drop(surviving);
    figures
}

/// When a host first sent an advert, or a gratuitous ARP, for each virtual router.
fn first_times(seen: &[Seen], host: u8, adverts: bool) -> BTreeMap<(usize, u8), Duration> {
    let mut first = BTreeMap::new();
    for one in seen.iter().filter(|one| one.host == host && one.advert == adverts) {
        first.entry((one.cable, one.number)).or_insert(one.time);
    }
    first
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
