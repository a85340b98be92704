//! Small configurations, tested by the machine's keepalived and by us, side by side. Where it
//! accepts one, we have no error; where it complains, we have something to say; where it ends for a
//! missing value, so do we.
//!
//! keepalived's `-t` wants the interfaces to exist, so it runs in a network namespace. Needs root;
//! without it the test says that it is skipped, and fails under `CI=true`. The lists were made with
//! keepalived 2.2.7.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../lab/mod.rs"]
mod lab;
mod lines;

mod balancing;
mod documented;
mod generated;
mod global;
mod instance;
mod objects;
mod routes;
mod rows;
mod rules;

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;

use generated::Place;
use lab::{Daemon, Lab};
use lines::Lines;

/// Codes that say nothing about whether keepalived complains: what does not run yet, and slips that
/// keepalived passes over in silence.
const OF_OUR_OWN: &[&str] = &["SA114", "SA116", "SA120"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Accepts,
    Complains,
    Ends,
}

fn verdict(output: &Output) -> Verdict {
    match output.status.code() {
        Some(0) => Verdict::Accepts,
        Some(2) => Verdict::Ends,
        Some(5) => Verdict::Complains,
        other => panic!("status {other:?}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// True if we say anything that keepalived would have a reason to say.
fn has_something_to_say(output: &Output) -> bool {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().any(|line| !OF_OUR_OWN.iter().any(|code| line.contains(code)))
}

/// What is wrong between the two verdicts about one configuration.
fn disagreement(theirs: &Output, ours: &Output) -> Option<&'static str> {
    match (verdict(theirs), verdict(ours)) {
        (Verdict::Ends, Verdict::Ends) => None,
        (Verdict::Ends, _) => Some("keepalived ends, we do not"),
        (_, Verdict::Ends) => Some("we end, keepalived does not"),
        (Verdict::Accepts, Verdict::Complains) => Some("an error of ours alone"),
        (Verdict::Complains, Verdict::Accepts) if !has_something_to_say(ours) => {
            Some("we say nothing")
        }
        _ => None,
    }
}

/// Runs both with these arguments before the file's name.
fn both(lab: &Lab, file: &Path) -> (Output, Output) {
    let arguments = ["-t", "-f"];
    let namespace = lab.host(1).namespace();
    let keepalived = Daemon::Keepalived.program();
    let theirs = namespace.command(keepalived).args(arguments).arg(file).output().unwrap();
    let ours = lab.directory().join("keepalived");
    let ours = namespace.command(&ours).args(arguments).arg(file).output().unwrap();
    (theirs, ours)
}

#[test]
fn keepalived_and_we_accept_and_refuse_the_same() {
    if !lab::ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(1);
    lab.host(1).ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "eth1p"]);
    lab.host(1).ip(&["link", "set", "eth1", "up"]);
    symlink(Daemon::Ours.program(), lab.directory().join("keepalived")).unwrap();
    let file = lab.directory().join("k.conf");
    let mut wrong = Vec::new();
    for (row, text) in rows::all() {
        std::fs::write(&file, &text).unwrap();
        let (theirs, ours) = both(&lab, &file);
        let found = disagreement(&theirs, &ours);
        let known = rows::KNOWN.iter().find(|(known, _)| *known == row);
        match (found, known) {
            (Some(found), None) => {
                let say = |output: &Output| {
                    String::from_utf8_lossy(&output.stderr).replace(&*file.to_string_lossy(), "")
                };
                wrong.push(format!(
                    "{row}: {found}\n  keepalived: {}\n  we: {}",
                    say(&theirs).trim(),
                    say(&ours).trim()
                ));
            }
            (None, Some(_)) => wrong.push(format!("{row}: they agree now; it is listed as known")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every block whose keywords are tried.
fn places() -> impl Iterator<Item = &'static Place> {
    std::iter::once(&global::GLOBAL_DEFS)
        .chain(objects::PLACES)
        .chain(instance::PLACES)
        .chain(balancing::PLACES)
}

/// Every block of lines with a grammar of their own.
fn lines() -> impl Iterator<Item = &'static Lines> {
    routes::LINES.iter().chain(rules::LINES)
}

#[test]
fn every_keyword_is_taken_as_keepalived_takes_it() {
    if !lab::ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(1);
    lab.host(1).ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "eth1p"]);
    lab.host(1).ip(&["link", "set", "eth1", "up"]);
    let wrong: Vec<_> = places().flat_map(|place| place.differences(&lab)).collect();
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_line_is_taken_as_keepalived_takes_it() {
    if !lab::ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(1);
    lab.host(1).ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "eth1p"]);
    lab.host(1).ip(&["link", "set", "eth1", "up"]);
    let wrong: Vec<_> = lines().flat_map(|lines| lines.differences(&lab)).collect();
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}
