//! The tree and the schema become the typed configuration, with findings.
//!
//! Never fails: what cannot be used is reported at its position and left out, as keepalived leaves
//! it out. `global_defs` is read before everything else, wherever it stands, so that the order of
//! the file never matters. Keywords are looked up in `schema`; here stands what they mean.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod address_line;
mod global;
mod instance;
mod known;
mod line;
mod lvs;
mod named;
mod objects;
mod once;
mod route;
mod rule;
mod scripts;
mod statements;
mod tracking;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Sink, Verdict};
use crate::ir::Config;
use crate::lower::global::Defaults;
use crate::lower::known::Known;
use crate::lower::line::Kind;
use crate::lower::objects::Objects;
use crate::lower::once::Seldom;
use crate::lower::rule::Preferences;
use crate::lower::statements::Seen;
use crate::schema::Block;
use crate::syntax::{Statement, Tree};
use crate::units::{Compat, Span};

/// How strict numbers are: keepalived uses the leading digits of `10x` when it runs, and refuses
/// them when it tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As at a start.
    Run,
    /// As with `-t`.
    Test,
}

/// How a tree is lowered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// How strict numbers are.
    pub mode: Mode,
    /// Whose keywords and rules count.
    pub compat: Compat,
}

impl From<Mode> for Settings {
    fn from(mode: Mode) -> Self {
        Self { mode, compat: Compat::default() }
    }
}

/// What became of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lowered {
    /// What can run.
    pub config: Config,
    /// What there is to say.
    pub findings: Sink,
    /// Why keepalived would end with its configuration status (2), if it would.
    pub unusable: Option<Unusable>,
    /// Passwords and keys, which nobody is to be shown
    /// ([`conceal`](crate::source::SourceMap::conceal)).
    pub secrets: Vec<Span>,
}

/// Why a configuration cannot be used as a whole; the worse one is the greater one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unusable {
    /// What an instance needs is missing or contradicts itself.
    Instance,
    /// A keyword lacks its value: keepalived stops reading there, with `-t` too.
    MissingValue,
}

/// Lowers a tree; `text` is the expanded text that its spans are about.
pub fn lower(tree: &Tree, text: &str, settings: impl Into<Settings>) -> Lowered {
    let Settings { mode, compat } = settings.into();
    let mut lowering = Lowering {
        text,
        mode,
        compat,
        findings: Sink::default(),
        seldom: Seldom::default(),
        not_yet_said: false,
        unusable: None,
        secrets: Vec::new(),
        known: Known::of(tree),
        preferences: Preferences::default(),
        link_names: BTreeMap::new(),
    };
    let mut config = Config::default();
    let mut defaults = Defaults::default();
    let mut bodies = Vec::new();
    let mut objects = Objects::default();
    let (mut seen, mut seen_globally) = (Seen::default(), Seen::default());
    for statement in &tree.statements {
        let Some(keyword) = lowering.keyword(Block::TopLevel, statement) else { continue };
        if !lowering.once(&mut seen, keyword, statement) {
            lowering.nameless_again(keyword, statement);
            continue;
        }
        match (keyword.word, &statement.block) {
            ("global_defs", Some(block)) => {
                let (global, seen) = (&mut config.global, &mut seen_globally);
                lowering.global_defs(&block.statements, seen, global, &mut defaults);
            }
            (
                "vrrp_instance" | "static_ipaddress" | "static_routes" | "static_rules",
                Some(block),
            ) => {
                bodies.push((statement, block));
            }
            _ => {
                if !lowering.plain_top_level(keyword, statement, &mut config) {
                    lowering.object(keyword, statement, &mut objects, &mut config);
                }
            }
        }
    }
    lowering.finish_global(&mut config.global, &mut defaults);
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    for (statement, block) in bodies {
        if statement.keyword() != "vrrp_instance" {
            lowering.static_block(statement.keyword(), block, &mut config);
            continue;
        }
        let Some(name) = statement.arguments().first() else { continue };
        if let Some(first) = names.get(name.text.as_str()) {
            lowering
                .error(
                    Code::DUPLICATE_NAME,
                    name.span,
                    format!("vrrp instance `{}` already defined", name.text),
                )
                .label("this block is ignored")
                .related(*first, "first defined here");
            continue;
        }
        names.insert(&name.text, name.span);
        config.instances.extend(lowering.vrrp_instance(name, block, &defaults).map(Arc::new));
    }
    lowering.check_duplicate_vrids(&config.instances);
    lowering.finish_objects(&names.keys().copied().collect(), &mut config);
    lowering.load_balancing(tree, &mut config);
    if tree.statements.is_empty() {
        lowering.findings.push(Diagnostic {
            span: None,
            ..Diagnostic::new(
                Code::EMPTY_CONFIGURATION,
                Severity::Warning,
                Span::default(),
                "the configuration is empty",
            )
        });
    }
    let Lowering { mut findings, seldom, unusable, secrets, .. } = lowering;
    seldom.tell(&mut findings);
    let ends = findings.all().iter().any(|finding| finding.verdict == Verdict::Ends);
    let unusable = unusable.max(ends.then_some(Unusable::MissingValue));
    Lowered { config, findings, unusable, secrets }
}

