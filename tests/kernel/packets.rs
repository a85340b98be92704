//! Adverts between two network namespaces.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use stillalive::engine::effect::{Endpoint, InstanceId, SocketId, SocketKey, Transmission};
use stillalive::engine::event::{ChecksumVerdict, Datagram, LengthVerdict};
use stillalive::net::vrrp::{Addresses, Advert, ChecksumStyle, Seal, WireAuthentication};
use stillalive::runtime::packets::Packets;
use stillalive::sys::readiness::{Readiness, Ready};
use stillalive::units::{Family, IfName, Priority, Version, Vrid};

use crate::isolation::{ip, isolated, second_host};

const PART: &str = "STILLALIVE_PART";

/// One way for an advert to travel.
struct Way {
    name: &'static str,
    version: Version,
    source: &'static str,
    destination: &'static str,
    receiver: Endpoint,
    ttl: Option<u8>,
    received_ttl: u8,
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("address")
}

fn ways() -> [Way; 5] {
    let way = |name, version, source, destination: &'static str, receiver, ttl, received_ttl| Way {
        name,
        version,
        source,
        destination,
        receiver,
        ttl,
        received_ttl,
    };
    let group4 = Endpoint::Multicast(address("224.0.0.18"));
    let group6 = Endpoint::Multicast(address("ff02::12"));
    let own4 = Endpoint::Unicast(Some(address("10.7.0.1")));
    let own6 = Endpoint::Unicast(Some(address("fd07::1")));
    let (v2, v3) = (Version::V2, Version::V3);
    [
        way("v2 multicast", v2, "10.7.0.2", "224.0.0.18", group4, Some(255), 255),
        way("v2 unicast", v2, "10.7.0.2", "10.7.0.1", own4, Some(7), 7),
        way("v3 multicast", v3, "10.7.0.2", "224.0.0.18", group4, Some(255), 255),
        way("IPv6 multicast", v3, "fe80::2", "ff02::12", group6, Some(255), 255),
        way("IPv6 unicast", v3, "fd07::2", "fd07::1", own6, None, 64),
    ]
}

fn key(interface: &str, destination: &str, endpoint: Endpoint) -> SocketKey {
    SocketKey {
        family: Family::of(address(destination)),
        interface: Some(IfName::new(interface).expect("name")),
        protocol: 112,
        endpoint,
    }
}

fn transmission(way: &Way, socket: SocketId, vrid: u8) -> Transmission {
    let family = Family::of(address(way.destination));
    let virtual_address = match family {
        Family::V4 => address("10.7.0.50"),
        Family::V6 => address("fe80::50"),
    };
    let advert = Advert {
        version: way.version,
        vrid: Vrid::new(vrid).expect("vrid"),
        priority: Priority::new(150),
        interval: Duration::from_secs(1),
        authentication: WireAuthentication::None,
        addresses: Addresses::new(family, [virtual_address]).expect("addresses"),
    };
    Transmission {
        instance: InstanceId(0),
        socket,
        source: address(way.source),
        destinations: Arc::new([address(way.destination)]),
        advert: Arc::new(advert),
        identification: 1,
        ttl: way.ttl,
        checksum: ChecksumStyle::Rfc,
        seal: Seal::None,
    }
}

fn set_up(interface: &str, number: u8) {
    std::fs::write(format!("/proc/sys/net/ipv6/conf/{interface}/accept_dad"), "0").expect("sysctl");
    ip(&format!("link set {interface} addrgenmode none"));
    ip(&format!("addr add 10.7.0.{number}/24 dev {interface}"));
    ip(&format!("link set {interface} up"));
    ip(&format!("addr add fe80::{number}/64 dev {interface} nodad"));
    ip(&format!("addr add fd07::{number}/64 dev {interface} nodad"));
}

