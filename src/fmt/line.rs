//! One physical line as bytes: its words, its comment, its kind, its braces.
//!
//! The rules are those by which keepalived reads a line, up to the point where its meaning would
//! need the lines before it. Bytes, since a file may hold comments in any encoding.

/// keepalived reads lines of at most so many bytes.
pub(super) const LONGEST: usize = 1022;

/// Some editors put it at the start of a file, where it is not read.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a line, or the part of it after a brace or a condition, is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind<'a> {
    /// Nothing, or a comment only.
    Blank,
    /// `$NAME=value`.
    Definition,
    /// `@id rest` or `@^id rest`.
    Condition(Condition<'a>, &'a [u8]),
    /// `~SEQ(...)`, `~LST(...)`, and whatever else begins with `~`.
    Generator,
    /// `include` and its variants.
    Include,
    /// Words and braces.
    Words,
}

/// When a line counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Condition<'a> {
    /// The config-id that it names.
    pub(super) id: &'a [u8],
    /// `@^id`: for any other config-id.
    pub(super) negated: bool,
}

/// A line without its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Line<'a> {
    /// All of it.
    pub(super) whole: &'a [u8],
    /// Without the blanks around it and the comment.
    pub(super) content: &'a [u8],
    /// The comment with its `#` or `!`, blanks after it cut off.
    pub(super) comment: &'a [u8],
    /// No blank stands between the two.
    pub(super) glued: bool,
    /// A double quote is never closed.
    pub(super) open_quote: bool,
}

pub(super) fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Without blanks in front.
pub(super) fn trim_start(text: &[u8]) -> &[u8] {
    text.get(text.iter().take_while(|byte| is_blank(byte)).count()..).unwrap_or_default()
}

/// Without blanks at the end; a backslash keeps them, since it means something else at the end.
pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take_while(|byte| is_blank(byte)).count();
    match text.get(..text.len() - blanks) {
        Some(kept) if blanks == 0 || kept.last() != Some(&b'\\') => kept,
        _ => text,
    }
}

impl<'a> Line<'a> {
    /// Takes the comment off: `#` or `!` outside double quotes, unless a backslash stands before.
    pub(super) fn new(whole: &'a [u8]) -> Self {
        let body = trim_start(whole);
        let (mut at, mut quoted) = (0, false);
        while let Some(byte) = body.get(at) {
            match byte {
                b'\\' => at += 1,
                b'"' => quoted = !quoted,
                b'#' | b'!' if !quoted => break,
                _ => {}
            }
            at += 1;
        }
        let (before, comment) = body.split_at(at.min(body.len()));
        let content = trim_end(before);
        let glued = !comment.is_empty() && !content.is_empty() && content.len() == before.len();
        Self { whole, content, comment: trim_end(comment), glued, open_quote: quoted }
    }

    /// keepalived leaves it out: too long, or it holds NUL bytes.
    pub(super) fn is_dropped(&self) -> bool {
        self.whole.len() > LONGEST || self.whole.contains(&0)
    }

    /// Holds bytes that separate words and are no blanks, or a byte order mark: nothing that can
    /// be laid out anew.
    pub(super) fn is_odd(&self) -> bool {
        self.whole.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t')
            || trim_start(self.whole).starts_with(BYTE_ORDER_MARK)
    }

    /// Ends in a backslash, be it that of its comment (which 2.2.7 heeds).
    pub(super) fn continues(&self) -> bool {
        let ends = |text: &[u8]| text.iter().rev().find(|byte| !is_blank(byte)) == Some(&b'\\');
        ends(self.content) || ends(self.comment)
    }

    /// Its braces as keepalived counts them.
    pub(super) fn braces(&self) -> Vec<Brace<'a>> {
        let content = self.content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(self.content);
        braces(content)
    }
}

/// The kind of a line or a part of one, from its first bytes.
pub(super) fn kind(content: &[u8]) -> Kind<'_> {
    match content.first() {
        None => Kind::Blank,
        Some(b'@') => {
            let rest = content.get(1..).unwrap_or_default();
            let (negated, rest) = match rest.strip_prefix(b"^") {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let end = rest.iter().position(is_blank).unwrap_or(rest.len());
            let (id, rest) = rest.split_at(end);
            Kind::Condition(Condition { id, negated }, trim_start(rest))
        }
        Some(b'~') => Kind::Generator,
        Some(b'$') if name_length(content.get(1..).unwrap_or_default(), b"=").is_some() => {
            Kind::Definition
        }
        Some(b'i') if is_include(content) => Kind::Include,
        Some(_) => Kind::Words,
    }
}

fn is_include(content: &[u8]) -> bool {
    let Some(rest) = content.strip_prefix(b"include") else { return false };
    let rest = match rest.first() {
        Some(b'r' | b'm' | b'w' | b'b' | b'a') => rest.get(1..).unwrap_or_default(),
        _ => rest,
    };
    rest.first().is_some_and(u8::is_ascii_whitespace)
}

/// The length of the name of a definition at the start, if one of these bytes follows it.
fn name_length(text: &[u8], followed_by: &[u8]) -> Option<usize> {
    let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = text.iter().take_while(|byte| of_name(byte)).count();
    let begins = text.first().is_some_and(|byte| !byte.is_ascii_digit());
    let follows = text.get(length).is_some_and(|byte| followed_by.contains(byte));
    (length > 0 && begins && follows).then_some(length)
}

