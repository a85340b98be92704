//! A comment that allows a code that does not exist.

use crate::diag::{Code, Severity};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::UNKNOWN_SUPPRESSION,
    severity: Severity::Warning,
    page: Page {
        what: "A comment `stillalive: allow(…)` names a code that does not exist.",
        why: "It allows nothing: whoever wrote it believes that the finding is dealt with.",
        instead: "Write a code such as `SA320`, or its name, such as `owner-priority`.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 255 # stillalive: allow(S320) owns the addresses
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 255 # stillalive: allow(owner-priority) owns the addresses
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Command,
};
