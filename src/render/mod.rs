//! The effective configuration: what is left after includes, conditions, definitions and
//! generators, each statement with the place where it was written, and the defaults of what is not.
//!
//! As text it is a configuration again, which means the same wherever it is read; as JSON it is for
//! programs. Passwords and keys are left out unless they are asked for.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod defaults;
mod json;
mod origin;
mod text;

pub use json::document;
pub use text::configuration;

use origin::Origin;

use crate::schema::Block;
use crate::source::SourceMap;
use crate::syntax::{Statement, Tree, Word};

/// What stands for a password or a key.
const CONCEALED: &str = "********";

/// What is rendered, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The statements.
    pub tree: &'a Tree,
    /// Where they were written, and which of it is secret.
    pub sources: &'a SourceMap,
    /// Passwords and keys are shown.
    pub secrets: bool,
    /// Keywords that are not written are listed with their defaults.
    pub defaults: bool,
}

impl<'a> View<'a> {
    /// The word, or what stands for it.
    fn shown(&self, word: &'a Word) -> &'a str {
        if self.hides(word) { CONCEALED } else { &word.text }
    }

    fn hides(&self, word: &Word) -> bool {
        !self.secrets && self.sources.is_concealed(word.span)
    }

    fn origin(&self, statement: &Statement) -> Option<Origin> {
        Origin::of(statement, self.sources)
    }

    /// The place that a statement's braces are read as, for the schema.
    fn inside(place: Option<Block>, statement: &Statement) -> Option<Block> {
        crate::schema::keyword(place?, statement.keyword())?.opens()
    }
}

#[cfg(test)]
mod tests;
