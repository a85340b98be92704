//! A script that its user may not execute.

use crate::diag::{Code, Diagnostic, Severity};
use crate::facts::{Entry, EntryKind};
use crate::lint::rules::scripts::{Runner, by_program, runner};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SCRIPT_NOT_EXECUTABLE,
    severity: Severity::Error,
    page: Page {
        what: "The program of a script may not be executed by the user that runs it.",
        why: "keepalived disables the script, or tries and fails each time; a notify script is \
               silently gone.",
        instead: "`chmod 755` the program, or run it as another user.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /opt/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "paths": [{"path": "/", "kind": "directory", "mode": "0755"}, {"path": "/opt", "kind": "directory", "mode": "0755"}, {"path": "/opt/up.sh", "kind": "file", "mode": "0644"}]}
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
        let (path, entry) = host.entry(&script.program)?;
        let who = runner(subject, host, named)?;
        if entry.kind != EntryKind::File || may_execute(entry, &who) {
            return None;
        }
        let text = format!("{path} is not executable for {}", who.name);
        let wording = format!(
            "WARNING - script '{}' is not executable for uid:gid {}:{} - disabling.",
            script.program, who.uid, who.gid
        );
        Some(
            RULE.at(script.span, text)
                .with_label(format!("its mode is {:04o}", entry.mode))
                .with_wording(wording)
                .with_help(format!("chmod 755 {path}")),
        )
    })
}

fn may_execute(entry: &Entry, who: &Runner) -> bool {
    let bit = match () {
        () if who.uid == 0 => 0o111,
        () if entry.uid == who.uid => 0o100,
        () if entry.gid == who.gid => 0o010,
        () => 0o001,
    };
    entry.mode & bit != 0
}
