//! What the engine hears: every input, as data.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::drain::Command;
use crate::engine::effect::{CheckId, EffectId, InstanceId, SocketId};
use crate::facts::{Interface, Network};
use crate::ir::{Config, Route, Rule};
use crate::net::ah::Sealed;
use crate::net::vrrp::trailer::Signed;
use crate::net::vrrp::{self, Addresses, Checksum, Received};
use crate::units::{Family, IfName, IpNet, Mac, Priority};

/// One input. `Engine::handle` takes it with the time at which it happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The deadline of `Engine::poll_timeout` has come (or is said to: an early one does nothing).
    Timer,
    /// A datagram of protocol 112 arrived. Nothing falls due with it: that has time until every
    /// datagram that has arrived was read, and `Timer` comes.
    Datagram(Datagram),
    /// The host's network changed.
    Network(NetworkChange),
    /// An effect with an id has been carried out, or has failed.
    Done {
        /// Which.
        id: EffectId,
        /// What the kernel said.
        result: Result<(), KernelError>,
    },
    /// An announcement has left that the next one has to keep its distance from.
    Announced {
        /// Its queue, as the effect gave it.
        queue: IfName,
        /// ARP, or neighbour advertisements.
        family: Family,
    },
    /// A copy of an advert could not be sent; the others, and the next ones, go on.
    NotSent {
        /// Whose advert.
        instance: InstanceId,
        /// The group or the peer.
        destination: IpAddr,
        /// Its priority was 0.
        resigning: bool,
        /// What the kernel said.
        error: KernelError,
    },
    /// Somebody on a link says that it holds an address: by ARP or a neighbour advertisement.
    Claimed(Claim),
    /// Something that is tracked was observed.
    Tracked(Tracked),
    /// The wall clock: at this moment so much time has passed since 1970. Needed for `auth_hmac`;
    /// between two of these the clock is taken to go on evenly.
    Clock(Duration),
    /// Somebody asks that an instance of that name announces its addresses once again. It does if it
    /// is master.
    Announce(Arc<str>),
    /// Every counter of the statistics begins at 0 again.
    ClearStatistics,
    /// What is observed of something that the next configuration tracks, or tracks in another way:
    /// it counts from the next [`Event::Reload`] on.
    Foreseen(Tracked),
    /// An operator asks for something.
    Command(Command),
    /// A new configuration, already parsed and checked.
    Reload(Arc<Config>),
    /// A new configuration was not fit to run: the present one goes on.
    ReloadRefused,
    /// Resign, remove the addresses, notify, end.
    Stop,
    /// Notify and end, but leave to the host what masters hold and do not resign: neighbours find
    /// out by themselves (`--dont-release-vrrp`). Static entries and packet filters go.
    Leave,
}

/// Somebody says where an address lives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Where that was heard.
    pub interface: IfName,
    /// Which address.
    pub address: IpAddr,
    /// The hardware address that is said to hold it.
    pub mac: Mac,
}

/// A decoded datagram with everything that validation asks about; no bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Datagram {
    /// The socket on which it came.
    pub socket: SocketId,
    /// Source address of the IP packet.
    pub source: IpAddr,
    /// Sent to a multicast group.
    pub multicast: bool,
    /// TTL or hop limit as received.
    pub ttl: u8,
    /// What the VRRP header and its payload say.
    pub packet: Packet,
}

/// The VRRP part of a datagram: fields as they stand, verdicts where bytes were needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packet {
    /// Version nibble; any value.
    pub version: u8,
    /// Type nibble; 1 is an advertisement.
    pub packet_type: u8,
    /// Virtual router identifier; any value.
    pub vrid: u8,
    /// Priority; `None` is 0.
    pub priority: Option<Priority>,
    /// The address count that the header claims.
    pub count: u8,
    /// The addresses that are really there (empty if the length is wrong).
    pub addresses: Addresses,
    /// Version 2: authentication type.
    pub auth_type: u8,
    /// Version 2 over IPv4: authentication data (zero if the length is wrong).
    pub auth_data: [u8; 8],
    /// Advertised interval: seconds in version 2, centiseconds in version 3.
    pub interval: Duration,
    /// Length against what version, count and family ask for.
    pub length: LengthVerdict,
    /// Checksum against its known forms. IPv6: the kernel has checked it.
    pub checksum: ChecksumVerdict,
    /// The authentication header before it.
    pub header: Option<Sealed>,
    /// The signed trailer behind it. The length is judged without it, so it is wrong then.
    pub trailer: Option<Signed>,
}

impl Packet {
    /// Takes down what the codec sees. `headers` is the number of bytes before the VRRP header,
    /// `length_agrees` whether the IP header's length does, and `old_groups` are the multicast
    /// groups that a checksum of before 1.3.7 may have been made with. `trailer` is the signed trailer,
    /// if that is all that is too long.
    pub fn decode(
        received: &Received<'_>,
        headers: usize,
        length_agrees: bool,
        old_groups: &[Ipv4Addr],
        trailer: Option<Signed>,
    ) -> Self {
        let family = Family::of(received.source());
        let verdict = received.length_behind(headers);
        let fits = verdict.is_acceptable() && length_agrees;
        let expected = received.expected_length();
        let trailer = trailer.filter(|_| length_agrees);
        let addresses = if fits || trailer.is_some() {
            Addresses::new(family, received.addresses()).ok()
        } else {
            None
        };
        let checksum = received.checksum();
        Self {
            version: received.version(),
            packet_type: received.packet_type(),
            vrid: received.vrid(),
            priority: received.priority(),
            count: received.address_count(),
            addresses: addresses.unwrap_or_else(|| none_of(family)),
            auth_type: received.authentication_type(),
            auth_data: received.authentication_data().copied().unwrap_or_default(),
            interval: received.interval(),
            length: match fits {
                true => LengthVerdict::Exact,
                false => LengthVerdict::Wrong { received: present(verdict, expected), expected },
            },
            checksum: ChecksumVerdict {
                standard: checksum == Checksum::Valid,
                as_version_2: checksum == Checksum::ValidWithoutPseudoHeader,
                old_unicast: checksum != Checksum::Valid
                    && !received.destination().is_multicast()
                    && old_groups.iter().any(|group| received.checksum_valid_to(*group)),
            },
            header: None,
            trailer,
        }
    }
}