/// The second host: sends each advert for a foreign and then for the own VRID, again and again.
fn send_for_ever() {
    while !ip("-o link").contains(" far") {
        std::thread::sleep(Duration::from_millis(10));
    }
    set_up("far", 2);
    let (mut packets, _) = without_sockets();
    let mut socket = 0;
    let mut transmissions = Vec::new();
    for way in ways() {
        socket += 1;
        let own = match way.receiver {
            Endpoint::Multicast(group) => Endpoint::Multicast(group),
            Endpoint::Unicast(_) => Endpoint::Unicast(Some(address(way.source))),
        };
        let name = SocketId(socket);
        packets.open(name, &key("far", way.destination, own)).expect(way.name);
        transmissions.push(transmission(&way, name, 52));
        transmissions.push(transmission(&way, name, 51));
    }
    loop {
        for transmission in &transmissions {
            // The other end may not be up yet.
            let _failures = packets.transmit(transmission);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// No sockets, and who waits for those to come.
fn without_sockets() -> (Packets, Rc<Readiness>) {
    let readiness = Rc::new(Readiness::new().expect("epoll"));
    (Packets::new(Rc::clone(&readiness)), readiness)
}

/// Receives until `count` datagrams have come.
fn receive(packets: &mut Packets, readiness: &Readiness, count: usize) -> Vec<Datagram> {
    let (mut datagrams, mut ready) = (Vec::new(), Ready::default());
    while datagrams.len() < count {
        readiness.wait(&mut ready).expect("poll");
        packets.receive(&ready, |datagram| datagrams.push(datagram));
    }
    datagrams
}

#[test]
fn adverts_arrive_and_foreign_routers_are_filtered() {
    isolated("packets::adverts_arrive_and_foreign_routers_are_filtered", || {
        if std::env::var(PART).is_ok() {
            send_for_ever();
        }
        let far =
            second_host("packets::adverts_arrive_and_foreign_routers_are_filtered", PART, "far");
        ip("link add near type veth peer name far");
        set_up("near", 1);
        ip(&format!("link set far netns {}", far.pid()));

        for way in ways() {
            let (mut packets, readiness) = without_sockets();
            let socket = SocketId(1);
            packets.open(socket, &key("near", way.destination, way.receiver)).expect(way.name);
            // Without a filter both virtual routers are heard (raw unicast and multicast sockets
            // of the same family may also hear the version of the neighbouring case).
            let seen: Vec<u8> =
                receive(&mut packets, &readiness, 8).iter().map(|got| got.packet.vrid).collect();
            assert!(seen.contains(&51) && seen.contains(&52), "{}: {seen:?}", way.name);

            packets.set_vrids(&[Vrid::new(51).expect("vrid")]).expect("filter");
            // What was queued before does not count.
            receive(&mut packets, &readiness, 1);
            let datagrams = receive(&mut packets, &readiness, 8);
            assert!(datagrams.iter().all(|got| got.packet.vrid == 51), "{}", way.name);
            let got = datagrams
                .iter()
                .find(|got| got.packet.version == way.version.number())
                .expect(way.name);
            assert_eq!(got.socket, socket);
            assert_eq!(got.source, address(way.source));
            assert_eq!(got.multicast, address(way.destination).is_multicast());
            assert_eq!(got.ttl, way.received_ttl, "{}", way.name);
            assert_eq!(got.packet.priority, Priority::new(150));
            assert_eq!(got.packet.length, LengthVerdict::Exact);
            assert_eq!(got.packet.addresses.len(), 1);
            let right = ChecksumVerdict { standard: true, ..ChecksumVerdict::default() };
            assert_eq!(got.packet.checksum, right, "{}", way.name);
        }
        drop(far);
    });
}

#[test]
fn own_multicast_does_not_come_back_and_failures_are_told_apart() {
    isolated("packets::own_multicast_does_not_come_back_and_failures_are_told_apart", || {
        ip("link add near type veth peer name far");
        set_up("near", 1);
        ip("link set far up");
        let (mut packets, readiness) = without_sockets();
        let [multicast, unicast, ..] = ways();
        for (number, way) in [(1, &multicast), (2, &unicast)] {
            let way_key = key("near", way.destination, way.receiver);
            packets.open(SocketId(number), &way_key).expect(way.name);
        }
        let way = Way { source: "10.7.0.1", ..multicast };
        let sent = transmission(&way, SocketId(1), 51);
        assert_eq!(packets.transmit(&sent), []);
        std::thread::sleep(Duration::from_millis(200));
        let mut ready = Ready::default();
        readiness.look(&mut ready).expect("poll");
        assert_eq!(ready.numbers().count(), 0, "our own advert came back");

        let peers = Transmission {
            destinations: Arc::new([address("255.255.255.255"), address("10.7.0.9")]),
            ..transmission(&Way { source: "10.7.0.1", ..unicast }, SocketId(2), 51)
        };
        let failed: Vec<String> = packets
            .transmit(&peers)
            .iter()
            .map(|failure| format!("{} {}", failure.destination, failure.error))
            .collect();
        assert_eq!(failed, ["255.255.255.255 Permission denied(13)"]);

        packets.close(SocketId(2));
        let failed = packets.transmit(&peers);
        assert_eq!(failed.len(), 2);
        assert_eq!(failed[0].error.to_string(), "Bad file descriptor(9)");
    });
}

#[test]
fn a_socket_on_a_missing_interface_says_why() {
    isolated("packets::a_socket_on_a_missing_interface_says_why", || {
        let endpoint = Endpoint::Multicast(address("224.0.0.18"));
        let (mut packets, _) = without_sockets();
        let error = packets.open(SocketId(1), &key("nowhere", "224.0.0.18", endpoint));
        assert_eq!(error.expect_err("error").to_string(), "No such device(19)");
    });
}
