//! A scenario as a small value: who takes part, how good the LAN is, what happens when.
//!
//! It is made of few numbers, so that a failing one shrinks to something that can be read; its
//! `Debug` form can be pasted into a test.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::facts::{Interface, Network};
use crate::ir::{
    Authentication, BfdInstance, Burst, ChecksumPolicy, Config, GarpTiming, InitialState, Instance,
    Notify, Peer, Preemption, Script, Track, TrackFile, Tracking, Transport, VirtualAddress,
    VrrpScript,
};
use crate::net::vrrp::GROUP_V4;
use crate::sim::cluster::Cluster;
use crate::sim::forgery::{self, Spoil};
use crate::sim::happening::Happening;
use crate::sim::host::Host;
use crate::sim::invariants::Violation;
use crate::sim::kernel::Kernel;
use crate::sim::lan::{Lan, Quality};
use crate::sim::timeline::Timeline;
use crate::sim::world::Health;
use crate::units::{Family, IfName, Instant, IpNet, Mac, Priority, Secret, Spanned, Version, Vrid};

/// The VRID of the first virtual router.
const FIRST_VRID: u8 = 51;
/// The number in the address of somebody who is no node.
const STRANGER: u8 = 66;
/// Names of what is tracked.
const CHECK: &str = "check";
const FILE: &str = "file";
const SESSION: &str = "session";

/// A whole scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// Version of the protocol; IPv6 knows version 3 only.
    pub version: Version,
    /// Family of the virtual addresses.
    pub family: Family,
    /// How adverts travel.
    pub way: Way,
    /// Version 2: with authentication PASS.
    pub password: bool,
    /// Least time between two announcements (`vrrp_garp_interval`, `vrrp_gna_interval`).
    pub spacing: Duration,
    /// `vrrp_startup_delay`.
    pub startup_delay: Duration,
    /// `lower_prio_no_advert` on every node.
    pub lower_prio_no_advert: bool,
    /// `higher_prio_send_advert` on every node.
    pub higher_prio_send_advert: bool,
    /// How long a kernel takes for one request.
    pub latency: Duration,
    /// The nodes; their names are a, b, c and so on.
    pub nodes: Vec<Node>,
    /// The LAN until it becomes calm.
    pub quality: Quality,
    /// Of everything that is chance.
    pub seed: u64,
    /// What every node tracks.
    pub tracks: Tracks,
    /// What happens when.
    pub story: Vec<(Duration, Step)>,
}

/// What the instances of every node track, with its weight; 0 means FAULT while it is bad.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tracks {
    /// A script that runs every second.
    pub script: Option<i16>,
    /// A file.
    pub file: Option<i16>,
    /// A BFD session.
    pub session: Option<i16>,
}

/// How adverts travel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// To the group.
    Multicast,
    /// To each of the others.
    Unicast,
}

/// One node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its priority in each virtual router. 255 starts as MASTER.
    pub priorities: Vec<u8>,
    /// Its interval.
    pub advert_int: Duration,
    /// Whether it takes over from a lesser master.
    pub preemption: Preemption,
    /// When its daemon is started first.
    pub starts: Duration,
}

/// What happens. Nodes are named by their position; a number that is too large starts again at the
/// first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The daemon is killed.
    Crash(usize),
    /// The daemon is started (again).
    Start(usize),
    /// The daemon is asked to end.
    Stop(usize),
    /// The link goes.
    LinkDown(usize),
    /// The link comes.
    LinkUp(usize),
    /// Nodes whose bit is set no longer reach those whose bit is not.
    Partition(u8),
    /// Everyone reaches everyone again.
    Heal,
    /// Somebody removes the first virtual address.
    Rob(usize),
    /// Reports of the kernel are lost.
    LoseReports(usize, Duration),
    /// A new configuration with this priority in the first virtual router, and with one more
    /// address or without it.
    Reload {
        /// Whose.
        node: usize,
        /// New priority.
        priority: u8,
        /// One more address, in `virtual_ipaddress_excluded`.
        more: bool,
    },
    /// The daemon does not run.
    Stall(usize, Duration),
    /// The kernel does nothing for the daemon.
    StallKernel(usize, Duration),
    /// What the tracked script does from now on.
    Check(usize, Health),
    /// The number in the tracked file.
    File(usize, i8),
    /// The BFD session comes or goes.
    Session(usize, bool),
    /// The kernel refuses so many changes of addresses.
    Refuse(usize, u32),
    /// The kernel refuses so many pairs of sockets.
    RefuseSockets(usize, u32),
    /// A forged datagram for the first virtual router.
    Forge {
        /// Who gets it.
        to: usize,
        /// As whom; `None` is a stranger.
        from: Option<usize>,
        /// The priority in it.
        priority: u8,
        /// What is wrong with it.
        spoil: Spoil,
    },
}

