//! The tree of a configuration: statements, some with a block. No keyword is known here.

use crate::units::Span;

/// A whole configuration after includes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    /// What stands at the top level, in order.
    pub statements: Vec<Statement>,
}

/// The words of one line up to a brace, and the block that follows, if one does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// The words, at least one (a block without any has one empty, zero-width word).
    pub words: Vec<Word>,
    /// From the first to the last byte of the words, braces and comments left out. Keywords that
    /// take scripts split this text anew, by their own quoting rules.
    pub line: Span,
    /// The block, if the line is followed by `{` (on the same line or the next).
    pub block: Option<Block>,
}

/// What stands between `{` and `}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The `{`.
    pub open: Span,
    /// The `}`; `None` if the input ends first.
    pub close: Option<Span>,
    /// The statements inside, in order.
    pub statements: Vec<Statement>,
}

/// One word, quotes removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// The text without the quotes.
    pub text: String,
    /// Where, quotes included.
    pub span: Span,
    /// Written in double quotes.
    pub quoted: bool,
}

impl Statement {
    /// The first word: the keyword where one is expected.
    pub fn keyword(&self) -> &str {
        self.words.first().map_or("", |word| word.text.as_str())
    }

    /// Where the first word stands.
    pub fn keyword_span(&self) -> Span {
        self.words.first().map_or(self.line, |word| word.span)
    }

    /// The words after the keyword.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or(&[])
    }

    /// The whole statement, block included.
    pub fn span(&self) -> Span {
        match &self.block {
            Some(block) => self.line.to(block.close.unwrap_or(block.open)),
            None => self.line,
        }
    }
}
