//! Nodes that differ in whether they take over from a running master.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Preemption;
use crate::lint::rules::cluster::finding;
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_PREEMPTION,
    severity: Severity::Warning,
    page: Page {
        what: "`nopreempt` stands on one node of a virtual router and not on another one.",
        why: "`nopreempt` keeps a node from taking over from a lesser master; it does nothing \
               for the others. If the node without it has the higher priority, it takes the \
               addresses back after every restart, which `nopreempt` was meant to prevent.",
        instead: "Write `state BACKUP` and `nopreempt` on all nodes.",
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
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    state BACKUP
    nopreempt
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
    state BACKUP
    nopreempt
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    state BACKUP
    nopreempt
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let never = |member: &Member<'_>| member.instance.preemption == Preemption::Never;
    let mut found = Vec::new();
    for router in &subject.routers {
        for odd in router.members.iter().filter(|member| !never(member)) {
            let other = router
                .members
                .iter()
                .filter(|member| never(member))
                .max_by_key(|member| member.instance.priority.value);
            let Some(other) = other else { continue };
            let name = &odd.instance.name.value;
            let text =
                format!("`{name}` has `nopreempt` on {} and not on {}", other.name(), odd.name());
            let wins = odd.instance.priority.value > other.instance.priority.value;
            let mut finding = finding(&RULE, other.place(&["nopreempt"], &[]), text)
                .with_label(format!("on {}", other.name()))
                .with_related(odd.at(odd.instance.name.span), format!("not on {}", odd.name()));
            if wins {
                finding = finding.with_note(format!(
                    "{} has the higher priority: it takes over from {} after every restart",
                    odd.name(),
                    other.name()
                ));
            } else {
                // A lesser node has nothing to preempt, unless weights make it the better one.
                finding.severity = Severity::Note;
                finding = finding.with_note(format!(
                    "it makes a difference only when {} has the higher priority",
                    odd.name()
                ));
            }
            found.push(finding.with_help("write `nopreempt` on all nodes, with `state BACKUP`"));
        }
    }
    found
}
