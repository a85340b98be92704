//! What is counted, beside what keepalived counts of the same datagrams.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use super::{Kind, Subject};
use crate::lab::{Daemon, Lab, Sender, internet_checksum, ready};
use crate::protocol::ELECTION;

const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);
const CONFIGURATION: &str = "global_defs { router_id node1 }
    vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 100
        authentication { 
            auth_type PASS
            auth_pass abc
        }
        virtual_ipaddress {
            10.77.0.50/24
        }
    }";

/// An advert of version 2 with priority 50, which a master refuses to follow.
fn advert(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut pdu = vec![0x21, 51, 50, 1, 1, 1, 0, 0, 10, 77, 0, 50];
    pdu.extend(*b"abc\0\0\0\0\0");
    change(&mut pdu);
    let checksum = internet_checksum(&pdu);
    pdu[6..8].copy_from_slice(&checksum.to_be_bytes());
    pdu
}

/// The counters by `SECTION/NAME`.
fn counters(text: &str) -> BTreeMap<String, u64> {
    let mut section = String::new();
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with("VRRP Instance")) {
        let (name, value) = line.trim().split_once(':').unwrap();
        match value.trim().parse() {
            Ok(value) if line.starts_with("    ") => {
                found.insert(format!("{section}/{name}"), value);
            }
            Ok(value) => {
                found.insert(name.to_owned(), value);
            }
            Err(_) => section = name.to_owned(),
        }
    }
    found
}

/// A master hears one datagram of each kind, several times over; then it loses its carrier.
fn count(daemon: Daemon) -> [BTreeMap<String, u64>; 3] {
    let lab = Lab::new(3);
    let subject = Subject::start(&lab, daemon, CONFIGURATION);
    subject.data_when("MASTER", ELECTION);
    let sender = Sender::new(lab.host(3));
    let send = |times: usize, ttl: u8, pdu: &[u8]| {
        for _ in 0..times {
            sender.send(GROUP, ttl, pdu);
        }
    };
    send(1, 254, &advert(|_| {}));
    send(2, 255, &advert(|pdu| pdu.truncate(17)));
    send(3, 255, &advert(|pdu| pdu[0] = 0x22));
    send(4, 255, &advert(|pdu| pdu[5] = 2));
    send(5, 255, &advert(|pdu| pdu[4] = 7));
    send(6, 255, &advert(|pdu| pdu[4] = 0));
    send(7, 255, &advert(|pdu| pdu[12] = b'x'));
    send(2, 255, &advert(|pdu| pdu[2] = 0));
    send(1, 255, &advert(|_| {}));
    std::thread::sleep(Duration::from_millis(500));
    let as_master = counters(&subject.dump(Kind::Statistics));
    lab.carrier(1, false);
    subject.data_when("FAULT", ELECTION);
    let in_fault = counters(&subject.dump(Kind::StatisticsAndClear));
    let cleared = counters(&subject.dump(Kind::Statistics));
    [as_master, in_fault, cleared]
}

#[test]
fn datagrams_count_as_keepalived_counts_them() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let (mut ours, mut theirs) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| count(Daemon::Keepalived));
        (count(Daemon::Ours), theirs.join().unwrap())
    });
    for counted in ours.iter_mut() {
        // It came later.
        counted.retain(|name, _| !name.starts_with("Authentication Extension Errors/"));
    }
    for counted in ours.iter_mut().chain(&mut theirs) {
        // One a second, for as long as it took.
        let sent = counted.get_mut("Advertisements/Sent").unwrap();
        *sent = u64::from(*sent > 0);
    }
    // keepalived drops adverts with another interval without counting them; its line stays 0.
    const INTERVAL: &str = "Packet Errors/Advertisement Interval";
    assert_eq!(ours[0].remove(INTERVAL), Some(4));
    assert_eq!(theirs[0].remove(INTERVAL), Some(0));
    ours[1].remove(INTERVAL);
    theirs[1].remove(INTERVAL);
    assert_eq!(ours, theirs);
    assert_eq!(ours[0]["Authentication Errors/Failure"], 7);
    assert_eq!(ours[1]["Released master"], 1);
    assert!(ours[2].values().all(|value| *value == 0));
}
