//! The ordered queue of everything that changes the host's network: addresses, routes, rules,
//! announcements, `promote_secondaries`, the packet filter.
//!
//! It has a thread of its own, because the kernel carries a netlink request out inside `send` and
//! may make it wait for a lock that anybody on the host can hold: on the daemon's own thread that
//! would stop the adverts. The order of the queue is the order of the effects, so an announcement
//! leaves after the answers to the address changes that stand before it.
//!
//! Where nobody's adverts can suffer, and nothing is queued, the caller does the work itself: to
//! wake a thread takes longer than to add an address.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::{io, thread};

use nix::libc;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::engine::effect::{Direction, Effect, EffectId, PlacedAddress};
use crate::engine::event::Event;
use crate::engine::own_link::LinkChange;
use crate::facts::Network;
use crate::ir::{self, Route, Rule};
use crate::runtime::announce::{Announcer, Outlet};
use crate::runtime::firewall::{Firewall, Task};
use crate::runtime::iproute2::Names;
use crate::runtime::link_settings::LinkSettings;
use crate::runtime::netlink::routes::{self, Unresolved};
use crate::runtime::netlink::{
    AddressFailure, Asking, Commands, Entry, EntryFailure, Request, rules,
};
use crate::runtime::sysctl::{self, Changed, Sysctls};
use crate::units::{Family, IfName};

/// One thing to do, with every name resolved.
#[derive(Debug)]
enum Work {
    Addresses { id: EffectId, change: Direction, requests: Vec<Request> },
    Entries { id: EffectId, entries: Vec<Entry> },
    Announce { outlet: Outlet, address: std::net::IpAddr },
    PromoteSecondaries { interface: IfName, on: bool },
    Link { id: EffectId, change: LinkChange },
    Firewall(Task),
    Drain(oneshot::Sender<()>),
}

/// The daemon's end of the queue.
#[derive(Debug)]
pub struct NetworkWorker {
    queue: Option<mpsc::Sender<Work>>,
    hands: Arc<Mutex<Hands>>,
    names: Names,
    /// What is queued or being done.
    pending: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
    /// The packet filter may be worked on by programs (`vrrp_iptables`).
    slow_firewall: bool,
    changed_settings: Changed,
}

impl NetworkWorker {
    /// Starts the thread, in the network namespace of the calling one; it tells what it has done to
    /// `events`.
    pub fn start(commands: Commands, events: UnboundedSender<Event>) -> io::Result<Self> {
        let announcer = Announcer::new()?;
        let (queue, work) = mpsc::channel();
        let sysctls = Sysctls::default();
        let changed_settings = sysctls.shown();
        let hands = Hands {
            commands,
            announcer,
            sysctls,
            links: LinkSettings::default(),
            firewall: Firewall::default(),
            asking: None,
            answered: VecDeque::new(),
        };
        let hands = Arc::new(Mutex::new(hands));
        let pending = Arc::new(AtomicUsize::new(0));
        let worker = Worker { hands: Arc::clone(&hands), pending: Arc::clone(&pending), events };
        let thread =
            thread::Builder::new().name("network".to_owned()).spawn(move || worker.run(&work))?;
        let queue = Some(queue);
        let thread = Some(thread);
        let names = Names::default();
        let slow_firewall = false;
        Ok(Self { queue, hands, names, pending, thread, slow_firewall, changed_settings })
    }

    /// What the names in routes and rules mean from now on.
    pub fn know_names(&mut self, names: Names) {
        self.names = names;
    }

    /// Carries an effect out, at once if that is `allowed` and nothing is queued before it, else
    /// through the queue. Interfaces are looked up in `network` now. The event of what was done at
    /// once comes from [`Self::settle`], that of the queue to the channel.
    pub fn submit(&self, effect: &Effect, network: &Network, allowed: bool) {
        let [first, second] = self.works(effect, network);
        for work in [first, second].into_iter().flatten() {
            self.place(work, allowed);
        }
    }

    /// What there is to do for an effect, in order.
    fn works(&self, effect: &Effect, network: &Network) -> [Option<Work>; 2] {
        let work = match effect {
            Effect::Addresses { id, change, addresses, .. } => {
                addresses_work(*id, *change, addresses, network)
            }
            Effect::Routes { id, change, routes, .. } => {
                Work::Entries { id: *id, entries: self.routes(*change, routes, network) }
            }
            Effect::Rules { id, change, rules, .. } => {
                Work::Entries { id: *id, entries: self.rules(*change, rules, network) }
            }
            Effect::Statics { id, change, entries: all } => {
                let addresses = addresses_work(*id, *change, &all.addresses, network);
                let (routes, rules) = (
                    self.routes(*change, &all.routes, network),
                    self.rules(*change, &all.rules, network),
                );
                let entries = |entries| Work::Entries { id: *id, entries };
                return match change {
                    Direction::Add => [addresses, entries([routes, rules].concat())],
                    Direction::Remove => [entries([rules, routes].concat()), addresses],
                }
                .map(Some);
            }
            Effect::Announce { interface, address, .. } => {
                let outlet = outlet(network, interface, Family::of(*address));
                let Some(outlet) = outlet else { return [None, None] };
                Work::Announce { outlet, address: *address }
            }
            Effect::Link { id, change, .. } => Work::Link { id: *id, change: change.clone() },
            Effect::PromoteSecondaries { interface, on } => {
                Work::PromoteSecondaries { interface: interface.clone(), on: *on }
            }
            Effect::Firewall { instance, change } => {
                Work::Firewall(Task::new(*instance, change, network))
            }
            _ => return [None, None],
        };
        [Some(work), None]
    }

