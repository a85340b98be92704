//! One physical line: its bytes, its comment, its kind.

use std::ops::Range;

use pest::Parser;
use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "../grammar/lines.pest"]
struct LineParser;

/// keepalived reads lines of at most so many bytes.
pub(super) const LONGEST: usize = 1022;

/// What a line is, after its comment is gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Nothing.
    Blank,
    /// `$NAME=value`.
    Definition,
    /// `@id rest`.
    Condition,
    /// `~SEQ(...)` or `~LST(...)`.
    Sequence,
    /// `include` and its variants: the directive and the pattern.
    Include(String, String),
    /// Words and braces.
    Text,
}

/// The kind of a line.
pub(super) fn kind(line: &str) -> Kind {
    // The grammar is total; should it ever not be, the line is text.
    let Some(inner) = LineParser::parse(Rule::line, line)
        .ok()
        .and_then(|mut pairs| pairs.next())
        .and_then(|line| line.into_inner().next())
    else {
        return Kind::Text;
    };
    match inner.as_rule() {
        Rule::blank => Kind::Blank,
        Rule::definition => Kind::Definition,
        Rule::condition => Kind::Condition,
        Rule::sequence => Kind::Sequence,
        Rule::include => {
            let mut parts = inner.into_inner().map(|pair| pair.as_str().to_owned());
            let directive = parts.next().unwrap_or_default();
            Kind::Include(directive, parts.next().unwrap_or_default())
        }
        _ => Kind::Text,
    }
}

/// True if the line uses a definition: `${NAME...}` anywhere, or `$NAME` followed by a blank, `,`,
/// `)` or the end.
pub(super) fn uses_definition(line: &str) -> bool {
    line.match_indices('$').any(|(at, _)| {
        let rest = line.get(at + 1..).unwrap_or_default();
        let (name, braced) = match rest.strip_prefix('{') {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let after = end.and_then(|end| name.get(end..)).unwrap_or_default();
        let ends = match braced {
            true => after.starts_with(['}', ' ', '\t']),
            false => after.is_empty() || after.starts_with([' ', '\t', ',', ')']),
        };
        begins && ends
    })
}

/// A line without its comment and the blanks around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Content {
    /// The runs that stay; between them stood the backslash of `\#` or `\!`.
    pub(super) runs: Vec<Range<usize>>,
    /// Where a double quote opens that is never closed.
    pub(super) open_quote: Option<usize>,
}

/// Removes the comment: `#` or `!` outside double quotes ends the line, `\#` and `\!` stand for
/// the character, any other backslash keeps itself and the byte after it.
pub(super) fn content(line: &str) -> Content {
    let bytes = line.as_bytes();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().take_while(|byte| is_blank(byte)).count();
    let mut runs = Vec::new();
    let (mut run, mut at, mut quote) = (start, start, None);
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\\', Some(b'#' | b'!')) if quote.is_none() => {
                runs.push(run..at);
                run = at + 1;
                at += 2;
            }
            (b'\\', Some(_)) => at += 2,
            (b'"', _) => {
                quote = if quote.is_none() { Some(at) } else { None };
                at += 1;
            }
            (b'#' | b'!', _) if quote.is_none() => break,
            _ => at += 1,
        }
    }
    let end = at.min(bytes.len());
    let kept = bytes.get(run..end).unwrap_or_default();
    let trailing = kept.iter().rev().take_while(|byte| is_blank(byte)).count();
    runs.push(run..end - trailing);
    runs.retain(|run| !run.is_empty());
    Content { runs, open_quote: quote }
}

/// Where, after a brace, a line begins that is more than words: what follows a brace is read as a
/// line of its own. Braces in double quotes are none.
pub(super) fn directive_after_brace(line: &str, content: &Content) -> Option<usize> {
    let end = content.runs.last()?.end;
    let mut quoted = false;
    for (at, byte) in line.bytes().enumerate().take(end) {
        match byte {
            b'"' => quoted = !quoted,
            b'{' | b'}' if !quoted => {
                let rest = line.get(at + 1..end)?;
                let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                let start = at + 1 + blanks;
                // Most lines have a brace and none of these: no need to parse them again.
                let may_be = ["@", "$", "~SEQ", "~LST", "include"];
                let rest = rest.trim_start_matches([' ', '\t']);
                if may_be.iter().any(|start| rest.starts_with(start))
                    && !matches!(kind(line.get(start..end)?), Kind::Blank | Kind::Text)
                {
                    return Some(start);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(line: &str) -> String {
        content(line).runs.into_iter().map(|run| &line[run]).collect()
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
            ("a \\", "a \\"),
            ("\té\t# x", "é"),
        ] {
            assert_eq!(kept(line), expected, "{line}");
        }
    }

    #[test]
    fn an_open_quote_is_found_where_it_opens() {
        assert_eq!(content(r#"a "b" "c"#).open_quote, Some(6));
        assert_eq!(content(r#"a "b""#).open_quote, None);
    }

    #[test]
    fn kinds_are_told_by_the_first_characters() {
        assert_eq!(kind(""), Kind::Blank);
        assert_eq!(kind("$A=1"), Kind::Definition);
        assert_eq!(kind("$A = 1"), Kind::Text);
        assert_eq!(kind("@main x"), Kind::Condition);
        assert_eq!(kind("~SEQ(A,3) x"), Kind::Sequence);
        assert_eq!(kind("~seq(A,3) x"), Kind::Text);
        assert_eq!(kind("includem a b.conf"), Kind::Include("includem".into(), "a b.conf".into()));
        assert_eq!(kind("include"), Kind::Text);
        assert_eq!(kind("includefoo x"), Kind::Text);
    }
}
