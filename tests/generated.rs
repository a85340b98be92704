//! Documents that are generated from the code: `docs/rules`. `UPDATE_DOCS=1` writes them anew,
//! otherwise they are compared.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use stillalive::lint;

/// The pages by their file names.
fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<_, _> =
        lint::rules().map(|rule| (format!("{}.md", rule.code.id), lint::markdown(rule))).collect();
    pages.insert("README.md".to_owned(), lint::index());
    pages
}

#[test]
fn the_pages_of_the_rules_are_up_to_date() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let pages = pages();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut wrong = Vec::new();
    for (name, text) in &pages {
        if fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text) {
            wrong.push(format!("docs/rules/{name} is not what the code says"));
        }
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !pages.contains_key(&name) {
            wrong.push(format!("docs/rules/{name} belongs to no rule"));
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_DOCS=1 cargo test --test generated", wrong.join("\n"));
}
