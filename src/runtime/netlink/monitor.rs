//! What changes in the network, as the engine hears it.
//!
//! The monitor keeps the network as last reported, so that it speaks only of real changes, of
//! addresses that can be used, and of interfaces by name.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use nix::libc;
use nix::sys::socket::{NetlinkAddr, SockFlag, bind};

use super::addresses::PROTOCOL;
use super::asked::Asked;
use super::culprit::Culprits;
use super::held::{Held, Identity, Path};
use super::{BUFFER, Socket, paths, receive, wire};
use crate::engine::event::{Culprit, NetworkChange, Origin};
use crate::facts::{Interface, Network};
use crate::ir::global::Buffer;
use crate::runtime::receive_buffer;
use crate::units::IpNet;

/// Receive buffer: thousands of reports.
const RECEIVE_BUFFER: usize = 1024 * 1024;
/// How often a dump is tried again when the network changes under it.
const DUMP_ATTEMPTS: u32 = 10;
/// `RTMGRP_LINK`, `RTMGRP_IPV4_IFADDR`, `RTMGRP_IPV6_IFADDR`.
const GROUPS: u32 = 0x1 | 0x10 | 0x100;
/// `RTMGRP_IPV4_ROUTE`, `RTMGRP_IPV6_ROUTE`, `RTMGRP_IPV4_RULE`, and the bit of
/// `RTNLGRP_IPV6_RULE`.
const PATH_GROUPS: u32 = 0x40 | 0x400 | 0x80 | 0x40000;

/// Listens to the kernel.
#[derive(Debug)]
pub struct Monitor {
    socket: OwnedFd,
    port: u32,
    ours: u32,
    asked: Arc<Asked>,
    held: Arc<Held>,
    /// Routes and rules are listened to.
    follows_paths: bool,
    network: Network,
    lost: bool,
    buffer: Vec<u8>,
}

impl Monitor {
    /// Listens first and dumps then, so that nothing falls in between.
    pub(super) fn open(
        ours: u32,
        asked: Arc<Asked>,
        held: Arc<Held>,
        buffer: Buffer,
    ) -> io::Result<Self> {
        let socket = Socket::open(GROUPS, SockFlag::SOCK_NONBLOCK)?;
        receive_buffer::set(&socket.descriptor, buffer, Some(RECEIVE_BUFFER))?;
        paths::keep_out_foreign_routes(&socket.descriptor)?;
        let port = socket.port;
        let network = dump()?;
        Ok(Self {
            socket: socket.descriptor,
            port,
            ours,
            asked,
            held,
            follows_paths: false,
            network,
            lost: false,
            buffer: vec![0; BUFFER],
        })
    }

    /// The network as last reported.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Listens to routes and rules from now on, or no longer: a router may change thousands of
    /// them in a second.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn follow_paths(&mut self, follow: bool) -> io::Result<()> {
        let groups = GROUPS | if follow { PATH_GROUPS } else { 0 };
        bind(self.socket.as_raw_fd(), &NetlinkAddr::new(self.port, groups))?;
        self.follows_paths = follow;
        Ok(())
    }

    /// The next call of [`Self::changes`] reads the whole network anew.
    pub fn read_anew(&mut self) {
        self.lost = true;
    }

    /// All changes that the reports so far amount to, oldest first; may be none. Who waits for reports
    /// waits for the descriptor.
    ///
    /// # Errors
    /// The monitor does not work any more, or the network could not be read after a loss of reports
    /// (the next call tries again).
    pub fn changes(&mut self) -> io::Result<Vec<NetworkChange>> {
        let (mut changes, mut gone) = (Vec::new(), Vec::new());
        let mut culprits = Culprits::default();
        self.asked.begin();
        loop {
            // Before the network is read anew everything older has to go too: a stale report would look
            // like a change.
            let length = match receive(self.socket.as_fd(), &mut self.buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    tracing::warn!(
                        "Netlink: Receive buffer overrun on monitor socket - (No buffer space \
                         available)"
                    );
                    self.lost = true;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Self { buffer, network, asked, held, ours, .. } = self;
            for message in wire::messages(buffer.get(..length).unwrap_or_default()) {
                match message.kind {
                    libc::RTM_DELROUTE | libc::RTM_DELRULE if message.port != *ours => {
                        let identity = Identity::of(message.kind, message.body);
                        let path = identity.and_then(|identity| held.take(&identity));
                        gone.extend(
                            path.map(|path| removed(path, culprits.of(message.port, 0, network))),
                        );
                    }
                    _ => apply(network, &message, *ours, asked, &mut culprits, &mut changes),
                }
            }
        }
        self.asked.finish();
        if self.lost {
            self.network = dump()?;
            self.lost = false;
            changes.clear();
            changes.push(NetworkChange::Resync(self.network.clone()));
            gone.extend(self.lost_paths()?);
        }
        // What was reported of these before a loss is not reported again.
        changes.append(&mut gone);
        Ok(changes)
    }
}

