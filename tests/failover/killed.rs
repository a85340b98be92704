//! Whenever a daemon is killed, the next one puts everything right: addresses, routes, rules,
//! interfaces and packet filter are what its own configuration says, whatever the dead one had.
//!
//! Ignored by default, because it takes minutes. `KILLS` says how often (default 200), `KILL_SEED`
//! repeats a series: `cargo test --test failover killed -- --ignored --nocapture`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::lab::{Daemon, Host, Lab, Running, ready};

/// How long the next daemon may need until everything is right: it starts, hears the other one for
/// up to half a second, and on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the host is to do, by its configuration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Shape {
    /// It is better than the other host.
    leads: bool,
    /// The second of two configurations that have different things.
    second: bool,
}

impl Shape {
    const ALL: [Self; 4] = [
        Self { leads: true, second: false },
        Self { leads: true, second: true },
        Self { leads: false, second: false },
        Self { leads: false, second: true },
    ];

    fn configuration(self) -> String {
        let number = if self.second { 2 } else { 1 };
        let priority = if self.leads { 200 } else { 50 };
        format!(
            "global_defs {{
                vrrp_version 3
            }}
            static_ipaddress {{
                10.9.9.9/24 dev eth0
                10.9.8.{number}/24 dev eth0
            }}
            static_routes {{
                172.30.0.0/16 via 10.77.0.9 dev eth0
                172.31.{number}.0/24 via 10.77.0.9 dev eth0
            }}
            static_rules {{
                from 172.30.0.0/16 table 99 priority 3000
                from 172.31.0.0/16 table 99 priority 300{number}
            }}
            vrrp_instance V1 {{
                interface eth0
                virtual_router_id 51
                priority {priority}
                advert_int 0.1
                no_accept
                virtual_ipaddress {{
                    10.77.0.50/24
                    10.77.0.5{number}/24
                }}
                virtual_ipaddress_excluded {{
                    2001:db8:77::5{number}/64
                }}
                virtual_routes {{
                    172.16.0.0/24 via 10.77.0.9 dev eth0 src 10.77.0.50
                    172.17.{number}.0/24 via 10.77.0.9 dev eth0 metric {number}
                }}
                virtual_rules {{
                    from 10.1.0.0/16 table 100 priority 1000
                    from 10.2.0.0/16 table 100 priority 100{number}
                }}
            }}
            vrrp_instance V2 {{
                interface eth0
                virtual_router_id 52
                priority {priority}
                advert_int 0.1
                use_vmac
                virtual_ipaddress {{
                    10.77.0.6{number}/24
                }}
            }}"
        )
    }
}

/// What the kernel has, without the numbers that it gives anew each time.
fn state(host: &Host) -> Vec<String> {
    let mut all = String::new();
    for arguments in [
        ["-o", "addr", "show"].as_slice(),
        &["-4", "route", "show", "table", "all"],
        &["-6", "route", "show", "table", "all"],
        &["-4", "rule"],
        &["-6", "rule"],
        &["-o", "-d", "link", "show", "type", "macvlan"],
    ] {
        all += &host.ip(arguments);
    }
    // Chains stay when they are no longer needed. What they look for does not.
    let nft = host.namespace().command("nft").args(["list", "ruleset"]).output().expect("nft");
    let nft = String::from_utf8_lossy(&nft.stdout).into_owned();
    let words = nft.split([' ', ',', '\n', '\t']);
    for word in words.filter(|word| word.starts_with("10.77.") || word.starts_with("2001:")) {
        all += &format!("packets of {word}\n");
    }
    let lines = all.lines().map(|line| match line.split_once(": ") {
        Some((number, rest)) if number.parse::<u32>().is_ok() && !rest.starts_with("from") => {
            rest.to_owned()
        }
        _ => line.to_owned(),
    });
    let mut lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
    lines.sort();
    lines
}

/// Where a daemon is when it is killed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Moment {
    Start,
    Takeover,
    Reload,
    Stop,
    Steady,
}

