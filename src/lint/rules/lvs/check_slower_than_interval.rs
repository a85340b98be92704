//! A check that may take longer than the time to the next one.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::{Check, VirtualServer};
use crate::lint::rules::lvs::checkers;
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Span;

pub(super) const RULE: Rule = Rule {
    code: Code::CHECK_SLOWER_THAN_INTERVAL,
    severity: Severity::Warning,
    page: Page {
        what: "The time that a check waits for an answer is longer than its `delay_loop`.",
        why: "A dead server is noticed only after the waiting time, with every retry anew: the \
              `delay_loop` does not say how fast a failure is seen. A program that runs longer \
              than its interval is started again at once.",
        instead: "Write a `connect_timeout` (or `misc_timeout`) below the `delay_loop`.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    delay_loop 2
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
    delay_loop 6
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
    for (service, _, checker) in checkers(subject) {
        let (word, limit) = match &checker.check.value {
            Check::Misc(check) => ("misc_timeout", check.timeout),
            check => match check.connection() {
                Some(connection) => ("connect_timeout", connection.timeout),
                None => continue,
            },
        };
        let every = checker.pace.delay_loop;
        if limit.value <= every.value {
            continue;
        }
        let (limit_s, every_s) = (limit.as_secs_f64(), every.as_secs_f64());
        let text =
            format!("the check waits {limit_s} s for an answer, and is due each {every_s} s");
        let mut finding = RULE
            .at(checker.check.span, text)
            .with_help(format!("write a `{word}` below {every_s}, or a longer `delay_loop`"));
        // Five seconds that nobody has written are many people's.
        if is_default(limit.span, service) {
            finding.severity = Severity::Note;
        }
        // Defaults have no place of their own.
        for (span, text) in [(limit.span, "it waits so long"), (every.span, "it is due so often")] {
            if !is_default(span, service) {
                finding = finding.with_related(span, text);
            }
        }
        found.push(finding);
    }
    found
}

/// What no statement says stands at the keyword of the virtual server.
fn is_default(span: Span, service: &VirtualServer) -> bool {
    span.end <= service.span().start
}
