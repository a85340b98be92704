//! What goes together on one node goes together on all.

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::tracking::sync_group;
use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::finding;
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_SYNC_GROUPS,
    severity: Severity::Warning,
    page: Page {
        what: "Instances are in one sync group on one node, and are not, or not with the same \
               others, on another one.",
        why: "A sync group leads all its virtual routers or none. Where another node may lead one \
              of them alone, a failure there leaves a router without any master: the grouped node \
              cannot take one half.",
        instead: "Put the same instances into the same `vrrp_sync_group` on all nodes.",
        bad: BAD,
        good: GOOD,
    },
    raised: Raised::Cluster(check),
};

const BAD: &str = "\
### a.conf
vrrp_sync_group BOTH {
    group {
        IN
        OUT
    }
}
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 150
    virtual_ipaddress {
        10.78.0.50/24
    }
}
### b.conf
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.78.0.50/24
    }
}
";

const GOOD: &str = "\
### a.conf
vrrp_sync_group BOTH {
    group {
        IN
        OUT
    }
}
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 150
    virtual_ipaddress {
        10.78.0.50/24
    }
}
### b.conf
vrrp_sync_group BOTH {
    group {
        IN
        OUT
    }
}
vrrp_instance IN {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
vrrp_instance OUT {
    interface eth1
    virtual_router_id 52
    priority 100
    virtual_ipaddress {
        10.78.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if subject.nodes.iter().all(|node| node.config.sync_groups.is_empty()) {
        return found;
    }
    // Routers that several nodes have, by node and instance.
    let shared = subject.routers.iter().enumerate().filter(|(_, it)| it.members.len() > 1);
    let places: BTreeMap<(usize, &str), usize> = shared
        .flat_map(|(router, found)| {
            let members = found.members.iter();
            members.map(move |it| ((it.position, it.instance.name.value.as_str()), router))
        })
        .collect();
    let together = |member: &Member<'_>| -> BTreeSet<usize> {
        let group = sync_group(member.node, member.instance);
        let members = group.into_iter().flat_map(|group| &group.members);
        let routers: BTreeSet<usize> = members
            .filter_map(|name| places.get(&(member.position, name.value.as_str())).copied())
            .collect();
        // Alone in a group is as good as in none.
        if routers.len() > 1 { routers } else { BTreeSet::new() }
    };
    let mut told = BTreeSet::new();
    for router in &subject.routers {
        for (odd, usual) in router.odd_ones(|member| Some(together(member))) {
            let groups = (together(&odd), together(&usual));
            if told.insert((odd.position, usual.position, groups)) {
                found.push(tell(&odd, &usual));
            }
        }
    }
    found
}

fn tell(odd: &Member<'_>, usual: &Member<'_>) -> Diagnostic {
    let name = &odd.instance.name.value;
    let group = |member: &Member<'_>| {
        let group = sync_group(member.node, member.instance);
        match group {
            Some(group) => (
                member.at(group.name.span),
                format!("in `{}` on {}", group.name.value, member.name()),
            ),
            None => {
                (member.at(member.instance.name.span), format!("in no group on {}", member.name()))
            }
        }
    };
    let text =
        format!("`{name}` goes together with others on {} than on {}", odd.name(), usual.name());
    let ((here, ours), (there, theirs)) = (group(odd), group(usual));
    finding(&RULE, here, text)
        .with_label(ours)
        .with_related(there, theirs)
        .with_note("a sync group leads all its routers or none: a failure may leave one to nobody")
        .with_help("put the same instances into the group on all nodes")
}
