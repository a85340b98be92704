//! An interface that the host does not have.

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::{IfName, Span};

pub(super) const RULE: Rule = Rule {
    code: Code::NO_SUCH_INTERFACE,
    severity: Severity::Error,
    page: Page {
        what: "An instance or an address names an interface that the host does not have.",
        why: "keepalived's test ends with 5. A running daemon keeps the instance in FAULT \
               until the interface appears, and older ones end.",
        instead: "Write the name that `ip link` shows, or create the interface before the daemon \
               starts.",
        bad: r#"vrrp_instance VI_1 {
    interface eth1
    virtual_router_id 51
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
    let finding = |name: &IfName, span: Span, user: &str| {
        let names: Vec<_> = network.interfaces.iter().map(|known| known.name.as_str()).collect();
        RULE.at(span, format!("this host has no interface {name}"))
            .with_verdict(Verdict::Counted)
            .with_wording(format!("WARNING - interface {name} for {user} doesn't exist"))
            .with_help(format!("it has {}", names.join(", ")))
    };
    let mut found = Vec::new();
    for instance in subject.instances() {
        let user = format!("vrrp_instance {}", instance.name.value);
        let own = instance.interface.as_ref();
        found.extend(
            own.filter(|own| network.interface(own).is_none())
                .map(|own| finding(own, own.span, &user)),
        );
        for address in instance.addresses.iter().chain(&instance.excluded) {
            let missing = address.interface.as_ref();
            let missing = missing.filter(|name| network.interface(name).is_none());
            found.extend(missing.map(|name| finding(name, address.span, &user)));
        }
    }
    found
}
