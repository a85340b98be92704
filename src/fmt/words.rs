//! The words of one statement: single blanks between them, and nothing else.

use super::line::is_blank;
use crate::schema::{self, Block, Value};

/// The statement with one blank where there were several, outside double quotes. A script keeps
/// all of its blanks, and so does everything after a `$`, which could bring a quote in.
pub(super) fn spaced(text: &[u8]) -> Vec<u8> {
    let loose = text.contains(&b'\t') || text.windows(2).any(|pair| pair == b"  ");
    if !loose || takes_script(keyword(text)) {
        return text.to_vec();
    }
    let known = text.iter().position(|byte| *byte == b'$').unwrap_or(text.len());
    let (known, unknown) = text.split_at(known);
    let mut out = Vec::with_capacity(text.len());
    let (mut quoted, mut after_blank) = (false, false);
    for byte in known {
        if *byte == b'"' {
            quoted = !quoted;
        }
        if is_blank(byte) && !quoted {
            if !after_blank {
                out.push(b' ');
            }
            after_blank = true;
        } else {
            out.push(*byte);
            after_blank = false;
        }
    }
    out.extend_from_slice(unknown);
    out
}

fn keyword(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let end = text.iter().position(|byte| is_blank(byte) || *byte == b'"');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// Some place knows the word as one that a script follows.
pub(super) fn takes_script(word: &[u8]) -> bool {
    let Ok(word) = std::str::from_utf8(word) else { return false };
    let keywords = Block::ALL.iter().filter_map(|block| schema::keyword(*block, word));
    keywords.into_iter().any(|keyword| keyword.value == Value::Script)
}
