//! `virtual_server`: one service of IPVS, or one for each entry of a group.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::ir::Script;
use crate::ir::lvs::{Check, CheckDefaults, Method, RealServer};
use crate::units::{Family, Span, Spanned};

/// A service and the servers that do its work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VirtualServer {
    /// What it serves, at the words after `virtual_server`.
    pub service: Spanned<Service>,
    /// Which one it is among the virtual servers of the same group, from 0; 0 without a group.
    pub index: u32,
    /// Family of the service; `None` if its group has addresses of both.
    pub family: Option<Family>,
    /// `protocol`; none if it is addressed by firewall marks only.
    pub protocol: Option<Spanned<Protocol>>,
    /// `lvs_sched`, once `lb_algo`.
    pub scheduler: Spanned<Scheduler>,
    /// `ops`, `flag-1` to `flag-3` and their names of one scheduler.
    pub flags: SchedulerFlags,
    /// `lvs_method`, once `lb_kind`: for servers that say nothing else.
    pub method: Spanned<Method>,
    /// Clients stay with their server.
    pub persistence: Option<Persistence>,
    /// `persistence_engine`: what tells clients apart, at most 16 bytes; idle without persistence.
    pub persistence_engine: Option<Spanned<String>>,
    /// When the service counts as up, and who hears of it.
    pub quorum: Quorum,
    /// `weight`: of servers that say nothing else, 1 to 2147483647.
    pub weight: Spanned<u32>,
    /// What checks do that say nothing else.
    pub checks: CheckDefaults,
    /// `inhibit_on_failure`: failed servers stay with weight 0.
    pub inhibit_on_failure: Spanned<bool>,
    /// `ha_suspend`: checks rest while this host lacks the address.
    pub ha_suspend: Spanned<bool>,
    /// `omega`: a stop of the daemon counts as a failure.
    pub omega: Spanned<bool>,
    /// `smtp_alert`; without it that of the globals, which is off.
    pub smtp_alert: Option<Spanned<bool>>,
    /// `virtualhost`: host name for web checks that name none.
    pub virtualhost: Option<Spanned<String>>,
    /// `snmp_name`.
    pub snmp_name: Option<Spanned<String>>,
    /// Works while the quorum is lost.
    pub sorry_server: Option<SorryServer>,
    /// At least one, no two with the same address and port.
    pub real_servers: Vec<RealServer>,
}

impl VirtualServer {
    /// Its name in logs and messages: `[10.0.0.1]:tcp:80`, `FWM 5`, `[group]:0`.
    pub fn name(&self) -> String {
        let protocol = self.protocol.map(|protocol| protocol.value);
        self.service.name(protocol, self.index)
    }

    /// The name of one of its servers: `[10.0.0.2]:tcp:80`.
    pub fn server_name(&self, server: &RealServer) -> String {
        let protocol = self.protocol.map(|protocol| protocol.value);
        let port = server.written_port.map_or(0, |port| port.value);
        Service::Address { ip: server.address.value, port }.name(protocol, 0)
    }

    /// Every script that it, its servers or their checks run.
    pub fn scripts(&self) -> impl Iterator<Item = &Spanned<Script>> {
        let own = self.quorum.up.iter().chain(&self.quorum.down);
        let of_servers = self.real_servers.iter().flat_map(|real| {
            let checks = real.checkers.iter().filter_map(|checker| match &checker.check.value {
                Check::Misc(check) => Some(&check.script),
                _ => None,
            });
            real.notify_up.iter().chain(&real.notify_down).chain(checks)
        });
        own.chain(of_servers)
    }

    /// Where its keyword and name stand.
    pub const fn span(&self) -> Span {
        self.service.span
    }
}

/// How a service is recognised.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Service {
    /// By address and port; port 0 is any.
    Address {
        /// Where clients connect.
        ip: IpAddr,
        /// And to which port.
        port: u16,
    },
    /// By firewall mark.
    Mark(u32),
    /// By every entry of this `virtual_server_group`.
    Group(String),
}

impl Service {
    /// The port of an address; 0 is any.
    pub const fn port(&self) -> Option<u16> {
        match self {
            Self::Address { port, .. } => Some(*port),
            Self::Mark(_) | Self::Group(_) => None,
        }
    }

