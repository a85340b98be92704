//! What happens from outside: starts, kills, stops and reloads of a daemon, and whatever befalls
//! its host and the LAN.

use crate::engine::Engine;
use crate::engine::adoption::{Adopted, AdoptedScript, Adoption, Role};
use crate::engine::drain::{Command, Order, Target};
use crate::engine::event::{Event, Tracked};
use crate::engine::snapshot::{Snapshot, State, TrackerKind};
use crate::sim::cluster::Cluster;
use crate::sim::happening::{Happening, InterfaceChange};
use crate::sim::queue::{Item, Report, Whom};
use crate::sim::timeline::What;
use crate::units::Instant;

impl Cluster {
    pub(super) fn happen(&mut self, happening: Happening) {
        let now = self.now;
        if let Some(position) = happening.host() {
            let Some(host) = self.hosts.get_mut(position) else { return };
            // Signals wait for a daemon that does not run; SIGKILL does not.
            if let Some(process) = &host.process
                && process.stalled_until > now
                && matches!(
                    happening,
                    Happening::Stop(_) | Happening::Reload { .. } | Happening::Command { .. }
                )
            {
                let until = process.stalled_until;
                self.queue.put_off(until, Item::Happening(Box::new(happening)));
                return;
            }
        }
        self.timeline.add(now, happening.host(), What::Happening(happening.clone()));
        match happening {
            Happening::Partition { lan, groups } => {
                if let Some(lan) = self.lans.get_mut(lan) {
                    lan.part(groups);
                }
            }
            Happening::Heal(lan) => {
                if let Some(lan) = self.lans.get_mut(lan) {
                    lan.heal();
                }
            }
            Happening::Quality(quality) => {
                self.lans.iter_mut().for_each(|lan| lan.set_quality(quality));
            }
            Happening::Start(host) => self.start(host),
            Happening::Crash(position) => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                host.process = None;
                host.start_again = false;
                host.kernel.forget();
                self.watch.renewed(now, position);
            }
            Happening::Replace(position) => self.replace(position),
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
                    // Whoever keeps the sessions says how they are.
                    let sessions = self.hosts.get(position).map(|host| host.observations().1);
                    let sessions = sessions.into_iter().flatten();
                    sessions.for_each(|session| self.observe(position, session));
                }
            }
            Happening::Command { host: position, order } => {
                let (target, by) = (Target::All, std::sync::Arc::from("the operator"));
                let command = Command { target, order, by, reason: None };
                let Some(host) = self.hosts.get_mut(position) else { return };
                if host.running().is_none() {
                    return;
                }
                match order {
                    Order::Drain { lasts: Some(lasts) } => host.kept_away_until = now + lasts,
                    Order::Drain { lasts: None } => {
                        host.kept_away_until = Instant::from_micros(u64::MAX)
                    }
                    Order::Resume => host.kept_away_until = now,
                    Order::Failover => {}
                }
                self.handle(position, Event::Command(command));
                let Some(host) = self.hosts.get(position) else { return };
                self.watch.commanded(now, position, host, order);
            }
            Happening::Link { host: position, up } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                for change in host.kernel.link(up) {
                    self.tell(position, change);
                }
            }
            Happening::Interface { host: position, name, change } => {
                let Some(host) = self.hosts.get_mut(position) else { return };
                let reports = match change {
                    InterfaceChange::Carrier(up) => host.kernel.carrier_of(&name, up),
                    InterfaceChange::Delete => host.kernel.delete(&name),
                    InterfaceChange::Create => host.kernel.create(&name),
                    InterfaceChange::Rename(to) => host.kernel.rename(&name, &to),
                };
                for change in reports {
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
    pub(super) fn observe(&mut self, position: usize, observed: Tracked) {
        let Some(host) = self.hosts.get(position) else { return };
        let whom = Whom { host: position, run: host.run };
        self.queue.push(self.now, Item::Observed { whom, observed });
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
        let (observed, sessions) = host.observations();
        let (network, known) = host.beginning(now, observed);
        let engine = Engine::knowing(config, network.clone(), known, now);
        host.kernel.begin(host.run);
        host.begin(now, engine, &network);
        self.watch.renewed(now, position);
        self.carry_out(position, true);
        sessions.into_iter().for_each(|session| self.observe(position, session));
    }

    /// As `stillalive takeover` does it: what was asked of the kernel and is not done is lost with the
    /// process, and where the successor would not be the same nothing is changed.
    fn replace(&mut self, position: usize) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        let settled = host.is_settled();
        let awake = host.process.as_ref().filter(|process| settled && process.stalled_until <= now);
        let Some(process) = awake else { return };
        let adoption = adoption(&process.engine.snapshot(), now);
        let config = std::sync::Arc::clone(&host.config);
        let (observed, sessions) = host.observations();
        let (network, known) = host.beginning(now, observed);
        let engine = Engine::adopting(config, network.clone(), known, &adoption, now);
        if engine.deviation(&adoption).is_some() {
            return;
        }
        host.run = host.run.wrapping_add(1);
        host.kernel.succeed(host.run);
        host.begin(now, engine, &network);
        self.watch.replaced(now, position);
        self.carry_out(position, true);
        sessions.into_iter().for_each(|session| self.observe(position, session));
    }

    /// A daemon that was asked to end does so when its kernel has done everything.
    pub(super) fn end_if_done(&mut self, position: usize) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        if !host.kernel.is_idle() || !host.process.as_ref().is_some_and(|it| it.stopping) {
            return;
        }
        host.process = None;
        self.timeline.add(now, Some(position), What::Ended);
        self.watch.ended(now, position, host);
        host.kernel.end();
        self.watch.renewed(now, position);
        if std::mem::take(&mut host.start_again) {
            self.start(position);
        }
    }
}

/// What a daemon says of itself to whoever takes its place.
fn adoption(snapshot: &Snapshot, now: Instant) -> Adoption {
    let instances = snapshot.instances.iter().filter_map(|instance| {
        let role = match instance.state {
            State::Init => return None,
            State::Master => Role::Master,
            State::Fault => Role::Fault,
            State::Backup => Role::Backup {
                master: instance.master,
                priority: instance.master_priority,
                interval: Some(instance.master_interval),
            },
        };
        let age = now.since(instance.since);
        let statistics = instance.statistics;
        Some(Adopted { name: instance.name.clone(), role, age, statistics })
    });
    let scripts = snapshot.trackers.iter().filter_map(|tracker| {
        let (good, name) = (tracker.up?, tracker.name.clone());
        let counter = u32::try_from(tracker.value).ok()?;
        (tracker.kind == TrackerKind::Script).then_some(AdoptedScript { name, good, counter })
    });
    Adoption { instances: instances.collect(), scripts: scripts.collect(), caretaker: false }
}
