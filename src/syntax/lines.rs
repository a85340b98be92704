//! One physical line: its bytes, its comment, its kind.

use std::ops::Range;

use pest::Parser;
use pest_derive::Parser;

use crate::units::Compat;

#[derive(Parser)]
#[grammar = "../grammar/lines.pest"]
struct LineParser;

/// keepalived reads lines of at most so many bytes.
pub(super) const LONGEST: usize = 1022;

/// What a line is, after its comment is gone; the ranges are bytes of the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Nothing.
    Blank,
    /// `@id rest` or `@^id rest`.
    Condition {
        /// With `^`: for every other id.
        other: bool,
        /// The id.
        id: Range<usize>,
        /// What the condition is about.
        rest: Range<usize>,
    },
    /// `$NAME=value`.
    Definition {
        /// The name.
        name: Range<usize>,
        /// The value.
        value: Range<usize>,
    },
    /// What looks like a definition and is none: `$NAME = value`, `$1X=value`.
    Attempt {
        /// What should be a name.
        name: Range<usize>,
    },
    /// `~SEQ...` or `~LST...`.
    Generator,
    /// `include` and its variants.
    Include {
        /// Which variant.
        directive: Range<usize>,
        /// What it names.
        pattern: Range<usize>,
    },
    /// Words and braces.
    Text,
}

/// The kind of a line.
pub(super) fn kind(line: &str) -> Kind {
    // Most lines are none of these, and the grammar need not be asked.
    let special = match line.as_bytes().first() {
        None => return Kind::Blank,
        Some(b'@' | b'$' | b'~') => true,
        Some(_) => line.starts_with("include"),
    };
    if !special {
        return Kind::Text;
    }
    // The grammar is total; should it ever not be, the line is text.
    let Some(inner) = LineParser::parse(Rule::line, line)
        .ok()
        .and_then(|mut pairs| pairs.next())
        .and_then(|line| line.into_inner().next())
    else {
        return Kind::Text;
    };
    let rule = inner.as_rule();
    let parts: Vec<_> = inner.into_inner().collect();
    let range = |wanted: Rule| {
        let part = parts.iter().find(|part| part.as_rule() == wanted);
        part.map_or(0..0, |part| part.as_span().start()..part.as_span().end())
    };
    match rule {
        Rule::blank => Kind::Blank,
        Rule::condition => Kind::Condition {
            other: parts.iter().any(|part| part.as_rule() == Rule::other),
            id: range(Rule::id),
            rest: range(Rule::rest),
        },
        Rule::definition => Kind::Definition { name: range(Rule::name), value: range(Rule::rest) },
        Rule::attempt => Kind::Attempt { name: range(Rule::almost) },
        Rule::generator => Kind::Generator,
        Rule::include => {
            Kind::Include { directive: range(Rule::directive), pattern: range(Rule::pattern) }
        }
        _ => Kind::Text,
    }
}

/// A line without its comment and the blanks around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Content {
    /// The runs that stay; between them stood the backslash of `\#` or `\!`.
    pub(super) runs: Vec<Range<usize>>,
    /// A backslash at its end: a definition goes on with the next line, any other line keeps it.
    pub(super) backslash: Option<usize>,
    /// Where a double quote opens that is never closed.
    pub(super) open_quote: Option<usize>,
    /// Where a comment begins.
    pub(super) comment: Option<usize>,
}

/// Removes the comment: `#` or `!` outside double quotes ends the line, `\#` and `\!` stand for
/// the character, any other backslash keeps itself and the byte after it.
///
/// 2.2.7 heeds a backslash at the end of the comment as well.
pub(super) fn content(line: &str, compat: Compat) -> Content {
    let bytes = line.as_bytes();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().take_while(|byte| is_blank(byte)).count();
    let mut runs = Vec::new();
    let (mut run, mut at, mut quote) = (start, start, None);
    let (mut backslash, mut comment) = (None, None);
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\\', Some(b'#' | b'!')) if quote.is_none() => {
                runs.push(run..at);
                run = at + 1;
                at += 2;
            }
            (b'\\', Some(_)) => at += 2,
            (b'\\', None) => {
                backslash = Some(at);
                break;
            }
            (b'"', _) => {
                quote = if quote.is_none() { Some(at) } else { None };
                at += 1;
            }
            (b'#' | b'!', _) if quote.is_none() => {
                comment = Some(at);
                break;
            }
            _ => at += 1,
        }
    }
    if let Some(from) = comment.filter(|_| compat == Compat::V2_2_7) {
        backslash = trailing_backslash(bytes.get(from..).unwrap_or_default()).map(|at| from + at);
    }
    let end = at.min(bytes.len());
    let kept = bytes.get(run..end).unwrap_or_default();
    let trailing = kept.iter().rev().take_while(|byte| is_blank(byte)).count();
    runs.push(run..end - trailing);
    runs.retain(|run| !run.is_empty());
    Content { runs, backslash, open_quote: quote, comment }
}

