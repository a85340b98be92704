//! A scenario as a small value: who takes part, how good the LANs are, what happens when.
//!
//! What the nodes' configurations say is a [`Plan`]: a plain one asks about elections; with sync
//! groups, interfaces of their own, routes and rules it asks about everything that is around them.
//!
//! It is made of few numbers, so that a failing one shrinks to something that can be read; its
//! `Debug` form can be pasted into a test.

mod configuration;
mod plan;
mod step;

use std::time::Duration;

pub use plan::{Change, Plan, Router};
pub use step::Step;

use crate::ir::Preemption;
use crate::sim::cluster::Cluster;
use crate::sim::happening::Happening;
use crate::sim::invariants::Violation;
use crate::sim::lan::{Lan, Quality};
use crate::sim::timeline::Timeline;
use crate::units::{Family, Instant, Version};

/// LANs of a scenario. Each node has an interface on each.
pub const LANS: usize = 2;

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
    /// The virtual routers, and what of the configuration is common to all nodes.
    pub plan: Plan,
    /// The nodes; their names are a, b, c and so on.
    pub nodes: Vec<Node>,
    /// Both LANs until they become calm.
    pub quality: Quality,
    /// Of everything that is chance.
    pub seed: u64,
    /// What every node tracks.
    pub tracks: Tracks,
    /// What happens when.
    pub story: Vec<(Duration, Step)>,
    /// At last every daemon is asked to end.
    pub ends: bool,
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
    /// Its priority in each virtual router, again from the first one where there are more routers:
    /// members of a sync group have to agree. 255 starts as MASTER.
    pub priorities: Vec<u8>,
    /// Its interval.
    pub advert_int: Duration,
    /// Whether it takes over from a lesser master.
    pub preemption: Preemption,
    /// When its daemon is started first.
    pub starts: Duration,
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
    /// So many nodes of VRRPv2 over IPv4 multicast on perfect LANs, with priorities 150, 140 and
    /// so on in one plain virtual router. Nothing happens to them.
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
            plan: Plan::plain(1),
            nodes: (0..nodes).map(node).collect(),
            quality: Quality::PERFECT,
            seed: 0,
            tracks: Tracks::default(),
            story: Vec::new(),
            ends: false,
        }
    }

    /// Plays it: the story, then calm LANs until the elections must be over, then a little longer
    /// to see that they stay over; at last every daemon ends, if that is asked for.
    pub fn play(&self) -> Outcome {
        let mut cluster = self.cluster();
        let settled = Instant::ORIGIN + self.end_of_story() + self.settling_time();
        cluster.run_until(settled);
        cluster.expect_calm();
        let over = settled + self.longest_interval() * 2;
        cluster.run_until(over);
        cluster.expect_calm();
        if self.ends {
            for node in 0..self.nodes.len() {
                cluster.schedule(over, Happening::Stop(node));
            }
            cluster.run_until(over + Duration::from_secs(5));
            cluster.expect_ended();
        }
        let (timeline, violations) = cluster.into_parts();
        Outcome { timeline, violations }
    }

    /// The cluster at the beginning, with the whole story scheduled and calm LANs after it.
    pub fn cluster(&self) -> Cluster {
        let hosts = (0..self.nodes.len()).map(|position| self.host(position)).collect();
        let seeds = (0..LANS).map(|lan| self.seed.wrapping_add(u64::try_from(lan).unwrap_or(0)));
        let lans = seeds.map(|seed| Lan::new(self.quality, seed)).collect();
        let patience = self.startup_delay + self.longest_master_down();
        let mut cluster = Cluster::with_lans(hosts, lans, patience);
        for (position, node) in self.nodes.iter().enumerate() {
            cluster.schedule(Instant::ORIGIN + node.starts, Happening::Start(position));
        }
        let plans = self.nodes.iter().map(|node| (self.plan.clone(), node.priorities.clone()));
        let mut plans: Vec<(Plan, Vec<u8>)> = plans.collect();
        for (at, step) in &self.story {
            for happening in self.happenings(*step, &mut plans) {
                cluster.schedule(Instant::ORIGIN + *at, happening);
            }
        }
        let calm = Instant::ORIGIN + self.end_of_story();
        let quality = Quality { loss: 0, duplication: 0, ..self.quality };
        if quality != self.quality {
            cluster.schedule(calm, Happening::Quality(quality));
        }
        for lan in (0..LANS).filter(|lan| self.ends_parted(*lan)) {
            cluster.schedule(calm, Happening::Heal(lan));
        }
        cluster
    }

    /// When the last thing of the story is over.
    pub fn end_of_story(&self) -> Duration {
        let starts = self.nodes.iter().map(|node| node.starts);
        let steps = self.story.iter().map(|(at, step)| *at + step.lasting());
        starts.chain(steps).max().unwrap_or_default()
    }

    fn ends_parted(&self, lan: usize) -> bool {
        let parted = self.story.iter().filter_map(|(at, step)| match step {
            Step::Partition(on, _) if on % LANS == lan => Some((*at, true)),
            Step::Heal(on) if on % LANS == lan => Some((*at, false)),
            _ => None,
        });
        parted.max_by_key(|(at, _)| *at).is_some_and(|(_, parted)| parted)
    }

    fn is_elaborate(&self) -> bool {
        self.plan.is_elaborate() || self.story.iter().any(|(_, step)| step.is_elaborate())
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
    /// 7. The timers of all members of a group have to have ended, which is 1 and one interval once
    ///    more; new interfaces settle first.
    pub fn settling_time(&self) -> Duration {
        let held = self.nodes.iter().map(|node| match node.preemption {
            Preemption::Delayed(delay) => delay,
            Preemption::Immediate | Preemption::Never => Duration::ZERO,
        });
        let (times, seconds) = match (self.is_elaborate(), self.tracks.script) {
            (true, _) => (3, 6),
            (false, Some(_)) => (2, 3),
            (false, None) => (2, 0),
        };
        self.longest_master_down() * times
            + self.longest_interval() * times
            + held.max().unwrap_or_default()
            + self.startup_delay
            + Duration::from_secs(seconds)
            + self.quality.most_delay * 2
    }
}
