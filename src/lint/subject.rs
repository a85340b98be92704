//! What the rules look at.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::facts::{Host, Interface, Network};
use crate::ir::{Config, Instance, VirtualAddress};
use crate::source::SourceMap;
use crate::syntax::{Statement, Tree};
use crate::units::{Compat, Span, Spanned};

/// One configuration, and what is known around it.
#[derive(Debug, Clone)]
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
    /// The blocks of the instances by name; of doubles the first, which counts.
    blocks: BTreeMap<&'a str, &'a Statement>,
}

impl<'a> Subject<'a> {
    /// Puts together what the rules look at.
    pub fn new(
        config: &'a Config,
        tree: &'a Tree,
        sources: &'a SourceMap,
        host: Option<&'a Host>,
        compat: Compat,
    ) -> Self {
        let mut blocks = BTreeMap::new();
        for top in tree.statements.iter().filter(|top| top.keyword() == "vrrp_instance") {
            if let Some(name) = top.arguments().first() {
                blocks.entry(name.text.as_str()).or_insert(top);
            }
        }
        Self { config, tree, sources, host, compat, blocks }
    }

    /// The instances.
    pub fn instances(&self) -> impl Iterator<Item = &'a Instance> + use<'a> {
        self.config.instances.iter().map(AsRef::as_ref)
    }

    /// Every virtual address with its instance.
    pub fn addresses(
        &self,
    ) -> impl Iterator<Item = (&'a Instance, &'a Spanned<VirtualAddress>)> + use<'a> {
        self.instances().flat_map(|instance| {
            let all = instance.addresses.iter().chain(&instance.excluded);
            all.map(move |address| (instance, address))
        })
    }

    /// The network of the host, if it is known.
    pub fn network(&self) -> Option<&'a Network> {
        self.host?.network.as_ref()
    }

    /// The interface of the host that has this address.
    pub fn interface_with(&self, address: IpAddr) -> Option<&'a Interface> {
        let has = |own: &&Interface| own.addresses.iter().any(|net| net.address() == address);
        self.network()?.interfaces.iter().find(has)
    }

    /// Where a keyword stands in `global_defs`; the last one, which counts.
    pub fn global_keyword(&self, word: &str) -> Option<Span> {
        let globals = self.tree.statements.iter().filter(|top| top.keyword() == "global_defs");
        let inside = globals.flat_map(|top| top.block.iter().flat_map(|block| &block.statements));
        let last = inside.rev().find(|statement| statement.keyword() == word)?;
        Some(last.keyword_span())
    }

    /// The block of an instance, as written.
    pub fn instance_block(&self, name: &str) -> Option<&'a Statement> {
        self.blocks.get(name).copied()
    }

    /// Where a keyword stands in the block of an instance; the last one, which counts.
    pub fn keyword_in(&self, instance: &Instance, word: &str) -> Option<Span> {
        let block = self.instance_block(&instance.name)?.block.as_ref()?;
        let statement = block.statements.iter().rfind(|statement| statement.keyword() == word)?;
        Some(statement.keyword_span())
    }
}
