//! What the kernel reports of the network, as lines for the log in keepalived's wording.
//!
//! Only of the interfaces that the configuration names: a host may have thousands of others.

use std::collections::BTreeSet;

use crate::engine::event::{NetworkChange, Origin};
use crate::facts::{Interface, Network};
use crate::ir::Config;
use crate::units::{Family, IfName, IpNet};

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Its text.
    pub text: String,
    /// Only with `-D`.
    pub detail: bool,
}

impl Report {
    fn new(text: String) -> Self {
        Self { text, detail: false }
    }

    fn detail(text: String) -> Self {
        Self { text, detail: true }
    }
}

/// The interfaces that the configuration names.
fn named(config: &Config, name: &IfName) -> bool {
    let of_groups = config.sync_groups.iter().flat_map(|group| &group.tracking.interfaces);
    of_groups.map(|track| &track.name).any(|other| other == name)
        || config.instances.iter().any(|instance| {
            let own = instance.interface.as_ref().map(|interface| &interface.value);
            let addresses = instance.addresses.iter().chain(&instance.excluded);
            let tracked = instance.tracking.interfaces.iter().map(|track| &track.name);
            own.into_iter()
                .chain(addresses.filter_map(|address| address.interface.as_ref()))
                .chain(tracked)
                .any(|other| other == name)
        })
}

/// What is there at the start: the addresses that adverts may come from.
pub fn present(network: &Network, config: &Config) -> Vec<Report> {
    let interfaces = network.interfaces.iter().filter(|interface| named(config, &interface.name));
    interfaces.flat_map(assigned).collect()
}

fn assigned(interface: &Interface) -> impl Iterator<Item = Report> + '_ {
    [Family::V4, Family::V6].into_iter().flat_map(|family| {
        let name = &interface.name;
        let sources = interface.advert_sources(family);
        sources.map(move |address| {
            Report::detail(format!("Assigned address {address} for interface {name}"))
        })
    })
}

/// What a change says. `before` is the network without it, `own` the interfaces that this daemon
/// has made: that they were made is told elsewhere.
pub fn of(
    change: &NetworkChange,
    before: &Network,
    config: &Config,
    own: &BTreeSet<IfName>,
) -> Vec<Report> {
    let named = |config: &Config, name: &IfName| own.contains(name) || named(config, name);
    match change {
        NetworkChange::Interface(interface) if named(config, &interface.name) => {
            let name = &interface.name;
            if own.contains(name)
                && before.interface(name).is_none_or(|it| it.index != interface.index)
            {
                return Vec::new();
            }
            let state = if interface.up { "up" } else { "down" };
            match before.interface(name) {
                None => vec![Report::new(format!("Interface {name} added"))],
                Some(known) if known.index != interface.index => {
                    vec![Report::new(format!("Interface {name} added"))]
                }
                Some(known) if known.up != interface.up => {
                    vec![Report::new(format!("Netlink reports {name} {state}"))]
                }
                Some(_) => Vec::new(),
            }
        }
        NetworkChange::InterfaceRemoved(name) if named(config, name) => {
            vec![Report::new(format!("Interface {name} deleted"))]
        }
        NetworkChange::AddressAdded { interface, address, origin: Origin::Foreign }
            if named(config, interface) && is_source(*address) =>
        {
            let address = address.address();
            vec![Report::detail(format!("Assigned address {address} for interface {interface}"))]
        }
        NetworkChange::AddressRemoved { interface, address, origin: Origin::Foreign, .. }
            if named(config, interface) && is_source(*address) =>
        {
            let address = address.address();
            vec![Report::detail(format!("Deassigned address {address} from interface {interface}"))]
        }
        NetworkChange::LinkPolled { interface, up } => {
            let state = if *up { "up" } else { "down" };
            vec![Report::new(format!("The driver of {interface} reports its link {state}"))]
        }
        NetworkChange::Resync(_) => {
            vec![Report::detail("the network was read anew and compared".to_owned())]
        }
        _ => Vec::new(),
    }
}