    /// The requests of routes; those that cannot be asked for are logged and left out.
    fn routes(&self, change: Direction, all: &[Route], network: &Network) -> Vec<Entry> {
        let requests = all.iter().map(|route| routes::request(change, route, network, &self.names));
        requests.filter_map(|request| resolved(change, request)).collect()
    }

    /// The same for rules.
    fn rules(&self, change: Direction, all: &[Rule], network: &Network) -> Vec<Entry> {
        let requests = all.iter().map(|rule| rules::request(change, rule, network, &self.names));
        requests.filter_map(|request| resolved(change, request)).collect()
    }

    fn place(&self, work: Work, allowed: bool) {
        let slow = self.slow_firewall && matches!(work, Work::Firewall(_));
        if allowed
            && !slow
            && self.pending.load(Ordering::Acquire) == 0
            && let Ok(mut hands) = self.hands.try_lock()
        {
            hands.perform_at_once(work);
            return;
        }
        self.push(work);
    }

    /// The settings of the host that are changed at the moment.
    pub(super) fn changed_settings(&self) -> Changed {
        self.changed_settings.clone()
    }

    /// Gives the packet filter its settings.
    pub(super) fn configure_firewall(&mut self, settings: &ir::global::Firewall) {
        // Its programs take their time.
        self.slow_firewall = settings.iptables.is_some();
        self.push(Work::Firewall(Task::Configure(settings.clone())));
    }

    /// Takes away everything that stands in the packet filter.
    pub(super) fn end_firewall(&self) {
        self.push(Work::Firewall(Task::End));
    }

    /// The answer to what was done at once, if one is due.
    pub fn settle(&self) -> Option<Event> {
        self.hands.try_lock().ok()?.settle()
    }

    /// Makes ready for an effect that is to come at once.
    pub fn rehearse(&self, effect: &Effect, network: &Network) {
        let [work, _] = self.works(effect, network);
        if let (Some(work), Ok(mut hands)) = (work, self.hands.try_lock()) {
            hands.rehearse(&work);
        }
    }

    fn push(&self, work: Work) {
        self.pending.fetch_add(1, Ordering::AcqRel);
        // The thread ends only after this end is gone.
        if self.queue.as_ref().is_none_or(|queue| queue.send(work).is_err()) {
            tracing::error!("network worker has ended");
        }
    }

    /// Waits until everything queued so far is done. Its events have been told then.
    pub async fn drain(&self) {
        let (done, waiting) = oneshot::channel();
        self.push(Work::Drain(done));
        // An error means that the thread has ended: then nothing is left to wait for.
        let _ended = waiting.await;
    }
}

impl Drop for NetworkWorker {
    /// Lets the thread finish what is queued.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

fn addresses_work(
    id: EffectId,
    change: Direction,
    addresses: &[PlacedAddress],
    network: &Network,
) -> Work {
    let request = |placed: &PlacedAddress| Request {
        interface: network.interface(&placed.interface).map(|found| found.index),
        address: placed.address.clone(),
    };
    Work::Addresses { id, change, requests: addresses.iter().map(request).collect() }
}

/// Says why something cannot be set; what could not be set need not be removed.
fn resolved(change: Direction, request: Result<Entry, Unresolved>) -> Option<Entry> {
    match request {
        Ok(entry) => Some(entry),
        Err(why) => {
            if change == Direction::Add {
                tracing::warn!("Netlink: cannot set a route or rule: {why}");
            }
            None
        }
    }
}

/// `None` if nothing can be announced there: no such interface, no Ethernet, no ARP.
fn outlet(network: &Network, interface: &IfName, family: Family) -> Option<Outlet> {
    let interface = network.interface(interface)?;
    if family == Family::V4 && !interface.arp {
        return None;
    }
    Some(Outlet { name: interface.name.clone(), index: interface.index, mac: interface.mac? })
}

/// The thread's end of the queue.
struct Worker {
    hands: Arc<Mutex<Hands>>,
    pending: Arc<AtomicUsize>,
    events: UnboundedSender<Event>,
}

impl Worker {
    fn run(self, queue: &mpsc::Receiver<Work>) {
        for work in queue {
            let mut events = VecDeque::new();
            if let Ok(mut hands) = self.hands.lock() {
                hands.take_answers();
                // What was done at once is told too: the daemon may sleep when this is over.
                events.append(&mut hands.answered);
                events.extend(hands.perform(work));
            }
            self.pending.fetch_sub(1, Ordering::AcqRel);
            for event in events {
                // The daemon may have stopped listening at the end.
                let _unheard = self.events.send(event);
            }
        }
    }
}

/// What the work is done with, by one at a time.
#[derive(Debug)]
struct Hands {
    commands: Commands,
    announcer: Announcer,
    sysctls: Sysctls,
    links: LinkSettings,
    firewall: Firewall,
    /// What was asked at once, and whose answer nobody has looked at yet.
    asking: Option<(EffectId, Asking)>,
    /// Answers to what was done at once, for the daemon.
    answered: VecDeque<Event>,
}

impl Hands {
    /// As [`Self::perform`], but the answer to an addition is left for [`Self::settle`]:
    /// announcements need not wait for it.
    fn perform_at_once(&mut self, work: Work) {
        match work {
            Work::Addresses { id, change: Direction::Add, requests } => {
                self.take_answers();
                self.asking = Some((id, self.commands.add_addresses(&requests)));
            }
            work => {
                if matches!(work, Work::Addresses { .. } | Work::Entries { .. } | Work::Link { .. })
                {
                    self.take_answers();
                }
                let event = self.perform(work);
                self.answered.extend(event);
            }
        }
    }

