//! Source ports of checks that are not used.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::lvs::checkers;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SOURCE_PORT_WITHOUT_ADDRESS,
    severity: Severity::Warning,
    page: Page {
        what: "A check has `bind_port` and no `bindto`.",
        why: "keepalived binds the socket only if there is an address: the port is not used.",
        instead: "Add `bindto ADDRESS`, or remove `bind_port`.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            bind_port 1024
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
            bindto 10.0.0.254
            bind_port 1024
        }
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let connections =
        checkers(subject).filter_map(|(_, _, checker)| checker.check.value.connection());
    connections
        .filter(|connection| connection.source.is_none())
        .filter_map(|connection| connection.source_port)
        .map(|port| {
            RULE.at(port.span, "`bind_port` is used together with `bindto` only")
                .with_label("without effect")
                .with_help("add `bindto ADDRESS`, or leave `bind_port` out")
        })
        .collect()
}
