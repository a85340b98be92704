//! What operators see, from a snapshot of an engine that has lived a little.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use stillalive::control::text::{self, Look};
use stillalive::control::{Answer, Commanded, Process, Status};
use stillalive::engine::drain::{Command, Order, Target};
use stillalive::engine::event::{Event, NetworkChange, Origin};
use stillalive::engine::{Engine, Known};
use stillalive::facts::{Interface, Network};
use stillalive::runtime::load::{self, Reading};
use stillalive::units::{IfName, Instant, IpNet, Mac};

const UNIX: Duration = Duration::from_secs(1_790_000_000);

fn network() -> Network {
    Network {
        interfaces: vec![Interface {
            name: IfName::new("eth0").unwrap(),
            index: 2,
            up: true,
            multicast: true,
            arp: true,
            mac: Some(Mac([2, 0, 0, 0, 0, 1])),
            mtu: 1_500,
            addresses: vec![net("10.77.0.1")],
            link: stillalive::facts::Link::default(),
        }]
        .into(),
    }
}

fn net(address: &str) -> IpNet {
    IpNet::new(address.parse().unwrap(), 24).unwrap()
}

struct Run {
    engine: Engine,
    now: Instant,
}

impl Run {
    fn new(text: &str) -> Self {
        let now = Instant::ORIGIN;
        let loaded = load::load_text(Path::new("k.conf"), text.as_bytes(), &Reading::default());
        let config = loaded.config;
        let known = Known { unix: UNIX, ..Known::default() };
        let mut run =
            Self { engine: Engine::knowing(Arc::new(config), network(), known, now), now };
        run.drain();
        run
    }

    fn until(&mut self, seconds: u64) {
        let end = Instant::ORIGIN + Duration::from_secs(seconds);
        while let Some(next) = self.engine.poll_timeout().filter(|next| next.at <= end) {
            self.now = next.at;
            self.event(Event::Timer);
        }
        self.now = end;
        self.event(Event::Timer);
    }

    fn event(&mut self, event: Event) {
        self.engine.handle(self.now, event);
        self.drain();
    }

    fn drain(&mut self) {
        while self.engine.poll_effect().is_some() {}
    }

    fn has(&mut self, address: &str) {
        let (interface, address) = (IfName::new("eth0").unwrap(), net(address));
        let origin = Origin::Foreign;
        self.event(Event::Network(NetworkChange::AddressAdded { interface, address, origin }));
    }

    fn status(&self) -> Status {
        let commands = Commanded {
            at: UNIX + Duration::from_secs(3),
            what: Arc::from("drain of V2 for 30m 0s"),
            by: Arc::from("uid 0, pid 7"),
            reason: Some(Arc::from("new memory")),
        };
        let process = Process {
            pid: 4_711,
            started: UNIX - Duration::from_secs(3),
            configuration: "/etc/keepalived/keepalived.conf".into(),
            commands: Arc::from([commands]),
            ..Process::default()
        };
        Status::of(&self.engine.snapshot(), &process)
    }
}

const PAIR: &str = "
vrrp_script chk {
    script /bin/true
    weight 10
}
vrrp_instance V1 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
        10.77.0.51/24
    }
    track_script {
        chk
    }
}
vrrp_instance V2 {
    state BACKUP
    interface eth0
    virtual_router_id 52
    priority 100
    unicast_src_ip 10.77.0.1
    unicast_peer {
        10.77.0.2
    }
    virtual_ipaddress {
        10.77.0.60/24
    }
}
";

fn drain(target: &str, lasts: Option<Duration>) -> Event {
    let (by, reason) = (Arc::from("uid 0, pid 7"), Some(Arc::from("new memory")));
    let target = Target::Instance(Arc::from(target));
    Event::Command(Command { target, order: Order::Drain { lasts }, by, reason })
}

/// V1 leads with one of its two addresses, V2 is drained and nobody leads there.
fn a_bad_night() -> Status {
    let mut run = Run::new(PAIR);
    run.event(drain("V2", Some(Duration::from_secs(1_800))));
    run.until(4);
    run.has("10.77.0.50");
    run.until(600);
    run.status()
}

fn look(colour: bool, full: bool) -> Look {
    Look { colour, zone: TimeZone::UTC, full }
}

#[test]
fn people_see_what_is_wrong_first() {
    insta::assert_snapshot!(text::write(&a_bad_night(), &look(false, true)));
}

/// A group has a line, and the member that moved it.
#[test]
fn a_sync_group_says_which_member_changed_and_why() {
    let group = "vrrp_sync_group G1 {\n    group {\n        V1\n        V2\n    }\n}\n";
    let mut run = Run::new(&format!("{group}{PAIR}"));
    run.until(10);
    let status = run.status();
    let page = text::write(&status, &look(false, true));
    let lines: Vec<&str> =
        page.lines().skip_while(|line| !line.starts_with("sync")).take(2).collect();
    let wanted = [
        "sync group G1  MASTER  V1, V2",
        "  why        no other router heard for 3.609 s -> sync group G1 follows V2",
    ];
    assert_eq!(lines, wanted);
    let why = status.groups[0].why.as_deref().unwrap();
    assert!(lines[1].ends_with(why), "{why}");
}

#[test]
fn programs_get_the_same_as_data() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&a_bad_night()).unwrap());
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    let (plain, painted) = (
        text::write(&a_bad_night(), &look(false, true)),
        text::write(&a_bad_night(), &look(true, true)),
    );
    let mut bare = String::new();
    let mut rest = painted.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    bare.push_str(rest);
    assert_eq!(bare, plain);
    assert_ne!(painted, plain);
}

#[test]
fn many_instances_are_a_table() {
    let mut text = String::new();
    for number in 1..=9 {
        text.push_str(
            &PAIR[PAIR.find("vrrp_instance V2").unwrap()..]
                .replace("V2", &format!("V{number}"))
                .replace("virtual_router_id 52", &format!("virtual_router_id {number}")),
        );
    }
    let mut run = Run::new(&text);
    run.event(drain("V3", None));
    run.until(4);
    run.has("10.77.0.60");
    insta::assert_snapshot!(text::write(&run.status(), &look(false, false)));
}

#[test]
fn a_status_survives_the_wire_whatever_is_in_it() {
    let status = a_bad_night();
    let line = serde_json::to_string(&Answer::status(status.clone())).unwrap();
    let back: Answer = serde_json::from_str(&line).unwrap();
    assert_eq!(back.status.unwrap(), status);
}

#[test]
fn who_asks_for_an_instance_gets_that_or_nothing() {
    let status = a_bad_night();
    assert_eq!(status.clone().only(&["V2".to_owned()]).unwrap().instances.len(), 1);
    assert_eq!(status.only(&["V2".to_owned(), "V9".to_owned()]).unwrap_err(), "V9");
}
