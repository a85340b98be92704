//! A scenario as a small value: who takes part, how good the LAN is, what happens when.
//!
//! It is made of few numbers, so that a failing one shrinks to something that can be read; its
//! `Debug` form can be pasted into a test.

mod configuration;
mod step;

use std::time::Duration;

pub(super) use configuration::{at, check, group, interface};
pub use step::Step;

use crate::ir::{Config, Preemption};
use crate::sim::cluster::Cluster;
use crate::sim::happening::Happening;
use crate::sim::invariants::Violation;
use crate::sim::lan::{Lan, Quality};
use crate::sim::timeline::Timeline;
use crate::units::{Family, Instant, Version};

/// The VRID of the first virtual router.
pub(super) const FIRST_VRID: u8 = 51;
/// The number in the address of somebody who is no node.
const STRANGER: u8 = 66;
/// Names of what is tracked.
pub(super) const CHECK: &str = "check";
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
            cluster.schedule(calm, Happening::Heal(0));
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
}
