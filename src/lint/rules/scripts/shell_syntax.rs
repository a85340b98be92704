//! Shell syntax in a script line that no shell sees.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::Script;
use crate::lint::{Page, Raised, Rule, Subject};
use crate::units::Span;

pub(super) const RULE: Rule = Rule {
    code: Code::SHELL_SYNTAX,
    severity: Severity::Error,
    page: Page {
        what: "A script line has a pipe, a redirection, `&&`, `;`, `$NAME` or another thing \
               that only a shell understands.",
        why: "keepalived starts the program itself, without a shell: `|` and `>` are handed \
               over as ordinary words, the output goes nowhere, and the second command never \
               runs.",
        instead: "Put the line into a script file, or write `\"/bin/sh -c '…'\"`.",
        bad: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master "/usr/bin/logger master > /tmp/state"
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
        good: r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master "/bin/sh -c '/usr/bin/logger master > /tmp/state'"
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
    },
    raised: Raised::Check(check),
};

/// Programs that are shells, or run what they are given.
const SHELLS: &[&str] =
    &["sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "env", "ssh", "awk"];

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let lines = subject.config.script_uses().map(|named| named.script);
    lines
        .filter_map(|script| {
            let (word, certain) = syntax_of_a_shell(script)?;
            let text = format!("no shell sees this line: `{word}` is an ordinary word");
            let found = RULE
                .at(place(subject, script.span, word), text)
                .with_label("the program gets it as an argument")
                .with_help("put it into a script, or write \"/bin/sh -c '…'\"");
            let severity = if certain { Severity::Error } else { Severity::Warning };
            Some(Diagnostic { severity, ..found })
        })
        .collect()
}

/// Where the word stands in the line; the whole line if it is written in another way there.
fn place(subject: &Subject<'_>, line: Span, word: &str) -> Span {
    let text = subject.sources.text(line);
    let alone = |at: usize| {
        let before = text.get(..at).unwrap_or_default();
        before.ends_with([' ', '\t', '"', '\''])
    };
    let found = text.match_indices(word).find(|(at, _)| alone(*at));
    found.map_or(line, |(at, word)| line.slice(at, at + word.len()))
}

/// The first word that wants a shell, and whether it can mean nothing else.
fn syntax_of_a_shell(script: &Script) -> Option<(&str, bool)> {
    let name = script.program.rsplit('/').next().unwrap_or_default();
    if SHELLS.contains(&name) {
        return None;
    }
    let words = || std::iter::once(&script.program).chain(&script.arguments).map(String::as_str);
    let operator = words().find(|word| is_operator(word)).map(|word| (word, true));
    operator.or_else(|| words().find(|word| is_expansion(word)).map(|word| (word, false)))
}

/// `|`, `&&`, `;`, `>file`, `2>&1` and their like.
fn is_operator(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(word, "|" | "||" | "&" | "&&" | ";" | "<" | "<<")
        || digits.starts_with('>')
        || word.starts_with("&>")
        || (word.len() > 1 && word.ends_with(';') && !word.contains(['&', '=']))
        || word.starts_with("$(")
        || word.starts_with('`')
}

/// `$NAME`, `${NAME}`, `~/x`, `*.sh`.
fn is_expansion(word: &str) -> bool {
    let variable = word
        .split('$')
        .skip(1)
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{')));
    variable || word.starts_with("~/") || (word.starts_with('/') && word.contains('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_and_expansions_are_told_from_ordinary_words() {
        for word in
            ["|", "&&", ";", ">", ">>x", "2>&1", "2>/dev/null", "&>x", "a;", "`date`", "$(x)"]
        {
            assert!(is_operator(word), "{word}");
        }
        for word in ["a>b", "-x", "10", "http://h/?a=1&b=2;", "a|b", "100%"] {
            assert!(!is_operator(word), "{word}");
        }
        for word in ["$HOME", "a${X}", "~/x", "/opt/*.sh"] {
            assert!(is_expansion(word), "{word}");
        }
        for word in ["cost$", "a*b", "$1", "*"] {
            assert!(!is_expansion(word), "{word}");
        }
    }
}
