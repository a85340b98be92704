//! Where in a node's text a setting stands whose value carries no position, because it may be a
//! default or come from `global_defs`.

use crate::cluster::Member;
use crate::syntax::{Block, Statement};
use crate::units::Span;

impl Member<'_> {
    /// The block of the instance.
    fn block(&self) -> Option<&Block> {
        let name = self.instance.name.span;
        let own = |statement: &&Statement| {
            statement.keyword() == "vrrp_instance"
                && statement.arguments().first().is_some_and(|word| word.span == name)
        };
        self.node.tree.statements.iter().find(own)?.block.as_ref()
    }

    /// The last statement of the instance with one of these keywords.
    pub fn statement(&self, keywords: &[&str]) -> Option<&Statement> {
        last(&self.block()?.statements, keywords)
    }

    /// The last line in a block of the instance, such as `auth_pass` in `authentication`.
    pub fn statement_in(&self, block: &str, keywords: &[&str]) -> Option<&Statement> {
        let block = self.statement(&[block])?.block.as_ref()?;
        last(&block.statements, keywords)
    }

    /// The line with `auth_pass`.
    fn password_line(&self) -> Option<&Statement> {
        self.statement_in("authentication", &["auth_pass"])
    }

    /// Where `auth_pass` stands, without the password.
    pub fn password_place(&self) -> Span {
        let line = self.password_line();
        self.at(line.map_or(self.instance.name.span, Statement::keyword_span))
    }

    /// The password as it is written, not cut to the eight bytes that count.
    pub fn written_password(&self) -> Option<&str> {
        Some(self.password_line()?.arguments().first()?.text.as_str())
    }

    /// Where one of these keywords stands: in the instance, else as a default for all instances in
    /// `global_defs`, else the name of the instance.
    pub fn place(&self, keywords: &[&str], defaults: &[&str]) -> Span {
        let globals = self.node.tree.statements.iter().rev();
        let in_globals = || {
            globals
                .filter(|statement| statement.keyword() == "global_defs")
                .filter_map(|statement| statement.block.as_ref())
                .find_map(|block| last(&block.statements, defaults))
        };
        let found = self.statement(keywords).or_else(in_globals);
        self.at(found.map_or(self.instance.name.span, |statement| statement.line))
    }
}

fn last<'a>(statements: &'a [Statement], keywords: &[&str]) -> Option<&'a Statement> {
    statements.iter().rev().find(|statement| keywords.contains(&statement.keyword()))
}
