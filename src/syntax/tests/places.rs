//! Where a finding is shown that came through includes, definitions and generators.

use std::path::Path;

use crate::diag::render::{human, keepalived};
use crate::diag::{Code, Diagnostic, Severity};
use crate::source::Memory;
use crate::syntax::{Environment, Parsed, Statement, parse};

fn read(main: &str) -> Parsed {
    let files = Memory::default()
        .with("main", main)
        .with("net.inc", "# networks\n$NET=10.0.0\n$BAD=10.0.0.300/24\n$V=x $BAD \\\n y z\n");
    parse(&files, Path::new("main"), &Environment::default()).unwrap()
}

/// A finding about the last word of the last statement.
fn about_the_last_word(parsed: &Parsed) -> Diagnostic {
    fn last(statements: &[Statement]) -> &Statement {
        let statement = statements.last().unwrap();
        match &statement.block {
            Some(block) if !block.statements.is_empty() => last(&block.statements),
            _ => statement,
        }
    }
    let word = last(&parsed.tree.statements).words.last().unwrap();
    Diagnostic::new(Code::INVALID_ADDRESS, Severity::Error, word.span, "no address")
        .with_label("here")
}

fn shown(main: &str) -> String {
    let parsed = read(main);
    human::text(&about_the_last_word(&parsed), &parsed.sources, false)
}

#[test]
fn text_of_one_definition_is_shown_in_the_definition() {
    insta::assert_snapshot!(shown("include net.inc\na {\n  $BAD\n}\n"), @"
    error[SA203]: no address
     --> net.inc:3:6
      |
    3 | $BAD=10.0.0.300/24
      |      ^^^^^^^^^^^^^ here
      |
      = note: `$BAD` is used at main:3:3
      = note: included at main:1:1
    ");
}

#[test]
fn text_of_several_origins_is_shown_on_the_line_of_the_use() {
    insta::assert_snapshot!(shown("include net.inc\na {\n  ${NET}.300/24\n}\n"), @"
    error[SA203]: no address
     --> main:3:3
      |
    3 |   ${NET}.300/24
      |   ^^^^^^^^^^^^^ here
      |
      = note: it reads `10.0.0.300/24` here
      = note: `$NET` is defined at net.inc:2:1
    ");
}

#[test]
fn text_of_nested_definitions_tells_each_use() {
    insta::assert_snapshot!(shown("$A=p ${B}\n$B=q\nx $A"), @"
    error[SA203]: no address
     --> main:2:4
      |
    2 | $B=q
      |    ^ here
      |
      = note: `$B` is used at main:1:6
      = note: `$A` is used at main:3:3
    ");
}

#[test]
fn what_a_generator_counts_is_shown_where_it_is_used() {
    insta::assert_snapshot!(shown("~SEQ(N,1,2) a 10.0.0.${N}00\n"), @"
    error[SA203]: no address
     --> main:1:15
      |
    1 | ~SEQ(N,1,2) a 10.0.0.${N}00
      |               ^^^^^^^^^^^^^ here
      |
      = note: it reads `10.0.0.200` here
    ");
    insta::assert_snapshot!(shown("~LST(N,x,yy) a $N\n"), @"
    error[SA203]: no address
     --> main:1:10
      |
    1 | ~LST(N,x,yy) a $N
      |          ^^ here
      |
      = note: `$N` is used at main:1:16
    ");
}

#[test]
fn keepalived_names_the_line_where_a_definition_is_used() {
    for (main, expected) in [
        ("include net.inc\na\n$V\n", "(main: Line 3) no address [SA203, column 4]"),
        ("$M=a \\\n b \\\n c d\n\nx $M", "(main: Line 5) no address [SA203, column 4]"),
        ("a\n~SEQ(N,3) x $N", "(main: Line 2) no address [SA203, column 13]"),
        ("a b\n", "(main: Line 1) no address [SA203, column 3]"),
    ] {
        let parsed = read(main);
        let line = keepalived::line(&about_the_last_word(&parsed), &parsed.sources);
        assert_eq!(line, expected, "{main}");
    }
}
