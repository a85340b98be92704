//! `stillalive explain`: a page for every keyword, and help for a word that is none.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use stillalive::schema::{self, Block};

/// Exit status, standard output, standard error.
fn explain(word: &str) -> (i32, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_stillalive")).args(["explain", word]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_keyword_is_explained_with_its_place_its_limits_and_an_example() {
    let (status, text, problem) = explain("virtual_router_id");
    assert_eq!((status, problem.as_str()), (0, ""));
    insta::assert_snapshot!(text, @"
    virtual_router_id
        Number of the virtual router; the same on all its routers, alone on the link.

        Place       vrrp_instance
        Write       virtual_router_id N
        Value       a whole number from 1 to 255
        Range       1..255
        Default     none, mandatory
        Since       keepalived 1.0.3 or earlier
        stillalive  acts as in keepalived
        Example     vrrp_instance VI_1 {
                        virtual_router_id 1
                    }
    ");
}

#[test]
fn a_keyword_of_several_places_has_a_page_for_each_meaning() {
    let (_, text, _) = explain("weight");
    for place in schema::elsewhere("weight") {
        assert!(text.contains(place.path()), "{}", place.path());
    }
    let (_, text, _) = explain("auth_pass");
    assert_eq!(text.matches("Example").count(), 1, "{text}");
}

#[test]
fn a_deprecated_keyword_names_its_successor() {
    let (_, text, _) = explain("vrrp_track_file");
    assert!(text.contains("Deprecated  write track_file"), "{text}");
}

#[test]
fn a_code_is_explained_too() {
    let rule = stillalive::lint::rules().next().unwrap();
    for word in [rule.code.id, rule.code.name] {
        let (status, text, _) = explain(word);
        assert_eq!(status, 0, "{word}");
        assert!(text.contains(rule.code.id), "{text}");
    }
}

#[test]
fn a_slip_is_answered_with_the_keywords_that_were_meant() {
    let (status, text, problem) = explain("vrrp_instence");
    assert_eq!((status, text.as_str()), (2, ""));
    assert_eq!(
        problem,
        "stillalive explain: 'vrrp_instence' is no keyword and no code; did you mean \
         'vrrp_instance'?\n"
    );
    assert_eq!(explain("zzzzzzzzz").0, 2);
}

#[test]
fn every_keyword_has_facts_worth_printing() {
    for &place in Block::ALL {
        for keyword in schema::keywords(place) {
            let facts = schema::facts(place, keyword);
            let labels: Vec<_> = facts.iter().map(|(label, _)| *label).collect();
            assert_eq!(labels[..2], ["Place", "Write"], "{}", keyword.word);
            assert!(labels.contains(&"stillalive"), "{}", keyword.word);
            assert!(facts.iter().all(|(_, text)| !text.is_empty()), "{}", keyword.word);
        }
    }
}
