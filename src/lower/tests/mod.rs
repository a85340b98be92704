//! What statements become, and what is said about them.
//!
//! Most tests are tables in inline snapshots: a statement, what it makes of an instance, and below
//! it the findings as `LINE:COLUMN: severity[CODE]: message` (the statement is on line 2).

mod addresses;
mod contradictions;
mod daemon;
mod globals;
mod instances;
mod language;
mod links;
mod lvs;
mod notifications;
mod objects;
mod options;
mod properties;
mod routes;
mod rules;
mod secrets;
mod settings;
mod statics;
mod tracking;
mod trailers;
mod transport;

use std::fmt::Write;

use crate::diag::render::short;
use crate::diag::status;
use crate::ir::{Config, Instance};
use crate::lower::{Lowered, Mode, Settings, Unusable, lower};
use crate::syntax::{Parsed, parse_text};
use crate::units::Compat;

/// A text, understood.
struct Outcome {
    config: Config,
    /// All findings, by position.
    findings: Vec<String>,
    unusable: Option<Unusable>,
    /// What keepalived's `-t` would end with.
    status: u8,
}

fn both(text: &[u8], settings: impl Into<Settings>) -> (Parsed, Lowered) {
    let parsed = parse_text("k", text);
    let lowered = lower(&parsed.tree, parsed.sources.expanded(), settings);
    (parsed, lowered)
}

fn understood_in(text: &str, settings: impl Into<Settings>) -> Outcome {
    let (parsed, lowered) = both(text.as_bytes(), settings);
    let mut sink = parsed.findings;
    lowered.findings.all().iter().for_each(|finding| sink.push(finding.clone()));
    let line = |finding| short::line(finding, &parsed.sources).replacen("k:", "", 1);
    let found = sink.into_sorted(&parsed.sources);
    let findings = found.iter().map(line).collect();
    let status = status(&found);
    Outcome { config: lowered.config, findings, unusable: lowered.unusable, status }
}

fn understood(text: &str) -> Outcome {
    understood_in(text, Mode::Run)
}

/// A file with one instance: these statements (`; ` ends a line), then what every instance needs
/// and they do not say.
fn file_with(statements: &str) -> String {
    let mut text = format!("vrrp_instance V {{\n{}\n", statements.replace("; ", "\n"));
    let says = |keyword| {
        statements.split("; ").any(|line| line.split_whitespace().next() == Some(keyword))
    };
    for (keyword, line) in [
        ("interface", "interface eth0\n"),
        ("virtual_router_id", "virtual_router_id 51\n"),
        ("virtual_ipaddress", "virtual_ipaddress {\n10.0.0.9\n}\n"),
    ] {
        if !says(keyword) {
            text.push_str(line);
        }
    }
    text.push_str("}\n");
    text
}

/// The only instance of a file with these statements.
fn instance(statements: &str) -> Instance {
    let outcome = understood(&file_with(statements));
    match outcome.config.instances.as_slice() {
        [instance] => Instance::clone(instance),
        other => panic!("{} instances: {:?}", other.len(), outcome.findings),
    }
}

/// What a value has, without positions and without what is not said.
fn bare(value: &impl std::fmt::Debug) -> String {
    let mut text = format!("{value:?}").replace("Spanned { value: ", "");
    while let Some(start) = text.find(", span: Span {") {
        let length = text[start..].find("} }").unwrap();
        text.replace_range(start..start + length + "} }".len(), "");
    }
    text
}

/// Each line of a block with what `show` finds in the configuration, the status that keepalived's
/// `-t` would end with, and the findings. The block stands below what `above` says.
fn lines_table(
    (above, block): (&str, &str),
    compat: Compat,
    lines: &[&str],
    show: impl Fn(&Config) -> Option<String>,
) -> String {
    let mut out = String::new();
    for line in lines {
        let text = format!("{above}{block} {{\n{line}\n}}\n");
        let outcome = understood_in(&text, Settings { mode: Mode::Test, compat });
        let shown = show(&outcome.config).unwrap_or("-".to_owned());
        let _ = writeln!(out, "{line}  =>  {shown}  [{}]", outcome.status);
        for finding in outcome.findings.iter().filter(|finding| !finding.contains("SA114")) {
            let _ = writeln!(out, "    {finding}");
        }
    }
    out
}

/// Each row of statements with what `show` finds in the instance, and the findings.
fn table(rows: &[&str], show: impl Fn(&Instance) -> String) -> String {
    let mut out = String::new();
    for row in rows {
        let outcome = understood(&file_with(row));
        let shown = outcome.config.instances.first().map_or("-".to_owned(), |it| show(it));
        let end = outcome.unusable.map_or(String::new(), |why| format!("  [{why:?}]"));
        let _ = writeln!(out, "{row}  =>  {shown}{end}");
        for finding in outcome.findings {
            let _ = writeln!(out, "    {finding}");
        }
    }
    out
}
