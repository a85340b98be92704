//! A script that somebody else than root can change.

use crate::diag::{Code, Diagnostic, Severity};
use crate::facts::{Entry, EntryKind, Host};
use crate::lint::rules::scripts::{by_program, runner};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SCRIPT_UNSAFE,
    severity: Severity::Warning,
    page: Page {
        what: "A script runs as root, and somebody else than root can write to it, or to a \
               folder on its path.",
        why: "Whoever can write there becomes root at the next transition. With \
               `enable_script_security` keepalived disables the script, silently for notify \
               scripts; without it the script runs.",
        instead: "Give the script and the folders above it to root, writable by nobody else \
               (`chown root: …; chmod go-w …`), or run the script as another user with \
               `script_user`.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /opt/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "paths": [{"path": "/", "kind": "directory", "mode": "0755"}, {"path": "/opt", "kind": "directory", "mode": "0777"}, {"path": "/opt/up.sh", "kind": "file", "mode": "0755"}]}
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

const SET_UID: u32 = 0o4000;
const STICKY: u32 = 0o1000;

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(host) = subject.host else { return Vec::new() };
    let security = subject.config.global.script_security;
    by_program(subject, |named| {
        let script = named.script;
        let (real, entry) = host.entry(&script.program)?;
        if entry.kind != EntryKind::File {
            return None;
        }
        let set_uid_root = entry.mode & SET_UID != 0 && entry.uid == 0;
        let as_root = runner(subject, host, named).is_some_and(|who| who.uid == 0);
        if !(as_root || set_uid_root) {
            return None;
        }
        let elements = host.elements(&script.program).chain(host.elements(real));
        let (path, why) = elements
            .filter(|(_, entry)| !matches!(entry.kind, EntryKind::Link { .. }))
            .find_map(|(path, entry)| Some((path, weakness(host, entry)?)))?;
        let severity = if security { Severity::Error } else { Severity::Warning };
        let wording = format!("Unsafe permissions found for script '{}'.", script.program);
        let note = if security {
            "with `enable_script_security` the script is disabled"
        } else {
            "the script runs as root all the same: `enable_script_security` is not set"
        };
        let text = format!("{} runs as root, and not only root can change it", script.program);
        let found = RULE
            .at(script.span, text)
            .with_label(format!("{path} {why}"))
            .with_note(note)
            .with_wording(wording)
            .with_help(format!("chown root:root {path}; chmod go-w {path}"));
        Some(Diagnostic { severity, ..found })
    })
}

/// Who besides root can change what stands there.
fn weakness(host: &Host, entry: &Entry) -> Option<String> {
    let mode = entry.mode;
    let sticky = entry.kind == EntryKind::Directory && mode & STICKY != 0;
    if entry.uid != 0 {
        let known = host.users.iter().find(|(_, user)| user.is_some_and(|u| u.uid == entry.uid));
        let owner = known.map_or_else(|| format!("user {}", entry.uid), |(name, _)| name.clone());
        return Some(format!("belongs to {owner}"));
    }
    if sticky {
        return None;
    }
    if mode & 0o002 != 0 {
        return Some(format!("is writable by everybody ({mode:04o})"));
    }
    if mode & 0o020 != 0 && entry.gid != 0 {
        return Some(format!("is writable by group {} ({mode:04o})", entry.gid));
    }
    None
}
