//! Load balancing: `virtual_server`, `virtual_server_group` and `SSL`.
//!
//! A block is read in two steps, so that what it says for its servers and checks counts wherever
//! it stands: first its own statements, then the blocks inside. Messages name servers as keepalived
//! does.

mod checkers;
mod connection;
mod defaults;
mod group;
mod http;
mod method;
mod persistence;
mod ports;
mod reading;
mod real_server;
mod resolve;
mod service;
mod tls;
mod virtual_server;

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Verdict};
use crate::ir::Config;
use crate::lower::Lowering;
use crate::schema::{self, Block as Place};
use crate::syntax::{Block, Statement, Tree};

/// What checkers may follow: names that stand further up in the file.
#[derive(Default)]
struct Known {
    /// Of `track_file` with a file.
    files: BTreeSet<String>,
    /// Of `bfd_instance` that tell the checkers.
    sessions: BTreeSet<String>,
}

impl Known {
    fn learn(&mut self, keyword: &str, name: &str, block: &Block) {
        let says = |word| block.statements.iter().any(|line| line.keyword() == word);
        match keyword {
            "track_file" | "vrrp_track_file" if says("file") => {
                self.files.insert(name.to_owned());
            }
            "bfd_instance" if says("checker") || !says("vrrp") => {
                self.sessions.insert(name.to_owned());
            }
            _ => {}
        }
    }
}

impl Lowering<'_> {
    /// Everything about load balancing in the file. That its top-level keywords exist and have their
    /// braces has been looked at.
    pub(super) fn load_balancing(&mut self, tree: &Tree, config: &mut Config) {
        let mut known = Known::default();
        let mut users: BTreeMap<String, u32> = BTreeMap::new();
        self.virtual_server_groups(tree, config);
        // That these blocks do not run yet has been said, once for all that stands in them.
        let said = std::mem::replace(&mut self.not_yet_said, true);
        for statement in &tree.statements {
            let Some(block) = &statement.block else { continue };
            let name = statement.arguments().first().map_or("", |word| word.text.as_str());
            match statement.keyword() {
                "SSL" => self.tls_context(statement, block, config),
                "virtual_server" => {
                    let groups = &config.virtual_server_groups;
                    let server = self.virtual_server(statement, block, groups, &known, &mut users);
                    config.virtual_servers.extend(server);
                }
                keyword => known.learn(keyword, name, block),
            }
        }
        self.not_yet_said = said;
    }

    /// The statements of a block that are keywords there and have their words.
    fn statements<'b>(
        &mut self,
        place: Place,
        block: &'b Block,
    ) -> Vec<(&'static schema::Keyword, &'b Statement)> {
        let mut known = Vec::new();
        for statement in &block.statements {
            let before = self.findings.all().len();
            known.extend(self.keyword(place, statement).map(|keyword| (keyword, statement)));
            if statement.keyword() != "host" {
                continue;
            }
            let words =
                "The SMTP_CHECK host block is deprecated. Please define additional checkers.";
            let findings = self.findings.since_mut(before).iter_mut();
            for finding in findings.filter(|finding| finding.code == Code::DEPRECATED) {
                finding.verdict = Verdict::Logged;
                finding.wording = Some(words.to_owned());
            }
        }
        known
    }
}
