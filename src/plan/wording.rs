//! Values as they are written in a configuration, short enough for a line.

use std::fmt::Display;
use std::time::Duration;

use crate::ir::{
    Authentication, ChecksumPolicy, InitialState, Notify, OwnLink, Preemption, Route, Rule, Script,
    Track, Tracking, Transport, VirtualAddress,
};
use crate::plan::setting::Differences;
use crate::units::Spanned;

/// Anything that has one form.
pub(super) fn plain<T: Display>(value: &T) -> Option<String> {
    Some(value.to_string())
}

/// A value with its position.
pub(super) fn spanned<T: Display>(value: &Spanned<T>) -> Option<String> {
    Some(value.value.to_string())
}

/// One that may be missing.
pub(super) fn optional<T: Display>(value: &Option<Spanned<T>>) -> Option<String> {
    value.as_ref().map(|value| value.value.to_string())
}

/// A switch.
pub(super) fn switch(value: &bool) -> Option<String> {
    Some(if *value { "on" } else { "off" }.to_owned())
}

/// A switch that may be left to something else.
pub(super) fn optional_switch(value: &Option<bool>) -> Option<String> {
    value.as_ref().and_then(switch)
}

/// A switch that is written when it is off.
pub(super) fn inverse(value: &bool) -> Option<String> {
    switch(&!*value)
}

/// Seconds.
pub(super) fn seconds(value: Duration) -> String {
    format!("{} s", value.as_secs_f64())
}

/// Seconds, as people say them.
pub(super) fn about(value: Duration) -> String {
    format!("{:.1} s", value.as_secs_f64())
}

/// A duration.
pub(super) fn time(value: &Duration) -> Option<String> {
    Some(seconds(*value))
}

/// A duration that may be missing.
pub(super) fn optional_time(value: &Option<Spanned<Duration>>) -> Option<String> {
    value.as_ref().map(|value| seconds(value.value))
}

/// A program with its arguments.
pub(super) fn script(script: &Script) -> String {
    let words = std::iter::once(&script.program).chain(&script.arguments);
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// A program that may be missing.
pub(super) fn optional_script(value: Option<&Spanned<Script>>) -> Option<String> {
    value.map(|value| script(&value.value))
}

/// An address with its interface.
pub(super) fn address(address: &VirtualAddress) -> String {
    match &address.interface {
        Some(interface) => format!("{} dev {interface}", address.net),
        None => address.net.to_string(),
    }
}

/// A line of a `track_*` list.
pub(super) fn track<N: Display>(track: &Track<N>) -> String {
    let weight = track.weight.map(|weight| format!(" weight {}", weight.value));
    let reverse = match track.reverse {
        Some(true) => " reverse",
        Some(false) => " noreverse",
        None => "",
    };
    format!("{}{}{reverse}", track.name, weight.unwrap_or_default())
}

/// The main words of a route.
pub(super) fn route(route: &Route) -> String {
    let mut text = route.destination.value.map_or("default".to_owned(), |net| net.to_string());
    if let Some(gateway) = &route.gateway {
        text.push_str(&format!(" via {}", gateway.value));
    }
    if let Some(interface) = &route.interface {
        text.push_str(&format!(" dev {}", interface.value));
    }
    text
}

/// The main words of a rule.
pub(super) fn rule(rule: &Rule) -> String {
    let mut text = format!("preference {}", rule.preference.value);
    if let Some(from) = &rule.from {
        text.push_str(&format!(" from {}", from.value));
    }
    if let Some(to) = &rule.to {
        text.push_str(&format!(" to {}", to.value));
    }
    text
}

/// `preempt`, `nopreempt`, `preempt_delay`.
pub(super) fn preemption(preemption: &Preemption) -> Option<String> {
    Some(match preemption {
        Preemption::Immediate => "on".to_owned(),
        Preemption::Delayed(delay) => format!("after {}", seconds(*delay)),
        Preemption::Never => "off".to_owned(),
    })
}

/// How it begins; an owner without a word begins as master.
pub(super) fn initial_state(state: &InitialState) -> Option<String> {
    let word = if state.is_master() { "MASTER" } else { "BACKUP" };
    Some(word.to_owned())
}

/// Which form of checksum is sent and accepted.
pub(super) fn checksum(policy: &ChecksumPolicy) -> Option<String> {
    match policy {
        ChecksumPolicy::Detect => None,
        ChecksumPolicy::Standard => Some("never".to_owned()),
        ChecksumPolicy::OldUnicast { group } => Some(group.to_string()),
        ChecksumPolicy::AsVersion2 => Some("v3_checksum_as_v2".to_owned()),
    }
}

/// The kind of authentication: never the password.
pub(super) fn authentication(authentication: &Authentication) -> Option<String> {
    let word = match authentication {
        Authentication::None => return None,
        Authentication::Pass(_) => "auth_type PASS",
        Authentication::Header(_) => "auth_type AH",
        Authentication::Trailer(_) => "auth_hmac",
    };
    Some(word.to_owned())
}

/// How adverts travel.
pub(super) fn transport(transport: &Transport) -> Option<String> {
    Some(match transport {
        Transport::Multicast { group } => format!("multicast to {group}"),
        Transport::Unicast { .. } => "unicast".to_owned(),
    })
}

/// The interface of an instance's own.
pub(super) fn own_link(link: &Option<Spanned<OwnLink>>) -> Option<String> {
    let name = match &link.as_ref()?.value {
        OwnLink::Vmac(vmac) => format!("use_vmac{}", named(&vmac.name)),
        OwnLink::Ipvlan(ipvlan) => format!("use_ipvlan{}", named(&ipvlan.name)),
    };
    Some(name)
}

fn named<T: Display>(name: &Option<Spanned<T>>) -> String {
    name.as_ref().map_or_else(String::new, |name| format!(" {}", name.value))
}

/// The `notify*` scripts of two blocks.
pub(super) fn notify(found: &mut Differences, old: &Notify, new: &Notify) {
    let Notify { master, backup, fault, stop, any, master_rx_lower_pri, reports_deletion, deleted } =
        old;
    for (keyword, old, new) in [
        ("notify_master", master, &new.master),
        ("notify_backup", backup, &new.backup),
        ("notify_fault", fault, &new.fault),
        ("notify_stop", stop, &new.stop),
        ("notify", any, &new.any),
        ("notify_master_rx_lower_pri", master_rx_lower_pri, &new.master_rx_lower_pri),
    ] {
        found.value(keyword, (old, new), |it| optional_script(it.as_deref()));
    }
    let deletion = (reports_deletion, deleted);
    found.value("notify_deleted", (&deletion, &(&new.reports_deletion, &new.deleted)), |it| {
        optional_script(it.1.as_deref()).or_else(|| switch(it.0))
    });
}

/// The `track_*` lists of two blocks.
pub(super) fn tracking(found: &mut Differences, old: &Tracking, new: &Tracking) {
    let Tracking { interfaces, scripts, files, processes, bfds } = old;
    found.entries("track_interface", (interfaces, &new.interfaces), |it| track(&it.value));
    found.entries("track_script", (scripts, &new.scripts), |it| track(&it.value));
    found.entries("track_file", (files, &new.files), |it| track(&it.value));
    found.entries("track_process", (processes, &new.processes), |it| track(&it.value));
    found.entries("track_bfd", (bfds, &new.bfds), |it| track(&it.value));
}
