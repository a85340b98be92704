//! Sources, groups, peers, checksums, authentication.

use super::{instance, table};
use crate::ir::{Authentication, ChecksumPolicy, Instance, Peer, Transport};

fn way(instance: &Instance) -> String {
    let way = match &instance.transport {
        Transport::Multicast { group } => format!("to {group}"),
        Transport::Unicast { peers, ttl } => {
            let peers: Vec<_> = peers
                .iter()
                .map(|peer| {
                    let Peer { address, min_ttl, max_ttl } = peer.value;
                    format!("{address} {min_ttl}..{max_ttl}")
                })
                .collect();
            let check = if instance.check_unicast_source { ", checked" } else { "" };
            format!("to {peers:?} ttl {ttl:?}{check}")
        }
    };
    match instance.source {
        Some(source) => format!("{way} from {}", source.value),
        None => way,
    }
}

#[test]
fn sources_and_groups() {
    let rows = [
        "mcast_src_ip 10.0.0.1",
        "mcast_src_ip 10.0.0.1/24",
        "mcast_src_ip 10.0.0.300",
        "mcast_src_ip",
        "mcast_src_ip 10.0.0.1; mcast_src_ip 10.0.0.2",
        "mcast_dst_ip 224.0.0.99",
        "mcast_dst_ip 10.0.0.1",
        "mcast_dst_ip ff02::99; virtual_ipaddress {; fe80::9; }",
        "mcast_dst_ip ff0e::99; virtual_ipaddress {; fe80::9; }",
        "mcast_dst_ip 224.0.0.99; unicast_peer {; 10.0.0.2; }",
        "unicast_src_ip 10.0.0.1",
        "check_unicast_src",
    ];
    insta::assert_snapshot!(table(&rows, way), @r#"
    mcast_src_ip 10.0.0.1  =>  to 224.0.0.18 from 10.0.0.1
    mcast_src_ip 10.0.0.1/24  =>  to 224.0.0.18 from 10.0.0.1
        2:22: warning[SA116]: `mcast_src_ip` takes no length
    mcast_src_ip 10.0.0.300  =>  to 224.0.0.18
        2:14: error[SA203]: '10.0.0.300' is no address for `mcast_src_ip`
    mcast_src_ip  =>  to 224.0.0.18  [MissingValue]
        2:1: error[SA115]: `mcast_src_ip` lacks its value
    mcast_src_ip 10.0.0.1; mcast_src_ip 10.0.0.2  =>  to 224.0.0.18 from 10.0.0.2
        3:1: warning[SA120]: `mcast_src_ip` is given twice
    mcast_dst_ip 224.0.0.99  =>  to 224.0.0.99
    mcast_dst_ip 10.0.0.1  =>  to 224.0.0.18
        2:14: error[SA203]: '10.0.0.1' is no multicast address
    mcast_dst_ip ff02::99; virtual_ipaddress {; fe80::9; }  =>  to ff02::99
    mcast_dst_ip ff0e::99; virtual_ipaddress {; fe80::9; }  =>  to ff02::12
        2:14: error[SA203]: 'ff0e::99' is no multicast address
    mcast_dst_ip 224.0.0.99; unicast_peer {; 10.0.0.2; }  =>  to ["10.0.0.2 0..255"] ttl None
        2:14: error[SA310]: `mcast_dst_ip` with unicast peers
    unicast_src_ip 10.0.0.1  =>  to 224.0.0.18 from 10.0.0.1
        2:1: warning[SA310]: a unicast keyword without any unicast peer: multicast is used
    check_unicast_src  =>  to 224.0.0.18
        2:1: warning[SA310]: a unicast keyword without any unicast peer: multicast is used
    "#);
}

#[test]
fn peers_and_their_options() {
    let rows = [
        "unicast_peer {; 10.0.0.2; 10.0.0.3; }",
        "unicast_peer {; 10.0.0.2; }; unicast_peer {; 10.0.0.3; }",
        "unicast_src_ip 10.0.0.1; unicast_peer {; 10.0.0.2; }; unicast_ttl 8",
        "unicast_peer {; 10.0.0.2 min_ttl 5 max_ttl 9; }",
        "unicast_peer {; 10.0.0.2 max_ttl 256; }",
        "unicast_peer {; 10.0.0.2 min_ttl 9 max_ttl 5; }",
        "unicast_peer {; 10.0.0.2 min_ttl; }",
        "unicast_peer {; 10.0.0.2 foo 5; }",
        "unicast_peer {; 10.0.0.2 10.0.0.3; }",
        "unicast_peer {; 10.0.0.2; 10.0.0.2; }",
        "unicast_peer {; 10.0.0.2/24; }",
        "unicast_peer {; 10.0.0.2; }; check_unicast_src",
        "unicast_peer {; }",
        "unicast_peer {; host; }",
        "unicast_fault_no_peer; unicast_src_ip 10.0.0.1",
        "unicast_fault_no_peer",
        "unicast_ttl 0; unicast_peer {; 10.0.0.2; }",
        "unicast_ttl 255; unicast_peer {; 10.0.0.2; }",
        "unicast_ttl 256; unicast_peer {; 10.0.0.2; }",
        "unicast_ttl 5",
    ];
    insta::assert_snapshot!(table(&rows, way), @r#"
    unicast_peer {; 10.0.0.2; 10.0.0.3; }  =>  to ["10.0.0.2 0..255", "10.0.0.3 0..255"] ttl None
    unicast_peer {; 10.0.0.2; }; unicast_peer {; 10.0.0.3; }  =>  to ["10.0.0.2 0..255", "10.0.0.3 0..255"] ttl None
    unicast_src_ip 10.0.0.1; unicast_peer {; 10.0.0.2; }; unicast_ttl 8  =>  to ["10.0.0.2 0..255"] ttl Some(8) from 10.0.0.1
    unicast_peer {; 10.0.0.2 min_ttl 5 max_ttl 9; }  =>  to ["10.0.0.2 5..9"] ttl None, checked
    unicast_peer {; 10.0.0.2 max_ttl 256; }  =>  to ["10.0.0.2 0..255"] ttl None
        3:18: error[SA202]: number '256' for `max_ttl` is outside range [0, 255]
    unicast_peer {; 10.0.0.2 min_ttl 9 max_ttl 5; }  =>  to ["10.0.0.2 9..5"] ttl None, checked
        3:1: error[SA202]: `min_ttl` is greater than `max_ttl`
    unicast_peer {; 10.0.0.2 min_ttl; }  =>  to ["10.0.0.2 0..255"] ttl None
        3:10: error[SA115]: `min_ttl` lacks its value
    unicast_peer {; 10.0.0.2 foo 5; }  =>  to ["10.0.0.2 0..255"] ttl None
        3:10: error[SA204]: Unknown option 'foo' of a peer
    unicast_peer {; 10.0.0.2 10.0.0.3; }  =>  to ["10.0.0.2 0..255"] ttl None
        3:10: error[SA204]: Unknown option '10.0.0.3' of a peer
    unicast_peer {; 10.0.0.2; 10.0.0.2; }  =>  to ["10.0.0.2 0..255"] ttl None
        4:1: error[SA305]: this peer is given twice
    unicast_peer {; 10.0.0.2/24; }  =>  to ["10.0.0.2 0..255"] ttl None
        3:9: warning[SA116]: `unicast_peer` takes no length
    unicast_peer {; 10.0.0.2; }; check_unicast_src  =>  to ["10.0.0.2 0..255"] ttl None, checked
    unicast_peer {; }  =>  to 224.0.0.18
        2:1: warning[SA310]: a unicast keyword without any unicast peer: multicast is used
    unicast_peer {; host; }  =>  to 224.0.0.18
        2:1: warning[SA310]: a unicast keyword without any unicast peer: multicast is used
        3:1: error[SA203]: 'host' is no address for `unicast_peer`
    unicast_fault_no_peer; unicast_src_ip 10.0.0.1  =>  to [] ttl None from 10.0.0.1
        3:1: warning[SA310]: unicast without any peer
    unicast_fault_no_peer  =>  to 224.0.0.18
    unicast_ttl 0; unicast_peer {; 10.0.0.2; }  =>  to ["10.0.0.2 0..255"] ttl Some(0)
    unicast_ttl 255; unicast_peer {; 10.0.0.2; }  =>  to ["10.0.0.2 0..255"] ttl Some(255)
    unicast_ttl 256; unicast_peer {; 10.0.0.2; }  =>  to ["10.0.0.2 0..255"] ttl None
        2:13: error[SA202]: number '256' for `unicast_ttl` is outside range [0, 255]
    unicast_ttl 5  =>  to 224.0.0.18
        2:13: error[SA310]: `unicast_ttl` without `unicast_peer`
    "#);
}

#[test]
fn an_instance_without_interface_needs_peers_and_a_source() {
    let text = "vrrp_instance V {\nvirtual_router_id 1\nunicast_src_ip 10.0.0.1\n\
                unicast_peer {\n10.0.0.2\n}\nvirtual_ipaddress {\n10.0.0.9 dev eth0\n}\n}\n";
    let outcome = super::understood(text);
    assert_eq!((outcome.config.instances.len(), outcome.findings), (1, vec![]));
    let without = super::understood(&text.replace("unicast_src_ip 10.0.0.1\n", ""));
    assert!(without.findings[0].contains("SA302"), "{:?}", without.findings);
}

#[test]
fn checksums() {
    for (statements, expected) in [
        ("version 3", ChecksumPolicy::Detect),
        ("version 3; v3_checksum_as_v2", ChecksumPolicy::AsVersion2),
        ("version 3; v3_checksum_as_v2 off", ChecksumPolicy::Detect),
        ("version 3; old_unicast_checksum never", ChecksumPolicy::Standard),
        ("version 3; old_unicast_checksum", ChecksumPolicy::Detect),
        (
            "version 3; old_unicast_checksum; unicast_peer {; 10.0.0.2; }",
            ChecksumPolicy::OldUnicast { group: [224, 0, 0, 18].into() },
        ),
    ] {
        assert_eq!(instance(statements).checksum, expected, "{statements}");
    }
}

#[test]
fn authentication_needs_a_type_and_a_password() {
    let rows = [
        "authentication {; auth_type PASS; auth_pass secret; }",
        "authentication {; auth_pass secret; auth_type PASS; }",
        "authentication {; auth_type PASS; auth_pass 123456789; }",
        "authentication {; auth_type PASS; }",
        "authentication {; auth_pass secret; }",
        "authentication {; auth_type pass; auth_pass secret; }",
        "authentication {; auth_type AH; auth_pass secret; }",
        "authentication {; auth_type PASS; autp_pass secret; }",
        "authentication {; auth_type PASS; auth_pass; }",
        "authentication {; }",
        "version 3; authentication {; auth_type PASS; auth_pass secret; }",
        "auth_type PASS",
        "auth_hmac {; key 1 abcdefghijklmnopqrstuvwxyz0123456789; active_key 1; }",
    ];
    insta::assert_snapshot!(
        table(&rows, |instance| match &instance.authentication {
        Authentication::Trailer(trailer) => format!("Trailer of {} keys", trailer.keys.len()),
        other => format!("{other:?}"),
    }),
        @"
    authentication {; auth_type PASS; auth_pass secret; }  =>  Pass(Secret(6 bytes))
    authentication {; auth_pass secret; auth_type PASS; }  =>  Pass(Secret(6 bytes))
    authentication {; auth_type PASS; auth_pass 123456789; }  =>  Pass(Secret(8 bytes))
        4:1: warning[SA307]: Truncating auth_pass to 8 characters
    authentication {; auth_type PASS; }  =>  None
        2:1: error[SA308]: authentication is ignored
    authentication {; auth_pass secret; }  =>  None
        2:1: warning[SA308]: there is no authentication
    authentication {; auth_type pass; auth_pass secret; }  =>  None
        3:11: error[SA204]: unknown authentication type 'pass'
    authentication {; auth_type AH; auth_pass secret; }  =>  Header(Secret(6 bytes))
    authentication {; auth_type PASS; autp_pass secret; }  =>  None
        2:1: error[SA308]: authentication is ignored
        4:1: error[SA101]: Unknown keyword 'autp_pass'
    authentication {; auth_type PASS; auth_pass; }  =>  None  [MissingValue]
        4:1: error[SA115]: `auth_pass` lacks its value
    authentication {; }  =>  None
        2:1: warning[SA308]: there is no authentication
    version 3; authentication {; auth_type PASS; auth_pass secret; }  =>  None
        3:1: error[SA308]: authentication is ignored
    auth_type PASS  =>  None
        2:1: error[SA101]: Unknown keyword 'auth_type'
    auth_hmac {; key 1 abcdefghijklmnopqrstuvwxyz0123456789; active_key 1; }  =>  Trailer of 1 keys
    "
    );
}
