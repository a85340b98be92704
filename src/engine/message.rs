//! Lines for the log, in keepalived's wording, because operators and tools look for it.

mod fields;
mod packet;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

pub use fields::Fields;
pub use packet::{
    AuthenticationError, HeaderProblem, PacketProblem, ProtocolError, TrailerProblem,
};

use crate::engine::drain::Drain;
use crate::engine::effect::Direction;
use crate::engine::event::{Culprit, KernelError};
use crate::engine::snapshot::State;
use crate::engine::theft::{Property, Quarrel};
use crate::engine::track::News;
use crate::engine::vrrp::{Rival, Who};
use crate::engine::why::{self, Why};
use crate::units::{Family, IfName, Priority, Vrid};

/// How loud a line is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Ordinary.
    Info,
    /// Something should be looked at.
    Warning,
    /// Something does not work.
    Error,
}

/// A line about one instance. `Display` gives its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// The name of the instance, or of the tracked thing that the line is about.
    pub instance: Arc<str>,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// An interface of its own could not be made.
    LinkRefused {
        /// Which.
        name: IfName,
        /// Why.
        error: KernelError,
    },
    /// A state was entered; `init` at the start.
    Entering {
        /// Which.
        state: State,
        /// First state after the start.
        init: bool,
    },
    /// Why the state of the line before was entered. The line is ours, so it has none of the words
    /// that keepalived's lines are found by.
    Because(Arc<Why>),
    /// The members of a sync group follow one of them into a state.
    Syncing(State),
    /// The engine was called so much later than it wanted to be.
    TimerExpired(Duration),
    /// A master that has not run listens before it speaks.
    Doubting {
        /// Since its last advert.
        silent: Duration,
        /// So long it listens.
        listening: Duration,
    },
    /// It was alone.
    DoubtsNoMore,
    /// There is a second master for our virtual router.
    SecondMaster {
        /// Who, and how it shows.
        rival: Box<Rival>,
        /// How long it has been seen.
        lasts: Duration,
    },
    /// It is not seen any more, or we gave way.
    SecondMasterGone {
        /// Who.
        who: Who,
        /// From when it was seen first until it was seen last.
        lasted: Duration,
    },
    /// An operator keeps it away.
    Drained {
        /// How.
        drain: Arc<Drain>,
        /// For so long from now on.
        lasts: Option<Duration>,
    },
    /// It takes part again: by whom, or because the time is over.
    Resumed {
        /// Who.
        by: Option<Arc<str>>,
    },
    /// It is drained, and hears no master.
    Vacant,
    /// The master-down timer ended.
    AdvertTimeout,
    /// Why an instance cannot work.
    Fault(Cause),
    /// A master yields.
    HigherPriority {
        /// From whom.
        from: IpAddr,
        /// Its priority.
        theirs: Priority,
        /// Ours.
        ours: Priority,
    },
    /// A master yields to an equal with a higher address.
    SamePriorityHigherAddress {
        /// From whom.
        from: IpAddr,
        /// The priority.
        priority: Priority,
    },
    /// An advert of our own priority from our own address.
    OwnAddressHeard,
    /// A master hears a lesser one.
    LowerPriority {
        /// From whom.
        from: IpAddr,
        /// Its priority.
        theirs: Priority,
        /// Ours.
        ours: Priority,
        /// It is answered at once.
        answered: bool,
    },
    /// A backup hears a lesser master and will preempt it.
    Discarded {
        /// From whom.
        from: IpAddr,
        /// Its priority.
        theirs: Priority,
    },
    /// An advert of priority 0 was sent.
    SentZero,
    /// A backup heard priority 0.
    BackupHeardZero,
    /// A master heard priority 0.
    MasterHeardZero,
    /// The master is known.
    MasterSet(IpAddr),
    /// Another one is master.
    MasterChanged(IpAddr, IpAddr),
    /// Version 3: the master's interval is taken over.
    IntervalLearned {
        /// Before.
        from: Duration,
        /// Now.
        to: Duration,
    },
    /// Two owners.
    TwoOwners(IpAddr),
    /// The preemption delay began.
    PreemptDelayStarted(Duration),
    /// The preemption delay ended early.
    PreemptDelayStopped,
    /// A datagram was refused or is odd.
    Packet(PacketProblem),
    /// The peer uses the checksum of before 1.3.7.
    OldChecksum(IpAddr),
    /// Addresses are being set.
    SettingAddresses {
        /// Those of `virtual_ipaddress_excluded`.
        excluded: bool,
    },
    /// Addresses are being removed.
    RemovingAddresses {
        /// Those of `virtual_ipaddress_excluded`.
        excluded: bool,
    },
    /// Routes or rules are being set or removed.
    Paths {
        /// Set or remove.
        change: Direction,
        /// Rules, not routes.
        rules: bool,
    },
    /// Packets of the addresses are being dropped from now on.
    SettingFirewall,
    /// They are dropped no longer.
    RemovingFirewall,
    /// An advert could not be sent.
    NotSent {
        /// The group or the peer.
        destination: IpAddr,
        /// Why.
        error: KernelError,
    },
    /// Something of ours was taken away by somebody.
    Gone(Property),
    /// The same again and again.
    GoneAgain {
        /// What.
        what: Property,
        /// How often.
        quarrel: Quarrel,
        /// By whom, as far as that is known.
        by: Culprit,
        /// It is a master's.
        master: bool,
    },
    /// A static entry was taken away by somebody, and is put back.
    StaticGone(Property),
    /// Announcements of an address begin.
    Announcing {
        /// Where.
        interface: IfName,
        /// Which address.
        address: IpAddr,
    },
    /// It goes on as what it has been with another process.
    TakenOver(State),
    /// A change of addresses failed.
    AddressChange(KernelError),
    /// The sockets cannot be opened.
    Socket(KernelError),
    /// Nothing is done before this long.
    StartupDelay(Duration),
    /// An advert of a virtual router that is not configured there.
    UnknownVrid {
        /// Its identifier.
        vrid: u8,
        /// Where it came in.
        interface: Option<IfName>,
    },
    /// What is tracked has changed the priority.
    PriorityChanged {
        /// Before.
        from: Priority,
        /// Now.
        to: Priority,
    },
    /// A tracked file is no cause of FAULT any more.
    FileRecovered(Arc<str>),
    /// About something that is tracked.
    Tracker(News),
}

