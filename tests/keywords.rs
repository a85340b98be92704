//! Every keyword that the measured keyword lists name is in the schema.
//!
//! The lists lie beside the repository, in `../shared/reference/keywords-*.tsv`. Without them the
//! test says that it is skipped; where `CI` is set it fails instead.

use std::path::Path;

use stillalive::schema::{self, Block, Value};

/// The places of the schema that a block of the lists stands for.
fn places(block: &str) -> Vec<Block> {
    let named = match block {
        "(root)" | "(top level)" => Some(Block::TopLevel),
        "vrrp_track_file" => Some(Block::TrackFile),
        "vrrp_track_file/init_file" => Some(Block::InitFileOption),
        _ if block.starts_with("track-entry") => Some(Block::TrackEntry),
        _ if block.starts_with("address-line") => Some(Block::AddressLine),
        _ if block.starts_with("rule-line") => Some(Block::RuleLine),
        _ if block.starts_with("route-line") => match block.split_once('/') {
            None => Some(Block::RouteLine),
            Some((_, "encap")) => Some(Block::RouteEncap),
            Some((_, "encap ip|ip6")) => Some(Block::RouteEncapIp),
            Some((_, "nexthop")) => Some(Block::RouteNexthop),
            Some(_) => None,
        },
        _ => None,
    };
    let same_path = Block::ALL.iter().copied().filter(|place| place.path() == block);
    named.into_iter().chain(same_path).collect()
}

/// Whether `word` is a keyword or placeholder of a place that `block` stands for, or, where the
/// lists give the words of a choice a block of their own, one of the words of that choice.
fn known(block: &str, word: &str) -> bool {
    let here = places(block);
    if !here.is_empty() {
        return here.iter().any(|&place| match word {
            // Notes on data lines, which have no word of their own.
            "(block line)" | "(no action)" => !schema::data(place).is_empty(),
            _ => {
                let word = word.split(" (value line").next().unwrap_or(word);
                schema::keyword(place, word).is_some()
                    || schema::data(place).iter().any(|datum| datum.word == word)
            }
        });
    }
    let Some((outer, keyword)) = block.rsplit_once('/') else { return false };
    places(outer)
        .iter()
        .filter_map(|&place| schema::keyword(place, keyword))
        .any(|keyword| matches!(keyword.value, Value::Choice(words) if words.contains(&word)))
}

#[test]
#[allow(clippy::print_stderr, reason = "a skipped test must say so")]
fn every_keyword_of_the_lists_is_in_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference");
    // In a worktree beside others the lists lie one level further up.
    let further = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference");
    let Some(folder) = [folder, further].into_iter().find(|folder| folder.is_dir()) else {
        assert!(std::env::var_os("CI").is_none(), "the keyword lists are missing");
        eprintln!("skipped: ../shared/reference is not there");
        return;
    };
    let mut missing = Vec::new();
    let mut rows = 0;
    for list in ["keywords-global.tsv", "keywords-vrrp.tsv", "keywords-lvs.tsv"] {
        let text = std::fs::read_to_string(folder.join(list)).unwrap();
        for line in text.lines().skip(1) {
            let mut columns = line.split('\t');
            let (block, word) = (columns.next().unwrap(), columns.next().unwrap());
            rows += 1;
            if !known(block, word) {
                missing.push(format!("{list}: {block} / {word}"));
            }
        }
    }
    assert!(rows > 700, "only {rows} rows: are these the lists?");
    assert!(missing.is_empty(), "not in the schema:\n{}", missing.join("\n"));
}

#[test]
fn a_word_that_no_list_has_is_noticed() {
    assert!(!known("vrrp_instance", "frobnicate"));
    assert!(!known("vrrp_instance/state", "FAULT"));
    assert!(!known("no_such_block", "state"));
    assert!(known("vrrp_instance/state", "MASTER"));
}
