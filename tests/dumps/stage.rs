//! Routers whose adverts reach each other, whose scripts succeed, and whose kernel agrees.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use stillalive::dump::{HostInterface, InterfaceSettings, LinkFlags, Surroundings, View};
use stillalive::engine::effect::{Effect, Transmission};
use stillalive::engine::event::{
    CheckOutcome, ChecksumVerdict, Datagram, Event, LengthVerdict, NetworkChange, Packet, Tracked,
};
use stillalive::engine::snapshot::Snapshot;
use stillalive::engine::{Engine, Known};
use stillalive::facts::{self, Interface, Network};
use stillalive::ir::Config;
use stillalive::net::vrrp::WireAuthentication;
use stillalive::runtime::load::{self, Reading};
use stillalive::units::{Family, IfName, Instant, IpNet, Mac};

/// The wall clock at the start: 2026-11-22 08:49:40 UTC.
const BEGIN: Duration = Duration::from_secs(1_795_337_380);

/// One router.
pub(crate) struct Router {
    number: u8,
    engine: Engine,
    config: Arc<Config>,
    /// Programs that fail from now on.
    pub(crate) failing: Vec<&'static str>,
}

/// All of them on one LAN.
pub(crate) struct Stage {
    now: Instant,
    pub(crate) routers: Vec<Router>,
}

impl Stage {
    /// Starts routers with these configurations; the first has the lowest addresses.
    pub(crate) fn new(texts: &[&str]) -> Self {
        let numbered = texts.iter().zip(1..);
        let routers =
            numbered.map(|(text, number)| Router::new(number, text, Instant::ORIGIN)).collect();
        let mut stage = Self { now: Instant::ORIGIN, routers };
        stage.settle();
        stage
    }

    /// Another daemon starts in the place of one.
    pub(crate) fn restart(&mut self, place: usize, text: &str) {
        let number = self.routers[place].number;
        self.routers[place] = Router::new(number, text, self.now);
        self.settle();
    }

    /// Lets time pass.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let next = self.routers.iter().filter_map(|it| it.engine.poll_timeout());
            let Some(next) = next.map(|next| next.at).min().filter(|next| *next <= end) else {
                break;
            };
            self.now = next.max(self.now);
            for place in 0..self.routers.len() {
                self.tell(place, Event::Timer);
            }
        }
        self.now = end;
        for place in 0..self.routers.len() {
            self.tell(place, Event::Timer);
        }
    }

    /// A router hears of something now.
    pub(crate) fn tell(&mut self, place: usize, event: Event) {
        let unix = BEGIN + self.now.since(Instant::ORIGIN);
        self.routers[place].engine.handle(self.now, Event::Clock(unix));
        self.routers[place].engine.handle(self.now, event);
        self.settle();
    }

    /// The link of a router's interface changes.
    pub(crate) fn link(&mut self, place: usize, name: &str, up: bool) {
        let router = &self.routers[place];
        let mut interface =
            router.engine.snapshot().network.interface(&named(name)).unwrap().clone();
        interface.up = up;
        self.tell(place, Event::Network(NetworkChange::Interface(interface)));
    }

    fn settle(&mut self) {
        loop {
            let mut quiet = true;
            for place in 0..self.routers.len() {
                while let Some(effect) = self.routers[place].engine.poll_effect() {
                    quiet = false;
                    self.carry_out(place, effect);
                }
            }
            if quiet {
                return;
            }
        }
    }

    fn carry_out(&mut self, place: usize, effect: Effect) {
        let now = self.now;
        let router = &mut self.routers[place];
        match effect {
            Effect::SendAdvert(sent) => {
                let key = router.engine.sockets().find(|(id, _)| *id == sent.socket);
                let interface = key.unwrap().1.interface.clone();
                for other in (0..self.routers.len()).filter(|other| *other != place) {
                    self.deliver(other, &sent, interface.as_ref());
                }
            }
            Effect::OpenSocket { id, .. }
            | Effect::Addresses { id, .. }
            | Effect::Routes { id, .. }
            | Effect::Rules { id, .. } => {
                router.engine.handle(now, Event::Done { id, result: Ok(()) });
            }
            Effect::StartCheck { check, script, .. } => {
                let fails = router.failing.iter().any(|name| script.program.ends_with(name));
                let outcome = CheckOutcome::Exited(i32::from(fails));
                let ended = Tracked::ScriptEnded { check, outcome };
                router.engine.handle(now, Event::Tracked(ended));
            }
            _ => {}
        }
    }

    fn deliver(&mut self, place: usize, sent: &Transmission, interface: Option<&IfName>) {
        let now = self.now;
        let engine = &mut self.routers[place].engine;
        let own: Vec<IpAddr> =
            engine.snapshot().network.interfaces.iter().flat_map(addresses_of).collect();
        for destination in sent.destinations.iter() {
            let multicast = destination.is_multicast();
            if !multicast && !own.contains(destination) {
                continue;
            }
            let family = Family::of(sent.source);
            let socket = engine.sockets().find(|(_, key)| {
                let listens =
                    matches!(key.endpoint, stillalive::engine::effect::Endpoint::Multicast(_))
                        == multicast;
                listens && key.family == family && key.interface.as_ref() == interface
            });
            let Some((socket, _)) = socket else { continue };
            let datagram =
                Datagram { socket, source: sent.source, multicast, ttl: 255, packet: packet(sent) };
            engine.handle(now, Event::Datagram(datagram));
        }
    }
}

