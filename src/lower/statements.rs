//! What holds for every statement, by the schema: is it a keyword here, does it have its words and
//! its braces, does it run?

use std::collections::BTreeMap;

use crate::diag::Code;
use crate::lower::{Lowering, Unusable};
use crate::schema::{self, Block, Keyword, Kind, Support, Value};
use crate::syntax::Statement;
use crate::units::Span;

/// Keywords whose missing value keepalived reports itself; any other ends it with status 2.
const CHECK_THEMSELVES: &[&str] = &[
    "notification_email_from",
    "notify_fifo",
    "notify_fifo_script",
    "router_id",
    "script_user",
    "smtp_helo_name",
    "startup_script",
    "shutdown_script",
    "vrrp_notify_fifo",
    "vrrp_notify_fifo_script",
];

/// Simple keywords met in one block, for telling which are given twice.
#[derive(Default)]
pub(super) struct Seen {
    keywords: BTreeMap<&'static str, Span>,
}

impl Lowering<'_> {
    /// The keyword of a statement, if it is to be lowered; else everything there is to say about
    /// it has been said.
    pub(super) fn keyword(
        &mut self,
        place: Block,
        statement: &Statement,
    ) -> Option<&'static Keyword> {
        let word = statement.keyword();
        if word.is_empty() {
            return None; // a brace without a keyword; the parser has said so
        }
        let Some(keyword) = schema::keyword(place, word) else {
            self.unknown(place, statement);
            return None;
        };
        let span = statement.keyword_span();
        let first = statement.arguments().first().map_or("", |word| word.text.as_str());
        match keyword.support_of(first) {
            Support::Runs => {}
            Support::Accepted(why) => {
                self.draft(
                    Code::NOT_YET_SUPPORTED,
                    crate::diag::Severity::Note,
                    span,
                    format!("`{word}` is accepted and has no effect here"),
                )
                .note(why);
            }
            Support::NotYet => {
                self.warning(
                    Code::NOT_YET_SUPPORTED,
                    span,
                    format!("`{word}` is not yet supported"),
                )
                .label(keyword.doc)
                .note("it is read and has no effect");
                return None;
            }
        }
        if let Some(instead) = keyword.deprecated {
            self.warning(Code::DEPRECATED, span, format!("`{word}` is deprecated"))
                .help(format!("write `{instead}`"));
        }
        self.has_its_shape(keyword, statement).then_some(keyword)
    }

    /// Braces where braces belong, and as many words as belong.
    fn has_its_shape(&mut self, keyword: &Keyword, statement: &Statement) -> bool {
        let span = statement.keyword_span();
        let word = keyword.word;
        match (keyword.kind, &statement.block) {
            (Kind::Simple, Some(block)) => {
                self.error(
                    Code::STRAY_OPENING_BRACE,
                    block.open,
                    format!("`{word}` takes no block"),
                )
                .label("what stands in these braces is ignored")
                .note("keepalived ignores the brace; its `}` then closes the enclosing block");
            }
            (Kind::Block(_) | Kind::ValueBlock(_), None) => {
                self.error(Code::MISSING_OPENING_BRACE, span, format!("`{word}` lacks its `{{`"))
                    .label("the block is ignored")
                    .note("keepalived reads the lines that follow as the block");
                return false;
            }
            _ => {}
        }
        let given = statement.arguments();
        let count = u8::try_from(given.len()).unwrap_or(u8::MAX);
        if count < keyword.arity.min {
            let name_missing = matches!(keyword.kind, Kind::Block(_));
            let code = if name_missing { Code::MISSING_NAME } else { Code::MISSING_VALUE };
            let fatal = !name_missing && !CHECK_THEMSELVES.contains(&word);
            if fatal {
                self.cannot_be_used(Unusable::MissingValue);
            }
            let arguments = keyword.arguments;
            let what = if name_missing { "name" } else { "value" };
            let finding = self
                .error(code, span, format!("`{word}` lacks its {what}"))
                .help(format!("write `{word} {arguments}`"));
            if fatal {
                finding.note("keepalived ends with status 2 here, at a reload too");
            } else {
                finding.note("keepalived ignores the statement");
            }
            return false;
        }
        let most = keyword.arity.max.filter(|most| count > *most).map(usize::from);
        if let Some(extra) = most.and_then(|most| given.get(most..)) {
            let place = extra.first().zip(extra.last()).map(|(a, b)| a.span.to(b.span));
            let note = match keyword.value {
                Value::None => "it is on, whatever follows it",
                _ => "keepalived ignores them without a word",
            };
            self.warning(
                Code::EXTRA_WORDS,
                place.unwrap_or(span),
                format!("extra words after `{word}`"),
            )
            .label("ignored")
            .note(note);
        }
        true
    }

    fn unknown(&mut self, place: Block, statement: &Statement) {
        let word = statement.keyword();
        let span = statement.keyword_span();
        let name = place.path();
        let suggestions = schema::suggestions(place, word);
        let elsewhere = schema::elsewhere(word);
        let is_block = statement.block.is_some();
        let mut finding = if is_block {
            self.error(Code::UNKNOWN_BLOCK, span, format!("Unknown keyword '{word}'"))
                .label(format!("no block of {name}; skipped as a whole"))
                .note(
                    "keepalived reads its lines as if they stood outside, and its `}` closes \
                     the enclosing block",
                )
        } else {
            self.error(Code::UNKNOWN_KEYWORD, span, format!("Unknown keyword '{word}'"))
                .label(format!("no keyword of {name}"))
                .note("keepalived ignores the line")
        };
        if let Some(first) = suggestions.first() {
            let others: String =
                suggestions.iter().skip(1).map(|other| format!(", or `{other}`")).collect();
            finding = finding.help(format!("did you mean `{first}`{others}?"));
        } else if !elsewhere.is_empty() {
            let places: Vec<_> =
                elsewhere.iter().map(|place| format!("`{}`", place.path())).collect();
            finding = finding.help(format!("`{word}` belongs into {}", places.join(" or ")));
        }
        drop(finding);
    }

    /// Says so if a simple keyword was met in this block before; the last one wins.
    pub(super) fn once(&mut self, seen: &mut Seen, keyword: &Keyword, span: Span) {
        if keyword.kind != Kind::Simple {
            return;
        }
        if let Some(first) = seen.keywords.insert(keyword.word, span) {
            self.warning(
                Code::REPEATED_KEYWORD,
                span,
                format!("`{}` is given twice", keyword.word),
            )
            .label("this one counts")
            .related(first, "first given here");
        }
    }
}
