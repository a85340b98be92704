//! The effective configuration as one JSON object.
//!
//! `{"version":1,"statements":[S…]}`, where S is `{"words":["priority","100"],"origin":O,
//! "block":[S…]}`; `block` is there if braces follow, and `defaults` beside it lists what is not
//! written: `[{"keyword":"advert_int","default":"1"}]`. O is `{"file","line","via":[{"name","file",
//! "line"}],"included_from":[{"file","line"}]}`.

use serde_json::{Value, json};

use super::origin::Place;
use super::{View, defaults};
use crate::schema::Block;
use crate::syntax::Statement;

/// The version of the form.
const VERSION: u32 = 1;

/// The object.
#[must_use]
pub fn document(view: &View<'_>) -> Value {
    let statements = statements(view, Some(Block::TopLevel), &view.tree.statements);
    json!({ "version": VERSION, "statements": statements })
}

fn statements(view: &View<'_>, place: Option<Block>, statements: &[Statement]) -> Value {
    statements.iter().map(|one| statement(view, place, one)).collect()
}

fn statement(view: &View<'_>, place: Option<Block>, statement: &Statement) -> Value {
    let words: Vec<&str> = statement.words.iter().map(|word| view.shown(word)).collect();
    let origin = view.origin(statement).map(|origin| {
        let via: Value = origin
            .via
            .iter()
            .map(|(name, place)| json!({ "name": name, "file": place.file, "line": place.line }))
            .collect();
        let included_from: Value = origin.included_from.iter().map(of_place).collect();
        json!({
            "file": origin.place.file,
            "line": origin.place.line,
            "via": via,
            "included_from": included_from,
        })
    });
    let mut object = json!({ "words": words, "origin": origin });
    if let (Some(block), Some(fields)) = (&statement.block, object.as_object_mut()) {
        let inside = View::inside(place, statement);
        fields.insert("block".to_owned(), statements_of(view, inside, block));
        if let Some(inside) = inside.filter(|_| view.defaults) {
            let defaults: Value = defaults::missing(view, inside, &block.statements)
                .map(|(keyword, text)| json!({ "keyword": keyword.word, "default": text }))
                .collect();
            fields.insert("defaults".to_owned(), defaults);
        }
    }
    object
}

fn statements_of(view: &View<'_>, inside: Option<Block>, block: &crate::syntax::Block) -> Value {
    statements(view, inside, &block.statements)
}

fn of_place(place: &Place) -> Value {
    json!({ "file": place.file, "line": place.line })
}
