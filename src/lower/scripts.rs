//! Script lines: they have quoting rules of their own, in two stages, and no shell.
//!
//! Stage A splits the line: `"..."` and `'...'` quote, adjacent pieces join, a backslash keeps
//! itself and the byte after it. Word 2 is the command, words 3 and 4 user and group. Stage B
//! splits the command the same way and turns escapes into bytes.

use crate::diag::{Code, Verdict};
use crate::ir::{Script, ScriptUser};
use crate::lower::Lowering;
use crate::syntax::{Statement, Word};
use crate::units::{Compat, Spanned};

impl Lowering<'_> {
    /// The script of a statement such as `notify_master "/path args" user group`.
    pub(super) fn script(&mut self, statement: &Statement) -> Option<Spanned<Script>> {
        let name = statement.keyword().to_owned();
        let span = statement.arguments().first().map_or(statement.line, |word| word.span);
        let words = split_line(self.raw(statement), self.compat);
        let Some(mut words) = words.map(|words| words.into_iter().skip(1)) else {
            self.bad_script(span, &name);
            return None;
        };
        let command = words.next().unwrap_or_default();
        let user = words.next().map(|user| ScriptUser { user, group: words.next() });
        if words.next().is_some() {
            self.warning(
                Code::EXTRA_WORDS,
                statement.line,
                format!("extra words after the user and group of `{name}`"),
            )
            .label("a command with arguments goes into one pair of quotes")
            .note("keepalived ignores them without a word");
        }
        let Some(mut parts) = split_command(&command, self.compat).map(Vec::into_iter) else {
            self.bad_script(span, &name);
            return None;
        };
        let Some(program) = parts.next().filter(|program| !program.is_empty()) else {
            let finding =
                self.warning(Code::SCRIPT_SYNTAX, span, format!("`{name}` names no program"));
            match name.strip_suffix("_script") {
                Some(when @ ("startup" | "shutdown")) => finding
                    .note("keepalived ignores the statement")
                    .verdict(Verdict::Counted)
                    .wording(format!("Invalid {when} script")),
                _ => finding.note("keepalived does not mention it"),
            };
            return None;
        };
        Some(Spanned::new(Script { program, arguments: parts.collect(), user }, span))
    }

    fn bad_script(&mut self, span: crate::units::Span, name: &str) {
        let compat = self.compat;
        let finding = self
            .error(
                Code::SCRIPT_SYNTAX,
                span,
                format!("the command of `{name}` cannot be split into words"),
            )
            .label("a quote is not closed, or it ends in a backslash");
        match name {
            "startup_script" => finding.wording("Invalid startup script"),
            "shutdown_script" => finding.wording("Invalid shutdown script"),
            // Up to 2.3.1 the line is read as words first, and the quote reported then.
            _ if compat == Compat::V2_2_7 => finding.note("keepalived drops the script"),
            "script" | "misc_path" => finding.note("keepalived crashes when it reads this"),
            _ => finding.note("keepalived drops the script").verdict(Verdict::Logged),
        };
    }

    /// `script_user USER [GROUP]`.
    pub(super) fn script_user(&mut self, words: &[Word]) -> Option<Spanned<ScriptUser>> {
        let user = words.first()?;
        let group = words.get(1).map(|group| group.text.clone());
        Some(Spanned::new(ScriptUser { user: user.text.clone(), group }, user.span))
    }
}

/// Stage A. `None` if a quote is not closed. 2.2.7 converts escapes here too, and so twice in all.
fn split_line(line: &str, compat: Compat) -> Option<Vec<String>> {
    if compat < Compat::V2_4_3 {
        return split_command(line, compat);
    }
    split(line, |characters, word| {
        word.push('\\');
        word.push(characters.next()?);
        Some(())
    })
}

