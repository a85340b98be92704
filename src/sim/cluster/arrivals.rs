//! What reaches a daemon: frames, the reports of its kernel, and the outcome of what it has asked for.

use crate::engine::event::{Event, NetworkChange};
use crate::sim::cluster::Cluster;
use crate::sim::frame::{self, Frame};
use crate::sim::host::names;
use crate::sim::kernel;
use crate::sim::queue::{Item, Report, Whom};
use crate::sim::timeline::What;

impl Cluster {
    /// A frame has reached a host, or is read by the run of the daemon in whose sockets it waited.
    pub(super) fn receive(&mut self, position: usize, frame: Frame, read_by: Option<u32>) {
        let now = self.now;
        let Some(host) = self.hosts.get(position) else { return };
        let Some(process) = &host.process else { return };
        if process.stopping || read_by.is_some_and(|run| run != host.run) {
            return;
        }
        let sockets = host.sockets_for(&frame, read_by.is_some());
        if sockets.is_empty() {
            return;
        }
        if process.stalled_until > now {
            let read_by = Some(host.run);
            let item = Item::Frame { host: position, frame, read_by };
            self.queue.put_off(process.stalled_until, item);
            return;
        }
        for socket in sockets {
            if let Some(datagram) = frame::decode(socket, &frame) {
                self.watch.hears(position, &datagram.packet);
                self.handle(position, Event::Datagram(datagram));
            }
        }
    }

    /// The kernel tells the daemon, if that listens.
    pub(super) fn tell(&mut self, position: usize, change: NetworkChange) {
        let now = self.now;
        let Some(host) = self.hosts.get_mut(position) else { return };
        let whom = Whom { host: position, run: host.run };
        let Some(process) = &mut host.process else { return };
        if process.deaf_until <= now {
            process.reports = process.reports.saturating_add(1);
            self.queue.push(now, Item::Report { whom, report: Report::Change(Box::new(change)) });
        }
    }

    pub(super) fn report(&mut self, whom: Whom, report: Report) {
        let now = self.now;
        let Some((process, waits)) = self.process(whom) else { return };
        if let Some(until) = waits {
            self.queue.put_off(until, Item::Report { whom, report });
            return;
        }
        let change = match report {
            Report::Change(change) => {
                process.reports = process.reports.saturating_sub(1);
                match &*change {
                    NetworkChange::Interface(interface) => {
                        process.names.insert(interface.name.clone(), interface.index);
                    }
                    NetworkChange::InterfaceRemoved(name) => {
                        process.names.remove(name);
                    }
                    _ => {}
                }
                *change
            }
            // More was lost meanwhile; a later comparison is on its way.
            Report::Resync if process.deaf_until > now => return,
            Report::Resync => {
                process.blind = false;
                self.timeline.add(now, Some(whom.host), What::Resync);
                let Some(host) = self.hosts.get_mut(whom.host) else { return };
                let network = host.kernel.network().clone();
                if let Some(process) = &mut host.process {
                    process.names = names(&network);
                }
                NetworkChange::Resync(network)
            }
        };
        self.handle(whom.host, Event::Network(change));
    }

    /// The kernel gets to the next request.
    pub(super) fn work(&mut self, whom: Whom) {
        let now = self.now;
        let Some((_, waits)) = self.process(whom) else { return };
        let Some(host) = self.hosts.get_mut(whom.host) else { return };
        // A stopped process asks for nothing; a kernel whose lock is held gives nothing.
        let until = waits.unwrap_or(now).max(host.kernel.stalled_until());
        if until > now {
            self.queue.put_off(until, Item::Work { whom });
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
            Some(kernel::Outcome::Paths { id }) => {
                self.queue.push(now, Item::Done { whom, id, result: Ok(()) });
            }
            Some(kernel::Outcome::Announced { address, held }) => {
                self.watch.announced(now, whom.host, address, held);
            }
            None => {}
        }
        if let Some(at) = next {
            self.queue.push(at, Item::Work { whom });
        }
        self.end_if_done(whom.host);
    }
}
