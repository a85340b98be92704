//! A virtual or static policy rule, in keepalived's order of words.

use std::fmt::Write as _;

use crate::dump::line::{named, prefix};
use crate::ir::{Named, Realms, Rule, RuleAction};

/// keepalived's number among those who install rules.
const KEEPALIVED: u8 = 18;

/// `from 192.0.2.120 priority 1001 tos 0x0 protocol 18 lookup 100`.
pub(in crate::dump) fn rule(rule: &Rule) -> String {
    let mut line = String::new();
    // Writing to a string cannot fail.
    let mut add = |words: std::fmt::Arguments<'_>| {
        let blank = if line.is_empty() { "" } else { " " };
        let _ = write!(line, "{blank}{words}");
    };
    if rule.inverted {
        add(format_args!("not"));
    }
    let from = rule.from.map_or_else(|| "all".to_owned(), |from| prefix(from.value));
    add(format_args!("from {from}"));
    if let Some(to) = rule.to {
        add(format_args!("to {}", prefix(to.value)));
    }
    add(format_args!("priority {}", rule.preference.value));
    match rule.tos.as_deref() {
        None => add(format_args!("tos 0x0")),
        Some(Named::Number(tos)) => add(format_args!("tos 0x{tos:x}")),
        Some(Named::Name(tos)) => add(format_args!("tos {tos}")),
    }
    match rule.mark.as_deref() {
        None => {}
        Some((mark, None)) => add(format_args!("fwmark 0x{mark:x}")),
        Some((mark, Some(mask))) => add(format_args!("fwmark 0x{mark:x}/0x{mask:x}")),
    }
    if let Some(interface) = &rule.input {
        add(format_args!("iif {}", interface.value));
    }
    if let Some(interface) = &rule.output {
        add(format_args!("oif {}", interface.value));
    }
    let lookup = match &rule.action.value {
        RuleAction::Lookup(lookup) => Some(lookup),
        _ => None,
    };
    if let Some(length) = lookup.and_then(|lookup| lookup.suppress_prefix) {
        add(format_args!("suppress_prefixlen {}", length.value));
    }
    if let Some(group) = lookup.and_then(|lookup| lookup.suppress_group.as_ref()) {
        add(format_args!("suppress_ifgroup {}", named(&group.value)));
    }
    if let Some(tunnel) = rule.tunnel {
        add(format_args!("tunnel-id {}", tunnel.value));
    }
    if let Some((lowest, highest)) = rule.users.as_deref() {
        add(format_args!("uidrange {lowest}-{highest}"));
    }
    if rule.action.value == RuleAction::MasterDevice {
        add(format_args!("l3mdev"));
    }
    // What is tracked has keepalived's number.
    let own = Some(KEEPALIVED).filter(|_| !rule.no_track);
    if let Some(protocol) = rule.protocol.map(|protocol| protocol.value).or(own) {
        add(format_args!("protocol {protocol}"));
    }
    if let Some(protocol) = &rule.ip_protocol {
        add(format_args!("ipproto {}", named(&protocol.value)));
    }
    if let Some((lowest, highest)) = rule.source_ports.as_deref() {
        add(format_args!("sport {lowest}-{highest}"));
    }
    if let Some((lowest, highest)) = rule.destination_ports.as_deref() {
        add(format_args!("dport {lowest}-{highest}"));
    }
    if let Some(shown) = lookup.and_then(|lookup| lookup.realms.as_deref()).map(realms) {
        add(format_args!("realms {shown}"));
    }
    match &rule.action.value {
        RuleAction::Lookup(lookup) => add(format_args!("lookup {}", named(&lookup.table))),
        RuleAction::MasterDevice => add(format_args!("lookup 0")),
        RuleAction::Goto(rule) => add(format_args!("goto {rule}")),
        RuleAction::Nothing => add(format_args!("nop")),
        RuleAction::Blackhole => add(format_args!("type blackhole")),
        RuleAction::Unreachable => add(format_args!("type unreachable")),
        RuleAction::Prohibit => add(format_args!("type prohibit")),
    }
    if rule.no_track {
        add(format_args!("no_track"));
    }
    if let Some(group) = &rule.track_group {
        add(format_args!("track_group {}", group.value));
    }
    line
}

fn realms(realms: &Realms) -> String {
    let to = named(&realms.to);
    realms.from.as_ref().map_or(to.clone(), |from| format!("{}/{to}", named(from)))
}
