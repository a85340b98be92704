//! The loop: takes the next thing that happens, lets the engine that it concerns handle it, and
//! carries out what that wants done, in the order in which the daemon does.

use crate::engine::Engine;
use crate::engine::effect::{CheckId, CheckSignal, Effect, Transmission};
use crate::engine::event::{CheckOutcome, Event, NetworkChange, Tracked};
use crate::sim::frame::{self, Frame};
use crate::sim::happening::Happening;
use crate::sim::host::{Host, Process, Socket};
use crate::sim::invariants::{Violation, Watch};
use crate::sim::kernel::{self, Work};
use crate::sim::lan::{Fate, Lan};
use crate::sim::queue::{Item, Queue, Report, Whom};
use crate::sim::timeline::{Timeline, What};
use crate::sim::world::Health;
use crate::units::Instant;

/// How long a check script takes that does not hang, unless said.
const CHECK_TAKES: std::time::Duration = std::time::Duration::from_millis(20);

/// Effects of one event, above which an engine is going round in circles.
const MOST_EFFECTS: usize = 10_000;

/// Hosts on a LAN.
#[derive(Debug)]
pub struct Cluster {
    now: Instant,
    hosts: Vec<Host>,
    lan: Lan,
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
        let names = hosts.iter().map(|host| host.name.clone()).collect();
        Self {
            now: Instant::ORIGIN,
            watch: Watch::new(hosts.len(), patience),
            hosts,
            lan,
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
                    self.queue.push(until, Item::Wake { whom, deadline });
                    return;
                }
                process.armed = None;
                self.handle(whom.host, Event::Timer);
            }
            Item::Done { whom, id, result } => {
                let Some((_, waits)) = self.process(whom) else { return };
                match waits {
                    Some(until) => self.queue.push(until, Item::Done { whom, id, result }),
                    None => self.handle(whom.host, Event::Done { id, result }),
                }
            }
            Item::Report { whom, report } => self.report(whom, report),
            Item::Observed { whom, observed } => {
                let Some((_, waits)) = self.process(whom) else { return };
                match waits {
                    Some(until) => self.queue.push(until, Item::Observed { whom, observed }),
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

    fn happen(&mut self, happening: Happening) {
        let now = self.now;
        if let Some(position) = happening.host() {
            let Some(host) = self.hosts.get_mut(position) else { return };
            // Signals wait for a daemon that does not run; SIGKILL does not.
            if let Some(process) = &host.process
                && process.stalled_until > now
                && matches!(happening, Happening::Stop(_) | Happening::Reload { .. })
            {
                let until = process.stalled_until;
                self.queue.push(until, Item::Happening(Box::new(happening)));
                return;
            }
        }
        self.timeline.add(now, happening.host(), What::Happening(happening.clone()));
        match happening {
            Happening::Partition(groups) => self.lan.part(groups),
            Happening::Heal => self.lan.heal(),
            Happening::Quality(quality) => self.lan.set_quality(quality),
            Happening::Start(host) => self.start(host),
            Happening::Crash(position) => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                host.process = None;
                host.start_again = false;
                host.kernel.forget();
                self.watch.renewed(now, position);
            }
            Happening::Stop(position) => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                let Some(process) = host.process.as_mut().filter(|process| !process.stopping)
                else {
                    return;
                };
                process.stopping = true;
                host.start_again = false;
                self.handle(position, Event::Stop);
                self.end_if_done(position);
            }
            Happening::Reload { host: position, config } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                host.config = std::sync::Arc::clone(&config);
                if host.process.as_ref().is_some_and(|process| !process.stopping) {
                    self.watch.patient(position, now);
                    self.handle(position, Event::Reload(config));
                }
            }
            Happening::Link { host: position, up } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                for change in host.kernel.link(up) {
                    self.tell(position, change);
                }
            }
            Happening::RemoveAddress { host: position, interface, address } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                if let Some(change) = host.kernel.rob(now, &interface, address) {
                    self.tell(position, change);
                }
            }
            Happening::LoseReports { host: position, lasting } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                let whom = Whom { host: position, run: host.run };
                if let Some(process) = &mut host.process {
                    process.deaf_until = process.deaf_until.max(now + lasting);
                    process.blind = true;
                    let at = process.deaf_until;
                    self.queue.push(at, Item::Report { whom, report: Report::Resync });
                }
            }
            Happening::Stall { host: position, lasting } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                if let Some(process) = &mut host.process {
                    process.stalled_until = process.stalled_until.max(now + lasting);
                    self.watch.stalled(position, now, process.stalled_until);
                }
            }
            Happening::StallKernel { host: position, lasting } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                host.kernel.stall(now + lasting);
            }
            Happening::Refuse { host: position, addresses, sockets } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                host.kernel.refuse(addresses, sockets);
            }
            Happening::Check { host: position, name, health } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                host.world.checks.insert(name, health);
            }
            Happening::File { host: position, name, value } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                let observed = Tracked::File { name: name.as_str().into(), value };
                host.world.files.insert(name, value);
                self.observe(position, observed);
            }
            Happening::Session { host: position, name, up } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                let observed = Tracked::Bfd { name: name.as_str().into(), up };
                host.world.sessions.insert(name, up);
                self.observe(position, observed);
            }
            Happening::Inject { host, frame, .. } => self.receive(host, frame, None),
        }
    }

    /// The daemon of a host, if it runs, hears of something that is tracked.
    fn observe(&mut self, position: usize, observed: Tracked) {
        let Some(host) = self.hosts.get(position) else { return };
        let whom = Whom { host: position, run: host.run };
        self.queue.push(self.now, Item::Observed { whom, observed });
    }

    /// A run of a check script begins; it ends by itself, or hangs.
    fn start_check(&mut self, position: usize, check: CheckId, name: &str) {
        let Some(host) = self.hosts.get(position) else { return };
        let whom = Whom { host: position, run: host.run };
        let outcome = match host.world.health(name) {
            Health::Good => CheckOutcome::Exited(0),
            Health::Bad => CheckOutcome::Exited(1),
            Health::Hangs => return,
        };
        let observed = Tracked::ScriptEnded { check, outcome };
        self.queue.push(self.now + self.check_takes, Item::Observed { whom, observed });
    }

    fn start(&mut self, position: usize) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        if let Some(process) = &host.process {
            host.start_again = process.stopping;
            return;
        }
        host.run = host.run.wrapping_add(1);
        let config = std::sync::Arc::clone(&host.config);
        // Files and processes are looked at before the start, sessions come up after it.
        let files = config.track_files.iter().map(|file| {
            let value = host.world.file(&file.name.value);
            Tracked::File { name: file.name.value.as_str().into(), value }
        });
        let processes = config.track_processes.iter().map(|process| {
            let count = u32::from(process.quorum);
            Tracked::Processes { name: process.name.value.as_str().into(), count }
        });
        let observed = files.chain(processes).collect();
        let sessions: Vec<Tracked> = config
            .bfd_instances
            .iter()
            .filter(|session| host.world.session(&session.name.value))
            .map(|session| Tracked::Bfd { name: session.name.value.as_str().into(), up: true })
            .collect();
        let network = host.kernel.network().clone();
        let engine = Engine::with_observed(
            std::sync::Arc::clone(&config),
            network,
            observed,
            now,
            std::time::Duration::ZERO,
        );
        host.process = Some(Process {
            engine,
            sockets: Vec::new(),
            armed: None,
            stalled_until: now,
            reports: 0,
            deaf_until: now,
            blind: false,
            stopping: false,
        });
        self.watch.renewed(now, position);
        self.carry_out(position, true);
        sessions.into_iter().for_each(|session| self.observe(position, session));
    }

    /// A daemon that was asked to end does so when its kernel has done everything.
    fn end_if_done(&mut self, position: usize) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        if !host.kernel.is_idle() || !host.process.as_ref().is_some_and(|it| it.stopping) {
            return;
        }
        host.process = None;
        self.timeline.add(now, Some(position), What::Ended);
        self.watch.ended(now, position, host);
        self.watch.renewed(now, position);
        if std::mem::take(&mut host.start_again) {
            self.start(position);
        }
    }

    /// A frame has reached a host, or is read by the run of the daemon in whose sockets it waited.
    fn receive(&mut self, position: usize, frame: Frame, read_by: Option<u32>) {
        let now = self.now;
        let Some(host) = self.hosts.get(position) else { return };
        let Some(process) = &host.process else { return };
        let reaches = match read_by {
            None => host.kernel.is_linked(),
            Some(run) => run == host.run,
        };
        if process.stopping || !reaches {
            return;
        }
        if process.stalled_until > now {
            let read_by = Some(host.run);
            let item = Item::Frame { host: position, frame, read_by };
            self.queue.push(process.stalled_until, item);
            return;
        }
        for socket in host.sockets_for(&frame) {
            if let Some(datagram) = frame::decode(socket, &frame) {
                self.handle(position, Event::Datagram(datagram));
            }
        }
    }

    /// The kernel tells the daemon, if that listens.
    fn tell(&mut self, position: usize, change: NetworkChange) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        let whom = Whom { host: position, run: host.run };
        let Some(process) = &mut host.process else { return };
        if process.deaf_until <= now {
            process.reports = process.reports.saturating_add(1);
            self.queue.push(now, Item::Report { whom, report: Report::Change(Box::new(change)) });
        }
    }

    fn report(&mut self, whom: Whom, report: Report) {
        let now = self.now;
        let Some((process, waits)) = self.process(whom) else { return };
        if let Some(until) = waits {
            self.queue.push(until, Item::Report { whom, report });
            return;
        }
        let change = match report {
            Report::Change(change) => {
                process.reports = process.reports.saturating_sub(1);
                *change
            }
            // More was lost meanwhile; a later comparison is on its way.
            Report::Resync if process.deaf_until > now => return,
            Report::Resync => {
                process.blind = false;
                self.timeline.add(now, Some(whom.host), What::Resync);
                let Some(host) = self.hosts.get(whom.host) else { return };
                NetworkChange::Resync(host.kernel.network().clone())
            }
        };
        self.handle(whom.host, Event::Network(change));
    }

    /// The kernel gets to the next request.
    fn work(&mut self, whom: Whom) {
        let now = self.now;
        let Some((_, waits)) = self.process(whom) else { return };
        let Some(host) = self.hosts.get_mut(whom.host) else { return };
        // A stopped process asks for nothing; a kernel whose lock is held gives nothing.
        let until = waits.unwrap_or(now).max(host.kernel.stalled_until());
        if until > now {
            self.queue.push(until, Item::Work { whom });
            return;
        }
        let outcome = host.kernel.work();
        let next = host.kernel.next(now);
        match outcome {
            Some(kernel::Outcome::Addresses { id, change, changed, result }) => {
                let refused = result.is_err();
                let what = What::Changed { change, addresses: changed.clone(), refused };
                self.timeline.add(now, Some(whom.host), what);
                for (interface, address) in changed {
                    self.tell(whom.host, kernel::report(change, interface, address));
                }
                self.queue.push(now, Item::Done { whom, id, result });
            }
            Some(kernel::Outcome::Link { id, report, result }) => {
                if let Some(change) = report {
                    self.tell(whom.host, change);
                }
                self.queue.push(now, Item::Done { whom, id, result });
            }
            Some(kernel::Outcome::Announced { address, held, .. }) => {
                self.watch.announced(now, whom.host, address, held);
            }
            None => {}
        }
        if let Some(at) = next {
            self.queue.push(at, Item::Work { whom });
        }
        self.end_if_done(whom.host);
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
        let run = host.run;
        let Some(process) = host.process.as_mut().filter(|process| !process.stopping) else {
            return;
        };
        let snapshot = process.engine.snapshot();
        self.watch.handled(now, position, &process.engine, &snapshot, timely);
        let deadline = process.engine.poll_timeout().map(|deadline| deadline.at);
        if process.armed != deadline {
            process.armed = deadline;
            if let Some(deadline) = deadline {
                let whom = Whom { host: position, run };
                self.queue.push(deadline.max(now), Item::Wake { whom, deadline });
            }
        }
        self.watch.compare(now, position, host, &snapshot);
    }

    fn effect(&mut self, position: usize, effect: &Effect, answers: &mut Vec<Event>) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        let Some(process) = &mut host.process else { return };
        let work = match effect {
            Effect::OpenSocket { id, socket, key } => {
                let result = host.kernel.open(key.interface.as_ref());
                let open = result.is_ok();
                process.sockets.retain(|known| known.id != *socket);
                process.sockets.push(Socket { id: *socket, key: key.clone(), open });
                answers.push(Event::Done { id: *id, result });
                return;
            }
            Effect::CloseSocket { socket } => {
                process.sockets.retain(|known| known.id != *socket);
                return;
            }
            Effect::SendAdvert(sent) => return self.transmit(position, sent),
            Effect::Addresses { id, change, addresses, .. } => {
                let addresses = std::sync::Arc::clone(addresses);
                Work::Addresses { id: *id, change: *change, addresses }
            }
            // Simulated hosts have no routing tables.
            Effect::Routes { id, .. } | Effect::Rules { id, .. } | Effect::Statics { id, .. } => {
                answers.push(Event::Done { id: *id, result: Ok(()) });
                return;
            }
            Effect::Announce { interface, address, .. } => {
                Work::Announce { interface: interface.clone(), address: *address }
            }
            Effect::Link { id, change, .. } => Work::Link { id: *id, change: change.clone() },
            Effect::ReadNetwork => {
                let whom = Whom { host: position, run: host.run };
                self.queue.push(now, Item::Report { whom, report: Report::Resync });
                return;
            }
            Effect::StartCheck { check, name, .. } => {
                return self.start_check(position, *check, name);
            }
            Effect::EndCheck { check, signal } => {
                // What has ended already is not asked about twice.
                let number = match signal {
                    CheckSignal::Terminate => 15,
                    CheckSignal::Kill => 9,
                };
                let outcome = CheckOutcome::Signalled(number);
                return self.observe(position, Tracked::ScriptEnded { check: *check, outcome });
            }
            Effect::Notify(_)
            | Effect::PromoteSecondaries { .. }
            | Effect::ReceiveBuffer { .. }
            | Effect::Firewall { .. }
            | Effect::Transition { .. }
            | Effect::Log(_)
            | Effect::Stopped => return,
        };
        if let Some(at) = host.kernel.submit(now, work) {
            let whom = Whom { host: position, run: host.run };
            self.queue.push(at, Item::Work { whom });
        }
    }

    /// Puts an advert on the LAN, once for each destination.
    fn transmit(&mut self, from: usize, sent: &Transmission) {
        let Self { now, hosts, lan, queue, timeline, .. } = self;
        let linked = hosts.get(from).is_some_and(|host| host.kernel.is_linked());
        if !linked {
            return;
        }
        for destination in sent.destinations.iter() {
            let Some(frame) = frame::emit(sent, *destination) else { continue };
            for (to, host) in hosts.iter().enumerate() {
                if to == from || !(destination.is_multicast() || host.kernel.has(*destination)) {
                    continue;
                }
                let mut arrives = |delay| {
                    let frame = frame.clone();
                    queue.push(*now + delay, Item::Frame { host: to, frame, read_by: None });
                };
                match lan.fate(from, to) {
                    Fate::Lost => timeline.add(*now, Some(to), What::Lost { from: sent.source }),
                    Fate::Arrives(delay) => arrives(delay),
                    Fate::Twice(one, other) => {
                        arrives(one);
                        arrives(other);
                    }
                }
            }
        }
    }
}
