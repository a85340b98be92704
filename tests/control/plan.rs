//! `stillalive reload --plan` against a running daemon: what it runs, as it is.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use serde_json::Value;

use crate::client::{ask, socket, stillalive, wait_for_socket};
use crate::lab::{Daemon, Lab, Running, ready};

/// An election, on a loaded machine.
const ELECTION: Duration = Duration::from_secs(8);
const VIP: &str = "10.77.0.50";

/// V1 leads when nobody else is there; V2 waits for an interface that never comes up.
fn configuration(priority: u8, first: u8, second: u8, more: &str) -> String {
    format!(
        "global_defs {{
            dynamic_interfaces
        }}
        vrrp_instance V1 {{
            interface eth0
            virtual_router_id {first}
            priority {priority}
            authentication {{
                auth_type PASS
                auth_pass hunter2
            }}
            virtual_ipaddress {{
                {VIP}
            }}
        }}
        vrrp_instance V2 {{
            interface later0
            virtual_router_id {second}
            virtual_ipaddress {{
                10.77.0.60
            }}
        }}
        {more}"
    )
}

fn leading(lab: &Lab, text: &str) -> Running {
    let daemon = lab.start(1, Daemon::Ours, text);
    lab.wait_for_owners(&[VIP.parse().unwrap()], &[1], ELECTION);
    wait_for_socket(lab, 1);
    daemon
}

/// The plan of the daemon's file, with the exit status.
fn plan(lab: &Lab) -> (Option<i32>, String) {
    let output = stillalive(lab, 1, &["reload", "--plan"]);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn the_plan_is_held_against_what_runs_and_its_state() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let daemon = leading(&lab, &configuration(150, 51, 52, ""));
    let (status, text) = plan(&lab);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("keepalived.conf means the same as process "), "{text}");

    // A file that is not loaded yet.
    daemon.write_configuration(&configuration(160, 51, 52, ""));
    let (status, text) = plan(&lab);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("priority 150 -> 160"), "{text}");
    assert!(text.contains("vrrp_instance V1 is MASTER\n"), "{text}");
    assert!(text.contains("no virtual address would leave"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");

    // What restarts the instance that does not lead takes no address away.
    daemon.write_configuration(&configuration(150, 51, 62, ""));
    let (status, text) = plan(&lab);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("vrrp_instance V2 is FAULT\n"), "{text}");
    daemon.write_configuration(&configuration(150, 61, 52, ""));
    let (status, text) = plan(&lab);
    assert_eq!(status, Some(3), "{text}");
    assert!(text.contains("would leave this router: 10.77.0.50"), "{text}");
    let json = stillalive(&lab, 1, &["reload", "--plan", "--format", "json"]).stdout;
    let document: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(document["now"]["instances"][0]["state"], "MASTER");
    assert_eq!(document["now"]["addresses_given_up"][0], "10.77.0.50/32");

    // After the reload, that is what runs; the file may be gone.
    daemon.signal(Signal::SIGHUP);
    daemon.wait_for_log("Reload complete", 1, ELECTION);
    let (status, text) = plan(&lab);
    assert!(status == Some(0) && text.contains("means the same"), "{text}");
    fs::remove_file(lab.directory().join("h1/keepalived.conf")).unwrap();
    let (status, text) = plan(&lab);
    assert!(status == Some(2) && text.contains("keepalived.conf"), "{text}");
}

#[test]
fn what_was_refused_is_not_what_runs() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let daemon = leading(&lab, &configuration(150, 51, 52, ""));
    daemon.write_configuration(&configuration(150, 51, 52, "nonsense {"));
    daemon.signal(Signal::SIGHUP);
    daemon.wait_for_log("New configuration refused", 1, ELECTION);
    let (status, text) = plan(&lab);
    assert!(status == Some(1) && text.starts_with("REFUSED: "), "{text}");
    daemon.write_configuration(&configuration(170, 51, 52, ""));
    let (_, text) = plan(&lab);
    assert!(text.contains("priority 150 -> 170"), "{text}");
    // The next VRRP process begins with what runs, not with what is in the file.
    kill(daemon.vrrp_pid(), Signal::SIGKILL).unwrap();
    daemon.wait_for_log("(V1) Entering MASTER STATE", 2, ELECTION);
    let (_, text) = plan(&lab);
    assert!(text.contains("priority 150 -> 170"), "{text}");
}

/// It is looked for where the daemon is, not where the command is given.
#[test]
fn an_interface_is_looked_for_on_the_network_of_the_daemon() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let text = configuration(150, 51, 52, "").replace("dynamic_interfaces", "");
    let text = text.replace("later0", "eth0");
    let daemon = leading(&lab, &text);
    assert_eq!(plan(&lab).0, Some(0));
    daemon.write_configuration(&text.replacen("eth0", "eth7", 1));
    let (status, text) = plan(&lab);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.starts_with("REFUSED: interface eth7 does not exist"), "{text}");
}

/// Lines for this node, and variables of the daemon: as the daemon reads them.
#[test]
fn the_file_is_read_as_the_daemon_reads_it() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let text = configuration(150, 51, 52, "").replacen(
        "priority 150",
        "@here priority 150\n@there priority 160",
        1,
    );
    let daemon = lab.start_as(1, Daemon::Ours, &text, &["--config-id", "here"]);
    lab.wait_for_owners(&[VIP.parse().unwrap()], &[1], ELECTION);
    wait_for_socket(&lab, 1);
    assert!(plan(&lab).1.contains("means the same"));
    daemon.write_configuration(&text.replace("@here priority 150", "@here priority 155"));
    assert!(plan(&lab).1.contains("priority 150 -> 155"));
}

#[test]
fn passwords_are_for_root_alone() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(lab.directory(), mode).unwrap();
    let text = configuration(150, 51, 52, "");
    let daemon = lab.start_as(1, Daemon::Ours, &text, &["--control-group", "4711"]);
    wait_for_socket(&lab, 1);
    let whole = ask(&lab, 1, r#"{"version":1,"ask":"configuration"}"#);
    assert!(whole["configuration"]["texts"].as_str().unwrap().contains("hunter2"));
    let program = lab.directory().join("stillalive");
    fs::copy(env!("CARGO_BIN_EXE_stillalive"), &program).unwrap();
    let mut command = Command::new(program);
    command.args(["reload", "--plan", "--control-socket"]).arg(socket(&lab, 1));
    let output = command.uid(4_712).gid(4_711).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("only root may see the configuration"), "{text}");
    assert_eq!(daemon.logged("Control: uid 4712, pid "), 1);
}
