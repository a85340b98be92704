//! `fmt`: one way to lay a configuration out, without a change of its meaning or its comments.
//!
//! It works on the physical lines of one file, not on the text after includes and definitions:
//! what is unclear without the rest (a definition, a condition, a generator, an unclosed quote) is
//! indented and else left alone. Four blanks a level, `{` at the end of its statement, one
//! statement a line, single blanks, at most one empty line, comments of neighbouring lines in one
//! column. Before the result is handed out, both texts are read and compared.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod depth;
mod layout;
mod line;
mod meaning;
mod rows;
#[cfg(test)]
mod tests;
mod words;

pub use meaning::same_tree;

use depth::{Depths, Fault};
use layout::Body;
use line::Line;

/// Why a text is left as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// A `}` without a `{`.
    #[error("line {line}: `}}` closes a block that is not open")]
    ExtraBrace {
        /// Its line, from 1.
        line: usize,
    },
    /// A `{` without a `}`.
    #[error("line {line}: the block that begins here is never closed")]
    MissingBrace {
        /// Its line, from 1.
        line: usize,
    },
    /// The result would not have been read as the text is. This is a fault of ours.
    #[error("it cannot be laid out without a change of its meaning; please report this")]
    Unsure,
}

/// Lays a file out.
///
/// # Errors
/// Braces do not match whatever the config-id, so no line has a depth.
pub fn format(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    let formatted = lay_out(text)?;
    if formatted != text && !meaning::same(text, &formatted) {
        return Err(Refusal::Unsure);
    }
    Ok(formatted)
}

fn lay_out(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let lines: Vec<Line<'_>> = text
        .split(|byte| *byte == b'\n')
        .map(|line| {
            let ends = line.iter().rev().take_while(|byte| **byte == b'\r').count();
            Line::new(line.get(..line.len() - ends).unwrap_or_default())
        })
        .collect();
    let bodies = layout::bodies(&lines);
    let lines: Vec<_> = lines
        .into_iter()
        .zip(&bodies)
        .map(|(line, body)| {
            let counts = *body == Body::Outside;
            (line, if counts { line.braces() } else { Vec::new() })
        })
        .collect();
    let depths = Depths::new(&lines).map_err(|fault| match fault {
        Fault::Extra(line) => Refusal::ExtraBrace { line },
        Fault::Missing(line) => Refusal::MissingBrace { line },
    })?;
    Ok(rows::write(&layout::rows(&lines, &bodies, depths)))
}
