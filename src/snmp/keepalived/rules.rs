//! Virtual rules (.2.8). Columns 33 to 38 are in the MIB and never returned, as with keepalived.

use super::{Mib, numbered, routes};
use crate::ir::{Named, Rule, RuleAction};
use crate::net::agentx::Value;
use crate::snmp::table::{address, gauge, integer, text, truth};
use crate::snmp::{Subject, family};
use crate::units::{Family, IpNet};

pub(super) fn rows(table: &mut Mib<'_>, subject: Subject<'_>) {
    for (instance, (config, now)) in numbered(subject.instances()) {
        for (number, rule) in numbered(&config.rules) {
            let mut put = |column, value| table.put(&[2, 8, 1, column], &[instance, number], value);
            put(7, truth(now.addresses_set));
            of_addresses(&mut put, &rule.value);
            of_selectors(&mut put, &rule.value);
            of_action(&mut put, &rule.value);
            put(25, gauge(rule.preference.value));
        }
    }
}

fn of_addresses(put: &mut impl FnMut(u32, Value), rule: &Rule) {
    let net = |net: &Option<crate::units::Spanned<IpNet>>| net.as_ref().map(|net| net.value);
    let (from, to) = (net(&rule.from), net(&rule.to));
    let direction = match (from, to) {
        (Some(_), Some(_)) => "both",
        (Some(_), None) => "from",
        (None, Some(_)) => "to",
        (None, None) => "",
    };
    put(2, text(direction));
    for (column, net) in [(3, to.or(from)), (9, to), (12, from)] {
        if let Some(net) = net {
            let of = Family::of(net.address());
            put(column, integer(i32::try_from(family(of)).unwrap_or(0)));
            put(column.saturating_add(1), address(net.address()));
            put(column.saturating_add(2), gauge(u32::from(net.prefix())));
        }
    }
}

fn of_selectors(put: &mut impl FnMut(u32, Value), rule: &Rule) {
    put(8, truth(rule.inverted));
    let tos = rule.tos.as_ref().and_then(|tos| match tos.value {
        Named::Number(number) => Some(number),
        Named::Name(_) => None,
    });
    put(15, gauge(u32::from(tos.unwrap_or(0))));
    if let Some(mark) = &rule.mark {
        put(16, gauge(mark.value.0));
        if let Some(mask) = mark.value.1 {
            put(17, gauge(mask));
        }
    }
    if let Some(input) = &rule.input {
        put(20, text(input.value.as_str()));
    }
    if let Some(output) = &rule.output {
        put(21, text(output.value.as_str()));
    }
    if let Some(tunnel) = &rule.tunnel {
        put(28, gauge(u32::try_from(tunnel.value >> 32).unwrap_or(0)));
        put(29, gauge(u32::try_from(tunnel.value & u64::from(u32::MAX)).unwrap_or(0)));
    }
    if let Some(users) = &rule.users {
        put(30, gauge(users.value.0));
        put(31, gauge(users.value.1));
    }
}

fn of_action(put: &mut impl FnMut(u32, Value), rule: &Rule) {
    match &rule.action.value {
        RuleAction::Lookup(lookup) => {
            let table = match &lookup.table {
                Named::Number(number) => *number,
                Named::Name(_) => 0,
            };
            put(6, gauge(table));
            put(23, integer(1));
            put(24, gauge(table));
            if let Some(realms) = &lookup.realms {
                routes::of_realms(put, 18, &realms.value);
            }
            if let Some(prefix) = &lookup.suppress_prefix {
                put(26, gauge(prefix.value));
            }
            if let Some(group) = &lookup.suppress_group {
                put(
                    27,
                    text(&match &group.value {
                        Named::Number(number) => number.to_string(),
                        Named::Name(name) => name.clone(),
                    }),
                );
            }
        }
        RuleAction::MasterDevice => {
            put(23, integer(1));
            put(32, truth(true));
        }
        RuleAction::Goto(target) => {
            put(22, gauge(*target));
            put(23, integer(2));
        }
        RuleAction::Nothing => put(23, integer(3)),
        RuleAction::Blackhole => put(23, integer(6)),
        RuleAction::Unreachable => put(23, integer(7)),
        RuleAction::Prohibit => put(23, integer(8)),
    }
}
