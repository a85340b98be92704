//! The section `Interfaces`: every interface of the host, and who depends on it.

use crate::dump::text::{Text, or_none};
use crate::dump::{HostInterface, View, interface};
use crate::engine::snapshot::InstanceSnapshot;
use crate::facts::LinkKind;
use crate::ir::Instance;
use crate::units::{Family, IfName};

/// `ARPHRD_ETHER`.
const ETHERNET: u16 = 1;
/// `ARPHRD_INFINIBAND`.
const INFINIBAND: u16 = 32;
/// `ARPHRD_LOOPBACK`.
const LOOPBACK: u16 = 772;

/// The weight of an interface whose state does not matter (`dont_track_primary`).
const NOT_TRACKED: u8 = 255;

/// All interfaces, in the kernel's order.
pub(super) fn section(text: &mut Text, view: View<'_>) {
    text.section("Interfaces");
    for host in &view.host.interfaces {
        text.head(format_args!("Name = {}", host.known.name));
        text.property(format_args!("index = {}", host.known.index));
        addresses(text, host);
        hardware(text, host);
        state(text, view, host);
        settings(text, host);
        followers(text, view, &host.known.name);
    }
}

/// The addresses that adverts may come from.
fn addresses(text: &mut Text, host: &HostInterface) {
    for family in [Family::V4, Family::V6] {
        let mut all = host.known.advert_sources(family);
        text.property(format_args!("{family} address = {}", or_none(all.next())));
        text.list(&format!("Additional {family} addresses"), all);
    }
}

fn hardware(text: &mut Text, host: &HostInterface) {
    if let Some(mac) = host.known.mac {
        text.property(format_args!("MAC = {mac}"));
    }
    if let Some(broadcast) = host.broadcast {
        text.property(format_args!("MAC broadcast = {broadcast}"));
    }
}

fn state(text: &mut Text, view: View<'_>, host: &HostInterface) {
    let mut words = up_and_running(host);
    let flags = &host.flags;
    for (said, word) in [
        (!flags.broadcast, "no broadcast"),
        (flags.loopback, "loopback"),
        (flags.point_to_point, "point to point"),
        (flags.no_arp, "no arp"),
        (!flags.multicast, "no multicast"),
    ] {
        if said {
            words.push_str(", ");
            words.push_str(word);
        }
    }
    text.property(format_args!("State = {words}"));
    text.property(format_args!("Seen up = {}", u8::from(host.seen_up)));
    let delays = view.config().link_delays.iter();
    let mut delays = delays.filter(|delay| delay.value.interface == host.known.name);
    let delay = delays.next();
    text.property(format_args!("Delayed state change running = false"));
    let micros = |time: Option<std::time::Duration>| time.unwrap_or_default().as_micros();
    let (up, down) = (micros(delay.map(|it| it.up)), micros(delay.map(|it| it.down)));
    text.property(format_args!("Up debounce timer = {up}us"));
    text.property(format_args!("Down debounce timer = {down}us"));
    text.property(format_args!("Group = {}", host.group));
    stands_on(text, view, host);
    text.property(format_args!("MTU = {}", host.known.mtu));
    match host.hardware {
        ETHERNET => text.property(format_args!("HW Type = ETHERNET")),
        LOOPBACK => text.property(format_args!("HW Type = LOOPBACK")),
        INFINIBAND => text.property(format_args!("HW Type = INFINIBAND")),
        other => text.property(format_args!("HW Type = UNKNOWN ({other})")),
    }
    let polled = view.instances().any(|(config, _)| {
        config.polls_link && config.interface.as_deref() == Some(&host.known.name)
    });
    match polled {
        true => text.property(format_args!("NIC support ETHTOOL GLINK interface")),
        false => text.property(format_args!("NIC netlink status update")),
    }
}

fn up_and_running(host: &HostInterface) -> String {
    let not = |is: bool| if is { "" } else { "not " };
    format!("{}UP, {}RUNNING", not(host.flags.up), not(host.flags.running))
}

