//! A source address that the host does not have.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SOURCE_NOT_ON_HOST,
    severity: Severity::Error,
    page: Page {
        what: "`unicast_src_ip` or `mcast_src_ip` is no address of the host.",
        why: "Adverts cannot be sent from it: the instance stays in FAULT, or the peers, which \
               list another address, drop what comes. Often the file of the other node was \
               copied.",
        instead: "Write an address that `ip addr` shows on the instance's interface.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    mcast_src_ip 192.0.2.2
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### facts.json
{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["192.0.2.1/24"]}]}
"#,
        good: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    mcast_src_ip 192.0.2.1
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
        .instances()
        .filter_map(|instance| {
            let source = instance.source.as_ref()?;
            if subject.interface_with(source.value).is_some() {
                return None;
            }
            let mut found = RULE
                .at(source.span, format!("{} is no address of this host", source.value))
                .with_label("adverts cannot be sent from it");
            let interface = instance.interface.as_ref().and_then(|own| network.interface(own));
            if let Some(interface) = interface {
                let own = interface.addresses.iter().map(|net| net.address());
                let own: Vec<_> = own
                    .filter(|own| own.is_ipv4() == source.value.is_ipv4())
                    .map(|own| own.to_string())
                    .collect();
                let own = if own.is_empty() { "none".to_owned() } else { own.join(", ") };
                found = found.with_help(format!("{} has {own}", interface.name));
            }
            Some(found)
        })
        .collect()
}
