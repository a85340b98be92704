//! `vrrp_sync_group`.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Verdict};
use crate::ir::{Notify, Script, SyncGroup, Tracking};
use crate::lower::Lowering;
use crate::lower::statements::Seen;
use crate::schema::Block as Place;
use crate::syntax::{Block, Statement, Word};
use crate::units::{Compat, Span, Spanned};

impl Lowering<'_> {
    pub(super) fn sync_group(&mut self, name: &Word, block: &Block) -> SyncGroup {
        let mut group = SyncGroup {
            name: Spanned::new(name.text.clone(), name.span),
            members: Vec::new(),
            notify: Notify::default(),
            smtp_alert: None,
            notify_priority_changes: None,
            tracking_weight: false,
            tracking: Tracking::default(),
        };
        let mut members = None;
        let mut seen = Seen::default();
        let called = &name.text;
        for statement in &block.statements {
            let Some(keyword) = self.keyword(Place::SyncGroup, statement) else { continue };
            self.once(&mut seen, keyword, statement);
            match keyword.word {
                "group" => self.members(statement, &mut members, ("sync group", name)),
                "smtp_alert" => {
                    let on = self.flag_or(keyword, statement, |value| {
                        format!("Invalid vrrp_group smtp_alert parameter {value}")
                    });
                    group.smtp_alert = on.or(group.smtp_alert);
                }
                "notify_priority_changes" => {
                    let on = self.flag_or(keyword, statement, |value| {
                        format!(
                            "({called}) Invalid value '{value}' for sync group \
                             notify_priority_changes specified"
                        )
                    });
                    group.notify_priority_changes = on.or(group.notify_priority_changes);
                }
                "sync_group_tracking_weight" | "global_tracking" => group.tracking_weight = true,
                word if word.starts_with("notify") => {
                    self.group_script(word, statement, called, &mut group.notify);
                }
                _ => {
                    self.track_list(called, statement, &mut group.tracking);
                }
            }
        }
        group.members = members.map_or_else(Vec::new, |(_, members)| members);
        group
    }

    fn group_script(
        &mut self,
        word: &str,
        statement: &Statement,
        called: &str,
        notify: &mut Notify,
    ) {
        let place: &mut Option<Box<Spanned<Script>>> = match word {
            "notify_master" => &mut notify.master,
            "notify_backup" => &mut notify.backup,
            "notify_fault" => &mut notify.fault,
            "notify_stop" => &mut notify.stop,
            "notify" => &mut notify.any,
            _ => return,
        };
        let Some(script) = self.script(statement) else { return };
        match place {
            Some(first) => {
                let first = first.span;
                let ignored = statement.arguments().first().map_or("", |word| word.text.as_str());
                self.error(Code::DUPLICATE_SCRIPT, script.span, format!("`{word}` is given twice"))
                    .label("ignored: the first one counts")
                    .related(first, "first given here")
                    .wording(format!(
                        "vrrp group {called}: {word} script already specified - ignoring {ignored}"
                    ));
            }
            empty => *empty = Some(Box::new(script)),
        }
    }

    /// Members must exist and be in one group only; a group without any is removed.
    pub(super) fn check_sync_groups(
        &mut self,
        instances: &BTreeSet<&str>,
        groups: &mut Vec<SyncGroup>,
    ) {
        let mut taken: BTreeMap<String, Span> = BTreeMap::new();
        groups.retain_mut(|group| {
            let SyncGroup { name, members, .. } = group;
            let (called, place) = (&name.value, name.span);
            if members.is_empty() {
                let wording = match self.compat {
                    Compat::V2_2_7 => {
                        format!("Sync group {called} has no virtual router(s). removing")
                    }
                    Compat::V2_4_3 => format!("Sync group {called} has no members - removing"),
                };
                self.error(
                    Code::GROUP_SIZE,
                    place,
                    format!("sync group `{called}` has no members"),
                )
                .label("removed")
                .help("name its instances in `group { }`")
                .wording(wording);
                return false;
            }
            members.retain(|member| self.is_free_member(called, member, instances, &mut taken));
            match members.as_slice() {
                [] => {
                    let text = format!("sync group `{called}` has no member that exists");
                    self.error(Code::GROUP_SIZE, place, text).label("removed").wording(format!(
                        "Sync group {called}, no matching virtual router found in group \
                         declaration - removing"
                    ));
                    return false;
                }
                [_] => {
                    let text = format!("sync group `{called}` has a single member");
                    self.warning(Code::GROUP_SIZE, place, text)
                        .label("there is nobody to be in step with")
                        .verdict(Verdict::Counted)
                        .wording(format!(
                            "Sync group {called} has only 1 virtual router(s) - this probably \
                             isn't what you want"
                        ));
                }
                _ => {}
            }
            true
        });
    }

    fn is_free_member(
        &mut self,
        group: &str,
        member: &Spanned<String>,
        instances: &BTreeSet<&str>,
        taken: &mut BTreeMap<String, Span>,
    ) -> bool {
        let Spanned { value: name, span } = member;
        if !instances.contains(name.as_str()) {
            let text = format!("there is no vrrp_instance `{name}`");
            self.error(Code::GROUP_MEMBER, *span, text).label("ignored").wording(format!(
                "Virtual router {name} specified in sync group {group} doesn't exist - ignoring"
            ));
            return false;
        }
        if let Some(first) = taken.get(name) {
            let text = format!("`{name}` is in a sync group already");
            self.error(Code::GROUP_MEMBER, *span, text)
                .label("ignored")
                .related(*first, "here")
                .wording(format!(
                    "Virtual router {name} cannot exist in more than one sync group; ignoring \
                     {group}"
                ));
            return false;
        }
        taken.insert(name.clone(), *span);
        true
    }
}