/// What came of a scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What happened.
    pub timeline: Timeline,
    /// The rules that were broken.
    pub violations: Vec<Violation>,
}

impl Scenario {
    /// So many nodes of VRRPv2 over IPv4 multicast on a perfect LAN, with priorities 150, 140 and
    /// so on. Nothing happens to them.
    pub fn plain(nodes: u8) -> Self {
        let node = |position: u8| Node {
            priorities: vec![150_u8.saturating_sub(position.saturating_mul(10))],
            advert_int: Duration::from_secs(1),
            preemption: Preemption::Immediate,
            starts: Duration::ZERO,
        };
        Self {
            version: Version::V2,
            family: Family::V4,
            way: Way::Multicast,
            password: false,
            spacing: Duration::ZERO,
            startup_delay: Duration::ZERO,
            lower_prio_no_advert: false,
            higher_prio_send_advert: false,
            latency: Duration::from_micros(50),
            nodes: (0..nodes).map(node).collect(),
            quality: Quality::PERFECT,
            seed: 0,
            tracks: Tracks::default(),
            story: Vec::new(),
        }
    }

    /// Plays it: the story, then a calm LAN until the election must be over, then a little longer
    /// to see that it stays over.
    pub fn play(&self) -> Outcome {
        let mut cluster = self.cluster();
        let calm = Instant::ORIGIN + self.end_of_story();
        let settled = calm + self.settling_time();
        cluster.run_until(calm);
        cluster.run_until(settled);
        cluster.expect_calm();
        cluster.run_until(settled + self.longest_interval() * 2);
        cluster.expect_calm();
        let (timeline, violations) = cluster.into_parts();
        Outcome { timeline, violations }
    }

    /// The cluster at the beginning, with the whole story scheduled and a calm LAN after it.
    pub fn cluster(&self) -> Cluster {
        let hosts = (0..self.nodes.len()).map(|position| self.host(position)).collect();
        let lan = Lan::new(self.quality, self.seed);
        let patience = self.startup_delay + self.longest_master_down();
        let mut cluster = Cluster::new(hosts, lan, patience);
        let mut configs: Vec<Config> =
            (0..self.nodes.len()).map(|position| self.config(position)).collect();
        for (position, node) in self.nodes.iter().enumerate() {
            cluster.schedule(Instant::ORIGIN + node.starts, Happening::Start(position));
        }
        for (at, step) in &self.story {
            if let Some(happening) = self.happening(*step, &mut configs) {
                cluster.schedule(Instant::ORIGIN + *at, happening);
            }
        }
        let calm = Instant::ORIGIN + self.end_of_story();
        let quality = Quality { loss: 0, duplication: 0, ..self.quality };
        if quality != self.quality {
            cluster.schedule(calm, Happening::Quality(quality));
        }
        if self.ends_parted() {
            cluster.schedule(calm, Happening::Heal);
        }
        cluster
    }

    /// When the last thing of the story is over.
    pub fn end_of_story(&self) -> Duration {
        let starts = self.nodes.iter().map(|node| node.starts);
        let steps = self.story.iter().map(|(at, step)| *at + step.lasting());
        starts.chain(steps).max().unwrap_or_default()
    }

