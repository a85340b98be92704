//! A site as a small value: nodes on two LANs with several virtual routers each, and everything that
//! a master holds: addresses, routes, rules, interfaces of its own, entries of the packet filter.
//!
//! Where a [`Scenario`](crate::sim::Scenario) asks about elections, a site asks about what is around
//! them: sync groups, reloads in flight, interfaces that come and go, what is left after the end.
//! It is made of few numbers as well, so that a failing one shrinks.

mod act;
mod configuration;
mod plan;

use std::time::Duration;

pub use act::Act;
pub use plan::{Change, Plan, Router};

use crate::ir::Preemption;
use crate::sim::cluster::Cluster;
use crate::sim::happening::Happening;
use crate::sim::lan::{Lan, Quality};
use crate::sim::scenario::{Outcome, Way};
use crate::units::{Family, Instant, Version};

/// LANs of a site. Each node has an interface on each.
pub const LANS: usize = 2;

/// A whole site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Version of the protocol; IPv6 knows version 3 only.
    pub version: Version,
    /// Family of the virtual addresses.
    pub family: Family,
    /// How adverts travel.
    pub way: Way,
    /// The interval of every instance.
    pub advert_int: Duration,
    /// Least time between two announcements.
    pub spacing: Duration,
    /// How long a kernel takes for one request.
    pub latency: Duration,
    /// What every instance adds to its priority for a script that succeeds, or takes away for one
    /// that fails; 0 means FAULT.
    pub script: Option<i16>,
    /// The virtual routers, and what of the site's configuration is common to all nodes.
    pub plan: Plan,
    /// The nodes; their names are a, b, c and so on.
    pub nodes: Vec<Node>,
    /// Both LANs until they become calm.
    pub quality: Quality,
    /// Of everything that is chance.
    pub seed: u64,
    /// What happens when.
    pub story: Vec<(Duration, Act)>,
}

/// What one node is at the beginning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its priority in every virtual router: in a sync group the members have to agree. 255 starts
    /// as MASTER.
    pub priority: u8,
    /// Whether it takes over from a lesser master.
    pub preemption: Preemption,
    /// When its daemon is started first.
    pub starts: Duration,
}

impl Site {
    /// So many nodes of VRRPv2 over IPv4 multicast on perfect LANs, with priorities 150, 140 and so
    /// on, and two plain virtual routers, one on each LAN. Nothing happens to them.
    pub fn plain(nodes: u8) -> Self {
        let node = |position: u8| Node {
            priority: 150_u8.saturating_sub(position.saturating_mul(10)),
            preemption: Preemption::Immediate,
            starts: Duration::ZERO,
        };
        Self {
            version: Version::V2,
            family: Family::V4,
            way: Way::Multicast,
            advert_int: Duration::from_secs(1),
            spacing: Duration::ZERO,
            latency: Duration::from_micros(50),
            script: None,
            plan: Plan {
                routers: vec![Router::plain(0), Router::plain(1)],
                grouped: 0,
                statics: false,
            },
            nodes: (0..nodes).map(node).collect(),
            quality: Quality::PERFECT,
            seed: 0,
            story: Vec::new(),
        }
    }

    /// Plays it: the story, then calm LANs until the elections must be over, then a little longer to
    /// see that they stay over; at last every daemon is asked to end.
    pub fn play(&self) -> Outcome {
        let mut cluster = self.cluster();
        let calm = Instant::ORIGIN + self.end_of_story();
        let settled = calm + self.settling_time();
        cluster.run_until(settled);
        cluster.expect_calm();
        let over = settled + self.advert_int * 2;
        cluster.run_until(over);
        cluster.expect_calm();
        for node in 0..self.nodes.len() {
            cluster.schedule(over, Happening::Stop(node));
        }
        cluster.run_until(over + Duration::from_secs(5));
        cluster.expect_ended();
        let (timeline, violations) = cluster.into_parts();
        Outcome { timeline, violations }
    }

    /// The cluster at the beginning, with the whole story scheduled and calm LANs after it.
    pub fn cluster(&self) -> Cluster {
        let hosts = (0..self.nodes.len()).map(|position| self.host(position)).collect();
        let seeds = (0..LANS).map(|lan| self.seed.wrapping_add(u64::try_from(lan).unwrap_or(0)));
        let lans = seeds.map(|seed| Lan::new(self.quality, seed)).collect();
        let mut cluster = Cluster::with_lans(hosts, lans, self.master_down());
        for (position, node) in self.nodes.iter().enumerate() {
            cluster.schedule(Instant::ORIGIN + node.starts, Happening::Start(position));
        }
        let mut plans: Vec<(Plan, u8)> =
            self.nodes.iter().map(|node| (self.plan.clone(), node.priority)).collect();
        for (at, act) in &self.story {
            for happening in self.happenings(act, &mut plans) {
                cluster.schedule(Instant::ORIGIN + *at, happening);
            }
        }
        let calm = Instant::ORIGIN + self.end_of_story();
        let quality = Quality { loss: 0, duplication: 0, ..self.quality };
        cluster.schedule(calm, Happening::Quality(quality));
        (0..LANS).for_each(|lan| cluster.schedule(calm, Happening::Heal(lan)));
        cluster
    }

    /// When the last thing of the story is over.
    pub fn end_of_story(&self) -> Duration {
        let starts = self.nodes.iter().map(|node| node.starts);
        let acts = self.story.iter().map(|(at, act)| *at + act.lasting());
        starts.chain(acts).max().unwrap_or_default()
    }

    /// No master-down time is longer: three intervals and a skew time.
    fn master_down(&self) -> Duration {
        let skew = self.advert_int.max(Duration::from_secs(1));
        self.advert_int * 3 + skew + self.quality.most_delay
    }

    /// How long after the last disturbance the right master must be the only one: as in a
    /// [`Scenario`](crate::sim::Scenario), and once more for the members of a group, whose timers
    /// have to have ended all; with the time in which new interfaces settle.
    pub fn settling_time(&self) -> Duration {
        let held = self.nodes.iter().map(|node| match node.preemption {
            Preemption::Delayed(delay) => delay,
            Preemption::Immediate | Preemption::Never => Duration::ZERO,
        });
        self.master_down() * 3
            + self.advert_int * 3
            + held.max().unwrap_or_default()
            + Duration::from_secs(6)
            + self.quality.most_delay * 2
    }
}
