//! All nodes of a virtual router authenticate in the same way.

use crate::cluster::hearing::Obstacle;
use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::{Authentication, TrailerMode};
use crate::lint::rules::cluster::{HEALTHY, TWO_MASTERS, differ, kept_apart};
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
    kept_apart(subject, Obstacle::Authentication, |member| kind(member))
        .map(|(odd, usual)| {
            differ(&RULE, [&odd, &usual], place, |member| kind(member).to_owned())
                .with_note(TWO_MASTERS)
                .with_help("authenticate on all nodes in the same way, or on none")
        })
        .collect()
}

fn kind(member: &Member<'_>) -> &'static str {
    match &member.instance.authentication {
        Authentication::None => "no authentication",
        Authentication::Pass(_) => "a password (PASS)",
        Authentication::Header(_) => "auth_type AH",
        Authentication::Trailer(trailer) => match trailer.mode {
            TrailerMode::Enforce => "auth_hmac",
            TrailerMode::Permissive => "auth_hmac (permissive)",
            TrailerMode::ReceiveOnly => "auth_hmac (receive-only)",
        },
    }
}