    fn ends_parted(&self) -> bool {
        let parts = |step: &Step| matches!(step, Step::Partition(_) | Step::Heal);
        let last = self.story.iter().filter(|(_, step)| parts(step)).max_by_key(|(at, _)| *at);
        last.is_some_and(|(_, step)| *step != Step::Heal)
    }

    fn longest_interval(&self) -> Duration {
        self.nodes.iter().map(|node| node.advert_int).max().unwrap_or_default()
    }

    /// No master-down time is longer: three intervals, in version 3 of whichever master was heard
    /// last, and a skew time of less than one of them (version 2: of less than a second).
    fn longest_master_down(&self) -> Duration {
        let interval = self.longest_interval();
        interval * 3 + interval.max(Duration::from_secs(1)) + self.quality.most_delay
    }

    /// How long after the last disturbance the right master must be the only one.
    ///
    /// 1. One master-down time: somebody becomes master, because whoever is backup hears a master
    ///    or becomes one. Priority 0 and a robbed address only shorten this (skew time). Routers
    ///    that all gave way at once (two owners) wait once more.
    /// 2. One interval: several masters hear each other's next advert, and all but one yield. In
    ///    version 3 the slowest interval counts.
    /// 3. A better router that preempts lets its timer run on whatever a lesser master says, so it
    ///    is master one master-down time after its last good word, which is before the end of 1.
    ///    With `preempt_delay` it hears a lesser master (one interval), waits for the delay, in
    ///    which each advert of that one re-arms its timer, and then for a master-down time.
    /// 4. A daemon that was just started waits for its startup delay first.
    /// 5. A script that hangs is a failure when its second is over, and what it does counts from its
    ///    next run on.
    /// 6. Frames on their way at the end of the story are late words: the delay of the LAN, twice.
    pub fn settling_time(&self) -> Duration {
        let held = self.nodes.iter().map(|node| match node.preemption {
            Preemption::Delayed(delay) => delay,
            Preemption::Immediate | Preemption::Never => Duration::ZERO,
        });
        self.longest_master_down() * 2
            + self.longest_interval() * 2
            + held.max().unwrap_or_default()
            + self.startup_delay
            + self.tracks.script.map_or(Duration::ZERO, |_| Duration::from_secs(3))
            + self.quality.most_delay * 2
    }

    fn happening(&self, step: Step, configs: &mut [Config]) -> Option<Happening> {
        let nodes = self.nodes.len();
        let of = |node: usize| node.checked_rem(nodes).unwrap_or(0);
        Some(match step {
            Step::Crash(node) => Happening::Crash(of(node)),
            Step::Start(node) => Happening::Start(of(node)),
            Step::Stop(node) => Happening::Stop(of(node)),
            Step::LinkDown(node) => Happening::Link { host: of(node), up: false },
            Step::LinkUp(node) => Happening::Link { host: of(node), up: true },
            Step::Partition(bits) => {
                let bit = |node: usize| u8::from(u32::from(bits) >> (node % 8) & 1 == 1);
                Happening::Partition((0..nodes).map(bit).collect())
            }
            Step::Heal => Happening::Heal,
            Step::Rob(node) => {
                let address = IpNet::host(self.address(vip_number(0)));
                Happening::RemoveAddress { host: of(node), interface: interface()?, address }
            }
            Step::LoseReports(node, lasting) => Happening::LoseReports { host: of(node), lasting },
            Step::Reload { node, priority, more } => {
                let host = of(node);
                let config = configs.get_mut(host)?;
                let extra = at(VirtualAddress::plain(IpNet::host(self.address(99))));
                let first = Arc::make_mut(config.instances.first_mut()?);
                first.priority = at(Priority::new(priority)?);
                first.excluded = if more { vec![extra] } else { Vec::new() };
                Happening::Reload { host, config: Arc::new(config.clone()) }
            }
            Step::Stall(node, lasting) => Happening::Stall { host: of(node), lasting },
            Step::StallKernel(node, lasting) => Happening::StallKernel { host: of(node), lasting },
            Step::Check(node, health) => {
                Happening::Check { host: of(node), name: CHECK.to_owned(), health }
            }
            Step::File(node, value) => {
                Happening::File { host: of(node), name: FILE.to_owned(), value: value.into() }
            }
            Step::Session(node, up) => {
                Happening::Session { host: of(node), name: SESSION.to_owned(), up }
            }
            Step::Refuse(node, addresses) => {
                Happening::Refuse { host: of(node), addresses, sockets: 0 }
            }
            Step::RefuseSockets(node, sockets) => {
                Happening::Refuse { host: of(node), addresses: 0, sockets }
            }
            Step::Forge { to, from, priority, spoil } => {
                let host = of(to);
                let config = self.instance(host, 0)?;
                let source = from.map_or(self.address(STRANGER), |from| self.own(of(from)));
                let destination = match &config.transport {
                    Transport::Multicast { group } => *group,
                    Transport::Unicast { .. } => self.own(host),
                };
                let frame = forgery::forge(&config, source, destination, priority, spoil)?;
                let what = format!("a forged advert of {priority} from {source} ({spoil:?})");
                Happening::Inject { host, frame, what }
            }
        })
    }

