//! `docs/keywords.md`: every keyword of the VRRP and global halves, what stillalive does with it, and
//! what shows that; and its summary in `docs/compatibility.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use stillalive::schema::{Block, Support};

use crate::table::{PLACES, Shown, effects, keywords};

/// Where the summary begins and ends in `docs/compatibility.md`.
const BEGIN: &str = "<!-- begin of the summary of keywords -->\n";
const END: &str = "<!-- end of the summary of keywords -->\n";

/// Words as they are written, in a cell of a table.
fn quoted(words: &str) -> String {
    format!("`{}`", words.replace('|', "\\|"))
}

/// What there is to say about one keyword.
struct Row {
    place: Block,
    word: &'static str,
    status: String,
    kind: Kind,
    shown: Option<(Shown, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Runs,
    Accepted,
    NotYet,
}

fn rows() -> Vec<Row> {
    let shown: BTreeMap<(Block, &str), (Shown, String)> = effects()
        .into_iter()
        .map(|effect| {
            let test = format!("`{}` {}", effect.file, effect.test);
            ((effect.place, effect.word), (effect.shown, test))
        })
        .collect();
    keywords()
        .map(|(place, keyword)| {
            let (kind, status) = match keyword.support {
                Support::Runs => (Kind::Runs, "runs".to_owned()),
                Support::Accepted(why) => (Kind::Accepted, format!("no effect: {why}")),
                Support::NotYet => {
                    let more =
                        keyword.waits_for.map(|text| format!(": {text}")).unwrap_or_default();
                    (Kind::NotYet, format!("not yet{more}"))
                }
            };
            let shown = shown.get(&(place, keyword.word)).cloned();
            Row { place, word: keyword.word, status, kind, shown }
        })
        .collect()
}

/// The whole document.
pub(crate) fn document() -> String {
    let rows = rows();
    let mut text = "# Keywords of the VRRP and global halves\n\n\
        Written from the schema and from `tests/effects/keywords.tsv`. *Shown on a host*: a test \
        runs the daemon\nand looks at frames, the kernel, files or processes, mostly beside the real \
        keepalived 2.2.7. *In its\npart*: by an event table of the engine or a test of the module \
        that does it. *Only as understood*: what\nthe text becomes is tested, what the daemon does \
        with it is not.\n"
        .to_owned();
    for place in PLACES {
        let here: Vec<&Row> = rows.iter().filter(|row| row.place == *place).collect();
        if here.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## `{}`\n\n| Keyword | Status | Shown | By |\n", place.path());
        text.push_str("| --- | --- | --- | --- |\n");
        for Row { word, status, shown, .. } in here {
            let (how, by) = match shown {
                Some((how, by)) => (how.to_string(), by.as_str()),
                None => (String::new(), ""),
            };
            let _ = writeln!(text, "| {} | {status} | {how} | {by} |", quoted(word));
        }
    }
    text
}

/// The document about compatibility with its summary as it should be.
pub(crate) fn with_summary(document: &str) -> String {
    let (before, rest) = document.split_once(BEGIN).expect("the summary has a place");
    let (_, after) = rest.split_once(END).expect("the summary has an end");
    format!("{before}{BEGIN}{}{END}{after}", summary())
}

fn summary() -> String {
    let rows = rows();
    let mut text = "\n| Place | Run | On a host | In its part | Only as understood | No effect | \
        Not yet |\n| --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let count = |place: Option<Block>, holds: &dyn Fn(&Row) -> bool| {
        let here = rows.iter().filter(|row| place.is_none_or(|place| row.place == place));
        here.filter(|row| holds(row)).count()
    };
    let line = |text: &mut String, name: &str, place: Option<Block>| {
        let kind = |kind: Kind| count(place, &move |row: &Row| row.kind == kind);
        let shown = |how: Shown| {
            count(place, &move |row: &Row| row.shown.as_ref().is_some_and(|shown| shown.0 == how))
        };
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} | {} |",
            kind(Kind::Runs),
            shown(Shown::Host),
            shown(Shown::Part),
            shown(Shown::Reading),
            kind(Kind::Accepted),
            kind(Kind::NotYet)
        );
    };
    for place in PLACES.iter().filter(|place| count(Some(**place), &|_| true) > 0) {
        line(&mut text, &quoted(place.path()), Some(*place));
    }
    line(&mut text, "all", None);
    let _ = write!(text, "\nWithout effect, or not yet:\n\n| Keyword | Status |\n| --- | --- |\n");
    for Row { place, word, status, .. } in rows.iter().filter(|row| row.kind != Kind::Runs) {
        let _ = writeln!(text, "| {}: {} | {status} |", quoted(place.path()), quoted(word));
    }
    text.push('\n');
    text
}
