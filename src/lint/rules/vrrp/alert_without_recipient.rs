//! Mail alerts that nobody would get.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::ALERT_WITHOUT_RECIPIENT,
    severity: Severity::Warning,
    page: Page {
        what: "`smtp_alert` is on, and `global_defs` names no recipient.",
        why: "No mail is sent, and nobody notices that none is.",
        instead: "List recipients in `notification_email`, with `notification_email_from` and \
               `smtp_server`; or remove `smtp_alert`.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    smtp_alert
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"global_defs {
    notification_email {
        admin@example.com
    }
    smtp_server 192.0.2.25
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    smtp_alert
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if !subject.config.global.mail.recipients.is_empty() {
        return Vec::new();
    }
    let alerting = || subject.instances().filter(|instance| instance.smtp_alert);
    // The statement that asks for it: one of an instance, or the default of all.
    let own = alerting().find_map(|instance| subject.keyword_in(instance, "smtp_alert"));
    let global = || {
        let words = ["smtp_alert", "smtp_alert_vrrp"];
        words.into_iter().find_map(|word| subject.global_keyword(word))
    };
    let Some(span) = own.or_else(global).filter(|_| alerting().next().is_some()) else {
        return Vec::new();
    };
    vec![
        RULE.at(span, "mail alerts without a recipient")
            .with_label("no mail will be sent")
            .with_help("list recipients in `global_defs`, `notification_email { … }`"),
    ]
}
