//! In version 3 intervals may differ, but not by much.

use crate::cluster::hearing::is_hasty;
use crate::cluster::{Member, Router, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::rules::cluster::differ;
use crate::lint::{Page, Raised, Rule};
use crate::units::Version;

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_HASTY_BACKUP,
    severity: Severity::Warning,
    page: Page {
        what: "Two nodes have different intervals in a virtual router of version 3.",
        why: "A VRRPv3 backup learns the master's interval, so that the nodes work together. \
               But until it has heard the first advert it goes by its own: a backup whose \
               master-down time is shorter than the master's interval becomes master at each \
               start, and again after each fail-over. With `lower_prio_no_advert` several such \
               backups never come to rest.",
        instead: "Write the same `advert_int` on all nodes.",
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
    version 3
    advert_int 2
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    version 3
    advert_int 0.1
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
    version 3
    advert_int 0.5
    virtual_ipaddress {
        10.77.0.50/24
    }
}
### b.conf
vrrp_instance WEB {
    interface eth0
    virtual_router_id 51
    priority 100
    version 3
    advert_int 0.5
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let interval = |member: &Member<'_>| member.instance.advert_int.value;
    let place = |member: &Member<'_>| member.place(&["advert_int"], &["vrrp_advert_int"]);
    let value = |member: &Member<'_>| format!("an interval of {:?}", interval(member));
    let mut found = Vec::new();
    for router in &subject.routers {
        let odd_ones = router
            .odd_ones(|member| (member.instance.version == Version::V3).then(|| interval(member)));
        for (odd, usual) in odd_ones {
            let (fast, slow) =
                if interval(&odd) < interval(&usual) { (&odd, &usual) } else { (&usual, &odd) };
            let mut finding = differ(&RULE, [&odd, &usual], place, value);
            finding = if is_hasty(fast.instance, slow.instance) {
                finding.with_note(format!(
                    "{} gives up waiting before {} advertises: it becomes master at each start",
                    fast.name(),
                    slow.name()
                ))
            } else {
                finding.with_note("the backup goes by its own interval until it hears the master")
            };
            if slow.instance.lower_prio_no_advert && never_rests(router, slow) {
                finding = finding.with_note(format!(
                    "{} does not answer lesser masters (`lower_prio_no_advert`), and several \
                     backups are that fast: they never come to rest",
                    slow.name()
                ));
            }
            found.push(finding.with_help("use one `advert_int` on all nodes"));
        }
    }
    found
}

/// Two fast backups learn each other's interval, and each gives the slow master up before its next
/// advert.
fn never_rests(router: &Router<'_>, slow: &Member<'_>) -> bool {
    let hasty = router.members.iter().filter(|member| is_hasty(member.instance, slow.instance));
    hasty.count() > 1
}
