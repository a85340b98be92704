//! The example of each keyword, which `explain` and the manual page show, is a configuration whose
//! line for that keyword has no error.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use stillalive::diag::Severity;
use stillalive::runtime::load::{Reading, load_text};
use stillalive::schema::{self, Block};

/// About the words of a line; what else a block needs is the matter of others.
const OF_THE_LINE: &[&str] = &["SA1", "SA2"];

/// Their shortest line is not enough: they need a line elsewhere, a word beside them or another
/// family of addresses, or only a later keepalived knows them.
const NEED_MORE: &[&str] = &[
    "a route line/as",
    "a route line/encap ip|ip6/flags",
    "a route line/encap ip|ip6/hoplimit",
    "a route line/encap ip|ip6/src",
    "a route line/encap ip|ip6/tc",
    "a route line/encap ip|ip6/tos",
    "a route line/encap ip|ip6/ttl",
    "a route line/expires",
    "a route line/from",
    "a route line/high",
    "a route line/inet6",
    "a route line/low",
    "a route line/medium",
    "a route line/nexthop/as",
    "a route line/pref",
    "a route line/protocol",
    "a route line/rtt",
    "a route line/rttvar",
    "a route line/track_group",
    "a rule line/inet",
    "a rule line/inet6",
    "a rule line/track_group",
    "a track_* entry/noreverse",
    "a track_* entry/reverse",
    "a track_* entry/weight",
    "an address line/peer",
    "an address line/track_group",
    "an address line/use_vmac",
    "global_defs/set_supplementary_groups",
    "the top level/vrrp_sync_group",
    "virtual_server/real_server/HTTP_GET/sni_name",
    "virtual_server/real_server/MISC_CHECK/user",
    "virtual_server/real_server/SSL_GET/sni_name",
    "vrrp_instance/auth_hmac/active_key",
    "vrrp_instance/auth_hmac/key",
];

#[test]
fn every_example_is_read_without_an_error_on_its_own_line() {
    let mut wrong = Vec::new();
    for &place in Block::ALL {
        for keyword in schema::keywords(place) {
            let text = schema::example(place, keyword);
            let name = format!("{}/{}", place.path(), keyword.word);
            let holds = |line: &str| line.split_whitespace().any(|word| word == keyword.word);
            let Some(own) = text.lines().collect::<Vec<_>>().into_iter().rposition(holds) else {
                wrong.push(format!("{name}: its example is without it:\n{text}"));
                continue;
            };
            let loaded = load_text(Path::new("example"), text.as_bytes(), &Reading::default());
            for finding in &loaded.findings {
                let at = finding.span.and_then(|span| loaded.sources.resolve(span));
                let here = at.is_some_and(|at| at.line as usize == own + 1);
                let counts = OF_THE_LINE.iter().any(|class| finding.code.id.starts_with(class));
                let counts = counts && !NEED_MORE.contains(&name.as_str());
                if here && counts && finding.severity == Severity::Error {
                    wrong.push(format!("{name}: {} {}\n{text}", finding.code, finding.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_example_shows_the_blocks_around_its_keyword() {
    let shown = |place, word| {
        let keyword = schema::keyword(place, word).unwrap();
        schema::example(place, keyword)
    };
    insta::assert_snapshot!(shown(Block::VrrpInstance, "advert_int"), @r"
    vrrp_instance VI_1 {
        advert_int 1
    }
    ");
    insta::assert_snapshot!(shown(Block::SslUrl, "regex"), @r#"
    virtual_server 192.0.2.10 80 {
        real_server 198.51.100.1 80 {
            SSL_GET {
                url {
                    regex "^ready"
                }
            }
        }
    }
    "#);
    insta::assert_snapshot!(shown(Block::RouteNexthop, "weight"), @"
    static_routes {
        198.51.100.0/24 nexthop weight 1
    }
    ");
    insta::assert_snapshot!(shown(Block::TopLevel, "vrrp_sync_group"), @"
    vrrp_sync_group VG_1 {
        group {
            VI_1
        }
    }
    ");
}
