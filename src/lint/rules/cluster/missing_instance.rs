//! Every node of a cluster has all its virtual routers.

use crate::cluster::Subject;
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, finding};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_MISSING_INSTANCE,
    severity: Severity::Warning,
    page: Page {
        what: "A node of the cluster lacks a virtual router that others have, or has one alone.",
        why: "The addresses cannot move to a node that does not know them. An instance that \
               one node has alone has no backup at all.",
        instead: "Add the `vrrp_instance` to the node, or check its name, VRID and addresses \
               against the other nodes'.",
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
vrrp_instance DB {
    interface eth0
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.77.0.60/24
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
    let clusters = subject.clusters();
    let mut found = Vec::new();
    for router in &subject.routers {
        let Some(first) = router.members.first() else { continue };
        let cluster = clusters.iter().find(|cluster| cluster.contains(&first.position));
        let missing: Vec<&str> = cluster
            .into_iter()
            .flatten()
            .filter(|position| router.on(**position).is_none())
            .filter_map(|position| Some(subject.nodes.get(*position)?.name.as_str()))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let name = &first.instance.name.value;
        let without = missing.join(" and ");
        let note = match router.members.len() {
            1 => format!("nobody takes over from {}", first.name()),
            _ => format!("the addresses never move to {without}"),
        };
        found.push(
            finding(
                &RULE,
                first.at(first.instance.name.span),
                format!("`{name}` is on {} and not on {without}", first.name()),
            )
            .with_label(format!("not on {without}"))
            .with_note(note)
            .with_help("add it there, or check name, VRID and addresses against the other nodes'"),
        );
    }
    found
}
