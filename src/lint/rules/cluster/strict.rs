//! Strict mode on one node only.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Instance;
use crate::lint::rules::cluster::{HEALTHY, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_STRICT,
    severity: Severity::Warning,
    page: Page {
        what: "`vrrp_strict`, `strict_mode` or `accept` makes one node of a virtual router \
               answer on its addresses and another one not.",
        why: "A strict router that does not own the addresses drops what is sent to them: \
               after a fail-over the service is reachable or not, depending on who is master.",
        instead: "Write the same on all nodes; to be reachable on the addresses, `accept`, or no \
               strict mode.",
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
global_defs {
    vrrp_strict
}
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    // An owner answers in any case.
    let answers = |member: &Member<'_>| {
        let Instance { accept, priority, .. } = member.instance;
        *accept || priority.is_owner()
    };
    let place = |member: &Member<'_>| {
        member.place(&["strict_mode", "accept", "no_accept"], &["vrrp_strict"])
    };
    let value = |member: &Member<'_>| {
        let does = if answers(member) { "answers" } else { "does not answer" };
        format!("a master that {does} on the addresses")
    };
    subject
        .odd_ones(|member| Some((answers(member), member.instance.strict)))
        .map(|(odd, usual)| match answers(&odd) == answers(&usual) {
            true => {
                let value = |member: &Member<'_>| {
                    if member.instance.strict { "strict mode" } else { "no strict mode" }.to_owned()
                };
                differ(&RULE, [&odd, &usual], place, value)
                    .with_note("strict mode also drops settings that RFC 9568 does not know")
            }
            false => differ(&RULE, [&odd, &usual], place, value)
                .with_note("after a fail-over the service is reachable or not, by who is master"),
        })
        .map(|finding| finding.with_help("use strict mode on all nodes, or on none"))
        .collect()
}
