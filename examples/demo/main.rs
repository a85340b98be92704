//! The demonstration behind `./dev demo`: two hosts, one virtual IP, a client that pings it.
//!
//! Builds the network of `tests/lab` in namespaces, runs a daemon on each host, kills the master,
//! shows who takes over and when, brings it back, and removes everything, also on Ctrl-C.

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../../tests/lab/mod.rs"]
mod lab;

mod client;
mod pair;
mod timeline;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use std::os::fd::AsFd;

use crate::client::Client;
use crate::lab::{Daemon, Lab, Running};
use crate::pair::Pair;
use crate::timeline::{Timeline, name};

/// How long an election may take beyond its own time before the demonstration gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the demonstration ended early.
enum Stop {
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// Something that should have happened did not.
    Failed(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let pair = match Pair::from_arguments(&arguments) {
        Ok(pair) => pair,
        Err(problem) => {
            eprintln!("demo: {problem}");
            return ExitCode::from(2);
        }
    };
    if let Err(reason) = lab::available(&pair.daemons) {
        eprintln!("demo: {reason}");
        return ExitCode::FAILURE;
    }
    // Blocked here, they are read from the descriptor, so that everything is cleaned up.
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGINT);
    signals.add(Signal::SIGTERM);
    signals.add(Signal::SIGHUP);
    let interrupt = match signals.thread_block().and_then(|()| {
        SignalFd::with_flags(&signals, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)
    }) {
        Ok(descriptor) => descriptor,
        Err(errno) => {
            eprintln!("demo: no signals: {errno}");
            return ExitCode::FAILURE;
        }
    };
    match show(&pair, &interrupt) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Interrupted) => {
            println!("\nInterrupted; everything is removed.");
            ExitCode::from(130)
        }
        Err(Stop::Failed(what)) => {
            eprintln!("\ndemo: {what}");
            ExitCode::FAILURE
        }
    }
}

fn show(pair: &Pair, interrupt: &SignalFd) -> Result<(), Stop> {
    println!("{}\n", pair.introduction());
    let lab = Lab::new(3);
    pair.prepare(&lab);
    let mut stage = Stage {
        timeline: Timeline::new(&lab, pair),
        client: Client::start(lab.host(3), pair.vip),
        lab: &lab,
        pair,
        interrupt,
        running: [None, None],
    };
    stage.start(1);
    stage.start(2);
    let first = stage.follow_until("a master", pair.election_limit(), |timeline| {
        timeline.master().filter(|host| timeline.holds_vip(*host))
    })?;
    stage.follow(Duration::from_secs(2))?;

    let last = stage.timeline.last_advert(first);
    stage.timeline.say(first, "DIES: daemon killed, cable cut");
    // In this order: a daemon that saw its link go would still give its address up.
    if let Some(mut daemon) = stage.running[usize::from(first) - 1].take() {
        daemon.crash();
    }
    stage.lab.carrier(first, false);
    let other = 3 - first;
    stage.client.mark();
    stage.follow_until("a takeover", pair.takeover_limit(other), |timeline| {
        (timeline.first_advert_after(other, last).is_some() && timeline.holds_vip(other))
            .then_some(())
    })?;
    stage.follow(Duration::from_secs(1))?;
    let takeover = stage
        .timeline
        .first_advert_after(other, last)
        .map(|time| time.saturating_sub(last))
        .unwrap_or_default();
    let announced = stage.timeline.first_announcement_after(other, last);
    println!("\n{}", pair.verdict(other, takeover));
    if let Some(announced) = announced {
        let gap = announced.saturating_sub(last + takeover);
        println!("First gratuitous ARP {:.1} ms after the first advert.", millis(gap));
    }
    println!("{}\n", stage.client.since_mark());

    stage.timeline.say(first, "comes back");
    pair.forget_vips(&lab, first);
    stage.lab.carrier(first, true);
    stage.start(first);
    if pair.preempts(first, other) {
        stage.follow_until("the return", pair.election_limit(), |timeline| {
            (timeline.master() == Some(first) && timeline.holds_vip(first)).then_some(())
        })?;
        stage.follow(Duration::from_secs(1))?;
        println!("\n{} has its address back.", name(first));
    } else {
        stage.follow(pair.election_limit())?;
        println!("\n{} stays master: nopreempt, or not the lower priority.", name(other));
    }
    println!("{}", stage.client.total());
    Ok(())
}

/// Everything that runs.
struct Stage<'a> {
    timeline: Timeline,
    client: Client,
    lab: &'a Lab,
    pair: &'a Pair,
    interrupt: &'a SignalFd,
    running: [Option<Running>; 2],
}

impl Stage<'_> {
    fn start(&mut self, host: u8) {
        let index = usize::from(host) - 1;
        let daemon = self.pair.daemons[index];
        self.timeline.say(
            host,
            &format!("starts {}", if daemon == Daemon::Ours { "stillalive" } else { "keepalived" }),
        );
        self.running[index] = Some(self.lab.start(host, daemon, &self.pair.texts[index]));
    }

    /// Shows what happens for so long.
    fn follow(&mut self, time: Duration) -> Result<(), Stop> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step()?;
        }
        Ok(())
    }

    /// Shows what happens until `found` has an answer.
    fn follow_until<T>(
        &mut self,
        what: &str,
        limit: Duration,
        found: impl Fn(&Timeline) -> Option<T>,
    ) -> Result<T, Stop> {
        let end = Instant::now() + limit + PATIENCE;
        while Instant::now() < end {
            self.step()?;
            if let Some(answer) = found(&self.timeline) {
                return Ok(answer);
            }
        }
        let logs: String = self.running.iter().flatten().map(last_lines).collect();
        Err(Stop::Failed(format!("{what} was not seen within {:?}\n{logs}", limit + PATIENCE)))
    }

    fn step(&mut self) -> Result<(), Stop> {
        let mut waiting = [PollFd::new(self.interrupt.as_fd(), PollFlags::POLLIN)];
        if poll(&mut waiting, PollTimeout::from(20_u8)).is_ok_and(|ready| ready > 0) {
            return Err(Stop::Interrupted);
        }
        self.timeline.update(self.lab, self.client.counts());
        for daemon in self.running.iter_mut().flatten() {
            if daemon.has_ended() {
                return Err(Stop::Failed(format!("a daemon ended\n{}", last_lines(daemon))));
            }
        }
        Ok(())
    }
}

fn last_lines(daemon: &Running) -> String {
    let log = daemon.log();
    let tail = log.iter().skip(log.len().saturating_sub(12));
    tail.map(|line| format!("    {}\n", line.text)).collect()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
