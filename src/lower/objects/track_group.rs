//! `track_group`.

use std::collections::BTreeSet;

use crate::diag::{Code, Verdict};
use crate::ir::TrackGroup;
use crate::lower::Lowering;
use crate::schema::Block as Place;
use crate::syntax::{Block, Word};
use crate::units::Spanned;

impl Lowering<'_> {
    pub(super) fn track_group(&mut self, name: &Word, block: &Block) -> TrackGroup {
        let mut members = None;
        for statement in &block.statements {
            let Some(keyword) = self.keyword(Place::TrackGroup, statement) else { continue };
            if keyword.word == "group" {
                self.members(statement, &mut members, ("track group", name));
            }
        }
        let name = Spanned::new(name.text.clone(), name.span);
        TrackGroup { name, members: members.map_or_else(Vec::new, |(_, members)| members) }
    }

    /// Members must exist; a group without any is removed.
    pub(super) fn check_track_groups(
        &mut self,
        instances: &BTreeSet<&str>,
        groups: &mut Vec<TrackGroup>,
    ) {
        groups.retain_mut(|TrackGroup { name, members }| {
            members.retain(|member| {
                let exists = instances.contains(member.value.as_str());
                if !exists {
                    let text = format!("there is no vrrp_instance `{}`", member.value);
                    self.warning(Code::GROUP_MEMBER, member.span, text)
                        .label("ignored")
                        .verdict(Verdict::Logged);
                }
                exists
            });
            if members.is_empty() {
                let text = format!("track group `{}` has no members", name.value);
                self.warning(Code::GROUP_SIZE, name.span, text)
                    .label("removed")
                    .verdict(Verdict::Logged);
            }
            !members.is_empty()
        });
    }
}
