//! Patterns that lose their backslashes.

use crate::diag::{Code, Diagnostic, Severity};
use crate::ir::lvs::Check;
use crate::lint::rules::lvs::checkers;
use crate::lint::{Page, Raised, Rule, Subject};

pub(super) const RULE: Rule = Rule {
    code: Code::REGEX_ESCAPE_LOST,
    severity: Severity::Warning,
    page: Page {
        what: "A `regex` has an escape such as `\\d` with one backslash.",
        why: "keepalived undoes escapes before it compiles the pattern: `\\d` becomes the letter \
              d, `\\.` any character. The page passes or fails for another reason than the file \
              shows.",
        instead: "Write each backslash twice.",
        bad: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        HTTP_GET {
            url {
                path /
                regex status:\d+
            }
        }
    }
}
",
        good: r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        HTTP_GET {
            url {
                path /
                regex status:\\d+
            }
        }
    }
}
",
    },
    raised: Raised::Check(check),
};

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, _, checker) in checkers(subject) {
        let Check::Http(check) = &checker.check.value else { continue };
        for regex in check.urls.iter().filter_map(|url| url.regex.as_ref()) {
            let span = regex.pattern.span;
            let text = subject.sources.expanded();
            let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
            let Some(escape) = lost_escape(written) else { continue };
            let text = format!("keepalived takes the backslash of `\\{escape}` away");
            found.push(
                RULE.at(span, text)
                    .with_label(format!("the pattern becomes `{}`", *regex.pattern))
                    .with_help(format!("write `\\\\{escape}`")),
            );
        }
    }
    found
}

/// The first character behind a backslash that means something to PCRE2 and nothing to keepalived.
fn lost_escape(written: &str) -> Option<char> {
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            continue;
        }
        let escaped = characters.next()?;
        if "dDwWsSBAzZRXhHKQ.*+?()[]{}|^$".contains(escaped) {
            return Some(escaped);
        }
    }
    None
}
