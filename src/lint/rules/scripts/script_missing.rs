//! A script that is not there.

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::facts::EntryKind;
use crate::lint::rules::scripts::by_program;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SCRIPT_MISSING,
    severity: Severity::Error,
    page: Page {
        what: "The program of a script does not exist on the host.",
        why: "A notify script is silently never run, and keepalived accepts the file, with `-t` \
               too. A track script counts as not configured: the router leads although what it \
               should watch is down.",
        instead: "Install the program, or write its path right.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /opt/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "paths": [{"path": "/", "kind": "directory", "mode": "0755"}, {"path": "/opt", "kind": "directory", "mode": "0755"}, {"path": "/opt/up.sh", "kind": "missing", "mode": "0755"}]}
"#,
        good: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /opt/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "paths": [{"path": "/", "kind": "directory", "mode": "0755"}, {"path": "/opt", "kind": "directory", "mode": "0755"}, {"path": "/opt/up.sh", "kind": "file", "mode": "0755"}]}
"#,
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(host) = subject.host else { return Vec::new() };
    by_program(subject, |named| {
        let script = named.script;
        let (_, entry) = host.entry(&script.program)?;
        let label = match entry.kind {
            EntryKind::Missing => "nothing is there",
            EntryKind::Directory => "this is a folder",
            _ => return None,
        };
        let text = format!("{} cannot be run", script.program);
        let finding = RULE.at(script.span, text).with_label(label);
        // Of a notify script keepalived says nothing.
        let checks =
            subject.config.vrrp_scripts.iter().find(|check| check.script.span == script.span);
        Some(match checks {
            None => finding,
            Some(check) => finding.with_verdict(Verdict::Counted).with_wording(format!(
                "Disabling track script {} since not found/accessible",
                check.name.value
            )),
        })
    })
}
