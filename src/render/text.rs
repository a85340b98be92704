//! The effective configuration as a `keepalived.conf`, each line with its origin in a comment.

use super::{CONCEALED, View, defaults};
use crate::schema::Block;
use crate::syntax::Statement;

/// keepalived reads lines of at most so many bytes.
const LONGEST: usize = 1022;
/// Blanks a level of braces.
const INDENT: usize = 4;
/// Comments begin in this column, where there is room.
const COLUMN: usize = 48;

/// The configuration; it reads as the same again, if secrets are shown.
#[must_use]
pub fn configuration(view: &View<'_>) -> String {
    let mut writer = Writer { view, out: String::new(), depth: 0 };
    writer.block(Some(Block::TopLevel), &view.tree.statements);
    writer.out
}

struct Writer<'a> {
    view: &'a View<'a>,
    out: String,
    depth: usize,
}

impl Writer<'_> {
    fn block(&mut self, place: Option<Block>, statements: &[Statement]) {
        for (index, statement) in statements.iter().enumerate() {
            if self.depth == 0 && (index > 0 && statement.block.is_some()) {
                self.out.push('\n');
            }
            self.statement(place, statement);
        }
        if let Some(place) = place.filter(|_| self.view.defaults) {
            for (keyword, default) in defaults::missing(self.view, place, statements) {
                // A remark is told from a value that could be written like this.
                let sign = if default.contains(' ') { ":" } else { "" };
                let line = format!("# default: {}{sign} {default}", keyword.word);
                self.line(&line, None);
            }
        }
    }

    fn statement(&mut self, place: Option<Block>, statement: &Statement) {
        let origin = self.view.origin(statement).map(|origin| origin.to_string());
        let mut line = self.words(statement);
        let Some(block) = &statement.block else {
            self.line(&line, origin.as_deref());
            return;
        };
        line.push_str(if line.is_empty() { "{" } else { " {" });
        self.line(&line, origin.as_deref());
        self.depth += 1;
        self.block(View::inside(place, statement), &block.statements);
        self.depth -= 1;
        self.line("}", None);
    }

    /// The line as it was read, so that scripts stay what they were; secrets left out.
    fn words(&self, statement: &Statement) -> String {
        let text = self.view.sources.text(statement.line);
        let mut line = String::new();
        let mut from = 0;
        for word in statement.words.iter().filter(|word| self.view.hides(word)) {
            let start = word.span.start.saturating_sub(statement.line.start) as usize;
            let end = word.span.end.saturating_sub(statement.line.start) as usize;
            line.push_str(text.get(from..start).unwrap_or_default());
            line.push_str(CONCEALED);
            from = end;
        }
        line.push_str(text.get(from..).unwrap_or_default());
        let line = escaped(&line);
        // After a definition this was a word; at the start of a line it would be more.
        let first = statement.words.first().filter(|word| !word.quoted);
        match first.and_then(|word| line.strip_prefix(word.text.as_str())) {
            Some(rest) if line.starts_with(['@', '$', '~']) || line.starts_with("include") => {
                format!("\"{}\"{rest}", statement.keyword())
            }
            _ => line,
        }
    }

    fn line(&mut self, line: &str, origin: Option<&str>) {
        let mut indent = self.depth * INDENT;
        if indent + line.len() > LONGEST {
            indent = 0;
        }
        let blanks = |out: &mut String, count: usize| out.extend(std::iter::repeat_n(' ', count));
        let width = indent + line.chars().count();
        match origin {
            // After a backslash or on a full line a comment would change the line.
            Some(origin) if line.contains('\\') || width + origin.len() + 8 > LONGEST => {
                blanks(&mut self.out, indent);
                self.out.push_str(&format!("# {}\n", one_line(origin)));
                blanks(&mut self.out, indent);
                self.out.push_str(line);
            }
            Some(origin) => {
                blanks(&mut self.out, indent);
                self.out.push_str(line);
                blanks(&mut self.out, COLUMN.saturating_sub(width).max(1));
                self.out.push_str(&format!("# {}", one_line(origin)));
            }
            None => {
                blanks(&mut self.out, indent);
                self.out.push_str(line);
            }
        }
        self.out.push('\n');
    }
}

/// A comment ends with its line, whatever a file is called, and continues nothing.
fn one_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() || c == '\\' { '?' } else { c };
    text.chars().map(shown).take(LONGEST / 8).collect()
}

/// `#` and `!` outside double quotes with a backslash before them, as they are written.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut quoted, mut after_backslash) = (false, false);
    for c in line.chars() {
        if matches!(c, '#' | '!') && !quoted && !after_backslash {
            out.push('\\');
        }
        if c == '"' && !after_backslash {
            quoted = !quoted;
        }
        after_backslash = c == '\\' && !after_backslash;
        out.push(c);
    }
    out
}
