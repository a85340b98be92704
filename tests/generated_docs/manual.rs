//! The manual page about the configuration: every keyword of the schema, place by place.

use std::fmt::Write;

use stillalive::schema::{self, Block, Keyword};

/// What stands before the keywords.
const INTRODUCTION: &[&str] = &[
    "stillalive reads the configuration of keepalived unchanged. This page lists every keyword of \
     keepalived 2.4.3 with its arguments, its limits and its default, and says what stillalive does \
     with it. The same is printed, with an example, by",
    "A file holds statements, one a line: a keyword and its arguments. A block keyword is followed \
     by more of them in braces. The rest of a line after # or ! is a comment, unless it stands in \
     double quotes or after a backslash. Words with blanks are written in double quotes. Lines may \
     begin with a condition (@ID, @^ID), define a name ($NAME=value, used as $NAME or ${NAME}), \
     repeat themselves (~SEQ, ~LST), or include files.",
];

/// The page in roff.
pub(crate) fn keywords() -> String {
    let mut page = String::new();
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(page, ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '");
    let _ = writeln!(page, ".TH stillalive.conf 5 \"\" \"stillalive {version}\"");
    page.push_str(".SH NAME\nkeepalived.conf \\- the configuration that stillalive reads\n");
    page.push_str(".SH DESCRIPTION\n");
    if let [first, second] = INTRODUCTION {
        let _ = writeln!(page, "{}\n.BR \"stillalive explain\" .", plain(first));
        let _ = writeln!(page, ".PP\n{}", plain(second));
    }
    for &place in Block::ALL {
        let _ = writeln!(page, ".SH \"{}\"", plain(&place.path().to_uppercase()));
        let data = schema::data(place).iter().map(|line| (line, true));
        let keywords = schema::keywords(place).iter().map(|keyword| (keyword, false));
        for (keyword, is_data) in data.chain(keywords) {
            entry(&mut page, place, keyword, is_data);
        }
    }
    page.push_str(".SH SEE ALSO\n.BR stillalive (1),\n.BR stillalive\\-explain (1)\n");
    page
}

fn entry(page: &mut String, place: Block, keyword: &Keyword, is_data: bool) {
    // A placeholder is set as the arguments are.
    let face = if is_data { "I" } else { "B" };
    let _ = write!(page, ".TP\n\\f{face}{}\\fR", plain(keyword.word));
    if !keyword.arguments.is_empty() {
        let _ = write!(page, " {}", plain(keyword.arguments));
    }
    let _ = writeln!(page, "\n{}", line(keyword.doc));
    for (label, text) in schema::facts(place, keyword) {
        // The place is the section, the arguments are above, and words are entries of their own.
        if !["Place", "Write", "Inside", "Words"].contains(&label) {
            let _ = writeln!(page, ".br\n{label}: {}", plain(&text));
        }
    }
}

/// Text for a line of its own: a full stop at its start would be a request.
fn line(text: &str) -> String {
    let text = plain(text);
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

/// Text without the characters that roff takes for its own.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\*(Aq"),
            '"' => out.push_str("\\(dq"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            c => out.push(c),
        }
    }
    out
}
