//! Something to track that nothing tracks.

use std::collections::BTreeSet;

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};
use crate::syntax::Statement;
use crate::units::Spanned;

pub(super) const RULE: Rule = Rule {
    code: Code::UNUSED_TRACKED_OBJECT,
    severity: Severity::Warning,
    page: Page {
        what: "A `vrrp_script`, `track_file`, `vrrp_track_process` or `bfd_instance` that no \
               instance, group or checker names.",
        why: "The script is never run, and its failure changes nothing. Usually the \
               `track_script` block was forgotten.",
        instead: "Name it in the instances that depend on it, or remove it.",
        bad: r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

/// What names a tracked object, in its lines or behind it.
const NAMING: &[&str] = &["track_script", "track_file", "track_process", "track_bfd", "name"];

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let config = subject.config;
    let objects: [(&str, Vec<&Spanned<String>>); 4] = [
        ("track_script", config.vrrp_scripts.iter().map(|object| &object.name).collect()),
        ("track_file", config.track_files.iter().map(|object| &object.name).collect()),
        ("track_process", config.track_processes.iter().map(|object| &object.name).collect()),
        ("track_bfd", config.bfd_instances.iter().map(|object| &object.name).collect()),
    ];
    if objects.iter().all(|(_, names)| names.is_empty()) {
        return Vec::new();
    }
    let used = used(&subject.tree.statements);
    let mut found = Vec::new();
    for (list, names) in objects {
        let idle = names.into_iter().filter(|name| !used.contains(name.value.as_str()));
        found.extend(idle.map(|name| {
            RULE.at(name.span, format!("nothing tracks `{}`", name.value))
                .with_label("it has no effect")
                .with_help(format!("name it in `{list} {{ … }}` of an instance, or remove it"))
        }));
    }
    found
}

/// Every name that stands where something is tracked, at any depth.
fn used(statements: &[Statement]) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    // The definitions of the top level bear their own names.
    let mut waiting: Vec<&Statement> = blocks(statements).collect();
    while let Some(statement) = waiting.pop() {
        if NAMING.contains(&statement.keyword()) {
            used.extend(statement.arguments().iter().map(|word| word.text.as_str()));
            used.extend(blocks(std::slice::from_ref(statement)).map(Statement::keyword));
        }
        waiting.extend(blocks(std::slice::from_ref(statement)));
    }
    used
}

fn blocks(statements: &[Statement]) -> impl Iterator<Item = &Statement> {
    statements
        .iter()
        .flat_map(|statement| statement.block.iter().flat_map(|block| &block.statements))
}
