//! What is said of a reload before it is done: the plan of two files, and `stillalive reload --plan`.

#![allow(clippy::unwrap_used)]

mod command;
mod globals;
mod vocabulary;

use std::path::Path;

use stillalive::plan::{self, Action, AddressEffect, Kind, Plan};
use stillalive::runtime::load::{self, Reading};

const BEFORE: &str = "\
global_defs {
    enable_script_security
}
vrrp_script chk {
    script \"/usr/bin/true\"
    interval 2
    weight -20
}
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 150
    authentication {
        auth_type PASS
        auth_pass hunter2
    }
    virtual_ipaddress {
        10.0.0.50/24
        10.0.0.51/24 dev eth1
    }
    track_script {
        chk
    }
}
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.0.0.60/24
    }
}
vrrp_instance VI_3 {
    interface eth0
    virtual_router_id 53
    virtual_ipaddress {
        10.0.0.70/24
        10.0.0.71/24
    }
}
vrrp_sync_group G {
    sync_group_tracking_weight
    group {
        VI_1
        VI_2
    }
}
";

fn plan(before: &str, after: &str) -> Plan {
    let read = |text: &str| {
        let loaded = load::load_text(Path::new("k.conf"), text.as_bytes(), &Reading::default());
        assert!(!loaded.errors, "{:?}", loaded.findings);
        loaded.config
    };
    Plan::between(&read(before), &read(after))
}

/// The text with each of these replaced; each must be there.
fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = BEFORE.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text
}

#[test]
fn the_same_meaning_is_no_change() {
    let plan = plan(BEFORE, &edited(&[("priority 150", "priority   150 # as before")]));
    assert!(plan.is_empty());
    assert_eq!(plan.to_string(), "nothing changes");
    assert_eq!(plan.outages().count(), 0);
}

#[test]
fn the_page_says_what_a_stranger_needs() {
    let after = edited(&[
        ("priority 150", "priority 90"),
        ("auth_pass hunter2", "auth_pass other"),
        ("interval 2", "interval 5"),
        ("virtual_router_id 52", "virtual_router_id 62"),
        ("        10.0.0.51/24 dev eth1\n", "        10.0.0.70/24\n"),
        ("        10.0.0.70/24\n        10.0.0.71", "        10.0.0.71"),
    ]);
    let plan = plan(BEFORE, &after);
    insta::assert_snapshot!(plan::text(&plan));
    insta::assert_snapshot!(plan.to_string());
    assert!(!plan::document(&plan).to_string().contains("hunter2"));
}

#[test]
fn the_document_holds_all_of_it() {
    let plan = plan(BEFORE, &edited(&[("virtual_router_id 52", "virtual_router_id 62")]));
    let document = plan::document(&plan);
    assert_eq!(document["addresses_given_up"], 3);
    let objects = document["objects"].as_array().unwrap();
    let second = objects.iter().find(|object| object["name"] == "VI_2").unwrap();
    insta::assert_snapshot!(format!("{second:#}"));
    assert!(objects.iter().filter(|object| object["action"] == "keep").count() >= 4);
}

/// What a tracked thing is decides whether what is known of it is kept.
#[test]
fn another_program_begins_anew_another_rhythm_does_not() {
    for (edit, action) in [
        (("/usr/bin/true\"", "/usr/bin/true x\""), Action::Restart),
        (("interval 2", "interval 2\n    user nobody"), Action::Restart),
        (("interval 2", "interval 3"), Action::Change),
        (("interval 2", "interval 2\n    fall 3"), Action::Change),
        (("interval 2", "interval 2.0"), Action::Keep),
    ] {
        let plan = plan(BEFORE, &edited(&[edit]));
        assert_eq!(plan.count(Kind::Script, action), 1, "{edit:?}: {plan}");
    }
    let untracked = edited(&[("    track_script {\n        chk\n    }\n", "")]);
    assert_eq!(plan(BEFORE, &untracked).count(Kind::Script, Action::Remove), 1);
}

/// How long an address is away after a restart: keepalived's formulas, seen on the wire.
#[test]
fn the_time_until_an_address_returns_is_that_of_the_new_instance() {
    for (more, seconds) in [
        ("priority 100", "3.6"),
        ("priority 100\n    advert_int 5", "15.6"),
        ("priority 100\n    version 3\n    advert_int 0.5", "1.8"),
        ("priority 255\n    state MASTER", "0.0"),
    ] {
        let after = edited(&[("52\n    priority 100", &format!("62\n    {more}"))]);
        let plan = plan(BEFORE, &after);
        let effects: Vec<_> = plan
            .outages()
            .filter(|address| address.address == "10.0.0.60/24")
            .map(|address| address.effect.clone())
            .collect();
        let [AddressEffect::Returns(after)] = effects[..] else { panic!("{effects:?}") };
        assert_eq!(format!("{:.1}", after.as_secs_f64()), seconds, "{more}");
    }
}

/// A group leads as a whole: a member that begins anew takes the others along.
#[test]
fn the_other_members_of_a_group_resign_with_one_that_restarts() {
    let plan = plan(BEFORE, &edited(&[("virtual_router_id 52", "virtual_router_id 62")]));
    let given_up: Vec<&str> = plan.outages().map(|address| address.address.as_str()).collect();
    assert_eq!(given_up, ["10.0.0.50/24", "10.0.0.51/24 dev eth1", "10.0.0.60/24"]);
    let first = plan.steps.iter().find(|step| step.name == "VI_1").unwrap();
    assert_eq!((first.action, first.settings.len()), (Action::Change, 0));
    assert!(first.notes[0].contains("VI_2 of sync group G begins anew"), "{:?}", first.notes);
}
