//! Sync groups, track groups, groups of announcements, static entries, load balancing: what stands
//! at the top level and has no state of its own that a change could lose.

use crate::ir::{Config, GarpGroup, SyncGroup, TrackGroup};
use crate::plan::setting::{Differences, Setting};
use crate::plan::{Action, Kind, Step, wording};

/// What becomes of all of them.
pub(super) fn steps(old: &Config, new: &Config) -> Vec<Step> {
    let mut steps = by_name(
        Kind::SyncGroup,
        (&old.sync_groups, &new.sync_groups),
        |group| group.name.value.clone(),
        of_sync_group,
    );
    for step in steps.iter_mut().filter(|step| step.action == Action::Change) {
        let rejoins = step.settings.iter().any(|setting| setting.keyword == "group");
        if rejoins {
            step.notes.push(
                "if some members lead and others do not, those that lead resign and the group \
                 elects anew"
                    .to_owned(),
            );
        }
    }
    steps.extend(by_name(
        Kind::TrackGroup,
        (&old.track_groups, &new.track_groups),
        |group| group.name.value.clone(),
        of_track_group,
    ));
    steps.extend(by_name(
        Kind::GarpGroup,
        (&old.garp_groups, &new.garp_groups),
        |group| {
            let names = group.interfaces.iter().map(|interface| interface.value.to_string());
            names.collect::<Vec<_>>().join(" ")
        },
        of_garp_group,
    ));
    steps.extend(statics(old, new));
    steps.extend(balancing(old, new));
    steps
}

fn by_name<T>(
    kind: Kind,
    (old, new): (&[T], &[T]),
    name: impl Fn(&T) -> String,
    compare: impl Fn(&T, &T) -> Vec<Setting>,
) -> Vec<Step> {
    let mut steps: Vec<Step> = new
        .iter()
        .map(|it| {
            let called = name(it);
            match old.iter().find(|old| name(old) == called) {
                Some(old) => Step::compared(kind, &called, compare(old, it)),
                None => Step::new(kind, &called, Action::Add),
            }
        })
        .collect();
    let gone = old.iter().map(&name).filter(|called| !new.iter().any(|it| name(it) == *called));
    steps.extend(gone.map(|called| Step::new(kind, &called, Action::Remove)));
    steps
}

fn of_sync_group(old: &SyncGroup, new: &SyncGroup) -> Vec<Setting> {
    let SyncGroup {
        name: _,
        members,
        notify,
        smtp_alert,
        notify_priority_changes,
        tracking_weight,
        tracking,
    } = old;
    let mut found = Differences::default();
    found.entries("group", (members, &new.members), |member| member.value.clone());
    found.value("smtp_alert", (smtp_alert, &new.smtp_alert), wording::optional_switch);
    let told = (notify_priority_changes, &new.notify_priority_changes);
    found.value("notify_priority_changes", told, wording::optional_switch);
    let weight = (tracking_weight, &new.tracking_weight);
    found.value("sync_group_tracking_weight", weight, wording::switch);
    wording::notify(&mut found, notify, &new.notify);
    wording::tracking(&mut found, tracking, &new.tracking);
    found.into_settings()
}

fn of_track_group(old: &TrackGroup, new: &TrackGroup) -> Vec<Setting> {
    let TrackGroup { name: _, members } = old;
    let mut found = Differences::default();
    found.entries("group", (members, &new.members), |member| member.value.clone());
    found.into_settings()
}

fn of_garp_group(old: &GarpGroup, new: &GarpGroup) -> Vec<Setting> {
    let GarpGroup { garp_interval, gna_interval, interfaces: _ } = old;
    let mut found = Differences::default();
    found.value("garp_interval", (garp_interval, &new.garp_interval), wording::optional_time);
    found.value("gna_interval", (gna_interval, &new.gna_interval), wording::optional_time);
    found.into_settings()
}

/// Each list is one object: its entries come and go by themselves.
fn statics(old: &Config, new: &Config) -> Vec<Step> {
    let mut addresses = Differences::default();
    addresses.entries("static_ipaddress", (&old.static_addresses, &new.static_addresses), |line| {
        wording::address(&line.value.address)
    });
    let mut routes = Differences::default();
    let pair = (&old.static_routes[..], &new.static_routes[..]);
    routes.entries("static_routes", pair, |line| wording::route(&line.value));
    let mut rules = Differences::default();
    let pair = (&old.static_rules[..], &new.static_rules[..]);
    rules.entries("static_rules", pair, |line| wording::rule(&line.value));
    [
        (addresses, "static_ipaddress", old.static_addresses.len() + new.static_addresses.len()),
        (routes, "static_routes", old.static_routes.len() + new.static_routes.len()),
        (rules, "static_rules", old.static_rules.len() + new.static_rules.len()),
    ]
    .into_iter()
    .filter(|(.., entries)| *entries > 0)
    .map(|(found, name, _)| Step::compared(Kind::Static, name, found.into_settings()))
    .collect()
}

/// Load balancing does not run yet, so nothing happens to it.
fn balancing(old: &Config, new: &Config) -> Option<Step> {
    let all = |config: &Config| config.virtual_servers.len() + config.virtual_server_groups.len();
    if all(old) + all(new) == 0 {
        return None;
    }
    let mut found = Differences::default();
    found.entries("virtual_server", (&old.virtual_servers, &new.virtual_servers), |it| it.name());
    let groups = (&old.virtual_server_groups, &new.virtual_server_groups);
    found.concealed("virtual_server_group", groups);
    found.concealed("SSL", (&old.tls, &new.tls));
    let mut step = Step::compared(Kind::Balancing, "", found.into_settings());
    if step.action == Action::Change {
        step.notes.push("load balancing does not run yet: nothing happens".to_owned());
    }
    Some(step)
}
