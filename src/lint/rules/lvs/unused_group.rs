//! Groups that no virtual server uses.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::UNUSED_GROUP,
    severity: Severity::Warning,
    page: Page {
        what: "No virtual server uses a `virtual_server_group`.",
        why: "Its addresses are not served. Often the name is misspelt in one of the two places.",
        instead: "Use the group with `virtual_server group NAME`, or remove it.",
        bad: r"virtual_server_group web {
    192.0.2.80 80
}
",
        good: r"virtual_server_group web {
    192.0.2.80 80
}

virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let users = subject.tree.statements.iter().filter(|top| top.keyword() == "virtual_server");
    let used: Vec<_> = users
        .filter(|user| user.arguments().first().is_some_and(|word| word.text == "group"))
        .filter_map(|user| Some(user.arguments().get(1)?.text.as_str()))
        .collect();
    let unused = subject.config.virtual_server_groups.iter();
    unused
        .filter(|group| !used.contains(&group.name.value.as_str()))
        .map(|group| {
            RULE.at(group.name.span, format!("no virtual server uses the group `{}`", *group.name))
                .with_label("its addresses are not served")
        })
        .collect()
}
