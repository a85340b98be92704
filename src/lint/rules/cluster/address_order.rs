//! All nodes of a virtual router list its addresses in the same order.

use std::net::IpAddr;

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_ADDRESS_ORDER,
    severity: Severity::Warning,
    page: Page {
        what: "Two nodes list the same addresses of a virtual router in different orders.",
        why: "The master elects and holds them all the same. But the first address of a \
               network becomes the primary one, from which the host opens connections, so that \
               changes with the master; and other VRRP implementations compare the lists in \
               order.",
        instead: "List the addresses in the same order on all nodes.",
        bad: BAD,
        good: HEALTHY,
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
        10.77.0.51/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.51/24
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let order = |member: &Member<'_>| -> Vec<IpAddr> {
        member.instance.addresses.iter().map(|address| address.value.ip()).collect()
    };
    let sorted = |member: &Member<'_>| {
        let mut addresses = order(member);
        addresses.sort_unstable();
        addresses
    };
    let place = |member: &Member<'_>| member.place(&["virtual_ipaddress"], &[]);
    subject
        .odd_ones(|member| Some(order(member)))
        .filter(|(odd, usual)| sorted(odd) == sorted(usual))
        .map(|(odd, usual)| {
            let first = |member: &Member<'_>| {
                let (ours, theirs) = (order(&odd), order(&usual));
                let differs = ours.iter().zip(&theirs).position(|(one, other)| one != other);
                let at = differs.and_then(|at| order(member).get(at).copied());
                at.map_or_else(String::new, |address| format!("{address} in this place"))
            };
            differ(&RULE, [&odd, &usual], place, first)
                .with_note("the first address of a network is the primary one, so that changes with the master")
                .with_help("list the addresses in the same order on all nodes")
        })
        .collect()
}
