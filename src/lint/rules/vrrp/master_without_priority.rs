//! `state MASTER` without `priority`.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Instance;
use crate::lint::{Page, Raised, Rule, Subject};
use crate::schema::{self, Block};

pub(super) const RULE: Rule = Rule {
    code: Code::MASTER_WITHOUT_PRIORITY,
    severity: Severity::Warning,
    page: Page {
        what: "An instance has `state MASTER` and no `priority`.",
        why: "keepalived then gives it priority 255, as if it owned the addresses: it takes \
               over without listening, no weight lowers it, and it cannot be drained.",
        instead: "Write `priority`, for instance 150 on the one and 100 on the other router.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state MASTER
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state MASTER
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject
        .instances()
        .filter(|own| own.priority.is_owner() && own.initial_state.is_master())
        .filter(|own| subject.keyword_in(own, "priority").is_none())
        .filter(|own| !misspelt(subject, own))
        .filter_map(|own| {
            let state = subject.keyword_in(own, "state")?;
            Some(
                RULE.at(state, "`state MASTER` without `priority`")
                    .with_label("the priority becomes 255, that of an owner")
                    .with_related(own.name.span, "this instance")
                    .with_help("write `priority 150`, or any from 1 to 254"),
            )
        })
        .collect()
}

/// True if an unknown keyword of the instance may well be `priority`: it has a finding of its own.
fn misspelt(subject: &Subject<'_>, own: &Instance) -> bool {
    let block = subject.instance_block(&own.name).and_then(|top| top.block.as_ref());
    block.into_iter().flat_map(|block| &block.statements).any(|statement| {
        let word = statement.keyword();
        schema::keyword(Block::VrrpInstance, word).is_none()
            && schema::suggestions(Block::VrrpInstance, word).contains(&"priority")
    })
}
