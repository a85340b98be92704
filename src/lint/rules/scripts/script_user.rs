//! A user or group that does not exist.

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::facts::Host;
use crate::ir::ScriptUser;
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Span;

pub(super) const RULE: Rule = Rule {
    code: Code::SCRIPT_USER,
    severity: Severity::Error,
    page: Page {
        what: "Scripts shall run as a user or group that the host does not have; or script \
               security is on, no user is named, and there is no user `keepalived_script`.",
        why: "keepalived drops the scripts: nobody is told of a transition, and a track script \
               counts as not configured.",
        instead: "Create the user (`useradd --system keepalived_script`), or name another one with \
               `script_user`.",
        bad: r#"global_defs {
    script_user vrrp
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /opt/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "users": [{"name": "vrrp", "uid": null}]}
"#,
        good: r#"global_defs {
    script_user vrrp
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /opt/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "users": [{"name": "vrrp", "uid": 998}]}
"#,
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(host) = subject.host else { return Vec::new() };
    let global = &subject.config.global;
    let mut found = Vec::new();
    if let Some(user) = &global.script_user {
        let missing = missing(host, &user.value).map(|what| {
            finding(user.span, &what)
                .with_verdict(Verdict::Counted)
                .with_wording("Error setting global script uid/gid")
        });
        found.extend(missing);
    }
    for named in subject.config.script_uses() {
        let user = named.user.and_then(|user| missing(host, user));
        found.extend(user.map(|what| finding(named.script.span, &what)));
    }
    let unnamed = || subject.config.script_uses().find(|named| named.user.is_none());
    let default_is_missing = host.users.get("keepalived_script") == Some(&None);
    if global.script_security && global.script_user.is_none() && default_is_missing {
        found.extend(unnamed().map(|named| {
            finding(named.script.span, "user keepalived_script")
                .with_label("no user is named, and script security is on")
                .with_verdict(Verdict::Counted)
                .with_wording("Unable to set default user keepalived_script for script")
        }));
    }
    found
}

fn missing(host: &Host, user: &ScriptUser) -> Option<String> {
    if host.users.get(&user.user) == Some(&None) {
        return Some(format!("user {}", user.user));
    }
    let group = user.group.as_ref()?;
    (host.groups.get(group) == Some(&None)).then(|| format!("group {group}"))
}

fn finding(span: Span, what: &str) -> Diagnostic {
    RULE.at(span, format!("this host has no {what}"))
        .with_label("the scripts that need it are dropped")
        .with_help("create it, or name another one")
}
