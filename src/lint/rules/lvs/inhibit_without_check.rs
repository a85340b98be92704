//! Servers that cannot fail, and are to stay when they do.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::lvs::servers;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::INHIBIT_WITHOUT_CHECK,
    severity: Severity::Warning,
    page: Page {
        what: "A real server has `inhibit_on_failure` and no checker.",
        why: "Without a check it never fails, so the statement means nothing. Probably the check \
              was forgotten.",
        instead: "Add a checker, or remove `inhibit_on_failure`.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        inhibit_on_failure
    }
}
",
        good: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        inhibit_on_failure
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
    servers(subject)
        .filter(|(_, real)| real.inhibit_on_failure.value && real.checkers.is_empty())
        // That of the virtual server is a default for all.
        .filter(|(service, real)| real.inhibit_on_failure.span != service.inhibit_on_failure.span)
        .map(|(_, real)| {
            RULE.at(real.inhibit_on_failure.span, "this server has no check and never fails")
                .with_label("without effect")
                .with_help("add a checker, such as `TCP_CHECK { }`")
        })
        .collect()
}