/// Why an instance is in FAULT.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// An interface is down or gone.
    InterfaceDown(IfName),
    /// There is no address to send from.
    NoSource(Family),
    /// Its sockets cannot be opened.
    NoSocket,
    /// Unicast without peers.
    NoPeers,
    /// An earlier instance has its VRID on the same LAN.
    SameVrid {
        /// Which one.
        other: Arc<str>,
        /// The family of both.
        family: Family,
        /// The VRID of both.
        vrid: Vrid,
    },
    /// A tracked interface is up, and should not be (`reverse`).
    InterfaceUp(IfName),
    /// A tracked script.
    Script {
        /// Which.
        name: Arc<str>,
        /// It succeeds, and should not (`reverse`).
        good: bool,
    },
    /// The number in a tracked file.
    File(Arc<str>),
    /// A tracked process.
    Process {
        /// Which.
        name: Arc<str>,
        /// Its quorum is there, and should not be (`reverse`).
        met: bool,
    },
    /// A tracked BFD session.
    Bfd {
        /// Which.
        name: Arc<str>,
        /// It is up, and should not be (`reverse`).
        up: bool,
    },
}

impl Cause {
    /// Has been told already: by the line about the script.
    pub(in crate::engine) const fn is_known(&self) -> bool {
        matches!(self, Self::Script { .. })
    }
}

impl Message {
    /// Only shown with `-D` (`--log-detail`).
    pub fn detail(&self) -> bool {
        matches!(
            self.what,
            What::AdvertTimeout
                | What::SentZero
                | What::BackupHeardZero
                | What::MasterHeardZero
                | What::MasterSet(_)
                | What::MasterChanged(..)
                | What::PreemptDelayStarted(_)
                | What::PreemptDelayStopped
                | What::SettingAddresses { .. }
                | What::RemovingAddresses { .. }
                | What::Paths { .. }
                | What::SettingFirewall
                | What::RemovingFirewall
                | What::Announcing { .. }
                // keepalived tells of both failures on the netlink line already.
                | What::AddressChange(_)
        )
    }

