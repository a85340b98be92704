//! What is written: rows of text with their indentation, and comments set in a column.

use super::line::LONGEST;

/// Blanks a level of braces.
const INDENT: usize = 4;
/// Deeper levels are indented no further.
const DEEPEST: usize = 32;
/// Rows longer than this do not push the comments of their neighbours away.
const LONG: usize = 60;

/// A line of the result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Row<'a> {
    /// An empty line.
    Blank,
    /// As it was, blanks in front included.
    Verbatim(&'a [u8]),
    /// Laid out anew.
    Text(Text<'a>),
}

/// A line with its indentation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Text<'a> {
    /// Braces around it.
    pub(super) depth: usize,
    /// What it says, without its comment.
    pub(super) text: Vec<u8>,
    /// The comment after it.
    pub(super) comment: &'a [u8],
    /// No blank before the comment.
    pub(super) glued: bool,
    /// The line of the file that became this row, if it became no other.
    pub(super) whole: Option<&'a [u8]>,
    /// A `{` on the next line can go to the end of this one.
    pub(super) joinable: bool,
}

impl Text<'_> {
    fn indent(&self) -> usize {
        self.depth.min(DEEPEST) * INDENT
    }

    /// Characters up to the comment.
    fn width(&self) -> usize {
        let characters = std::str::from_utf8(&self.text).map(|text| text.chars().count());
        self.indent() + characters.unwrap_or(self.text.len())
    }

    /// Bytes with a comment after one blank.
    pub(super) fn length(&self) -> usize {
        let gap = usize::from(!self.comment.is_empty() && !self.glued);
        self.indent() + self.text.len() + gap + self.comment.len()
    }

    /// The comment can move.
    fn has_free_comment(&self) -> bool {
        !self.comment.is_empty() && !self.glued
    }
}

/// The rows as text. A line that would become too long for keepalived stays as it was.
pub(super) fn write(rows: &[Row<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = Column { until: 0, at: 0 };
    for (index, row) in rows.iter().enumerate() {
        match row {
            Row::Blank => {}
            Row::Verbatim(whole) => out.extend_from_slice(whole),
            Row::Text(text) => match text.whole {
                Some(whole) if text.length() > LONGEST => out.extend_from_slice(whole),
                _ => {
                    if index >= column.until {
                        column = Column::of(rows, index);
                    }
                    write_row(text, column.at, &mut out);
                }
            },
        }
        out.push(b'\n');
    }
    out
}

fn write_row(row: &Text<'_>, column: usize, out: &mut Vec<u8>) {
    let indent = if row.length() > LONGEST { 0 } else { row.indent() };
    out.resize(out.len() + indent, b' ');
    out.extend_from_slice(&row.text);
    if row.has_free_comment() {
        let gap = column.saturating_sub(row.width()).max(1);
        let gap = if row.length() + gap > LONGEST { 1 } else { gap };
        out.resize(out.len() + gap, b' ');
    }
    out.extend_from_slice(row.comment);
}

/// Where the comments of neighbouring rows begin.
struct Column {
    /// The first row that is no neighbour any more.
    until: usize,
    at: usize,
}

impl Column {
    /// The column of the rows from this one on that have a comment and the same depth.
    fn of(rows: &[Row<'_>], from: usize) -> Self {
        let mut column = Self { until: from + 1, at: 0 };
        let Some(Row::Text(first)) = rows.get(from) else { return column };
        if !first.has_free_comment() {
            return column;
        }
        let rest = rows.get(from..).unwrap_or_default().iter();
        let neighbours = rest.map_while(|row| match row {
            Row::Text(text) if text.has_free_comment() && text.depth == first.depth => Some(text),
            _ => None,
        });
        let mut count = 0;
        for row in neighbours {
            count += 1;
            if row.width() <= LONG {
                column.at = column.at.max(row.width() + 1);
            }
        }
        column.until = from + count;
        column
    }
}
