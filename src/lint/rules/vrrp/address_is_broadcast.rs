//! A virtual address that is the broadcast address of its network.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::ADDRESS_IS_BROADCAST,
    severity: Severity::Error,
    page: Page {
        what: "A virtual address is the broadcast address of its network: all host bits are \
               one.",
        why: "Every host of the LAN takes packets for it as its own, and none sends one to the \
               master alone. keepalived sets it without a word.",
        instead: "Write the address of a host of the network.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.255/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.254/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let wrong = subject.addresses().filter(|(_, address)| address.net.is_broadcast());
    wrong
        .map(|(_, address)| {
            let net = address.net;
            RULE.at(address.span, format!("{} is a broadcast address", net.address()))
                .with_label(format!("the broadcast address of {net}"))
                .with_help("write the address of a host")
        })
        .collect()
}
