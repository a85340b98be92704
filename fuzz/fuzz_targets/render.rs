//! Any bytes are rendered as their effective configuration, which reads as the same statements and
//! the same configuration again.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use stillalive::render::{self, View};
use stillalive::runtime::load::{load_text, Reading};
use stillalive::syntax::Statement;

/// Statements as words in braces.
fn words<'a>(statements: &'a [Statement], all: &mut Vec<&'a str>) {
    for statement in statements {
        all.extend(statement.words.iter().map(|word| word.text.as_str()));
        if let Some(block) = &statement.block {
            all.push("{");
            words(&block.statements, all);
            all.push("}");
        }
        all.push("\n");
    }
}

fuzz_target!(|text: &[u8]| {
    let loaded = load_text(Path::new("k"), text, &Reading::default());
    let view =
        View { tree: &loaded.tree, sources: &loaded.sources, secrets: true, defaults: true };
    let _ = render::document(&View { secrets: false, ..view });
    let rendered = render::configuration(&view);
    let again = load_text(Path::new("r"), rendered.as_bytes(), &Reading::default());
    let (mut before, mut after) = (Vec::new(), Vec::new());
    words(&loaded.tree.statements, &mut before);
    words(&again.tree.statements, &mut after);
    assert_eq!(before, after, "{rendered}");
    assert_eq!(loaded.config, again.config, "{rendered}");
});
