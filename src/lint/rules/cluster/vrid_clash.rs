//! One VRID belongs to one virtual router on a LAN.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::{Instance, Transport};
use crate::lint::rules::cluster::finding;
use crate::lint::{Page, Raised, Rule};
use crate::units::IpNet;

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
    let mut found = Vec::new();
    for (index, router) in subject.routers.iter().enumerate() {
        for other in subject.routers.iter().skip(index.saturating_add(1)) {
            let pairs = router
                .members
                .iter()
                .flat_map(|one| other.members.iter().map(move |other| (one, other)));
            let mut clashes =
                pairs.filter(|(one, other)| one.position != other.position && clash(one, other));
            if let Some((one, other)) = clashes.next() {
                found.push(tell(one, other));
            }
        }
    }
    found
}

/// Whether each would take the other's adverts for those of its own router, on one LAN.
fn clash(one: &Member<'_>, other: &Member<'_>) -> bool {
    let (a, b) = (one.instance, other.instance);
    let group = |instance: &Instance| match instance.transport {
        Transport::Multicast { group } => Some(group),
        Transport::Unicast { .. } => None,
    };
    let network = share_a_network(a, b);
    a.vrid == b.vrid
        && a.family == b.family
        && group(a).is_some()
        && group(a) == group(b)
        && network.unwrap_or_else(|| a.interface == b.interface)
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