/// Bytes that were there.
fn present(verdict: vrrp::LengthVerdict, expected: usize) -> usize {
    match verdict {
        vrrp::LengthVerdict::Exact => expected,
        vrrp::LengthVerdict::Short { missing } => expected.saturating_sub(missing),
        vrrp::LengthVerdict::Padded { surplus } | vrrp::LengthVerdict::Long { surplus } => {
            expected.saturating_add(surplus)
        }
    }
}

fn none_of(family: Family) -> Addresses {
    match family {
        Family::V4 => Addresses::V4(Arc::from([])),
        Family::V6 => Addresses::V6(Arc::from([])),
    }
}

/// Whether the length fits the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LengthVerdict {
    /// It fits (or only Ethernet padding follows).
    Exact,
    /// It does not.
    Wrong {
        /// Bytes received.
        received: usize,
        /// Bytes that the header asks for.
        expected: usize,
    },
}

/// Which forms of the checksum the packet satisfies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ChecksumVerdict {
    /// The form of the version: version 2 without, version 3 with the pseudo-header of the packet's
    /// own destination.
    pub standard: bool,
    /// Version 3 without pseudo-header.
    pub as_version_2: bool,
    /// Version 3, unicast, with the default multicast group 224.0.0.18 (or the configured one) in
    /// place of the destination.
    pub old_unicast: bool,
}

/// A change that the kernel reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NetworkChange {
    /// An interface appeared, or its flags, hardware address, name or MTU changed. Its addresses in
    /// this value are ignored unless it is new.
    Interface(Interface),
    /// An interface is gone.
    InterfaceRemoved(IfName),
    /// An address was added and can be used.
    AddressAdded {
        /// Where.
        interface: IfName,
        /// Which.
        address: IpNet,
        /// Who asked for it.
        origin: Origin,
    },
    /// An address was removed.
    AddressRemoved {
        /// Where.
        interface: IfName,
        /// Which.
        address: IpNet,
        /// Who asked for it.
        origin: Origin,
        /// Who that probably was, in words; only of a foreign removal.
        by: Culprit,
    },
    /// Somebody else has removed a route that this daemon had set, and tracks.
    RouteRemoved {
        /// Which.
        route: Arc<Route>,
        /// Who that probably was, in words.
        by: Culprit,
    },
    /// The same for a policy rule.
    RuleRemoved {
        /// Which.
        rule: Arc<Rule>,
        /// Who that probably was, in words.
        by: Culprit,
    },
    /// The driver of an interface was asked for its link: netlink is not believed for it any more.
    LinkPolled {
        /// Whose.
        interface: IfName,
        /// What it said.
        up: bool,
    },
    /// Reports were lost: this is the whole truth now.
    Resync(Network),
}

/// What was observed of something that instances follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tracked {
    /// A run of a check has ended.
    ScriptEnded {
        /// Which.
        check: CheckId,
        /// How.
        outcome: CheckOutcome,
    },
    /// The number in a file, when it is read first and whenever it is another one. May come before
    /// the configuration that names the file.
    File {
        /// Name of the `track_file`.
        name: Arc<str>,
        /// The number; 0 if there is no file.
        value: i32,
    },
    /// How many processes run, when they are counted first and whenever it is another number. May
    /// come before the configuration that names the processes.
    Processes {
        /// Name of the `vrrp_track_process`.
        name: Arc<str>,
        /// How many.
        count: u32,
    },
    /// A BFD session came or went.
    Bfd {
        /// Name of the `bfd_instance`.
        name: Arc<str>,
        /// It is up.
        up: bool,
    },
}

/// How a run of a check ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckOutcome {
    /// By itself, with this status; 0 is success.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// By our signal, because it took too long. Only the engine knows.
    TimedOut,
    /// It could not be started.
    NotStarted,
    /// Nobody knows, through no fault of its own: it counts as if it had not been run.
    Lost,
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(status) => write!(f, "exited with status {status}"),
            Self::Signalled(signal) => write!(f, "due to signal {signal}"),
            Self::TimedOut => f.write_str("timed out"),
            Self::NotStarted => f.write_str("could not be started"),
            Self::Lost => f.write_str("was lost"),
        }
    }
}

/// Who probably removed something, in words for the log (`systemd-networkd (pid 412)`); `None` if
/// there is no sign of anybody.
pub type Culprit = Option<Arc<str>>;

/// Who caused a change of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// This daemon.
    Ours,
    /// Anybody else.
    Foreign,
}

/// What the kernel answered to a request.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{text}({errno})")]
pub struct KernelError {
    /// `errno`, positive.
    pub errno: i32,
    /// Its text.
    pub text: String,
}
