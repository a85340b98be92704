//! The interfaces that an instance makes for itself: asked for at the start and whenever they are
//! gone, removed when the instance is (`use_vmac`, `use_ipvlan`, `use_vmac_addr`).
//!
//! At the start the instance waits in INIT until every one has been asked for and the network has
//! been read again: it then begins as one whose interfaces have always been there. Later a loss is
//! a loss of the link like any other, and the interface is asked for again at once.

use std::net::IpAddr;
use std::time::Duration;

use crate::engine::effect::{Effect, EffectId};
use crate::engine::event::KernelError;
use crate::engine::message::{Cause, What};
use crate::engine::own_link::{self, Awaits, LinkChange, LinkPlan, Make};
use crate::engine::timers::Timer;
use crate::engine::vrrp::guard::undivert;
use crate::engine::vrrp::{Context, Instance};
use crate::facts::Network;
use crate::units::{Family, IfName, IpNet};

/// The kernel tells carriers at most a second late; duplicate address detection takes up to two.
const SETTLES: Duration = Duration::from_millis(2500);
/// Length of the prefix of a link-local address.
const LINK_LOCAL_PREFIX: u8 = 64;

impl Instance {
    /// At the start: asks for the interfaces. Those that are there are looked through as well: a
    /// predecessor may have left them.
    pub(in crate::engine) fn request_links(&mut self, context: &mut Context<'_>) {
        for place in 0..self.links.all.len() {
            self.ensure(context, place);
        }
        self.links.wait = match self.links_answered() {
            true => Awaits::Nothing,
            false => Awaits::Answers,
        };
    }

    /// The network has been read anew, with what was made before it was asked for.
    pub(in crate::engine) fn on_links_read(&mut self, context: &mut Context<'_>) {
        if self.links.wait == Awaits::Answers && self.links_answered() {
            self.links.wait = Awaits::Carrier;
            self.timers.set(Timer::LinksSettle, context.now + SETTLES);
        }
    }

    /// Whether the start has to wait for the interfaces: until they have been asked for, the network
    /// has been read again, and they are up. The kernel may take up to a second for that, and more
    /// for the address of an ipvlan, but does not on a base that is down.
    pub(in crate::engine) fn must_wait_for_links(&mut self, context: &Context<'_>) -> bool {
        match self.links.wait {
            Awaits::Nothing => false,
            Awaits::Answers => true,
            Awaits::Carrier => {
                let late = self.timers.is_set(Timer::LinksSettle)
                    && !self.links_refused()
                    && self.is_without_carrier(context);
                if !late {
                    self.links.wait = Awaits::Nothing;
                    self.timers.clear(Timer::LinksSettle);
                }
                late
            }
        }
    }

    fn is_without_carrier(&self, context: &Context<'_>) -> bool {
        let is_up = |name: &IfName| context.network.interface(name).is_some_and(|it| it.up);
        // An ipvlan finds an IPv6 address for itself, and looks whether anybody else has it.
        let is_alone = self.config.family == Family::V6
            && self.links.own().is_some_and(|own| matches!(own.make, Make::Ipvlan(_, None)))
            && self.source_on_link(context) == Some(None);
        let mut plans = self.links.all.iter().map(|link| &link.plan);
        plans.any(|plan| is_up(&plan.base) && (is_alone || !is_up(&plan.name)))
    }

    fn links_refused(&self) -> bool {
        self.links.all.iter().any(|link| link.refused)
    }

    /// Removes what a dead predecessor has left on interfaces that were just looked at: on a new
    /// one there is nothing.
    pub(super) fn remove_present(&mut self, context: &mut Context<'_>) {
        if self.is_anywhere(context.network) {
            self.remove_leftovers(context);
        }
    }

    /// Its interfaces have been asked for, and the network not been read since.
    pub(in crate::engine) fn waits_for_reading(&self) -> bool {
        self.links.wait == Awaits::Answers
    }

    /// Nothing that was asked for is unanswered.
    pub(in crate::engine) fn links_answered(&self) -> bool {
        self.links.all.iter().all(|link| link.asked.is_none())
    }

    /// Asks again for what is not there, or not as it should be.
    pub(super) fn review_links(&mut self, context: &mut Context<'_>) {
        for place in 0..self.links.all.len() {
            let Some(link) = self.links.all.get_mut(place) else { break };
            let LinkPlan { name, base, .. } = &*link.plan;
            if context.network.interface(base).is_none() {
                // It stands on an interface that has another name now.
                if link.asked.is_none() && context.network.interface(name).is_some() {
                    let id = context.out.id();
                    link.asked = Some(id);
                    let change = LinkChange::Remove(link.plan.clone());
                    undivert(context, self.id, &link.plan);
                    context.out.push(Effect::Link { id, instance: self.id, change });
                }
                continue;
            }
            if !link.refused && link.asked.is_none() && !is_whole(&link.plan, context.network) {
                self.ensure(context, place);
            }
        }
    }