    /// Its name with this protocol, or `none`, and this place among the users of a group.
    pub fn name(&self, protocol: Option<Protocol>, index: u32) -> String {
        match self {
            Self::Address { ip, port } => {
                let protocol = protocol.map_or("none", Protocol::name);
                format!("[{ip}]:{protocol}:{port}")
            }
            Self::Mark(mark) => format!("FWM {mark}"),
            Self::Group(name) => format!("[{name}]:{index}"),
        }
    }
}

/// Transport protocol of a service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Protocol {
    /// TCP, protocol 6.
    Tcp,
    /// UDP, protocol 17.
    Udp,
    /// SCTP, protocol 132.
    Sctp,
}

impl Protocol {
    /// As it is printed: `tcp`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }

    /// The protocol of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Tcp, Self::Udp, Self::Sctp]
            .into_iter()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(name))
    }
}

macro_rules! schedulers {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// How IPVS spreads connections.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Scheduler {
            $($(#[$doc])* $variant,)*
        }

        impl Scheduler {
            /// As the kernel and the configuration call it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The scheduler of that name; case counts.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

schedulers! {
    /// In turn.
    RoundRobin = "rr";
    /// In turn, by weight.
    WeightedRoundRobin = "wrr";
    /// To the least loaded.
    LeastConnection = "lc";
    /// To the least loaded, by weight; what keepalived takes if nothing is said.
    WeightedLeastConnection = "wlc";
    /// By destination, to the least loaded.
    LocalityLeastConnection = "lblc";
    /// By destination, within a set of servers.
    LocalityLeastConnectionReplicated = "lblcr";
    /// By source.
    SourceHash = "sh";
    /// By source, with few changes when servers come and go.
    MaglevHash = "mh";
    /// By destination.
    DestinationHash = "dh";
    /// To the server of the highest weight.
    FailOver = "fo";
    /// To the next server once one has as many connections as its weight.
    Overflow = "ovf";
    /// To the one with the shortest expected delay.
    ShortestExpectedDelay = "sed";
    /// To an idle one, else by expected delay.
    NeverQueue = "nq";
    /// To the better of two that chance picks.
    TwoChoices = "twos";
}

impl fmt::Display for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Flags of the service in IPVS.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SchedulerFlags {
    /// `ops`: each UDP packet is scheduled alone.
    pub one_packet: Spanned<bool>,
    /// `flag-1`, `sh-fallback`, `mh-fallback`.
    pub first: Spanned<bool>,
    /// `flag-2`, `sh-port`, `mh-port`.
    pub second: Spanned<bool>,
    /// `flag-3`.
    pub third: Spanned<bool>,
}

/// Clients stay with the server that they got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Persistence {
    /// `persistence_timeout`: for so long, 1 s to 31 days; 6 minutes if only implied, by a
    /// granularity or by a service without port.
    pub timeout: Spanned<Duration>,
    /// `persistence_granularity`; without it each client address stands for itself.
    pub granularity: Option<Spanned<Granularity>>,
}

/// The network whose clients stay together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Granularity {
    /// Of IPv4; need not be contiguous.
    Netmask(Ipv4Addr),
    /// Of IPv6, 1 to 128 bits.
    Prefix(u8),
}

/// When a service is up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quorum {
    /// `quorum`: so much weight must be alive; at most the sum of the servers' weights.
    pub weight: Spanned<u32>,
    /// `hysteresis`: gained with so much more, lost with so much less; below the quorum, or 0.
    pub hysteresis: Spanned<u32>,
    /// `quorum_up`.
    pub up: Option<Spanned<Script>>,
    /// `quorum_down`.
    pub down: Option<Spanned<Script>>,
}

/// Gets the traffic while the quorum is lost; its weight is 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SorryServer {
    /// Its address, at the words of the statement.
    pub address: Spanned<IpAddr>,
    /// Its port in IPVS; 0 is that of the service.
    pub port: u16,
    /// How packets get there.
    pub method: Spanned<Method>,
    /// `sorry_server_inhibit`: it stays with weight 0 while it is not needed.
    pub inhibit: Spanned<bool>,
}
