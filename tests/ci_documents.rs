//! Every command of `docs/ci.md` and of the pre-commit hooks runs as it stands there.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

const TIDY: &str = "\
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
";

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The commands of a text: lines of its code blocks that call the program.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
            continue;
        }
        let line = line.trim().trim_start_matches("- ").trim_start_matches("run: ");
        if inside && line.starts_with("stillalive ") {
            found.push(line.replace("\"$host\"", "node1").replace("|| exit", ""));
        }
    }
    found
}

/// Runs a line in a folder with a good configuration; its exit status and what went wrong.
fn run(line: &str, folder: &Path) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_stillalive"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![program.parent().unwrap().to_owned()];
    folders.extend(std::env::split_paths(&path));
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(folders).unwrap())
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), problem)
}

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("keepalived")).unwrap();
    fs::write(place.path().join("keepalived/keepalived.conf"), TIDY).unwrap();
    place
}

#[test]
fn every_command_of_the_document_passes_on_a_good_configuration() {
    let commands = commands(&document("docs/ci.md"));
    assert!(commands.len() >= 8, "{commands:?}");
    let place = place();
    for line in &commands {
        assert_eq!(run(line, place.path()), (0, String::new()), "{line}");
    }
    for report in ["stillalive.sarif", "gl-code-quality-report.json"] {
        let text = fs::read_to_string(place.path().join(report)).expect(report);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{report}: {text}");
    }
    assert!(fs::read_to_string(place.path().join("junit.xml")).unwrap().contains("<testsuites"));
}

#[test]
fn every_check_of_the_document_fails_on_a_bad_configuration() {
    let place = place();
    let bad = TIDY.replace("virtual_router_id 51", "virtual_router_id 510");
    fs::write(place.path().join("keepalived/keepalived.conf"), bad).unwrap();
    let document = document("docs/ci.md");
    let checks = commands(&document).into_iter().filter(|line| line.contains("stillalive check"));
    for line in checks.filter(|line| !line.contains("$? -eq 1")) {
        assert_eq!(run(&line, place.path()).0, 1, "{line}");
    }
}

#[test]
fn the_hooks_take_the_files_that_pre_commit_gives_them() {
    let hooks = document(".pre-commit-hooks.yaml");
    let entries: Vec<_> =
        hooks.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries.len(), 2);
    let place = place();
    for entry in entries {
        let line = format!("{entry} keepalived/keepalived.conf");
        assert_eq!(run(&line, place.path()), (0, String::new()), "{line}");
    }
}
