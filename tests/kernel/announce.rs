//! The frames of announcements, and how soon they follow an address change.

use std::io::Read;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};
use stillalive::engine::effect::{
    Direction, Effect, EffectId, Endpoint, InstanceId, PlacedAddress, SocketId, SocketKey,
    Transmission,
};
use stillalive::engine::event::Event;
use stillalive::ir::VirtualAddress;
use stillalive::net::vrrp::{Addresses, Advert, ChecksumStyle, Seal, WireAuthentication};
use stillalive::net::{arp, ndisc};
use stillalive::runtime::netlink::{Monitor, connect};
use stillalive::runtime::packets::Packets;
use stillalive::runtime::worker::NetworkWorker;
use stillalive::sys::readiness::Readiness;
use stillalive::units::{Family, IfName, IpNet, Priority, Version, Vrid};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::isolation::{changes, ip, isolated, wait_for};

/// `ETH_P_ALL`.
const EVERYTHING: u16 = 3;

fn v0() -> IfName {
    IfName::new("v0").expect("name")
}

/// A veth pair, the worker with what it tells, and a socket that hears all frames.
fn set_up() -> (NetworkWorker, UnboundedReceiver<Event>, Monitor, Socket) {
    ip("link add v0 address 02:00:00:00:00:01 type veth peer name v1");
    ip("link set v0 addrgenmode none");
    ip("link set v1 addrgenmode none");
    ip("link set v0 up");
    ip("link set v1 up");
    // The kernel throws frames away until it has noticed the carrier.
    for end in ["v0", "v1"] {
        while !ip(&format!("link show {end}")).contains("state UP") {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    let (commands, monitor) = connect().expect("netlink");
    let (events, inbox) = unbounded_channel();
    let worker = NetworkWorker::start(commands, events).expect("worker");
    let protocol = Protocol::from(i32::from(EVERYTHING.to_be()));
    let tap = Socket::new(Domain::PACKET, Type::RAW, Some(protocol)).expect("packet socket");
    tap.set_read_timeout(Some(Duration::from_secs(5))).expect("timeout");
    (worker, inbox, monitor, tap)
}

/// Throws away what was heard so far; each frame is heard at both ends of the pair.
fn forget(tap: &mut Socket) {
    tap.set_read_timeout(Some(Duration::from_millis(5))).expect("timeout");
    while tap.read(&mut [0; 64]).is_ok() {}
    tap.set_read_timeout(Some(Duration::from_secs(5))).expect("timeout");
}

/// The next frame of that ethertype.
fn frame(tap: &mut Socket, ethertype: u16) -> Vec<u8> {
    let mut buffer = [0; 2048];
    loop {
        let length = tap.read(&mut buffer).expect("a frame");
        if buffer[12..14] == ethertype.to_be_bytes() && length >= 42 {
            return buffer[..length].to_vec();
        }
    }
}

fn announce(address: &str) -> Effect {
    let address = address.parse::<IpAddr>().expect("address");
    Effect::Announce { instance: InstanceId(0), interface: v0(), address, spaced: None }
}

fn addresses(change: Direction, id: u64) -> Effect {
    let placed = |address: [u8; 4]| PlacedAddress {
        interface: v0(),
        address: VirtualAddress::plain(IpNet::new(address.into(), 24).expect("prefix")),
    };
    Effect::Addresses {
        id: EffectId(id),
        instance: InstanceId(0),
        change,
        addresses: Arc::new([placed([10, 0, 0, 50]), placed([10, 0, 0, 51])]),
    }
}

fn advert() -> Transmission {
    let advert = Advert {
        version: Version::V2,
        vrid: Vrid::new(51).expect("vrid"),
        priority: Priority::new(150),
        interval: Duration::from_secs(1),
        authentication: WireAuthentication::None,
        addresses: Addresses::V4([[10, 0, 0, 50].into(), [10, 0, 0, 51].into()].into()),
    };
    Transmission {
        instance: InstanceId(0),
        socket: SocketId(1),
        source: IpAddr::from([10, 0, 0, 1]),
        destinations: Arc::new([IpAddr::from([224, 0, 0, 18])]),
        advert: Arc::new(advert),
        identification: 1,
        ttl: Some(255),
        checksum: ChecksumStyle::Rfc,
        seal: Seal::None,
    }
}

#[test]
fn frames_are_those_of_the_codec() {
    isolated("announce::frames_are_those_of_the_codec", || {
        let (worker, _inbox, monitor, mut tap) = set_up();
        worker.submit(&announce("10.0.0.50"), monitor.network(), true);
        assert_eq!(worker.settle(), None);
        let mac = monitor.network().interface(&v0()).and_then(|found| found.mac).expect("mac");
        let expected = arp::gratuitous(mac, [10, 0, 0, 50].into());
        assert_eq!(frame(&mut tap, arp::ETHERTYPE), expected);

        for (forwarding, router) in [("0", false), ("1", true)] {
            std::fs::write("/proc/sys/net/ipv6/conf/v0/forwarding", forwarding).expect("sysctl");
            forget(&mut tap);
            worker.submit(&announce("fe80::50"), monitor.network(), false);
            let expected = ndisc::unsolicited(mac, "fe80::50".parse().expect("address"), router);
            let seen = loop {
                let seen = frame(&mut tap, ndisc::ETHERTYPE);
                if seen[54] == 136 {
                    break seen;
                }
            };
            assert_eq!(seen, expected);
        }
    });
}

#[test]
fn an_announcement_follows_the_addresses_that_stand_before_it() {
    isolated("announce::an_announcement_follows_the_addresses_that_stand_before_it", || {
        let (worker, mut inbox, monitor, mut tap) = set_up();
        ip("addr add 10.0.0.1/24 dev v0");
        let mut packets = Packets::new(Rc::new(Readiness::new().expect("epoll")));
        let group = Endpoint::Multicast(IpAddr::from([224, 0, 0, 18]));
        let key =
            SocketKey { family: Family::V4, interface: Some(v0()), protocol: 112, endpoint: group };
        packets.open(SocketId(1), &key).expect("socket");
        let advert = advert();
        let mut times = Vec::new();
        for round in 0..50 {
            // A daemon is idle when it has to take over: let the worker fall asleep.
            forget(&mut tap);
            // As at a takeover: the advert, the addresses, the announcement. What is measured
            // holds the way of the frame to this process too.
            let start = Instant::now();
            assert_eq!(packets.transmit(&advert), []);
            // By the caller and through the queue, by turns.
            let at_once = round % 2 == 0;
            let network = monitor.network();
            worker.submit(&addresses(Direction::Add, round), network, at_once);
            worker.submit(&announce("10.0.0.50"), network, at_once);
            let seen = frame(&mut tap, arp::ETHERTYPE);
            times.push(start.elapsed());
            assert!(arp::parse(&seen).expect("ARP").is_gratuitous());
            assert!(ip("addr show dev v0").contains("10.0.0.51/24"));
            let done = if at_once { worker.settle() } else { wait_for(inbox.recv()) };
            assert_eq!(done, Some(Event::Done { id: EffectId(round), result: Ok(()) }));
            worker.submit(&addresses(Direction::Remove, round), network, false);
            wait_for(worker.drain());
            assert!(!ip("addr show dev v0").contains("10.0.0.5"));
            assert!(matches!(wait_for(inbox.recv()), Some(Event::Done { .. })));
        }
        times.sort_unstable();
        eprintln!(
            "FIGURE advert, two addresses and an ARP: median {:?}, worst {:?}",
            times[25], times[49]
        );
    });
}

#[test]
fn a_rehearsal_leaves_the_lan_and_the_addresses_alone() {
    isolated("announce::a_rehearsal_leaves_the_lan_and_the_addresses_alone", || {
        let (worker, mut inbox, mut monitor, mut tap) = set_up();
        ip("link set lo up");
        ip("addr add 10.0.0.1/24 dev v0");
        while !monitor.network().interfaces.iter().any(|it| it.name.as_str() == "lo" && it.up) {
            changes(&mut monitor);
        }
        let mut packets = Packets::new(Rc::new(Readiness::new().expect("epoll")));
        let group = Endpoint::Multicast(IpAddr::from([224, 0, 0, 18]));
        let key =
            SocketKey { family: Family::V4, interface: Some(v0()), protocol: 112, endpoint: group };
        packets.open(SocketId(1), &key).expect("socket");
        forget(&mut tap);
        let state = || ip("addr") + &ip("route show table all") + &ip("-6 route show table all");
        let before = state();

        packets.rehearse(&advert());
        for effect in [addresses(Direction::Add, 1), announce("10.0.0.50"), announce("fe80::50")] {
            worker.rehearse(&effect, monitor.network());
        }
        assert_eq!(state(), before);
        // What is heard of the rehearsal is heard on the loopback interface alone.
        packets.transmit(&advert());
        let mut heard = [0; 2048];
        loop {
            let length = tap.read(&mut heard).expect("the advert");
            if heard[12..14] == [0x90, 0] {
                continue;
            }
            assert_eq!(heard[14 + 8], 255, "TTL of {:?}", &heard[..length]);
            break;
        }
        // And nothing is told of it.
        worker.submit(&addresses(Direction::Add, 2), monitor.network(), false);
        let done = wait_for(inbox.recv());
        assert_eq!(done, Some(Event::Done { id: EffectId(2), result: Ok(()) }));
    });
}

#[test]
fn promote_secondaries_is_set_and_given_back() {
    isolated("announce::promote_secondaries_is_set_and_given_back", || {
        let (worker, _inbox, monitor, _tap) = set_up();
        let path = "/proc/sys/net/ipv4/conf/v0/promote_secondaries";
        let effect = |on| Effect::PromoteSecondaries { interface: v0(), on };
        for former in ["0\n", "1\n"] {
            std::fs::write(path, former).expect("sysctl");
            worker.submit(&effect(true), monitor.network(), true);
            wait_for(worker.drain());
            assert_eq!(std::fs::read_to_string(path).expect("sysctl"), "1\n");
            worker.submit(&effect(false), monitor.network(), true);
            wait_for(worker.drain());
            assert_eq!(std::fs::read_to_string(path).expect("sysctl"), former);
        }
    });
}
