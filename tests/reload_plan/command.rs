//! The command line: exit status, formats, what is refused and in which words.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{BEFORE, edited};

struct Run {
    status: i32,
    out: String,
    err: String,
}

fn reload(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_stillalive"))
        .arg("reload")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run {
        status: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A folder with `old.conf` and this `new.conf`.
fn folder(new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.conf"), BEFORE).unwrap();
    fs::write(folder.path().join("new.conf"), new).unwrap();
    folder
}

const PLAN: &[&str] = &["--plan", "--against", "old.conf", "new.conf"];

#[test]
fn the_exit_status_tells_a_gentle_reload_from_one_that_drops_an_address() {
    let no_instance = "global_defs {\n    router_id a\n}\n";
    for (new, status) in [
        (BEFORE.to_owned(), 0),
        (edited(&[("priority 150", "priority 160")]), 0),
        (edited(&[("virtual_router_id 52", "virtual_router_id 62")]), 3),
        (edited(&[("        10.0.0.71/24\n", "")]), 3),
        (edited(&[("virtual_ipaddress {", "virtual_ipadress {")]), 1),
        (edited(&[("router_id 52", "router_id")]), 1),
        (edited(&[("global_defs {", "global_defs {\n    net_namespace blue")]), 1),
        (no_instance.to_owned(), 1),
        (String::new(), 1),
    ] {
        let folder = folder(&new);
        let run = reload(folder.path(), PLAN);
        assert_eq!(run.status, status, "{new}\n{}{}", run.out, run.err);
        let word = if status == 1 { "REFUSED: " } else { "ACCEPTED: " };
        assert!(run.out.starts_with(word), "{}", run.out);
    }
}

#[test]
fn what_cannot_be_read_or_asked_is_2() {
    let folder = folder(BEFORE);
    for arguments in [
        &["--plan", "--against", "old.conf", "missing.conf"][..],
        &["--plan", "--against", "missing.conf", "new.conf"],
        &["--plan", "--control-socket", "nobody.control", "new.conf"],
        &["--plan", "--control-socket", "c", "--against", "old.conf", "new.conf"],
        &["--plan", "--config-id", "a", "new.conf"],
        &["--against", "old.conf", "new.conf"],
        &["--plan", "--against", "-", "-"],
    ] {
        let run = reload(folder.path(), arguments);
        assert_eq!(run.status, 2, "{arguments:?}\n{}", run.out);
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_refusal_names_the_first_error_and_where_it_is() {
    let folder = folder(&edited(&[("virtual_ipaddress {", "virtual_ipadress {")]));
    let run = reload(folder.path(), PLAN);
    assert!(run.out.contains("(new.conf: Line 18)"), "{}", run.out);
    assert!(run.out.contains("The running configuration (old.conf) goes on"), "{}", run.out);
}

#[test]
fn the_document_says_whether_it_is_accepted() {
    let folder = folder(&edited(&[("router_id 52", "router_id 62")]));
    let arguments = [PLAN, &["--format", "json"]].concat();
    let run = reload(folder.path(), &arguments);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["accepted"], true);
    assert_eq!(document["refusal"], serde_json::Value::Null);
    assert_eq!(document["addresses_given_up"], 3);
    assert_eq!((&document["against"], &document["file"]), (&"old.conf".into(), &"new.conf".into()));
}

/// It was there before: staying with the running configuration would gain nothing.
#[test]
fn an_error_that_runs_already_refuses_nothing() {
    let folder = folder(&edited(&[("priority 150", "pritority 1\n    priority 160")]));
    assert_eq!(reload(folder.path(), PLAN).status, 1);
    let old = edited(&[("priority 150", "pritority 1\n    priority 150")]);
    fs::write(folder.path().join("old.conf"), old).unwrap();
    let run = reload(folder.path(), PLAN);
    assert_eq!(run.status, 0, "{}", run.out);
    assert!(run.out.contains("priority 150 -> 160"), "{}", run.out);
    assert!(run.out.contains("old.conf has errors"), "{}", run.out);
}

/// Facts of a host without `eth1`, and without a script that only the new file names.
#[test]
fn with_facts_a_missing_interface_and_a_missing_script_refuse() {
    let new = edited(&[("/usr/bin/true", "/opt/new.sh")]);
    let folder = folder(&new);
    let facts = |interfaces: &[&str]| {
        let interfaces: Vec<_> =
            interfaces.iter().map(|name| serde_json::json!({ "name": name })).collect();
        let paths = serde_json::json!([{ "path": "/opt/new.sh", "kind": "missing" }]);
        serde_json::json!({ "version": 1, "interfaces": interfaces, "paths": paths })
    };
    let arguments = [PLAN, &["--facts", "facts.json"]].concat();
    for (interfaces, refusal) in [
        (&["eth0"][..], "interface eth1 does not exist"),
        (&["eth0", "eth1"], "script /opt/new.sh cannot be run"),
    ] {
        let text = facts(interfaces).to_string();
        fs::write(folder.path().join("facts.json"), text).unwrap();
        let run = reload(folder.path(), &arguments);
        assert_eq!(run.status, 1, "{}{}", run.out, run.err);
        assert!(run.out.contains(refusal), "{}", run.out);
    }
}
