//! Strict mode drops packets for the virtual addresses.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::ADDRESS_DOES_NOT_ANSWER,
    severity: Severity::Warning,
    page: Page {
        what: "Strict mode is on, and the instance neither owns its addresses nor has `accept`.",
        why: "keepalived then adds firewall rules that drop every packet for the virtual \
               addresses: no ping, no connection to a service on the host. This is the most \
               frequent surprise with `vrrp_strict`, which the sample file of keepalived sets.",
        instead: "Remove `vrrp_strict` (or `strict_mode`), or write `accept` in instances of \
               version 3.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    strict_mode
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    strict_mode
    version 3
    accept
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let silent: Vec<_> = subject
        .instances()
        .filter(|own| own.strict && !own.accept && !own.priority.is_owner())
        .filter(|own| !own.addresses.is_empty() || !own.excluded.is_empty())
        .collect();
    let mut found = Vec::new();
    let mut by_default = Vec::new();
    for instance in silent {
        match subject.keyword_in(instance, "strict_mode") {
            Some(span) => found.push(finding(span, "the virtual addresses will not answer")),
            None => by_default.push(instance),
        }
    }
    if let (Some(first), Some(span)) = (by_default.first(), subject.global_keyword("vrrp_strict")) {
        let count = by_default.len();
        let text = match count {
            1 => "the virtual addresses will not answer".to_owned(),
            _ => format!("the virtual addresses of {count} instances will not answer"),
        };
        found.push(finding(span, &text).with_related(first.name.span, "for instance of this one"));
    }
    found
}

fn finding(span: crate::units::Span, text: &str) -> Diagnostic {
    RULE.at(span, text)
        .with_label("in strict mode packets for them are dropped")
        .with_note("keepalived adds firewall rules: no ping, no service on this host")
        .with_help("leave strict mode, or write `accept` with `version 3`")
}
