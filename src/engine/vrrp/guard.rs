//! Accept mode: a master that does not own its addresses may have to leave their packets alone
//! (`no_accept`, strict mode; RFC 9568 section 6.1, `Accept_Mode`).
//!
//! The packet filter drops them from before the addresses are there until after they are gone. It
//! also keeps virtual MACs out of the switches' lists of members: reports of group membership leave
//! by the interface below.

use std::sync::Arc;

use crate::engine::effect::{Effect, FirewallChange, GuardedAddress, InstanceId, PlacedAddress};
use crate::engine::message::What;
use crate::engine::own_link::{LinkPlan, Make};
use crate::engine::vrrp::{Context, Instance};
use crate::ir;
use crate::units::Family;

/// The addresses of an instance whose packets are dropped; none if it accepts them.
pub(super) fn guarded(config: &ir::Instance, placed: &[PlacedAddress]) -> Arc<[GuardedAddress]> {
    if config.accept {
        return Arc::default();
    }
    placed
        .iter()
        .map(|placed| GuardedAddress {
            address: placed.address.ip(),
            interface: placed.interface.clone(),
            by_name: !config.track_primary,
        })
        .collect()
}

impl Instance {
    /// Has the packets of its addresses dropped, if it does not accept them.
    pub(super) fn guard(&self, context: &mut Context<'_>) {
        self.change_guard(context, Arc::clone(&self.guarded), FirewallChange::Guard);
    }

    /// Has them dropped no longer.
    pub(super) fn unguard(&self, context: &mut Context<'_>) {
        if !self.guarded.is_empty() {
            self.log(context, What::RemovingFirewall);
        }
        self.change_guard(context, Arc::clone(&self.guarded), FirewallChange::Unguard);
    }

    /// Says that they are dropped, if they are.
    pub(super) fn log_guard(&self, context: &mut Context<'_>) {
        if !self.guarded.is_empty() {
            self.log(context, What::SettingFirewall);
        }
    }

    /// The addresses whose packets are dropped while it is master.
    pub(in crate::engine) fn guarded(&self) -> &Arc<[GuardedAddress]> {
        &self.guarded
    }

    /// As master with a new configuration: guards what was not, before it is added.
    pub(in crate::engine) fn guard_new(
        &self,
        context: &mut Context<'_>,
        before: &[GuardedAddress],
    ) {
        let new: Arc<[_]> = difference(&self.guarded, before);
        if !new.is_empty() {
            self.log(context, What::SettingFirewall);
        }
        self.change_guard(context, new, FirewallChange::Guard);
    }

    /// As master with a new configuration: leaves alone what is guarded no longer, after it has
    /// been removed. (keepalived 2.2 forgets that when an instance begins to accept.)
    pub(in crate::engine) fn unguard_old(
        &self,
        context: &mut Context<'_>,
        before: &[GuardedAddress],
    ) {
        let old: Arc<[_]> = difference(before, &self.guarded);
        if !old.is_empty() && self.guarded.is_empty() {
            self.log(context, What::RemovingFirewall);
        }
        self.change_guard(context, old, FirewallChange::Unguard);
    }

    /// Has the reports that would leave by a virtual MAC leave by the interface below it, as soon as
    /// that is there. Asked again for one that is made anew.
    pub(super) fn divert(&self, context: &mut Context<'_>, plan: &LinkPlan) {
        if !matches!(plan.make, Make::Vmac(_)) {
            return;
        }
        let other = match plan.family {
            Family::V4 => Family::V6,
            Family::V6 => Family::V4,
        };
        let families = [plan.family].into_iter().chain(plan.dual.then_some(other));
        let (vmac, base) = (plan.name.clone(), plan.base.clone());
        let change = FirewallChange::Divert { vmac, base, families: families.collect() };
        context.out.push(Effect::Firewall { instance: self.id, change });
    }

    fn change_guard(
        &self,
        context: &mut Context<'_>,
        addresses: Arc<[GuardedAddress]>,
        change: impl FnOnce(Arc<[GuardedAddress]>) -> FirewallChange,
    ) {
        if !addresses.is_empty() {
            let change = change(addresses);
            context.out.push(Effect::Firewall { instance: self.id, change });
        }
    }
}

/// The end of what [`Instance::divert`] asked for, before the virtual MAC goes.
pub(super) fn undivert(context: &mut Context<'_>, instance: InstanceId, plan: &LinkPlan) {
    if matches!(plan.make, Make::Vmac(_)) {
        let change = FirewallChange::Undivert { vmac: plan.name.clone() };
        context.out.push(Effect::Firewall { instance, change });
    }
}

/// What stands in `these` and not in `those`; how an interface is told does not matter.
fn difference(these: &[GuardedAddress], those: &[GuardedAddress]) -> Arc<[GuardedAddress]> {
    let same = |one: &GuardedAddress, other: &GuardedAddress| {
        (one.address, &one.interface) == (other.address, &other.interface)
    };
    these.iter().filter(|one| !those.iter().any(|other| same(one, other))).cloned().collect()
}
