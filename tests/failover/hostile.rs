//! Broken and foreign datagrams from a third host, all of a priority that would win.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use crate::lab::{
    Daemon, Lab, Running, Sender, Sender6, address4, internet_checksum, now, pseudo_header_checksum,
};
use crate::protocol::{
    EARLY, ELECTION, Timing, VIPS, addresses, assert_silent, assert_steady, start_pair,
    two_addresses, two_addresses_ipv6,
};

const TIMING: Timing = Timing::V2(1);
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

const PASSWORD: &str = "authentication {
                auth_type PASS
                auth_pass abc
            }";

/// The version of the adverts that are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    V2,
    V3,
}

/// A valid PDU of priority 200 for the lab's instance: the start of all mutations.
fn valid_pdu(version: Version, password: &[u8]) -> Vec<u8> {
    let vips = [10, 77, 0, 50, 10, 77, 0, 51];
    let mut pdu = match version {
        Version::V2 => vec![0x21, 51, 200, 2, u8::from(!password.is_empty()), 1, 0, 0],
        Version::V3 => vec![0x31, 51, 200, 2, 0, 100, 0, 0],
    };
    pdu.extend(vips);
    if version == Version::V2 {
        pdu.extend(password);
        pdu.resize(24, 0);
    }
    with_checksum(version, pdu)
}

fn with_checksum(version: Version, mut pdu: Vec<u8>) -> Vec<u8> {
    pdu[6..8].fill(0);
    let checksum = match version {
        Version::V2 => internet_checksum(&pdu),
        Version::V3 => pseudo_header_checksum(address4(3), GROUP.into(), &pdu),
    };
    pdu[6..8].copy_from_slice(&checksum.to_be_bytes());
    pdu
}

/// The same numbers at each run (xorshift), so that a failure comes back.
struct Numbers(u32);

impl Numbers {
    fn byte(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as u8
    }
}

/// One broken PDU; `kind` chooses how it is broken.
fn broken_pdu(version: Version, kind: usize, numbers: &mut Numbers) -> Vec<u8> {
    let mut pdu = valid_pdu(version, &[]);
    let mut one_of = |values: &[u8]| values[usize::from(numbers.byte()) % values.len()];
    match kind % 10 {
        // Truncated, from nothing at all to one byte missing.
        0 => {
            let length = pdu.len();
            pdu.truncate(usize::from(numbers.byte()) % length);
        }
        // Too long; 2 bytes more could be Ethernet padding, so take an odd number.
        1 => pdu.extend(vec![0xff; usize::from(numbers.byte()) * 2 + 1]),
        // More or fewer addresses announced than carried, with a right checksum.
        2 => {
            pdu[3] = one_of(&[0, 1, 3, 63, 255]);
            pdu = with_checksum(version, pdu);
        }
        3 => pdu[7] ^= numbers.byte() | 1,
        // Another version, with the checksum of the right one.
        4 => {
            pdu[0] = match version {
                Version::V2 => one_of(&[0x31, 0x11, 0x01, 0x41, 0xf1]),
                Version::V3 => one_of(&[0x21, 0x11, 0x01, 0x41, 0xf1]),
            };
            pdu = with_checksum(version, pdu);
        }
        // Another type.
        5 => {
            pdu[0] = (pdu[0] & 0xf0) | one_of(&[0, 2, 15]);
            pdu = with_checksum(version, pdu);
        }
        // A router identifier that does not exist, and one that nobody has.
        6 => {
            pdu[1] = one_of(&[0, 52]);
            pdu = with_checksum(version, pdu);
        }
        // An authentication that does not exist or is not configured; in version 3, a checksum
        // without the pseudo-header.
        7 => match version {
            Version::V2 => {
                pdu[4] = one_of(&[1, 2, 3, 255]);
                pdu = with_checksum(version, pdu);
            }
            Version::V3 => pdu = with_checksum(Version::V2, pdu),
        },
        // Another interval; version 3 would learn it, so there the checksum is wrong as well.
        8 => match version {
            Version::V2 => {
                pdu[5] = one_of(&[0, 2, 255]);
                pdu = with_checksum(version, pdu);
            }
            Version::V3 => pdu[5] = one_of(&[0, 1, 255]),
        },
        // Noise behind a plausible start.
        _ => {
            let start = pdu[0];
            pdu = (0..=numbers.byte()).map(|_| numbers.byte()).collect();
            if let [version, vrid, ..] = pdu.as_mut_slice() {
                (*version, *vrid) = (start, 51);
            }
        }
    }
    pdu
}

