//! All nodes of a virtual router have one password.

use crate::cluster::hearing::Obstacle;
use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Authentication;
use crate::lint::rules::cluster::{TWO_MASTERS, differ, kept_apart};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_PASSWORD,
    severity: Severity::Error,
    page: Page {
        what: "Two nodes have different values of `auth_pass` in one virtual router; only the \
               first 8 bytes count.",
        why: "A router refuses adverts with another password (`invalid passwd`). Each node \
               takes the other for absent: both become master.",
        instead: "Write the same `auth_pass`, or the same keys, on all nodes.",
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
    authentication {
        auth_type PASS
        auth_pass letmeout
    }
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

const GOOD: &str = "\
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
    authentication {
        auth_type PASS
        auth_pass letmein
    }
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    kept_apart(subject, Obstacle::Password, |member| &member.instance.authentication)
        .map(|(odd, usual)| {
            let signed = matches!(odd.instance.authentication, Authentication::Trailer(_));
            // The marker stands on the keyword: the password is nobody's business.
            let place = |member: &Member<'_>| match signed {
                true => member.keyword_place("auth_hmac"),
                false => member.password_place(),
            };
            let (value, help) = match signed {
                true => ("another key", "give each key its number and bytes on all nodes"),
                false => ("another password", "use one `auth_pass` on all nodes"),
            };
            differ(&RULE, [&odd, &usual], place, |_| value.to_owned())
                .with_note(TWO_MASTERS)
                .with_help(help)
        })
        .collect()
}
