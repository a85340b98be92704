//! One virtual address in two instances.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::ADDRESS_OF_TWO_INSTANCES,
    severity: Severity::Error,
    page: Page {
        what: "The same virtual address is listed in two instances.",
        why: "Each instance elects its own master, and each master takes the address: as soon as \
              two nodes lead one of them each, both answer for it. On one node, the instance that \
              leaves MASTER removes the address under the other one. keepalived says nothing.",
        instead: "List the address in one instance. To keep several instances on one node \
                  together, put them into a `vrrp_sync_group`.",
        bad: "vrrp_instance A {\n    interface eth0\n    virtual_router_id 51\n    \
              virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance B {\n    \
              interface eth0\n    virtual_router_id 52\n    virtual_ipaddress {\n        \
              192.0.2.10/24\n    }\n}\n",
        good: "vrrp_instance A {\n    interface eth0\n    virtual_router_id 51\n    \
               virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\nvrrp_instance B {\n    \
               interface eth0\n    virtual_router_id 52\n    virtual_ipaddress {\n        \
               192.0.2.11/24\n    }\n}\n",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut known = BTreeMap::new();
    for (index, instance) in subject.instances().enumerate() {
        for address in instance.addresses.iter().chain(&instance.excluded) {
            let own = instance.interface.as_ref().map(|interface| &interface.value);
            let on = address.interface.as_ref().or(own);
            let first = *known.entry((address.ip(), on)).or_insert((index, instance, address.span));
            let (first_index, other, span) = first;
            if first_index != index {
                found.push(
                    RULE.at(
                        address.span,
                        format!("{} is an address of two instances", address.ip()),
                    )
                    .with_label(format!("`{}` has it too", instance.name.value))
                    .with_related(span, format!("first listed in `{}`", other.name.value))
                    .with_note("each elects a master of its own: two nodes may hold it at once")
                    .with_help("list it in one instance"),
                );
            }
        }
    }
    found
}