/// What `-a` says of an address: whatever interface it is on, but nothing of what this daemon did.
pub fn address(change: &NetworkChange) -> Option<Report> {
    match change {
        NetworkChange::AddressAdded { interface, address, origin: Origin::Foreign } => {
            Some(reflected(*address, "added to", interface))
        }
        NetworkChange::AddressRemoved { interface, address, origin: Origin::Foreign, .. } => {
            Some(reflected(*address, "removed from", interface))
        }
        _ => None,
    }
}

/// The same of all that are there at the start.
pub fn addresses(network: &Network) -> Vec<Report> {
    let interfaces = network.interfaces.iter();
    let all = interfaces.flat_map(|it| it.addresses.iter().map(move |net| (*net, &it.name)));
    all.map(|(net, name)| reflected(net, "added to", name)).collect()
}

fn reflected(address: IpNet, what: &str, interface: &IfName) -> Report {
    let address = address.address();
    Report::new(format!("Netlink reflector reports IP {address} {what} {interface}"))
}

/// Adverts come from IPv4 addresses and from link-local IPv6 ones.
fn is_source(address: IpNet) -> bool {
    match address.address() {
        std::net::IpAddr::V4(_) => true,
        std::net::IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::{Mode, lower};
    use crate::syntax::parse_text;

    fn config() -> Config {
        let text = "vrrp_instance V1 {\n interface eth0\n virtual_router_id 51\n \
                    virtual_ipaddress {\n 10.0.0.50 dev eth1\n }\n}\n";
        let parsed = parse_text("k.conf", text.as_bytes());
        lower(&parsed.tree, parsed.sources.expanded(), Mode::Run).config
    }

    fn interface(name: &str, up: bool) -> Interface {
        Interface {
            name: IfName::new(name).unwrap(),
            index: 2,
            up,
            multicast: true,
            arp: true,
            mac: None,
            mtu: 1500,
            addresses: vec![IpNet::new([10, 0, 0, 1].into(), 24).unwrap()],
            link: crate::facts::Link::default(),
        }
    }

    fn texts(change: &NetworkChange, before: &[Interface]) -> Vec<String> {
        let before = Network { interfaces: before.to_vec().into() };
        of(change, &before, &config(), &BTreeSet::new())
            .into_iter()
            .map(|report| report.text)
            .collect()
    }

    #[test]
    fn links_and_addresses_of_the_configured_interfaces_are_told_in_keepaliveds_words() {
        let (up, down) = (interface("eth0", true), interface("eth0", false));
        let link = |interface: &Interface| NetworkChange::Interface(interface.clone());
        let address = |origin| NetworkChange::AddressRemoved {
            interface: up.name.clone(),
            address: IpNet::new([10, 0, 0, 1].into(), 24).unwrap(),
            origin,
            by: None,
        };
        let eth1 = NetworkChange::InterfaceRemoved(IfName::new("eth1").unwrap());
        let eth2 = NetworkChange::InterfaceRemoved(IfName::new("eth2").unwrap());
        for (change, before, expected) in [
            (link(&down), vec![up.clone()], vec!["Netlink reports eth0 down"]),
            (link(&up), vec![down.clone()], vec!["Netlink reports eth0 up"]),
            (link(&up), vec![up.clone()], vec![]),
            (link(&up), vec![], vec!["Interface eth0 added"]),
            (eth1, vec![], vec!["Interface eth1 deleted"]),
            (eth2, vec![], vec![]),
            (
                address(Origin::Foreign),
                vec![],
                vec!["Deassigned address 10.0.0.1 from interface eth0"],
            ),
            (address(Origin::Ours), vec![], vec![]),
        ] {
            assert_eq!(texts(&change, &before), expected, "{change:?}");
        }
        let present = present(&Network { interfaces: vec![up.clone()].into() }, &config());
        assert_eq!(present[0].text, "Assigned address 10.0.0.1 for interface eth0");
    }
}
