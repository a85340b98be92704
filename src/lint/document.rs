//! A rule's page as a document: Markdown for `docs/rules`, and for the terminal.

use std::fmt::Write;

use crate::diag::Severity;
use crate::lint::{Raised, Rule};

/// The page in Markdown, as it lies in `docs/rules`.
pub fn markdown(rule: &Rule) -> String {
    let page = &rule.page;
    let mut out = String::new();
    let _ = writeln!(out, "# {}: {}\n", rule.code.id, rule.code.name);
    let _ = writeln!(out, "{}, {}.\n", level(rule.severity), group(rule));
    let _ = writeln!(out, "{}\n", page.what.trim());
    let _ = writeln!(out, "## Why\n\n{}\n", page.why.trim());
    let _ = writeln!(out, "## Instead\n\n{}\n", page.instead.trim());
    let _ = writeln!(out, "## Example\n\nFound:\n\n```\n{}\n```\n", page.bad.trim_end());
    let _ = writeln!(out, "Not found:\n\n```\n{}\n```\n", page.good.trim_end());
    let _ = writeln!(
        out,
        "To allow it on one line, write a comment on that line or above it:\n\n\
         ```\n# stillalive: allow({}) the reason\n```",
        rule.code.id
    );
    out
}

/// The page for a terminal.
pub fn text(rule: &Rule) -> String {
    let page = &rule.page;
    let mut out = String::new();
    let _ = writeln!(out, "{} {} ({})\n", rule.code.id, rule.code.name, level(rule.severity));
    let _ = writeln!(out, "{}\n", page.what.trim());
    let _ = writeln!(out, "Why: {}\n", page.why.trim());
    let _ = writeln!(out, "Instead: {}\n", page.instead.trim());
    let _ = writeln!(out, "Found:\n\n{}\n", indented(page.bad));
    let _ = write!(out, "Not found:\n\n{}", indented(page.good));
    out
}

fn indented(text: &str) -> String {
    let lines = text.trim_end().lines();
    lines.map(|line| format!("    {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "Note",
        Severity::Warning => "Warning",
        Severity::Error => "Error",
    }
}

/// What the first digit of a code says, and when it is found.
fn group(rule: &Rule) -> String {
    let subject = match rule.code.id.as_bytes().get(2) {
        Some(b'1') => "about the language",
        Some(b'2') => "about values and references",
        Some(b'3') => "about VRRP",
        Some(b'4') => "about scripts and security",
        Some(b'5') => "about virtual servers",
        _ => "about several nodes together",
    };
    match rule.raised {
        Raised::Reading => format!("{subject}; found by `check`, by `-t` and at a start"),
        Raised::Check(_) | Raised::Command => format!("{subject}; found by `check`"),
        Raised::Cluster(_) => format!("{subject}; found by `check --cluster`"),
    }
}
