//! The bytes: for one file, ours and keepalived's frames are equal but for the IP identification.

use std::fmt::Write as _;
use std::time::Duration;

use crate::lab::{Daemon, Lab, Observation, Seen, ready};
use crate::protocol::ELECTION;

/// What one daemon sends when it becomes master, goes on, and stops.
struct Sent {
    /// The adverts: the first two, and the one of priority 0.
    adverts: Vec<Vec<u8>>,
    /// The PDU of the first advert.
    pdu: Vec<u8>,
    /// The ten frames of the first block of announcements.
    announcements: Vec<Vec<u8>>,
}

/// Runs `daemon` alone on host 1 and collects its frames. Host 2 answers for its address only.
fn sent(daemon: Daemon, configuration: &str) -> Sent {
    let lab = Lab::new(2);
    let mut router = lab.start(1, daemon, configuration);
    let (first, advert) = lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |_| true);
    let (second, _) = lab.capture().wait_for_advert(1, first, ELECTION, |_| true);
    router.assert_alive();
    router.terminate(ELECTION);
    lab.capture().wait_for_advert(1, second, ELECTION, |advert| advert.priority() == 0);
    let observations = lab.capture().observations();
    let of_router = |o: &&Observation| o.frame.host() == 1;
    let bytes = |o: &Observation| o.frame.comparable_bytes();
    let adverts: Vec<_> = observations
        .iter()
        .filter(of_router)
        .filter(|o| matches!(o.frame.seen, Seen::Advert(_)))
        .collect();
    let resigned = adverts.last().map(|o| bytes(o));
    Sent {
        adverts: adverts.iter().take(2).map(|o| bytes(o)).chain(resigned).collect(),
        pdu: advert.payload,
        announcements: observations
            .iter()
            .filter(of_router)
            .filter(|o| o.announced_by(1).is_some())
            .take(10)
            .map(bytes)
            .collect(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn hex_lines(frames: &[Vec<u8>]) -> Vec<String> {
    frames.iter().map(|frame| hex(frame)).collect()
}

/// Compares `one` with keepalived; `pdu` is the first advert's PDU where it is known.
fn assert_equal_bytes(one: Daemon, configuration: &str, pdu: Option<&str>) {
    if !ready(&[one, Daemon::Keepalived]) {
        return;
    }
    let (ours, theirs) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| sent(Daemon::Keepalived, configuration));
        (sent(one, configuration), theirs.join().unwrap())
    });
    if let Some(pdu) = pdu {
        assert_eq!(hex(&theirs.pdu), pdu, "keepalived's PDU is the known one");
    }
    assert_eq!(ours.adverts.len(), 3);
    assert_eq!(ours.announcements.len(), 10);
    assert_eq!(hex_lines(&ours.adverts), hex_lines(&theirs.adverts), "adverts");
    assert_eq!(hex_lines(&ours.announcements), hex_lines(&theirs.announcements), "announcements");
}

macro_rules! equal_bytes {
    ($($name:ident: $configuration:expr, $pdu:expr;)+) => {$(
        mod $name {
            #[test]
            fn ours_and_keepalived() {
                super::assert_equal_bytes(crate::lab::Daemon::Ours, $configuration, $pdu);
            }

            #[test]
            #[ignore = "oracle: proves the scenario, not our daemon"]
            fn keepalived_and_keepalived() {
                super::assert_equal_bytes(crate::lab::Daemon::Keepalived, $configuration, $pdu);
            }
        }
    )+};
}

equal_bytes! {
    bytes_v2: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        Some("21339602000133ca0a4d00320a4d00330000000000000000");
    bytes_v2_password: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            authentication {
                auth_type PASS
                auth_pass abc
            }
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        Some("2133960201016e670a4d00320a4d00336162630000000000");
    bytes_v2_long_password: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            authentication {
                auth_type PASS
                auth_pass abcdefghij
            }
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        None;
    bytes_v2_authentication_header: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            authentication {
                auth_type AH
                auth_pass abcdefghij
            }
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        Some("21339602020131ca0a4d00320a4d00330000000000000000");
    bytes_v2_authentication_header_unicast: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            authentication {
                auth_type AH
                auth_pass abc
            }
            unicast_src_ip 10.77.0.1
            unicast_peer {
                10.77.0.2
            }
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        Some("21339602020131ca0a4d00320a4d00330000000000000000");
    bytes_v3: "vrrp_instance V1 {
            version 3
            interface eth0
            virtual_router_id 51
            priority 150
            advert_int 0.5
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        Some("31339602003238b80a4d00320a4d0033");
    bytes_v2_unicast: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            unicast_src_ip 10.77.0.1
            unicast_peer {
                10.77.0.2
            }
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        Some("21339602000133ca0a4d00320a4d00330000000000000000");
    bytes_v3_unicast: "vrrp_instance V1 {
            version 3
            interface eth0
            virtual_router_id 51
            priority 150
            unicast_src_ip 10.77.0.1
            unicast_peer {
                10.77.0.2
            }
            virtual_ipaddress {
                10.77.0.50
                10.77.0.51
            }
        }",
        Some("3133960200640e4a0a4d00320a4d0033");
    bytes_ipv6: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            virtual_ipaddress {
                fe80::50/64
                2001:db8:77::50/64
            }
        }",
        None;
    bytes_ipv6_unicast: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            unicast_src_ip fe80::1
            unicast_peer {
                fe80::2
            }
            virtual_ipaddress {
                fe80::50/64
                2001:db8:77::50/64
            }
        }",
        None;
    bytes_excluded_addresses: "vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 150
            virtual_ipaddress {
                10.77.0.50/24
            }
            virtual_ipaddress_excluded {
                2001:db8:77::50/64
                10.77.0.51/24
            }
        }",
        None;
}
