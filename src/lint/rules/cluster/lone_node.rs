//! Every node shares something with another one.

use crate::cluster::Subject;
use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::lint::rules::cluster::HEALTHY;
use crate::lint::{Page, Raised, Rule};
use crate::units::Span;

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_LONE_NODE,
    severity: Severity::Error,
    page: Page {
        what: "A node has no virtual router in common with any other of the given nodes.",
        why: "These files are not one cluster: nothing would move to this node, and nothing \
               from it.",
        instead: "Check names, VRIDs and addresses of its instances against the other nodes', or \
               leave it out.",
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
vrrp_instance MAIL {
    interface eth0
    virtual_router_id 60
    priority 100
    virtual_ipaddress {
        10.77.0.60/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let alone = subject.clusters().into_iter().filter(|cluster| cluster.len() == 1);
    alone
        .flatten()
        .filter_map(|position| {
            let node = subject.nodes.get(position)?;
            let text = format!("{} shares no virtual router with any other node", node.name);
            let first = node.config.instances.first();
            let span = first.map(|instance| node.moved.span(instance.name.span));
            let finding = Diagnostic {
                span,
                ..Diagnostic::new(RULE.code, RULE.severity, Span::default(), text)
            };
            let label = if span.is_some() { "no other node has this, or a like one" } else { "" };
            Some(
                finding
                    .with_label(label)
                    .with_verdict(Verdict::Silent)
                    .with_note("nothing moves to it or from it")
                    .with_help("check names, VRIDs and addresses against the other nodes'"),
            )
        })
        .collect()
}
