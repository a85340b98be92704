//! Who else answers for our addresses on a link: ARP, and neighbour advertisements, of others that
//! name a virtual address that is set here.
//!
//! A socket for each interface and family that holds such an address, with a filter that lets
//! nothing else through. Nothing is done the moment an address is set: that belongs to the takeover.
//! A socket stays when its addresses are gone, with a filter that drops everything: to close one the
//! kernel waits for all its processors.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use socket2::{SockFilter, Socket};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::engine::effect::{Direction, PlacedAddress};
use crate::engine::event::{Claim, Event};
use crate::net::{arp, ndisc};
use crate::sys::packet::{keep_frames, listener, read_frame};
use crate::sys::socket::{AsyncSocket, drop_everything};
use crate::units::{Family, IfName, Mac};

/// Changes of addresses are heeded so long after the first of them, all at once.
const SETTLE: Duration = Duration::from_millis(200);
/// A flood is looked at so often.
const REST: Duration = Duration::from_millis(100);
/// Frames read from one socket at once.
const AT_ONCE: usize = 32;
/// Longer than any frame that is meant.
const BUFFER: usize = 256;

/// The daemon's end: who listens is a task of its own, on the daemon's thread.
#[derive(Debug)]
pub(super) struct Claims {
    changes: UnboundedSender<(Direction, Arc<[PlacedAddress]>)>,
}

impl Claims {
    /// Begins to listen, inside the runtime; what is heard is told to `heard`.
    pub(super) fn start(heard: UnboundedSender<Event>) -> Self {
        let (changes, queue) = unbounded_channel();
        // It ends with this end of its queue.
        tokio::spawn(Listener::default().run(queue, heard));
        Self { changes }
    }

    /// Addresses are being set, or removed.
    pub(super) fn note(&self, change: Direction, addresses: &Arc<[PlacedAddress]>) {
        // Without a listener nobody needs to know.
        let _unheard = self.changes.send((change, Arc::clone(addresses)));
    }
}

/// The sockets, and what they are to hear.
#[derive(Debug, Default)]
struct Listener {
    held: BTreeMap<(IfName, Family), BTreeSet<IpAddr>>,
    changed: BTreeSet<(IfName, Family)>,
    ears: BTreeMap<(IfName, Family), Ear>,
    settles: Option<Instant>,
    rests: Option<Instant>,
}

#[derive(Debug)]
struct Ear {
    index: u32,
    socket: AsyncSocket<Socket>,
}

impl Listener {
    async fn run(
        mut self,
        mut queue: UnboundedReceiver<(Direction, Arc<[PlacedAddress]>)>,
        heard: UnboundedSender<Event>,
    ) {
        loop {
            tokio::select! {
                change = queue.recv() => match change {
                    Some((change, addresses)) => self.note(change, &addresses),
                    None => return,
                },
                () = until(self.settles) => self.settle(),
                () = until(self.rests), if self.rests.is_some() => self.rests = None,
                () = readable(&self.ears), if self.rests.is_none() => {
                    self.rests = Some(Instant::now() + REST);
                    for claim in self.read() {
                        if heard.send(Event::Claimed(claim)).is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }

    fn note(&mut self, change: Direction, addresses: &[PlacedAddress]) {
        for PlacedAddress { interface, address } in addresses {
            let key = (interface.clone(), Family::of(address.ip()));
            let changed = match change {
                Direction::Add => self.held.entry(key.clone()).or_default().insert(address.ip()),
                Direction::Remove => {
                    self.held.get_mut(&key).is_some_and(|held| held.remove(&address.ip()))
                }
            };
            if changed {
                self.changed.insert(key);
                self.settles.get_or_insert_with(|| Instant::now() + SETTLE);
            }
        }
    }

    fn settle(&mut self) {
        self.settles = None;
        for key in std::mem::take(&mut self.changed) {
            let wanted = self.held.get(&key).filter(|held| !held.is_empty());
            let filter = wanted.map_or_else(|| Vec::from(drop_everything()), filter);
            let index = nix::net::if_::if_nametoindex(key.0.as_str()).unwrap_or(0);
            let listening = match self.ears.get(&key).filter(|ear| ear.index == index) {
                Some(ear) => ear.socket.owner().attach_filter(&filter),
                None if wanted.is_none() || index == 0 => {
                    self.ears.remove(&key);
                    Ok(())
                }
                None => ear(key.1, index, &filter).map(|ear| {
                    self.ears.insert(key.clone(), ear);
                }),
            };
            if let Err(error) = listening {
                tracing::warn!("Unable to listen for ARP of others on {}: {error}", key.0);
            }
        }
    }

    fn read(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut buffer = [0; BUFFER];
        for ((interface, family), ear) in &self.ears {
            for _ in 0..AT_ONCE {
                let read = ear.socket.try_read(|owner| read_frame(owner.as_fd(), &mut buffer));
                // A link that went down says so once.
                let Ok(length) = read else { break };
                let frame = buffer.get(..length).unwrap_or_default();
                let Some((address, mac)) = claimed(*family, frame) else { continue };
                let held = self.held.get(&(interface.clone(), *family));
                if held.is_some_and(|held| held.contains(&address)) {
                    let claim = Claim { interface: interface.clone(), address, mac };
                    if !claims.contains(&claim) {
                        claims.push(claim);
                    }
                }
            }
        }
        claims
    }
}

fn ear(family: Family, index: u32, filter: &[SockFilter]) -> io::Result<Ear> {
    let ethertype = match family {
        Family::V4 => arp::ETHERTYPE,
        Family::V6 => ndisc::ETHERTYPE,
    };
    Ok(Ear { index, socket: AsyncSocket::new(listener(ethertype, index, filter)?)? })
}

/// Frames that may name one of these addresses. Of an IPv6 address the last word is looked at.
fn filter(held: &BTreeSet<IpAddr>) -> Vec<SockFilter> {
    let last_word = |address: &IpAddr| match address {
        IpAddr::V4(address) => address.to_bits(),
        IpAddr::V6(address) => {
            let [.., a, b, c, d] = address.octets();
            u32::from_be_bytes([a, b, c, d])
        }
    };
    let words: Vec<u32> = held.iter().map(last_word).collect();
    match held.first() {
        Some(IpAddr::V6(_)) => keep_frames(&ndisc::MARKS, ndisc::TARGET_END, &words),
        _ => keep_frames(&[], arp::SENDER_ADDRESS, &words),
    }
}

/// Who says what in a frame.
fn claimed(family: Family, frame: &[u8]) -> Option<(IpAddr, Mac)> {
    match family {
        Family::V4 => {
            let frame = arp::parse(frame).ok()?;
            Some((frame.sender_address.into(), frame.sender_mac))
        }
        Family::V6 => {
            let said = ndisc::parse(frame).ok()?;
            let genuine = said.checksum_valid && said.hop_limit == 255;
            let mac = said.target_mac.unwrap_or(said.ethernet_source);
            genuine.then_some((said.target.into(), mac))
        }
    }
}

async fn readable(ears: &BTreeMap<(IfName, Family), Ear>) {
    std::future::poll_fn(|context| {
        for ear in ears.values() {
            if ear.socket.poll_readable(context).is_ready() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    })
    .await;
}

/// Waits until then; for ever without a time.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
