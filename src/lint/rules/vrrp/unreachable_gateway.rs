//! A route through a gateway that is on no link.

use std::net::IpAddr;

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Route;
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::{IpNet, Spanned};

pub(super) const RULE: Rule = Rule {
    code: Code::UNREACHABLE_GATEWAY,
    severity: Severity::Warning,
    page: Page {
        what: "The gateway of a virtual or static route is in no subnet of the host, nor of the \
               instance's virtual addresses.",
        why: "The kernel refuses such a route when the router becomes master, and everything \
               that should take it is lost. keepalived's test does not notice.",
        instead: "Write a gateway of a subnet of the host, or `onlink` if it is on the link all \
               the same.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_routes {
        198.51.100.0/24 via 203.0.113.1 dev eth0
    }
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
    virtual_routes {
        198.51.100.0/24 via 192.0.2.254 dev eth0
    }
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
    let host: Vec<IpNet> =
        network.interfaces.iter().flat_map(|interface| interface.addresses.clone()).collect();
    let mut found = Vec::new();
    for instance in subject.instances() {
        let own = instance.addresses.iter().chain(&instance.excluded);
        let nets: Vec<IpNet> = own.map(|address| address.net).chain(host.clone()).collect();
        found.extend(instance.routes.iter().filter_map(|route| finding(route, &nets)));
    }
    let own = subject.config.static_addresses.iter();
    let nets: Vec<IpNet> = own.map(|entry| entry.address.net).chain(host).collect();
    found.extend(subject.config.static_routes.iter().filter_map(|route| finding(route, &nets)));
    found
}

fn finding(route: &Spanned<Route>, nets: &[IpNet]) -> Option<Diagnostic> {
    let single = route.gateway.as_ref().filter(|_| !route.onlink);
    let legs = route.nexthops.iter().filter(|leg| !leg.onlink);
    let gateways = single.into_iter().chain(legs.filter_map(|leg| leg.gateway.as_ref()));
    let lost = gateways.into_iter().find(|gateway| {
        !is_link_local(gateway.value) && !nets.iter().any(|net| net.contains(gateway.value))
    })?;
    let text = format!("the gateway {} is in no subnet of this host", lost.value);
    Some(
        RULE.at(lost.span, text)
            .with_label("the kernel will refuse the route")
            .with_help("write a gateway on the link, or `onlink`"),
    )
}

/// Link-local gateways are on every link.
fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.is_unicast_link_local())
}
