//! One VRID belongs to one virtual router on a LAN.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::{Instance, Transport};
use crate::lint::rules::cluster::finding;
use crate::lint::{Page, Raised, Rule};
use crate::units::{Family, IpNet, Vrid};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_VRID_CLASH,
    severity: Severity::Error,
    page: Page {
        what: "Two different virtual routers, on different nodes, use the same VRID in the same \
               multicast group.",
        why: "If their interfaces are on one LAN each takes the other's adverts for its own: \
               one becomes backup and its addresses are gone, or both fight.",
        instead: "Give each virtual router of a LAN its own `virtual_router_id`.",
        bad: BAD,
        good: GOOD,
    },
    raised: Raised::Cluster(check),
};

const BAD: &str = "\
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
### c.conf
vrrp_instance DB {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.60/24
    }
}
### d.conf
vrrp_instance DB {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.60/24
    }
}
";

const GOOD: &str = "\
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
### c.conf
vrrp_instance DB {
    interface eth0
    virtual_router_id 52
    priority 150
    virtual_ipaddress {
        10.77.0.60/24
    }
}
### d.conf
vrrp_instance DB {
    interface eth0
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.77.0.60/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    // Who would meet: same VRID, family and group.
    let mut meetings: BTreeMap<(Vrid, Family, IpAddr), Vec<(usize, Member<'_>)>> = BTreeMap::new();
    for (router, found) in subject.routers.iter().enumerate() {
        for member in &found.members {
            let Transport::Multicast { group } = member.instance.transport else { continue };
            let Instance { vrid, family, .. } = member.instance;
            meetings.entry((vrid.value, *family, group)).or_default().push((router, *member));
        }
    }
    let mut found = Vec::new();
    for members in meetings.values() {
        let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (at, (router, one)) in members.iter().enumerate() {
            for (other_router, other) in members.iter().skip(at.saturating_add(1)) {
                let differ = router != other_router && one.position != other.position;
                if differ && on_one_lan(one.instance, other.instance) {
                    let pair = (*router.min(other_router), *router.max(other_router));
                    if told.insert(pair) {
                        found.push(tell(one, other));
                    }
                }
            }
        }
    }
    found
}

/// Whether they may be on one LAN: their addresses are in a common network, or, where the files name
/// no network, their interfaces have one name.
fn on_one_lan(one: &Instance, other: &Instance) -> bool {
    share_a_network(one, other).unwrap_or_else(|| one.interface == other.interface)
}

/// Whether an address of one lies in a network of the other; `None` if the files name no network.
fn share_a_network(one: &Instance, other: &Instance) -> Option<bool> {
    let networks = |instance: &Instance| -> Vec<IpNet> {
        let nets = instance.addresses.iter().map(|address| address.value.net);
        nets.filter(|net| net.prefix() < instance.family.host_prefix()).collect()
    };
    let (a, b) = (networks(one), networks(other));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    Some(a.iter().any(|a| b.iter().any(|b| a.contains(b.address()) || b.contains(a.address()))))
}

fn tell(one: &Member<'_>, other: &Member<'_>) -> Diagnostic {
    let vrid = one.instance.vrid.value;
    let text = format!(
        "VRID {vrid} is used by `{}` on {} and by `{}` on {}",
        one.instance.name.value,
        one.name(),
        other.instance.name.value,
        other.name()
    );
    let mut finding = finding(&RULE, other.at(other.instance.vrid.span), text)
        .with_label(format!("`{}` on {}", other.instance.name.value, other.name()))
        .with_related(
            one.at(one.instance.vrid.span),
            format!("`{}` on {}", one.instance.name.value, one.name()),
        );
    if share_a_network(one.instance, other.instance) != Some(true) {
        // The interface's name is all that speaks for one LAN.
        finding.severity = Severity::Warning;
        finding = finding.with_note("on different LANs this is harmless");
    }
    finding
        .with_note("on one LAN each takes the other's adverts for its own: addresses get lost")
        .with_help("give each virtual router of a LAN its own VRID")
}
