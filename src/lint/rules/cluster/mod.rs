//! What may keep nodes from being one cluster.
//!
//! A rule names what differs, not what follows from it: routers whose versions differ are not told
//! that their passwords do too.

mod address_order;
mod addresses;
mod authentication;
mod checksum;
mod equal_priority;
mod group;
mod hasty_backup;
mod interval;
mod lone_node;
mod missing_instance;
mod password;
mod password_tail;
mod peers;
mod preemption;
mod prefix;
mod shared_address;
mod source;
mod strict;
mod two_owners;
mod unicast;
mod version;
mod vrid;
mod vrid_clash;

use crate::cluster::hearing::{Obstacle, obstacles};
use crate::cluster::{Member, Router, Subject};
use crate::diag::{Diagnostic, Verdict};
use crate::lint::Rule;
use crate::units::Span;

/// The rules, in the order of their codes.
pub(super) static RULES: &[Rule] = &[
    vrid::RULE,
    group::RULE,
    unicast::RULE,
    peers::RULE,
    source::RULE,
    authentication::RULE,
    password::RULE,
    interval::RULE,
    version::RULE,
    addresses::RULE,
    address_order::RULE,
    prefix::RULE,
    hasty_backup::RULE,
    password_tail::RULE,
    equal_priority::RULE,
    preemption::RULE,
    checksum::RULE,
    strict::RULE,
    missing_instance::RULE,
    lone_node::RULE,
    vrid_clash::RULE,
    shared_address::RULE,
    two_owners::RULE,
];

/// Two nodes that are one cluster: the good example of most rules.
const HEALTHY: &str = "\
### a.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

/// A finding of a rule. keepalived sees one file at a time, so it has nothing to say.
fn finding(rule: &Rule, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(rule.code, rule.severity, span, message).with_verdict(Verdict::Silent)
}

/// A finding about something in which a member differs from another one, marked in both files.
fn differ(
    rule: &Rule,
    [odd, usual]: [&Member<'_>; 2],
    place: impl Fn(&Member<'_>) -> Span,
    value: impl Fn(&Member<'_>) -> String,
) -> Diagnostic {
    let name = &odd.instance.name.value;
    let (ours, theirs) = (value(odd), value(usual));
    let text = if ours == theirs {
        format!("`{name}` has {ours} on {} than on {}", odd.name(), usual.name())
    } else {
        format!("`{name}` has {ours} on {} and {theirs} on {}", odd.name(), usual.name())
    };
    let label = |member: &Member<'_>, value: String| match ours == theirs {
        true => format!("on {}", member.name()),
        false => format!("on {}: {value}", member.name()),
    };
    finding(rule, place(odd), text)
        .with_label(label(odd, ours.clone()))
        .with_related(place(usual), label(usual, theirs.clone()))
}

/// Pairs of members of one router of which at least one does not hear the other for this reason.
fn kept_apart<'s, 'a>(
    subject: &'s Subject<'a>,
    why: Obstacle,
) -> impl Iterator<Item = (Member<'a>, Member<'a>)> + 's {
    subject.routers.iter().flat_map(move |router| {
        router.pairs().filter_map(move |(one, other)| {
            let apart = misses(router, one, other).contains(&why)
                || misses(router, other, one).contains(&why);
            apart.then_some((*one, *other))
        })
    })
}

/// Why adverts of one member do not count for another of the same router.
fn misses(router: &Router<'_>, from: &Member<'_>, to: &Member<'_>) -> Vec<Obstacle> {
    let others: Vec<Member<'_>> =
        router.members.iter().filter(|each| each.position != to.position).copied().collect();
    obstacles(from, to, &others)
}

/// The consequence that most rules warn of.
const TWO_MASTERS: &str =
    "neither counts the other's adverts, so both become master and hold the addresses";
