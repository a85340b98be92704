//! The expanded text as statements and blocks. A stack in place of recursion.

use pest::Parser;
use pest_derive::Parser;

use crate::diag::{Code, Diagnostic, Severity, Sink};
use crate::syntax::{Block, Statement, Tree, Word};
use crate::units::Span;

#[derive(Parser)]
#[grammar = "../grammar/config.pest"]
struct ConfigParser;

/// Deepest nesting; keepalived's own language needs seven levels.
const DEEPEST: usize = 64;

/// Builds the tree; what is odd becomes a finding. Also returns the quotes that are never closed,
/// of which most, but not all, have been found line by line before.
///
/// `literal` are the braces that are text, in order.
pub(super) fn build(text: &str, literal: &[u32], findings: &mut Sink) -> (Tree, Vec<Span>) {
    let mut unclosed = Vec::new();
    let mut literal = literal.iter().copied().peekable();
    // Where a word ends that goes on with what touches it.
    let mut goes_on = None;
    let mut builder =
        Builder { findings, open: Vec::new(), level: Level::default(), beyond: 0, words: 0 };
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let chunk = chunk(rest);
        // The grammar is total: an error could only come from a limit that is not set here.
        let Ok(pairs) = ConfigParser::parse(Rule::config, chunk) else { break };
        for token in pairs.flatten() {
            let range = token.as_span();
            let span = Span::new(offset(start + range.start()), offset(start + range.end()));
            while literal.peek().is_some_and(|at| *at < span.start) {
                literal.next();
            }
            let is_literal = literal.peek() == Some(&span.start);
            match token.as_rule() {
                Rule::open | Rule::close if is_literal => {
                    builder.add_to_word(token.as_str(), span);
                    goes_on = Some(span.end);
                }
                Rule::word if goes_on == Some(span.start) => {
                    builder.add_to_word(token.as_str(), span);
                }
                Rule::newline => builder.level.end_line(),
                Rule::open => builder.open(span),
                Rule::close => builder.close(span),
                Rule::word => builder.word(token.as_str(), span, false),
                Rule::quoted => {
                    let inner = token.as_str().get(1..range.end() - range.start() - 1);
                    builder.word(inner.unwrap_or_default(), span, true);
                }
                Rule::unclosed => unclosed.push(span),
                _ => {}
            }
        }
        start += chunk.len();
        if builder.words > MOST_WORDS {
            let span = Span::new(offset(start), offset(start));
            let text = format!("the configuration has more than {MOST_WORDS} words");
            builder.findings.push(
                Diagnostic::new(Code::BOUND_REACHED, Severity::Error, span, text)
                    .with_label("what follows is left out"),
            );
            break;
        }
    }
    (builder.finish(offset(text.len())), unclosed)
}

/// So many words are read; a million lines of configuration have about three million.
const MOST_WORDS: usize = 5_000_000;

/// So much is tokenized at once: the tokens of a whole file would take many times its size.
const CHUNK: usize = 64 * 1024;

/// Whole lines from the start of a text; no token goes over the end of a line.
fn chunk(text: &str) -> &str {
    let bytes = text.as_bytes();
    let after = bytes.get(CHUNK.min(bytes.len())..).unwrap_or_default();
    let end = after.iter().position(|byte| *byte == b'\n').map(|at| CHUNK + at + 1);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// What is being read at one depth.
#[derive(Default)]
struct Level {
    statements: Vec<Statement>,
    words: Vec<Word>,
}

impl Level {
    fn end_line(&mut self) {
        if let (Some(first), Some(last)) = (self.words.first(), self.words.last()) {
            let line = first.span.to(last.span);
            // Just as large as it needs to be: a long file has millions of these.
            let words = self.words.drain(..).collect();
            self.statements.push(Statement { words, line, block: None });
        }
    }
}

struct Builder<'a> {
    findings: &'a mut Sink,
    /// The levels around this one, each with the `{` that left it.
    open: Vec<(Level, Span)>,
    level: Level,
    /// Braces open beyond the deepest level; their content joins that level.
    beyond: usize,
    words: usize,
}

impl Builder<'_> {
    fn word(&mut self, text: &str, span: Span, quoted: bool) {
        self.words += 1;
        self.level.words.push(Word { text: text.to_owned(), span, quoted });
    }

    /// Text that belongs to the word before it, if it touches that.
    fn add_to_word(&mut self, text: &str, span: Span) {
        match self.level.words.last_mut() {
            Some(word) if !word.quoted && word.span.end == span.start => {
                word.text.push_str(text);
                word.span.end = span.end;
            }
            _ => self.word(text, span, false),
        }
    }

    fn open(&mut self, span: Span) {
        self.level.end_line();
        if self.open.len() >= DEEPEST {
            if self.beyond == 0 {
                self.findings.push(Diagnostic::new(
                    Code::STRAY_OPENING_BRACE,
                    Severity::Error,
                    span,
                    format!("blocks are nested more than {DEEPEST} deep"),
                ));
            }
            self.beyond += 1;
            return;
        }
        let begins = self.level.statements.last().is_some_and(|last| last.block.is_none());
        if !begins {
            self.findings.push(
                Diagnostic::new(
                    Code::STRAY_OPENING_BRACE,
                    Severity::Error,
                    span,
                    "`{` opens a block that has no keyword",
                )
                .with_label("nothing stands before it")
                .with_note("keepalived ignores the brace and reads on in the enclosing block"),
            );
            let nothing = Word {
                text: String::new(),
                span: Span::new(span.start, span.start),
                quoted: false,
            };
            let line = nothing.span;
            self.level.statements.push(Statement { words: vec![nothing], line, block: None });
        }
        let outer = std::mem::take(&mut self.level);
        self.open.push((outer, span));
    }

    fn close(&mut self, span: Span) {
        self.level.end_line();
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        match self.open.pop() {
            Some((outer, open)) => self.leave(outer, open, Some(span)),
            None => self.findings.push(
                Diagnostic::new(
                    Code::STRAY_CLOSING_BRACE,
                    Severity::Error,
                    span,
                    "`}` closes a block that is not open",
                )
                .with_label("no `{` belongs to it")
                .with_help("remove it, or look for a `}` too many above"),
            ),
        }
    }

    fn leave(&mut self, outer: Level, open: Span, close: Option<Span>) {
        let inner = std::mem::replace(&mut self.level, outer);
        let block = Block { open, close, statements: inner.statements };
        if let Some(statement) = self.level.statements.last_mut() {
            statement.block = Some(block);
        }
    }

    fn finish(mut self, end: u32) -> Tree {
        self.level.end_line();
        if let Some((outer, open)) = self.open.last() {
            let name = outer.statements.last().map(Statement::keyword).unwrap_or_default();
            let missing = self.open.len();
            self.findings.push(
                Diagnostic::new(
                    Code::UNCLOSED_BLOCK,
                    Severity::Error,
                    *open,
                    format!("the block of `{name}` is never closed"),
                )
                .with_label("this `{` has no `}`")
                .with_related(Span::new(end, end), "the file ends here")
                .with_note(format!("There are {missing} missing '}}'s or extra '{{'s"))
                .with_help("add the missing `}`"),
            );
        }
        while let Some((outer, open)) = self.open.pop() {
            self.leave(outer, open, None);
        }
        Tree { statements: self.level.statements }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
