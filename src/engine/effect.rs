//! What the engine wants done: every output, as data, in the order in which it must happen.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::drain::Kept;
use crate::engine::message::Message;
use crate::engine::notification::Notification;
use crate::engine::own_link::LinkChange;
use crate::engine::snapshot::State;
use crate::engine::statics::Statics;
use crate::engine::why::Why;
use crate::ir::{Route, Rule, Script, VirtualAddress};
use crate::net::vrrp::{Advert, ChecksumStyle, Seal};
use crate::units::{Family, IfName};

/// Names an instance of the running engine; kept over a reload if the instance is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InstanceId(pub u32);

/// Names a pair of sockets (receive, send); several instances may share it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SocketId(pub u32);

/// Names an effect whose outcome comes back as `Event::Done`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EffectId(pub u64);

/// Names one run of a check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CheckId(pub u64);

/// One output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Open a receive and a send socket. Failure comes back and puts the instances into FAULT.
    OpenSocket {
        /// For the answer.
        id: EffectId,
        /// Its name from now on.
        socket: SocketId,
        /// What kind.
        key: SocketKey,
    },
    /// Close the pair.
    CloseSocket {
        /// Which.
        socket: SocketId,
    },
    /// Size the receive buffer of an open pair: `SO_RCVBUF`.
    ReceiveBuffer {
        /// Which.
        socket: SocketId,
        /// Bytes; the kernel gives twice as many, at least some 2,000, at most its limit.
        bytes: u32,
    },
    /// Send an advert now, before anything else is done.
    SendAdvert(Transmission),
    /// Add or remove addresses in one batch. Those that exist already, or are already gone, are no
    /// failure.
    Addresses {
        /// For the answer.
        id: EffectId,
        /// On whose behalf.
        instance: InstanceId,
        /// Add or remove.
        change: Direction,
        /// Which, in order.
        addresses: Arc<[PlacedAddress]>,
    },
    /// Add or remove routes, in order, after the address changes that stand before.
    Routes {
        /// For the answer.
        id: EffectId,
        /// On whose behalf.
        instance: InstanceId,
        /// Add or remove.
        change: Direction,
        /// Which, in order.
        routes: Arc<[Route]>,
    },
    /// Add or remove policy rules, in order, after what stands before.
    Rules {
        /// For the answer.
        id: EffectId,
        /// On whose behalf.
        instance: InstanceId,
        /// Add or remove.
        change: Direction,
        /// Which, in order.
        rules: Arc<[Rule]>,
    },
    /// Add or remove static entries; failures are logged where they happen. Added are addresses,
    /// routes, rules; removed are rules, routes, addresses.
    Statics {
        /// For the answer, which nobody waits for.
        id: EffectId,
        /// Add or remove.
        change: Direction,
        /// Which.
        entries: Statics,
    },
    /// One gratuitous ARP request or unsolicited neighbour advertisement, after the address
    /// changes that stand before it.
    Announce {
        /// On whose behalf.
        instance: InstanceId,
        /// The interface that holds the address.
        interface: IfName,
        /// The address; its family chooses ARP or neighbour advertisement.
        address: IpAddr,
        /// The next one has to keep its distance: [`Event::Announced`] says of this queue when this
        /// one has left.
        ///
        /// [`Event::Announced`]: crate::engine::event::Event::Announced
        spaced: Option<IfName>,
    },
    /// Start a check script; its end comes back as `Tracked::ScriptEnded`.
    StartCheck {
        /// This run, from now on.
        check: CheckId,
        /// Name of the `vrrp_script`.
        name: Arc<str>,
        /// The program, its user and its arguments.
        script: Arc<Script>,
    },
    /// Send a signal to the process group of a check. One that has ended gets none.
    EndCheck {
        /// Which run.
        check: CheckId,
        /// Which signal.
        signal: CheckSignal,
    },
    /// Tell those who want to hear it: scripts, pipes, mail.
    Notify(Notification),
    /// Set `promote_secondaries` of an interface, or give it back its former value.
    PromoteSecondaries {
        /// Which.
        interface: IfName,
        /// Set or give back.
        on: bool,
    },
    /// Make, correct or remove an interface of an instance's own.
    Link {
        /// For the answer.
        id: EffectId,
        /// On whose behalf.
        instance: InstanceId,
        /// Which, and what.
        change: LinkChange,
    },
    /// Change what the packet filter does with packets of virtual addresses and virtual MACs. What
    /// fails is logged; nothing depends on it.
    Firewall {
        /// On whose behalf.
        instance: InstanceId,
        /// What.
        change: FirewallChange,
    },
    /// Read the whole network anew and tell it as `NetworkChange::Resync`, after the answers to the
    /// changes so far: a comparison could not be made when it came.
    ReadNetwork,
    /// An instance changed its state. For status, metrics and the simulator; asks for nothing.
    Transition {
        /// Which.
        instance: InstanceId,
        /// From.
        from: State,
        /// To.
        to: State,
        /// Why.
        why: Arc<Why>,
    },
    /// What is drained is another now: to be kept for the next start of the daemon
    /// (`Known::drains`). Everything, in the order of the configuration.
    KeepDrains(Arc<[Kept]>),
    /// A line for the log.
    Log(Message),
    /// The last effect after `Event::Stop`: when everything before it is done, the process may end.
    Stopped,
}

