//! A router that is listed as its own peer.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::{Instance, Peer, Transport};
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Spanned;

pub(super) const RULE: Rule = Rule {
    code: Code::OWN_ADDRESS_AS_PEER,
    severity: Severity::Error,
    page: Page {
        what: "A line of `unicast_peer` is an address of this router: its source, an own \
               address of the host, or a virtual address.",
        why: "The router sends its adverts to itself. Often the same list of peers was copied \
               to every node; the check of sources and TTLs then lets through what it should \
               stop, and a virtual address as a peer reaches whoever is master.",
        instead: "List the addresses of the other routers only.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    unicast_src_ip 192.0.2.1
    unicast_peer {
        192.0.2.1
        192.0.2.2
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    unicast_src_ip 192.0.2.1
    unicast_peer {
        192.0.2.2
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for instance in subject.instances() {
        if let Transport::Unicast { peers, .. } = &instance.transport {
            found.extend(peers.iter().filter_map(|peer| finding(subject, instance, peer)));
        }
    }
    found
}

fn finding(subject: &Subject<'_>, own: &Instance, peer: &Spanned<Peer>) -> Option<Diagnostic> {
    let address = peer.address;
    if let Some(source) = own.source.as_ref().filter(|source| source.value == address) {
        let text = format!("{address} is this router's own address");
        return Some(
            RULE.at(peer.span, text)
                .with_label("it would send adverts to itself")
                .with_related(source.span, "its source")
                .with_help("list the other routers only"),
        );
    }
    let mut virtual_ones = own.addresses.iter().chain(&own.excluded);
    if let Some(listed) = virtual_ones.find(|listed| listed.ip() == address) {
        let text = format!("{address} is a virtual address of this instance");
        return Some(
            RULE.at(peer.span, text)
                .with_label("no peer: it moves from router to router")
                .with_related(listed.span, "listed here")
                .with_help("list the own addresses of the other routers"),
        );
    }
    let on = subject.interface_with(address)?;
    let text = format!("{address} is an address of this host");
    Some(
        RULE.at(peer.span, text)
            .with_label(format!("on {}: it would send adverts to itself", on.name))
            .with_help("list the other routers only"),
    )
}
