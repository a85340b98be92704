//! Text on its way through the preprocessor, every byte of which knows where it was written.

use std::ops::Range;

use crate::source::{ExpansionId, Origin};

/// A text that may join pieces of several origins.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Traced {
    text: String,
    /// Sorted by start; each ends where the next begins.
    runs: Vec<Run>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    start: usize,
    origin: Origin,
}

impl Traced {
    /// A text of one origin.
    pub fn new(text: &str, origin: Origin) -> Self {
        let mut traced = Self::default();
        traced.push(text, origin);
        traced
    }

    /// The text alone.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Appends text of one origin.
    pub fn push(&mut self, text: &str, origin: Origin) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        let goes_on =
            self.runs.last().is_some_and(|last| last.origin.advanced(start - last.start) == origin);
        if !goes_on {
            self.runs.push(Run { start, origin });
        }
        self.text.push_str(text);
    }

    /// Appends a part of another text.
    pub fn append(&mut self, other: &Self, range: Range<usize>) {
        for (text, origin) in other.pieces(range) {
            self.push(text, origin);
        }
    }

    /// A part of it.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        part.append(self, range);
        part
    }

    /// The same text with a range of it replaced.
    pub fn replaced(&self, range: Range<usize>, by: &Self) -> Self {
        let mut text = self.slice(0..range.start);
        text.append(by, 0..by.text.len());
        text.append(self, range.end..self.text.len());
        text
    }

    /// The pieces of a range, each of one origin.
    pub fn pieces(&self, range: Range<usize>) -> impl Iterator<Item = (&str, Origin)> {
        let first = self.runs.partition_point(|run| run.start <= range.start).saturating_sub(1);
        let runs = self.runs.get(first..).unwrap_or_default();
        let ends = runs.iter().skip(1).map(|run| run.start).chain([self.text.len()]);
        runs.iter().zip(ends).take_while(move |(run, _)| run.start < range.end).filter_map(
            move |(run, end)| {
                let (from, to) = (run.start.max(range.start), end.min(range.end));
                let text = self.text.get(from..to).filter(|text| !text.is_empty())?;
                Some((text, run.origin.advanced(from - run.start)))
            },
        )
    }

    /// Where the byte at an offset was written.
    pub fn origin(&self, at: usize) -> Option<Origin> {
        let index = self.runs.partition_point(|run| run.start <= at).checked_sub(1)?;
        let run = self.runs.get(index).filter(|_| at < self.text.len())?;
        Some(run.origin.advanced(at - run.start))
    }

    /// The same text as the value of a definition that is used: through this use.
    pub fn through(&self, id: ExpansionId) -> Self {
        let mut value = Self { text: self.text.clone(), runs: self.runs.clone() };
        for run in &mut value.runs {
            run.origin = run.origin.through(id);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn file(offset: u32) -> Origin {
        let mut map = SourceMap::default();
        Origin::File { file: map.add_file("k".as_ref(), String::new(), None), offset }
    }

    #[test]
    fn pieces_keep_their_origins_through_cuts_and_joins() {
        let mut text = Traced::new("abc", file(10));
        text.push("def", file(13));
        assert_eq!(text.pieces(0..6).collect::<Vec<_>>(), [("abcdef", file(10))]);
        let joined = text.replaced(1..3, &Traced::new("XYZ", file(50)));
        assert_eq!(joined.text(), "aXYZdef");
        let pieces: Vec<_> = joined.pieces(2..5).collect();
        assert_eq!(pieces, [("YZ", file(51)), ("d", file(13))]);
        assert_eq!(joined.origin(6), Some(file(15)));
        assert_eq!(joined.origin(7), None);
        assert_eq!(joined.slice(7..7), Traced::default());
    }

    #[test]
    fn a_byte_within_a_character_has_an_origin_too() {
        assert_eq!(Traced::new("é", file(10)).origin(1), Some(file(11)));
    }
}
