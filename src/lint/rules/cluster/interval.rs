//! In version 2 all nodes of a virtual router have one interval.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, TWO_MASTERS, differ};
use crate::lint::{Page, Raised, Rule};
use crate::units::Version;

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_INTERVAL,
    severity: Severity::Error,
    page: Page {
        what: "Two nodes have different values of `advert_int` in a virtual router of version \
               2.",
        why: "A VRRPv2 router refuses adverts with another interval (`advertisement interval \
               mismatch`). Each node takes the other for absent: both become master.",
        instead: "Write the same `advert_int` on all nodes.",
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
    advert_int 1
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    advert_int 2
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let interval = |member: &Member<'_>| member.instance.advert_int.value;
    let place = |member: &Member<'_>| member.place(&["advert_int"], &["vrrp_advert_int"]);
    let value = |member: &Member<'_>| format!("an interval of {:?}", interval(member));
    subject
        .odd_ones(|member| (member.instance.version == Version::V2).then(|| interval(member)))
        .map(|(odd, usual)| {
            differ(&RULE, [&odd, &usual], place, value)
                .with_note(TWO_MASTERS)
                .with_note("VRRPv2 compares the interval; VRRPv3 learns the master's")
                .with_help("use one `advert_int` on all nodes")
        })
        .collect()
}
