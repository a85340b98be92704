//! All nodes of a virtual router compute checksums in the same way.

use crate::cluster::hearing::Obstacle;
use crate::cluster::{Member, Subject};
use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::ChecksumPolicy;
use crate::lint::rules::cluster::{differ, kept_apart};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::CLUSTER_CHECKSUM,
    severity: Severity::Error,
    page: Page {
        what: "`old_unicast_checksum` or `v3_checksum_as_v2` stands on one node of a VRRPv3 \
               router over IPv4 and not on another one.",
        why: "VRRPv3 knows several forms of the checksum, and a node refuses those that it \
               does not expect (`Invalid VRRPv3 checksum`): at least one takes the other for \
               absent, and both become master.",
        instead: "Write the same checksum options on all nodes, best none.",
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
    v3_checksum_as_v2
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
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let place = |member: &Member<'_>| {
        let keywords = ["old_unicast_checksum", "v3_checksum_as_v2"];
        member.place(&keywords, &["vrrp_v3_checksum_as_v2"])
    };
    let value = |member: &Member<'_>| {
        let form = match member.instance.checksum {
            ChecksumPolicy::Detect | ChecksumPolicy::Standard => "the standard checksum",
            ChecksumPolicy::OldUnicast { .. } => "`old_unicast_checksum`",
            ChecksumPolicy::AsVersion2 => "`v3_checksum_as_v2`",
        };
        form.to_owned()
    };
    kept_apart(subject, Obstacle::Checksum)
        .map(|(one, other)| {
            differ(&RULE, [&one, &other], place, value)
                .with_note("a node refuses forms that it does not expect: both become master")
                .with_help("use the same checksum options on all nodes")
        })
        .collect()
}