    fn host(&self, position: usize) -> Host {
        let letter = u8::try_from(position).map_or(b'?', |number| b'a'.saturating_add(number));
        let config = Arc::new(self.config(position));
        let kernel = Kernel::new(self.network(position), self.latency);
        Host::new(char::from(letter).to_string(), config, kernel)
    }

    fn network(&self, position: usize) -> Network {
        let prefix = match self.family {
            Family::V4 => 24,
            Family::V6 => 64,
        };
        let interfaces = interface().into_iter().map(|name| Interface {
            name,
            index: 2,
            up: true,
            multicast: true,
            arp: true,
            mac: Some(Mac([2, 0, 0, 0, 0, u8::try_from(position).unwrap_or(u8::MAX)])),
            mtu: 1500,
            addresses: IpNet::new(self.own(position), prefix).into_iter().collect(),
            link: crate::facts::Link::default(),
        });
        Network { interfaces: interfaces.collect() }
    }

    fn config(&self, position: usize) -> Config {
        let routers = self.nodes.get(position).map_or(0, |node| node.priorities.len());
        let mut config = Config::default();
        config.global.startup_delay = self.startup_delay;
        config.global.garp_interval = self.spacing;
        config.global.gna_interval = self.spacing;
        config.vrrp_scripts = self.tracks.script.map(|_| check()).into_iter().collect();
        config.track_files = self.tracks.file.map(|_| file()).into_iter().collect();
        config.bfd_instances = self.tracks.session.map(|_| session()).into_iter().collect();
        config.instances = (0..routers)
            .filter_map(|router| self.instance(position, router).map(Arc::new))
            .collect();
        config
    }

