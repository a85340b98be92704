//! What a dead predecessor may have left that had another configuration.
//!
//! What stands in its own configuration a daemon finds again at its start. The rest nobody knows of:
//! an address would answer for whoever is master for ever. So a daemon notes what it may set, in a
//! file beside its pid file, and removes that file when it has given everything back. The next one
//! removes what is noted, is not in its own configuration, and carries the protocol number of
//! keepalived: what others have set meanwhile stays. keepalived has nothing of the kind.

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::engine::effect::Direction;
use crate::engine::own_link::{LinkPlan, Make};
use crate::engine::statics::Statics;
use crate::facts::{Interface, LinkKind, Network};
use crate::ir::{self, Config, OwnLink, VirtualAddress};
use crate::runtime::iproute2::Names;
use crate::runtime::netlink::{self, Commands, Entry, Request, routes, rules};
use crate::runtime::replacing::{read_own, replace};
use crate::units::{IfName, IpNet};

/// The form of the file; another one is not read.
const VERSION: u32 = 1;
/// What the file is kept from.
const OTHERS: u32 = 0o177;

/// What a daemon may set.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Holdings {
    version: u32,
    /// Interface or the one below it, address, prefix length, `peer`.
    addresses: BTreeSet<(String, IpAddr, u8, Option<IpAddr>)>,
    /// Requests that remove its routes and rules.
    paths: BTreeSet<(u16, Vec<u8>)>,
    /// Name, base and hardware address of its macvlans.
    macvlans: BTreeSet<(String, String, [u8; 6])>,
}

impl Holdings {
    fn of(config: &Config, names: &Names, network: &Network) -> Self {
        let mut all = Self { version: VERSION, ..Self::default() };
        for instance in &config.instances {
            let own = instance.interface.as_ref().map(|name| &name.value);
            for address in instance.addresses.iter().chain(&instance.excluded) {
                all.add(address.interface.as_ref().or(own), address);
            }
        }
        for placed in Statics::of(config).addresses.iter() {
            all.add(Some(&placed.interface), &placed.address);
        }
        let instances = config.instances.iter();
        let of_instances = instances.clone().flat_map(|instance| &instance.routes);
        let routes = of_instances.chain(&config.static_routes);
        let routes =
            routes.filter_map(|it| routes::request(Direction::Remove, it, network, names).ok());
        let rules = instances.flat_map(|instance| &instance.rules).chain(&config.static_rules);
        let rules =
            rules.filter_map(|it| rules::request(Direction::Remove, it, network, names).ok());
        all.paths.extend(routes.chain(rules).map(|entry| entry.to_parts()));
        all
    }

    fn add(&mut self, interface: Option<&IfName>, address: &VirtualAddress) {
        if let Some(interface) = interface {
            let net = address.net;
            let row = (interface.to_string(), net.address(), net.prefix(), address.peer);
            self.addresses.insert(row);
        }
    }
}

/// The file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Remains(Option<PathBuf>);

impl Remains {
    /// At that path; without one nothing is noted.
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self(path)
    }

    /// Notes what a configuration may set, and what the former one has set.
    pub(super) fn note(
        &self,
        former: Option<&Config>,
        config: &Config,
        names: &Names,
        network: &Network,
        links: &[&LinkPlan],
    ) {
        let Some(path) = &self.0 else { return };
        let mut all = Holdings::of(config, names, network);
        if let Some(former) = former.map(|former| Holdings::of(former, names, network)) {
            all.addresses.extend(former.addresses);
            all.paths.extend(former.paths);
        }
        all.macvlans.extend(links.iter().filter_map(|plan| match plan.make {
            Make::Vmac(mac) => Some((plan.name.to_string(), plan.base.to_string(), mac.0)),
            Make::Ipvlan(..) => None,
        }));
        let text = serde_json::to_vec(&all).unwrap_or_default();
        // Whole or not at all: a daemon may be killed at any moment.
        if let Err(error) = replace(path, &text, OTHERS) {
            tracing::debug!("{} is not written: {error}", path.display());
        }
    }

    /// Everything has been given back.
    pub(super) fn forget(&self) {
        if let Some(path) = &self.0 {
            let _never_written = std::fs::remove_file(path);
        }
    }

    /// Removes what a predecessor has noted and this configuration does not have.
    pub(super) fn clear(&self, config: &Config, names: &Names) {
        let text = self.0.as_ref().and_then(|path| read_own(path).ok());
        let noted = text.and_then(|text| serde_json::from_slice::<Holdings>(&text).ok());
        let Some(noted) = noted.filter(|noted| noted.version == VERSION) else { return };
        match clear(&noted, config, names) {
            Ok(0) => {}
            Ok(count) => {
                tracing::info!("Removed {count} things that a dead predecessor left behind");
            }
            Err(error) => tracing::warn!("Netlink: what a predecessor left stays: {error}"),
        }
    }
}

