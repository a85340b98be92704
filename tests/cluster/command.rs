//! `stillalive check --cluster` as its callers see it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const OURS: &str = env!("CARGO_BIN_EXE_stillalive");

fn check(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cluster");
    let mut command = Command::new("timeout");
    command.args(["20", OURS, "check", "--cluster", "--color", "never"]).args(arguments);
    command.current_dir(root).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A folder with a healthy pair, one of which is changed.
fn pair(from: &str, to: &str) -> (tempfile::TempDir, [PathBuf; 2]) {
    let healthy =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cluster/healthy/master-backup");
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a", "b"].map(|name| folder.path().join(format!("{name}.conf")));
    let text = |name: &str| std::fs::read_to_string(healthy.join(name)).unwrap();
    std::fs::write(&paths[0], text("a.conf")).unwrap();
    let changed = text("b.conf").replace(from, to);
    assert_ne!(changed, text("b.conf"));
    std::fs::write(&paths[1], changed).unwrap();
    (folder, paths)
}

#[test]
fn findings_come_first_then_who_is_master_when() {
    let output = check(&["broken/a.conf", "broken/b.conf"]);
    assert_eq!(status(&output), 1);
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn a_healthy_cluster_has_status_0() {
    let output = check(&["healthy/tracked/a.conf", "healthy/tracked/b.conf"]);
    assert_eq!(status(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).contains("script chk_haproxy fails"), "{}", stdout(&output));
}

#[test]
fn a_node_may_be_a_folder_with_its_main_file() {
    let (folder, paths) = pair("priority 100", "priority 90");
    let hosts = ["lb1", "lb2"].map(|name| folder.path().join(name));
    for (host, path) in hosts.iter().zip(&paths) {
        std::fs::create_dir(host).unwrap();
        std::fs::rename(path, host.join("keepalived.conf")).unwrap();
    }
    let hosts = hosts.map(|host| host.to_string_lossy().into_owned());
    let output = check(&[&hosts[0], &hosts[1]]);
    assert_eq!(status(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).contains("lb1 down"), "{}", stdout(&output));
}

#[test]
fn what_cannot_be_compared_has_status_2() {
    for arguments in [
        &["healthy/tracked/a.conf"][..],
        &["healthy/tracked/a.conf", "healthy/tracked/none.conf"],
        &["healthy/tracked/a.conf", "healthy"],
        &[],
    ] {
        let output = check(arguments);
        assert_eq!(status(&output), 2, "{arguments:?}: {}", stdout(&output));
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn json_has_the_elections_as_well() {
    let output = check(&["--format", "json", "broken/a.conf", "broken/b.conf"]);
    assert_eq!(status(&output), 1);
    let document: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["summary"]["files"], 2);
    let found = document["diagnostics"].as_array().unwrap();
    assert!(found.iter().any(|each| each["code"] == "SA601" && each["severity"] == "error"));
    let cluster = &document["cluster"];
    assert_eq!(cluster["nodes"], serde_json::json!(["a", "b"]));
    let web = &cluster["routers"][0];
    assert_eq!(web["members"][1]["vrid"], 52);
    let healthy = &web["elections"][0];
    assert_eq!(healthy["event"]["kind"], "healthy");
    assert_eq!(healthy["master"], serde_json::json!({"kind": "several", "nodes": ["a", "b"]}));
    let mail = &cluster["routers"][1];
    let rows = mail["elections"].as_array().unwrap();
    let script = rows.iter().find(|row| row["event"]["kind"] == "script").unwrap();
    assert_eq!(script["event"]["what"], "chk_mail");
    assert_eq!(script["master"]["nodes"], serde_json::json!(["a"]));
    assert_eq!(script["standings"][0]["priority"], 130);
}

#[test]
fn a_comment_allows_a_difference() {
    let (_folder, paths) = pair(
        "virtual_router_id 51",
        "# stillalive: allow(SA601, SA415) while the old LAN is taken down\n    \
         virtual_router_id 52",
    );
    let paths = paths.map(|path| path.to_string_lossy().into_owned());
    let output = check(&["--format", "short", &paths[0], &paths[1]]);
    assert!(!stdout(&output).contains("SA601"), "{}", stdout(&output));
    // Alone the file has no such difference, and that is not held against the comment.
    let alone = Command::new(OURS).args(["check", "--format", "short", &paths[1]]).output();
    let alone = stdout(&alone.unwrap());
    assert!(!alone.contains("SA601"), "{alone}");
}
