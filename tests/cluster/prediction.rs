//! What is foretold is what the engine does on a simulated LAN.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use stillalive::cluster::election::{Election, Mastership, Outcome, Row};
use stillalive::cluster::tracking::{Failure, Kind, Standing, trackers};
use stillalive::cluster::{Router, Subject};
use stillalive::engine::snapshot::State;
use stillalive::facts::{Interface, Network};
use stillalive::ir::{Config, Tracking};
use stillalive::sim::kernel::Kernel;
use stillalive::sim::{Cluster, Happening, Health, Lan, Quality};
use stillalive::units::{IfName, Instant, IpNet, Mac};

use super::{Given, folders};

/// After so long everything has come to rest: many master-down times and preemption delays.
const REST: Duration = Duration::from_secs(90);

/// The simulated nodes, and what time it is for them.
struct Lab {
    cluster: Cluster,
    now: Instant,
}

impl Lab {
    /// With the priorities that are in force when all is well; nothing is tracked.
    fn new(subject: &Subject<'_>) -> Self {
        let healthy = |election: &Election| election.healthy.clone();
        Self::with(subject, |position| with_priorities(subject, position, healthy), Vec::new())
    }

    /// With the configurations as they are. What should not do well (`reverse`) does not.
    fn tracking(subject: &Subject<'_>) -> Self {
        let config = |position: usize| {
            let mut config = subject.nodes[position].config.clone();
            for instance in &mut config.instances {
                let instance = Arc::make_mut(instance);
                (instance.routes, instance.rules) = (Vec::new(), Vec::new());
            }
            config
        };
        let healthy = subject.nodes.iter().enumerate().flat_map(|(position, node)| {
            let all = node.config.instances.iter().flat_map(|instance| trackers(node, instance));
            all.filter_map(move |tracker| Some(failing(position, &tracker.what)?.1))
        });
        Self::with(subject, config, healthy.collect())
    }

    fn with(
        subject: &Subject<'_>,
        config: impl Fn(usize) -> Config,
        before: Vec<Happening>,
    ) -> Self {
        let hosts = subject.nodes.iter().enumerate().map(|(position, node)| {
            let kernel = Kernel::new(network(position, &node.config), Duration::from_micros(50));
            let config = Arc::new(config(position));
            stillalive::sim::host::Host::new(node.name.clone(), config, kernel)
        });
        let lan = Lan::new(Quality::PERFECT, 0);
        let mut cluster = Cluster::new(hosts.collect(), lan, Duration::from_secs(3_600));
        // All begin at once: who waits for a script does not begin later.
        cluster.set_check_time(Duration::ZERO);
        let mut lab = Self { cluster, now: Instant::ORIGIN };
        before.into_iter().for_each(|happening| lab.happens(happening));
        for host in 0..subject.nodes.len() {
            lab.happens(Happening::Start(host));
        }
        lab.rest();
        lab
    }

    fn happens(&mut self, happening: Happening) {
        self.cluster.schedule(self.now, happening);
    }

    fn rest(&mut self) {
        self.now = self.now + REST;
        self.cluster.run_until(self.now);
    }

    /// The members of a router that are master now.
    fn masters(&self, router: &Router<'_>) -> Vec<usize> {
        let members = router.members.iter().enumerate();
        members
            .filter(|(_, member)| {
                let host = &self.cluster.hosts()[member.position];
                let standing = host.engine().and_then(|it| it.standings().nth(member.index));
                standing.is_some_and(|standing| standing.state == State::Master)
            })
            .map(|(index, _)| index)
            .collect()
    }

    fn agrees(&self, router: &Router<'_>, outcome: &Outcome, when: &str) {
        let masters = self.masters(router);
        let as_foretold = match &outcome.master {
            Mastership::One(_) | Mastership::Several(_) => masters == outcome.master.members(),
            Mastership::HigherAddress(members) => {
                // Here the addresses are known: they rise with the position.
                masters.len() == 1 && members.contains(&masters[0])
            }
            Mastership::Nobody => masters.is_empty(),
            Mastership::Restless(_) => true,
        };
        let story = self.cluster.timeline().story();
        assert!(
            as_foretold,
            "{when}: {:?} is foretold, {masters:?} are master\n{story}",
            outcome.master
        );
    }
}