/// The length of `${NAME}` or `${NAME WORD...}` at the start: its braces are none of blocks.
fn reference_length(text: &[u8]) -> Option<usize> {
    let inside = text.strip_prefix(b"${")?;
    let name = name_length(inside, b"} \t")?;
    let rest = inside.get(name..)?;
    let of_words = |byte: &u8| is_blank(byte) || byte.is_ascii_alphanumeric() || *byte == b'_';
    let words = rest.iter().take_while(|byte| of_words(byte)).count();
    (rest.get(words) == Some(&b'}')).then_some(2 + name + words + 1)
}

/// A brace of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Brace<'a> {
    /// Where in the content.
    pub(super) at: usize,
    /// `{`, not `}`.
    pub(super) opens: bool,
    /// When it counts; all of them must hold.
    pub(super) conditions: Vec<Condition<'a>>,
    /// Nothing but braces stands before it.
    pub(super) leads: bool,
}

/// The braces outside double quotes. What follows a brace is read as a line of its own, and may so
/// be a condition, or end the search as a definition or an include does.
fn braces(content: &[u8]) -> Vec<Brace<'_>> {
    let mut found = Vec::new();
    let mut conditions = Vec::new();
    let mut leads = true;
    let (mut start, mut at) = (0, 0);
    let mut quoted = false;
    loop {
        if at == start {
            let rest = content.get(start..).unwrap_or_default();
            let blanks = rest.len() - trim_start(rest).len();
            at += blanks;
            match kind(trim_start(rest)) {
                Kind::Blank | Kind::Definition | Kind::Include => return found,
                Kind::Condition(condition, rest) => {
                    conditions.push(condition);
                    at = content.len() - rest.len();
                    if matches!(kind(rest), Kind::Blank | Kind::Definition | Kind::Include) {
                        return found;
                    }
                }
                Kind::Generator | Kind::Words => {}
            }
        }
        let Some(byte) = content.get(at) else { return found };
        match byte {
            b'"' => quoted = !quoted,
            b'{' | b'}' if !quoted => {
                let opens = *byte == b'{';
                found.push(Brace { at, opens, conditions: conditions.clone(), leads });
                start = at + 1;
                quoted = false;
            }
            b'$' => {
                if let Some(length) = reference_length(content.get(at..).unwrap_or_default()) {
                    at += length - 1;
                }
                leads = false;
            }
            byte if !byte.is_ascii_whitespace() => leads = false,
            _ => {}
        }
        at += 1;
    }
}

/// The text defines something, on its own or after a condition or a brace.
pub(super) fn defines(content: &[u8]) -> bool {
    let mut dollars = content.iter().enumerate().filter(|(_, byte)| **byte == b'$');
    dollars.any(|(at, _)| {
        name_length(content.get(at + 1..).unwrap_or_default(), b"=").is_some()
            && content.get(..at).is_some_and(|before| {
                matches!(trim_start(before).first(), None | Some(b'@'))
                    || trim_end(before).ends_with(b"{")
                    || trim_end(before).ends_with(b"}")
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_is_told_from_the_content() {
        for (line, content, comment, glued) in [
            ("  a b  # c ", "a b", "# c", false),
            ("foo#bar", "foo", "#bar", true),
            ("! all", "", "! all", false),
            (r"a \#b !c", r"a \#b", "!c", false),
            (r#"a "p # q" r # s"#, r#"a "p # q" r"#, "# s", false),
            (r"$A=x \  ", r"$A=x \  ", "", false),
        ] {
            let read = Line::new(line.as_bytes());
            assert_eq!(read.content, content.as_bytes(), "{line}");
            assert_eq!(read.comment, comment.as_bytes(), "{line}");
            assert_eq!(read.glued, glued, "{line}");
        }
    }

    #[test]
    fn braces_are_counted_as_keepalived_counts_them() {
        for (line, expected) in [
            ("a {", "{"),
            ("} }", "}}"),
            (r#"a "{" b {"#, "{"),
            ("a '{' b", "{"),
            ("include {a,b}.conf", ""),
            ("a { include {a,b}.conf", "{"),
            ("priority ${P} {", "{"),
            ("x ${_RANDOM 1 5} }", "}"),
            ("x ${ A}", "{}"),
            ("$A=b {", ""),
            ("x { $A=b {", "{"),
            ("@main $A=b {", ""),
            ("@main vrrp_instance A {", "{"),
            ("x { @main y }", "{}"),
            (r#"a "b { c"#, ""),
        ] {
            let line = Line::new(line.as_bytes());
            let found: String =
                line.braces().iter().map(|brace| if brace.opens { '{' } else { '}' }).collect();
            assert_eq!(found, expected, "{line:?}");
        }
    }

    #[test]
    fn a_condition_holds_for_the_rest_of_the_line_only() {
        let line = Line::new(b"x { @main y } z");
        let conditions: Vec<_> = line.braces().iter().map(|brace| brace.conditions.len()).collect();
        assert_eq!(conditions, [0, 1]);
    }
}
