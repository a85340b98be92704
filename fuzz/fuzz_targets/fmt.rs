//! Any bytes are laid out: stable, with the same statements, the same configuration and the same
//! comments as before, whatever the config-id.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stillalive::fmt::{self, Refusal};
use stillalive::lower::{self, Mode};
use stillalive::syntax::{self, Environment, Parsed};

fn read(text: &[u8], config_id: &str) -> Parsed {
    let environment = Environment { config_id: config_id.to_owned(), ..Environment::default() };
    syntax::parse_text_in("k", text, &environment)
}

/// What follows `#` or `!` on each line, quotes and backslashes heeded.
fn comments(text: &[u8]) -> Vec<&[u8]> {
    let comment = |line: &'_ [u8]| {
        let (mut at, mut quoted) = (0, false);
        while let Some(byte) = line.get(at) {
            match byte {
                b'\\' => at += 1,
                b'"' => quoted = !quoted,
                b'#' | b'!' if !quoted => return Some(at),
                _ => {}
            }
            at += 1;
        }
        None
    };
    text.split(|byte| *byte == b'\n')
        .filter_map(|line| Some(line.get(comment(line)?..)?.trim_ascii_end()))
        .collect()
}

fuzz_target!(|text: &[u8]| {
    let once = match fmt::format(text) {
        Ok(once) => once,
        Err(Refusal::Unsure) => panic!("the layout changes the meaning"),
        Err(_) => return,
    };
    assert_eq!(fmt::format(&once).as_deref(), Ok(once.as_slice()), "not stable");
    assert_eq!(comments(text), comments(&once), "other comments");
    for id in ["", "main"] {
        let (before, after) = (read(text, id), read(&once, id));
        assert!(fmt::same_tree(&before, &after), "other statements with {id:?}");
        let lower = |read: &Parsed| lower::lower(&read.tree, read.sources.expanded(), Mode::Run);
        assert_eq!(lower(&before).config, lower(&after).config, "another configuration");
    }
});
