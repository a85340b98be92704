//! Telling the LAN where the addresses live: bursts of gratuitous ARP and unsolicited neighbour
//! advertisements, in interleaved rounds.

use std::net::IpAddr;

use crate::engine::effect::{Effect, PlacedAddress};
use crate::engine::message::What;
use crate::engine::timers::Timer;
use crate::engine::vrrp::{Context, Instance};
use crate::units::{Family, IfName};

impl Instance {
    /// Says that every address is announced, and does so so many times. Interfaces that speak no
    /// ARP are left out.
    pub(super) fn announce(&self, context: &mut Context<'_>, rounds: u32) {
        self.announce_these(context, &self.addresses, rounds);
    }

    /// The same for some of them.
    pub(super) fn announce_these(
        &self,
        context: &mut Context<'_>,
        addresses: &[PlacedAddress],
        rounds: u32,
    ) {
        if rounds == 0 {
            return;
        }
        let places: Vec<(IfName, IpAddr)> = addresses
            .iter()
            .map(|placed| (placed.interface.clone(), placed.address.ip()))
            .filter(|(interface, address)| {
                Family::of(*address) == Family::V6
                    || context.network.interface(interface).is_none_or(|found| found.arp)
            })
            .collect();
        for (interface, address) in &places {
            let (interface, address) = (interface.clone(), *address);
            self.log(context, What::Announcing { interface, address });
        }
        context.pacing.announce(context.now, self.id, &places, rounds, context.out);
    }

    /// The burst of a new master, and the timers of those that follow.
    pub(in crate::engine) fn announce_takeover(&mut self, context: &mut Context<'_>) {
        let garp = self.config.garp;
        self.announce(context, garp.master.rounds);
        if !garp.master.delay.is_zero() && garp.master.rounds > 0 {
            self.timers.set(Timer::MasterBurst, context.now + garp.master.delay);
        }
        self.arm_refresh(context);
    }

    /// A lesser master was heard: the LAN is told again where the addresses live.
    pub(super) fn announce_defence(&mut self, context: &mut Context<'_>) {
        let burst = self.config.garp.lower_priority;
        self.announce(context, burst.rounds);
        if burst.rounds > 0 && !burst.delay.is_zero() {
            self.timers.set(Timer::LowerPriorityBurst, context.now + burst.delay);
        }
    }

    /// The periodic refresh, counted from now.
    pub(in crate::engine) fn arm_refresh(&mut self, context: &Context<'_>) {
        let garp = self.config.garp;
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
        context.out.push(Effect::Announce { instance: self.id, interface, address });
    }
}
