//! `explain`: what a code of a finding means, or what a keyword of `keepalived.conf` does.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::cli::output::{err, out};
use crate::lint;
use crate::schema::{self, Block, Keyword};

/// The word is neither a code nor a keyword.
const STATUS_UNKNOWN: u8 = 2;
/// Where the texts of a keyword begin.
const COLUMN: usize = 12;

/// `stillalive explain`.
pub(crate) fn command() -> Command {
    Command::new("explain")
        .about("Explain a keyword, or a code such as SA301")
        .arg(
            Arg::new("word")
                .value_name("KEYWORD|CODE")
                .required(true)
                .help("A keyword of keepalived.conf, a code of a finding, or its name"),
        )
        .after_help("Exit status: 0 explained, 2 neither a keyword nor a code.")
}

/// Prints the page of the code, or of the keyword in every place that knows it.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    let word = matches.get_one::<String>("word").map_or("", String::as_str);
    let pages = pages(word);
    match lint::rule(word) {
        Some(rule) => out!("{}", lint::text(rule)),
        None if pages.is_empty() => {
            err!("stillalive explain: '{word}' is no keyword and no code{}", similar(word));
            return ExitCode::from(STATUS_UNKNOWN);
        }
        None => out!("{}", pages.join("\n\n")),
    }
    ExitCode::SUCCESS
}

/// What there is to say about a keyword, one text for all places where that is the same.
fn pages(word: &str) -> Vec<String> {
    let mut found: Vec<(Vec<Block>, &'static Keyword)> = Vec::new();
    for place in schema::elsewhere(word) {
        let Some(keyword) = schema::keyword(place, word) else { continue };
        match found.iter_mut().find(|(_, known)| *known == keyword) {
            Some((places, _)) => places.push(place),
            None => found.push((vec![place], keyword)),
        }
    }
    found.iter().map(|(places, keyword)| page(places, keyword)).collect()
}

fn page(places: &[Block], keyword: &Keyword) -> String {
    let Some((first, others)) = places.split_first() else { return String::new() };
    let mut text = format!("{}\n    {}\n", keyword.word, keyword.doc);
    let mut add = |label: &str, value: &str| {
        text.push_str(&format!("\n    {label:<COLUMN$}{value}"));
    };
    for (index, (label, value)) in schema::facts(*first, keyword).iter().enumerate() {
        add(label, value);
        if index == 0 {
            others.iter().for_each(|place| add("", place.path()));
        }
    }
    for (index, line) in schema::example(*first, keyword).lines().enumerate() {
        add(if index == 0 { "Example" } else { "" }, line);
    }
    text
}

/// Keywords of any place that the word is probably a slip of.
fn similar(word: &str) -> String {
    let mut words: Vec<&str> =
        Block::ALL.iter().flat_map(|place| schema::suggestions(*place, word)).collect();
    words.sort_unstable();
    words.dedup();
    let quoted = |word: &&str| format!("'{word}'");
    let list = words.iter().map(quoted).collect::<Vec<_>>().join(", ");
    if list.is_empty() { list } else { format!("; did you mean {list}?") }
}
