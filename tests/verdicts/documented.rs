//! Every known difference about a single statement stands in `docs/compatibility.md`, written from
//! the tables of this test: `UPDATE_DOCS=1` writes, else the two are compared.

use std::fmt::Write;
use std::path::Path;

use crate::{lines, places, rows};

/// The heading of the section, which is the last of the document.
const HEADING: &str = "## Single statements\n";

/// The section.
fn section() -> String {
    let mut text = format!(
        "{HEADING}\n\
         Statements about which `-t` and keepalived 2.2.7 differ: in status, in the line that is named,\n\
         or in words. `tests/verdicts` asks both about each keyword of the schema and holds this list.\n\
         `;` stands for the end of a line.\n"
    );
    let mut table = |title: &str, rows: &[(&str, &str)]| {
        if rows.is_empty() {
            return;
        }
        let _ = write!(text, "\n### {title}\n\n| Statement | Why |\n| --- | --- |\n");
        for (statement, why) in rows {
            let statement = statement.replace('|', "\\|");
            let _ = writeln!(text, "| `{statement}` | {} |", why.replace('|', "\\|"));
        }
    };
    for place in places() {
        table(&format!("In `{}`", place.block.path()), place.known);
    }
    for lines in lines() {
        table(&format!("A line of {}", lines.name), lines.known);
    }
    table("Other combinations", rows::KNOWN);
    text
}

#[test]
fn every_known_difference_is_documented_with_its_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compatibility.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let before = document.split(HEADING).next().unwrap_or_default().trim_end();
    let expected = format!("{before}\n\n{}", section());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(
        written == expected,
        "write it anew: UPDATE_DOCS=1 cargo test --test verdicts documented"
    );
}
