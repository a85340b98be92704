//! What statements become, and what is said about them.
//!
//! Most tests are tables in inline snapshots: a statement, what it makes of an instance, and below
//! it the findings as `LINE:COLUMN: severity[CODE]: message` (the statement is on line 2).

mod addresses;
mod contradictions;
mod globals;
mod instances;
mod language;
mod lvs;
mod notifications;
mod properties;
mod secrets;
mod transport;

use std::fmt::Write;

use crate::diag::render::short;
use crate::ir::{Config, Instance};
use crate::lower::{Lowered, Mode, Unusable, lower};
use crate::syntax::{Parsed, parse_text};

/// A text, understood.
struct Outcome {
    config: Config,
    /// All findings, by position.
    findings: Vec<String>,
    unusable: Option<Unusable>,
}

fn both(text: &[u8], mode: Mode) -> (Parsed, Lowered) {
    let parsed = parse_text("k", text);
    let lowered = lower(&parsed.tree, parsed.sources.expanded(), mode);
    (parsed, lowered)
}

fn understood_in(text: &str, mode: Mode) -> Outcome {
    let (parsed, lowered) = both(text.as_bytes(), mode);
    let mut sink = parsed.findings;
    lowered.findings.all().iter().for_each(|finding| sink.push(finding.clone()));
    let line = |finding| short::line(finding, &parsed.sources).replacen("k:", "", 1);
    let findings = sink.into_sorted(&parsed.sources).iter().map(line).collect();
    Outcome { config: lowered.config, findings, unusable: lowered.unusable }
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
        [instance] => instance.clone(),
        other => panic!("{} instances: {:?}", other.len(), outcome.findings),
    }
}

/// Each row of statements with what `show` finds in the instance, and the findings.
fn table(rows: &[&str], show: impl Fn(&Instance) -> String) -> String {
    let mut out = String::new();
    for row in rows {
        let outcome = understood(&file_with(row));
        let shown = outcome.config.instances.first().map_or("-".to_owned(), &show);
        let end = outcome.unusable.map_or(String::new(), |why| format!("  [{why:?}]"));
        let _ = writeln!(out, "{row}  =>  {shown}{end}");
        for finding in outcome.findings {
            let _ = writeln!(out, "    {finding}");
        }
    }
    out
}
