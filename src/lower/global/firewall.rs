//! Packet filters.

use std::collections::BTreeSet;

use crate::diag::{Code, Verdict};
use crate::ir::global::{Chains, Firewall, IpSets};
use crate::lower::Lowering;
use crate::schema::Keyword;
use crate::syntax::{Statement, Word};
use crate::units::{Compat, Spanned};

/// Longest name of a chain of iptables, in bytes.
const CHAIN_BYTES: usize = 27;
/// Longest name of an ipset.
const SET_BYTES: usize = 30;
/// Longest name of a table of nftables.
const TABLE_BYTES: usize = 254;

impl Lowering<'_> {
    /// A keyword about packet filters; false if it is none.
    pub(super) fn firewall_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        firewall: &mut Firewall,
    ) -> bool {
        match keyword.word {
            "vrrp_iptables" => firewall.iptables = self.chains(statement),
            "vrrp_ipsets" => firewall.ipsets = self.sets(statement),
            "nftables" => {
                firewall.nftables = self.table(statement, "nftables", "keepalived");
                firewall.nftables_priority = None;
            }
            "nftables_priority" => {
                let priority = self.hook_priority(keyword, statement);
                firewall.nftables_priority = priority.or(firewall.nftables_priority);
            }
            "nftables_ipvs" => {
                firewall.ipvs = self.table(statement, "ipvs nftables", "keepalived_ipvs");
                (firewall.ipvs_priority, firewall.ipvs_first_mark) = (None, None);
            }
            "nftables_ipvs_priority" => {
                let priority = self.hook_priority(keyword, statement);
                firewall.ipvs_priority = priority.or(firewall.ipvs_priority);
            }
            "nftables_ipvs_start_fwmark" => {
                let mark = self.count(keyword, statement);
                firewall.ipvs_first_mark = mark.or(firewall.ipvs_first_mark);
            }
            "nftables_counters" => firewall.counters = true,
            "nftables_ifindex" => firewall.by_index = true,
            _ => return false,
        }
        true
    }

    fn hook_priority(&mut self, keyword: &Keyword, statement: &Statement) -> Option<Spanned<i32>> {
        let priority = self.integer(keyword, statement)?;
        Some(priority.map(|priority| i32::try_from(priority).unwrap_or(-1)))
    }

    /// A name of at most so many bytes; since 2.3.2 it must not be empty.
    fn filter_name(
        &mut self,
        what: &str,
        word: &Word,
        most: usize,
        wording: &str,
    ) -> Option<String> {
        let empty = word.text.is_empty() && self.compat > Compat::V2_2_7;
        if empty || word.text.len() > most {
            self.error(
                Code::NAME_TOO_LONG,
                word.span,
                format!("'{}' is no name of {what}", word.text),
            )
            .label(format!("1 to {most} bytes"))
            .note("keepalived ignores it")
            .wording(wording);
            return None;
        }
        Some(word.text.clone())
    }

    /// The table of `nftables` or `nftables_ipvs`; `None` if its name cannot be used.
    fn table(&mut self, statement: &Statement, what: &str, usual: &str) -> Option<Spanned<String>> {
        let Some(word) = statement.arguments().first() else {
            return Some(Spanned::new(usual.to_owned(), statement.line));
        };
        let wording = format!("{what} table name too long - ignoring");
        let name = self.filter_name("a table", word, TABLE_BYTES, &wording)?;
        Some(Spanned::new(name, word.span))
    }

    /// `vrrp_iptables [INCHAIN [OUTCHAIN]]`.
    fn chains(&mut self, statement: &Statement) -> Option<Spanned<Chains>> {
        let span = statement.line;
        let Some(input) = statement.arguments().first() else {
            let (input, output) = ("INPUT".to_owned(), Some("OUTPUT".to_owned()));
            return Some(Spanned::new(Chains { input, output }, span));
        };
        let wording = "VRRP Error : iptables in chain name too long - ignored";
        let input = self.filter_name("a chain", input, CHAIN_BYTES, wording)?;
        let output = statement.arguments().get(1).and_then(|output| {
            let wording = "VRRP Error : iptables out chain name too long - ignored";
            self.filter_name("a chain", output, CHAIN_BYTES, wording)
        });
        if output.as_ref() == Some(&input) {
            self.warning(Code::DUPLICATE_NAME, span, "both chains of `vrrp_iptables` are one")
                .label("the statement is ignored")
                .verdict(Verdict::Logged);
            return None;
        }
        Some(Spanned::new(Chains { input, output }, span))
    }

    /// `vrrp_ipsets [SET ...]`: one bad name drops all.
    fn sets(&mut self, statement: &Statement) -> IpSets {
        if statement.arguments().is_empty() {
            return IpSets::Off;
        }
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        for word in statement.arguments() {
            let wording = "VRRP Error : ipset name too long - ignored";
            let Some(name) = self.filter_name("a set", word, SET_BYTES, wording) else {
                return IpSets::Usual;
            };
            if !seen.insert(name.clone()) && self.compat > Compat::V2_2_7 {
                self.error(
                    Code::DUPLICATE_NAME,
                    word.span,
                    format!("the set `{name}` is named twice"),
                )
                .note("keepalived ignores all names");
                return IpSets::Usual;
            }
            names.push(Spanned::new(name, word.span));
        }
        IpSets::Named(names)
    }

    /// Two filters at once: nftables counts.
    pub(super) fn check_firewall(&mut self, firewall: &mut Firewall) {
        if let (Some(iptables), Some(nftables)) = (&firewall.iptables, &firewall.nftables) {
            self.warning(
                Code::UNUSED_SETTING,
                iptables.span,
                "`vrrp_iptables` has no effect beside `nftables`",
            )
            .label("ignored")
            .related(nftables.span, "this one counts")
            .verdict(Verdict::Logged);
            firewall.iptables = None;
        }
        if firewall.iptables.is_none()
            && let IpSets::Named(names) = &firewall.ipsets
            && let Some(first) = names.first()
        {
            self.warning(
                Code::UNUSED_SETTING,
                first.span,
                "`vrrp_ipsets` has no effect without `vrrp_iptables`",
            )
            .label("ignored")
            .verdict(Verdict::Logged);
        }
    }
}
