//! What happens from outside: starts, kills, stops and reloads of a daemon, and whatever befalls
//! its host and the LAN.

use std::collections::BTreeMap;

use crate::engine::drain::{Command, Target};
use crate::engine::event::{Event, Tracked};
use crate::engine::{Engine, Known};
use crate::facts::Network;
use crate::sim::cluster::Cluster;
use crate::sim::happening::{Happening, InterfaceChange};
use crate::sim::host::Process;
use crate::sim::queue::{Item, Report, Whom};
use crate::sim::timeline::What;
use crate::units::IfName;

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
            Happening::Command { host: position, order } => {
                let (target, by) = (Target::All, std::sync::Arc::from("the operator"));
                let command = Command { target, order, by, reason: None };
                if self.hosts.get(position).is_some_and(|host| host.running().is_some()) {
                    self.handle(position, Event::Command(command));
                }
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
        host.kernel.begin(host.run);
        let network = host.kernel.network().clone();
        let names = names(&network);
        let drains = std::sync::Arc::clone(&host.drains);
        let unix = now.since(crate::units::Instant::ORIGIN);
        let known = Known { observed, unix, drains };
        let engine = Engine::knowing(std::sync::Arc::clone(&config), network, known, now);
        host.process = Some(Process {
            engine,
            sockets: Vec::new(),
            names,
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

/// The numbers of interfaces by their names.
pub(super) fn names(network: &Network) -> BTreeMap<IfName, u32> {
    let all = network.interfaces.iter();
    all.map(|interface| (interface.name.clone(), interface.index)).collect()
}
