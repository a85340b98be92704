//! Completions and manual pages are made from the tables that the program itself uses: the command
//! line and the schema. Here they are compared with what `docs/` holds; with `UPDATE_DOCS=1` they are
//! written anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod keywords;
mod manual;
#[path = "../effects/table.rs"]
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::Command;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use stillalive::diag::Code;
use stillalive::schema::{self, Block};

/// Compares the files of a folder with what they should be, or writes them.
fn compare(folder: &str, wanted: &BTreeMap<String, Vec<u8>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in wanted {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in wanted {
        let there = fs::read(folder.join(name)).unwrap_or_default();
        assert!(
            there == *text,
            "{}/{name} is not what the tables say: UPDATE_DOCS=1 cargo test --test generated_docs",
            folder.display()
        );
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(wanted.contains_key(&name), "{}/{name} is made from nothing", folder.display());
    }
}

/// The command line, with every word that `explain` knows.
fn command_line() -> Command {
    let mut words: Vec<&str> = Block::ALL
        .iter()
        .flat_map(|place| schema::keywords(*place))
        .map(|known| known.word)
        .collect();
    words.retain(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
    words.sort_unstable();
    words.dedup();
    words.extend(Code::ALL.iter().map(|code| code.id));
    stillalive::cli::command_line().mut_subcommand("explain", |explain| {
        explain.mut_arg("word", |word| word.value_parser(PossibleValuesParser::new(words)))
    })
}

#[test]
fn completions_are_those_of_the_command_line() {
    let files = [
        (Shell::Bash, "stillalive.bash"),
        (Shell::Zsh, "_stillalive"),
        (Shell::Fish, "stillalive.fish"),
    ];
    let made = files.map(|(shell, name)| {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut command_line(), "stillalive", &mut text);
        (name.to_owned(), text)
    });
    compare("docs/completions", &BTreeMap::from(made));
}

#[test]
fn manual_pages_are_those_of_the_command_line_and_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let command = stillalive::cli::command_line().version(env!("CARGO_PKG_VERSION"));
    clap_mangen::generate_to(command, folder.path()).unwrap();
    let mut pages: BTreeMap<String, Vec<u8>> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    pages.insert("stillalive.conf.5".to_owned(), manual::keywords().into_bytes());
    assert!(pages.len() > 5, "{:?}", pages.keys());
    compare("docs/man", &pages);
}

#[test]
fn the_list_of_keywords_is_that_of_the_schema_and_of_their_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let compatibility = fs::read_to_string(folder.join("compatibility.md")).unwrap();
    let wanted = [
        ("keywords.md", keywords::document()),
        ("compatibility.md", keywords::with_summary(&compatibility)),
    ];
    for (name, text) in wanted {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(folder.join(name), &text).unwrap();
        }
        assert!(
            fs::read_to_string(folder.join(name)).unwrap_or_default() == text,
            "docs/{name} is not what the tables say: UPDATE_DOCS=1 cargo test --test generated_docs"
        );
    }
}
