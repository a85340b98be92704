//! A plan speaks in keywords of the schema.

use std::fs;
use std::path::Path;

use stillalive::schema::{self, Block};

#[test]
fn every_setting_is_named_by_its_keyword() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plan");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for call in ["found.value(", "found.entries(", "found.concealed("] {
            for (at, _) in text.match_indices(call) {
                let rest = text[at + call.len()..].trim_start();
                let Some(word) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next())
                else {
                    continue;
                };
                seen += 1;
                let known = Block::ALL.iter().any(|block| schema::keyword(*block, word).is_some());
                assert!(known, "{word}");
            }
        }
    }
    assert!(seen > 60, "only {seen} settings were found");
}
