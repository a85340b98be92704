//! A weight that can never change the priority.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::vrrp::weights::weights;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::WEIGHT_WITHOUT_EFFECT,
    severity: Severity::Warning,
    page: Page {
        what: "A tracked object has a weight that can never change the priority of the \
               instance.",
        why: "Priorities end at 1 and 254: what would go beyond is cut off. The failure that \
               the weight was written for changes nothing, and the node stays master without \
               its service.",
        instead: "Choose priorities that leave room, for instance 150 and 100 with weights of -60.",
        bad: r"vrrp_script chk {
    script /usr/local/bin/check.sh
    weight 20
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 254
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
    weight -60
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
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

/// The priorities that a router may have which does not own the addresses.
const LEAST: i32 = 1;
const MOST: i32 = 254;

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for instance in subject.instances().filter(|instance| !instance.priority.is_owner()) {
        let all = weights(subject, instance);
        let base = i32::from(instance.priority.get());
        for (index, tracked) in all.iter().enumerate() {
            // The others can lift or lower the priority before this one does.
            let others = || all.iter().enumerate().filter(|(other, _)| *other != index);
            let lift: i32 = others().map(|(_, other)| i32::from(other.weight.max(0))).sum();
            let drop: i32 = others().map(|(_, other)| i32::from(other.weight.min(0))).sum();
            let why = match tracked.weight {
                weight if weight > 0 && base + drop >= MOST => {
                    format!("{MOST} is the most it can be")
                }
                weight if weight < 0 && base + lift <= LEAST => {
                    format!("{LEAST} is the least it can be")
                }
                _ => continue,
            };
            let name = tracked.name;
            found.push(
                RULE.at(tracked.span, format!("`{name}` can never change the priority"))
                    .with_label(format!("weight {}: {why}", tracked.weight))
                    .with_related(instance.priority.span, "the priority")
                    .with_help("leave room: for instance 150 and 100 with weights of -60"),
            );
        }
    }
    found
}
