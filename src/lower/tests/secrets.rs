//! A password is nobody's business: no finding and no debug output shows it.

use super::{both, instance};
use crate::diag::render::{human, keepalived, short};
use crate::ir::Authentication;
use crate::lower::Mode;

/// Something that stands nowhere else.
const PASSWORD: &str = "Hx7q!Zr2-tail";

#[test]
fn the_eight_bytes_of_the_packet_are_kept() {
    let statements = "authentication {; auth_type PASS; auth_pass \"123456789\"; }";
    let Authentication::Pass(secret) = instance(statements).authentication else {
        panic!("no authentication")
    };
    assert_eq!(secret.expose(), b"12345678");
    // Cut in bytes, not in characters: that is what goes on the wire.
    let statements = "authentication {; auth_type PASS; auth_pass \u{e9}\u{e9}\u{e9}\u{e9}x; }";
    let Authentication::Pass(secret) = instance(statements).authentication else {
        panic!("no authentication")
    };
    assert_eq!(secret.expose(), "\u{e9}\u{e9}\u{e9}\u{e9}".as_bytes());
}

#[test]
fn no_finding_and_no_debug_output_shows_a_password() {
    let quoted = format!("\"{PASSWORD}\"");
    for block in [
        format!("auth_type PASS\nauth_pass {quoted}"),
        format!("auth_type PASS\nauth_pass {quoted} {quoted}"),
        format!("auth_type AH\nauth_pass {quoted}"),
        format!("auth_pass {quoted}"),
        format!("auth_type PASS\nauth_pass {quoted}\nauth_pass {quoted}"),
        format!("auth_type PASS\nauth_pass {quoted} {{\n}}"),
        format!("auth_type PASS\nautp_pass {quoted}"),
        format!("auth_type PASS\nauth_pass {PASSWORD}"),
        format!("auth_type PASS\nauth_pass \"{PASSWORD}"),
    ] {
        for before in ["", "version 3\n", "strict_mode\n"] {
            let text = format!(
                "vrrp_instance V {{\n{before}interface eth0\nvirtual_router_id 1\n\
                 authentication {{\n{block}\n}}\nvirtual_ipaddress {{\n10.0.0.1\n}}\n}}\n"
            );
            let (mut parsed, lowered) = both(text.as_bytes(), Mode::Run);
            lowered.secrets.iter().for_each(|secret| parsed.sources.conceal(*secret));
            let shown = format!("{:?}", lowered);
            assert!(!shown.contains("Hx7q"), "{shown}");
            for finding in parsed.findings.all().iter().chain(lowered.findings.all()) {
                let lines = [
                    short::line(finding, &parsed.sources),
                    keepalived::line(finding, &parsed.sources),
                    human::text(finding, &parsed.sources, false),
                ];
                for line in lines {
                    assert!(!line.contains("Hx7q"), "{line}");
                }
            }
        }
    }
}
