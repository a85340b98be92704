//! Interfaces that get another name while we hold something there.
//!
//! The kernel keeps addresses and routes by the interface's number, so they live on under the new
//! name: an address would go on answering for the next master. They are called back by it, and once
//! more when the old name returns.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::facts::{Interface, Network};
use crate::units::IfName;

/// Names that are gone, with the number of the interface that had them; only those where something
/// of ours belongs.
#[derive(Debug, Default)]
pub(super) struct Departed(BTreeMap<IfName, u32>);

impl Engine {
    /// The interface of that name is gone, or has another one from now on.
    pub(super) fn note_departure(&mut self, name: &IfName) {
        let Some(index) = self.network.interface(name).map(|found| found.index) else { return };
        if self.has_a_place_on(name) {
            self.departed.0.insert(name.clone(), index);
        }
    }

    /// What was read anew has other names.
    pub(super) fn note_departures(&mut self, before: &Network) {
        for Interface { name, index, .. } in &before.interfaces {
            let stays = self.network.interface(name).is_some_and(|found| found.index == *index);
            if !stays && self.has_a_place_on(name) {
                self.departed.0.insert(name.clone(), *index);
            }
        }
    }

    /// Something was reported of an interface: calls back what it has of us under another name.
    pub(super) fn call_back(&mut self, name: &IfName) {
        if self.departed.0.is_empty() {
            return;
        }
        let Some(found) = self.network.interface(name).cloned() else { return };
        let former = self.departed.0.iter().filter(|(_, index)| **index == found.index);
        let former: Vec<IfName> = former.map(|(former, _)| former.clone()).collect();
        for former in former {
            self.each(|instance, context| instance.call_back(context, &former, &found));
            self.statics.follow_name(&former, &found, &mut self.out);
            if former == found.name {
                self.departed.0.remove(&former);
            }
        }
    }

    /// Something of ours belongs on that interface.
    fn has_a_place_on(&self, name: &IfName) -> bool {
        let mut all = self.instances.iter();
        all.any(|instance| instance.has_a_place_on(name)) || self.statics.have_a_place_on(name)
    }
}
