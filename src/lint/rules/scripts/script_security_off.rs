//! Scripts without `enable_script_security`.

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::facts::EntryKind;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SCRIPT_SECURITY_OFF,
    severity: Severity::Warning,
    page: Page {
        what: "Scripts are run, and `enable_script_security` is not set.",
        why: "Who can write to a script, or to a folder on the way to it, then runs commands as \
               root at the next transition. keepalived's test ends with 6 for this alone, which \
               hides every other fault from whoever looks at the status.",
        instead: "Set `enable_script_security`, and `script_user` to a user that exists.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /usr/local/sbin/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
        good: r#"global_defs {
    enable_script_security
    script_user root
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /usr/local/sbin/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.config.global.script_security {
        return Vec::new();
    }
    // keepalived says so of scripts that it can run only; without facts that is not known.
    let usable = |program: &str| match subject.host {
        None => true,
        Some(host) => host.entry(program).is_some_and(|(_, entry)| entry.kind == EntryKind::File),
    };
    let first = subject.config.script_uses().find(|named| usable(&named.script.program));
    first.map(|named| finding(named.script.span, subject.host.is_some())).into_iter().collect()
}

fn finding(span: crate::units::Span, is_there: bool) -> Diagnostic {
    let verdict = if is_there { Verdict::Security } else { Verdict::Silent };
    RULE.at(span, "scripts are run without `enable_script_security`")
        .with_label("the first one that is")
        .with_verdict(verdict)
        .with_wording(
            "SECURITY VIOLATION - scripts are being executed but script_security not enabled.",
        )
        .with_help("write `enable_script_security` and `script_user USER` into `global_defs`")
}
