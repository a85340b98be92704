//! A comment that allows a finding that is not there.

use crate::diag::{Code, Severity};
use crate::lint::{Page, Raised, Rule};

pub(super) const RULE: Rule = Rule {
    code: Code::UNUSED_SUPPRESSION,
    severity: Severity::Warning,
    page: Page {
        what: "A comment allows a finding that its line does not have.",
        why: "The reason for the comment is gone, or the finding has moved to another line. A comment \
              that stays behind would hide the next mistake.",
        instead: "Remove the comment, or put it beside the line that has the finding.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 254 # stillalive: allow(SA320) owns the addresses
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 255 # stillalive: allow(SA320) owns the addresses
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Command,
};