fn clear(noted: &Holdings, config: &Config, names: &Names) -> io::Result<usize> {
    // A connection of its own: the one that serves begins with what is there afterwards.
    let (mut commands, monitor) = netlink::connect()?;
    let network = monitor.network();
    let wanted = Holdings::of(config, names, network);
    let ours = netlink::dump_of_ours()?;
    let addresses: Vec<Request> = ours
        .interfaces
        .iter()
        .flat_map(|interface| leftovers(interface, &ours, noted, &wanted))
        .collect();
    let paths = noted.paths.difference(&wanted.paths);
    let paths = paths.map(|(kind, body)| Entry::from_parts(*kind, body.clone())).collect();
    let paths = netlink::still_there(paths)?;
    commands.change_entries(&paths);
    commands.change_addresses(Direction::Remove, &addresses);
    let macvlans = remove_macvlans(&mut commands, noted, config, network);
    Ok(addresses.len().saturating_add(paths.len()).saturating_add(macvlans))
}

/// Addresses on that interface that nobody wants.
fn leftovers(
    interface: &Interface,
    network: &Network,
    noted: &Holdings,
    wanted: &Holdings,
) -> Vec<Request> {
    let below = |index| network.interfaces.iter().find(|it| it.index == index).map(|it| &it.name);
    let places = [Some(&interface.name), interface.link.parent.and_then(below)];
    let mut found = Vec::new();
    for name in places.into_iter().flatten() {
        for net in &interface.addresses {
            let is_it = |row: &&(String, IpAddr, u8, Option<IpAddr>)| {
                let (place, address, prefix, _) = row;
                *place == name.as_str() && IpNet::new(*address, *prefix) == Some(*net)
            };
            if let Some((.., peer)) = noted.addresses.iter().find(is_it)
                && !wanted.addresses.iter().any(|row| is_it(&row))
            {
                let address = VirtualAddress { peer: *peer, ..VirtualAddress::plain(*net) };
                found.push(Request { interface: Some(interface.index), address });
            }
        }
    }
    found
}

/// Macvlans that no instance would make, or adopt.
fn remove_macvlans(
    commands: &mut Commands,
    noted: &Holdings,
    config: &Config,
    network: &Network,
) -> usize {
    let unwanted = noted.macvlans.iter().filter(|(name, base, mac)| {
        let interface = network.interfaces.iter().find(|it| it.name.as_str() == name);
        let is_it = interface.is_some_and(|it| {
            matches!(it.link.kind, LinkKind::Macvlan { .. })
                && it.mac.is_some_and(|found| found.0 == *mac)
        });
        is_it && !config.instances.iter().any(|instance| may_make(instance, base, mac))
    });
    let names = unwanted.filter_map(|(name, ..)| IfName::new(name).ok());
    names.filter(|name| commands.remove_macvlan(name).is_ok_and(|removed| removed)).count()
}

fn may_make(instance: &ir::Instance, base: &str, mac: &[u8; 6]) -> bool {
    let own = instance.interface.as_ref().map(|name| &name.value);
    let is_base = |name: Option<&IfName>| name.is_some_and(|name| name.as_str() == base);
    let its_own = matches!(
        instance.link.as_ref().map(|link| &link.value),
        Some(OwnLink::Vmac(vmac)) if vmac.mac.0 == *mac
    );
    let mut addresses = instance.addresses.iter().chain(&instance.excluded);
    let for_addresses = addresses.any(|address| {
        (address.use_vmac || instance.vmac_for_addresses)
            && is_base(address.interface.as_ref().or(own))
    });
    let [.., vrid] = *mac;
    (its_own && is_base(own)) || (for_addresses && vrid == instance.vrid.get())
}
