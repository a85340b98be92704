//! What holds for every statement, by the schema: is it a keyword here, does it have its words and
//! its braces, does it run?

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::lower::Lowering;
use crate::schema::{self, Block, Keyword, Kind, Support, Value};
use crate::syntax::{Statement, Word};
use crate::units::Span;

/// Blocks that keepalived skips without a name, or with more words than one. Others, such as
/// `virtual_server`, take an address.
fn takes_a_name(keyword: &Keyword) -> bool {
    matches!(keyword.kind, Kind::Block(_)) && keyword.value == Value::Word
}

/// Simple keywords met in one block, for telling which are given twice.
#[derive(Default)]
pub(super) struct Seen {
    /// Where each stands, and its first word.
    keywords: BTreeMap<&'static str, (Span, String)>,
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
        if !keyword.known_in(self.compat) {
            self.unknown_to_this_release(keyword, statement);
            return None;
        }
        match keyword.support {
            Support::Runs => {}
            Support::Accepted(why) => {
                self.seldom.note(place, word, span, || {
                    let text = format!("`{word}` is accepted and has no effect here");
                    Diagnostic::new(Code::NOT_YET_SUPPORTED, Severity::Note, span, text)
                        .with_note(why)
                });
            }
            // What is said of a block holds for what is inside.
            Support::NotYet if self.not_yet_said || waits_as_a_whole(place) => {}
            Support::NotYet => self.not_yet(place, keyword, span),
        }
        if let Some(instead) = keyword.deprecated {
            let finding = self
                .warning(Code::DEPRECATED, span, format!("`{word}` is deprecated"))
                .help(format!("write `{instead}`"));
            if let Some(words) = keyword.complaint {
                finding.verdict(Verdict::Counted).wording(words);
            }
        }
        self.has_its_shape(keyword, statement).then_some(keyword)
    }

    /// A keyword that does not run yet.
    pub(super) fn not_yet(&mut self, place: Block, keyword: &Keyword, span: Span) {
        self.seldom.note(place, keyword.word, span, || {
            let text = format!("`{}` is not yet supported", keyword.word);
            Diagnostic::new(Code::NOT_YET_SUPPORTED, Severity::Warning, span, text)
                .with_label(keyword.doc)
                .with_note("it is read and has no effect")
        });
    }

    /// The words after the keyword are a password or a key.
    pub(super) fn conceal(&mut self, statement: &Statement) {
        self.secrets.extend(statement.arguments().iter().map(|word| word.span));
        if self.quote_follows(statement) {
            let rest = self.text.get(statement.line.end as usize..).unwrap_or_default();
            let length = rest.split('\n').next().map_or(0, str::len);
            let end = u32::try_from(length).unwrap_or(u32::MAX);
            let start = statement.line.end;
            self.secrets.push(Span::new(start, start.saturating_add(end)));
        }
    }

    /// Braces where braces belong.
    fn has_its_braces(&mut self, keyword: &Keyword, statement: &Statement) -> bool {
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
                let span = statement.keyword_span();
                self.error(Code::MISSING_OPENING_BRACE, span, format!("`{word}` lacks its `{{`"))
                    .label("the block is ignored")
                    .note("keepalived reads the lines that follow as the block");
                return false;
            }
            _ => {}
        }
        true
    }

    /// Braces where braces belong, and as many words as belong.
    fn has_its_shape(&mut self, keyword: &Keyword, statement: &Statement) -> bool {
        if !self.has_its_braces(keyword, statement) {
            return false;
        }
        let span = statement.keyword_span();
        let word = keyword.word;
        let given = statement.arguments();
        let count = u8::try_from(given.len()).unwrap_or(u8::MAX);
        if count < keyword.arity.min {
            let read_anew = keyword.value == Value::Script || word == "regex";
            if read_anew && self.quote_follows(statement) {
                return false; // the parser has said that the quote is never closed
            }
            let name_missing = takes_a_name(keyword);
            let code = if name_missing { Code::MISSING_NAME } else { Code::MISSING_VALUE };
            let fatal = keyword.missing.is_none();
            let arguments = keyword.arguments;
            let what = if name_missing { "name" } else { "value" };
            let severity = match keyword.missing {
                Some("") => Severity::Warning,
                _ => Severity::Error,
            };
            // A key is nobody's business.
            let shown = |word: &&Word| !self.secrets.contains(&word.span);
            let last = given.last().filter(shown).map_or(word, |last| last.text.as_str());
            let finding = self
                .draft(code, severity, span, format!("`{word}` lacks its {what}"))
                .help(format!("write `{word} {arguments}`"));
            if fatal {
                finding
                    .note("keepalived ends with status 2 here, at a reload too")
                    .verdict(Verdict::Ends)
                    .wording(format!(
                        "*** Configuration line starting `{word}` is missing a parameter after \
                         keyword `{last}` at word position {}",
                        given.len() + 2
                    ));
            } else {
                let finding = finding.note("keepalived ignores the statement");
                if let Some(words) = keyword.missing.filter(|words| !words.is_empty()) {
                    finding.wording(words);
                }
            }
            return false;
        }
        // Script words have quotes of their own: `lower::scripts` counts them.
        let most = keyword.arity.max.filter(|_| keyword.value != Value::Script);
        let most = most.filter(|most| count > *most).map(usize::from);
        if let Some(extra) = most.and_then(|most| given.get(most..)) {
            let place = extra.first().zip(extra.last()).map(|(a, b)| a.span.to(b.span));
            if let (Kind::Block(_), Some(words)) = (keyword.kind, keyword.missing) {
                let text = format!("`{word}` takes one name");
                self.error(Code::MISSING_NAME, place.unwrap_or(span), text)
                    .label("the block is ignored")
                    .note("keepalived says that it must have a name, and skips the block")
                    .help("put a name with blanks into double quotes")
                    .wording(words);
                return false;
            }
            if let Some(words) = keyword.extra {
                let text = format!("too many words after `{word}`");
                self.error(Code::EXTRA_WORDS, place.unwrap_or(span), text)
                    .label("these")
                    .note("keepalived ignores the statement")
                    .wording(words);
                return false;
            }
            let (severity, note) = match (keyword.kind, keyword.value) {
                (Kind::ValueBlock(_), _) => (Severity::Error, "keepalived ignores them"),
                (Kind::Simple, Value::None) => (Severity::Warning, "it is on, whatever follows it"),
                _ => (Severity::Warning, "keepalived ignores them without a word"),
            };
            let wording = extra.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let finding = self
                .draft(
                    Code::EXTRA_WORDS,
                    severity,
                    place.unwrap_or(span),
                    format!("extra words after `{word}`"),
                )
                .label("ignored")
                .note(note);
            if matches!(keyword.kind, Kind::ValueBlock(_)) {
                finding.wording(format!("Block {word} has extra parameters {wording} ..."));
            }
        }
        true
    }

    /// The line goes on with a quote that is never closed, which is no word.
    fn quote_follows(&self, statement: &Statement) -> bool {
        let rest = self.text.get(statement.line.end as usize..).unwrap_or_default();
        rest.trim_start_matches([' ', '\t']).starts_with('"')
    }

    /// A keyword of a later release than the one that counts.
    fn unknown_to_this_release(&mut self, keyword: &Keyword, statement: &Statement) {
        let word = keyword.word;
        let is_block = statement.block.is_some();
        let code = if is_block { Code::UNKNOWN_BLOCK } else { Code::UNKNOWN_KEYWORD };
        let compat = self.compat;
        let since = keyword.since.unwrap_or("a later release");
        self.error(code, statement.keyword_span(), format!("Unknown keyword '{word}'"))
            .label(format!("not known to keepalived {compat}"))
            .help(format!("known since {since}; keepalived {compat} ignores it"));
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
        if !elsewhere.is_empty() {
            // A keyword, only elsewhere: the wrong place is likelier than a slip of the pen.
            let places: Vec<_> = elsewhere.iter().map(|place| place.path()).collect();
            finding = finding.help(format!("`{word}` belongs into {}", places.join(" or ")));
        } else if let Some(first) = suggestions.first() {
            let others: String =
                suggestions.iter().skip(1).map(|other| format!(", or `{other}`")).collect();
            finding = finding.help(format!("did you mean `{first}`{others}?"));
        }
        drop(finding);
    }

    /// Says so if a simple keyword was met in this block before; of most the last one counts, and
    /// false is returned for one that does not. Scripts and versions, of which the first one wins,
    /// and states, which are weighed, say it themselves.
    pub(super) fn once(
        &mut self,
        seen: &mut Seen,
        keyword: &Keyword,
        statement: &Statement,
    ) -> bool {
        let others = keyword.value == Value::Script || matches!(keyword.word, "state" | "version");
        if keyword.kind != Kind::Simple || others && keyword.second.is_none() {
            return true;
        }
        let span = statement.keyword_span();
        let value = statement.arguments().first().map_or("", |word| word.text.as_str());
        let known = seen.keywords.get(keyword.word);
        let Some((first, first_value)) = known else {
            seen.keywords.insert(keyword.word, (span, value.to_owned()));
            return true;
        };
        let first = *first;
        let text = format!("`{}` is given twice", keyword.word);
        if let Some(words) = keyword.second {
            self.error(Code::REPEATED_KEYWORD, span, text)
                .label("the first one counts")
                .related(first, "first given here")
                .wording(words.replace("{}", value).replace("{first}", first_value));
            return false;
        }
        seen.keywords.insert(keyword.word, (span, value.to_owned()));
        self.warning(Code::REPEATED_KEYWORD, span, text)
            .label("the last one counts")
            .related(first, "first given here");
        true
    }
}

/// No keyword that opens the place runs.
fn waits_as_a_whole(place: Block) -> bool {
    let keywords = Block::ALL.iter().flat_map(|&block| schema::keywords(block));
    let mut opening = keywords.filter(|keyword| keyword.opens() == Some(place)).peekable();
    opening.peek().is_some() && opening.all(|keyword| keyword.support == Support::NotYet)
}
