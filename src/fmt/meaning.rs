//! Whether two texts are the same configuration: the same statements, words and scripts.

use super::line::{self, Condition, Kind, Line};
use super::words;
use crate::source::SourceMap;
use crate::syntax::{self, Environment, Statement, Tree};

/// So many config-ids are tried, besides one that the file does not name.
const MOST_IDS: usize = 3;

/// Both texts say the same, whatever the config-id.
pub(super) fn same(before: &[u8], after: &[u8]) -> bool {
    ids(before).into_iter().all(|config_id| {
        let environment = Environment { config_id, ..Environment::default() };
        let read = |text| syntax::parse_text_in("", text, &environment);
        let (before, after) = (read(before), read(after));
        same_tree((&before.tree, &before.sources), (&after.tree, &after.sources))
    })
}

/// Config-ids that the text names, and one that it does not. With generators, which can make many
/// lines of a few, that one alone.
fn ids(text: &[u8]) -> Vec<String> {
    let mut ids = vec![String::new()];
    for line in text.split(|byte| *byte == b'\n') {
        match line::kind(Line::new(line).content) {
            Kind::Generator => return vec![String::new()],
            Kind::Condition(Condition { id, .. }, _) if ids.len() <= MOST_IDS => {
                let id = String::from_utf8_lossy(id).into_owned();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            _ => {}
        }
    }
    ids
}

/// A configuration as it was read.
type Read<'a> = (&'a Tree, &'a SourceMap);

/// Both were read as the same statements.
pub fn same_tree(left: Read<'_>, right: Read<'_>) -> bool {
    same_statements(left.1, &left.0.statements, right.1, &right.0.statements)
}

fn same_statements(
    left: &SourceMap,
    lefts: &[Statement],
    right: &SourceMap,
    rights: &[Statement],
) -> bool {
    lefts.len() == rights.len()
        && lefts.iter().zip(rights).all(|(one, other)| {
            let words =
                one.words.len() == other.words.len()
                    && one.words.iter().zip(&other.words).all(|(word, other)| {
                        (&word.text, word.quoted) == (&other.text, other.quoted)
                    });
            // A script is read from the text between the words, too.
            let scripts = !words::takes_script(one.keyword().as_bytes())
                || left.text(one.line) == right.text(other.line);
            let blocks = match (&one.block, &other.block) {
                (None, None) => true,
                (Some(block), Some(other)) => {
                    block.close.is_some() == other.close.is_some()
                        && same_statements(left, &block.statements, right, &other.statements)
                }
                _ => false,
            };
            words && scripts && blocks
        })
}