/// Panics unless nothing moved between `from` and `until` that the protocol does not explain.
///
/// keepalived as master starts its period anew at each datagram it refuses, so it may fall
/// silent: then the backup is right to lead after its master-down time, and only that is asserted.
/// Ours as master keeps its period, so the backup never has a reason.
fn nothing_moved(
    lab: &Lab,
    vips: &[IpAddr],
    (master, backup): (&mut Running, &mut Running),
    from: Duration,
) {
    let until = now();
    if master.daemon() == Daemon::Ours {
        assert_steady(lab, 1, TIMING.interval(), from, until);
        assert_silent(lab, 2, Duration::ZERO);
        assert_eq!(master.logged("Entering BACKUP STATE"), 1, "it never left the lead");
    } else {
        let down = TIMING.master_down(100);
        let of_master = lab.capture().adverts(1);
        let mut last_of_backup = Duration::ZERO;
        for (time, _) in lab.capture().adverts(2) {
            let heard = of_master.iter().map(|(t, _)| *t).filter(|t| *t < time).max().unwrap();
            // Its first advert of each lead.
            if last_of_backup < heard {
                assert!(time + EARLY > heard + down, "led {:?} after an advert", time - heard);
            }
            last_of_backup = time;
        }
        eprintln!("FIGURE adverts of the backup while keepalived was pestered: {}", {
            lab.capture().adverts(2).len()
        });
    }
    master.assert_alive();
    backup.assert_alive();
    // When the third host is quiet, all is as before.
    lab.capture().wait_for_advert(1, until, ELECTION, |advert| advert.priority() == 150);
    lab.wait_for_owners(vips, &[1], ELECTION);
    let settled = now();
    lab.capture().wait_for_advert(1, settled, ELECTION, |_| true);
    assert_silent(lab, 2, settled);
}

fn three_thousand_broken(version: Version, master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let options = match version {
        Version::V2 => "version 2",
        Version::V3 => "version 3",
    };
    let (mut first, mut second) = start_pair(
        &lab,
        (master, &two_addresses(150, options)),
        (backup, &two_addresses(100, options)),
    );
    let sender = Sender::new(lab.host(3));
    let mut numbers = Numbers(0x5eed_cafe);
    // keepalived 2.2.7 logs each of them; faster than it can, and its socket loses the master's
    // adverts, which would prove nothing about the master.
    let pause = match backup {
        Daemon::Ours => Duration::from_millis(10),
        Daemon::Keepalived => Duration::from_millis(40),
    };
    let from = now();
    for kind in 0..3000 {
        sender.send(GROUP, 255, &broken_pdu(version, kind, &mut numbers));
        if kind % 10 == 9 {
            std::thread::sleep(pause);
        }
    }
    nothing_moved(&lab, &addresses(&VIPS), (&mut first, &mut second), from);
    let received = lab.capture().observations().iter().filter(|o| o.frame.host() == 3).count();
    assert!(received >= 2990, "the datagrams crossed the bridge: {received}");
}

/// Sends `pdu` every 0.3 s for 10 s.
fn pester(lab: &Lab, ttl: u8, pdu: &[u8]) {
    let sender = Sender::new(lab.host(3));
    for _ in 0..33 {
        sender.send(GROUP, ttl, pdu);
        std::thread::sleep(Duration::from_millis(300));
    }
}

fn wrong_ttl(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    let from = now();
    pester(&lab, 254, &valid_pdu(Version::V2, &[]));
    nothing_moved(&lab, &addresses(&VIPS), (&mut first, &mut second), from);
}

