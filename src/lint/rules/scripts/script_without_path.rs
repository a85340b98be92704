//! A script that is named without its path.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::scripts::by_program;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SCRIPT_WITHOUT_PATH,
    severity: Severity::Warning,
    page: Page {
        what: "The program of a script is named without its path, or relative to the daemon's \
               folder.",
        why: "Which program runs depends on the daemon's PATH, which is another one under \
               systemd, in a container and in a shell; script security refuses what it cannot \
               find. keepalived 2.4 warns.",
        instead: "Write the whole path.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /usr/local/bin/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    by_program(subject, |named| {
        let script = named.script;
        let program = &script.program;
        // `$` and `~` are a matter of the shell that is not there.
        if program.starts_with(['/', '$', '~']) {
            return None;
        }
        let label = if program.contains('/') {
            "relative to the folder that the daemon was started in"
        } else {
            "searched along the daemon's PATH"
        };
        Some(
            RULE.at(script.span, format!("'{program}' is no whole path"))
                .with_label(label)
                .with_help(format!("write /…/{}", program.trim_start_matches("./"))),
        )
    })
}
