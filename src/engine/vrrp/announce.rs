//! Telling the LAN where the addresses live: bursts of gratuitous ARP and unsolicited neighbour
//! advertisements, in interleaved rounds.

use crate::engine::effect::{Effect, PlacedAddress};
use crate::engine::message::What;
use crate::engine::pacing::Place;
use crate::engine::timers::Timer;
use crate::engine::vrrp::{Context, Instance};
use crate::ir::ExtraGarp;
use crate::units::{Family, IfName};

impl Instance {
    /// Says that every address is announced, and does so so many times. Interfaces that speak no
    /// ARP are left out. One that listens after a stall announces nothing.
    pub(super) fn announce(&self, context: &mut Context<'_>, rounds: u32) {
        self.announce_these(context, &self.addresses, rounds);
    }

    /// The same for the addresses on some interfaces.
    fn announce_some(
        &self,
        context: &mut Context<'_>,
        rounds: u32,
        chosen: impl Fn(&IfName) -> bool,
    ) {
        let addresses = self.addresses.iter().filter(|placed| chosen(&placed.interface));
        let addresses: Vec<PlacedAddress> = addresses.cloned().collect();
        self.announce_these(context, &addresses, rounds);
    }

    /// The same for some of them.
    pub(super) fn announce_these(
        &self,
        context: &mut Context<'_>,
        addresses: &[PlacedAddress],
        rounds: u32,
    ) {
        if rounds == 0 || self.is_doubting() {
            return;
        }
        let places: Vec<Place> = addresses
            .iter()
            .map(|PlacedAddress { interface, address }| Place {
                interface: interface.clone(),
                base: self.links.base_of(interface).clone(),
                address: address.ip(),
            })
            .filter(|Place { interface, address, .. }| {
                Family::of(*address) == Family::V6
                    || context.network.interface(interface).is_none_or(|found| found.arp)
            })
            .collect();
        for Place { interface, address, .. } in &places {
            let (interface, address) = (interface.clone(), *address);
            self.log(context, What::Announcing { interface, address });
        }
        context.pacing.announce(context.now, self.id, &places, rounds, context.out);
    }

    /// Somebody has asked for it.
    pub(in crate::engine) fn announce_again(&mut self, context: &mut Context<'_>) {
        if self.is_master() {
            self.announce(context, 1);
        }
    }

    /// `garp_extra_if`: once for each address that is not on the instance's interface.
    pub(super) fn announce_extra(&mut self, context: &mut Context<'_>) {
        let Some(ExtraGarp { every, all }) = self.config.extra_garp else { return };
        let own = self.links.own().map(|own| own.name.clone());
        let home = own.or_else(|| self.interface().cloned());
        let macvlans: Vec<IfName> =
            self.links.all.iter().map(|link| link.plan.name.clone()).collect();
        self.announce_some(context, 1, |interface| {
            Some(interface) != home.as_ref() && (all || macvlans.contains(interface))
        });
        self.timers.set(Timer::ExtraGarp, context.now + every);
    }

    /// The burst of a new master, and the timers of those that follow.
    pub(in crate::engine) fn announce_takeover(&mut self, context: &mut Context<'_>) {
        let garp = self.config.garp;
        self.announce(context, garp.master.rounds);
        if !garp.master.delay.is_zero() && garp.master.rounds > 0 {
            self.timers.set(Timer::MasterBurst, context.now + garp.master.delay);
        }
        self.arm_repeats(context);
    }

    /// A lesser master was heard: the LAN is told again where the addresses live.
    pub(super) fn announce_defence(&mut self, context: &mut Context<'_>) {
        let burst = self.config.garp.lower_priority;
        self.announce(context, burst.rounds);
        if burst.rounds > 0 && !burst.delay.is_zero() {
            self.timers.set(Timer::LowerPriorityBurst, context.now + burst.delay);
        }
    }

    /// What is announced from time to time (`garp_master_refresh`, `garp_extra_if`), counted from
    /// now.
    pub(in crate::engine) fn arm_repeats(&mut self, context: &Context<'_>) {
        let garp = self.config.garp;
        match self.config.extra_garp {
            Some(ExtraGarp { every, .. }) => {
                self.timers.set(Timer::ExtraGarp, context.now + garp.master.delay + every);
            }
            None => self.timers.clear(Timer::ExtraGarp),
        }
        match garp.refresh {
            Some(refresh) => {
                let first = context.now + garp.master.delay + refresh.every;
                self.timers.set(Timer::Refresh, first);
            }
            None => self.timers.clear(Timer::Refresh),
        }
    }

    /// Back from FAULT in unicast: the master must reach us without waiting for ARP.
    pub(super) fn announce_own_source(&mut self, context: &mut Context<'_>) {
        if context.now < context.deaf_until {
            return;
        }
        let (true, Some(address), Some(interface)) =
            (self.is_unicast(), self.source, self.interface().cloned())
        else {
            return;
        };
        context.out.push(Effect::Announce { instance: self.id, interface, address, spaced: None });
    }
}
