//! Event tables: what goes in at which time, what comes out, one line an effect.

mod adoption;
mod announce;
mod backup;
mod decode;
mod drain;
mod fault;
mod groups;
mod guard;
mod links;
mod mail;
mod master;
mod proof;
mod properties;
mod receive;
mod reload;
mod reload_table;
mod renamed;
mod reunion;
mod rival;
mod stall;
mod theft;
mod track;
mod why;

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::Engine;
use crate::engine::effect::{Direction, Effect, FirewallChange, GuardedAddress, SocketId};
use crate::engine::event::{
    ChecksumVerdict, Datagram, Event, LengthVerdict, NetworkChange, Packet,
};
use crate::engine::message::{Message, What};
use crate::engine::notification::{Call, Notification, Report, Subject};
use crate::engine::own_link::LinkChange;
use crate::engine::snapshot::State;
use crate::facts::{Interface, Network};
use crate::ir::{
    Authentication, ChecksumPolicy, Config, GarpTiming, InitialState, Instance, Notify, Peer,
    Preemption, Script, Tracking, Transport, VirtualAddress,
};
use crate::net::vrrp::Addresses;
use crate::units::{Family, IfName, Instant, IpNet, Mac, Priority, Span, Spanned, Version, Vrid};

const OWN: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
const LOWER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 0);
const PEER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
const VIP: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 50);

fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn eth0() -> IfName {
    IfName::new("eth0").unwrap()
}

fn net(address: Ipv4Addr) -> IpNet {
    IpNet::new(address.into(), 24).unwrap()
}

/// One interface with one address.
fn network() -> Network {
    Network {
        interfaces: vec![Interface {
            name: eth0(),
            index: 2,
            up: true,
            multicast: true,
            arp: true,
            mac: Some(Mac([2, 0, 0, 0, 0, 1])),
            mtu: 1500,
            addresses: vec![net(OWN)],
            link: crate::facts::Link::default(),
        }]
        .into(),
    }
}

/// `vrrp_instance V1` with VRID 51, one address, one round of announcements and no later ones.
fn instance(priority: u8) -> Instance {
    let mut garp = GarpTiming::default();
    (garp.master.rounds, garp.master.delay) = (1, Duration::ZERO);
    garp.lower_priority = garp.master;
    Instance {
        name: at("V1".to_owned()),
        vrid: at(Vrid::new(51).unwrap()),
        family: Family::V4,
        version: Version::V2,
        interface: Some(at(eth0())),
        initial_state: InitialState::Backup,
        priority: at(Priority::new(priority).unwrap()),
        advert_int: at(Duration::from_secs(1)),
        down_timer_adverts: 3,
        transport: Transport::Multicast { group: [224, 0, 0, 18].into() },
        source: None,
        checksum: ChecksumPolicy::Detect,
        authentication: Authentication::None,
        addresses: vec![at(VirtualAddress::plain(net(VIP)))],
        excluded: Vec::new(),
        preemption: Preemption::Immediate,
        garp,
        lower_prio_no_advert: false,
        higher_prio_send_advert: false,
        skip_check_adv_addr: false,
        check_unicast_source: false,
        strict: false,
        accept: true,
        track_primary: true,
        promote_secondaries: false,
        smtp_alert: false,
        notify: Notify::default(),
        tracking: Tracking::default(),
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
    }
}

fn script(program: &str) -> Option<Box<Spanned<Script>>> {
    let script = Script { program: program.to_owned(), arguments: Vec::new(), user: None };
    Some(Box::new(at(script)))
}

fn peer(address: Ipv4Addr) -> Spanned<Peer> {
    at(Peer { address: address.into(), min_ttl: 0, max_ttl: 255 })
}

fn config(instances: impl IntoIterator<Item = Instance>) -> Arc<Config> {
    Arc::new(Config {
        instances: instances.into_iter().map(Arc::new).collect(),
        ..Config::default()
    })
}

