//! One virtual router meets in one multicast group.

use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Transport;
use crate::lint::rules::cluster::{HEALTHY, TWO_MASTERS, differ};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_GROUP,
    severity: Severity::Error,
    page: Page {
        what: "Two nodes send the adverts of one virtual router to different multicast groups.",
        why: "A router hears only the group that it has joined. Each node takes the other for \
               absent: both become master. keepalived says nothing.",
        instead: "Write the same `vrrp_mcast_group4`, `vrrp_mcast_group6` or `mcast_dst_ip` on all \
               nodes, or none.",
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
### b.conf
global_defs {
    vrrp_mcast_group4 224.0.0.19
}
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
    let group = |member: &Member<'_>| match member.instance.transport {
        Transport::Multicast { group } => Some(group),
        Transport::Unicast { .. } => None,
    };
    let place = |member: &Member<'_>| {
        member.place(&["mcast_dst_ip"], &["vrrp_mcast_group4", "vrrp_mcast_group6"])
    };
    let value = |member: &Member<'_>| {
        group(member).map_or_else(String::new, |group| format!("multicast group {group}"))
    };
    subject
        .odd_ones(group)
        .map(|(odd, usual)| {
            differ(&RULE, [&odd, &usual], place, value)
                .with_note(TWO_MASTERS)
                .with_help("use one multicast group on all nodes")
        })
        .collect()
}
