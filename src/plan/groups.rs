//! What a member that begins anew does to the others of its sync group: a group leads as a whole, so
//! those that lead resign, and all are elected together.

use crate::ir::{Config, Instance};
use crate::plan::{Action, AddressEffect, Kind, Step, addresses};

/// Adds to the steps of instances what their sync groups make of them.
pub(super) fn spread(steps: &mut [Step], new: &Config) {
    for group in &new.sync_groups {
        let member = |step: &&Step| {
            step.kind == Kind::Instance && group.members.iter().any(|name| **name == step.name)
        };
        let begins = |step: &&Step| matches!(step.action, Action::Restart | Action::Add);
        let beginners: Vec<String> =
            steps.iter().filter(member).filter(begins).map(|step| step.name.clone()).collect();
        let instance =
            |name: &str| new.instances.iter().map(AsRef::as_ref).find(|it| it.name.value == name);
        let waits = beginners.iter().filter_map(|name| instance(name));
        let Some(after) = waits.map(addresses::until_master).max() else { continue };
        let moves_here = |effect: &AddressEffect| {
            matches!(effect, AddressEffect::MovesTo(name)
                if group.members.iter().any(|member| member.value == *name))
        };
        let moving = steps.iter_mut().flat_map(|step| &mut step.addresses);
        for address in moving.filter(|address| moves_here(&address.effect)) {
            address.effect = AddressEffect::Returns(after);
        }
        for step in steps.iter_mut().filter(|step| member(&&**step) && !begins(&&**step)) {
            let Some(instance): Option<&Instance> = instance(&step.name) else { continue };
            step.action = Action::Change;
            addresses::resigned(&mut step.addresses, instance, after);
            step.notes.push(format!(
                "it resigns if it is the master, because {} of sync group {} begins anew",
                beginners.join(" and "),
                *group.name
            ));
        }
    }
}
