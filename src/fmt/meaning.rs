//! Whether two texts are the same configuration: the same statements, words and scripts.

use super::line::{self, Condition, Kind, Line};
use super::words;
use crate::syntax::{self, Environment, Parsed, Statement};

/// So many config-ids are tried, besides one that the file does not name.
const MOST_IDS: usize = 3;

/// Both texts say the same, whatever the config-id.
pub(super) fn same(before: &[u8], after: &[u8]) -> bool {
    let mut ids = vec![String::new()];
    for line in before.split(|byte| *byte == b'\n') {
        if let Kind::Condition(Condition { id, .. }, _) = line::kind(Line::new(line).content) {
            let id = String::from_utf8_lossy(id).into_owned();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if ids.len() > MOST_IDS {
            break;
        }
    }
    ids.into_iter().all(|config_id| {
        let environment = Environment { config_id, ..Environment::default() };
        let read = |text| syntax::parse_text_in("", text, &environment);
        same_tree(&read(before), &read(after))
    })
}

/// Both were read as the same statements.
pub fn same_tree(left: &Parsed, right: &Parsed) -> bool {
    same_statements(left, &left.tree.statements, right, &right.tree.statements)
}

fn same_statements(
    left: &Parsed,
    lefts: &[Statement],
    right: &Parsed,
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
                || left.sources.text(one.line) == right.sources.text(other.line);
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
