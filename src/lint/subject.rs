//! What the rules look at.

use crate::facts::Host;
use crate::ir::{Config, Instance};
use crate::source::SourceMap;
use crate::syntax::{Statement, Tree};
use crate::units::{Compat, Span};

/// One configuration, and what is known around it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What was understood.
    pub config: &'a Config,
    /// What was written.
    pub tree: &'a Tree,
    /// The texts.
    pub sources: &'a SourceMap,
    /// The host that it is for; `None` if nothing is known of it.
    pub host: Option<&'a Host>,
    /// Whose rules count.
    pub compat: Compat,
}

impl<'a> Subject<'a> {
    /// The instances.
    pub fn instances(&self) -> impl Iterator<Item = &'a Instance> + use<'a> {
        self.config.instances.iter()
    }

    /// The block of an instance, as written.
    pub fn instance_block(&self, name: &str) -> Option<&'a Statement> {
        self.tree.statements.iter().find(|statement| {
            statement.keyword() == "vrrp_instance"
                && statement.arguments().first().is_some_and(|word| word.text == name)
        })
    }

    /// Where a keyword stands in the block of an instance; the last one, which counts.
    pub fn keyword_in(&self, instance: &Instance, word: &str) -> Option<Span> {
        let block = self.instance_block(&instance.name)?.block.as_ref()?;
        let statement = block.statements.iter().rfind(|statement| statement.keyword() == word)?;
        Some(statement.keyword_span())
    }
}
