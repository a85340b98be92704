//! A server that gets no new connections.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::{Check, Checker};
use crate::lint::rules::lvs::servers;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::WEIGHT_ZERO,
    severity: Severity::Note,
    page: Page {
        what: "A real server has weight 0, and no checker changes that.",
        why: "IPVS gives it no new connections, and it does not count in the quorum. That is \
              right while it is drained, and easily forgotten.",
        instead: "Write the weight that it should have, or remove the server.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
        weight 0
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
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
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
    let changes_it = |checker: &Checker| match &checker.check.value {
        Check::Misc(check) => check.dynamic.value,
        Check::File(_) => true,
        _ => false,
    };
    servers(subject)
        .filter(|(_, real)| real.weight.value == 0 && !real.checkers.iter().any(changes_it))
        .map(|(_, real)| {
            RULE.at(real.weight.span, "this server gets no new connections")
                .with_label("weight 0: drained, and no part of the quorum")
        })
        .collect()
}