impl AsFd for Monitor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Monitor {
    /// Routes and rules that the kernel had, and has no more.
    fn lost_paths(&self) -> io::Result<Vec<NetworkChange>> {
        let mut lost = self.held.confirmed();
        if !self.follows_paths || lost.is_empty() {
            return Ok(Vec::new());
        }
        for present in paths::dump()? {
            lost.remove(&present);
        }
        let lost = lost.iter().filter_map(|identity| self.held.take(identity));
        Ok(lost.map(|path| removed(path, None)).collect())
    }
}

fn removed(path: Path, by: Culprit) -> NetworkChange {
    match path {
        Path::Route(route) => NetworkChange::RouteRemoved { route, by },
        Path::Rule(rule) => NetworkChange::RuleRemoved { rule, by },
    }
}

/// Reads the whole network on a socket of its own.
pub(super) fn dump() -> io::Result<Network> {
    dump_where(|_| true)
}

/// The same without the virtual addresses that keepalived, or this program, holds.
pub(super) fn dump_of_others() -> io::Result<Network> {
    dump_where(|protocol| protocol != PROTOCOL)
}

/// The same with those alone.
pub(super) fn dump_of_ours() -> io::Result<Network> {
    dump_where(|protocol| protocol == PROTOCOL)
}

/// The same with everything that the kernel tells of the links.
pub(super) fn dump_links_of_others() -> io::Result<Vec<wire::Link>> {
    dump_links(|protocol| protocol != PROTOCOL)
}

/// Reads the network with the addresses of these protocols.
fn dump_where(wanted: fn(u8) -> bool) -> io::Result<Network> {
    let links = dump_links(wanted)?;
    Ok(Network { interfaces: links.into_iter().map(|link| link.interface).collect() })
}

fn dump_links(wanted: fn(u8) -> bool) -> io::Result<Vec<wire::Link>> {
    for _ in 0..DUMP_ATTEMPTS {
        if let Some(links) = dump_once(wanted)? {
            return Ok(links);
        }
    }
    Err(io::Error::from_raw_os_error(libc::EINTR))
}

/// `None` if the network changed meanwhile.
fn dump_once(wanted: fn(u8) -> bool) -> io::Result<Option<Vec<wire::Link>>> {
    let socket = Socket::for_requests()?;
    let mut buffer = vec![0; BUFFER];
    let mut links = Vec::new();
    let mut consistent = true;
    // The bodies are an empty `ifinfomsg` and an empty `ifaddrmsg`: everything.
    for (sequence, kind, body) in [(1_u32, libc::RTM_GETLINK, 16_u8), (2, libc::RTM_GETADDR, 8)] {
        let mut request = Vec::with_capacity(32);
        request.extend(u32::from(body).saturating_add(16).to_ne_bytes());
        request.extend(kind.to_ne_bytes());
        request.extend(0x301_u16.to_ne_bytes()); // NLM_F_REQUEST | NLM_F_DUMP
        request.extend(sequence.to_ne_bytes());
        request.extend([0; 4]);
        request.extend(std::iter::repeat_n(0, usize::from(body)));
        socket.send(&request)?;
        let mut done = false;
        while !done {
            let length = socket.receive(&mut buffer)?;
            for message in wire::messages(buffer.get(..length).unwrap_or_default()) {
                if message.sequence != sequence {
                    continue;
                }
                consistent &= !message.interrupted();
                match i32::from(message.kind) {
                    libc::NLMSG_DONE => done = true,
                    libc::NLMSG_ERROR => {
                        let errno = message.errno().unwrap_or(libc::EIO);
                        return Err(io::Error::from_raw_os_error(errno));
                    }
                    _ => collect(&mut links, &message, wanted),
                }
            }
        }
    }
    Ok(consistent.then_some(links))
}

