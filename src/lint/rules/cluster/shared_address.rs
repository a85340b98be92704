//! One address belongs to one virtual router.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Instance;
use crate::lint::rules::cluster::{HEALTHY, finding};
use crate::lint::{Page, Raised, Rule};
use crate::units::Span;

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_SHARED_ADDRESS,
    severity: Severity::Error,
    page: Page {
        what: "Two different virtual routers, on different nodes, hold the same address.",
        why: "Each has a master of its own, so two nodes answer for the address.",
        instead: "Take the address out of one of them; if they are meant to be one router, give \
               them one VRID and one name.",
        bad: BAD,
        good: HEALTHY,
    },
    raised: Raised::Cluster(check),
};

const BAD: &str = "\
### a.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance DB {
    interface eth0
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.77.0.60/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance DB {
    interface eth0
    virtual_router_id 52
    priority 150
    virtual_ipaddress {
        10.77.0.60/24
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<IpAddr, Vec<Holder<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for (router, members) in subject.routers.iter().enumerate() {
        for member in &members.members {
            let Instance { addresses, excluded, .. } = member.instance;
            for address in addresses.iter().chain(excluded) {
                let holders = seen.entry(address.value.ip()).or_default();
                let holder = Holder { router, member: *member, span: member.at(address.span) };
                // Two on one node are told when that file is checked.
                let told = holders.iter().any(|other| other.router == router);
                let rival = holders.iter().find(|other| {
                    other.router != router && other.member.position != member.position
                });
                if let (false, Some(rival)) = (told, rival) {
                    found.push(tell(address.value.ip(), rival, &holder));
                }
                holders.push(holder);
            }
        }
    }
    found
}

struct Holder<'a> {
    router: usize,
    member: Member<'a>,
    span: Span,
}

fn tell(address: IpAddr, first: &Holder<'_>, second: &Holder<'_>) -> Diagnostic {
    let called = |holder: &Holder<'_>| {
        format!("`{}` on {}", holder.member.instance.name.value, holder.member.name())
    };
    let text = format!("{address} is held by {} and by {}", called(first), called(second));
    finding(&RULE, second.span, text)
        .with_label(called(second))
        .with_related(first.span, called(first))
        .with_note("they are different virtual routers: each has a master, which answers for it")
        .with_help("take the address out of one of them")
}
