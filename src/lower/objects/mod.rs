//! The named objects of the top level that instances and checks refer to: groups, scripts, files,
//! processes, BFD sessions. One file a kind; here is what they share.

mod bfd;
mod garp_group;
mod process;
mod script;
mod sync_group;
mod track_file;
mod track_group;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::diag::Code;
use crate::ir::Config;
use crate::lower::Lowering;
use crate::schema::Keyword;
use crate::syntax::{Block, Statement, Word};
use crate::units::{Span, Spanned};

/// Names met so far, and what is checked when all are known.
#[derive(Default)]
pub(super) struct Objects {
    /// By the keyword of the block and the name.
    names: BTreeMap<(&'static str, String), Span>,
    /// `interfaces` blocks met in garp groups; keepalived numbers the groups by them.
    garp_blocks: usize,
}

impl Lowering<'_> {
    /// A block of the top level that is an object of its own; others are left alone.
    pub(super) fn object(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        objects: &mut Objects,
        config: &mut Config,
    ) {
        let Some(block) = &statement.block else { return };
        if keyword.word == "garp_group" {
            config.garp_groups.extend(self.garp_group(block, objects, &config.garp_groups));
            return;
        }
        let Some(name) = statement.arguments().first() else { return };
        let counts = self.first_of_its_name(keyword, name, objects);
        match keyword.word {
            "vrrp_sync_group" if counts => config.sync_groups.push(self.sync_group(name, block)),
            "track_group" if counts => config.track_groups.push(self.track_group(name, block)),
            "bfd_instance" if counts => {
                let instance = self.bfd_instance(name, block, &config.bfd_instances);
                config.bfd_instances.extend(instance);
            }
            // Of these keepalived reads a second one too, and finds the first one.
            "vrrp_script" => {
                let script = self.vrrp_script(name, block);
                config.vrrp_scripts.extend(script.filter(|_| counts));
            }
            "track_file" | "vrrp_track_file" => {
                let file = self.track_file(name, block);
                config.track_files.extend(file.filter(|_| counts));
            }
            "vrrp_track_process" => {
                let process = self.track_process(name, block);
                config.track_processes.extend(process.filter(|_| counts));
            }
            _ => {}
        }
    }

    /// False, and said so, if an object of this kind has the name already.
    fn first_of_its_name(&mut self, keyword: &Keyword, name: &Word, objects: &mut Objects) -> bool {
        let kind = match keyword.word {
            "vrrp_track_file" => "track_file",
            word => word,
        };
        let first = *objects.names.entry((kind, name.text.clone())).or_insert(name.span);
        if first == name.span {
            return true;
        }
        let called = &name.text;
        let wording = match kind {
            "vrrp_sync_group" => format!("vrrp sync group {called} already defined"),
            "track_group" => format!("track_group {called} already defined"),
            "bfd_instance" => {
                format!("Configuration error: BFD instance {called} already configured - ignoring")
            }
            "vrrp_script" | "track_file" | "vrrp_track_process" => {
                let text = format!("{kind} `{called}` is defined twice");
                self.warning(Code::DUPLICATE_NAME, name.span, text)
                    .label("whoever names it gets the first one")
                    .related(first, "first defined here")
                    .note("keepalived does not mention it");
                return false;
            }
            _ => return true,
        };
        self.error(Code::DUPLICATE_NAME, name.span, format!("{kind} `{called}` is defined twice"))
            .label("this block is ignored")
            .related(first, "first defined here")
            .wording(wording);
        false
    }

    /// What follows from all objects together; `instances` are the names of every `vrrp_instance`.
    pub(super) fn finish_objects(&mut self, instances: &BTreeSet<&str>, config: &mut Config) {
        self.check_sync_groups(instances, &mut config.sync_groups);
        self.check_track_groups(instances, &mut config.track_groups);
    }

    /// `weight N [reverse]` of an object; `None` if it leaves what was there. Where keepalived uses
    /// a weight out of range all the same, so do we.
    fn object_weight(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        (kind, name): (&str, &Word),
        used_anyway: bool,
    ) -> Option<(Spanned<i16>, bool)> {
        let word = statement.arguments().first()?;
        let number = self.integer(keyword, statement).map(|number| number.value);
        let number = number.or_else(|| word.text.parse().ok().filter(|_| used_anyway));
        let mut reverse = false;
        if let Some(option) = statement.arguments().get(1) {
            reverse = option.text == "reverse";
            if !reverse {
                self.error(
                    Code::INVALID_CHOICE,
                    option.span,
                    format!("`weight` knows no '{}'", option.text),
                )
                .label("reverse, or nothing")
                .note("keepalived ignores the word")
                .wording(format!("{kind} {} unknown weight option {}", name.text, option.text));
            }
        }
        let number = number.and_then(|number| i16::try_from(number).ok())?;
        Some((Spanned::new(number, word.span), reverse))
    }

    /// A second value of a statement whose first one counts.
    fn already(&mut self, word: &Word, first: Span, keyword: &str, wording: String) {
        self.error(Code::REPEATED_KEYWORD, word.span, format!("`{keyword}` is given twice"))
            .label("the first one counts")
            .related(first, "first given here")
            .wording(wording);
    }

    /// A time of which zero becomes a second.
    fn time_but_zero(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        wording: &str,
    ) -> Option<Spanned<Duration>> {
        let word = statement.arguments().first()?;
        if word.text.trim_start_matches(['0', '.']).is_empty() {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("`{}` must be more than 0", keyword.word),
            )
            .label("a second is used")
            .wording(wording);
            return Some(Spanned::new(Duration::from_secs(1), word.span));
        }
        self.time(keyword, statement)
    }

    /// Names in a `group { }`; a second one, and one without names, are complained about.
    fn members(
        &mut self,
        statement: &Statement,
        members: &mut Option<(Span, Vec<Spanned<String>>)>,
        (kind, name): (&str, &Word),
    ) {
        let span = statement.keyword_span();
        if let Some((first, _)) = members {
            let first = *first;
            self.error(
                Code::REPEATED_KEYWORD,
                span,
                format!("a second `group` in {kind} `{}`", name.text),
            )
            .label("the first one counts")
            .related(first, "first given here")
            .help("put all names into one `group`")
            .note("keepalived takes its `}` for that of the block around it")
            .wording(format!("Group list already specified for sync group {}", name.text));
            return;
        }
        let lines = statement.block.iter().flat_map(|block| &block.statements);
        let words = lines.flat_map(|line| &line.words);
        let names: Vec<_> = words.map(|word| Spanned::new(word.text.clone(), word.span)).collect();
        if names.is_empty() {
            let end = end_of(statement.block.as_ref(), span);
            let text = format!("the `group` of {kind} `{}` is empty", name.text);
            self.warning(Code::GROUP_SIZE, end, text)
                .help("write one instance a line")
                .verdict(crate::diag::Verdict::Counted)
                .wording(format!("Warning - {kind} {} has empty group block", name.text));
        }
        *members = Some((span, names));
    }
}

/// Where keepalived checks a block: at its end.
fn end_of(block: Option<&Block>, otherwise: Span) -> Span {
    block.and_then(|block| block.close).unwrap_or(otherwise)
}
