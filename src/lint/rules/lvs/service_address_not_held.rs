//! Services on addresses that no instance moves.

use std::collections::BTreeSet;

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::Service;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SERVICE_ADDRESS_NOT_HELD,
    severity: Severity::Note,
    page: Page {
        what: "No `vrrp_instance` of the file has the address of a virtual server.",
        why: "When this host becomes master it gets no traffic for the service, unless the \
              address is on it for another reason. With several instances in the file that is \
              often a slip.",
        instead: "Add the address to `virtual_ipaddress`, or correct it.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}

virtual_server 192.0.2.80 80 {
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
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.80/24
    }
}

virtual_server 192.0.2.80 80 {
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
    let held: BTreeSet<_> = subject.addresses().map(|(_, address)| address.net.address()).collect();
    if held.is_empty() {
        return Vec::new(); // addresses are moved by something else
    }
    let mut found = Vec::new();
    for server in &subject.config.virtual_servers {
        let Service::Address { ip, .. } = server.service.value else { continue };
        let on_host = subject.interface_with(ip).is_some();
        if !held.contains(&ip) && !on_host {
            found.push(
                RULE.at(server.span(), format!("no instance of this file holds {ip}"))
                    .with_label("who brings packets for it here?"),
            );
        }
    }
    found
}