    /// Something changed there: what was refused may work now.
    pub(in crate::engine) fn forgive_links(&mut self, name: &IfName) {
        for link in &mut self.links.all {
            if link.plan.name == *name || link.plan.base == *name {
                link.refused = false;
            }
        }
    }

    /// Asks for one, if the interface that it stands on is there.
    fn ensure(&mut self, context: &mut Context<'_>, place: usize) {
        let Some(link) = self.links.all.get_mut(place) else { return };
        let Some(base) = context.network.interface(&link.plan.base) else { return };
        let address = match link.plan.make {
            Make::Ipvlan(_, address) => address.map(|net| (net, false)),
            Make::Vmac(_) if link.plan.link_local => own_link::link_local(&self.config, base)
                .and_then(|address| IpNet::new(address.into(), LINK_LOCAL_PREFIX))
                .map(|net| (net, true)),
            Make::Vmac(_) => None,
        };
        let id = context.out.id();
        link.asked = Some(id);
        let plan = link.plan.clone();
        let change = LinkChange::Ensure { plan: plan.clone(), address };
        context.out.push(Effect::Link { id, instance: self.id, change });
        self.divert(context, &plan);
    }

    /// The kernel answered; true if that was about an interface.
    pub(super) fn on_link_done(
        &mut self,
        context: &mut Context<'_>,
        id: EffectId,
        result: &Result<(), KernelError>,
    ) -> bool {
        let Some(link) = self.links.all.iter_mut().find(|link| link.asked == Some(id)) else {
            return false;
        };
        link.asked = None;
        link.refused = result.is_err();
        if let Err(error) = result {
            let (name, error) = (link.plan.name.clone(), error.clone());
            self.log(context, What::LinkRefused { name, error });
        }
        true
    }

    /// Gives the interfaces back, but for those that others use as well.
    pub(in crate::engine) fn remove_links(
        &mut self,
        context: &mut Context<'_>,
        used: impl Fn(&LinkPlan) -> bool,
    ) {
        for link in self.links.all.iter().filter(|link| !used(&link.plan)) {
            let id = context.out.id();
            let change = LinkChange::Remove(link.plan.clone());
            undivert(context, self.id, &link.plan);
            context.out.push(Effect::Link { id, instance: self.id, change });
        }
    }

    /// What is wrong with the interfaces: the own one must be there in any case, and up unless the
    /// own link does not matter.
    pub(super) fn link_causes(&self, network: &Network) -> Vec<Cause> {
        let own = self.links.own().filter(|own| {
            network.interface(&own.name).is_none_or(|found| self.config.track_primary && !found.up)
        });
        own.map(|own| Cause::InterfaceDown(own.name.clone())).into_iter().collect()
    }

    /// `track_src_ip`: the configured source is not on the interface.
    pub(super) fn lacks_tracked_source(&self, network: &Network) -> bool {
        let (true, Some(source)) = (self.config.track_source, &self.config.source) else {
            return false;
        };
        // Without an interface it may be on any of them.
        let own = self.interface();
        let mut places =
            network.interfaces.iter().filter(|it| own.is_none_or(|own| it.name == *own));
        !places.any(|it| it.addresses.iter().any(|net| net.address() == source.value))
    }

    /// The source of adverts that the own interface settles, if it does.
    pub(super) fn source_on_link(&self, context: &Context<'_>) -> Option<Option<IpAddr>> {
        let own = self.links.own()?;
        match own.make {
            Make::Ipvlan(_, Some(address)) => return Some(Some(address.address())),
            Make::Ipvlan(_, None) if self.config.family == Family::V4 => return Some(None),
            Make::Ipvlan(_, None) => {}
            // An IPv4 address is that of the base.
            Make::Vmac(_) if self.config.family == Family::V4 => return None,
            Make::Vmac(_) => {}
        }
        let own = self.links.transmits()?;
        let interface = context.network.interface(&own.name)?;
        let mut sources = interface.advert_sources(self.config.family);
        Some(sources.find(|address| !context.virtual_addresses.contains(address)))
    }
}

/// It is there, on its base, with its address if it is up.
fn is_whole(plan: &LinkPlan, network: &Network) -> bool {
    let Some(found) = network.interface(&plan.name) else { return false };
    let has_address = match plan.make {
        Make::Vmac(_) => !plan.link_local || found.advert_sources(Family::V6).next().is_some(),
        Make::Ipvlan(_, Some(net)) => found.addresses.contains(&net),
        Make::Ipvlan(_, None) => true,
    };
    own_link::fits(found, &plan.base, plan.make, network) && (has_address || !found.up)
}
