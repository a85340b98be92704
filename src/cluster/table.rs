//! The elections as a table that can be read at three in the morning: what happens, who is master,
//! and what each node is fit for then.

use std::fmt::Write;

use crate::cluster::election::{Election, Mastership, Outcome};
use crate::cluster::tracking::{Failure, Standing};
use crate::cluster::{Router, Subject};
use crate::ir::Instance;

/// One line of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What happens.
    pub when: String,
    /// Who is master then.
    pub master: String,
    /// What each member is fit for.
    pub standings: Vec<String>,
}

/// The table of one virtual router.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Which one.
    pub title: String,
    /// The nodes that have it.
    pub nodes: Vec<String>,
    /// What happens, the healthy state first.
    pub lines: Vec<Line>,
    /// What the words of the table mean, as far as they need it.
    pub notes: Vec<&'static str>,
}

/// The tables of all virtual routers that more than one node has.
pub fn tables(subject: &Subject<'_>) -> Vec<Table> {
    let shared = subject.routers.iter().zip(&subject.elections);
    shared
        .filter(|(router, _)| router.members.len() > 1)
        .map(|(router, election)| table(subject, router, election))
        .collect()
}

fn table(subject: &Subject<'_>, router: &Router<'_>, election: &Election) -> Table {
    let name_of = |position: usize| subject.nodes.get(position).map_or("?", |node| &node.name);
    let line = |when: String, outcome: &Outcome| Line {
        when,
        master: master(router, &outcome.master),
        standings: outcome.standings.iter().map(|standing| word(*standing)).collect(),
    };
    let mut lines = vec![line("all is well".to_owned(), &election.healthy)];
    for row in &election.rows {
        let node = name_of(row.node);
        let when = match row.failure {
            Failure::Node => format!("{node} {}", row.failure),
            _ => format!("{node}: {}", row.failure),
        };
        lines.push(line(when, &row.outcome));
        let as_before = |member| election.healthy.master.members().contains(member);
        if !row.after.master.members().iter().all(as_before) {
            let when = match row.failure {
                Failure::Node => format!("  {node} is back"),
                _ => "  and well again".to_owned(),
            };
            lines.push(line(when, &row.after));
        }
    }
    let outcomes = || {
        let rows = election.rows.iter().flat_map(|row| [&row.outcome, &row.after]);
        std::iter::once(&election.healthy).chain(rows)
    };
    let mut notes = Vec::new();
    let mut note = |text, applies: &dyn Fn(&Outcome) -> bool| {
        if outcomes().any(applies) {
            notes.push(text);
        }
    };
    note(
        "\"or\": equal priority; a master stays, and of two that start together the higher address wins",
        &|outcome| matches!(outcome.master, Mastership::HigherAddress(_)),
    );
    note("\"AND\": two masters at the same time, both with the addresses", &|outcome| {
        matches!(outcome.master, Mastership::Several(_))
    });
    note("\"in turn\": mastership moves to and fro for ever", &|outcome| {
        matches!(outcome.master, Mastership::Restless(_))
    });
    note(
        "\"cut off\": dont_track_primary, so it stays what it is without hearing anybody",
        &|outcome| {
            let cut_off = |standing| matches!(standing, &Standing::Takes { cut_off: true, .. });
            outcome.standings.iter().any(cut_off)
        },
    );
    let nodes = router.members.iter().map(|member| member.name().to_owned()).collect();
    Table { title: title(router), nodes, lines, notes }
}

fn title(router: &Router<'_>) -> String {
    let mut vrids: Vec<String> =
        router.members.iter().map(|member| member.instance.vrid.to_string()).collect();
    vrids.dedup();
    let mut title = format!("{}: VRID {}", router.name(), vrids.join("/"));
    if let Some(first) = router.members.first() {
        let held = addresses(first.instance);
        if !held.is_empty() {
            let _ = write!(title, ", {held}");
        }
    }
    title
}

/// The addresses that the master holds; of many only the first ones.
fn addresses(instance: &Instance) -> String {
    let all: Vec<_> = instance.addresses.iter().chain(&instance.excluded).collect();
    let mut shown: Vec<String> =
        all.iter().take(3).map(|address| address.value.net.to_string()).collect();
    if all.len() > shown.len() {
        shown.push(format!("and {} more", all.len().saturating_sub(shown.len())));
    }
    shown.join(", ")
}

/// Who is master, in words.
pub fn master(router: &Router<'_>, mastership: &Mastership) -> String {
    let names = |separator: &str| {
        let members = mastership.members().iter();
        let names: Vec<&str> =
            members.filter_map(|index| Some(router.members.get(*index)?.name())).collect();
        names.join(separator)
    };
    match mastership {
        Mastership::One(_) => names(""),
        Mastership::HigherAddress(_) => names(" or "),
        Mastership::Several(_) => names(" AND "),
        Mastership::Restless(_) => format!("{} in turn", names(", ")),
        Mastership::Nobody => "NOBODY".to_owned(),
    }
}

fn word(standing: Standing) -> String {
    match standing {
        Standing::Gone => "-".to_owned(),
        Standing::Fault { .. } => "FAULT".to_owned(),
        Standing::Takes { cut_off: true, .. } => "cut off".to_owned(),
        Standing::Takes { priority, .. } => priority.to_string(),
    }
}

/// A table as aligned lines, each with its end.
pub fn text(table: &Table) -> String {
    let width = |texts: &mut dyn Iterator<Item = &str>| {
        texts.map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let when = width(&mut table.lines.iter().map(|line| line.when.as_str()).chain(["when"]));
    let master = width(&mut table.lines.iter().map(|line| line.master.as_str()).chain(["master"]));
    let columns: Vec<usize> = table
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let cells = table.lines.iter().filter_map(|line| line.standings.get(index));
            width(&mut cells.map(String::as_str).chain([node.as_str()]))
        })
        .collect();
    let mut out = format!("{}\n", table.title);
    let mut row = |first: &str, second: &str, cells: &[String]| {
        let _ = write!(out, "  {first:when$}  {second:master$}");
        for (cell, width) in cells.iter().zip(&columns) {
            let _ = write!(out, "  {cell:>width$}");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    };
    row("when", "master", &table.nodes);
    for line in &table.lines {
        row(&line.when, &line.master, &line.standings);
    }
    for note in &table.notes {
        let _ = writeln!(out, "  {note}");
    }
    out
}