/// Stage B. `None` if a quote is not closed or the text ends in a backslash.
pub(super) fn split_command(command: &str, compat: Compat) -> Option<Vec<String>> {
    let hexadecimal = match compat {
        Compat::V2_2_7 => usize::MAX,
        Compat::V2_4_3 => 2,
    };
    split(command, |characters, word| {
        let escaped = characters.next()?;
        let byte = match escaped {
            'a' => 0x07,
            'b' => 0x08,
            'E' => 0x1b,
            'f' => 0x0c,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 0x0b,
            'c' => match characters.next() {
                Some(control) if control.is_ascii() => (control as u8) & 0x1f,
                Some(other) => {
                    word.push(other);
                    return Some(());
                }
                None => b'c',
            },
            'x' => number(characters, None, 16, hexadecimal).unwrap_or(b'x'),
            '0'..='7' => number(characters, escaped.to_digit(8), 8, 2).unwrap_or(0),
            other => {
                word.push(other);
                return Some(());
            }
        };
        word.push(char::from(byte));
        Some(())
    })
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Reads at most so many further digits of a number that may have begun; its last byte.
fn number(
    characters: &mut Characters<'_>,
    mut value: Option<u32>,
    radix: u32,
    most: usize,
) -> Option<u8> {
    for _ in 0..most {
        let Some(digit) = characters.peek().and_then(|next| next.to_digit(radix)) else { break };
        characters.next();
        value = Some((value.unwrap_or(0) * radix + digit) & 0xff);
    }
    value.and_then(|value| u8::try_from(value).ok())
}

/// Splits at white space outside quotes; `escape` handles what follows a backslash.
fn split(
    text: &str,
    mut escape: impl FnMut(&mut Characters<'_>, &mut String) -> Option<()>,
) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut characters = text.chars().peekable();
    let mut word: Option<String> = None;
    let mut quote = None;
    while let Some(character) = characters.next() {
        match character {
            '\\' => escape(&mut characters, word.get_or_insert_default())?,
            _ if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            _ if quote.is_none() && character.is_ascii_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word.take());
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Words = &'static [&'static str];

    /// Lines, the command and its arguments, then user and group.
    const LINES: &[(&str, Words, Words)] = &[
        (r#"script "/s a b""#, &["/s", "a", "b"], &[]),
        ("script /s a b", &["/s"], &["a", "b"]),
        (r#"notify "/s x" u g"#, &["/s", "x"], &["u", "g"]),
        (r#"script "/s 'x{y}' z # w""#, &["/s", "x{y}", "z", "#", "w"], &[]),
        (
            r#"script '/s one "two three" six\\ seven'"#,
            &["/s", "one", "two three", r"six\", "seven"],
            &[],
        ),
        (
            r#"script "/s a\ b \061\cA\E\q \x414 \0123 \8""#,
            &["/s", "a b", "1\u{1}\u{1b}q", "A4", "\n3", "8"],
            &[],
        ),
        (r#"script "/s 'it''s' x'y z'w""#, &["/s", "its", "xy zw"], &[]),
        (r#"script "/s \"a b\" 'c d' e\\ f""#, &["/s", "\"a", "b\"", "c d", r"e\", "f"], &[]),
    ];

    /// What 2.2.7 makes of some of them: it converts escapes twice.
    const OF_OLD: &[(&str, Words, Words)] = &[
        (r#"script "/s \"a b\" 'c d' e\\ f""#, &["/s", "a b", "c d", "e f"], &[]),
        (r#"script "/s a b""#, &["/s", "a", "b"], &[]),
        (r#"script "/s \x00414""#, &["/s", "\u{14}"], &[]),
    ];

    #[test]
    fn lines_are_split_as_keepalived_splits_them() {
        for (table, compat) in [(LINES, Compat::V2_4_3), (OF_OLD, Compat::V2_2_7)] {
            for (line, command, user) in table {
                let words = split_line(line, compat).unwrap();
                assert_eq!(split_command(&words[1], compat).unwrap(), *command, "{compat} {line}");
                assert_eq!(words[2..], **user, "{compat} {line}");
            }
        }
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        for compat in Compat::ALL {
            assert_eq!(split_line("script '/s", *compat), None);
            assert_eq!(split_command("/s 'a", *compat), None);
            assert_eq!(split_command("/s a\\", *compat), None);
        }
    }
}
