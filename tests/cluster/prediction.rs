//! What is foretold is what the engine does on a simulated LAN.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use stillalive::cluster::election::{Election, Mastership, Outcome};
use stillalive::cluster::tracking::Failure;
use stillalive::cluster::{Router, Subject};
use stillalive::engine::snapshot::State;
use stillalive::facts::{Interface, Network};
use stillalive::ir::Config;
use stillalive::sim::kernel::Kernel;
use stillalive::sim::{Cluster, Happening, Lan, Quality};
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
    fn new(subject: &Subject<'_>) -> Self {
        let hosts = subject.nodes.iter().enumerate().map(|(position, node)| {
            let kernel = Kernel::new(network(position, &node.config), Duration::from_micros(50));
            let config = Arc::new(node.config.clone());
            stillalive::sim::host::Host::new(node.name.clone(), config, kernel)
        });
        let lan = Lan::new(Quality::PERFECT, 0);
        let cluster = Cluster::new(hosts.collect(), lan, Duration::from_secs(3_600));
        let mut lab = Self { cluster, now: Instant::ORIGIN };
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
                let engine = host.engine().map(|engine| engine.snapshot());
                engine
                    .is_some_and(|snapshot| snapshot.instances[member.index].state == State::Master)
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
        }
    });
    Network { interfaces: interfaces.collect() }
}

/// Plays each single failure, and its end, and compares who is master.
pub(crate) fn compare(given: &Given, what: &str) {
    let subject = given.subject();
    // All of a host's links go at once in the simulation.
    let several_links = |node: usize| network(node, &given.nodes[node].config).interfaces.len() > 1;
    let failures: Vec<(usize, Failure)> = subject.elections.iter().flat_map(events).collect();
    for (node, failure) in failures {
        let (begins, ends) = match &failure {
            Failure::Node => (Happening::Crash(node), Happening::Start(node)),
            Failure::Link(_) if several_links(node) => continue,
            Failure::Link(_) => (
                Happening::Link { host: node, up: false },
                Happening::Link { host: node, up: true },
            ),
        };
        let mut lab = Lab::new(&subject);
        let pairs = || subject.routers.iter().zip(&subject.elections);
        for (router, election) in pairs() {
            lab.agrees(router, &election.healthy, &format!("{what}, all is well"));
        }
        lab.happens(begins);
        lab.rest();
        let row_of = |election: &Election| {
            let mut rows = election.rows.iter();
            rows.find(|row| row.node == node && row.failure == failure).cloned()
        };
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

fn events(election: &Election) -> Vec<(usize, Failure)> {
    election.rows.iter().map(|row| (row.node, row.failure.clone())).collect()
}

#[test]
fn healthy_clusters_elect_as_foretold() {
    for folder in folders("healthy") {
        compare(&Given::folder(&folder), &folder.display().to_string());
    }
}

/// Some nodes of one virtual router, as text: priority, whether it preempts, adverts that may be
/// missed.
fn nodes() -> impl Strategy<Value = Vec<(u8, &'static str, u8)>> {
    let priority = prop_oneof![2 => Just(100_u8), 2 => Just(150), 3 => 1_u8..=254, 1 => Just(255)];
    let preemption = prop_oneof![
        3 => Just(""),
        2 => Just("nopreempt"),
        1 => Just("preempt_delay 3"),
    ];
    proptest::collection::vec((priority, preemption, 2_u8..=4), 2..=4)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn chance_clusters_elect_as_foretold(
        nodes in nodes(),
        version in 2_u8..=3,
        unicast in any::<bool>(),
    ) {
        let owners = nodes.iter().filter(|(priority, ..)| *priority == 255).count();
        // Two owners are an error, and who gives way is a matter of who starts first.
        prop_assume!(owners <= 1);
        let address = |position: usize| format!("10.77.0.{}", position + 1);
        let texts: Vec<(String, String)> = nodes
            .iter()
            .enumerate()
            .map(|(position, (priority, preemption, missed))| {
                let preemption = if *priority == 255 { "" } else { preemption };
                let peers: String = (0..nodes.len())
                    .filter(|other| *other != position)
                    .map(|other| format!("{}\n", address(other)))
                    .collect();
                let way = match unicast {
                    true => format!(
                        "unicast_src_ip {}\nunicast_peer {{\n{peers}}}", address(position)
                    ),
                    false => String::new(),
                };
                let text = format!(
                    "vrrp_instance V {{\ninterface eth0\nvirtual_router_id 51\n\
                     version {version}\npriority {priority}\n{preemption}\n\
                     down_timer_adverts {missed}\n{way}\n\
                     virtual_ipaddress {{\n10.77.0.50/24\n}}\n}}\n"
                );
                (format!("n{position}"), text)
            })
            .collect();
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        compare(&Given::texts(&texts), &format!("{nodes:?} version {version}"));
    }
}
