//! An `SSL` block that no check uses.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::{Check, Checker};
use crate::lint::rules::lvs::checkers;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::TLS_FILES_UNUSED,
    severity: Severity::Note,
    page: Page {
        what: "There is an `SSL` block and no `SSL_GET`.",
        why: "keepalived loads these files for web checks over TLS alone. They have nothing to do \
              with the services that are balanced.",
        instead: "Remove the block, or add the checks.",
        bad: r"SSL {
    certificate /etc/ssl/client.pem
    key /etc/ssl/client.key
}
",
        good: r"SSL {
    certificate /etc/ssl/client.pem
    key /etc/ssl/client.key
}

virtual_server 192.0.2.80 443 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 443 {
        SSL_GET {
            url {
                path /
            }
        }
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let uses_it = |checker: &Checker| match &checker.check.value {
        Check::Http(check) => check.tls,
        _ => false,
    };
    let mut used = checkers(subject).filter(|(_, _, checker)| uses_it(checker));
    match &subject.config.tls {
        Some(context) if used.next().is_none() => {
            vec![RULE.at(context.span, "no check uses TLS").with_label("never loaded")]
        }
        _ => Vec::new(),
    }
}
