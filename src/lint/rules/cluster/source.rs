//! A node advertises from the address that the others list.

use crate::cluster::hearing::{Obstacle, strangers};
use crate::cluster::{Member, Router, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Transport;
use crate::lint::rules::cluster::{finding, misses};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_SOURCE,
    severity: Severity::Error,
    page: Page {
        what: "The `unicast_src_ip` of a node is not the address that another node lists for it \
               in `unicast_peer`.",
        why: "Adverts go to an address at which nobody listens for them: the node does not \
               hear the other one and becomes master beside it. Only the other side logs \
               anything.",
        instead: "Write one address for each node: as its `unicast_src_ip`, and in `unicast_peer` \
               of all others.",
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
    unicast_src_ip 10.77.0.22
    unicast_peer {
        10.77.0.1
    }
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
    let mut found = Vec::new();
    for router in &subject.routers {
        for (from, to) in router.both_ways() {
            if mistaken(router, from) && misses(router, from, to).contains(&Obstacle::NotSent) {
                found.extend(compare(router, from, to));
            }
        }
    }
    found
}

/// The member lists an address that is none of the given nodes', and lacks one that is: more likely
/// a wrong address than a forgotten one.
pub(super) fn mistaken(router: &Router<'_>, member: &Member<'_>) -> bool {
    let lacking = |other: &&Member<'_>| {
        other.position != member.position
            && misses(router, member, other).contains(&Obstacle::NotSent)
    };
    router.members.iter().any(|other| lacking(&other))
        && strangers(member.instance, &router.members).next().is_some()
}

fn compare(router: &Router<'_>, from: &Member<'_>, to: &Member<'_>) -> Option<Diagnostic> {
    let source = to.instance.source.as_ref()?;
    let stranger = strangers(from.instance, &router.members).next()?;
    let Transport::Unicast { peers, .. } = &from.instance.transport else { return None };
    let listed = peers.iter().find(|peer| peer.value.address == stranger)?;
    let name = &to.instance.name.value;
    let text = format!(
        "`{name}` on {} advertises from {}, which {} does not list",
        to.name(),
        source.value,
        from.name()
    );
    Some(
        finding(&RULE, to.at(source.span), text)
            .with_label(format!("{} on {}", source.value, to.name()))
            .with_related(from.at(listed.span), format!("{} sends to {stranger}", from.name()))
            .with_note(format!(
                "{} does not hear {}: it becomes master beside it",
                to.name(),
                from.name()
            ))
            .with_help("write the same address in both places"),
    )
}