/// A backslash at the end that is not the second of two.
fn trailing_backslash(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\\', None) => return Some(at),
            (b'\\', Some(_)) => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// What a line is cut at: each brace outside double quotes, with its place. Where a double quote is
/// never closed, no brace follows.
pub(super) fn braces(line: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut quoted = false;
    line.bytes().enumerate().filter(move |(_, byte)| {
        quoted ^= *byte == b'"';
        !quoted && matches!(byte, b'{' | b'}')
    })
}

/// The places of braces that are none: those of `${...}` where that is not replaced. For keepalived
/// they open and close a block; that is never meant.
pub(super) fn literal_braces(line: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("${") {
        let inside = line.get(at + 2..).unwrap_or_default();
        let end = inside.find(|c: char| {
            !(c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '\t' | ':' | '-' | '.' | '/'))
        });
        if let Some(end) = end.filter(|end| inside.as_bytes().get(*end) == Some(&b'}')) {
            found.extend([at + 1, at + 2 + end]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(line: &str) -> String {
        content(line, Compat::V2_4_3).runs.into_iter().map(|run| &line[run]).collect()
    }

    #[test]
    fn comments_end_the_line_outside_quotes_only() {
        for (line, expected) in [
            ("  a b # c", "a b"),
            ("foo#bar", "foo"),
            ("! all", ""),
            (r"a foo\#bar \!x y\z \\ end", r"a foo#bar !x y\z \\ end"),
            (r#"a "p # q" r # s"#, r#"a "p # q" r"#),
            (r#"a "p \" # q" r"#, r#"a "p \" # q" r"#),
            (r"a \\# b", r"a \\"),
            ("a \\", "a"),
            ("\té\t# x", "é"),
        ] {
            assert_eq!(kept(line), expected, "{line}");
        }
    }

    #[test]
    fn a_backslash_ends_a_line_unless_a_comment_hides_it() {
        for (line, of_old, of_new) in [
            ("a \\", Some(2), Some(2)),
            ("a \\\\", None, None),
            ("a # b \\", Some(6), None),
            ("a # b \\\\", None, None),
            ("\"a\\", Some(2), Some(2)),
        ] {
            assert_eq!(content(line, Compat::V2_2_7).backslash, of_old, "{line}");
            assert_eq!(content(line, Compat::V2_4_3).backslash, of_new, "{line}");
        }
    }

    #[test]
    fn an_open_quote_is_found_where_it_opens() {
        let open = |line| content(line, Compat::V2_4_3).open_quote;
        assert_eq!(open(r#"a "b" "c"#), Some(6));
        assert_eq!(open(r#"a "b""#), None);
    }

    #[test]
    fn kinds_are_told_by_the_first_characters() {
        assert_eq!(kind(""), Kind::Blank);
        assert_eq!(kind("$A= 1 2"), Kind::Definition { name: 1..2, value: 4..7 });
        assert_eq!(kind("$_A1="), Kind::Definition { name: 1..4, value: 5..5 });
        for (line, name) in [("$A = 1", 1..2), ("$1D=x", 1..3), ("$ X=y", 2..3), ("$F-G=", 1..4)] {
            assert_eq!(kind(line), Kind::Attempt { name }, "{line}");
        }
        let condition = |other, id, rest| Kind::Condition { other, id, rest };
        assert_eq!(kind("@main x y"), condition(false, 1..5, 6..9));
        assert_eq!(kind("@^main\tx"), condition(true, 2..6, 7..8));
        assert_eq!(kind("@ x"), condition(false, 1..1, 2..3));
        assert_eq!(kind("@"), condition(false, 1..1, 1..1));
        assert_eq!(kind("~SEQ(A,3) x"), Kind::Generator);
        assert_eq!(kind("~seq(A,3) x"), Kind::Text);
        assert_eq!(kind("includem a b.conf"), Kind::Include { directive: 0..8, pattern: 9..17 });
        for line in ["include", "includefoo x", "includex f", "a", "$A", "$ = x"] {
            assert_eq!(kind(line), Kind::Text, "{line}");
        }
    }

    #[test]
    fn braces_of_an_unknown_variable_are_text() {
        assert_eq!(literal_braces("x${UNDEF} ${A 1}y ${B:-c}"), [2, 8, 11, 15, 19, 24]);
        assert_eq!(literal_braces("${A ${B}"), [5, 7]);
        assert_eq!(literal_braces("${\"x\"} $ {A}"), [0_usize; 0]);
        let found: Vec<_> = braces("a{\"}\" } \"{").collect();
        assert_eq!(found, [(1, b'{'), (6, b'}')]);
    }
}
