//! Every node sends its adverts to every other one.

use crate::cluster::hearing::{Obstacle, source};
use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::source::mistaken;
use crate::lint::rules::cluster::{TWO_MASTERS, finding, misses};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_PEERS,
    severity: Severity::Error,
    page: Page {
        what: "A node does not list the address of another one among its `unicast_peer`s.",
        why: "Nobody else carries the adverts there: the other node takes this one for absent \
               and becomes master beside it. With `check_unicast_src` it would refuse them as \
               well.",
        instead: "List the `unicast_src_ip` of every other node in `unicast_peer`, on every node.",
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
        10.77.0.3
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
### c.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 50
    unicast_src_ip 10.77.0.3
    unicast_peer {
        10.77.0.1
        10.77.0.2
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
        10.77.0.3
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
        10.77.0.3
    }
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### c.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 50
    unicast_src_ip 10.77.0.3
    unicast_peer {
        10.77.0.1
        10.77.0.2
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
            let misses = misses(router, from, to);
            let refused =
                misses.iter().any(|why| matches!(why, Obstacle::NotAPeer | Obstacle::Ttl));
            if misses.contains(&Obstacle::NotSent) && !mistaken(router, from) {
                found.push(not_sent(from, to));
            } else if refused && !misses.contains(&Obstacle::NotSent) && !mistaken(router, to) {
                found.push(refuses(from, to, misses.contains(&Obstacle::Ttl)));
            }
        }
    }
    found
}

fn not_sent(from: &Member<'_>, to: &Member<'_>) -> Diagnostic {
    let name = &from.instance.name.value;
    let place = from.place(&["unicast_peer"], &[]);
    let address = source(to.instance).map_or_else(String::new, |source| format!(" {source}"));
    let text = format!("`{name}` on {} does not send its adverts to {}", from.name(), to.name());
    let mut finding =
        finding(&RULE, place, text).with_label(format!("{} lacks{address}", from.name()));
    if let Some(source) = &to.instance.source {
        finding = finding.with_related(to.at(source.span), format!("the address of {}", to.name()));
    }
    finding
        .with_note(format!("{} takes {} for absent: both become master", to.name(), from.name()))
        .with_help("list every other node's `unicast_src_ip` in `unicast_peer`")
}

fn refuses(from: &Member<'_>, to: &Member<'_>, ttl: bool) -> Diagnostic {
    let name = &from.instance.name.value;
    let place = to.place(&["unicast_peer"], &[]);
    let why = if ttl { "TTL is outside its range" } else { "address is none of its peers" };
    let text = format!("`{name}` on {} refuses the adverts of {}", to.name(), from.name());
    finding(&RULE, place, text)
        .with_label(format!("{}'s {why}", from.name()))
        .with_note(TWO_MASTERS)
        .with_help("list every other node's `unicast_src_ip` in `unicast_peer`")
}