fn collect(links: &mut Vec<wire::Link>, message: &wire::Message<'_>, wanted: fn(u8) -> bool) {
    match message.kind {
        libc::RTM_NEWLINK => links.extend(message.link()),
        libc::RTM_NEWADDR => {
            let address = message.address().filter(|address| address.usable);
            let Some(address) = address.filter(|address| wanted(address.protocol)) else { return };
            let mut interfaces = links.iter_mut().map(|link| &mut link.interface);
            if let Some(found) = interfaces.find(|found| found.index == address.index) {
                found.addresses.push(address.net);
            }
        }
        _ => {}
    }
}

fn by_index(network: &mut Network, index: u32) -> Option<&mut Interface> {
    network.interfaces.iter_mut().find(|interface| interface.index == index)
}

/// Brings the network up to date and says what that changed.
fn apply(
    network: &mut Network,
    message: &wire::Message<'_>,
    ours: u32,
    asked: &Asked,
    culprits: &mut Culprits,
    changes: &mut Vec<NetworkChange>,
) {
    match message.kind {
        libc::RTM_NEWLINK | libc::RTM_DELLINK => {
            let Some(link) = message.link().filter(|link| link.whole) else { return };
            if message.kind == libc::RTM_NEWLINK {
                link_reported(network, link.interface, changes);
            } else {
                link_removed(network, link.interface.index, changes);
            }
        }
        libc::RTM_NEWADDR => {
            let Some(address) = message.address() else { return };
            let Some(interface) = by_index(network, address.index) else { return };
            if !address.usable {
                // It is tried anew, or somebody else has it. Nobody has taken it away.
                forget(interface, address.net, Origin::Ours, None, changes);
                return;
            }
            if interface.addresses.contains(&address.net) {
                return;
            }
            interface.addresses.push(address.net);
            // Reports about IPv6 addresses carry no port id, but the protocol that added them.
            let by_us = message.port == ours || address.protocol == PROTOCOL;
            changes.push(NetworkChange::AddressAdded {
                interface: interface.name.clone(),
                address: address.net,
                origin: if by_us { Origin::Ours } else { Origin::Foreign },
            });
        }
        libc::RTM_DELADDR => {
            let Some(address) = message.address() else { return };
            let (origin, by) = match asked.take(address.index, address.net) {
                true => (Origin::Ours, None),
                // Our own requests take secondaries along.
                false if message.port == ours => (Origin::Foreign, None),
                false => (Origin::Foreign, culprits.of(message.port, address.index, network)),
            };
            let Some(interface) = by_index(network, address.index) else { return };
            forget(interface, address.net, origin, by, changes);
        }
        _ => {}
    }
}

/// An address that was there can be used no more.
fn forget(
    interface: &mut Interface,
    address: IpNet,
    origin: Origin,
    by: Culprit,
    changes: &mut Vec<NetworkChange>,
) {
    let found = interface.addresses.iter().position(|net| *net == address);
    if let Some(position) = found {
        interface.addresses.remove(position);
        let interface = interface.name.clone();
        changes.push(NetworkChange::AddressRemoved { interface, address, origin, by });
    }
}

fn link_reported(network: &mut Network, reported: Interface, changes: &mut Vec<NetworkChange>) {
    let Some(known) = by_index(network, reported.index) else {
        network.interfaces.push(reported.clone());
        changes.push(NetworkChange::Interface(reported));
        return;
    };
    let reported = Interface { addresses: known.addresses.clone(), ..reported };
    if *known == reported {
        return;
    }
    if known.name != reported.name {
        changes.push(NetworkChange::InterfaceRemoved(known.name.clone()));
    }
    known.clone_from(&reported);
    changes.push(NetworkChange::Interface(reported));
}

fn link_removed(network: &mut Network, index: u32, changes: &mut Vec<NetworkChange>) {
    let found = network.interfaces.iter().position(|interface| interface.index == index);
    if let Some(position) = found {
        let removed = network.interfaces.remove(position);
        changes.push(NetworkChange::InterfaceRemoved(removed.name));
    }
}
