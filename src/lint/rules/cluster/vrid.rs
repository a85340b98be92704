//! One virtual router has one VRID.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, TWO_MASTERS, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_VRID,
    severity: Severity::Error,
    page: Page {
        what: "The same virtual router has different values of `virtual_router_id` on two \
               nodes.",
        why: "A router counts only adverts with its own VRID. Each node takes the other for \
               absent: both become master and both hold the addresses. keepalived says nothing.",
        instead: "Give the instance one `virtual_router_id` on all nodes, and one that no other \
               cluster on the LAN uses.",
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
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let vrid = |member: &Member<'_>| member.instance.vrid.value;
    let place = |member: &Member<'_>| member.at(member.instance.vrid.span);
    let value = |member: &Member<'_>| format!("VRID {}", vrid(member));
    subject
        .odd_ones(|member| Some(vrid(member)))
        .map(|(odd, usual)| {
            differ(&RULE, [&odd, &usual], place, value)
                .with_note(TWO_MASTERS)
                .with_help("one virtual router has one `virtual_router_id` on all nodes")
        })
        .collect()
}
