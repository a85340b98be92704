//! Two nodes, one difference: what operators ran into, row by row, and what else leads to two
//! masters or a lost address.

use stillalive::cluster::election::Mastership;
use stillalive::diag::{Code, Severity};

use super::Given;
use super::prediction;

/// A pair of healthy nodes; `{…}` are places for a difference.
const PAIR: &str = "{globals}\
vrrp_instance {name} {
    state BACKUP
    interface eth0
    virtual_router_id {vrid}
    priority {priority}
    {lines}
    virtual_ipaddress {
        {vips}
    }
}
";

/// One side of a pair.
#[derive(Clone)]
struct Side(Vec<(&'static str, &'static str)>);

impl Side {
    fn text(&self, priority: &str) -> String {
        let places = [
            ("globals", ""),
            ("name", "WEB"),
            ("vrid", "51"),
            ("priority", priority),
            ("lines", ""),
            ("vips", "10.77.0.50/24\n10.77.0.51/24"),
        ];
        let mut text = PAIR.to_owned();
        for (place, usual) in places {
            let own = self.0.iter().find(|(name, _)| *name == place).map(|(_, value)| *value);
            text = text.replace(&format!("{{{place}}}"), own.unwrap_or(usual));
        }
        text
    }
}

/// What becomes of the pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Masters {
    /// One.
    One,
    /// Both.
    Two,
}

/// Node A, node B, what is found, and how many are master.
type Row = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str)],
    &'static [(Code, Severity)],
    Masters,
);

const UNICAST_A: &str = "unicast_src_ip 10.77.0.1\nunicast_peer {\n10.77.0.2\n}";
const UNICAST_B: &str = "unicast_src_ip 10.77.0.2\nunicast_peer {\n10.77.0.1\n}";
const ELSEWHERE_B: &str = "unicast_src_ip 10.77.0.22\nunicast_peer {\n10.77.0.1\n}";
const PASS: &str = "authentication {\nauth_type PASS\nauth_pass letmein\n}";
const OTHER_PASS: &str = "authentication {\nauth_type PASS\nauth_pass letmeout\n}";
const LONG_PASS: &str = "authentication {\nauth_type PASS\nauth_pass letmein-now\n}";
const LONGER_PASS: &str = "authentication {\nauth_type PASS\nauth_pass letmein-later\n}";

/// The table of `users.md` 2.4, in its order.
const TABLE: &[Row] = &[
    (
        "virtual_router_id",
        &[],
        &[("vrid", "52")],
        &[(Code::CLUSTER_VRID, Severity::Error)],
        Masters::Two,
    ),
    (
        "vrrp_mcast_group4",
        &[],
        &[("globals", "global_defs {\nvrrp_mcast_group4 224.0.0.19\n}\n")],
        &[(Code::CLUSTER_GROUP, Severity::Error)],
        Masters::Two,
    ),
    (
        "unicast peers on one side",
        &[("lines", UNICAST_A)],
        &[],
        &[(Code::CLUSTER_UNICAST, Severity::Error)],
        Masters::Two,
    ),
    (
        "auth_pass",
        &[("lines", PASS)],
        &[("lines", OTHER_PASS)],
        &[(Code::CLUSTER_PASSWORD, Severity::Error)],
        Masters::Two,
    ),
    (
        "authentication on one side",
        &[("lines", PASS)],
        &[],
        &[(Code::CLUSTER_AUTHENTICATION, Severity::Error)],
        Masters::Two,
    ),
    (
        "v2 advert_int",
        &[("lines", "advert_int 1")],
        &[("lines", "advert_int 2")],
        &[(Code::CLUSTER_INTERVAL, Severity::Error)],
        Masters::Two,
    ),
    (
        "version",
        &[("lines", "version 2")],
        &[("lines", "version 3")],
        &[(Code::CLUSTER_VERSION, Severity::Error)],
        Masters::Two,
    ),
    (
        "unicast_src_ip not what the peer lists",
        &[("lines", UNICAST_A)],
        &[("lines", ELSEWHERE_B)],
        &[(Code::CLUSTER_SOURCE, Severity::Error)],
        Masters::Two,
    ),
    (
        "value of a VIP",
        &[],
        &[("vips", "10.77.0.50/24\n10.77.0.52/24")],
        &[(Code::CLUSTER_ADDRESSES, Severity::Error)],
        Masters::One,
    ),
    (
        "number of VIPs",
        &[],
        &[("vips", "10.77.0.50/24")],
        &[(Code::CLUSTER_ADDRESSES, Severity::Error)],
        Masters::One,
    ),
    (
        "order of VIPs",
        &[],
        &[("vips", "10.77.0.51/24\n10.77.0.50/24")],
        &[(Code::CLUSTER_ADDRESS_ORDER, Severity::Warning)],
        Masters::One,
    ),
    (
        "prefix length",
        &[],
        &[("vips", "10.77.0.50/32\n10.77.0.51/24")],
        &[(Code::CLUSTER_PREFIX, Severity::Warning)],
        Masters::One,
    ),
    (
        "v3 interval, backup much faster",
        &[("lines", "version 3\nadvert_int 2")],
        &[("lines", "version 3\nadvert_int 0.2")],
        &[(Code::CLUSTER_HASTY_BACKUP, Severity::Warning)],
        Masters::One,
    ),
    (
        "auth_pass different after character 8",
        &[("lines", LONG_PASS)],
        &[("lines", LONGER_PASS)],
        // "letmein-" are the eight bytes.
        &[(Code::CLUSTER_PASSWORD_TAIL, Severity::Note)],
        Masters::One,
    ),
    (
        "equal priority",
        &[("priority", "100")],
        &[("priority", "100")],
        &[(Code::CLUSTER_EQUAL_PRIORITY, Severity::Note)],
        Masters::One,
    ),
];