/// A macvlan or ipvlan, and what it stands on.
fn stands_on(text: &mut Text, view: View<'_>, host: &HostInterface) {
    let kind = match host.known.link.kind {
        LinkKind::Macvlan { private: true } => "VMAC type private",
        LinkKind::Macvlan { private: false } => "VMAC type bridge",
        LinkKind::Ipvlan => "IPVLAN",
        LinkKind::Other | LinkKind::Vlan | LinkKind::Vrf => return,
    };
    let mut all = view.host.interfaces.iter();
    if let Some(base) = all.find(|it| Some(it.known.index) == host.known.link.parent) {
        let (name, state) = (&base.known.name, up_and_running(base));
        text.property(format_args!("{kind}, underlying interface = {name}, state = {state}"));
    }
    let mut links = view.engine.instances.iter().flat_map(|instance| &instance.links);
    if links.any(|link| link.name == host.known.name) {
        text.property(format_args!("I/f created by keepalived"));
    }
}

/// What was changed below `/proc/sys/net`, and what stood there before.
fn settings(text: &mut Text, host: &HostInterface) {
    let settings = &host.settings;
    let users = settings.arp_ignore.or(settings.arp_filter).map_or(0, |(_, users)| users);
    let former = |setting: Option<(u32, u32)>| setting.map_or(0, |(former, _)| former);
    text.property(format_args!("Reset ARP config counter {users}"));
    text.property(format_args!("Original arp_ignore {}", former(settings.arp_ignore)));
    text.property(format_args!("Original arp_filter {}", former(settings.arp_filter)));
    let promote = settings.promote_secondaries;
    text.property(format_args!("Original promote_secondaries {}", former(promote)));
    let users = promote.map_or(0, |(_, users)| users);
    text.property(format_args!("Reset promote_secondaries counter {users}"));
}

/// The instances that the interface matters to, with what it does to their priority.
fn followers(text: &mut Text, view: View<'_>, name: &IfName) {
    let mut lines = Vec::new();
    for (config, now) in view.instances() {
        if let Some(weight) = weight_of(config, now, name) {
            lines.push(format!("{}, weight {weight}", now.name));
        }
    }
    let usual = view.config().global.network.default_interface.as_ref();
    for entry in &view.config().static_addresses {
        let held = entry.value.address.interface.as_ref().or(usual.map(|usual| &usual.value));
        if held == Some(name) {
            lines.extend(by_group(view, entry.value.track_group.as_deref()));
        }
    }
    for entry in &view.config().static_routes {
        if entry.value.interface.as_deref() == Some(name) {
            lines.extend(by_group(view, entry.value.track_group.as_deref()));
        }
    }
    lines.dedup();
    text.list("Tracking VRRP instances", lines);
}

/// The members of a track group, which are tied to the interface of a static entry.
fn by_group(view: View<'_>, group: Option<&String>) -> Vec<String> {
    let mut groups = view.config().track_groups.iter();
    let members = groups.find(|it| Some(&it.name.value) == group).map(|group| &group.members);
    let members = members.into_iter().flatten();
    members.map(|member| format!("{}, weight 0", member.value)).collect()
}

/// What the interface does to an instance; `None`: nothing.
fn weight_of(config: &Instance, now: &InstanceSnapshot, name: &IfName) -> Option<String> {
    let own = interface(config, now) == Some(name.as_str());
    let base = config.interface.as_deref() == Some(name);
    let of_addresses = now.addresses.iter().filter(|placed| !placed.address.no_track);
    let holds = of_addresses.map(|placed| &placed.interface).any(|interface| interface == name);
    if own || base {
        let weight = if config.track_primary { 0 } else { NOT_TRACKED };
        return Some(weight.to_string());
    }
    let routes = config.routes.iter().filter(|route| !route.no_track);
    let rules = config.rules.iter().filter(|rule| !rule.no_track);
    let routed = routes
        .map(|route| route.interface.as_deref())
        .chain(rules.flat_map(|rule| [rule.input.as_deref(), rule.output.as_deref()]))
        .any(|interface| interface == Some(name));
    if holds || routed {
        return Some("0".to_owned());
    }
    let track = config.tracking.interfaces.iter().find(|track| track.name == *name)?;
    let reverse = if track.reverse == Some(true) { " reverse" } else { "" };
    let weight = track.weight.map_or(0, |weight| weight.value);
    Some(format!("{weight}{reverse}"))
}