/// An advert of version 2 as the configuration of [`instance`] expects it.
fn packet(priority: u8) -> Packet {
    Packet {
        version: 2,
        packet_type: 1,
        vrid: 51,
        priority: Priority::new(priority),
        count: 1,
        addresses: Addresses::V4(Arc::from([VIP])),
        auth_type: 0,
        auth_data: [0; 8],
        interval: Duration::from_secs(1),
        length: LengthVerdict::Exact,
        checksum: ChecksumVerdict { standard: true, ..ChecksumVerdict::default() },
        header: None,
        trailer: None,
    }
}

fn datagram(source: Ipv4Addr, packet: Packet) -> Datagram {
    Datagram { socket: SocketId(0), source: source.into(), multicast: true, ttl: 255, packet }
}

/// An engine and the record of what it did.
struct Run {
    engine: Engine,
    now: Instant,
    record: String,
    /// Why states were entered.
    reasons: String,
    /// Why sync groups were reported.
    group_reasons: String,
}

impl Run {
    fn new(config: Arc<Config>) -> Self {
        Self::on(config, network())
    }

    fn on(config: Arc<Config>, network: Network) -> Self {
        let now = Instant::ORIGIN;
        Self::of(Engine::new(config, network, now), now)
    }

    /// An engine that has just been started.
    fn of(engine: Engine, now: Instant) -> Self {
        let (record, reasons, group_reasons) = Default::default();
        let mut run = Self { engine, now, record, reasons, group_reasons };
        run.drain();
        run
    }

    /// An instance of this priority that has become master; the record is empty.
    fn master(instance: Instance) -> Self {
        let mut run = Self::new(config([instance]));
        run.until(4.0);
        assert_eq!(run.state(), State::Master);
        run.take();
        run
    }

    fn state(&self) -> State {
        self.engine.snapshot().instances[0].state
    }

    fn event(&mut self, event: Event) {
        self.engine.handle(self.now, event);
        self.drain();
    }

    fn hear(&mut self, source: Ipv4Addr, packet: Packet) {
        self.event(Event::Datagram(datagram(source, packet)));
    }

    fn network(&mut self, change: NetworkChange) {
        self.event(Event::Network(change));
    }

    fn link(&mut self, up: bool) {
        let mut interface = network().interfaces.remove(0);
        interface.up = up;
        self.network(NetworkChange::Interface(interface));
    }

    /// Lets time pass, waking the engine whenever it asks for it.
    fn until(&mut self, seconds: f64) {
        let end = Instant::ORIGIN + Duration::from_secs_f64(seconds);
        while let Some(deadline) = self.engine.poll_timeout().filter(|next| next.at <= end) {
            assert!(deadline.at >= self.now, "a deadline in the past: {deadline:?}");
            self.now = deadline.at;
            self.event(Event::Timer);
            let next = self.engine.poll_timeout();
            assert!(
                next.is_none_or(|next| next.at > self.now),
                "the timer fires without end: {next:?}"
            );
        }
        self.now = end;
    }

    fn drain(&mut self) {
        while let Some(effect) = self.engine.poll_effect() {
            // Reasons have tables of their own.
            if let Effect::Log(Message { what: What::Because(why), instance }) = &effect {
                let _ = writeln!(self.reasons, "{} ({instance}) {why}", self.now);
                continue;
            }
            if let Effect::Notify(told) = &effect
                && told.subject == Subject::Group
            {
                let why = told.why.as_ref().map_or("nothing".to_owned(), |why| why.to_string());
                let report = told.report;
                let _ = writeln!(self.group_reasons, "{} {} {report}: {why}", self.now, told.name);
            }
            for line in describe(&effect).lines() {
                let _ = writeln!(self.record, "{} {line}", self.now);
            }
        }
    }

    /// The record so far; it begins anew.
    fn take(&mut self) -> String {
        std::mem::take(&mut self.record)
    }
}

