//! What one input costs the engine alone, with 1,000 and with 4,000 instances: no socket, no kernel,
//! and keepalived has nothing to compare.
//!
//! An input that concerns one instance should cost the same; one that concerns all four times as
//! much, and what the caches lose. Each line has microseconds for one input of each size, and the
//! ratio.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use stillalive::engine::effect::Effect;
use stillalive::engine::event::{Claim, Event, NetworkChange, Origin};
use stillalive::engine::snapshot::State;
use stillalive::engine::{Engine, Known};
use stillalive::facts::{Interface, Link, Network};
use stillalive::ir::Config;
use stillalive::runtime::load::{self, Reading};
use stillalive::units::{IfName, Instant, IpNet, Mac};

/// Instances on one interface, unless each has its own.
const SHARED: usize = 250;
/// So many inputs of each kind.
const INPUTS: usize = 50;

fn main() {
    // `cargo bench` passes `--bench`; `cargo test --benches` must not start a measurement.
    if !std::env::args().any(|word| word == "--bench") {
        println!("engine: a measurement, run by ./dev bench engine");
        return;
    }
    for (shape, shared) in [("250 instances on an interface", SHARED), ("an interface each", 1)] {
        println!("{shape}");
        println!("  {:36} {:>12} {:>12}   ratio", "microseconds", "1000", "4000");
        let few = Site::new(1_000, shared).measure();
        let many = Site::new(4_000, shared).measure();
        for ((name, few), (_, many)) in few.into_iter().zip(many) {
            println!("  {name:36} {few:>12.1} {many:>12.1}   {:.1}", many / few);
        }
        println!();
    }
}

struct Site {
    engine: Engine,
    now: Instant,
    config: Arc<Config>,
    instances: usize,
    shared: usize,
    started: f64,
}

fn name(instance: usize, shared: usize) -> IfName {
    IfName::new(&format!("e{}", instance / shared)).unwrap()
}

fn vip(instance: usize) -> IpNet {
    let [_, _, high, low] = u32::try_from(instance).unwrap().to_be_bytes();
    IpNet::new([10, 78, high, low].into(), 32).unwrap()
}

fn text(instances: usize, shared: usize, priority: u8) -> String {
    let mut text = String::new();
    for instance in 0..instances {
        let _ = write!(
            text,
            "vrrp_instance V{instance} {{
    state BACKUP
    interface {}
    virtual_router_id {}
    priority {priority}
    virtual_ipaddress {{
        {}
    }}
}}
",
            name(instance, shared),
            instance % SHARED + 1,
            vip(instance),
        );
    }
    text
}

fn read(text: &str) -> Arc<Config> {
    let loaded = load::load_text(Path::new("k.conf"), text.as_bytes(), &Reading::default());
    assert!(!loaded.errors, "{:?}", loaded.findings.first());
    Arc::new(loaded.config)
}

fn network(instances: usize, shared: usize) -> Network {
    let interfaces = (0..instances.div_ceil(shared)).map(|number| {
        let [_, _, high, low] = u32::try_from(number).unwrap().to_be_bytes();
        Interface {
            name: name(number, 1),
            index: u32::try_from(number + 2).unwrap(),
            up: true,
            multicast: true,
            arp: true,
            mac: Some(Mac([2, 0, 0, 1, high, low])),
            mtu: 1_500,
            addresses: vec![IpNet::new([10, 77, high, low].into(), 16).unwrap()],
            link: Link::default(),
        }
    });
    Network { interfaces: interfaces.collect() }
}

impl Site {
    fn new(instances: usize, shared: usize) -> Self {
        let config = read(&text(instances, shared, 150));
        let known = Known::default();
        let network = network(instances, shared);
        let begun = Clock::now();
        let engine = Engine::knowing(Arc::clone(&config), network, known, Instant::ORIGIN);
        let mut site =
            Self { engine, now: Instant::ORIGIN, config, instances, shared, started: 0.0 };
        site.drain();
        site.started = begun.elapsed().as_secs_f64() * 1e6;
        site
    }

