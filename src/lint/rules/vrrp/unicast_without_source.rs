//! Unicast peers without a source address.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Transport;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::UNICAST_WITHOUT_SOURCE,
    severity: Severity::Note,
    page: Page {
        what: "An instance has unicast peers, and no `unicast_src_ip`.",
        why: "Adverts leave with whatever address the interface has first. If that is not the \
               one that the peers list, a peer that checks sources drops them, and both lead.",
        instead: "Write `unicast_src_ip` with the address that the other routers list as their \
               peer.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    unicast_peer {
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
    subject
        .instances()
        .filter_map(|instance| {
            let Transport::Unicast { peers, .. } = &instance.transport else { return None };
            let first = peers.first()?;
            if instance.source.is_some() {
                return None;
            }
            let place = subject.keyword_in(instance, "unicast_peer").unwrap_or(first.span);
            Some(
                RULE.at(place, "unicast peers without `unicast_src_ip`")
                    .with_label("adverts leave with the first address of the interface")
                    .with_help("write the address that the peers list"),
            )
        })
        .collect()
}
