//! The example of each keyword, which `explain` and the manual page show, is a configuration whose
//! line for that keyword has no error.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use stillalive::diag::Severity;
use stillalive::runtime::load::{Reading, load_text};
use stillalive::schema::{self, Block};

/// About the words of a line; what else a block needs is the matter of others.
const OF_THE_LINE: &[&str] = &["SA1", "SA2"];

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
