//! From text to tree: words, comments, braces, and what is said about odd input.

mod conditions;
mod definitions;
mod generators;
mod hostile;
mod includes;
mod places;
mod vectors;

use std::fmt::Write;
use std::path::Path;

use proptest::prelude::*;

use crate::diag::Code;
use crate::diag::render::short;
use crate::source::Memory;
use crate::syntax::{Environment, Parsed, Statement, parse, parse_text};
use crate::units::Span;

/// The tree in one line: words between `|`, blocks in braces.
fn outline(parsed: &Parsed) -> String {
    fn write(statements: &[Statement], out: &mut String) {
        for statement in statements {
            let words: Vec<_> = statement
                .words
                .iter()
                .map(
                    |word| {
                        if word.quoted { format!("<{}>", word.text) } else { word.text.clone() }
                    },
                )
                .collect();
            let _ = write!(out, "{}", words.join(" "));
            if let Some(block) = &statement.block {
                out.push_str(" { ");
                write(&block.statements, out);
                out.push('}');
            }
            out.push_str(" | ");
        }
    }
    let mut out = String::new();
    write(&parsed.tree.statements, &mut out);
    out.trim_end_matches(" | ").to_owned()
}

/// The lines that the blocks get: cut at braces.
fn delivered(parsed: &Parsed) -> Vec<String> {
    let mut lines = Vec::new();
    for line in parsed.sources.expanded().lines() {
        let mut from = 0;
        let literal = crate::syntax::lines::literal_braces(line);
        for (at, brace) in crate::syntax::lines::braces(line) {
            if !literal.contains(&at) {
                lines.push(line[from..at].trim().to_owned());
                lines.push(char::from(brace).to_string());
                from = at + 1;
            }
        }
        lines.push(line[from..].trim().to_owned());
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn findings(parsed: &Parsed) -> Vec<String> {
    parsed.findings.all().iter().map(|finding| short::line(finding, &parsed.sources)).collect()
}

#[test]
fn lines_become_statements_and_braces_blocks() {
    for (text, expected) in [
        (
            "global_defs { router_id a } global_defs\n{\nrouter_id b\n}",
            "global_defs { router_id a | } | global_defs { router_id b | }",
        ),
        ("a c{d}e f", "a c { d | } | e f"),
        ("a \"{\" b", "a <{> b"),
        ("x\"y z\"w", "x <y z> w"),
        ("\"q\"r", "<q> r"),
        ("a\"b\"c\"d\" e", "a <b> c <d> e"),
        ("\"\" z", "<> z"),
        ("'s t' u'v", "'s t' u'v"),
        ("a foo\\#bar \\!x y\\z \\\\ end", "a foo#bar !x y\\z \\\\ end"),
        ("a \"p # q\" r # s", "a <p # q> r"),
        ("a\r\nb\r\n", "a | b"),
        ("a {\n\n# c\n\n}", "a { }"),
        ("x\n\n  # between\n{\ny\n}", "x { y | }"),
        ("", ""),
    ] {
        assert_eq!(outline(&parse_text("k", text.as_bytes())), expected, "{text:?}");
    }
}

#[test]
fn odd_input_is_said_once_with_its_place() {
    for (text, expected) in [
        (&b"a {\n b\n"[..], "k:1:3: error[SA105]: the block of `a` is never closed"),
        (b"a\n}\n", "k:2:1: error[SA103]: `}` closes a block that is not open"),
        (b"{ a }", "k:1:1: error[SA104]: `{` opens a block that has no keyword"),
        (b"a \"b c\nd", "k:1:3: error[SA107]: a double quote is never closed"),
        (br#"a "b\" "c"#, "k:1:8: error[SA107]: a double quote is never closed"),
        (b"x caf\xe9 y", "k:1:1: warning[SA108]: this line holds bytes that are not UTF-8"),
        (b"x\0y", "k:1:1: error[SA109]: this line holds NUL bytes and is left out"),
        (b"\xef\xbb\xbfa b", "k:1:1: warning[SA111]: the file begins with a byte order mark"),
        (
            b"@!main x",
            "k:1:1: error[SA127]: `@!` is no negated condition: the `!` begins a comment",
        ),
        (b"x y \\", "k:1:5: warning[SA135]: a backslash at the end does not continue the line"),
        (b"x y#z", "k:1:4: warning[SA137]: a comment begins in the middle of a word"),
    ] {
        assert_eq!(findings(&parse_text("k", text)), [expected]);
    }
    let long = format!("a {}\nb", "x".repeat(1100));
    let parsed = parse_text("k", long.as_bytes());
    assert_eq!(outline(&parsed), "b");
    assert_eq!(
        findings(&parsed),
        ["k:1:1: error[SA110]: this line has more than 1022 bytes and is left out"]
    );
}

#[test]
fn a_dollar_that_uses_no_definition_is_text() {
    let parsed = parse_text("k", b"x $A/24 a$ $1 \"$A\"");
    assert_eq!(findings(&parsed), [""; 0]);
    assert_eq!(outline(&parsed), "x $A/24 a$ $1 <$A>");
}

#[test]
fn an_include_is_read_in_place_and_a_block_may_span_files() {
    let files = Memory::default()
        .with("/etc/k/main", "a {\ninclude sub/part\nz\n")
        .with("/etc/k/sub/part", "  b c # comment\n}\ninclude more")
        .with("/etc/k/sub/more", "d");
    let parsed = parse(&files, Path::new("/etc/k/main"), &Environment::default()).unwrap();
    assert_eq!(outline(&parsed), "a { b c | } | d | z");
    let word = &parsed.tree.statements[0].block.as_ref().unwrap().statements[0].words[1];
    let at = parsed.sources.resolve(word.span).unwrap();
    assert_eq!((at.path.to_str(), at.line, at.column), (Some("/etc/k/sub/part"), 1, 5));
    let site = parsed.sources.file(at.span.file).unwrap().included_from().unwrap();
    assert_eq!(parsed.sources.file(site.file).unwrap().path(), Path::new("/etc/k/main"));
}

#[test]
fn what_follows_a_brace_is_a_line_of_its_own() {
    let files = Memory::default()
        .with("main", "a { include part # comment\n} includer part\nb { \"{ include part\" }\n")
        .with("part", "x y");
    let parsed = parse(&files, Path::new("main"), &Environment::default()).unwrap();
    assert_eq!(outline(&parsed), "a { x y | } | x y | b { <{ include part> | }");
    assert!(parsed.findings.all().iter().all(|found| found.code == Code::INCLUDED_TWICE));
}

#[test]
fn an_include_that_names_nothing_is_a_warning_or_an_error_by_its_variant() {
    let files = Memory::default().with("main", "include nope\nincludem nope\nx");
    let parsed = parse(&files, Path::new("main"), &Environment::default()).unwrap();
    assert_eq!(
        findings(&parsed),
        [
            "main:1:1: warning[SA112]: Config files missing 'nope'.",
            "main:2:1: error[SA112]: Config files missing 'nope'.",
        ]
    );
    assert!(parse(&files, Path::new("absent"), &Environment::default()).is_err());
}

#[test]
fn a_file_that_includes_itself_ends() {
    let files = Memory::default().with("main", "a\ninclude main\nb");
    let parsed = parse(&files, Path::new("main"), &Environment::default()).unwrap();
    assert_eq!(parsed.findings.all().len(), 1);
    assert!(findings(&parsed)[0].contains("SA113"), "{:?}", findings(&parsed));
}

#[test]
fn deep_nesting_neither_overflows_nor_loses_words() {
    let text = "a {\n".repeat(100_000) + "z\n" + &"}\n".repeat(100_000);
    let parsed = parse_text("k", text.as_bytes());
    assert!(outline(&parsed).contains('z'));
    assert_eq!(parsed.findings.all().len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_become_a_tree_whose_places_exist(
        bytes in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(b"{}\"#!\\\n \t@$~ab'".to_vec()),
                any::<u8>(),
            ],
            0..300,
        )
    ) {
        let parsed = parse_text("k", &bytes);
        for finding in parsed.findings.all() {
            let at = finding.span.and_then(|span| parsed.sources.resolve(span));
            prop_assert!(at.is_some(), "{finding:?}");
        }
        let mut covered = vec![false; parsed.sources.expanded().len()];
        let mut cover = |span: Span| {
            let range = span.start as usize..span.end as usize;
            covered.get_mut(range).into_iter().flatten().for_each(|byte| *byte = true);
        };
        let mut waiting: Vec<&Statement> = parsed.tree.statements.iter().collect();
        while let Some(statement) = waiting.pop() {
            for word in &statement.words {
                let text = parsed.sources.text(word.span);
                let inner = if word.quoted { text.trim_matches('"') } else { text };
                prop_assert_eq!(inner, word.text.trim_matches('"'));
                prop_assert!(parsed.sources.resolve(word.span).is_some());
                cover(word.span);
            }
            if let Some(block) = &statement.block {
                cover(block.open);
                block.close.into_iter().for_each(&mut cover);
                waiting.extend(&block.statements);
            }
        }
        // What belongs to no word and no brace is white space, or stands in a finding: a brace too
        // many, a quote that is never closed.
        for finding in parsed.findings.all() {
            finding.span.into_iter().for_each(&mut cover);
        }
        let rest = parsed.sources.expanded().bytes().zip(covered).filter(|(_, covered)| !covered);
        let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c);
        let lost: Vec<u8> = rest.map(|(byte, _)| byte).filter(|byte| !blank(*byte)).collect();
        // A line with such a quote has one finding, though more of it may be lost.
        let open = parsed.findings.all().iter().any(|found| found.code == Code::UNCLOSED_QUOTE);
        prop_assert!(lost.is_empty() || open, "{lost:?}");
    }
}
