//! A virtual address that is in no subnet of its interface.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Family;

pub(super) const RULE: Rule = Rule {
    code: Code::ADDRESS_OUTSIDE_SUBNETS,
    severity: Severity::Note,
    page: Page {
        what: "A virtual address is in no subnet of the interface that it is set on.",
        why: "Hosts of the LAN reach it only through a router or a route of their own. Often \
               it is on purpose; otherwise it is a slip in the address or the interface.",
        instead: "Write an address of the subnet, or name the interface with `dev`.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        198.51.100.10/24
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
    let Some(network) = subject.network() else { return Vec::new() };
    subject
        .addresses()
        .filter_map(|(instance, address)| {
            let name = address.interface.as_ref().or(instance.interface.as_deref())?;
            let interface = network.interface(name)?;
            let family = Family::of(address.ip());
            let own = || {
                let own = interface.addresses.iter();
                own.filter(|net| Family::of(net.address()) == family)
            };
            if own().next().is_none() || own().any(|net| net.contains(address.ip())) {
                return None;
            }
            let subnets: Vec<_> = own().map(ToString::to_string).collect();
            let text = format!("{} is in no subnet of {name}", address.ip());
            Some(
                RULE.at(address.span, text)
                    .with_label(format!("{name} has {}", subnets.join(", "))),
            )
        })
        .collect()
}
