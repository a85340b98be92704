//! A check that connects to port 0.

use crate::diag::{Code, Diagnostic, Edit, Fix, Severity};
use crate::ir::lvs::{Check, Service};
use crate::lint::rules::lvs::checkers;
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Span;

pub(super) const RULE: Rule = Rule {
    code: Code::CHECK_PORT_ZERO,
    severity: Severity::Error,
    page: Page {
        what: "A real server has no port on its line, and a check of it has no `connect_port`.",
        why: "The traffic goes to the port of the virtual server, but the check does not: \
              keepalived connects to port 0, which always fails. The server never gets traffic.",
        instead: "Write the port behind the address of the real server.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 {
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
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (service, server, checker) in checkers(subject) {
        if matches!(checker.check.value, Check::Ping(_)) {
            continue; // has no port
        }
        let Some(connection) = checker.check.value.connection() else { continue };
        if connection.port.value != 0 {
            continue;
        }
        let place = server.address.span;
        let mut finding = RULE
            .at(checker.check.span, "the check connects to port 0, which always fails")
            .with_label("has no `connect_port`")
            .with_related(place, "and the server has no port");
        let Service::Address { port: port @ 1.., .. } = service.service.value else {
            found.push(finding.with_help("write `connect_port PORT` in the check"));
            continue;
        };
        finding =
            finding.with_help(format!("write the port behind the address: {port}")).with_fix(Fix {
                title: format!("write port {port} behind the address"),
                edits: vec![Edit {
                    span: Span::new(place.end, place.end),
                    replacement: format!(" {port}"),
                }],
                safe: server.written_port.is_none() && server.checkers.len() == 1,
            });
        found.push(finding);
    }
    found
}
