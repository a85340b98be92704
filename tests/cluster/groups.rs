//! Sync groups: their members fail together, and lead together or not at all.

use stillalive::cluster::election::Mastership;
use stillalive::cluster::table;
use stillalive::diag::{Code, Severity};

use super::Given;

const GROUP: &str = "vrrp_sync_group BOTH {\ngroup {\nIN\nOUT\n}\n}\n";

fn node(group: &str, inside: u8, outside: u8) -> String {
    let instance = |name, interface, vrid, priority, vip| {
        format!(
            "vrrp_instance {name} {{\ninterface {interface}\nvirtual_router_id {vrid}\n\
             priority {priority}\nvirtual_ipaddress {{\n{vip}/24\n}}\n}}\n"
        )
    };
    let instances = [
        instance("IN", "eth0", 51, inside, "10.77.0.50"),
        instance("OUT", "eth1", 52, outside, "10.78.0.50"),
    ];
    format!("{group}{}", instances.concat())
}

fn given(a: &str, b: &str) -> Given {
    Given::texts(&[("a", a), ("b", b)])
}

#[test]
fn a_fault_takes_the_whole_group_along() {
    let given = given(&node(GROUP, 150, 150), &node(GROUP, 100, 100));
    assert_eq!(given.codes(), [], "{}", given.told());
    let texts: Vec<_> = table::tables(&given.subject()).iter().map(table::text).collect();
    insta::assert_snapshot!(texts.concat(), @r"
    IN: VRID 51, 10.77.0.50/24
      when               master      a      b
      all is well        a         150    100
      a down             b           -    100
      a: link eth0 down  b       FAULT    100
      a: link eth1 down  b       FAULT    100
      b down             a         150      -
      b: link eth0 down  a         150  FAULT
      b: link eth1 down  a         150  FAULT
    OUT: VRID 52, 10.78.0.50/24
      when               master      a      b
      all is well        a         150    100
      a down             b           -    100
      a: link eth0 down  b       FAULT    100
      a: link eth1 down  b       FAULT    100
      b down             a         150      -
      b: link eth0 down  a         150  FAULT
      b: link eth1 down  a         150  FAULT
    ");
}

#[test]
fn groups_that_are_pulled_in_different_directions_never_rest() {
    let given = given(&node(GROUP, 150, 100), &node(GROUP, 100, 150));
    let subject = given.subject();
    let restless =
        |index: usize| matches!(subject.elections[index].healthy.master, Mastership::Restless(_));
    assert!(restless(0) && restless(1));
    let codes: Vec<_> = given.codes();
    assert!(codes.contains(&(Code::CLUSTER_NOBODY, Severity::Error)), "{}", given.told());
}

/// Without a group the other node has, a node may lead one half only; the grouped one leads both
/// or none.
#[test]
fn a_group_on_one_node_only_leaves_a_half_to_nobody() {
    let given = given(&node(GROUP, 100, 100), &node("", 150, 150));
    let told = given.told();
    let nobody = (Code::CLUSTER_NOBODY, Severity::Warning);
    assert_eq!(given.codes().iter().filter(|code| **code == nobody).count(), 2, "{told}");
    assert!(given.codes().contains(&(Code::CLUSTER_SYNC_GROUPS, Severity::Warning)), "{told}");
    let subject = given.subject();
    assert_eq!(subject.elections[0].healthy.master, Mastership::One(1));
}
