//! Weights on a router that never preempts.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Preemption;
use crate::lint::rules::vrrp::weights::weights;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::WEIGHT_WITH_NOPREEMPT,
    severity: Severity::Warning,
    page: Page {
        what: "An instance has `nopreempt`, and tracks something with a weight.",
        why: "A failure lowers the priority of the master, but a backup with `nopreempt` does \
               not take over from a master that it hears, however low its priority: the node \
               stays master without its service. Only FAULT, that is weight 0, makes it give \
               up.",
        instead: "Write weight 0, or no weight, so that a failure means FAULT; or leave \
               `nopreempt` and use `preempt_delay`.",
        bad: r"vrrp_script chk {
    script /usr/local/bin/check.sh
    weight -20
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state BACKUP
    nopreempt
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state BACKUP
    nopreempt
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for instance in subject.instances().filter(|own| own.preemption == Preemption::Never) {
        let all = weights(subject, instance);
        let Some(first) = all.first() else { continue };
        let text = format!("with `nopreempt` the weight of `{}` moves nothing", first.name);
        let mut finding = RULE.at(first.span, text).with_label(format!(
            "weight {}: the priority changes, the master does not",
            first.weight
        ));
        if let Some(span) = subject.keyword_in(instance, "nopreempt") {
            finding =
                finding.with_related(span, "no router takes over from a master that it hears");
        }
        found.push(finding.with_help("write weight 0: a failure then means FAULT"));
    }
    found
}
