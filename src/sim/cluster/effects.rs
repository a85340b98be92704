//! What an engine wants done: at once, by its kernel in due order, or on the LAN.

use std::sync::Arc;

use crate::engine::effect::{CheckId, CheckSignal, Direction, Effect, Transmission};
use crate::engine::event::{CheckOutcome, Event, Tracked};
use crate::sim::cluster::Cluster;
use crate::sim::frame;
use crate::sim::host::Socket;
use crate::sim::kernel::{Leading, Place, Work};
use crate::sim::lan::Fate;
use crate::sim::queue::{Item, Report, Whom};
use crate::sim::timeline::What;
use crate::sim::world::Health;

impl Cluster {
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

    pub(super) fn effect(&mut self, position: usize, effect: &Effect, answers: &mut Vec<Event>) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        let Some(process) = &mut host.process else { return };
        let work = match effect {
            Effect::OpenSocket { id, socket, key } => {
                let result = host.kernel.open(key.interface.as_ref());
                let open = result.is_ok();
                let bound = key.interface.as_ref();
                let index = bound.and_then(|name| host.kernel.network().interface(name));
                let index = index.map(|interface| interface.index);
                process.sockets.retain(|known| known.id != *socket);
                process.sockets.push(Socket { id: *socket, key: key.clone(), open, index });
                answers.push(Event::Done { id: *id, result });
                return;
            }
            Effect::CloseSocket { socket } => {
                process.sockets.retain(|known| known.id != *socket);
                return;
            }
            Effect::SendAdvert(sent) => return self.transmit(position, sent),
            Effect::Addresses { id, change, addresses, .. } => {
                let places = addresses.iter().map(|placed| Place::of(placed, &process.names));
                Work::Addresses { id: *id, change: *change, addresses: places.collect() }
            }
            Effect::Routes { id, change, routes, .. } => {
                let all = routes.iter().filter_map(|route| Leading::of(route, &process.names));
                let (routes, rules) = (all.collect(), Arc::from([]));
                Work::Paths { id: *id, change: *change, routes, rules }
            }
            Effect::Rules { id, change, rules, .. } => {
                let (routes, rules) = (Vec::new(), Arc::clone(rules));
                Work::Paths { id: *id, change: *change, routes, rules }
            }
            Effect::Statics { id, change, entries } => {
                let all = entries.addresses.iter();
                let places = all.map(|placed| Place::of(placed, &process.names)).collect();
                let addresses = Work::Addresses { id: *id, change: *change, addresses: places };
                let all = entries.routes.iter();
                let routes = all.filter_map(|route| Leading::of(route, &process.names)).collect();
                let rules = Arc::clone(&entries.rules);
                let paths = Work::Paths { id: *id, change: *change, routes, rules };
                let works = match change {
                    Direction::Add => [addresses, paths],
                    Direction::Remove => [paths, addresses],
                };
                works.into_iter().for_each(|work| self.submit(position, work));
                return;
            }
            Effect::Announce { interface, address, .. } => {
                // Nothing can be announced where there is nothing.
                let Some(index) = process.names.get(interface).copied() else { return };
                Work::Announce { index, interface: interface.clone(), address: *address }
            }
            Effect::Firewall { instance, change } => {
                Work::Firewall { instance: *instance, change: change.clone() }
            }
            Effect::Link { id, change, .. } => Work::Link { id: *id, change: change.clone() },
            Effect::ReadNetwork => {
                process.blind = true;
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
            Effect::KeepDrains(kept) => {
                host.drains = Arc::clone(kept);
                return;
            }
            Effect::Notify(_)
            | Effect::PromoteSecondaries { .. }
            | Effect::ReceiveBuffer { .. }
            | Effect::Transition { .. }
            | Effect::Log(_)
            | Effect::Stopped => return,
        };
        self.submit(position, work);
    }

    /// Asks the kernel.
    fn submit(&mut self, position: usize, work: Work) {
        let Some(host) = self.hosts.get_mut(position) else { return };
        if let Some(at) = host.kernel.submit(self.now, work) {
            let whom = Whom { host: position, run: host.run };
            self.queue.push(at, Item::Work { whom });
        }
    }

    /// Puts an advert on the LAN, once for each destination.
    fn transmit(&mut self, from: usize, sent: &Transmission) {
        let Self { now, hosts, lans, queue, timeline, .. } = self;
        let outlet = hosts.get(from).and_then(|host| host.outlet(sent.socket));
        let Some((number, lan)) = outlet.and_then(|lan| Some((lan, lans.get_mut(lan)?))) else {
            return;
        };
        for destination in sent.destinations.iter() {
            let Some(frame) = frame::emit(sent, number, *destination) else { continue };
            for (to, host) in hosts.iter().enumerate() {
                if to == from
                    || !(destination.is_multicast() || host.kernel.has_on(number, *destination))
                {
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
