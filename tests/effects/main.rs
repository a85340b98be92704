//! Each keyword of the VRRP and global halves that is said to run is claimed by a test that shows
//! its effect, or, where there is none yet, by one that shows less; `docs/keywords.md` says which.

#![allow(clippy::unwrap_used, clippy::panic)]

mod table;

use std::collections::BTreeSet;
use std::path::Path;

use stillalive::schema::Support;
use table::{Effect, Shown, effects, keywords};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_keyword_that_runs_is_claimed_once() {
    let wanted: BTreeSet<_> = keywords()
        .filter(|(_, word)| word.support == Support::Runs)
        .map(|(place, word)| (place, word.word))
        .collect();
    let mut claimed = BTreeSet::new();
    for Effect { place, word, .. } in effects() {
        assert!(claimed.insert((place, word)), "{} {word} is claimed twice", place.path());
    }
    let show = |set: &BTreeSet<(stillalive::schema::Block, &str)>| -> Vec<String> {
        set.iter().map(|(place, word)| format!("{} {word}", place.path())).collect()
    };
    let missing = &wanted - &claimed;
    assert!(missing.is_empty(), "claimed by no test: {:#?}", show(&missing));
    let too_many = &claimed - &wanted;
    assert!(too_many.is_empty(), "not said to run: {:#?}", show(&too_many));
}

#[test]
fn every_claim_names_a_test_that_is_there_and_has_the_word() {
    for Effect { place, word, shown, file, test } in effects() {
        let text = read(file);
        let claim = format!("{} {word}: {file} {test}", place.path());
        let plain = format!("fn {test}(");
        let generic = format!("fn {test}<");
        assert!(text.contains(&plain) || text.contains(&generic), "{claim}: no such function");
        // A test of a part may be given what the word means.
        assert!(shown == Shown::Part || text.contains(word), "{claim}: where is the word?");
    }
}

#[test]
fn claims_of_an_effect_on_a_host_are_made_by_tests_on_hosts() {
    for Effect { place, word, shown, file, .. } in effects() {
        let on_hosts = ["tests/failover/", "tests/kernel/", "tests/management/"]
            .iter()
            .any(|it| file.starts_with(it));
        let understanding = ["src/lower/", "src/syntax/"].iter().any(|it| file.starts_with(it));
        let claim = format!("{} {word} in {file}", place.path());
        match shown {
            Shown::Host => assert!(on_hosts, "{claim}"),
            Shown::Part => assert!(!on_hosts, "{claim}: say `host`"),
            Shown::Reading => assert!(understanding, "{claim}"),
        }
    }
}
