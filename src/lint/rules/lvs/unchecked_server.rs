//! Real servers that nothing checks.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::UNCHECKED_SERVER,
    severity: Severity::Warning,
    page: Page {
        what: "A real server has no checker.",
        why: "Without a check it is always up. If it dies, its share of the clients gets no \
              answer, and no quorum, sorry server or mail ever helps.",
        instead: "Add a checker, such as `TCP_CHECK { }`.",
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
    let mut found = Vec::new();
    for server in &subject.config.virtual_servers {
        let unchecked: Vec<_> =
            server.real_servers.iter().filter(|real| real.checkers.is_empty()).collect();
        if unchecked.len() == server.real_servers.len() {
            // Probably a choice: one note for all of them.
            let mut finding = RULE
                .at(server.span(), "nothing checks the servers of this service")
                .with_label("each is always up, dead or not");
            finding.severity = Severity::Note;
            found.push(finding);
            continue;
        }
        for real in unchecked {
            found.push(
                RULE.at(real.address.span, "this server has no check, others here have")
                    .with_label("always up, dead or not")
                    .with_help("add a checker, such as `TCP_CHECK { }`"),
            );
        }
    }
    found
}
