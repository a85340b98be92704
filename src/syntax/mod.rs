//! Text to tree: physical lines, comments, includes, words, blocks.
//!
//! Two total grammars (`grammar/lines.pest`, `grammar/config.pest`): every input parses, odd text
//! is a node and a finding. [`parse`] never fails but for a main file that cannot be read. No
//! keyword is known here, except `include`.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod blocks;
mod environment;
mod expand;
mod lines;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;

use expand::Limits;

pub use environment::Environment;
pub use tree::{Block, Statement, Tree, Word};

use crate::diag::{Code, Diagnostic, Severity, Sink, Verdict};
use crate::source::{LoadError, LoadedFile, Loader, Memory, Pattern, SourceMap};
use crate::units::Span;

/// A configuration as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parsed {
    /// Texts and positions.
    pub sources: SourceMap,
    /// Statements and blocks.
    pub tree: Tree,
    /// What was found on the way.
    pub findings: Sink,
}

/// Reads a file and all that it includes, in this environment.
///
/// # Errors
/// The main file cannot be read.
pub fn parse(
    loader: &dyn Loader,
    path: &Path,
    environment: &Environment,
) -> Result<Parsed, LoadError> {
    let name = path.to_string_lossy();
    let files = loader.load(Pattern { text: &name, from: None });
    let files = files.into_iter().collect::<Result<Vec<_>, _>>()?;
    if files.is_empty() {
        return Err(LoadError::Missing(path.to_owned()));
    }
    let several =
        (files.len() > 1).then(|| files.first().map(|first| first.path.clone())).flatten();
    let mut parsed = finish(loader, files, environment, Limits::STANDARD);
    if let Some(first) = several {
        let text = format!(
            "WARNING, multiple configuration file matches of {name}, starting with {}",
            first.display()
        );
        let start = Span::new(0, 0);
        parsed.findings.push(
            Diagnostic::new(Code::SEVERAL_MAIN_FILES, Severity::Warning, start, text)
                .with_verdict(Verdict::Counted),
        );
    }
    Ok(parsed)
}

/// Reads a text that is at hand; what it includes is missing.
pub fn parse_text(name: &str, bytes: &[u8]) -> Parsed {
    parse_text_in(name, bytes, &Environment::default())
}

/// Reads a text that is at hand in this environment; what it includes is missing.
pub fn parse_text_in(name: &str, bytes: &[u8], environment: &Environment) -> Parsed {
    let file = LoadedFile { path: name.into(), bytes: bytes.to_vec() };
    finish(&Memory::default(), vec![file], environment, Limits::STANDARD)
}

fn finish(
    loader: &dyn Loader,
    files: Vec<LoadedFile>,
    environment: &Environment,
    limits: Limits,
) -> Parsed {
    let mut findings = Sink::default();
    let expanded = expand::expand(loader, files, environment, limits, &mut findings);
    let expand::Expanded { sources, literal, dropped } = expanded;
    let (tree, unclosed) = blocks::build(sources.expanded(), &literal, &mut findings);
    expand::explain(&dropped, &mut findings);
    let line = |span| sources.resolve(span).map(|at| (at.span.file, at.line));
    let known = findings.all().iter().filter(|found| found.code == Code::UNCLOSED_QUOTE);
    let known: BTreeSet<_> = known.filter_map(|found| found.span).map(line).collect();
    for quote in unclosed.into_iter().filter(|quote| !known.contains(&line(*quote))) {
        findings.push(expand::unclosed_quote(quote));
    }
    Parsed { sources, tree, findings }
}
