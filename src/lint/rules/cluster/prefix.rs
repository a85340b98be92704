//! All nodes give an address the same prefix.

use crate::cluster::{Member, Router, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, differ};
use crate::lint::{Page, Raised, Rule};
use crate::units::{IpNet, Spanned};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_PREFIX,
    severity: Severity::Warning,
    page: Page {
        what: "The same virtual address has different prefix lengths on two nodes.",
        why: "The master is elected all the same, but with the prefix the connected route \
               changes: after a fail-over the network is reached another way, or not at all. An \
               address without a prefix has /32.",
        instead: "Write the same prefix length on all nodes.",
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
    virtual_ipaddress {
        10.77.0.50/32
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.routers.iter().flat_map(compare).collect()
}

fn compare(router: &Router<'_>) -> Vec<Diagnostic> {
    let held = |member: &Member<'_>| -> Vec<Spanned<IpNet>> {
        let all = member.instance.addresses.iter().chain(&member.instance.excluded);
        all.map(|address| Spanned::new(address.value.net, address.span)).collect()
    };
    let mut found = Vec::new();
    for address in router.members.first().map(&held).unwrap_or_default() {
        let ip = address.value.address();
        let own = |member: &Member<'_>| held(member).into_iter().find(|net| net.address() == ip);
        let odd_ones = router.odd_ones(|member| own(member).map(|net| net.value.prefix()));
        for (odd, usual) in odd_ones {
            let place = |member: &Member<'_>| {
                member.at(own(member).map_or(member.instance.name.span, |net| net.span))
            };
            let value = |member: &Member<'_>| {
                own(member).map_or_else(String::new, |net| net.value.to_string())
            };
            found.push(
                differ(&RULE, [&odd, &usual], place, value)
                    .with_note("the connected route changes with the master")
                    .with_help("write the same prefix length on all nodes"),
            );
        }
    }
    found
}
