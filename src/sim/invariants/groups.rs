//! Sync groups: at no moment does one member lead while another does not.

use crate::engine::snapshot::State;
use crate::engine::standing::{GroupStanding, Standing};
use crate::sim::invariants::{Rule, Standings};

/// Groups in which some are master and some are not.
pub(super) fn divided(standings: &Standings<'_>) -> Vec<(Rule, String)> {
    let mut broken = Vec::new();
    for group in &standings.groups {
        let leads = |member: &Standing<'_>| member.state == State::Master;
        let mut all = standings.members(group);
        let first = all.next().is_some_and(leads);
        if all.any(|member| leads(member) != first) {
            let how = format!("{}: {}", group.name, told(standings, group));
            broken.push((Rule::GroupsTogether, how));
        }
    }
    broken
}

/// On a calm LAN all members are in one state, and the group is said to be in it.
pub(super) fn disagreements(standings: &Standings<'_>) -> Vec<(Rule, String)> {
    let differ = standings
        .groups
        .iter()
        .filter(|group| standings.members(group).any(|member| member.state != group.state));
    let told = differ.map(|group| {
        let how = format!("{} is {}: {}", group.name, group.state, told(standings, group));
        (Rule::GroupsTogether, how)
    });
    told.collect()
}

fn told(standings: &Standings<'_>, group: &GroupStanding<'_>) -> String {
    let all = standings.members(group);
    all.map(|member| format!("{} {}", member.name, member.state)).collect::<Vec<_>>().join(", ")
}
