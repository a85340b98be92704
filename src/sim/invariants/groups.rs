//! Sync groups: at no moment does one member lead while another does not.

use std::collections::BTreeSet;

use crate::engine::snapshot::{InstanceSnapshot, Snapshot, State};
use crate::sim::invariants::Rule;

/// The names of all members of groups.
pub(super) fn members(snapshot: &Snapshot) -> BTreeSet<&str> {
    snapshot.groups.iter().flat_map(|group| &group.members).map(String::as_str).collect()
}

/// Groups in which some are master and some are not.
pub(super) fn divided(snapshot: &Snapshot) -> Vec<(Rule, String)> {
    let mut broken = Vec::new();
    for (name, all) in states(snapshot) {
        let masters = all.iter().filter(|member| member.state == State::Master).count();
        if masters > 0 && masters < all.len() {
            let told: Vec<_> = all.iter().map(|it| format!("{} {}", it.name, it.state)).collect();
            broken.push((Rule::GroupsTogether, format!("{name}: {}", told.join(", "))));
        }
    }
    broken
}

/// On a calm LAN all members are in one state, and the group is said to be in it.
pub(super) fn disagreements(snapshot: &Snapshot) -> Vec<(Rule, String)> {
    let mut broken = Vec::new();
    for ((name, all), group) in states(snapshot).iter().zip(&snapshot.groups) {
        let told: Vec<_> = all.iter().map(|it| format!("{} {}", it.name, it.state)).collect();
        if all.iter().any(|member| member.state != group.state) {
            let how = format!("{name} is {}: {}", group.state, told.join(", "));
            broken.push((Rule::GroupsTogether, how));
        }
    }
    broken
}

fn states(snapshot: &Snapshot) -> Vec<(&str, Vec<&InstanceSnapshot>)> {
    let groups = snapshot.groups.iter().map(|group| {
        let all = snapshot.instances.iter().filter(|it| group.members.contains(&it.name));
        (group.name.as_str(), all.collect())
    });
    groups.collect()
}