/// The interfaces that a configuration names, all of one host on one LAN.
fn network(position: usize, config: &Config) -> Network {
    let number = u8::try_from(position + 1).unwrap();
    let mut names: Vec<IfName> = Vec::new();
    for instance in &config.instances {
        let own = instance.interface.iter().map(|name| name.value.clone());
        let tracked = instance.tracking.interfaces.iter().map(|track| track.name.clone());
        let own = own.chain(tracked);
        let addresses = instance.addresses.iter().chain(&instance.excluded);
        for name in own.chain(addresses.filter_map(|address| address.interface.clone())) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let sources: Vec<IpAddr> = config
        .instances
        .iter()
        .filter_map(|instance| instance.source.as_ref().map(|source| source.value))
        .collect();
    let interfaces = names.into_iter().zip(2_u32..).map(|(name, index)| {
        let mut addresses: Vec<IpNet> = sources
            .iter()
            .filter(|_| index == 2)
            .map(|source| IpNet::new(*source, 24).unwrap())
            .collect();
        let subnet = u8::try_from(index).unwrap();
        addresses.push(IpNet::new(Ipv4Addr::new(10, 77, subnet, number).into(), 24).unwrap());
        let local = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, subnet.into(), number.into());
        addresses.push(IpNet::new(local.into(), 64).unwrap());
        Interface {
            name,
            index,
            up: true,
            multicast: true,
            arp: true,
            mac: Some(Mac([2, 0, 0, 0, subnet, number])),
            mtu: 1500,
            addresses,
            link: stillalive::facts::Link::default(),
        }
    });
    Network { interfaces: interfaces.collect() }
}

/// Plays each single failure, and its end, and compares who is master.
pub(crate) fn compare(given: &Given, what: &str) {
    let subject = given.subject();
    // All of a host's links go at once in the simulation.
    let is_own_link = |failure: &Failure| {
        let own = given.nodes.iter().flat_map(|node| &node.config.instances);
        let mut own = own.filter_map(|instance| instance.interface.as_ref());
        own.any(|name| Failure::link(name) == *failure)
    };
    let several_links = |node: usize| network(node, &given.nodes[node].config).interfaces.len() > 1;
    let failures: BTreeSet<(usize, Failure)> = subject.elections.iter().flat_map(events).collect();
    for (node, failure) in failures {
        let row_of = |election: &Election| {
            let mut rows = election.rows.iter();
            rows.find(|row| row.node == node && row.failure == failure).cloned()
        };
        let (begins, ends) = match &failure {
            Failure::Node => (Happening::Crash(node), Happening::Start(node)),
            Failure::Thing { kind: Kind::Link, well: false, .. } if is_own_link(&failure) => {
                if several_links(node) {
                    continue;
                }
                let link = |up| Happening::Link { host: node, up };
                (link(false), link(true))
            }
            // What the simulation does not track there: what follows from it is done to it.
            Failure::Thing { .. } => match tracked(&subject, node, row_of) {
                Some(happenings) => happenings,
                None => continue,
            },
        };
        let of_groups = |node: usize| &given.nodes[node].config.sync_groups;
        let grouped = (0..given.nodes.len()).any(|node| !of_groups(node).is_empty());
        let real = failing(node, &failure).filter(|_| !grouped);
        let mut lab = match &real {
            Some(_) => Lab::tracking(&subject),
            None => Lab::new(&subject),
        };
        let (begins, ends) = real.unwrap_or((begins, ends));
        let pairs = || subject.routers.iter().zip(&subject.elections);
        for (router, election) in pairs() {
            lab.agrees(router, &election.healthy, &format!("{what}, all is well"));
        }
        lab.happens(begins);
        lab.rest();
        for (router, election) in pairs() {
            let outcome = row_of(election).map_or(election.healthy.clone(), |row| row.outcome);
            lab.agrees(router, &outcome, &format!("{what}, {node} {failure}"));
        }
        lab.happens(ends);
        lab.rest();
        for (router, election) in pairs() {
            let outcome = row_of(election).map_or(election.healthy.clone(), |row| row.after);
            lab.agrees(router, &outcome, &format!("{what}, {node} {failure} and back"));
        }
    }
}

/// What makes a tracked thing fail, and do well again; `None` if the simulation does not know it.
fn failing(host: usize, failure: &Failure) -> Option<(Happening, Happening)> {
    let Failure::Thing { kind, name, well } = failure else { return None };
    let check = |good| {
        let health = if good { Health::Good } else { Health::Bad };
        Happening::Check { host, name: name.clone(), health }
    };
    let session = |up| Happening::Session { host, name: name.clone(), up };
    let file = |value| Happening::File { host, name: name.clone(), value };
    match kind {
        Kind::Script => Some((check(*well), check(!well))),
        Kind::Bfd => Some((session(*well), session(!well))),
        Kind::File { reads } => Some((file(*reads), file(0))),
        Kind::Link | Kind::Process => None,
    }
}

/// The configuration of a node, in which the priorities are those that are in force.
fn with_priorities(
    subject: &Subject<'_>,
    node: usize,
    outcome: impl Fn(&Election) -> Outcome,
) -> Config {
    let mut config = subject.nodes[node].config.clone();
    config.sync_groups.iter_mut().for_each(|group| group.tracking = Tracking::default());
    for instance in &mut config.instances {
        let instance = Arc::make_mut(instance);
        instance.tracking = Tracking::default();
        (instance.routes, instance.rules) = (Vec::new(), Vec::new());
    }
    for (router, election) in subject.routers.iter().zip(&subject.elections) {
        for (member, standing) in router.members.iter().zip(outcome(election).standings) {
            if let (true, Some(priority)) = (member.position == node, standing.priority()) {
                let instance = Arc::make_mut(&mut config.instances[member.index]);
                instance.priority.value = priority;
            }
        }
    }
    config
}

