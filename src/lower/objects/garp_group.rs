//! `garp_group`.

use crate::diag::{Code, Verdict};
use crate::ir::GarpGroup;
use crate::lower::Lowering;
use crate::lower::objects::{Objects, end_of};
use crate::lower::statements::Seen;
use crate::schema::Block as Place;
use crate::syntax::{Block, Word};

impl Lowering<'_> {
    /// `None` if it has no interval.
    pub(super) fn garp_group(
        &mut self,
        block: &Block,
        objects: &mut Objects,
        others: &[GarpGroup],
    ) -> Option<GarpGroup> {
        let mut group = GarpGroup::default();
        let mut seen = Seen::default();
        for statement in &block.statements {
            let Some(keyword) = self.keyword(Place::GarpGroup, statement) else { continue };
            if keyword.word != "interface" {
                self.once(&mut seen, keyword, statement);
            }
            match keyword.word {
                "garp_interval" => {
                    group.garp_interval = self.time(keyword, statement).or(group.garp_interval);
                }
                "gna_interval" => {
                    group.gna_interval = self.time(keyword, statement).or(group.gna_interval);
                }
                "interface" => {
                    if let Some(word) = statement.arguments().first() {
                        self.garp_interface(word, &mut group, others);
                    }
                }
                "interfaces" => {
                    objects.garp_blocks += 1;
                    let lines = statement.block.iter().flat_map(|block| &block.statements);
                    let mut words = lines.flat_map(|line| &line.words).peekable();
                    if words.peek().is_none() {
                        let end = end_of(statement.block.as_ref(), statement.keyword_span());
                        self.warning(Code::GROUP_SIZE, end, "the `interfaces` block is empty")
                            .verdict(Verdict::Counted)
                            .wording("Warning - empty garp_group interfaces block");
                    }
                    for word in words {
                        self.garp_interface(word, &mut group, others);
                    }
                }
                _ => {}
            }
        }
        if group.garp_interval.is_none() && group.gna_interval.is_none() {
            let end = end_of(Some(block), block.open);
            self.error(Code::INCOMPLETE_BLOCK, end, "this `garp_group` has no interval")
                .label("removed")
                .help("write `garp_interval SECONDS` or `gna_interval SECONDS`")
                .wording(format!(
                    "garp group {} does not have any delay set - removing",
                    objects.garp_blocks
                ));
            return None;
        }
        Some(group)
    }

    fn garp_interface(&mut self, word: &Word, group: &mut GarpGroup, others: &[GarpGroup]) {
        let Some(interface) = self.interface("garp_group", word) else { return };
        let elsewhere = others.iter().flat_map(|group| &group.interfaces);
        let known = elsewhere.chain(&group.interfaces).find(|known| known.value == interface.value);
        if let Some(first) = known.map(|known| known.span) {
            let text = format!("{} is in a `garp_group` already", interface.value);
            self.error(Code::INTERFACE_IN_TWO_GROUPS, word.span, text)
                .label("ignored")
                .related(first, "here")
                .wording(format!("garp_group already specified for {} - ignoring", word.text));
            return;
        }
        group.interfaces.push(interface);
    }
}