/// How a check is ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckSignal {
    /// `SIGTERM`.
    Terminate,
    /// `SIGKILL`.
    Kill,
}

/// An advert and where it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transmission {
    /// On whose behalf.
    pub instance: InstanceId,
    /// Through which pair of sockets.
    pub socket: SocketId,
    /// Source address.
    pub source: IpAddr,
    /// The group, or each peer in order; every copy has its own checksum.
    pub destinations: Arc<[IpAddr]>,
    /// What it says.
    pub advert: Arc<Advert>,
    /// IPv4 identification.
    pub identification: u16,
    /// TTL or hop limit; `None` leaves it to the kernel (IPv6 unicast).
    pub ttl: Option<u8>,
    /// Form of the checksum.
    pub checksum: ChecksumStyle,
    /// What proves it.
    pub seal: Seal,
}

/// What distinguishes one pair of sockets from another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SocketKey {
    /// Family.
    pub family: Family,
    /// The interface that it is bound to.
    pub interface: Option<IfName>,
    /// IP protocol: 112, or 51 with `auth_type AH`.
    pub protocol: u8,
    /// What it receives.
    pub endpoint: Endpoint,
}

/// What a receive socket is bound to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Endpoint {
    /// A multicast group, joined on the interface.
    Multicast(IpAddr),
    /// The own unicast address; `None` binds to no address.
    Unicast(Option<IpAddr>),
}

/// Direction of a change of addresses, routes and rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Add.
    Add,
    /// Remove.
    Remove,
}

/// An address with the interface that it belongs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlacedAddress {
    /// Where.
    pub interface: IfName,
    /// What.
    pub address: VirtualAddress,
}

/// A change of the packet filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FirewallChange {
    /// Drop packets to and from these addresses, but for neighbour discovery (`no_accept`, strict
    /// mode).
    Guard(Arc<[GuardedAddress]>),
    /// Drop them no longer. What a dead predecessor left goes as well.
    Unguard(Arc<[GuardedAddress]>),
    /// Let reports of group membership (IGMP, MLD) that would leave by an interface with a virtual
    /// MAC leave by the interface below it.
    Divert {
        /// The interface with the virtual MAC; it is there when this is carried out.
        vmac: IfName,
        /// The interface below it.
        base: IfName,
        /// In these families.
        families: Vec<Family>,
    },
    /// The end of that.
    Undivert {
        /// The interface with the virtual MAC.
        vmac: IfName,
    },
}

/// An address whose packets are dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardedAddress {
    /// Which.
    pub address: IpAddr,
    /// Where; matters to a link-local one.
    pub interface: IfName,
    /// The interface is told by its name, not by its number (`dont_track_primary`, without
    /// `nftables_ifindex`).
    pub by_name: bool,
}
