//! The faults that keepalived's `-t` accepts with status 0 (users.md 2.2 of the reference): each is
//! found, at the level that is named there.

use std::fs;

use crate::{check_in, instance};

/// Facts of a host with one interface, `eth0`, that has 192.0.2.1/24.
const HOST: &str = r#"{"version": 1,
    "interfaces": [{"name": "eth0", "addresses": ["192.0.2.1/24"]}],
    "paths": [{"path": "/", "kind": "directory", "mode": "0755"},
              {"path": "/gone.sh", "kind": "missing"}]}"#;

/// Number, what is wrong, level and code.
fn faults() -> Vec<(u32, String, &'static str, &'static str)> {
    let vip = |address: &str| instance("").replace("192.0.2.10/24", address);
    let script = |lines: &str| {
        format!("vrrp_script chk {{\n    script /bin/true\n{lines}\n}}\n")
            + &instance("    track_script {\n        chk\n    }")
    };
    let second = instance("").replace(" A ", " B ").replace("51", "52");
    vec![
        (1, instance("") + &second, "error", "SA316"),
        (2, vip("192.0.2.0/24"), "error", "SA317"),
        (3, vip("192.0.2.255/24"), "error", "SA318"),
        (4, vip("192.0.2.1/24"), "error", "SA319"),
        (5, instance("    priority 255"), "warning", "SA320"),
        (6, vip("198.51.100.10/24"), "note", "SA321"),
        (7, instance("    priority 100\n    priority 150"), "warning", "SA120"),
        (8, instance("    priority 100 foo"), "warning", "SA116"),
        (9, format!("include nothing-*.conf\n{}", instance("")), "warning", "SA112"),
        (9, format!("include nothing.conf\n{}", instance("")), "error", "SA112"),
        (10, instance("    notify_master /gone.sh"), "error", "SA410"),
        (11, instance("    notify_master \"/bin/echo x > /tmp/y\""), "error", "SA411"),
        (12, script("    interval 2\n    timeout 5"), "warning", "SA329"),
        (
            13,
            script("    weight 20").replace("_id 51", "_id 51\n    priority 254"),
            "warning",
            "SA330",
        ),
        (
            14,
            instance(
                "    unicast_src_ip 192.0.2.1\n    unicast_peer {\n        192.0.2.1\n        \
                 192.0.2.2\n    }",
            ),
            "error",
            "SA323",
        ),
        (15, instance("    mcast_src_ip 192.0.2.7"), "error", "SA324"),
        (16, vip("fe80::10/64").replace("_id 51", "_id 51\n    version 2"), "error", "SA314"),
        (
            17,
            instance("    virtual_routes {\n        10.9.0.0/16 via 203.0.113.1 dev eth0\n    }"),
            "warning",
            "SA333",
        ),
        (19, "! nothing\n".to_owned(), "warning", "SA119"),
    ]
}

#[test]
fn every_fault_that_keepalived_accepts_is_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("facts.json"), HOST).unwrap();
    let mut missed = Vec::new();
    for (number, text, level, code) in faults() {
        fs::write(folder.path().join("k.conf"), &text).unwrap();
        let arguments = ["--facts", "facts.json", "--format", "short", "k.conf"];
        let run = check_in(folder.path(), &arguments, "");
        let wanted = format!(" {level}[{code}]");
        if !run.out.contains(&wanted) {
            missed.push(format!("{number}: no{wanted} in\n{}\n{text}", run.out));
        }
        let others = run.out.lines().filter(|line| line.contains(" error[")).count();
        if others > usize::from(level == "error") {
            missed.push(format!("{number}: more errors than one\n{}", run.out));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
