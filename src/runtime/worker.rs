//! The ordered queue of everything that changes the host's network: addresses, announcements,
//! `promote_secondaries`.
//!
//! It has a thread of its own, because the kernel carries a netlink request out inside `send` and
//! may make it wait for a lock that anybody on the host can hold: on the daemon's own thread that
//! would stop the adverts. The order of the queue is the order of the effects, so an announcement
//! leaves after the answers to the address changes that stand before it.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::{io, thread};

use nix::libc;
use tokio::sync::{mpsc as async_mpsc, oneshot};

use crate::engine::effect::{AddressChange, Effect, EffectId};
use crate::engine::event::Event;
use crate::facts::Network;
use crate::runtime::announce::{Announcer, Outlet};
use crate::runtime::netlink::{AddressFailure, Commands, Request};
use crate::runtime::sysctl::PromoteSecondaries;
use crate::sys::timer::now;
use crate::units::{Family, IfName, Instant};

/// One thing to do, with every name resolved.
#[derive(Debug)]
enum Work {
    Addresses {
        id: EffectId,
        change: AddressChange,
        requests: Vec<Request>,
    },
    Announce {
        outlet: Outlet,
        address: std::net::IpAddr,
    },
    PromoteSecondaries {
        interface: IfName,
        on: bool,
    },
    Drain(oneshot::Sender<()>),
    /// Work is about to come: do not fall asleep before then.
    Expect(Instant),
}

/// The daemon's end of the queue.
#[derive(Debug)]
pub struct NetworkWorker {
    queue: Option<mpsc::Sender<Work>>,
    events: async_mpsc::UnboundedReceiver<Event>,
    thread: Option<JoinHandle<()>>,
}

impl NetworkWorker {
    /// Starts the thread, in the network namespace of the calling one.
    pub fn start(commands: Commands) -> io::Result<Self> {
        let announcer = Announcer::new()?;
        let (queue, work) = mpsc::channel();
        let (sender, events) = async_mpsc::unbounded_channel();
        let worker =
            Worker { commands, announcer, promoted: PromoteSecondaries::default(), events: sender };
        let thread =
            thread::Builder::new().name("network".to_owned()).spawn(move || worker.run(&work))?;
        Ok(Self { queue: Some(queue), events, thread: Some(thread) })
    }

    /// Queues an effect if it is one for this queue; says whether it was. Interfaces are looked up
    /// in `network` now.
    pub fn submit(&self, effect: &Effect, network: &Network) -> bool {
        match effect {
            Effect::Addresses { id, change, addresses, .. } => {
                let requests = addresses
                    .iter()
                    .map(|placed| Request {
                        interface: network.interface(&placed.interface).map(|found| found.index),
                        address: placed.address.clone(),
                    })
                    .collect();
                self.push(Work::Addresses { id: *id, change: *change, requests });
            }
            Effect::Announce { interface, address, .. } => {
                if let Some(outlet) = outlet(network, interface, Family::of(*address)) {
                    self.push(Work::Announce { outlet, address: *address });
                }
            }
            Effect::PromoteSecondaries { interface, on } => {
                self.push(Work::PromoteSecondaries { interface: interface.clone(), on: *on });
            }
            _ => return false,
        }
        true
    }

    fn push(&self, work: Work) {
        // The thread ends only after this end is gone.
        if self.queue.as_ref().is_none_or(|queue| queue.send(work).is_err()) {
            tracing::error!("network worker has ended");
        }
    }

    /// The next `Event::Done`; `None` if the worker has ended. Safe to drop and call again.
    pub async fn event(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Wakes the thread for work that is about to come, and keeps it awake until `until`: waking it
    /// then would take longer than the work.
    pub fn expect_work(&self, until: Instant) {
        self.push(Work::Expect(until));
    }

    /// Waits until everything queued so far is done. The events of it wait in [`Self::event`].
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

/// `None` if nothing can be announced there: no such interface, no Ethernet, no ARP.
fn outlet(network: &Network, interface: &IfName, family: Family) -> Option<Outlet> {
    let interface = network.interface(interface)?;
    if family == Family::V4 && !interface.arp {
        return None;
    }
    Some(Outlet { name: interface.name.clone(), index: interface.index, mac: interface.mac? })
}

/// The next thing to do; `None` when the daemon's end is gone. Does not sleep before `awake_until`.
fn next(queue: &mpsc::Receiver<Work>, awake_until: Instant) -> Option<Work> {
    while now() < awake_until {
        match queue.try_recv() {
            Ok(work) => return Some(work),
            // Whoever shares the processor, perhaps the daemon itself, goes first.
            Err(mpsc::TryRecvError::Empty) => thread::yield_now(),
            Err(mpsc::TryRecvError::Disconnected) => return None,
        }
    }
    queue.recv().ok()
}

/// The thread's end of the queue.
struct Worker {
    commands: Commands,
    announcer: Announcer,
    promoted: PromoteSecondaries,
    events: async_mpsc::UnboundedSender<Event>,
}

impl Worker {
    fn run(mut self, queue: &mpsc::Receiver<Work>) {
        let mut awake_until = Instant::ORIGIN;
        while let Some(work) = next(queue, awake_until) {
            match work {
                Work::Expect(until) => awake_until = until,
                Work::Addresses { id, change, requests } => {
                    let failures = self.commands.change_addresses(change, &requests);
                    // The daemon may have stopped listening at the end.
                    let _unheard = self.events.send(done(id, change, &failures));
                }
                Work::Announce { outlet, address } => {
                    let (name, family) = (&outlet.name, Family::of(address));
                    match (self.announcer.announce(&outlet, address), family) {
                        (Ok(()), Family::V4) => {
                            tracing::debug!("Sending gratuitous ARP on {name} for {address}");
                        }
                        (Ok(()), Family::V6) => tracing::debug!(
                            "Sending unsolicited Neighbour Advert on {name} for {address}"
                        ),
                        (Err(error), Family::V4) => tracing::warn!(
                            "Error sending gratuitous ARP on {name} for {address}: {error}"
                        ),
                        (Err(error), Family::V6) => tracing::warn!(
                            "Error sending gratuitous NDISC on {name} for {address}: {error}"
                        ),
                    }
                }
                Work::PromoteSecondaries { interface, on } => {
                    let result = match on {
                        true => self.promoted.set(&interface),
                        false => self.promoted.restore(&interface),
                    };
                    if let Err(error) = result {
                        tracing::warn!("promote_secondaries on {interface}: {error}");
                    }
                }
                Work::Drain(done) => {
                    let _gone = done.send(());
                }
            }
        }
    }
}

/// Logs every failure and reports the first.
fn done(id: EffectId, change: AddressChange, failures: &[AddressFailure]) -> Event {
    let (name, number) = match change {
        AddressChange::Add => ("RTM_NEWADDR", libc::RTM_NEWADDR),
        AddressChange::Remove => ("RTM_DELADDR", libc::RTM_DELADDR),
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