fn addresses_of(interface: &Interface) -> Vec<IpAddr> {
    interface.addresses.iter().map(|net| net.address()).collect()
}

fn packet(sent: &Transmission) -> Packet {
    let advert = &sent.advert;
    let (auth_type, auth_data) = match advert.authentication {
        WireAuthentication::Pass(data) => (1, data),
        WireAuthentication::None => (0, [0; 8]),
        WireAuthentication::Header => (2, [0; 8]),
        WireAuthentication::Other(kind) => (kind, [0; 8]),
    };
    Packet {
        version: advert.version.number(),
        packet_type: 1,
        vrid: advert.vrid.get(),
        priority: advert.priority,
        count: u8::try_from(advert.addresses.len()).unwrap(),
        addresses: advert.addresses.clone(),
        auth_type,
        auth_data,
        interval: advert.interval,
        length: LengthVerdict::Exact,
        checksum: ChecksumVerdict { standard: true, ..ChecksumVerdict::default() },
        header: None,
        trailer: None,
    }
}

impl Router {
    fn new(number: u8, text: &str, now: Instant) -> Self {
        let loaded = load::load_text(Path::new("r.conf"), text.as_bytes(), &Reading::default());
        let config = Arc::new(loaded.config);
        let unix = BEGIN + now.since(Instant::ORIGIN);
        let network =
            Network { interfaces: hosts(number).into_iter().map(|it| it.known).collect() };
        let known = Known { unix, ..Known::default() };
        let engine = Engine::knowing(Arc::clone(&config), network, known, now);
        Self { number, engine, config, failing: Vec::new() }
    }

    /// The engine now, and what the process would add.
    pub(crate) fn look(&self) -> (Snapshot, Surroundings) {
        let snapshot = self.engine.snapshot();
        let mut interfaces = hosts(self.number);
        for interface in &mut interfaces {
            let known = snapshot.network.interface(&interface.known.name).unwrap();
            interface.known.up = known.up;
            (interface.flags.up, interface.flags.running) = (known.up, known.up);
            if !known.up {
                interface.known.addresses.retain(|net| net.address().is_ipv4());
            }
        }
        let mut users = BTreeMap::new();
        for script in self.config.script_uses() {
            users.insert(script.script.value.clone(), (0, 0));
        }
        for script in &self.config.vrrp_scripts {
            users.insert(script.program(), (0, 0));
        }
        let sockets = snapshot.sockets.iter().zip(0..);
        let host = Surroundings {
            zone: TimeZone::UTC,
            host_name: "node1".to_owned(),
            namespace: None,
            descriptors: sockets.map(|(it, n)| (it.id, (13 + 2 * n, 14 + 2 * n))).collect(),
            users,
            owners: Vec::new(),
            default_user: (0, 0),
            umask: 0o177,
            real_time: None,
            reload_at: None,
            interfaces,
        };
        (snapshot, host)
    }

    /// What a dump of it says.
    pub(crate) fn shown(&self, dump: impl Fn(View<'_>) -> String) -> String {
        let (engine, host) = self.look();
        dump(View { engine: &engine, host: &host, running: true })
    }
}

fn named(name: &str) -> IfName {
    IfName::new(name).unwrap()
}

/// `lo`, `eth0` and `eth1`, as the hosts of the samples have them.
fn hosts(number: u8) -> Vec<HostInterface> {
    let flags = LinkFlags {
        up: true,
        running: true,
        broadcast: true,
        multicast: true,
        ..LinkFlags::default()
    };
    let interface = |name: &str, index, mac: Option<Mac>, mtu, addresses: &[&str]| HostInterface {
        known: Interface {
            name: named(name),
            index,
            up: true,
            multicast: mac.is_some(),
            arp: mac.is_some(),
            mac,
            mtu,
            addresses: addresses.iter().map(|text| net(text)).collect(),
            link: facts::Link::default(),
        },
        flags,
        hardware: 1,
        broadcast: mac.map(|_| Mac::BROADCAST),
        group: 0,
        seen_up: true,
        settings: InterfaceSettings::default(),
    };
    let mac = |link: u8| Some(Mac([2, 0, 0, 0, link, number]));
    let mut lo = interface("lo", 1, None, 65_536, &["127.0.0.1/8"]);
    (lo.hardware, lo.flags) =
        (772, LinkFlags { up: true, running: true, loopback: true, ..LinkFlags::default() });
    let first = [format!("192.0.2.{number}/24"), format!("fe80::ff:fe00:{number:x}/64")];
    let second = [format!("198.18.0.{number}/24"), format!("fe80::ff:fe00:1{number:02x}/64")];
    vec![
        lo,
        interface("eth0", 2, mac(0), 1500, &first.each_ref().map(String::as_str)),
        interface("eth1", 3, mac(1), 1500, &second.each_ref().map(String::as_str)),
    ]
}

fn net(text: &str) -> IpNet {
    let (address, prefix) = text.split_once('/').unwrap();
    IpNet::new(address.parse().unwrap(), prefix.parse().unwrap()).unwrap()
}
