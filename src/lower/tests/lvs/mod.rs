//! Load balancing. Each table has a row of statements, what it becomes, and the findings, each with
//! what keepalived makes of it and its words where they differ from ours.

mod checkers;
mod groups;
mod inheritance;
mod quorum;
mod real_servers;
mod services;
mod web;

use std::fmt::Write;

use super::both;
use crate::diag::render::short;
use crate::diag::{Diagnostic, Verdict};
use crate::ir::Config;
use crate::ir::lvs::{Checker, RealServer, VirtualServer};
use crate::lower::Mode;

/// What a text becomes, and the findings with keepalived's view of them.
fn outcome(text: &str) -> (Config, Vec<String>) {
    let (parsed, lowered) = both(text.as_bytes(), Mode::Test);
    let mut sink = parsed.findings;
    lowered.findings.all().iter().for_each(|finding| sink.push(finding.clone()));
    let line = |finding: &Diagnostic| {
        let mut line = short::line(finding, &parsed.sources).replacen("k:", "", 1);
        if finding.verdict != Verdict::Silent || finding.wording.is_some() {
            let words = finding.wording.as_deref().unwrap_or("");
            let _ = write!(line, "\n      {:?} {words}", finding.verdict);
        }
        line
    };
    let findings = sink.into_sorted(&parsed.sources);
    // That a block does not run yet is the same in every row.
    let findings = findings.iter().filter(|finding| finding.code.id != "SA114").map(line).collect();
    (lowered.config, findings)
}

/// Each row as a text by `text`, with what `show` finds in it, and the findings.
fn table(
    rows: &[&str],
    text: impl Fn(&str) -> String,
    show: impl Fn(&Config) -> Option<String>,
) -> String {
    let mut out = String::new();
    for row in rows {
        let (config, findings) = outcome(&text(&row.replace("; ", "\n")));
        let _ = writeln!(out, "{row}  =>  {}", show(&config).as_deref().unwrap_or("-"));
        for finding in findings {
            let _ = writeln!(out, "    {finding}");
        }
    }
    out
}

/// A virtual server with these statements first, and what it needs and they do not say.
fn service(head: &str, statements: &str) -> String {
    let mut text = format!("virtual_server {head} {{\n{statements}\n");
    let says = |keywords: &[&str]| {
        statements.lines().any(|line| keywords.contains(&line.split(' ').next().unwrap_or("")))
    };
    for (keywords, line) in [
        (&["lvs_sched", "lb_algo"][..], "lvs_sched rr"),
        (&["lvs_method", "lb_kind"], "lvs_method NAT"),
        (&["protocol"], "protocol TCP"),
        (&["real_server"], "real_server 10.0.0.2 80 {\n}"),
    ] {
        if !says(keywords) {
            let _ = writeln!(text, "{line}");
        }
    }
    text.push_str("}\n");
    text
}

/// Rows of statements of `virtual_server 10.0.0.1 80`.
fn services(rows: &[&str], show: impl Fn(&VirtualServer) -> String) -> String {
    table(
        rows,
        |row| service("10.0.0.1 80", row),
        |config| config.virtual_servers.first().map(&show),
    )
}

/// Rows of statements of `real_server 10.0.0.2 80`.
fn servers(rows: &[&str], show: impl Fn(&RealServer) -> String) -> String {
    let text =
        |row: &str| service("10.0.0.1 80", &format!("real_server 10.0.0.2 80 {{\n{row}\n}}"));
    table(rows, text, |config| Some(show(config.virtual_servers.first()?.real_servers.first()?)))
}

/// Rows of statements of one block in `real_server 10.0.0.2 80`; `show` gets every checker.
fn checks(block: &str, rows: &[&str], show: impl Fn(&Checker) -> String) -> String {
    let text = |row: &str| {
        let server = format!("real_server 10.0.0.2 80 {{\n{block} {{\n{row}\n}}\n}}");
        let above = "track_file f {\nfile /f\n}\nbfd_instance b {\nneighbor_ip 10.0.0.9\n}\n\
                     bfd_instance v {\nneighbor_ip 10.0.0.8\nvrrp\n}\n";
        format!("{above}{}", service("10.0.0.1 80", &server))
    };
    table(rows, text, |config| {
        let checkers = &config.virtual_servers.first()?.real_servers.first()?.checkers;
        let shown: Vec<_> = checkers.iter().map(&show).collect();
        (!shown.is_empty()).then(|| shown.join(" + "))
    })
}
