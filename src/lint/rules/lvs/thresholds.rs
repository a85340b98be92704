//! Thresholds that do not go together.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::lvs::servers;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::THRESHOLDS,
    severity: Severity::Warning,
    page: Page {
        what: "The `lthreshold` of a server is not below its `uthreshold`, or stands alone.",
        why: "A server that has reached its upper threshold gets connections again when it falls \
              below the lower one. If that is not below, it goes in and out with each connection.",
        instead: "Write a `lthreshold` below the `uthreshold`.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        uthreshold 100
        lthreshold 200
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        uthreshold 200
        lthreshold 100
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, real) in servers(subject) {
        let (upper, lower) = (real.upper_threshold, real.lower_threshold);
        if lower.value == 0 || lower.value < upper.value {
            continue;
        }
        let finding = if upper.value == 0 {
            RULE.at(lower.span, "a `lthreshold` without `uthreshold`").with_label("without effect")
        } else {
            let text = format!("the lower threshold is not below the upper one, {}", upper.value);
            RULE.at(lower.span, text).with_related(upper.span, "the upper one")
        };
        found.push(finding);
    }
    found
}
