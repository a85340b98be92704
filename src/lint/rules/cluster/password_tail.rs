//! Passwords that differ only where nobody looks.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Authentication;
use crate::lint::rules::cluster::differ;
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_PASSWORD_TAIL,
    severity: Severity::Note,
    page: Page {
        what: "Values of `auth_pass` on two nodes are the same in the first 8 bytes and differ \
               after them.",
        why: "The packet has room for 8 bytes; the rest is cut and never compared. The nodes \
               understand each other, but whoever reads the files must think that they do not.",
        instead: "Write a password of at most 8 bytes, the same on all nodes.",
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
        auth_pass letmein-now
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
        auth_pass letmein-later
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
    subject
        .odd_ones(|member| match member.instance.authentication {
            Authentication::Pass(_) => member.written_password().map(str::to_owned),
            _ => None,
        })
        .filter(|(odd, usual)| odd.instance.authentication == usual.instance.authentication)
        .map(|(odd, usual)| {
            let value = |_: &Member<'_>| "another password, after the first 8 bytes,".to_owned();
            differ(&RULE, [&odd, &usual], |member| member.password_place(), value)
                .with_note("only 8 bytes are sent and compared: the nodes understand each other")
                .with_help("use one `auth_pass` of at most 8 bytes")
        })
        .collect()
}