    /// Goes the way of an addition or an announcement up to what the kernel would do about it.
    fn rehearse(&mut self, work: &Work) {
        match work {
            Work::Addresses { requests, .. } if self.asking.is_none() => {
                self.commands.rehearse(requests);
            }
            // There is no interface 0.
            Work::Announce { outlet, address } => {
                let nowhere = Outlet { index: 0, ..outlet.clone() };
                let _refused = self.announcer.announce(&nowhere, *address);
            }
            _ => {}
        }
    }

    /// The next answer to what was done at once.
    fn settle(&mut self) -> Option<Event> {
        self.take_answers();
        self.answered.pop_front()
    }

    fn take_answers(&mut self) {
        if let Some((id, asking)) = self.asking.take() {
            let failures = self.commands.answers(asking);
            self.answered.push_back(done(id, Direction::Add, &failures));
        }
    }

    fn perform(&mut self, work: Work) -> Option<Event> {
        match work {
            Work::Addresses { id, change, requests } => {
                let failures = self.commands.change_addresses(change, &requests);
                return Some(done(id, change, &failures));
            }
            Work::Entries { id, entries } => {
                let failures = self.commands.change_entries(&entries);
                return Some(entries_done(id, &failures));
            }
            Work::Announce { outlet, address } => self.announce(&outlet, address),
            Work::PromoteSecondaries { interface, on } => {
                let path = sysctl::ipv4(&interface, "promote_secondaries");
                let result = match on {
                    true => self.sysctls.set(&path, "1"),
                    false => self.sysctls.restore(&path),
                };
                if let Err(error) = result {
                    tracing::warn!("promote_secondaries on {interface}: {error}");
                }
            }
            Work::Link { id, change } => {
                let Self { commands, links, sysctls, .. } = self;
                let result = links.apply(commands, sysctls, &change);
                return Some(Event::Done { id, result });
            }
            Work::Firewall(task) => self.firewall.perform(task),
            Work::Drain(done) => {
                let _gone = done.send(());
            }
        }
        None
    }

    fn announce(&self, outlet: &Outlet, address: std::net::IpAddr) {
        let (name, family) = (&outlet.name, Family::of(address));
        match (self.announcer.announce(outlet, address), family) {
            (Ok(()), Family::V4) => {
                tracing::debug!("Sending gratuitous ARP on {name} for {address}");
            }
            (Ok(()), Family::V6) => {
                tracing::debug!("Sending unsolicited Neighbour Advert on {name} for {address}");
            }
            (Err(error), Family::V4) => {
                tracing::warn!("Error sending gratuitous ARP on {name} for {address}: {error}");
            }
            (Err(error), Family::V6) => {
                tracing::warn!("Error sending gratuitous NDISC on {name} for {address}: {error}");
            }
        }
    }
}

/// Logs every failure and reports the first.
fn done(id: EffectId, change: Direction, failures: &[AddressFailure]) -> Event {
    let (name, number) = match change {
        Direction::Add => ("RTM_NEWADDR", libc::RTM_NEWADDR),
        Direction::Remove => ("RTM_DELADDR", libc::RTM_DELADDR),
    };
    for AddressFailure { net, error, sequence } in failures {
        tracing::warn!("Netlink: error: {error}, type={name}({number}), seq={sequence}, pid=0");
        tracing::debug!("the request was for {net}");
    }
    let result = match failures.first() {
        None => Ok(()),
        Some(first) => Err(first.error.clone()),
    };
    Event::Done { id, result }
}

/// The same for routes and rules.
fn entries_done(id: EffectId, failures: &[EntryFailure]) -> Event {
    for failure in failures {
        let EntryFailure { kind, error, sequence } = failure;
        let name = failure.name();
        tracing::warn!("Netlink: error: {error}, type={name}({kind}), seq={sequence}, pid=0");
    }
    let result = match failures.first() {
        None => Ok(()),
        Some(first) => Err(first.error.clone()),
    };
    Event::Done { id, result }
}
