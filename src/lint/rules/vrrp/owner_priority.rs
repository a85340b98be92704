//! Priority 255 on a router that does not own the addresses.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::OWNER_PRIORITY,
    severity: Severity::Warning,
    page: Page {
        what: "An instance has priority 255, which is kept for the router that owns the virtual \
               addresses.",
        why: "Such a router becomes master at once without listening first, no weight can \
               lower it, and `nopreempt` is ignored: it cannot be drained, and a node that \
               comes back takes over at any price.",
        instead: "Write a priority from 1 to 254. If the addresses are configured on the host all \
               the time, nothing is wrong; check with its facts (`--host`, `--facts`).",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 255
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 254
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let owners = subject.instances().filter(|instance| instance.priority.is_owner());
    owners
        .filter(|owner| subject.keyword_in(owner, "priority").is_some())
        .filter(|owner| {
            let mut addresses = owner.addresses.iter().chain(&owner.excluded);
            !addresses.any(|address| subject.interface_with(address.ip()).is_some())
        })
        .map(|owner| {
            let found = RULE
                .at(owner.priority.span, "priority 255 is for the owner of the addresses")
                .with_label("no weight lowers it, and it always preempts");
            match subject.host {
                Some(_) => found.with_note("none of its addresses is an own one of this host"),
                None => found.with_note("right only if the host has the addresses all the time"),
            }
            .with_help("write 1 to 254")
        })
        .collect()
}
