//! What the effective configuration looks like, and that secrets are not in it.

use std::path::Path;

use super::{View, configuration, document};
use crate::lower::{self, Mode};
use crate::source::Memory;
use crate::syntax::{self, Environment, Parsed};

const MAIN: &str = "\
vrrp_instance VI_1 { # the pair
    interface eth0
    virtual_router_id   51
    notify_master \"/bin/x \\\"a b\\\"\"
    include auth.inc
}
";
const INCLUDED: &str = "authentication { auth_type PASS
  auth_pass hunter2 }
router\\#1";

fn parsed() -> Parsed {
    let files = Memory::default().with("k.conf", MAIN).with("auth.inc", INCLUDED);
    let mut parsed = syntax::parse(&files, Path::new("k.conf"), &Environment::default()).unwrap();
    let lowered = lower::lower(&parsed.tree, parsed.sources.expanded(), Mode::Run);
    for secret in lowered.secrets {
        parsed.sources.conceal(secret);
    }
    parsed
}

fn view(parsed: &Parsed) -> View<'_> {
    View { tree: &parsed.tree, sources: &parsed.sources, secrets: false, defaults: false }
}

#[test]
fn every_line_says_where_it_was_written() {
    insta::assert_snapshot!(configuration(&view(&parsed())), @r#"
    vrrp_instance VI_1 {                            # k.conf:1
        interface eth0                              # k.conf:2
        virtual_router_id   51                      # k.conf:3
        # k.conf:4
        notify_master "/bin/x \"a b\""
        authentication {                            # auth.inc:1
            auth_type PASS                          # auth.inc:1
            auth_pass ********                      # auth.inc:2
        }
        # auth.inc:3
        router\#1
    }
    "#);
}

#[test]
fn defaults_are_comments() {
    let parsed = parsed();
    let text = configuration(&View { defaults: true, ..view(&parsed) });
    assert!(text.contains("\n    # default: advert_int 1\n"), "{text}");
    assert!(text.contains("\n    # default: garp_master_delay 5\n"), "{text}");
    assert!(!text.contains("default: interface") && !text.contains("default: nopreempt"), "{text}");
    let text = b"vrrp_instance a { }\nglobal_defs { vrrp_garp_master_delay 7 }";
    let parsed = syntax::parse_text("k.conf", text);
    let text = configuration(&View { defaults: true, ..view(&parsed) });
    assert!(text.contains("\n    # default: garp_master_delay 7\n"), "{text}");
}

#[test]
fn secrets_are_shown_only_when_asked_for() {
    let parsed = parsed();
    let concealed = [configuration(&view(&parsed)), document(&view(&parsed)).to_string()];
    assert!(concealed.iter().all(|text| !text.contains("hunter2")), "{concealed:?}");
    let open = View { secrets: true, ..view(&parsed) };
    assert!(configuration(&open).contains("auth_pass hunter2"));
    assert!(document(&open).to_string().contains("hunter2"));
}

#[test]
fn json_has_words_origins_and_blocks() {
    insta::assert_snapshot!(format!("{:#}", document(&view(&parsed()))), @r#"
    {
      "statements": [
        {
          "block": [
            {
              "origin": {
                "file": "k.conf",
                "included_from": [],
                "line": 2,
                "via": []
              },
              "words": [
                "interface",
                "eth0"
              ]
            },
            {
              "origin": {
                "file": "k.conf",
                "included_from": [],
                "line": 3,
                "via": []
              },
              "words": [
                "virtual_router_id",
                "51"
              ]
            },
            {
              "origin": {
                "file": "k.conf",
                "included_from": [],
                "line": 4,
                "via": []
              },
              "words": [
                "notify_master",
                "/bin/x \\",
                "a",
                "b\\",
                ""
              ]
            },
            {
              "block": [
                {
                  "origin": {
                    "file": "auth.inc",
                    "included_from": [
                      {
                        "file": "k.conf",
                        "line": 5
                      }
                    ],
                    "line": 1,
                    "via": []
                  },
                  "words": [
                    "auth_type",
                    "PASS"
                  ]
                },
                {
                  "origin": {
                    "file": "auth.inc",
                    "included_from": [
                      {
                        "file": "k.conf",
                        "line": 5
                      }
                    ],
                    "line": 2,
                    "via": []
                  },
                  "words": [
                    "auth_pass",
                    "********"
                  ]
                }
              ],
              "origin": {
                "file": "auth.inc",
                "included_from": [
                  {
                    "file": "k.conf",
                    "line": 5
                  }
                ],
                "line": 1,
                "via": []
              },
              "words": [
                "authentication"
              ]
            },
            {
              "origin": {
                "file": "auth.inc",
                "included_from": [
                  {
                    "file": "k.conf",
                    "line": 5
                  }
                ],
                "line": 3,
                "via": []
              },
              "words": [
                "router#1"
              ]
            }
          ],
          "origin": {
            "file": "k.conf",
            "included_from": [],
            "line": 1,
            "via": []
          },
          "words": [
            "vrrp_instance",
            "VI_1"
          ]
        }
      ],
      "version": 1
    }
    "#);
}
