//! After every single failure somebody leads, and it is clear who.

use crate::cluster::election::{Mastership, Outcome};
use crate::cluster::{Router, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::finding;
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_NOBODY,
    severity: Severity::Error,
    page: Page {
        what: "When all is well, or after a single failure, nobody becomes master of a virtual \
               router that several nodes have, or mastership moves to and fro for ever.",
        why: "The addresses are nowhere. Mostly it is a sync group: it leads only if all its \
              instances can lead, and where the nodes prefer different ones none does, or each \
              pulls the other down in turn.",
        instead: "Let the members of a sync group have the same order of priorities on all nodes, \
                  and put the same instances into the group on all nodes.",
        bad: BAD,
        good: GOOD,
    },
    raised: Raised::Cluster(check),
};

const BAD: &str = "\
### a.conf
vrrp_sync_group BOTH {
    group {
        IN
        OUT
    }
}
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.78.0.50/24
    }
}
### b.conf
vrrp_sync_group BOTH {
    group {
        IN
        OUT
    }
}
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 150
    virtual_ipaddress {
        10.78.0.50/24
    }
}
";

const GOOD: &str = "\
### a.conf
vrrp_sync_group BOTH {
    group {
        IN
        OUT
    }
}
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 150
    virtual_ipaddress {
        10.78.0.50/24
    }
}
### b.conf
vrrp_sync_group BOTH {
    group {
        IN
        OUT
    }
}
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.78.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (router, election) in subject.routers.iter().zip(&subject.elections) {
        if router.members.len() < 2 {
            continue;
        }
        if let Some(what) = unled(&election.healthy) {
            found.extend(tell(router, what, "when all is well", Severity::Error));
            continue;
        }
        for row in &election.rows {
            let Some(what) = unled(&row.outcome) else { continue };
            let node = subject.nodes.get(row.node).map_or("?", |node| node.name.as_str());
            let when = format!("after a single failure ({node}: {})", row.failure);
            found.extend(tell(router, what, &when, Severity::Warning));
        }
    }
    found
}

fn unled(outcome: &Outcome) -> Option<&'static str> {
    match outcome.master {
        Mastership::Nobody => Some("nobody is master"),
        Mastership::Restless(_) => Some("no master lasts"),
        Mastership::One(_) | Mastership::HigherAddress(_) | Mastership::Several(_) => None,
    }
}

fn tell(router: &Router<'_>, what: &str, when: &str, severity: Severity) -> Option<Diagnostic> {
    let (first, rest) = router.members.split_first()?;
    let place = |member: &crate::cluster::Member<'_>| member.at(member.instance.priority.span);
    let label = |member: &crate::cluster::Member<'_>| {
        format!("{} on {}", *member.instance.priority, member.name())
    };
    let text = format!("{what} of `{}` {when}", first.instance.name.value);
    let mut finding = finding(&RULE, place(first), text).with_label(label(first));
    for member in rest {
        finding = finding.with_related(place(member), label(member));
    }
    finding.severity = severity;
    Some(
        finding
            .with_note("a sync group leads only if all its instances can")
            .with_help("give its instances the same order of priorities on all nodes"),
    )
}
