//! One node at most owns the addresses.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, finding};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_TWO_OWNERS,
    severity: Severity::Error,
    page: Page {
        what: "Two nodes of a virtual router have priority 255.",
        why: "Priority 255 says that the addresses are the node's own: it is master at once \
               and never gives way by priority. Two such nodes fight until one lowers itself, \
               at every start.",
        instead: "Give at most one node priority 255, and only if the addresses are its own.",
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
    priority 255
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 255
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for router in &subject.routers {
        let owners = router.members.iter().filter(|member| member.instance.priority.is_owner());
        let owners: Vec<&Member<'_>> = owners.collect();
        let Some((first, rest)) = owners.split_first() else { continue };
        for other in rest {
            let name = &other.instance.name.value;
            let text =
                format!("`{name}` has priority 255 on {} and on {}", first.name(), other.name());
            let place = |member: &Member<'_>| member.at(member.instance.priority.span);
            found.push(
                finding(&RULE, place(other), text)
                    .with_label(format!("on {}", other.name()))
                    .with_related(place(first), format!("on {}", first.name()))
                    .with_note("both are master at once, and neither gives way by priority")
                    .with_help("give at most one node priority 255"),
            );
        }
    }
    found
}