    /// How loud it is. keepalived logs nearly everything as information.
    pub fn level(&self) -> Level {
        match self.what {
            What::Socket(_) => Level::Error,
            What::OwnAddressHeard
            | What::TwoOwners(_)
            | What::SecondMaster { .. }
            | What::Vacant
            | What::GoneAgain { .. } => Level::Warning,
            _ => Level::Info,
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instance, what } = self;
        match what {
            What::Fault(cause @ (Cause::InterfaceDown(_) | Cause::NoSocket)) => {
                write!(f, "({instance}): entering FAULT state ({cause})")
            }
            What::Fault(Cause::NoPeers) => {
                write!(
                    f,
                    "({instance}) Cannot use unicast without any peers - going to fault state"
                )
            }
            What::Fault(Cause::File(name)) => {
                write!(f, "({instance}): tracked file {name} now FAULT state")
            }
            What::Fault(Cause::SameVrid { other, family, vrid }) => {
                write!(f, "VRID conflict between {instance} and {other} {family} vrid {vrid}")
            }
            What::Syncing(state) => {
                write!(f, "VRRP_Group({instance}) Syncing instances to {state} state")
            }
            What::FileRecovered(name) => {
                write!(f, "({instance}): tracked file {name} leaving FAULT state")
            }
            What::Tracker(news) => news.tell(f, instance),
            What::Fault(cause) => write!(f, "({instance}) entering FAULT state ({cause})"),
            What::StartupDelay(delay) => {
                write!(f, "Delaying startup for {} seconds", delay.as_secs_f64())
            }
            What::UnknownVrid { .. }
            | What::TimerExpired(_)
            | What::StaticGone(_)
            | What::GoneAgain { master: false, .. } => what.fmt(f),
            _ => write!(f, "({instance}) {what}"),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entering { state, init: false } => write!(f, "Entering {state} STATE"),
            Self::Entering { state, init: true } => write!(f, "Entering {state} STATE (init)"),
            Self::TimerExpired(late) => write!(
                f,
                "A thread timer expired {}.{:06} seconds ago",
                late.as_secs(),
                late.subsec_micros()
            ),
            Self::Doubting { silent, listening } => write!(
                f,
                "no advert sent for {:.3} s, another router may have taken over - listening for \
                 {:.3} s",
                silent.as_secs_f64(),
                listening.as_secs_f64()
            ),
            Self::DoubtsNoMore => f.write_str("no other router has taken over - going on"),
            Self::SecondMaster { rival, lasts } => {
                let Rival { who, mac, evidence, .. } = &**rival;
                write!(f, "SECOND MASTER {who}")?;
                if let (Who::Source(_), Some(mac)) = (who, mac) {
                    write!(f, " at {mac}")?;
                }
                write!(f, " seen for {:.1} s: {evidence}", lasts.as_secs_f64())
            }
            Self::SecondMasterGone { who, lasted } => {
                write!(f, "second master {who} is gone, was seen for {:.1} s", lasted.as_secs_f64())
            }
            Self::Drained { drain, lasts } => {
                why::asked(f, "drained", &drain.by, drain.reason.as_deref())?;
                match lasts {
                    Some(lasts) => {
                        write!(f, " - not to be MASTER for {:.0} s", lasts.as_secs_f64())
                    }
                    None => f.write_str(" - not to be MASTER until resumed"),
                }
            }
            Self::Resumed { by: Some(by) } => write!(f, "resumed by {by}"),
            Self::Resumed { by: None } => f.write_str("resumed: the time of its drain is over"),
            Self::Vacant => {
                f.write_str("NOBODY HOLDS THE ADDRESSES: drained, and no master is heard")
            }
            Self::Because(why) => write!(f, "Reason: {why}"),
            Self::AdvertTimeout => f.write_str("Receive advertisement timeout"),
            Self::Fault(cause) => cause.fmt(f),
            Self::HigherPriority { from, theirs, ours } => write!(
                f,
                "Master received advert from {from} with higher priority {theirs}, ours {ours}"
            ),
            Self::SamePriorityHigherAddress { from, priority } => write!(
                f,
                "Master received advert from {from} with same priority {priority} but higher IP \
                 address than ours"
            ),
            Self::OwnAddressHeard => f.write_str(
                "WARNING - equal priority advert received from remote host with our IP address.",
            ),
            Self::LowerPriority { from, theirs, ours, answered } => {
                write!(f, "Received advert from {from} with lower priority {theirs}, ours {ours}")?;
                if *answered { f.write_str(", forcing new election") } else { Ok(()) }
            }
            Self::Discarded { from, theirs } => {
                write!(f, "received lower priority ({theirs}) advert from {from} - discarding")
            }
            Self::SentZero => f.write_str("sent 0 priority"),
            Self::BackupHeardZero => f.write_str("Backup received priority 0 advertisement"),
            Self::MasterHeardZero => f.write_str("Master received priority 0 message"),
            Self::MasterSet(master) => write!(f, "master set to {master}"),
            Self::MasterChanged(from, to) => write!(f, "master changed from {from} to {to}"),
            Self::IntervalLearned { from, to } => write!(
                f,
                "advertisement interval updated from {}ms to {}ms by master",
                from.as_millis(),
                to.as_millis()
            ),
            Self::TwoOwners(other) => write!(
                f,
                "CONFIGURATION ERROR: local instance and {other} are both configured as address \
                 owner, please resolve"
            ),
            Self::PreemptDelayStarted(delay) => {
                write!(f, "start preempt delay ({}.{:06})", delay.as_secs(), delay.subsec_micros())
            }
            Self::PreemptDelayStopped => f.write_str("stop preempt delay"),
            Self::Packet(problem) => problem.fmt(f),
            Self::OldChecksum(from) => {
                write!(f, "Setting unicast VRRPv3 checksum to old version, as {from} uses it")
            }
            Self::SettingAddresses { excluded: false } => f.write_str("setting VIPs."),
            Self::SettingAddresses { excluded: true } => f.write_str("setting E-VIPs."),
            Self::RemovingAddresses { excluded: false } => f.write_str("removing VIPs."),
            Self::RemovingAddresses { excluded: true } => f.write_str("removing E-VIPs."),
            Self::Paths { change, rules } => {
                let verb = match change {
                    Direction::Add => "setting",
                    Direction::Remove => "removing",
                };
                write!(f, "{verb} Virtual {}", if *rules { "Rules" } else { "Routes" })
            }
            Self::SettingFirewall => f.write_str("setting firewall drop rule"),
            Self::RemovingFirewall => f.write_str("removing firewall drop rule"),
            Self::NotSent { destination, error } => {
                write!(f, "Cant send advert to {destination} ({})", error.text)
            }
            Self::Gone(what @ Property::Address(_)) => write!(f, "ip {what}, no longer exist"),
            Self::Gone(what) => write!(f, "{what} no longer exists"),
            Self::StaticGone(what) => write!(f, "Restoring deleted static {what}"),
            Self::GoneAgain { what, quarrel, by, master } => {
                let Quarrel { times, within, pause, .. } = quarrel;
                write!(f, "{what} has been removed {times} times in ")?;
                write!(f, "{:.1} s", within.as_secs_f64())?;
                by.iter().try_for_each(|by| write!(f, ", now by {by}"))?;
                f.write_str(if *master { "; staying MASTER, and putting" } else { "; putting" })?;
                write!(f, " it back each time, now after {} s", pause.as_secs_f64())
            }
            Self::Announcing { interface, address } => match address {
                IpAddr::V4(_) => {
                    write!(f, "Sending/queueing gratuitous ARPs on {interface} for {address}")
                }
                IpAddr::V6(_) => write!(
                    f,
                    "Sending/queueing Unsolicited Neighbour Adverts on {interface} for {address}"
                ),
            },
            Self::TakenOver(state) => write!(f, "Taken over in {state} STATE"),
            Self::AddressChange(error) => write!(f, "address change failed: {error}"),
            Self::LinkRefused { name, error } => {
                write!(f, "unable to make interface {name}: {error}")
            }
            Self::Socket(error) => write!(f, "unable to open sockets: {error}"),
            Self::UnknownVrid { vrid, interface } => {
                write!(f, "Unknown VRID({vrid}) received on interface(")?;
                interface.iter().try_for_each(|interface| write!(f, "{interface}"))?;
                f.write_str("). ignoring...")
            }
            Self::StartupDelay(delay) => write!(f, "start delayed for {} s", delay.as_secs_f64()),
            Self::PriorityChanged { from, to } => {
                write!(f, "Changing effective priority from {from} to {to}")
            }
            Self::Syncing(state) => write!(f, "Syncing instances to {state} state"),
            Self::FileRecovered(name) => write!(f, "tracked file {name} leaving FAULT state"),
            Self::Tracker(news) => news.tell(f, ""),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InterfaceDown(name) => write!(f, "interface {name} down"),
            Self::NoSource(family) => write!(f, "no {family} address for interface"),
            Self::NoSocket => f.write_str("sockets cannot be opened"),
            Self::NoPeers => f.write_str("unicast without any peers"),
            Self::SameVrid { other, family, vrid } => {
                write!(f, "VRID conflict with {other} {family} vrid {vrid}")
            }
            Self::InterfaceUp(name) => write!(f, "interface {name} up"),
            Self::Script { name, good: true } => write!(f, "tracked script {name} succeeds"),
            Self::Script { name, good: false } => write!(f, "tracked script {name} fails"),
            Self::File(name) => write!(f, "tracked file {name}"),
            Self::Process { name, met: true } => {
                write!(f, "tracked process {name} quorum achieved")
            }
            Self::Process { name, met: false } => {
                write!(f, "tracked process {name} quorum not achieved")
            }
            Self::Bfd { name, up: true } => write!(f, "tracked bfd {name} up"),
            Self::Bfd { name, up: false } => write!(f, "tracked bfd {name} down"),
        }
    }
}
