//! All nodes of a virtual router authenticate in the same way.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Authentication;
use crate::lint::rules::cluster::{HEALTHY, TWO_MASTERS, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_AUTHENTICATION,
    severity: Severity::Error,
    page: Page {
        what: "One node of a virtual router authenticates and another one does not, or does it \
               in another way.",
        why: "A router refuses adverts with another kind of authentication (`received a 0 \
               auth, expecting 1`). Each node takes the other for absent: both become master. \
               Strict mode drops a password.",
        instead: "Write the same `authentication` (or `auth_hmac`) on all nodes, or none.",
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
    authentication {
        auth_type PASS
        auth_pass letmein
    }
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

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let place = |member: &Member<'_>| member.place(&["authentication", "auth_hmac"], &[]);
    subject
        .odd_ones(|member| Some((member.instance.version, kind(member))))
        // Where the versions differ, that is what there is to say.
        .filter(|(odd, usual)| odd.instance.version == usual.instance.version)
        .map(|(odd, usual)| {
            differ(&RULE, [&odd, &usual], place, |member| kind(member).to_owned())
                .with_note(TWO_MASTERS)
                .with_help("authenticate on all nodes in the same way, or on none")
        })
        .collect()
}

fn kind(member: &Member<'_>) -> &'static str {
    match member.instance.authentication {
        Authentication::None => "no authentication",
        Authentication::Pass(_) => "a password (PASS)",
        Authentication::Header(_) => "auth_type AH",
        Authentication::Trailer(_) => "auth_hmac",
    }
}
