//! A check that may take longer than the time to the next one.

use crate::diag::{Code, Diagnostic, Severity};
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::SCRIPT_TIMEOUT,
    severity: Severity::Warning,
    page: Page {
        what: "The `timeout` of a `vrrp_script` is as long as its `interval`, or longer.",
        why: "A run that hangs is still there when the next one is due: keepalived skips that \
               run, and a failure is noticed later than `interval` and `fall` say.",
        instead: "Write a `timeout` below the `interval`; or leave it out, then a run is ended \
               when the next one is due.",
        bad: r"vrrp_script chk {
    script /usr/local/bin/check.sh
    interval 2
    timeout 5
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_script chk {
    script /usr/local/bin/check.sh
    interval 5
    timeout 2
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let checks = subject.config.vrrp_scripts.iter();
    checks
        .filter_map(|check| {
            let timeout =
                check.timeout.as_ref().filter(|timeout| timeout.value >= check.interval)?;
            let (name, interval) = (&check.name.value, check.interval.as_secs_f64());
            let found = RULE
                .at(timeout.span, format!("`{name}` may take longer than the time to its next run"))
                .with_label(format!("a run begins every {interval} s"))
                .with_related(check.name.span, "this check")
                .with_help("write less than the interval, or leave it out");
            // What is written is the default then.
            let severity = match timeout.value == check.interval {
                true => Severity::Note,
                false => RULE.severity,
            };
            Some(Diagnostic { severity, ..found })
        })
        .collect()
}
