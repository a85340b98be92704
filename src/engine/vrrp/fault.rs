//! What keeps an instance from working. Causes are a set: it works again when the last one is gone.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::engine::effect::{Direction, Effect, EffectId, PlacedAddress};
use crate::engine::event::KernelError;
use crate::engine::message::{Cause, What};
use crate::engine::snapshot::State;
use crate::engine::theft::Property;
use crate::engine::vrrp::state::Phase;
use crate::engine::vrrp::{Context, Instance};
use crate::engine::why::Trigger;
use crate::facts::{Interface, Network};
use crate::ir::Transport;
use crate::units::IfName;

impl Instance {
    /// Looks at the network again and goes into FAULT or out of it. Every change of the network,
    /// of the sockets or of the configuration ends here.
    pub(in crate::engine) fn reassess(&mut self, context: &mut Context<'_>) {
        if self.phase == Phase::Init {
            return;
        }
        self.review_links(context);
        let before = self.source;
        let causes = self.assess(context);
        self.adjust_priority(context);
        for gone in self.causes.difference(&causes) {
            if let Cause::File(name) = gone {
                self.log(context, What::FileRecovered(Arc::clone(name)));
            }
        }
        let new: BTreeSet<Cause> = causes.difference(&self.causes).cloned().collect();
        self.note_grounds(context, &new);
        self.causes = causes;
        self.log_causes(context, &new);
        match (self.causes.is_empty(), self.state()) {
            (false, State::Master) => {
                // The last adverts leave with the address that they used to have, if it is gone.
                self.source = self.source.or(before);
                let why = self.why_fault(context);
                self.enter_fault_from_master(context, why);
                self.source = self.choose_source(context);
            }
            (false, State::Backup | State::Init) => {
                let why = self.why_fault(context);
                self.enter_fault_from_rest(context, false, why);
            }
            (true, State::Init) if !self.pending && self.is_alone() => self.begin(context, false),
            (true, State::Fault) if !self.pending && self.is_alone() => {
                let why = self.why_recovered();
                self.recover(context, why);
            }
            _ => {}
        }
    }

    /// Out of FAULT: an owner listens too.
    pub(super) fn recover(&mut self, context: &mut Context<'_>, why: Trigger) {
        self.master_adver_int = *self.config.advert_int;
        self.overcome.clear();
        self.announce_own_source(context);
        let master_down = context.begin() + self.master_down();
        self.enter_backup_from_rest(context, master_down, false, why);
    }

    /// All causes that hold now; chooses the source on the way.
    pub(super) fn assess(&mut self, context: &Context<'_>) -> BTreeSet<Cause> {
        let mut causes = BTreeSet::new();
        let own = self.interface();
        if self.config.track_primary {
            causes.extend(own.filter(|name| is_down(context.network, name)).map(down));
        }
        let tracked = self.addresses.iter().filter(|placed| !placed.address.no_track);
        let vmac = self.links.own().map(|own| &own.name);
        let others = tracked
            .map(|placed| &placed.interface)
            .filter(|name| Some(*name) != own && Some(*name) != vmac);
        causes.extend(others.filter(|name| is_down(context.network, name)).map(down));
        causes.extend(self.link_causes(context.network));
        self.source = self.choose_source(context);
        if self.source.is_none() {
            causes.insert(Cause::NoSource(self.config.family));
        }
        if self.socket_failed {
            causes.insert(Cause::NoSocket);
        }
        if matches!(&self.config.transport, Transport::Unicast { peers, .. } if peers.is_empty()) {
            causes.insert(Cause::NoPeers);
        }
        let (family, vrid) = (self.config.family, *self.config.vrid);
        causes.extend(self.clash.clone().map(|other| Cause::SameVrid { other, family, vrid }));
        self.tally(context, &mut causes);
        causes
    }

    /// The earlier instance that has its VRID on the same LAN, if there is one.
    pub(in crate::engine) fn clashes_with(&mut self, other: Option<Arc<str>>) {
        self.clash = other;
    }

    pub(super) fn log_causes(&self, context: &mut Context<'_>, causes: &BTreeSet<Cause>) {
        for cause in causes.iter().filter(|cause| !cause.is_known()) {
            self.log(context, What::Fault(cause.clone()));
        }
    }