fn wrong_password(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let (mut first, mut second) = start_pair(
        &lab,
        (master, &two_addresses(150, PASSWORD)),
        (backup, &two_addresses(100, PASSWORD)),
    );
    let from = now();
    pester(&lab, 255, &valid_pdu(Version::V2, b"xyz"));
    nothing_moved(&lab, &addresses(&VIPS), (&mut first, &mut second), from);
}

fn wrong_hop_limit(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let vips = addresses(&["fe80::50", "2001:db8:77::50"]);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses_ipv6(150)), (backup, &two_addresses_ipv6(100)));
    let from = now();
    let sender = Sender6::new(lab.host(3), 254);
    let group = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12);
    for _ in 0..33 {
        sender.send(group, &valid_pdu6(&vips));
        std::thread::sleep(Duration::from_millis(300));
    }
    nothing_moved(&lab, &vips, (&mut first, &mut second), from);

    // With the right hop limit it is believed: it was the hop limit that was refused.
    Sender6::new(lab.host(3), 255).send(group, &valid_pdu6(&vips));
    first.wait_for_log("(V1) Entering BACKUP STATE", 2, Duration::from_secs(2));
}

/// A v3 PDU of priority 200 for the IPv6 instance; the sender fills in the checksum.
fn valid_pdu6(vips: &[IpAddr]) -> Vec<u8> {
    let mut pdu = vec![0x31, 51, 200, vips.len() as u8, 0, 100, 0, 0];
    for vip in vips {
        match vip {
            IpAddr::V4(address) => pdu.extend(address.octets()),
            IpAddr::V6(address) => pdu.extend(address.octets()),
        }
    }
    pdu
}

/// The counter-proof: the same datagram without a flaw takes the lead away.
fn valid_one_is_believed(master: Daemon, backup: Daemon) {
    let lab = Lab::new(3);
    let (mut first, mut second) =
        start_pair(&lab, (master, &two_addresses(150, "")), (backup, &two_addresses(100, "")));
    let sender = Sender::new(lab.host(3));
    let sent = now();
    sender.send(GROUP, 255, &valid_pdu(Version::V2, &[]));
    first.wait_for_log("(V1) Entering BACKUP STATE", 2, Duration::from_secs(2));
    lab.wait_for_owners(&addresses(&VIPS), &[], Duration::from_secs(2));
    // Nobody follows it up: the first of the two leads again after its master-down time.
    let (back, _) = lab.capture().wait_for_advert(1, sent, ELECTION, |_| true);
    crate::protocol::assert_time("return", back - sent, TIMING.master_down(150));
    first.assert_alive();
    second.assert_alive();
}

roles! {
    three_thousand_broken_v2_datagrams => |master, backup| {
        three_thousand_broken(Version::V2, master, backup);
    };
    three_thousand_broken_v3_datagrams => |master, backup| {
        three_thousand_broken(Version::V3, master, backup);
    };
    wrong_ttl_for_ten_seconds => wrong_ttl;
    wrong_hop_limit_for_ten_seconds => wrong_hop_limit;
    wrong_password_for_ten_seconds => wrong_password;
    valid_advert_of_a_stranger_is_believed => valid_one_is_believed;
}

/// Two and a half thousand lesser adverts make more lines of log than may wait for a reader.
#[test]
fn a_log_that_nobody_reads_holds_up_no_advert() {
    if !crate::lab::ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(3);
    let (mut first, _second) = start_pair(
        &lab,
        (Daemon::Ours, &two_addresses(250, "")),
        (Daemon::Ours, &two_addresses(100, "")),
    );
    let sender = Sender::new(lab.host(3));
    let lesser = valid_pdu(Version::V2, &[]);
    first.with_unread_log(|| {
        for _ in 0..2_500 {
            sender.send(GROUP, 255, &lesser);
            std::thread::sleep(Duration::from_millis(1));
        }
        let from = now();
        std::thread::sleep(Duration::from_secs(4));
        assert_steady(&lab, 1, TIMING.interval(), from, now());
    });
    first.wait_for_log("log lines lost", 1, ELECTION);
    assert_silent(&lab, 2, Duration::ZERO);
    first.assert_alive();
}
