//! Ranges of addresses that keepalived never walks to their end.

use std::net::IpAddr;

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::GroupEntry;
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Spanned;

pub(super) const RULE: Rule = Rule {
    code: Code::RANGE_NEVER_ENDS,
    severity: Severity::Error,
    page: Page {
        what: "A range of IPv4 addresses in a group crosses a multiple of 256.",
        why: "keepalived counts the last octet only and never meets the end of the range: the \
              checker process spins for ever and balances nothing. With `nftables_ipvs` a range \
              is one rule, and this cannot happen.",
        instead: "Split the range at the multiple of 256.",
        bad: r"virtual_server_group web {
    192.0.2.250-192.0.3.5 80
}

virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good: r"virtual_server_group web {
    192.0.2.250-255 80
    192.0.3.0-5 80
}

virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.config.global.firewall.ipvs.is_some() {
        return Vec::new();
    }
    let entries = subject.config.virtual_server_groups.iter().flat_map(|group| &group.entries);
    let crosses = |entry: &&Spanned<GroupEntry>| match entry.value {
        GroupEntry::Addresses { first: IpAddr::V4(first), last: IpAddr::V4(last), .. } => {
            first.to_bits() >> 8 != last.to_bits() >> 8
        }
        _ => false,
    };
    entries
        .filter(crosses)
        .map(|entry| {
            RULE.at(entry.span, "keepalived never comes to the end of this range")
                .with_label("crosses a multiple of 256")
                .with_help("write one range up to .255 and one from .0 on")
        })
        .collect()
}