fn describe(effect: &Effect) -> String {
    match effect {
        Effect::OpenSocket { key, .. } => {
            let interface = key.interface.as_ref().map_or("any", IfName::as_str);
            format!("open {} {interface} {:?}", key.family, key.endpoint)
        }
        Effect::CloseSocket { socket } => format!("close {}", socket.0),
        Effect::SendAdvert(sent) => {
            let to: Vec<_> = sent.destinations.iter().map(IpAddr::to_string).collect();
            let priority = sent.advert.priority.map_or(0, Priority::get);
            format!(
                "advert {priority} {} -> {} id {}",
                sent.source,
                to.join(" "),
                sent.identification
            )
        }
        Effect::Addresses { change, addresses, .. } => {
            let word = match change {
                Direction::Add => "add",
                Direction::Remove => "remove",
            };
            let list: Vec<_> = addresses
                .iter()
                .map(|placed| format!("{}%{}", placed.address.net, placed.interface))
                .collect();
            format!("{word} {}", list.join(" "))
        }
        Effect::Routes { change, routes, .. } => format!("{change:?} {} routes", routes.len()),
        Effect::Rules { change, rules, .. } => format!("{change:?} {} rules", rules.len()),
        Effect::Statics { change, entries, .. } => format!(
            "{change:?} static: {} addresses, {} routes, {} rules",
            entries.addresses.len(),
            entries.routes.len(),
            entries.rules.len()
        ),
        Effect::Announce { interface, address, .. } => format!("announce {address}%{interface}"),
        Effect::Notify(notification) => {
            let Notification { scripts, report, mail, .. } = notification;
            let wait = if *report == Report::Stop { " and wait" } else { "" };
            let runs = scripts.iter().map(|Call { script, arguments }| {
                format!("run {} {}{wait}", script.program, arguments.join(" "))
            });
            let mails = mail.then(|| format!("mail {notification}"));
            let pipes = scripts.is_empty() && !mail;
            let pipes = pipes.then(|| format!("tell {notification}"));
            runs.chain(mails).chain(pipes).collect::<Vec<_>>().join("\n")
        }
        Effect::StartCheck { check, name, script } => {
            format!("check {name} {} as {}", script.program, check.0)
        }
        Effect::EndCheck { check, signal } => format!("{signal:?} check {}", check.0),
        Effect::PromoteSecondaries { interface, on } => format!("promote {interface} {on}"),
        Effect::ReceiveBuffer { bytes, .. } => format!("buffer {bytes}"),
        Effect::Link { change, .. } => {
            let plan = change.plan();
            let (word, address) = match change {
                LinkChange::Ensure { address, .. } => ("make", *address),
                LinkChange::Remove(_) => ("unmake", None),
            };
            let address = address.map_or_else(String::new, |(net, _)| format!(" {net}"));
            format!("{word} {}@{}{address}", plan.name, plan.base)
        }
        Effect::Firewall { change, .. } => firewall(change),
        Effect::ReadNetwork => "read the network anew".to_owned(),
        Effect::Transition { from, to, .. } => format!("{from} -> {to}"),
        Effect::KeepDrains(kept) => {
            let names: Vec<&str> = kept.iter().map(|kept| &*kept.instance).collect();
            format!("keep drained [{}]", names.join(" "))
        }
        Effect::Log(message) => format!("log {message}"),
        Effect::Stopped => "stopped".to_owned(),
    }
}

fn firewall(change: &FirewallChange) -> String {
    let guarded = |word: &str, addresses: &[GuardedAddress]| {
        let list: Vec<String> = addresses
            .iter()
            .map(|guarded| {
                let by = if guarded.by_name { " by name" } else { "" };
                format!("{}%{}{by}", guarded.address, guarded.interface)
            })
            .collect();
        format!("{word} {}", list.join(" "))
    };
    match change {
        FirewallChange::Guard(addresses) => guarded("guard", addresses),
        FirewallChange::Unguard(addresses) => guarded("unguard", addresses),
        FirewallChange::Divert { vmac, base, families } => {
            format!("divert {vmac} to {base} {families:?}")
        }
        FirewallChange::Undivert { vmac } => format!("undivert {vmac}"),
    }
}