/// What a tracked thing's failure does to the daemon: another priority by a reload, or, where all
/// instances go into FAULT, that it resigns. `None`: some go, some do not.
fn tracked(
    subject: &Subject<'_>,
    node: usize,
    row_of: impl Fn(&Election) -> Option<Row>,
) -> Option<(Happening, Happening)> {
    let outcome =
        |election: &Election| row_of(election).map_or(election.healthy.clone(), |row| row.outcome);
    let routers = subject.routers.iter().zip(&subject.elections);
    let standings: Vec<Standing> = routers
        .flat_map(|(router, election)| {
            let members = router.members.iter().zip(outcome(election).standings);
            members.filter(|(member, _)| member.position == node).map(|(_, standing)| standing)
        })
        .collect();
    let faults = standings.iter().filter(|it| matches!(it, Standing::Fault { .. })).count();
    if faults == standings.len() {
        return Some((Happening::Stop(node), Happening::Start(node)));
    }
    let reload = |config| Happening::Reload { host: node, config: Arc::new(config) };
    let (failed, healthy) = (
        with_priorities(subject, node, outcome),
        with_priorities(subject, node, |election| election.healthy.clone()),
    );
    (faults == 0).then(|| (reload(failed), reload(healthy)))
}

fn events(election: &Election) -> Vec<(usize, Failure)> {
    election.rows.iter().map(|row| (row.node, row.failure.clone())).collect()
}

#[test]
fn healthy_clusters_elect_as_foretold() {
    for folder in folders("healthy") {
        compare(&Given::folder(&folder), &folder.display().to_string());
    }
}

/// A node of a virtual router by chance.
#[derive(Clone, Debug)]
struct Chance {
    priority: u8,
    preemption: &'static str,
    /// Adverts that may be missed.
    missed: u8,
    /// Version 3: its interval, in centiseconds.
    interval: u16,
    /// Weights of the scripts that it tracks.
    weights: Vec<i16>,
}

fn nodes() -> impl Strategy<Value = Vec<Chance>> {
    let priority = prop_oneof![2 => Just(100_u8), 2 => Just(150), 3 => 1_u8..=254, 1 => Just(255)];
    let preemption = prop_oneof![
        3 => Just(""),
        2 => Just("nopreempt"),
        1 => Just("preempt_delay 3"),
    ];
    // Closer than a hasty backup's: when that one comes back it is a matter of the moment.
    let interval = prop_oneof![3 => Just(100_u16), 1 => 70_u16..=140];
    let weight = prop_oneof![1 => Just(0_i16), 2 => -253_i16..=253, 2 => Just(-50), 1 => Just(50)];
    let weights = proptest::collection::vec(weight, 0..=2);
    let node = (priority, preemption, 2_u8..=4, interval, weights).prop_map(
        |(priority, preemption, missed, interval, weights)| Chance {
            priority,
            preemption: if priority == 255 { "" } else { preemption },
            missed,
            interval,
            weights,
        },
    );
    proptest::collection::vec(node, 2..=4)
}

/// The file of a node.
fn text(nodes: &[Chance], position: usize, version: u8, unicast: bool) -> String {
    let Chance { priority, preemption, missed, interval, weights } = &nodes[position];
    let address = |position: usize| format!("10.77.0.{}", position + 1);
    let others = (0..nodes.len()).filter(|other| *other != position);
    let peers: String = others.map(|other| format!("{}\n", address(other))).collect();
    let way = match unicast {
        true => format!("unicast_src_ip {}\nunicast_peer {{\n{peers}}}", address(position)),
        false => String::new(),
    };
    let interval = match version {
        2 => "1".to_owned(),
        _ => format!("{}.{:02}", interval / 100, interval % 100),
    };
    let script = |(number, weight): (usize, &i16)| {
        format!("vrrp_script s{number} {{\nscript /usr/bin/true\nweight {weight}\n}}\n")
    };
    let scripts: String = weights.iter().enumerate().map(script).collect();
    let tracked: String = (0..weights.len()).map(|number| format!("s{number}\n")).collect();
    format!(
        "{scripts}vrrp_instance V {{\ninterface eth0\nvirtual_router_id 51\nversion {version}\n\
         priority {priority}\nadvert_int {interval}\n{preemption}\n\
         down_timer_adverts {missed}\n{way}\ntrack_script {{\n{tracked}}}\n\
         virtual_ipaddress {{\n10.77.0.50/24\n}}\n}}\n"
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 80,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn chance_clusters_elect_as_foretold(
        nodes in nodes(),
        version in 2_u8..=3,
        unicast in any::<bool>(),
    ) {
        let owners = nodes.iter().filter(|node| node.priority == 255).count();
        // Two owners are an error, and who gives way is a matter of who starts first.
        prop_assume!(owners <= 1);
        let texts: Vec<(String, String)> = (0..nodes.len())
            .map(|position| (format!("n{position}"), text(&nodes, position, version, unicast)))
            .collect();
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        compare(&Given::texts(&texts), &format!("{nodes:?} version {version}"));
    }
}
