//! Scripts: would they run, as whom, and who could change them?

mod clear_text_password;
mod script_missing;
mod script_not_executable;
mod script_security_off;
mod script_unsafe;
mod script_user;
mod script_without_path;
mod shell_syntax;

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::facts::Host;
use crate::ir::ScriptUse;
use crate::lint::{Rule, Subject};

pub(super) static RULES: &[Rule] = &[
    script_user::RULE,
    script_missing::RULE,
    shell_syntax::RULE,
    script_without_path::RULE,
    script_not_executable::RULE,
    script_unsafe::RULE,
    clear_text_password::RULE,
    script_security_off::RULE,
];

/// Who runs a script.
struct Runner {
    name: String,
    uid: u32,
    gid: u32,
}

/// The user of a script: its own, else the default one, else root; `None` if that is not known.
fn runner(subject: &Subject<'_>, host: &Host, named: &ScriptUse<'_>) -> Option<Runner> {
    let global = subject.config.global.script_user.as_ref().map(|user| &user.value);
    let Some(named) = named.user.or(global) else {
        let usual = "keepalived_script";
        return match host.users.get(usual) {
            Some(Some(user)) => Some(Runner { name: usual.into(), uid: user.uid, gid: user.gid }),
            _ => Some(Runner { name: "root".into(), uid: 0, gid: 0 }),
        };
    };
    let user = (*host.users.get(&named.user)?)?;
    let gid = match &named.group {
        Some(group) => (*host.groups.get(group)?)?,
        None => user.gid,
    };
    Some(Runner { name: named.user.clone(), uid: user.uid, gid })
}

/// A finding for the first use of each program; a note counts the others.
fn by_program(
    subject: &Subject<'_>,
    find: impl Fn(&ScriptUse<'_>) -> Option<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut found: BTreeMap<_, (Diagnostic, usize)> = BTreeMap::new();
    for named in subject.config.script_uses() {
        let Some(finding) = find(&named) else { continue };
        let key = (named.script.program.as_str(), finding.message.clone());
        found.entry(key).and_modify(|(_, more)| *more += 1).or_insert((finding, 0));
    }
    let told = |(finding, more): (Diagnostic, usize)| match more {
        0 => finding,
        _ => finding.with_note(format!("{more} more lines name the same program")),
    };
    found.into_values().map(told).collect()
}