/// What operators have not run into yet, or not told.
const MORE: &[Row] = &[
    ("nothing", &[], &[], &[], Masters::One),
    (
        "a peer of another address",
        &[("lines", "unicast_src_ip 10.77.0.1\nunicast_peer {\n10.77.0.3\n}")],
        &[("lines", UNICAST_B)],
        &[(Code::CLUSTER_SOURCE, Severity::Error)],
        Masters::Two,
    ),
    (
        "a source that is checked",
        &[("lines", "unicast_src_ip 10.77.0.11\nunicast_peer {\n10.77.0.2\n}")],
        &[("lines", "check_unicast_src\nunicast_src_ip 10.77.0.2\nunicast_peer {\n10.77.0.1\n}")],
        &[(Code::CLUSTER_SOURCE, Severity::Error)],
        Masters::Two,
    ),
    (
        "a TTL that is checked",
        &[("lines", UNICAST_A)],
        &[("lines", "unicast_src_ip 10.77.0.2\nunicast_peer {\n10.77.0.1 min_ttl 1 max_ttl 64\n}")],
        &[(Code::CLUSTER_PEERS, Severity::Error)],
        Masters::Two,
    ),
    (
        "v3_checksum_as_v2",
        &[("lines", "version 3\nv3_checksum_as_v2")],
        &[("lines", "version 3")],
        &[(Code::CLUSTER_CHECKSUM, Severity::Error)],
        Masters::Two,
    ),
    ("a name", &[], &[("name", "SHOP")], &[], Masters::One),
    (
        "a name and the VRID",
        &[],
        &[("name", "SHOP"), ("vrid", "52")],
        &[(Code::CLUSTER_VRID, Severity::Error)],
        Masters::Two,
    ),
    (
        "addresses that are not advertised",
        &[],
        &[("lines", "virtual_ipaddress_excluded {\n10.77.0.60/24\n}")],
        &[(Code::CLUSTER_ADDRESSES, Severity::Error)],
        Masters::One,
    ),
    (
        "nopreempt on the lesser node",
        &[],
        &[("lines", "nopreempt")],
        &[(Code::CLUSTER_PREEMPTION, Severity::Warning)],
        Masters::One,
    ),
    (
        "nopreempt on the better node",
        &[("lines", "nopreempt")],
        &[],
        &[(Code::CLUSTER_PREEMPTION, Severity::Note)],
        Masters::One,
    ),
    (
        "strict mode",
        &[],
        &[("globals", "global_defs {\nvrrp_strict\n}\n")],
        &[(Code::CLUSTER_STRICT, Severity::Warning)],
        Masters::One,
    ),
    (
        "two owners",
        &[("priority", "255")],
        &[("priority", "255")],
        &[(Code::CLUSTER_TWO_OWNERS, Severity::Error)],
        Masters::One,
    ),
    (
        "several differences at once",
        &[("lines", PASS)],
        &[("lines", OTHER_PASS), ("vrid", "52"), ("vips", "10.77.0.50/24")],
        &[
            (Code::CLUSTER_VRID, Severity::Error),
            (Code::CLUSTER_PASSWORD, Severity::Error),
            (Code::CLUSTER_ADDRESSES, Severity::Error),
        ],
        Masters::Two,
    ),
    (
        "everything but the name",
        &[],
        &[("vrid", "52"), ("vips", "10.77.0.60/24")],
        &[(Code::CLUSTER_VRID, Severity::Error), (Code::CLUSTER_ADDRESSES, Severity::Error)],
        Masters::Two,
    ),
];

fn given(row: &Row) -> Given {
    let (_, a, b, ..) = row;
    let (a, b) = (Side(a.to_vec()).text("150"), Side(b.to_vec()).text("100"));
    Given::texts(&[("a", &a), ("b", &b)])
}

#[test]
fn each_difference_is_found_for_what_it_is() {
    for row in TABLE.iter().chain(MORE) {
        let given = given(row);
        let (name, .., expected, _) = row;
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!(given.codes(), expected, "{name}:\n{}", given.told());
    }
}

#[test]
fn eight_of_eight_pairs_with_two_masters_are_errors() {
    let dual: Vec<_> = TABLE.iter().filter(|row| row.4 == Masters::Two).collect();
    assert_eq!(dual.len(), 8);
    for row in dual {
        let worst = given(row).findings().iter().map(|finding| finding.severity).max();
        assert_eq!(worst, Some(Severity::Error), "{}", row.0);
    }
}

#[test]
fn the_table_of_elections_knows_two_masters() {
    for row in TABLE.iter().chain(MORE) {
        let given = given(row);
        let subject = given.subject();
        assert_eq!(subject.routers.len(), 1, "{}", row.0);
        let foretold = &subject.elections[0].healthy.master;
        let two = matches!(foretold, Mastership::Several(_));
        assert_eq!(two, row.4 == Masters::Two, "{}: {foretold:?}", row.0);
    }
}

/// The engine agrees, row by row.
#[test]
fn the_engine_elects_as_many_masters() {
    for row in TABLE.iter().chain(MORE) {
        prediction::compare(&given(row), row.0);
    }
}