    fn instance(&self, position: usize, router: usize) -> Option<Instance> {
        let node = self.nodes.get(position)?;
        let number = u8::try_from(router).ok()?;
        let priority = Priority::new(*node.priorities.get(router)?)?;
        let first = vip_number(number);
        let vips = [first, first.saturating_add(1)];
        let peers = (0..self.nodes.len()).filter(|other| *other != position);
        let unicast = self.way == Way::Unicast;
        let burst = Burst { rounds: 2, delay: Duration::from_millis(500) };
        let version = match self.family {
            Family::V4 => self.version,
            Family::V6 => Version::V3,
        };
        Some(Instance {
            name: at(format!("V{}", number.saturating_add(1))),
            vrid: at(Vrid::new(FIRST_VRID.saturating_add(number))?),
            family: self.family,
            version,
            interface: Some(at(interface()?)),
            initial_state: match priority.is_owner() {
                true => InitialState::Master,
                false => InitialState::Backup,
            },
            priority: at(priority),
            advert_int: at(node.advert_int),
            down_timer_adverts: 3,
            transport: match self.way {
                Way::Multicast => Transport::Multicast { group: group(self.family) },
                Way::Unicast => Transport::Unicast {
                    peers: peers
                        .map(|other| {
                            at(Peer { address: self.own(other), min_ttl: 0, max_ttl: 255 })
                        })
                        .collect(),
                    ttl: None,
                },
            },
            source: unicast.then(|| at(self.own(position))),
            checksum: ChecksumPolicy::Detect,
            authentication: match self.password && version == Version::V2 {
                true => Authentication::Pass(Secret::new(*b"sesame")),
                false => Authentication::None,
            },
            addresses: vips
                .iter()
                .map(|vip| at(VirtualAddress::plain(IpNet::host(self.address(*vip)))))
                .collect(),
            excluded: Vec::new(),
            preemption: node.preemption,
            garp: GarpTiming { master: burst, refresh: None, lower_priority: burst },
            lower_prio_no_advert: self.lower_prio_no_advert,
            higher_prio_send_advert: self.higher_prio_send_advert,
            skip_check_adv_addr: false,
            check_unicast_source: false,
            strict: false,
            accept: true,
            track_primary: true,
            promote_secondaries: false,
            smtp_alert: false,
            notify: Notify::default(),
            tracking: self.tracking(),
            routes: Vec::new(),
            rules: Vec::new(),
            link: None,
            vmac_for_addresses: false,
            vrf: None,
            track_source: false,
            polls_link: false,
            receive_buffer: None,
            extra_garp: None,
            sync_daemon: None,
            notify_priority_changes: None,
            owner_ignores_adverts: false,
            timer_expired_backup: None,
        })
    }

    fn tracking(&self) -> Tracking {
        let line = |name: &str, weight: Option<i16>| {
            weight.map(|weight| {
                at(Track { name: name.to_owned(), weight: Some(at(weight)), reverse: None })
            })
        };
        Tracking {
            scripts: line(CHECK, self.tracks.script).into_iter().collect(),
            files: line(FILE, self.tracks.file).into_iter().collect(),
            bfds: line(SESSION, self.tracks.session).into_iter().collect(),
            ..Tracking::default()
        }
    }

    /// The address of a node.
    fn own(&self, position: usize) -> IpAddr {
        self.address(u8::try_from(position).map_or(u8::MAX, |number| number.saturating_add(1)))
    }

    fn address(&self, number: u8) -> IpAddr {
        match self.family {
            Family::V4 => Ipv4Addr::new(10, 77, 0, number).into(),
            Family::V6 => Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, u16::from(number)).into(),
        }
    }
}

impl Step {
    /// How long it goes on by itself.
    fn lasting(self) -> Duration {
        match self {
            Self::LoseReports(_, lasting)
            | Self::Stall(_, lasting)
            | Self::StallKernel(_, lasting) => lasting,
            _ => Duration::ZERO,
        }
    }
}

fn check() -> VrrpScript {
    VrrpScript {
        name: at(CHECK.to_owned()),
        script: at(Script { program: "/check".to_owned(), arguments: Vec::new(), user: None }),
        interval: Duration::from_secs(1),
        timeout: None,
        weight: at(0),
        reverse: false,
        rise: 1,
        fall: 1,
        user: None,
        init_fail: false,
    }
}

fn file() -> TrackFile {
    TrackFile {
        name: at(FILE.to_owned()),
        path: at("/file".to_owned()),
        weight: at(1),
        reverse: false,
        initial: None,
    }
}

fn session() -> BfdInstance {
    BfdInstance::plain(at(SESSION.to_owned()), at(Ipv4Addr::new(10, 77, 0, STRANGER).into()))
}

fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, crate::units::Span::default())
}

fn interface() -> Option<IfName> {
    IfName::new("eth0").ok()
}

fn group(family: Family) -> IpAddr {
    match family {
        Family::V4 => GROUP_V4.into(),
        Family::V6 => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12).into(),
    }
}

/// The number in the first address of a virtual router.
fn vip_number(router: u8) -> u8 {
    router.saturating_mul(10).saturating_add(100)
}
