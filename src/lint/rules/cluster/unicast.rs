//! All nodes of a virtual router use multicast, or all use unicast.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Transport;
use crate::lint::rules::cluster::{TWO_MASTERS, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_UNICAST,
    severity: Severity::Error,
    page: Page {
        what: "One node sends the adverts of a virtual router to its `unicast_peer`s, another \
               one to the multicast group.",
        why: "A router that expects unicast refuses multicast and the other way round. Each \
               node takes the other for absent: both become master. keepalived says nothing.",
        instead: "Give `unicast_src_ip` and `unicast_peer` on every node, or on none.",
        bad: BAD,
        good: GOOD,
    },
    raised: Raised::Cluster(check),
};

const BAD: &str = "\
### a.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 150
    unicast_src_ip 10.77.0.1
    unicast_peer {
        10.77.0.2
    }
    virtual_ipaddress {
        10.77.0.50/24
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

const GOOD: &str = "\
### a.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 150
    unicast_src_ip 10.77.0.1
    unicast_peer {
        10.77.0.2
    }
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    unicast_src_ip 10.77.0.2
    unicast_peer {
        10.77.0.1
    }
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let way = |member: &Member<'_>| match member.instance.transport {
        Transport::Unicast { .. } => "unicast",
        Transport::Multicast { .. } => "multicast",
    };
    let place = |member: &Member<'_>| member.place(&["unicast_peer"], &[]);
    subject
        .odd_ones(|member| Some(way(member)))
        .map(|(odd, usual)| {
            differ(&RULE, [&odd, &usual], place, |member| way(member).to_owned())
                .with_note(TWO_MASTERS)
                .with_help("give `unicast_peer` on all nodes, or on none")
        })
        .collect()
}
