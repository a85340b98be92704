//! Fixes for findings of the reading: what to change in the file, and whether it may be changed
//! without a look.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Edit, Fix};
use crate::lint::Subject;
use crate::schema::{self, Block, Kind};
use crate::syntax::Statement;
use crate::units::Span;

/// Codes whose findings may have a fix.
const MENDED: &[Code] = &[
    Code::UNKNOWN_KEYWORD,
    Code::UNKNOWN_BLOCK,
    Code::BYTE_ORDER_MARK,
    Code::EXTRA_WORDS,
    Code::DEPRECATED,
    Code::REPEATED_KEYWORD,
    Code::DUPLICATE_ADDRESS,
];

/// Gives fixes to the findings that have none.
pub(super) fn mend(subject: &Subject<'_>, findings: &mut [Diagnostic]) {
    let mendable =
        |finding: &&mut Diagnostic| finding.fix.is_none() && MENDED.contains(&finding.code);
    let mut places = None;
    for finding in findings.iter_mut().filter(mendable) {
        let places = places.get_or_insert_with(|| Places::new(&subject.tree.statements));
        finding.fix = fix(subject, finding, places);
    }
}

fn fix(subject: &Subject<'_>, finding: &Diagnostic, places: &Places<'_>) -> Option<Fix> {
    let span = finding.span?;
    match finding.code {
        Code::UNKNOWN_KEYWORD | Code::UNKNOWN_BLOCK => {
            let (place, statement) = places.get(span)?;
            let word = statement.keyword();
            if !schema::elsewhere(word).is_empty() {
                return None;
            }
            let near = *schema::suggestions(place, word).first()?;
            Some(replace(span, near, format!("write `{near}`"), false))
        }
        Code::BYTE_ORDER_MARK => Some(remove(span, "remove the byte order mark")),
        Code::EXTRA_WORDS => {
            // They may be a remark that lacks its sign: kept, as what they are now.
            let rest = subject.sources.text(Span::new(span.end, span.end.saturating_add(200)));
            let line = rest.split('\n').next().unwrap_or_default();
            if !line.trim().is_empty() {
                return None;
            }
            let insertion = Span::new(span.start, span.start);
            Some(replace(insertion, "# ", "make a comment of them".to_owned(), true))
        }
        Code::DEPRECATED => {
            let (place, statement) = places.get(span)?;
            let old = schema::keyword(place, statement.keyword())?;
            let instead = old.deprecated?;
            // Only where the new word stands in the same place and takes the same.
            let new = schema::keyword(place, instead)?;
            if new.arity != old.arity || new.kind != old.kind || new.value != old.value {
                return None;
            }
            Some(replace(span, instead, format!("write `{instead}`"), true))
        }
        Code::REPEATED_KEYWORD => {
            let (_, first) = places.get(finding.related.first()?.span)?;
            let title = format!("remove the first `{}`, which does not count", first.keyword());
            Some(remove(first.line, &title))
        }
        Code::DUPLICATE_ADDRESS => Some(remove(span, "remove it")),
        _ => None,
    }
}

fn replace(span: Span, with: &str, title: String, safe: bool) -> Fix {
    let edit = Edit { span, replacement: with.to_owned() };
    Fix { title, edits: vec![edit], safe }
}

fn remove(span: Span, title: &str) -> Fix {
    replace(span, "", title.to_owned(), true)
}

/// Statements by the place of their keyword, with the block that they stand in.
struct Places<'a> {
    known: BTreeMap<Span, (Block, &'a Statement)>,
}

impl<'a> Places<'a> {
    fn new(statements: &'a [Statement]) -> Self {
        let mut known = BTreeMap::new();
        let mut waiting = vec![(Block::TopLevel, statements)];
        while let Some((place, statements)) = waiting.pop() {
            for statement in statements {
                known.insert(statement.keyword_span(), (place, statement));
                let kind = schema::keyword(place, statement.keyword()).map(|keyword| keyword.kind);
                if let (Some(Kind::Block(inside)), Some(block)) = (kind, &statement.block) {
                    waiting.push((inside, &block.statements));
                }
            }
        }
        Self { known }
    }

    fn get(&self, keyword: Span) -> Option<(Block, &'a Statement)> {
        self.known.get(&keyword).copied()
    }
}
