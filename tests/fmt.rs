//! The layout keeps every meaning and every comment: on real files, and on random ones.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use stillalive::fmt::{self, Refusal};
use stillalive::ir::Config;
use stillalive::lower::Mode;
use stillalive::runtime::load::{Reading, load_text};
use stillalive::syntax::{self, Environment, Parsed};

/// The real configurations, or `None` where they are not beside the repository.
fn corpus() -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/corpus/configs", "../../shared/corpus/configs"];
    let found = places.into_iter().map(|place| root.join(place)).find(|folder| folder.is_dir());
    let Some(folder) = found else {
        let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!in_ci, "../shared/corpus is not there, and CI=true wants it");
        let _ = writeln!(std::io::stderr(), "SKIPPED: ../shared/corpus is not there");
        return None;
    };
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files)
}

/// The config-ids that a text names, and one that it does not.
fn ids(text: &[u8]) -> Vec<String> {
    let mut ids = vec!["other".to_owned()];
    for line in String::from_utf8_lossy(text).lines() {
        let Some(rest) = line.trim_start().strip_prefix('@') else { continue };
        let id = rest.trim_start_matches('^').split([' ', '\t']).next().unwrap_or_default();
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

fn environment(config_id: &str) -> Environment {
    Environment { config_id: config_id.to_owned(), ..Environment::default() }
}

fn parsed(text: &[u8], id: &str) -> Parsed {
    syntax::parse_text_in("a.conf", text, &environment(id))
}

fn config(text: &[u8], id: &str) -> Config {
    let reading = Reading { environment: environment(id), mode: Mode::Run };
    load_text(Path::new("a.conf"), text, &reading).config
}

/// Every comment, by the rules of the language, without the blanks around it.
fn comments(text: &[u8]) -> Vec<Vec<u8>> {
    let mut comments = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let (mut escaped, mut quoted) = (false, false);
        for (at, byte) in line.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                b'#' | b'!' if !quoted => {
                    comments.push(line[at..].trim_ascii_end().to_vec());
                    break;
                }
                _ => {}
            }
        }
    }
    comments
}

/// What is wrong with the layout of a text; `None` if it is refused.
fn wrong(text: &[u8]) -> Option<Vec<String>> {
    let once = match fmt::format(text) {
        Ok(once) => once,
        Err(Refusal::Unsure) => return Some(vec!["it is unsure".to_owned()]),
        Err(_) => return None,
    };
    let mut wrong = Vec::new();
    if fmt::format(&once).as_ref() != Ok(&once) {
        wrong.push("the second layout is another one".to_owned());
    }
    if comments(text) != comments(&once) {
        wrong.push("the comments are others".to_owned());
    }
    for id in ids(text) {
        if !fmt::same_tree(&parsed(text, &id), &parsed(&once, &id)) {
            wrong.push(format!("with @{id} the statements are others"));
        }
        if config(text, &id) != config(&once, &id) {
            wrong.push(format!("with @{id} the configuration is another one"));
        }
    }
    Some(wrong)
}

/// Real files whose braces match for no config-id; keepalived says so, too.
const REFUSED: &[&str] = &["0041.conf", "0292.conf", "0293.conf", "0305.conf", "0489.conf"];

#[test]
fn every_real_file_keeps_its_meaning_and_its_comments() {
    let Some(files) = corpus() else { return };
    let mut faults = Vec::new();
    let mut refused = Vec::new();
    for path in &files {
        let text = std::fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match wrong(&text) {
            Some(wrong) => faults.extend(wrong.into_iter().map(|what| format!("{name}: {what}"))),
            None => refused.push(name),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(refused, REFUSED);
}

#[test]
fn most_real_files_change_and_none_that_is_laid_out_does() {
    let Some(files) = corpus() else { return };
    let texts = files.iter().map(|path| std::fs::read(path).unwrap());
    let changed = texts.filter(|text| fmt::format(text).is_ok_and(|new| new != *text)).count();
    assert!(changed * 2 > files.len(), "only {changed} of {} files change", files.len());
}

/// Pieces of which configurations, right and wrong ones, are made.
const PIECES: &[&str] = &[
    "vrrp_instance VI_1",
    "state MASTER",
    "interface\teth0",
    "virtual_router_id  51",
    "priority ${P}",
    "virtual_ipaddress",
    "10.0.0.1/24   dev eth0",
    "notify  '/bin/x  a { b }'  root",
    "script \"/bin/y  \\\"c\\\" d\"",
    "router_id a\"b c\"d",
    "{",
    "}",
    "{ ",
    " }",
    "{}",
    "\n",
    "\n",
    "\n\n",
    " ",
    "\t",
    "# comment {",
    "  ! other",
    "#glued",
    "\\",
    "\\\n",
    " \\ \n",
    "\"",
    "'",
    "@main ",
    "@^main ",
    "@back",
    "$P=100\n",
    "$M= \\\n",
    "$M",
    "~SEQ(A, 1, 3) ",
    "~LST({X,Y},{1,2},{3,4}) ",
    "$A",
    "${_RANDOM 1  2}",
    "include  a{b,c}.conf",
    "\r\n",
    "\x0c",
    "\0",
    "\u{feff}",
    "é",
    "\u{fffd}",
    "\\#",
    "\"a # b\"",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_keeps_its_meaning_and_its_comments(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)
    ) {
        let text = pieces.concat();
        prop_assert_eq!(wrong(text.as_bytes()).unwrap_or_default(), Vec::<String>::new());
    }

    #[test]
    fn lines_near_the_longest_keep_their_meaning(
        length in 1000_usize..1030, before in "[ \t]{0,8}", after in "[ \t]{0,3}(# c)?",
        opens in any::<bool>(),
    ) {
        let brace = if opens { "{ b\n}" } else { "" };
        let text = format!("a {{\n{before}x{}{after}{brace}\n}}\n", "y".repeat(length));
        prop_assert_eq!(wrong(text.as_bytes()).unwrap_or_default(), Vec::<String>::new());
    }

    #[test]
    fn any_bytes_are_laid_out_without_a_fault(
        text in prop::collection::vec(any::<u8>(), 0..200)
    ) {
        prop_assert_eq!(wrong(&text).unwrap_or_default(), Vec::<String>::new());
    }
}
