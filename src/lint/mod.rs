//! What is wrong with a configuration that reads well: rules over the typed configuration, each with
//! a page that explains it.
//!
//! A [`Rule`] belongs to one code. Most codes are raised while the file is read, by `syntax` and
//! `lower`; their rules have a page only. The others have a function over a [`Subject`]: the
//! configuration, its text, and what is known of a host, if anything is. Pure: a rule opens no file
//! and asks no clock.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod baseline;
mod document;
mod example;
mod judge;
mod mend;
mod rules;
mod selection;
mod subject;
mod suppress;

pub use baseline::{Baseline, BaselineError};
pub use document::{index, markdown, text};
pub use example::Example;
pub use judge::judge;
pub use rules::rules;
pub use selection::{Selection, UnknownCode};
pub use subject::Subject;
pub use suppress::suppress;

use crate::cluster;
use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::units::Span;

/// What there is to know about one code.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The code that it explains.
    pub code: Code,
    /// How bad its findings are, as a rule; single ones may be worse or better.
    pub severity: Severity,
    /// Its documentation.
    pub page: Page,
    /// Who raises it.
    pub raised: Raised,
}

impl Rule {
    /// True if it takes the configurations of several hosts to find it.
    pub fn is_about_several(&self) -> bool {
        matches!(self.raised, Raised::Cluster(_))
    }
}

/// Who raises the findings of a code.
#[derive(Debug, Clone, Copy)]
pub enum Raised {
    /// `syntax` or `lower`, while the file is read.
    Reading,
    /// This function, over the configuration of one host.
    Check(fn(&Subject<'_>) -> Vec<Diagnostic>),
    /// This function, over the configurations of several hosts.
    Cluster(fn(&cluster::Subject<'_>) -> Vec<Diagnostic>),
    /// The command itself, for instance about a suppression.
    Command,
}

/// The documentation of a code: plain text in Markdown, without headings.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// What is found, in one or two sentences.
    pub what: &'static str,
    /// Why it matters: what keepalived does with it, what happens in the night.
    pub why: &'static str,
    /// What to write instead.
    pub instead: &'static str,
    /// A configuration that has the finding; [`Example`] says how it is written.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

impl Rule {
    /// A finding of this rule. keepalived says nothing about what only a rule finds.
    fn at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, self.severity, span, message).with_verdict(Verdict::Silent)
    }
}

/// Everything that the rules find, in no order.
pub fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let checks = rules().filter_map(|rule| match rule.raised {
        Raised::Check(check) => Some(check),
        _ => None,
    });
    checks.flat_map(|check| check(subject)).collect()
}

/// Everything that the rules find in several hosts' configurations together, in no order; spans
/// are those of the map of all hosts.
pub fn check_together(subject: &cluster::Subject<'_>) -> Vec<Diagnostic> {
    let checks = rules().filter_map(|rule| match rule.raised {
        Raised::Cluster(check) => Some(check),
        _ => None,
    });
    checks.flat_map(|check| check(subject)).collect()
}

/// The rule of a code, given as `SA301` or by its name, in any letter case.
pub fn rule(name: &str) -> Option<&'static Rule> {
    rules().find(|rule| {
        rule.code.id.eq_ignore_ascii_case(name) || rule.code.name.eq_ignore_ascii_case(name)
    })
}