    /// The sockets were opened, or could not be.
    pub(in crate::engine) fn on_socket(
        &mut self,
        context: &mut Context<'_>,
        result: &Result<(), KernelError>,
    ) {
        self.socket_failed = result.is_err();
        if let Err(error) = result {
            self.log(context, What::Socket(error.clone()));
        }
        self.reassess(context);
    }

    /// The kernel answered a change of addresses. A refusal is told and the instance stays what it
    /// is: the rest of its addresses work.
    pub(in crate::engine) fn on_done(
        &mut self,
        context: &mut Context<'_>,
        id: EffectId,
        result: &Result<(), KernelError>,
    ) {
        if self.on_link_done(context, id, result) {
            self.reassess(context);
            return;
        }
        let ours = self.unanswered.contains(&id);
        self.unanswered.retain(|other| *other != id);
        if self.unanswered.is_empty() {
            // Nothing is asked for most of the time.
            self.unanswered.shrink_to_fit();
        }
        if let (true, Err(error)) = (ours, result) {
            self.log(context, What::AddressChange(error.clone()));
        }
        if self.comparison_due && self.unanswered.is_empty() {
            self.comparison_due = false;
            context.out.push(Effect::ReadNetwork);
        }
    }

    /// Reports were lost: compares what should be with what is.
    pub(in crate::engine) fn on_resync(&mut self, context: &mut Context<'_>) {
        if self.phase == Phase::Init {
            return;
        }
        // What the kernel has not answered yet may or may not be in the comparison.
        if !self.unanswered.is_empty() {
            self.comparison_due = true;
            return;
        }
        let (present, missing): (Vec<_>, Vec<_>) =
            self.addresses.iter().cloned().partition(|placed| is_present(context.network, placed));
        if self.is_master() {
            for placed in missing.into_iter().filter(tracked) {
                self.on_robbery(context, Property::Address(placed), None);
            }
        } else if !present.is_empty() {
            // An address in BACKUP or FAULT would answer for the master.
            self.change_addresses(context, Direction::Remove, present.into());
        }
    }
}

impl Instance {
    /// Something that it holds as master belongs on that interface.
    pub(in crate::engine) fn has_a_place_on(&self, name: &IfName) -> bool {
        self.placed().iter().any(|placed| placed.interface == *name) || self.paths().lead_over(name)
    }

    /// An interface that was called otherwise has something of ours: unless this is a master, and
    /// it is where it belongs.
    pub(in crate::engine) fn call_back(
        &mut self,
        context: &mut Context<'_>,
        former: &IfName,
        found: &Interface,
    ) {
        if self.is_master() || !self.has_a_place_on(former) {
            return;
        }
        let paths = self.paths().renamed(former, &found.name);
        self.remove_paths(context, &paths);
        // What was asked for and is not answered may be there in a moment.
        let may_come = !self.unanswered.is_empty();
        let strays = self.placed().iter().filter(|placed| {
            let is_there = || found.addresses.contains(&placed.address.net);
            placed.interface == *former && (may_come || is_there())
        });
        let interface = &found.name;
        let strays: Arc<[PlacedAddress]> = strays
            .map(|stray| PlacedAddress { interface: interface.clone(), ..stray.clone() })
            .collect();
        self.change_addresses(context, Direction::Remove, strays);
    }

    /// Some address of it is there.
    pub(super) fn is_anywhere(&self, network: &Network) -> bool {
        self.addresses.iter().any(|placed| is_present(network, placed))
    }
}

/// Whether others may not remove it.
pub(super) fn tracked(placed: &PlacedAddress) -> bool {
    !placed.address.no_track
}

fn is_present(network: &Network, placed: &PlacedAddress) -> bool {
    network
        .interface(&placed.interface)
        .is_some_and(|interface| interface.addresses.contains(&placed.address.net))
}

fn is_down(network: &Network, name: &IfName) -> bool {
    network.interface(name).is_none_or(|interface| !interface.up)
}

fn down(name: &IfName) -> Cause {
    Cause::InterfaceDown(name.clone())
}
