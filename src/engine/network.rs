//! What the kernel reports of the host's network: keeps the engine's picture of it up to date, and
//! asks every instance what that means to it.

use crate::engine::Engine;
use crate::engine::event::{NetworkChange, Origin};
use crate::engine::theft::Property;
use crate::engine::vrrp::Instance;
use crate::facts::{Interface, Network};
use crate::units::IfName;

impl Engine {
    pub(super) fn on_network(&mut self, change: NetworkChange) {
        // A virtual address is nobody's source, and thousands of them may come at once.
        let mut concerns_all = true;
        let mut seen = None;
        match change {
            NetworkChange::Interface(interface) => {
                self.on_interface(interface);
                return;
            }
            NetworkChange::InterfaceRemoved(name) => {
                self.note_departure(&name);
                self.network.interfaces.retain(|interface| interface.name != name);
                self.links.removed(&name);
                if self.watched.contains(&name) {
                    self.look_for_clashes();
                }
                self.each(Instance::reassess);
                self.close_sockets_on(&name);
                return;
            }
            NetworkChange::AddressAdded { interface: name, address, origin } => {
                concerns_all = !self.virtual_addresses.contains(&address.address());
                if let Some(interface) = self.network.interface_mut(&name)
                    && !interface.addresses.contains(&address)
                {
                    interface.addresses.push(address);
                }
                if concerns_all && origin == Origin::Foreign {
                    self.renew(&name, false);
                }
                seen = Some(name);
            }
            NetworkChange::AddressRemoved { interface, address, origin, by } => {
                concerns_all = !self.virtual_addresses.contains(&address.address());
                if let Some(interface) = self.network.interface_mut(&interface) {
                    interface.addresses.retain(|present| *present != address);
                }
                if origin == Origin::Foreign {
                    for place in self.agenda.holders(address.address()) {
                        self.at(place, |instance, context| {
                            instance.on_address_removed(context, &interface, address, &by);
                        });
                    }
                    let Self { statics, now, out, .. } = self;
                    statics.on_address_removed(*now, (&interface, address), &by, out);
                }
            }
            NetworkChange::RouteRemoved { route, by } => {
                self.each(|instance, context| instance.on_route_removed(context, &route, &by));
                let Self { statics, network, now, out, .. } = self;
                statics.on_removed(*now, Property::Route(route), &by, network, out);
                return;
            }
            NetworkChange::RuleRemoved { rule, by } => {
                self.each(|instance, context| instance.on_rule_removed(context, &rule, &by));
                let Self { statics, network, now, out, .. } = self;
                statics.on_removed(*now, Property::Rule(rule), &by, network, out);
                return;
            }
            NetworkChange::LinkPolled { interface, up } => self.on_link_polled(&interface, up),
            NetworkChange::Resync(network) => {
                self.on_resync(network);
                return;
            }
        }
        if concerns_all {
            self.each(Instance::reassess);
        }
        if let Some(name) = seen {
            self.call_back(&name);
        }
    }

    /// An interface appeared or changed.
    fn on_interface(&mut self, mut interface: Interface) {
        let name = interface.name.clone();
        interface.up = self.judge(&interface);
        self.each(|instance, _| instance.forgive_links(&name));
        let up = interface.up;
        let (renewed, was_up) = match self.network.interface_mut(&name) {
            Some(known) => {
                let renewed = known.index != interface.index;
                let was_up = known.up;
                let addresses = std::mem::take(&mut known.addresses);
                *known = interface;
                if !renewed {
                    known.addresses = addresses;
                }
                (renewed, was_up)
            }
            None => {
                self.network.interfaces.push(interface);
                (true, false)
            }
        };
        if renewed {
            self.reopen_sockets(&name);
        }
        if self.watched.contains(&name) {
            self.look_for_clashes();
        }
        self.each(Instance::reassess);
        if renewed {
            self.call_back(&name);
        }
        if renewed || (up && !was_up) {
            self.renew(&name, true);
        }
    }

    /// Reports were lost: that is what the network is now.
    fn on_resync(&mut self, mut network: Network) {
        for interface in &mut network.interfaces {
            interface.up = self.judge(interface);
        }
        let before = std::mem::replace(&mut self.network, network);
        let all = self.network.interfaces.iter();
        let changed = all.filter_map(|interface| {
            let known = before.interface(&interface.name);
            let renewed = known.is_none_or(|known| known.index != interface.index);
            let came_up = interface.up && known.is_some_and(|known| !known.up);
            (renewed || came_up).then(|| (interface.name.clone(), renewed))
        });
        let changed: Vec<(IfName, bool)> = changed.collect();
        self.note_departures(&before);
        for (name, _) in &changed {
            self.each(|instance, _| instance.forgive_links(name));
        }
        for (name, _) in changed.iter().filter(|(_, renewed)| *renewed) {
            self.reopen_sockets(name);
        }
        self.each(Instance::on_resync);
        self.each(Instance::on_links_read);
        self.look_for_clashes();
        let Self { statics, network, now, out, .. } = self;
        statics.on_resync(*now, network, out);
        // Nothing is called back from a master: first it has to give way.
        self.each(Instance::reassess);
        for (name, renewed) in &changed {
            if *renewed {
                self.call_back(name);
            }
            self.renew(name, true);
        }
    }

    /// An interface has come or is up again, or an address on it: what the kernel drops with them,
    /// and does not tell of, is set again.
    pub(super) fn renew(&mut self, interface: &IfName, with_addresses: bool) {
        self.each(|instance, context| instance.renew_routes(context, interface));
        self.statics.renew(interface, with_addresses, &mut self.out);
    }
}
