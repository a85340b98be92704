//! The loop: takes the next thing that happens, lets the engine that it concerns handle it, and
//! carries out what that wants done, in the order in which the daemon does.

mod arrivals;
mod effects;
mod happenings;

use crate::engine::event::Event;
use crate::sim::happening::Happening;
use crate::sim::host::{Host, Process};
use crate::sim::invariants::{Standings, Violation, Watch};
use crate::sim::lan::Lan;
use crate::sim::queue::{Item, Queue, Whom};
use crate::sim::timeline::{Timeline, What};
use crate::units::Instant;

/// How long a check script takes that does not hang, unless said.
const CHECK_TAKES: std::time::Duration = std::time::Duration::from_millis(20);

/// Effects of one event, above which an engine is going round in circles.
const MOST_EFFECTS: usize = 10_000;

/// Hosts on one or several LANs.
#[derive(Debug)]
pub struct Cluster {
    now: Instant,
    hosts: Vec<Host>,
    lans: Vec<Lan>,
    queue: Queue,
    timeline: Timeline,
    watch: Watch,
    check_takes: std::time::Duration,
    violations: Vec<Violation>,
}

impl Cluster {
    /// At the origin of time; no daemon runs yet. `patience` is the longest that any backup may
    /// wait for a word.
    pub fn new(hosts: Vec<Host>, lan: Lan, patience: std::time::Duration) -> Self {
        Self::with_lans(hosts, vec![lan], patience)
    }

    /// As [`Cluster::new`], with several LANs.
    pub fn with_lans(hosts: Vec<Host>, lans: Vec<Lan>, patience: std::time::Duration) -> Self {
        let names = hosts.iter().map(|host| host.name.clone()).collect();
        Self {
            now: Instant::ORIGIN,
            watch: Watch::new(hosts.len(), patience),
            hosts,
            lans,
            queue: Queue::default(),
            timeline: Timeline::new(names),
            check_takes: CHECK_TAKES,
            violations: Vec::new(),
        }
    }

    /// How long a check script takes from now on.
    pub fn set_check_time(&mut self, check_takes: std::time::Duration) {
        self.check_takes = check_takes;
    }

    /// Now.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The hosts.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// What happened so far.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The rules that were broken so far.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The timeline and the broken rules.
    pub fn into_parts(self) -> (Timeline, Vec<Violation>) {
        (self.timeline, self.violations)
    }

    /// Lets something happen then.
    pub fn schedule(&mut self, at: Instant, happening: Happening) {
        self.queue.push(at.max(self.now), Item::Happening(Box::new(happening)));
    }

    /// Lets time pass until then, or until a rule is broken: what comes after that would only
    /// bury it.
    pub fn run_until(&mut self, end: Instant) {
        while self.violations.is_empty()
            && let Some((at, item)) = self.queue.pop(end)
        {
            self.now = at;
            self.take(item);
            self.collect();
        }
        self.now = self.now.max(end);
    }

    /// Checks that the election is over: everyone agrees on one master, it is the right one, and
    /// nothing is overdue. If a rule was broken before, nothing is checked any more.
    pub fn expect_calm(&mut self) {
        if self.violations.is_empty() {
            self.watch.calm(self.now, &self.hosts);
            self.watch.finish(self.now, &self.hosts);
            self.collect();
        }
    }

    /// Checks that every daemon that was asked to end has ended.
    pub fn expect_ended(&mut self) {
        if self.violations.is_empty() {
            self.watch.over(self.now, &self.hosts);
            self.collect();
        }
    }

    fn collect(&mut self) {
        for (at, host, violation) in self.watch.take() {
            self.timeline.add(at, host, What::Violation(violation.clone()));
            self.violations.push(violation);
        }
    }

    fn take(&mut self, item: Item) {
        match item {
            Item::Happening(happening) => self.happen(*happening),
            Item::Frame { host, frame, read_by } => self.receive(host, frame, read_by),
            Item::Wake { whom, deadline } => {
                let Some((process, waits)) = self.process(whom) else { return };
                if process.armed != Some(deadline) {
                    return;
                }
                if let Some(until) = waits {
                    self.queue.put_off(until, Item::Wake { whom, deadline });
                    return;
                }
                process.armed = None;
                self.handle(whom.host, Event::Timer);
            }
            Item::Done { whom, id, result } => {
                let Some((_, waits)) = self.process(whom) else { return };
                match waits {
                    Some(until) => self.queue.put_off(until, Item::Done { whom, id, result }),
                    None => self.handle(whom.host, Event::Done { id, result }),
                }
            }
            Item::Report { whom, report } => self.report(whom, report),
            Item::Observed { whom, observed } => {
                let Some((_, waits)) = self.process(whom) else { return };
                match waits {
                    Some(until) => self.queue.put_off(until, Item::Observed { whom, observed }),
                    None => self.handle(whom.host, Event::Tracked(observed)),
                }
            }
            Item::Work { whom } => self.work(whom),
        }
    }

    /// The run of a daemon, if it is still that run, and until when it is stalled.
    fn process(&mut self, whom: Whom) -> Option<(&mut Process, Option<Instant>)> {
        let now = self.now;
        let host = self.hosts.get_mut(whom.host).filter(|host| host.run == whom.run)?;
        let process = host.process.as_mut()?;
        let waits = (process.stalled_until > now).then_some(process.stalled_until);
        Some((process, waits))
    }

    /// Lets an engine handle an event, and does what it wants done.
    fn handle(&mut self, position: usize, event: Event) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        let Some(process) = &mut host.process else { return };
        // Time passes with the wake-up that comes after the last packet of this instant.
        let timely = !matches!(event, Event::Datagram(_));
        process.engine.handle(now, event);
        self.carry_out(position, timely);
    }

    fn carry_out(&mut self, position: usize, timely: bool) {
        let now = self.now;
        let mut answers = Vec::new();
        for _ in 0..MOST_EFFECTS {
            let Some(host) = self.hosts.get_mut(position) else { return };
            let Some(process) = &mut host.process else { return };
            match process.engine.poll_effect() {
                Some(effect) => {
                    self.watch.effect(now, position, &host.config, &effect);
                    self.effect(position, &effect, &mut answers);
                    self.timeline.add(now, Some(position), What::Effect(effect));
                }
                // Sockets answer at once.
                None => match answers.pop() {
                    Some(event) => process.engine.handle(now, event),
                    None => break,
                },
            }
        }
        let Some(host) = self.hosts.get_mut(position) else { return };
        let Some(engine) = host.running() else { return };
        let deadline = engine.poll_timeout();
        let standings = Standings::of(engine);
        self.watch.handled(now, position, &host.config, &standings, (deadline, timely));
        self.watch.compare(now, position, host, &standings);
        let deadline = deadline.map(|deadline| deadline.at);
        let whom = Whom { host: position, run: host.run };
        let Some(process) = &mut host.process else { return };
        if process.armed != deadline {
            process.armed = deadline;
            if let Some(deadline) = deadline {
                self.queue.push(deadline.max(now), Item::Wake { whom, deadline });
            }
        }
    }
}
