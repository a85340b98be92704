//! A rule's page as a document: Markdown for `docs/rules`, and for the terminal.

use std::fmt::Write;

use crate::diag::Severity;
use crate::lint::{Raised, Rule, rules};

/// The page in Markdown, as it lies in `docs/rules`.
pub fn markdown(rule: &Rule) -> String {
    let page = &rule.page;
    let mut out = String::new();
    let _ = writeln!(out, "# {}: {}\n", rule.code.id, rule.code.name);
    let _ = writeln!(out, "{}, {}.\n", level(rule.severity), group(rule));
    let _ = writeln!(out, "{}\n", page.what.trim());
    let _ = writeln!(out, "## Why\n\n{}\n", page.why.trim());
    let _ = writeln!(out, "## Instead\n\n{}\n", page.instead.trim());
    let _ = writeln!(out, "## Example\n\nFound:\n\n```\n{}\n```\n", visible(page.bad));
    let _ = writeln!(out, "Not found:\n\n```\n{}\n```\n", visible(page.good));
    let _ = writeln!(
        out,
        "To allow it on one line, write a comment on that line or above it:\n\n\
         ```\n# stillalive: allow({}) the reason\n```",
        rule.code.id
    );
    out
}

/// The list of all pages in Markdown.
pub fn index() -> String {
    let mut rules: Vec<_> = rules().collect();
    rules.sort_by_key(|rule| rule.code);
    let mut out = String::from(
        "# Rules\n\nEvery code that a finding can have. `stillalive explain SA301` prints its page.\n\n\
         | Code | Name | Level | What is found |\n| --- | --- | --- | --- |\n",
    );
    for rule in rules {
        let code = rule.code;
        let what = rule.page.what.split_inclusive(". ").next().unwrap_or_default().trim();
        let what = what.replace('|', "\\|");
        let level = level(rule.severity).to_lowercase();
        let _ = writeln!(out, "| [{0}]({0}.md) | {1} | {level} | {what} |", code.id, code.name);
    }
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
    let text = visible(text);
    let lines = text.lines();
    lines.map(|line| format!("    {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// An example as it can be printed: characters that cannot be seen are named, long lines are cut.
fn visible(text: &str) -> String {
    const LONGEST: usize = 120;
    let text = text.replace('\0', "<NUL>").replace('\u{feff}', "<U+FEFF>");
    let cut = |line: &str| match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} … ({} bytes)", line.get(..at).unwrap_or(line), line.len()),
        None => line.to_owned(),
    };
    text.trim_end().lines().map(cut).collect::<Vec<_>>().join("\n")
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
