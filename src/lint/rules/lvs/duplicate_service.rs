//! Two virtual servers that are one service.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::Service;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::DUPLICATE_SERVICE,
    severity: Severity::Error,
    page: Page {
        what: "Two virtual servers have the same address, port and protocol, or the same firewall \
               mark.",
        why: "IPVS has one service for both. keepalived does not notice: both blocks add and \
              remove servers in the same table, and what one of them takes out the other one puts \
              back.",
        instead: "Put all servers into one block, or correct the address.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}

virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.2 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}

virtual_server 192.0.2.80 443 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.2 443 {
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
    let mut first = BTreeMap::new();
    let mut found = Vec::new();
    for server in &subject.config.virtual_servers {
        if matches!(server.service.value, Service::Group(_)) {
            continue; // each entry is a service; a group may have a user for each protocol
        }
        let protocol = server.protocol.map(|protocol| protocol.value);
        let key = (&server.service.value, protocol, server.family);
        match first.get(&key) {
            None => {
                first.insert(key, server.span());
            }
            Some(other) => found.push(
                RULE.at(server.span(), format!("{} is served twice", server.name()))
                    .with_label("the same service in IPVS")
                    .with_related(*other, "also served here")
                    .with_help("put all servers into one block"),
            ),
        }
    }
    found
}
