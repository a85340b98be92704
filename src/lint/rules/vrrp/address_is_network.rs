//! A virtual address that is the address of its network.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::ADDRESS_IS_NETWORK,
    severity: Severity::Error,
    page: Page {
        what: "A virtual address is the address of its network: all host bits are zero.",
        why: "Hosts and routers do not take packets for it as packets for a host, and old \
               stacks answer them as a broadcast. Usually the network was written in place of \
               the address. keepalived sets it without a word.",
        instead: "Write the address of a host of the network.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.0/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let wrong = subject.addresses().filter(|(_, address)| address.net.is_network());
    wrong
        .map(|(_, address)| {
            let net = address.net;
            let found = RULE
                .at(address.span, format!("{} is the address of a network", net.address()))
                .with_label(format!("no host of {net}"));
            if net.address().is_ipv6() {
                // Routers answer on it (RFC 4291 section 2.6.1); it may be meant.
                let text = "in IPv6 it is the anycast address of the subnet's routers";
                return Diagnostic { severity: Severity::Warning, ..found.with_note(text) };
            }
            found.with_help("write the address of a host")
        })
        .collect()
}
