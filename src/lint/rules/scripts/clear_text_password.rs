//! A password that everybody on the LAN can read.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::{Authentication, Transport};
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Compat;

pub(super) const RULE: Rule = Rule {
    code: Code::CLEAR_TEXT_PASSWORD,
    severity: Severity::Note,
    page: Page {
        what: "`auth_type PASS` over multicast.",
        why: "The password stands in every packet, once a second, readable for every host of \
               the LAN. It keeps apart clusters that were given the same number by mistake; it \
               keeps nobody out.",
        instead: "With keepalived 2.4 or stillalive on all routers use `auth_hmac`. Otherwise \
               filter protocol 112 at the switch or with a firewall, or use unicast with \
               `check_unicast_src`. Do not use a password that opens anything else.",
        bad: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    authentication {
        auth_type PASS
        auth_pass secret
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good: r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let open = |own: &&crate::ir::Instance| {
        matches!(own.authentication, Authentication::Pass(_))
            && matches!(own.transport, Transport::Multicast { .. })
    };
    let mut all = subject.instances().filter(open);
    // One finding for all: whoever has one has usually fifty.
    let Some(first) = all.next() else { return Vec::new() };
    let others = all.count();
    let span = subject.keyword_in(first, "authentication").unwrap_or(first.name.span);
    let found = RULE
        .at(span, "the password is readable by every host of the LAN")
        .with_label("in clear text in every packet")
        .with_help(match subject.compat {
            Compat::V2_2_7 => "filter protocol 112, and use the password for nothing else",
            _ => "use `auth_hmac` where all routers know it",
        });
    vec![match others {
        0 => found,
        _ => found.with_note(format!("and so in {others} more instances")),
    }]
}
