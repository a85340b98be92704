//! All nodes of a virtual router speak one version of the protocol.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, TWO_MASTERS, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_VERSION,
    severity: Severity::Error,
    page: Page {
        what: "Two nodes speak different versions of VRRP in one virtual router.",
        why: "A router refuses adverts of another version (`wrong VRRP version`). Each node \
               takes the other for absent: both become master.",
        instead: "Write the same `version` (or `vrrp_version` in `global_defs`) on all nodes.",
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
    virtual_router_id 51
    priority 100
    version 3
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let place = |member: &Member<'_>| member.place(&["version"], &["vrrp_version"]);
    let value = |member: &Member<'_>| format!("VRRPv{}", member.instance.version);
    subject
        .odd_ones(|member| Some(member.instance.version))
        .map(|(odd, usual)| {
            differ(&RULE, [&odd, &usual], place, value)
                .with_note(TWO_MASTERS)
                .with_help("use one version on all nodes")
        })
        .collect()
}
