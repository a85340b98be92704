//! Checks that rest for ever.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::Service;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SUSPENDED_FOR_GOOD,
    severity: Severity::Error,
    page: Page {
        what: "A virtual server that uses a group has `ha_suspend`.",
        why: "keepalived looks for the address of the virtual server on this host, and a group \
              has none: the checks never run. A dead server stays in service.",
        instead: "Remove `ha_suspend`, or write one virtual server for each address.",
        bad: r"virtual_server_group web {
    192.0.2.80 80
}

virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    ha_suspend
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good: r"virtual_server_group web {
    192.0.2.80 80
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
    let of_groups = subject.config.virtual_servers.iter();
    of_groups
        .filter(|server| matches!(server.service.value, Service::Group(_)))
        .filter(|server| server.ha_suspend.value)
        .map(|server| {
            RULE.at(server.ha_suspend.span, "the checks of a group never run with `ha_suspend`")
                .with_label("a group has no address of its own to look for")
                .with_help("leave `ha_suspend` out")
        })
        .collect()
}