    fn drain(&mut self) {
        let mut answers = Vec::new();
        while let Some(effect) = self.engine.poll_effect() {
            match effect {
                Effect::OpenSocket { id, .. } | Effect::Addresses { id, .. } => answers.push(id),
                _ => {}
            }
        }
        for id in answers {
            self.engine.handle(self.now, Event::Done { id, result: Ok(()) });
            while self.engine.poll_effect().is_some() {}
        }
    }

    fn until(&mut self, seconds: u64) {
        let end = Instant::ORIGIN + Duration::from_secs(seconds);
        while let Some(next) = self.engine.poll_timeout().filter(|next| next.at <= end) {
            self.now = next.at.max(self.now);
            self.engine.handle(self.now, Event::Timer);
            self.drain();
        }
        self.now = end;
    }

    /// Microseconds of one input of a kind.
    fn each(&mut self, inputs: usize, input: impl Fn(&Self, usize) -> Event) -> f64 {
        let events: Vec<Event> = (0..inputs).map(|number| input(self, number)).collect();
        let begun = Clock::now();
        for event in events {
            self.engine.handle(self.now, event);
            self.drain();
        }
        begun.elapsed().as_secs_f64() * 1e6 / inputs as f64
    }

    fn interface(&self, number: usize, up: bool) -> Interface {
        let place = number * 7 % self.instances / self.shared;
        let mut interface = network(self.instances, self.shared).interfaces.remove(place);
        interface.up = up;
        interface
    }

    fn measure(mut self) -> Vec<(&'static str, f64)> {
        let mut found = vec![("start", self.started)];
        let begun = Clock::now();
        self.until(5);
        found.push(("all become master", begun.elapsed().as_secs_f64() * 1e6));
        let states = self.engine.snapshot().instances;
        assert!(states.iter().all(|instance| instance.state == State::Master));
        self.until(30);
        found.push((
            "an address of ours appears",
            self.each(INPUTS, |site, number| {
                let (interface, origin) = (name(number, site.shared), Origin::Foreign);
                Event::Network(NetworkChange::AddressAdded {
                    interface,
                    address: vip(number),
                    origin,
                })
            }),
        ));
        found.push((
            "an address of others appears",
            self.each(INPUTS, |site, number| {
                let [.., low] = u32::try_from(number).unwrap().to_be_bytes();
                let address = IpNet::new([10, 99, 0, low].into(), 24).unwrap();
                let (interface, origin) = (name(number, site.shared), Origin::Foreign);
                Event::Network(NetworkChange::AddressAdded { interface, address, origin })
            }),
        ));
        found.push((
            "somebody claims an address",
            self.each(INPUTS, |site, number| {
                Event::Claimed(Claim {
                    interface: name(number, site.shared),
                    address: vip(number).address(),
                    mac: Mac([2, 0, 0, 9, 9, 9]),
                })
            }),
        ));
        found.push((
            "an interface is reported",
            self.each(INPUTS, |site, number| {
                Event::Network(NetworkChange::Interface(site.interface(number, true)))
            }),
        ));
        found.push((
            "an address of ours is taken away",
            self.each(INPUTS, |site, number| {
                let (interface, origin) = (name(number, site.shared), Origin::Foreign);
                let address = vip(number);
                Event::Network(NetworkChange::AddressRemoved {
                    interface,
                    address,
                    origin,
                    by: None,
                })
            }),
        ));
        let same = Arc::clone(&self.config);
        found.push(("reload of the same", self.each(2, |_, _| Event::Reload(Arc::clone(&same)))));
        let other = read(&text(self.instances, self.shared, 140));
        found.push((
            "reload that changes all",
            self.each(1, |_, _| Event::Reload(Arc::clone(&other))),
        ));
        let begun = Clock::now();
        let _snapshot = self.engine.snapshot();
        found.push(("snapshot", begun.elapsed().as_secs_f64() * 1e6));
        found.push(("stop", self.each(1, |_, _| Event::Stop)));
        found
    }
}
