//! Persistence that does not do what it seems to.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::Granularity;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::PERSISTENCE,
    severity: Severity::Warning,
    page: Page {
        what: "A `persistence_engine` without persistence, an engine that no kernel has, or a \
               `persistence_granularity` that is no netmask.",
        why: "keepalived sends the engine for persistent services only. It reads `24` as the \
              address 0.0.0.24, not as a length, so that clients are put together by the end of \
              their address.",
        instead: "Write a `persistence_timeout`, the engine `sip`, and for IPv4 a mask such as \
                  255.255.255.0.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    persistence_timeout 60
    persistence_granularity 24
    real_server 10.0.0.1 80 {
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
    persistence_timeout 60
    persistence_granularity 255.255.255.0
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
    for server in &subject.config.virtual_servers {
        if let Some(engine) = &server.persistence_engine {
            if server.persistence.is_none() {
                found.push(
                    RULE.at(engine.span, "the engine is for persistent services alone")
                        .with_label("without effect")
                        .with_help("write a `persistence_timeout`, or leave the engine out"),
                );
            } else if engine.value != "sip" {
                found.push(
                    RULE.at(engine.span, format!("the kernel has no engine '{}'", engine.value))
                        .with_label("the service cannot be created")
                        .with_help("write `persistence_engine sip`"),
                );
            }
        }
        let granularity =
            server.persistence.as_ref().and_then(|persistence| persistence.granularity);
        let Some(granularity) = granularity else { continue };
        let Granularity::Netmask(mask) = granularity.value else { continue };
        let bits = mask.to_bits();
        if bits.leading_ones() + bits.trailing_zeros() < 32 || bits == 0 {
            found.push(
                RULE.at(granularity.span, format!("{mask} is no netmask: ones, then zeros"))
                    .with_label("clients are put together by these bits")
                    .with_help("write a mask such as 255.255.255.0"),
            );
        }
    }
    found
}
