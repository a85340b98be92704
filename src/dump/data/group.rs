//! The section `VRRP Sync groups`.

use crate::dump::View;
use crate::dump::data::{follow, notify};
use crate::dump::text::{Text, yes};
use crate::engine::snapshot::{GroupSnapshot, State};
use crate::ir::SyncGroup;

/// All groups.
pub(super) fn section(text: &mut Text, view: View<'_>) {
    if view.engine.groups.is_empty() {
        return;
    }
    text.section("VRRP Sync groups");
    for (config, now) in view.config().sync_groups.iter().zip(&view.engine.groups) {
        group(text, view, config, now);
    }
}

fn group(text: &mut Text, view: View<'_>, config: &SyncGroup, now: &GroupSnapshot) {
    text.head(format_args!("VRRP Sync Group = {}, {}", now.name, now.state));
    let count = |state: State| {
        let all = view.engine.instances.iter().filter(|instance| instance.state == state);
        all.filter(|instance| now.members.contains(&instance.name)).count()
    };
    let (faulty, waiting) = (count(State::Fault), count(State::Init));
    text.property(format_args!("Num member fault {faulty}, num member init {waiting}"));
    text.list("VRRP member instances", &now.members);
    if config.tracking_weight {
        text.property(format_args!("sync group tracking weight set"));
    }
    let mail = &view.config().global.mail;
    let usual = mail.alert_vrrp.or(mail.alert).unwrap_or(false);
    let told = yes(config.smtp_alert.unwrap_or(usual));
    text.property(format_args!("Using smtp notification = {told}"));
    if let Some(told) = config.notify_priority_changes {
        text.property(format_args!("Notify priority changes = {}", yes(told)));
    }
    follow::lists(text, view, &config.tracking, true);
    notify::scripts(text, view, &config.notify);
}
