//! All nodes of a virtual router have one password.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Authentication;
use crate::lint::rules::cluster::{TWO_MASTERS, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_PASSWORD,
    severity: Severity::Error,
    page: Page {
        what: "Two nodes have different values of `auth_pass` in one virtual router; only the \
               first 8 bytes count.",
        why: "A router refuses adverts with another password (`invalid passwd`). Each node \
               takes the other for absent: both become master.",
        instead: "Write the same `auth_pass` on all nodes.",
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
    let password = |member: &Member<'_>| match &member.instance.authentication {
        Authentication::Pass(password) => Some(password.clone()),
        _ => None,
    };
    subject
        .odd_ones(password)
        .map(|(odd, usual)| {
            // The marker stands on the keyword: the password is nobody's business.
            differ(
                &RULE,
                [&odd, &usual],
                |member| member.password_place(),
                |_| "another password".to_owned(),
            )
            .with_note(TWO_MASTERS)
            .with_help("use one `auth_pass` on all nodes")
        })
        .collect()
}
