//! The elections as data for other programs: the object `cluster` of `check --format json`.
//!
//! `{"nodes":[NAME],"routers":[{"name","members":[{"node","instance","vrid","priority"}],
//! "addresses":[ADDRESS],"elections":[{"event":{"kind","node","what"},"back":BOOL,
//! "master":{"kind","nodes":[NAME]},"standings":[{"node","state","priority"}]}]}]}`
//!
//! `event.kind` is `healthy`, `node` or `link`; `back` is true for the state
//! after that failure is over. `master.kind` is `one`, `higher-address` (one of these; the files do
//! not say which), `several` (all at once), `restless` (in turn) or `nobody`. `state` is `takes-part`
//! (with a priority), `cut-off`, `fault` or `gone`.

use serde::Serialize;

use crate::cluster::election::{Election, Mastership, Outcome, Row};
use crate::cluster::tracking::{Failure, Standing};
use crate::cluster::{Router, Subject};

/// The whole object.
#[derive(Serialize, Debug)]
pub struct Document<'a> {
    nodes: Vec<&'a str>,
    routers: Vec<RouterRow<'a>>,
}

#[derive(Serialize, Debug)]
struct RouterRow<'a> {
    name: String,
    members: Vec<MemberRow<'a>>,
    addresses: Vec<String>,
    elections: Vec<ElectionRow<'a>>,
}

#[derive(Serialize, Debug)]
struct MemberRow<'a> {
    node: &'a str,
    instance: &'a str,
    vrid: u8,
    priority: u8,
}

#[derive(Serialize, Debug)]
struct ElectionRow<'a> {
    event: Event<'a>,
    back: bool,
    master: Master<'a>,
    standings: Vec<StandingRow<'a>>,
}

#[derive(Serialize, Debug)]
struct Event<'a> {
    kind: &'static str,
    node: Option<&'a str>,
    what: Option<String>,
}

#[derive(Serialize, Debug)]
struct Master<'a> {
    kind: &'static str,
    nodes: Vec<&'a str>,
}

#[derive(Serialize, Debug)]
struct StandingRow<'a> {
    node: &'a str,
    state: &'static str,
    priority: Option<u8>,
}

/// The object for these nodes.
pub fn document<'a>(subject: &'a Subject<'a>) -> Document<'a> {
    let routers = subject.routers.iter().zip(&subject.elections);
    Document {
        nodes: subject.nodes.iter().map(|node| node.name.as_str()).collect(),
        routers: routers
            .map(|(router, election)| RouterRow {
                name: router.name(),
                members: members(router),
                addresses: router.members.first().map(addresses).unwrap_or_default(),
                elections: elections(subject, router, election),
            })
            .collect(),
    }
}

fn members<'a>(router: &'a Router<'_>) -> Vec<MemberRow<'a>> {
    let members = router.members.iter();
    members
        .map(|member| MemberRow {
            node: member.name(),
            instance: &member.instance.name.value,
            vrid: member.instance.vrid.get(),
            priority: member.instance.priority.get(),
        })
        .collect()
}

fn addresses(member: &crate::cluster::Member<'_>) -> Vec<String> {
    let all = member.instance.addresses.iter().chain(&member.instance.excluded);
    all.map(|address| address.value.net.to_string()).collect()
}

fn elections<'a>(
    subject: &'a Subject<'_>,
    router: &'a Router<'_>,
    election: &Election,
) -> Vec<ElectionRow<'a>> {
    let row = |event, back, outcome: &Outcome| ElectionRow {
        event,
        back,
        master: master(router, &outcome.master),
        standings: standings(router, outcome),
    };
    let healthy = Event { kind: "healthy", node: None, what: None };
    let mut rows = vec![row(healthy, false, &election.healthy)];
    for each in &election.rows {
        rows.push(row(event(subject, each), false, &each.outcome));
        rows.push(row(event(subject, each), true, &each.after));
    }
    rows
}

fn event<'a>(subject: &'a Subject<'_>, row: &Row) -> Event<'a> {
    let (kind, what) = match &row.failure {
        Failure::Node => ("node", None),
        Failure::Link(name) => ("link", Some(name.to_string())),
    };
    Event { kind, node: subject.nodes.get(row.node).map(|node| node.name.as_str()), what }
}

fn master<'a>(router: &'a Router<'_>, master: &Mastership) -> Master<'a> {
    let kind = match master {
        Mastership::One(_) => "one",
        Mastership::HigherAddress(_) => "higher-address",
        Mastership::Several(_) => "several",
        Mastership::Restless(_) => "restless",
        Mastership::Nobody => "nobody",
    };
    let members = master.members().iter();
    let nodes = members.filter_map(|index| Some(router.members.get(*index)?.name())).collect();
    Master { kind, nodes }
}

fn standings<'a>(router: &'a Router<'_>, outcome: &Outcome) -> Vec<StandingRow<'a>> {
    let members = router.members.iter().zip(&outcome.standings);
    members
        .map(|(member, standing)| {
            let (state, priority) = match standing {
                Standing::Gone => ("gone", None),
                Standing::Fault { .. } => ("fault", None),
                Standing::Takes { priority, cut_off: true } => ("cut-off", Some(priority.get())),
                Standing::Takes { priority, cut_off: false } => {
                    ("takes-part", Some(priority.get()))
                }
            };
            StandingRow { node: member.name(), state, priority }
        })
        .collect()
}
