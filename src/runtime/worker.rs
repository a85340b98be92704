//! The ordered queue of everything that changes the host's network: addresses, routes, rules,
//! announcements, `promote_secondaries`, the packet filter.
//!
//! It has a thread of its own, because the kernel carries a netlink request out inside `send` and
//! may make it wait for a lock that anybody on the host can hold: on the daemon's own thread that
//! would stop the adverts. Changes are made in the order of the effects, and an announcement leaves
//! after the address changes that stand before it; but where many wait, every address is announced
//! once before any is announced again (`backlog`).
//!
//! Where nobody's adverts can suffer, and nothing is queued, the caller does the work itself: to
//! wake a thread takes longer than to add an address.

mod backlog;
mod hands;

use std::cell::Cell;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::{io, thread};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::engine::effect::{Direction, Effect, EffectId, PlacedAddress};
use crate::engine::event::Event;
use crate::engine::own_link::LinkChange;
use crate::facts::Network;
use crate::ir::{self, Route, Rule};
use crate::runtime::announce::{Announcer, Outlet};
use crate::runtime::firewall::Task;
use crate::runtime::iproute2::Names;
use crate::runtime::netlink::routes::{self, Unresolved};
use crate::runtime::netlink::{Commands, Entry, Request, rules};
use crate::runtime::sysctl::Changed;
use crate::runtime::worker::backlog::{Backlog, Step};
use crate::runtime::worker::hands::Hands;
use crate::units::{Family, IfName};

/// One thing to do, with every name resolved.
#[derive(Debug)]
enum Work {
    Addresses { id: EffectId, change: Direction, requests: Vec<Request> },
    Entries { id: EffectId, entries: Vec<Entry> },
    Announce(Announcement),
    PromoteSecondaries { interface: IfName, on: bool },
    Link { id: EffectId, change: LinkChange },
    Firewall(Task),
    Drain(oneshot::Sender<()>),
}

/// An announcement to be sent.
#[derive(Clone, Debug)]
struct Announcement {
    outlet: Outlet,
    address: IpAddr,
    /// The daemon wants to know when it left.
    spaced: Option<IfName>,
}

/// The daemon's end of the queue.
#[derive(Debug)]
pub struct NetworkWorker {
    queue: Option<mpsc::Sender<Work>>,
    hands: Arc<Mutex<Hands>>,
    /// Something was done at once whose outcome nobody has asked for yet.
    unsettled: Cell<bool>,
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
        let hands = Hands::new(commands, announcer);
        let changed_settings = hands.changed_settings();
        let hands = Arc::new(Mutex::new(hands));
        let pending = Arc::new(AtomicUsize::new(0));
        let worker = Worker { hands: Arc::clone(&hands), pending: Arc::clone(&pending), events };
        let thread =
            thread::Builder::new().name("network".to_owned()).spawn(move || worker.run(&work))?;
        let queue = Some(queue);
        let thread = Some(thread);
        let names = Names::default();
        let slow_firewall = false;
        let unsettled = Cell::new(false);
        Ok(Self {
            queue,
            hands,
            unsettled,
            names,
            pending,
            thread,
            slow_firewall,
            changed_settings,
        })
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
            Effect::Announce { interface, address, spaced, .. } => {
                let outlet = outlet(network, interface, Family::of(*address));
                let Some(outlet) = outlet else { return [None, None] };
                Work::Announce(Announcement { outlet, address: *address, spaced: spaced.clone() })
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
            hands.carry_out(Step::Other(work));
            self.unsettled.set(true);
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
        if !self.unsettled.get() {
            return None;
        }
        let event = self.hands.try_lock().ok()?.settle();
        self.unsettled.set(event.is_some());
        event
    }

    /// Makes ready for an effect that is to come at once.
    pub fn rehearse(&self, effect: &Effect, network: &Network) {
        let loopback = network.interfaces.iter().find(|it| it.name.as_str() == "lo" && it.up);
        let [work, _] = self.works(effect, network);
        if let (Some(work), Some(loopback), Ok(mut hands)) = (work, loopback, self.hands.try_lock())
        {
            hands.rehearse(&work, loopback);
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
        let mut backlog = Backlog::default();
        loop {
            if backlog.is_empty() {
                self.tell();
                match queue.recv() {
                    Ok(work) => self.take(&mut backlog, work),
                    // The daemon has gone, and nothing is left to do.
                    Err(mpsc::RecvError) => return,
                }
            }
            while let Ok(work) = queue.try_recv() {
                self.take(&mut backlog, work);
            }
            match backlog.next() {
                None => {}
                Some(Step::Other(Work::Drain(done))) => {
                    self.tell();
                    self.finished(1);
                    let _gone = done.send(());
                }
                Some(step) => {
                    let works = step.works();
                    let events = self.hands.lock().map(|mut hands| {
                        hands.carry_out(step);
                        hands.known()
                    });
                    self.finished(works);
                    self.send(events.unwrap_or_default());
                }
            }
        }
    }

    fn take(&self, backlog: &mut Backlog, work: Work) {
        let dropped = backlog.take(work);
        self.finished(dropped);
    }

    fn finished(&self, works: usize) {
        self.pending.fetch_sub(works, Ordering::AcqRel);
    }

    /// Tells the daemon how everything so far came out. What was done at once is told too: the daemon
    /// may sleep when this is over.
    fn tell(&self) {
        let events = self.hands.lock().map(|mut hands| {
            let last = hands.settle();
            last.into_iter().chain(hands.known()).collect()
        });
        self.send(events.unwrap_or_default());
    }

    fn send(&self, events: VecDeque<Event>) {
        for event in events {
            // It may have stopped listening at the end.
            let _unheard = self.events.send(event);
        }
    }
}
