//! A virtual address that the host has anyway.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::ADDRESS_OF_THE_HOST,
    severity: Severity::Error,
    page: Page {
        what: "A virtual address is one of the host's own addresses, and the priority is not \
               255.",
        why: "The host answers on the address whether it is master or not, beside the router \
               that leads; and when it stops leading, the address is removed from it, with \
               everything that hangs on it. Addresses that keepalived itself has set are not \
               counted.",
        instead: "Take another address, or, if the host shall own it, write `priority 255`.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.1/24
    }
}
### facts.json
{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["192.0.2.1/24"]}]}
"#,
        good: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["192.0.2.1/24"]}]}
"#,
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let others = subject.addresses().filter(|(instance, _)| !instance.priority.is_owner());
    others
        .filter_map(|(instance, address)| {
            let on = subject.interface_with(address.ip())?;
            let text = format!("{} is an address of this host", address.ip());
            let found = RULE
                .at(address.span, text)
                .with_label(format!("on {} all the time", on.name))
                .with_note("the host answers on it as a backup, too")
                .with_help("take another address, or write `priority 255` on its owner");
            Some(found.with_related(instance.priority.span, "this is not 255"))
        })
        .collect()
}
