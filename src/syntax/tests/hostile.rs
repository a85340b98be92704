//! Input that was written to hang, to overflow or to eat the memory.

use std::fmt::Write;

use crate::source::{LoadedFile, Memory};
use crate::syntax::tests::{findings, outline};
use crate::syntax::{Environment, Limits, Parsed, finish, parse_text};

/// Reads a text with bounds that are soon reached.
fn bounded(text: &str) -> Parsed {
    let limits = Limits { lines: 5_000, uses: 5_000, text: 100_000, files: 5 };
    let file = LoadedFile { path: "k".into(), bytes: text.into() };
    finish(&Memory::default(), vec![file], &Environment::default(), limits)
}

fn codes(parsed: &Parsed) -> Vec<&'static str> {
    let mut codes: Vec<_> = parsed.findings.all().iter().map(|found| found.code.id).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn self_references_end() {
    for text in [
        "$R=$R\nx $R",
        "$R=a $R\nx $R",
        "$R=${R}${R}\nx $R",
        "$R=a \\\n$R \\\n$R\n$R",
        "$A=${B} ${B}\n$B=${A} ${A}\nx $A",
        "~LST(A,$A) x $A",
        "~LST(A,$B) ~LST(B,$A) x $A",
    ] {
        let parsed = parse_text("k", text.as_bytes());
        assert!(codes(&parsed).contains(&"SA125"), "{text}: {:?}", findings(&parsed));
        assert!(parsed.sources.expanded().len() < 10_000, "{text}");
    }
}

#[test]
fn definitions_that_double_each_other_meet_a_bound() {
    // Each line is short, and none uses itself: 2^60 lines.
    let mut text = String::new();
    for level in 0..60 {
        let _ = writeln!(text, "$D{level}= \\\n ${{D{}}} \\\n ${{D{}}}", level + 1, level + 1);
    }
    text.push_str("$D60=x\n$D0\n");
    let parsed = bounded(&text);
    assert!(codes(&parsed).contains(&"SA131"), "{:?}", codes(&parsed));

    // The same in one line, with nothing in the end.
    let mut text = String::new();
    for level in 0..60 {
        let _ = writeln!(text, "$D{level}=${{D{}}}${{D{}}}", level + 1, level + 1);
    }
    text.push_str("$D60=\nx $D0\n");
    let parsed = parse_text("k", text.as_bytes());
    assert!(codes(&parsed).contains(&"SA136"), "{:?}", codes(&parsed));
}

#[test]
fn generators_without_end_meet_a_bound() {
    let parsed = parse_text("k", b"~SEQ(A,1000000000000) x $A\ny");
    assert_eq!(outline(&parsed), "y");
    assert_eq!(
        findings(&parsed),
        [
            "k:1:1: error[SA126]: a generator gives at most 1000000 values, and this one 1000000000000"
        ]
    );
    let parsed = parse_text("k", b"~SEQ(A,-9223372036854775807,9223372036854775807) x\ny");
    assert_eq!(codes(&parsed), ["SA126"]);
    let nested = "~SEQ(A,1000) ~SEQ(B,1000) ~SEQ(C,1000) @none x";
    assert_eq!(codes(&bounded(nested)), ["SA131"]);
    let text = "~SEQ(A,4000) aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let parsed = bounded(text);
    assert_eq!(
        findings(&parsed),
        ["k:1:75: error[SA131]: the configuration has more than 100000 bytes after expansion"]
    );
    assert!(parsed.sources.expanded().len() < 101_000);
    let empty = b"~SEQ(A,999999)\nx $A";
    assert_eq!(outline(&parse_text("k", empty)), "x 999999");
}

#[test]
fn a_line_without_end_is_left_out() {
    let mut text = "a ".repeat(2 << 20);
    text.push_str("\nb");
    let parsed = parse_text("k", text.as_bytes());
    assert_eq!(outline(&parsed), "b");
    assert_eq!(codes(&parsed), ["SA110"]);
}

#[test]
fn many_definitions_are_no_burden() {
    let mut text = String::new();
    for at in 0..50_000 {
        let _ = writeln!(text, "$D{at}={at}");
    }
    text.push_str("x $D7");
    let parsed = parse_text("k", text.as_bytes());
    assert_eq!(outline(&parsed), "x 7");
    assert_eq!(parsed.findings.all().len(), 50);
}

#[test]
fn generators_in_definitions_in_generators_keep_their_place() {
    // Each value of the definition starts the generator that uses it.
    let parsed = parse_text("k", b"$G= \\\n ~SEQ(A,2) $H\n$H= \\\n ~SEQ(B,2) $G\n$G");
    assert!(
        codes(&parsed).iter().any(|code| ["SA125", "SA131"].contains(code)),
        "{:?}",
        codes(&parsed)
    );
}