/// The findings so far, and what values are read by.
struct Lowering<'a> {
    text: &'a str,
    mode: Mode,
    /// Whose keywords and rules count.
    compat: Compat,
    findings: Sink,
    /// What is said once a keyword, however often the keyword stands there.
    seldom: Seldom,
    /// The statements stand in a block that does not run yet as a whole, which has been said.
    not_yet_said: bool,
    unusable: Option<Unusable>,
    secrets: Vec<Span>,
    /// What can be referred to by name.
    known: Known,
    /// What rules without a preference get.
    preferences: Preferences,
    /// Names of the instances' own interfaces: whose, and where.
    link_names: BTreeMap<String, (String, Span)>,
}

impl Lowering<'_> {
    /// `static_ipaddress`, `static_routes` or `static_rules`.
    fn static_block(&mut self, keyword: &str, block: &crate::syntax::Block, config: &mut Config) {
        for line in &block.statements {
            match keyword {
                "static_ipaddress" => config.static_addresses.extend(self.static_address(line)),
                "static_routes" => config.static_routes.extend(self.route_line(line, Kind::Static)),
                _ => config.static_rules.extend(self.rule_line(line, Kind::Static)),
            }
        }
    }

    /// keepalived would end for this reason.
    fn cannot_be_used(&mut self, why: Unusable) {
        self.unusable = self.unusable.max(Some(why));
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) -> Draft<'_> {
        self.draft(code, Severity::Error, span, message)
    }

    fn warning(&mut self, code: Code, span: Span, message: impl Into<String>) -> Draft<'_> {
        self.draft(code, Severity::Warning, span, message)
    }

    fn draft(
        &mut self,
        code: Code,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Draft<'_> {
        let diagnostic = Diagnostic::new(code, severity, span, message);
        Draft { findings: &mut self.findings, diagnostic: Some(diagnostic) }
    }

    /// The text of a statement as written, for scripts.
    fn raw(&self, statement: &Statement) -> &str {
        let range = statement.line.start as usize..statement.line.end as usize;
        self.text.get(range).unwrap_or_default()
    }
}

/// A finding that is pushed when it is complete, that is, when it goes out of scope.
struct Draft<'a> {
    findings: &'a mut Sink,
    diagnostic: Option<Diagnostic>,
}

impl Draft<'_> {
    fn change(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.diagnostic = self.diagnostic.take().map(change);
        self
    }

    /// The text at the marker.
    fn label(self, text: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.with_label(text))
    }

    /// What keepalived does with it.
    fn note(self, text: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.with_note(text))
    }

    /// What to write instead.
    fn help(self, text: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.with_help(text))
    }

    /// What keepalived makes of it, where that is not what the severity implies.
    fn verdict(self, verdict: Verdict) -> Self {
        self.change(|diagnostic| diagnostic.with_verdict(verdict))
    }

    /// keepalived's own words for it.
    fn wording(self, text: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.with_wording(text))
    }

    /// Another place.
    fn related(self, span: Span, text: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.with_related(span, text))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if let Some(diagnostic) = self.diagnostic.take() {
            self.findings.push(diagnostic);
        }
    }
}
