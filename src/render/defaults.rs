//! What applies where nothing is written, by the schema.

use super::View;
use crate::schema::{self, Block, Keyword, Kind};
use crate::syntax::Statement;

/// Beginnings of defaults that say that nothing happens.
const NOTHING: &[&str] = &[
    "none",
    "off",
    "no ",
    "not ",
    "unset",
    "kernel",
    "system",
    "executable",
    "library",
    "time based",
];

/// The keywords of a place that are not written there, with what applies instead, where that is
/// more than nothing.
pub(super) fn missing<'a>(
    view: &View<'a>,
    place: Block,
    statements: &[Statement],
) -> impl Iterator<Item = (&'static Keyword, &'a str)> {
    let keywords = if is_settings(place) { schema::keywords(place) } else { &[] };
    keywords.iter().filter_map(move |keyword| {
        let default = keyword.default?;
        let written = statements.iter().any(|statement| statement.keyword() == keyword.word);
        let of_use = keyword.deprecated.is_none()
            && keyword.kind == Kind::Simple
            && !NOTHING.iter().any(|nothing| default.starts_with(nothing));
        (!written && of_use).then_some((keyword, of_global(view, default)))
    })
}

/// `global NAME (VALUE)`: the value of that keyword of `global_defs`, if it is written there, else
/// this one.
fn of_global<'a>(view: &View<'a>, default: &'static str) -> &'a str {
    let Some(rest) = default.strip_prefix("global ") else { return default };
    let (name, otherwise) = rest.split_once(' ').unwrap_or((rest, ""));
    let globals = view.tree.statements.iter().filter(|one| one.keyword() == "global_defs");
    let written = globals
        .filter_map(|one| one.block.as_ref())
        .flat_map(|block| &block.statements)
        .rfind(|one| one.keyword() == name);
    if let Some(statement) = written {
        return statement.arguments().first().map_or("on", |word| word.text.as_str());
    }
    let value = otherwise.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    value.and_then(|text| text.split(' ').next()).unwrap_or(default)
}

/// The lines of the place are keywords.
fn is_settings(place: Block) -> bool {
    let opens = |outer: &Block| {
        schema::keywords(*outer).iter().any(|keyword| keyword.kind == Kind::Block(place))
    };
    Block::ALL.iter().any(opens)
}
