//! TLS checks that name no host.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::Check;
use crate::lint::rules::lvs::checkers;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SERVER_NAME_MISSING,
    severity: Severity::Warning,
    page: Page {
        what: "An `SSL_GET` has `enable_sni`, and one of its pages has no `virtualhost`.",
        why: "The name comes from the page, the checker or the virtual server, not from the real \
              server. Without one no name is sent, and a web server with several hosts answers \
              with the wrong one or not at all.",
        instead: "Write `virtualhost NAME` in the checker.",
        bad: r"virtual_server 192.0.2.80 443 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 443 {
        SSL_GET {
            enable_sni
            url {
                path /
            }
        }
    }
}
",
        good: r"virtual_server 192.0.2.80 443 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 443 {
        SSL_GET {
            enable_sni
            virtualhost www.example.com
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
    let mut found = Vec::new();
    for (service, real, checker) in checkers(subject) {
        let Check::Http(check) = &checker.check.value else { continue };
        let named = check.sni_name.is_some()
            || check.virtualhost.is_some()
            || service.virtualhost.is_some()
            || check.urls.iter().all(|url| url.virtualhost.is_some());
        if !check.tls || !check.sni.value || named {
            continue;
        }
        let mut finding = RULE
            .at(check.sni.span, "there is no name to send")
            .with_label("without effect for pages without `virtualhost`")
            .with_help("write `virtualhost NAME` in the checker");
        if let Some(name) = &real.virtualhost {
            finding = finding.with_related(name.span, "that of the real server is not looked at");
        }
        found.push(finding);
    }
    found
}
