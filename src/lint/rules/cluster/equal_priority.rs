//! Equal priorities leave the choice of the master to the addresses.

use std::net::IpAddr;

use crate::cluster::hearing::source;
use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::{HEALTHY, finding};
use crate::lint::{Page, Raised, Rule};
use crate::units::Priority;

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_EQUAL_PRIORITY,
    severity: Severity::Note,
    page: Page {
        what: "Two nodes have the same priority in one virtual router, and it is the highest \
               one.",
        why: "A master stays master beside an equal backup. If both are master at once \
               (started together, after a partition) the one with the higher address wins, \
               which nobody has chosen.",
        instead: "Give each node its own priority, or leave it so if it does not matter who is \
               master.",
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
    priority 100
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

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (router, election) in subject.routers.iter().zip(&subject.elections) {
        let priority = |index: usize| election.healthy.standings.get(index)?.priority();
        let most = (0..router.members.len()).filter_map(priority).max();
        let best: Vec<&Member<'_>> = router
            .members
            .iter()
            .enumerate()
            .filter(|(index, _)| most.is_some() && priority(*index) == most)
            .map(|(_, member)| member)
            .collect();
        // Two owners are an error of their own.
        let owner = most.is_some_and(Priority::is_owner);
        let (Some((first, rest)), Some(most)) = (best.split_first(), most) else { continue };
        if rest.is_empty() || owner {
            continue;
        }
        let names: Vec<&str> = best.iter().map(|member| member.name()).collect();
        let text = format!(
            "`{}` has priority {most} on {}",
            first.instance.name.value,
            names.join(" and on ")
        );
        let place = |member: &Member<'_>| member.at(member.instance.priority.span);
        let mut finding =
            finding(&RULE, place(first), text).with_label(format!("on {}", first.name()));
        for member in rest {
            finding = finding.with_related(place(member), format!("on {}", member.name()));
        }
        let sources: Option<Vec<IpAddr>> =
            best.iter().map(|member| source(member.instance)).collect();
        let wins = match sources.and_then(|sources| sources.into_iter().max()) {
            Some(address) => format!("the higher address, {address},"),
            None => "the higher address".to_owned(),
        };
        found.push(
            finding.with_note(format!("a master stays; of two that start together {wins} wins")),
        );
    }
    found
}
