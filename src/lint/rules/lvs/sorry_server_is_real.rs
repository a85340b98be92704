//! A sorry server that is one of the real servers.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::RealServer;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SORRY_SERVER_IS_REAL,
    severity: Severity::Warning,
    page: Page {
        what: "The sorry server is one of the real servers.",
        why: "It is used while the quorum is lost. When all servers are down, this one is too: \
              clients get no apology.",
        instead: "Use another server, for instance one on the director itself.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    sorry_server 10.0.0.1 80
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
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
    sorry_server 127.0.0.1 80
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
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
    for server in &subject.config.virtual_servers {
        let Some(sorry) = &server.sorry_server else { continue };
        // Without a port the kernel uses that of the service.
        let same_port = |real: &RealServer| {
            real.port == sorry.port
                || sorry.port == 0 && server.service.value.port() == Some(real.port)
        };
        let mut real = server.real_servers.iter();
        let same = real.find(|real| real.address == sorry.address && same_port(real));
        if let Some(real) = same {
            found.push(
                RULE.at(sorry.address.span, "the sorry server is one of the real servers")
                    .with_label("down when it is needed")
                    .with_related(real.address.span, "the real server"),
            );
        }
    }
    found
}
