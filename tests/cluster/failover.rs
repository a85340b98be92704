//! What a failed check does, from the weights: it moves the master, or it is said that it cannot.

use stillalive::cluster::election::{Mastership, Row};
use stillalive::cluster::table;
use stillalive::diag::{Code, Severity};

use super::Given;
use super::prediction;

/// Two nodes with the same scripts `one` and `two`, and what each instance says besides.
fn pair(priorities: (u8, u8), scripts: &str, a: &str, b: &str) -> Given {
    let text = |priority: u8, lines: &str| {
        format!(
            "{scripts}\nvrrp_instance WEB {{\nstate BACKUP\ninterface eth0\n\
             virtual_router_id 51\npriority {priority}\n{lines}\n\
             virtual_ipaddress {{\n10.77.0.50/24\n}}\n}}\n"
        )
    };
    Given::texts(&[("a", &text(priorities.0, a)), ("b", &text(priorities.1, b))])
}

fn script(name: &str, weight: &str) -> String {
    format!("vrrp_script {name} {{\nscript /usr/bin/true\n{weight}\n}}\n")
}

const TRACK_ONE: &str = "track_script {\none\n}";
const TRACK_BOTH: &str = "track_script {\none\ntwo\n}";

/// Who is master after this happens on the first node, as in the table.
fn after(given: &Given, what: &str) -> String {
    let subject = given.subject();
    let tables = table::tables(&subject);
    let line = tables[0].lines.iter().find(|line| line.when == format!("a: {what}"));
    line.unwrap_or_else(|| panic!("nothing about {what:?}:\n{}", table::text(&tables[0])))
        .master
        .clone()
}

fn found(given: &Given) -> Vec<(Code, Severity)> {
    given.codes()
}

const STAYS: &[(Code, Severity)] = &[(Code::CLUSTER_CANNOT_FAIL_OVER, Severity::Warning)];

#[test]
fn a_weight_moves_the_master_if_it_is_greater_than_the_difference() {
    for (weight, master, expected) in [
        ("weight -51", "b", &[][..]),
        ("weight -50", "a", STAYS),
        ("weight -20", "a", STAYS),
        ("", "b", &[]),
        ("weight 51", "b", &[]),
        ("weight 50", "a", STAYS),
    ] {
        let given = pair((150, 100), &script("one", weight), TRACK_ONE, TRACK_ONE);
        assert_eq!(after(&given, "script one fails"), master, "{weight}");
        assert_eq!(found(&given), expected, "{weight}\n{}", given.told());
        prediction::compare(&given, weight);
    }
}

#[test]
fn the_line_that_tracks_may_have_its_own_weight() {
    let own = "track_script {\none weight -60\n}";
    let given = pair((150, 100), &script("one", "weight -20"), own, own);
    assert_eq!(after(&given, "script one fails"), "b");
    assert_eq!(found(&given), []);
    let reversed = "track_script {\none weight 60 reverse\n}";
    let given = pair((150, 100), &script("one", ""), reversed, reversed);
    assert_eq!(after(&given, "script one succeeds"), "b", "{}", given.told());
    prediction::compare(&given, "reverse");
}

#[test]
fn the_priority_stays_between_1_and_254() {
    let given = pair((250, 240), &script("one", "weight 20"), TRACK_ONE, TRACK_ONE);
    // Both are at 254, so nobody has chosen the master.
    let subject = given.subject();
    assert!(matches!(subject.elections[0].healthy.master, Mastership::HigherAddress(_)));
    assert_eq!(found(&given), [(Code::CLUSTER_EQUAL_PRIORITY, Severity::Note)]);
    let given = pair((150, 1), &script("one", "weight -253"), TRACK_ONE, TRACK_ONE);
    assert_eq!(after(&given, "script one fails"), "a", "1 against 1");
    assert_eq!(found(&given), STAYS);
}

/// `nopreempt` never takes over from a master that advertises, however low.
#[test]
fn nopreempt_makes_weights_idle() {
    let lines = format!("nopreempt\n{TRACK_ONE}");
    let given = pair((150, 100), &script("one", "weight -100"), &lines, &lines);
    assert_eq!(after(&given, "script one fails"), "a");
    assert_eq!(found(&given), STAYS);
    assert!(given.told().contains("`nopreempt`"), "{}", given.told());
    prediction::compare(&given, "nopreempt and a weight");
    // Without a weight the master resigns.
    let given = pair((150, 100), &script("one", ""), &lines, &lines);
    assert_eq!(after(&given, "script one fails"), "b");
    assert_eq!(found(&given), []);
    prediction::compare(&given, "nopreempt without a weight");
}

/// Two checks that move the master together are no mistake.
#[test]
fn weights_may_be_meant_to_add_up() {
    let scripts = format!("{}{}", script("one", "weight -30"), script("two", "weight -30"));
    let given = pair((150, 100), &scripts, TRACK_BOTH, TRACK_BOTH);
    assert_eq!(found(&given), [], "{}", given.told());
    let subject = given.subject();
    let company = |row: &&Row| row.node == 0 && !row.together_with.is_empty();
    assert_eq!(subject.elections[0].rows.iter().filter(company).count(), 2);
    let text = table::text(&table::tables(&subject)[0]);
    assert!(text.contains("fails over if also script two fails"), "{text}");
    let scripts = format!("{}{}", script("one", "weight -20"), script("two", "weight -60"));
    let given = pair((150, 100), &scripts, TRACK_BOTH, TRACK_BOTH);
    // The second alone is enough, so the first never matters.
    assert_eq!(found(&given), STAYS, "{}", given.told());
}

#[test]
fn an_owner_tracks_in_vain_only_where_that_is_said() {
    let given = pair((255, 100), &script("one", ""), TRACK_ONE, TRACK_ONE);
    assert_eq!(after(&given, "script one fails"), "b");
    assert_eq!(found(&given), []);
}

#[test]
fn interfaces_files_and_processes_are_tracked_as_well() {
    let objects = "vrrp_track_process proxy {\nprocess haproxy\nweight -60\n}\n\
                   track_file maintenance {\nfile /run/maintenance\nweight -100\n}\n";
    let lines = "track_interface {\neth1 weight -60\neth2\n}\n\
                 track_process {\nproxy\n}\ntrack_file {\nmaintenance\n}";
    let given = pair((150, 100), objects, lines, lines);
    for what in ["link eth1 down", "link eth2 down", "process proxy gone", "file maintenance at 1"]
    {
        assert_eq!(after(&given, what), "b", "{what}");
    }
    assert_eq!(found(&given), [], "{}", given.told());
}

#[test]
fn a_link_that_is_not_tracked_leaves_a_master_that_hears_nobody() {
    let given = pair((150, 100), "", "dont_track_primary", "dont_track_primary");
    assert_eq!(after(&given, "link eth0 down"), "a AND b");
    prediction::compare(&given, "dont_track_primary");
}
