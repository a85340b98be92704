//! `stillalive check` as a user meets it: what is printed in each format, the exit status, fixes,
//! baselines, facts.

#![allow(clippy::unwrap_used)]

mod command;
mod fixes;
mod formats;
mod hosts;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run printed and returned.
struct Run {
    status: i32,
    out: String,
    err: String,
}

/// Runs `stillalive check` in a folder, with this standard input.
fn check_in(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stillalive"))
        .arg("check")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Run {
        status: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// Checks a text from standard input.
fn check_text(text: &str, arguments: &[&str]) -> Run {
    let arguments: Vec<_> = arguments.iter().copied().chain(["-"]).collect();
    check_in(Path::new("."), &arguments, text)
}

/// The codes of the findings of a run with `--format short`, in order.
fn codes(run: &Run) -> Vec<&str> {
    run.out.lines().filter_map(|line| line.split_once('[')?.1.split(']').next()).collect()
}

/// An instance without a fault, with some more lines in it.
fn instance(lines: &str) -> String {
    format!(
        "vrrp_instance A {{\n    interface eth0\n    virtual_router_id 51\n{lines}\
         \n    virtual_ipaddress {{\n        192.0.2.10/24\n    }}\n}}\n"
    )
}