const MOMENTS: [Moment; 5] =
    [Moment::Start, Moment::Takeover, Moment::Reload, Moment::Stop, Moment::Steady];

/// Chance that can be repeated (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn wait(&mut self, from: u64, to: u64) {
        std::thread::sleep(Duration::from_micros(from * 1_000 + self.below((to - from) * 1_000)));
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Waits until the host is as it was in a calm start with that configuration.
fn settle(lab: &Lab, expected: &[String]) -> Result<(), String> {
    let end = Instant::now() + PATIENCE;
    loop {
        let found = state(lab.host(1));
        if found == expected {
            return Ok(());
        }
        if Instant::now() > end {
            let lacks = expected.iter().filter(|line| !found.contains(line));
            let lacks: Vec<_> = lacks.map(|line| format!("  lacks {line}")).collect();
            let more = found.iter().filter(|line| !expected.contains(line));
            let more: Vec<_> = more.map(|line| format!("  still has {line}")).collect();
            return Err([lacks, more].concat().join("\n"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Brings a daemon to that moment, and kills it there.
fn kill(lab: &Lab, chance: &mut Chance, moment: Moment, mut running: Running) {
    match moment {
        Moment::Steady => {}
        Moment::Start | Moment::Takeover => {
            running.crash();
            let shape = chance.of(&Shape::ALL);
            running = lab.start(1, Daemon::Ours, &shape.configuration());
            if moment == Moment::Takeover {
                running.wait_for_log("(V1) Entering BACKUP STATE", 1, PATIENCE);
                chance.wait(250, 500);
            } else {
                chance.wait(0, 150);
            }
        }
        Moment::Reload => {
            running.write_configuration(&chance.of(&Shape::ALL).configuration());
            running.signal(Signal::SIGHUP);
            chance.wait(0, 80);
        }
        Moment::Stop => {
            running.signal(Signal::SIGTERM);
            chance.wait(0, 60);
        }
    }
    running.crash();
}

#[test]
#[ignore = "long: two hundred daemons are killed"]
fn whatever_a_killed_daemon_leaves_the_next_one_puts_right() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let seed = number("KILL_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let kills = number("KILLS").unwrap_or(200);
    eprintln!("FIGURE KILL_SEED={seed} KILLS={kills}");
    let mut chance = Chance(seed.max(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let lab = Lab::new(2);
    let mut expected = BTreeMap::new();
    let other = Shape::ALL[0].configuration().replace("priority 200", "priority 100");
    let mut other = lab.start(2, Daemon::Ours, &other);
    other.wait_for_log("(V2) Entering MASTER STATE", 1, PATIENCE);
    for shape in Shape::ALL {
        let mut calm = lab.start(1, Daemon::Ours, &shape.configuration());
        let word = if shape.leads { "MASTER" } else { "BACKUP" };
        calm.wait_for_log(&format!("(V1) Entering {word} STATE"), 1, PATIENCE);
        calm.wait_for_log(&format!("(V2) Entering {word} STATE"), 1, PATIENCE);
        std::thread::sleep(Duration::from_millis(1_500));
        expected.insert(shape, state(lab.host(1)));
        assert!(calm.terminate(PATIENCE).success());
    }
    let mut counts: BTreeMap<Moment, u64> = BTreeMap::new();
    let mut failures = Vec::new();
    let mut running = lab.start(1, Daemon::Ours, &Shape::ALL[0].configuration());
    for round in 0..kills {
        let moment = chance.of(&MOMENTS);
        *counts.entry(moment).or_default() += 1;
        kill(&lab, &mut chance, moment, running);
        let shape = chance.of(&Shape::ALL);
        running = lab.start(1, Daemon::Ours, &shape.configuration());
        if let Err(how) = settle(&lab, &expected[&shape]) {
            let how = format!("round {round}, killed at {moment:?}, then {shape:?}:\n{how}");
            eprintln!("{how}");
            failures.push(how);
            // A host that is wrong would be wrong in every later round.
            running.terminate(PATIENCE);
            break;
        }
    }
    eprintln!("FIGURE killed: {counts:?}");
    other.assert_alive();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
