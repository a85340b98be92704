//! All nodes of a virtual router hold the same addresses.

use std::net::IpAddr;

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::{Instance, VirtualAddress};
use crate::lint::rules::cluster::{HEALTHY, finding};
use crate::lint::{Page, Raised, Rule};
use crate::units::{Span, Spanned};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_ADDRESSES,
    severity: Severity::Error,
    page: Page {
        what: "The addresses of a virtual router are not the same on two nodes.",
        why: "The nodes elect one master, but which addresses exist depends on who it is: at a \
               fail-over some disappear. keepalived before 2.3 also refuses adverts with \
               another list, and then both nodes are master.",
        instead: "List the same addresses in `virtual_ipaddress` and in \
               `virtual_ipaddress_excluded` on all nodes.",
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
        10.77.0.51/24
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
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let held = |member: &Member<'_>| {
        let Instance { addresses, excluded, .. } = member.instance;
        Some([sorted(addresses), sorted(excluded)])
    };
    subject.odd_ones(held).map(|(odd, usual)| compare(&odd, &usual)).collect()
}

fn sorted(list: &[Spanned<VirtualAddress>]) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = list.iter().map(|address| address.value.ip()).collect();
    addresses.sort_unstable();
    addresses
}

fn compare(odd: &Member<'_>, usual: &Member<'_>) -> Diagnostic {
    let name = &odd.instance.name.value;
    let text = format!("`{name}` has other addresses on {} than on {}", odd.name(), usual.name());
    let mut marks = only_in(odd, usual);
    marks.extend(only_in(usual, odd));
    let mut marks = marks.into_iter();
    let mut found = match marks.next() {
        Some((span, label)) => finding(&RULE, span, text).with_label(label),
        None => finding(&RULE, odd.at(odd.instance.name.span), text),
    };
    for (span, label) in marks {
        found = found.with_related(span, label);
    }
    found
        .with_note("which addresses exist depends on who is master: at a fail-over some are lost")
        .with_help("list the same addresses on all nodes")
}

/// Addresses that one member has and the other has not, or has in the other list.
fn only_in(one: &Member<'_>, other: &Member<'_>) -> Vec<(Span, String)> {
    let lists = |member: &Member<'_>| {
        let Instance { addresses, excluded, .. } = member.instance;
        [sorted(addresses), sorted(excluded)]
    };
    let [advertised, silent] = lists(other);
    let listed = one.instance.addresses.iter().map(|address| (address, true));
    let excluded = one.instance.excluded.iter().map(|address| (address, false));
    let mut marks = Vec::new();
    for (address, is_advertised) in listed.chain(excluded) {
        let ip = address.value.ip();
        let (same, opposite) =
            if is_advertised { (&advertised, &silent) } else { (&silent, &advertised) };
        if same.contains(&ip) {
            continue;
        }
        let label = if opposite.contains(&ip) {
            let verb = if is_advertised { "not advertised" } else { "advertised" };
            format!("{verb} by {}", other.name())
        } else {
            format!("{} does not have {ip}", other.name())
        };
        marks.push((one.at(address.span), label));
    }
    marks
}
