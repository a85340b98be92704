//! A failure that is meant to move the master moves it.

use crate::cluster::election::Row;
use crate::cluster::tracking::{Failure, Kind};
use crate::cluster::{Member, Router, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Preemption;
use crate::lint::rules::cluster::finding;
use crate::lint::{Page, Raised, Rule};
use crate::units::Priority;

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_CANNOT_FAIL_OVER,
    severity: Severity::Warning,
    page: Page {
        what: "A check of the master lowers its priority when it fails, but not by enough: the \
               same node stays master.",
        why: "The check runs, fails, is logged, and nothing happens. Equal is not enough either: \
              a backup takes over only from a master of lower priority. And a backup with \
              `nopreempt` never takes over from a master that still advertises, whatever its \
              priority.",
        instead: "Make the weight greater than the difference of the priorities, or leave it out: \
                  without a weight a failed check puts the instance into FAULT, which always \
                  moves the master. Where `nopreempt` stands, leave the weight out.",
        bad: BAD,
        good: GOOD,
    },
    raised: Raised::Cluster(check),
};

const BAD: &str = "\
### a.conf
vrrp_script chk_web {
    script /usr/bin/true
    interval 2
    weight -20
}
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
    track_script {
        chk_web
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
vrrp_script chk_web {
    script /usr/bin/true
    interval 2
    weight -60
}
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        10.77.0.50/24
    }
    track_script {
        chk_web
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
        let master = election.healthy.master.only();
        let member = master.and_then(|index| router.members.get(index).zip(Some(index)));
        let Some((master, index)) = member.filter(|_| router.members.len() > 1) else { continue };
        for row in election.rows.iter().filter(|row| row.node == master.position) {
            let stays = row.outcome.master.only() == Some(index);
            let (before, after) =
                (election.healthy.standings.get(index), row.outcome.standings.get(index));
            let before = before.and_then(|standing| standing.priority());
            let after = after.and_then(|standing| standing.priority());
            // A file may hold any number: how far it lowers the priority is not written here.
            let is_file = matches!(row.failure, Failure::Thing { kind: Kind::File { .. }, .. });
            if let (Some(before), Some(after)) = (before, after)
                && stays
                && after < before
                && row.together_with.is_empty()
                && !is_file
            {
                found.push(tell(router, master, row, (before, after)));
            }
        }
    }
    found
}

fn tell(
    router: &Router<'_>,
    master: &Member<'_>,
    row: &Row,
    (before, after): (Priority, Priority),
) -> Diagnostic {
    let name = &master.instance.name.value;
    let text = format!(
        "`{name}` stays on {} although its priority falls from {before} to {after}: {}",
        master.name(),
        row.failure
    );
    let standings = router.members.iter().zip(&row.outcome.standings);
    let rival = standings
        .filter(|(member, _)| member.position != master.position)
        .filter_map(|(member, standing)| Some((standing.priority()?, member)))
        .max_by_key(|(priority, _)| *priority);
    let mut finding = finding(&RULE, master.tracked(&row.failure), text)
        .with_label(format!("{after} on {}", master.name()));
    if let Some((priority, rival)) = rival {
        let span = rival.at(rival.instance.priority.span);
        let label = format!("{priority} on {}", rival.name());
        finding = finding.with_related(span, label);
        finding = finding.with_note(if priority == after {
            "a backup of the same priority leaves the master alone".to_owned()
        } else if priority > after && rival.instance.preemption == Preemption::Never {
            format!(
                "{} has `nopreempt`: it never takes over from a master that advertises",
                rival.name()
            )
        } else {
            format!("{after} is still the highest priority")
        });
        finding = finding.with_help(
            match before.get().checked_sub(priority.get()).filter(|_| priority <= after) {
                Some(difference) => format!(
                    "lower it by more than {difference}, or leave the weight out: then the failure \
                     means FAULT"
                ),
                None => "leave the weight out: then the failure means FAULT".to_owned(),
            },
        );
    }
    finding
}
