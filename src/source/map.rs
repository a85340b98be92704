//! The expanded text and the map back to where it was written.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use crate::source::{Expansion, ExpansionId, File, FileId, FileSpan, Origin, Traced};
use crate::units::Span;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    pub(super) start: u32,
    pub(super) origin: Origin,
}

/// All files, the expanded text, and the way back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceMap {
    pub(super) files: Vec<File>,
    pub(super) expanded: String,
    /// Sorted by start; each ends where the next begins.
    pub(super) segments: Vec<Segment>,
    pub(super) expansions: Vec<Expansion>,
    /// Lines that the parser does not see, for findings about them; spans from `ASIDE` on.
    pub(super) aside: String,
    pub(super) aside_segments: Vec<Segment>,
    /// For each aside segment, how far the expanded text had come.
    pub(super) aside_at: Vec<u32>,
    /// Passwords and keys.
    pub(super) concealed: Vec<FileSpan>,
}

/// Spans that begin here or later are about text that the parser does not see.
pub(super) const ASIDE: u32 = 1 << 31;

impl SourceMap {
    /// Takes a file over.
    pub fn add_file(
        &mut self,
        path: &Path,
        text: String,
        included_from: Option<FileSpan>,
    ) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File::new(path.to_owned(), text.into(), included_from));
        id
    }

    /// A file.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order in which they were read.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The first file, which includes the others.
    pub fn main_file(&self) -> Option<(FileId, &File)> {
        self.files_by_id().next()
    }

    /// All files with their names in this map, in the order in which they were read.
    pub fn files_by_id(&self) -> impl Iterator<Item = (FileId, &File)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// Notes a use of a definition.
    pub fn add_expansion(&mut self, expansion: Expansion) -> ExpansionId {
        let id = ExpansionId(u32::try_from(self.expansions.len()).unwrap_or(u32::MAX));
        self.expansions.push(expansion);
        id
    }

    /// How many uses of definitions there have been.
    pub fn uses(&self) -> usize {
        self.expansions.len()
    }

    /// A use of a definition.
    pub fn expansion(&self, id: ExpansionId) -> Option<&Expansion> {
        self.expansions.get(id.0 as usize)
    }

    /// How many uses are around a use.
    pub fn depth(&self, id: ExpansionId) -> u32 {
        self.expansion(id).map_or(0, |expansion| expansion.depth)
    }

    /// Appends text to what the parser reads.
    pub fn push(&mut self, text: &str, origin: Origin) -> Span {
        let start = length(&self.expanded);
        if !text.is_empty() {
            add(&mut self.segments, start, origin);
            self.expanded.push_str(text);
        }
        Span::new(start, length(&self.expanded))
    }

    /// Appends a part of a traced text to what the parser reads.
    pub fn push_traced(&mut self, text: &Traced, range: Range<usize>) -> Span {
        let start = length(&self.expanded);
        for (text, origin) in text.pieces(range) {
            self.push(text, origin);
        }
        Span::new(start, length(&self.expanded))
    }

    /// Keeps text that the parser does not see (a comment, an include, a line left out), so that a
    /// finding can be about it.
    pub fn set_aside(&mut self, text: &Traced) -> Span {
        let start = length(&self.aside).saturating_add(ASIDE);
        for (text, origin) in text.pieces(0..text.text().len()) {
            self.aside_at.push(length(&self.expanded));
            // Never joined with its neighbour: each has its own place in the order of reading.
            let start = length(&self.aside).saturating_add(ASIDE);
            self.aside_segments.push(Segment { start, origin });
            self.aside.push_str(text);
        }
        Span::new(start, length(&self.aside).saturating_add(ASIDE))
    }

    /// Marks a password or a key, which is not to be shown: neither where it is used nor where its
    /// parts were written.
    pub fn conceal(&mut self, span: Span) {
        self.concealed.extend(self.resolve(span).map(|at| at.span));
        let (segments, end) = self.segments(span.start);
        let first = segments.partition_point(|segment| segment.start <= span.start);
        let mut written = Vec::new();
        let mut from = span.start;
        for index in first.saturating_sub(1)..segments.len() {
            let next = segments.get(index + 1).map_or(end, |next| next.start).min(span.end);
            let Some(segment) = segments.get(index).filter(|_| from < span.end) else { break };
            let into = from.saturating_sub(segment.start) as usize;
            if let Origin::File { file, offset: start }
            | Origin::Expansion { file, offset: start, .. } = segment.origin.advanced(into)
            {
                let end = start.saturating_add(next.saturating_sub(from));
                written.push(FileSpan { file, start, end });
            }
            from = next;
        }
        self.concealed.extend(written);
    }

    /// What a span reads, where that is not what is written at its place; never a secret.
    pub fn reading(&self, span: Span) -> Option<&str> {
        let written = self.resolve(span)?.span;
        let text = self.text(span);
        let file = self.file(written.file)?;
        let same = file.text().get(written.start as usize..written.end as usize) == Some(text);
        let secret = self.concealed.iter().any(|secret| {
            secret.file == written.file && secret.start < written.end && written.start < secret.end
        });
        (!same && !secret && !text.is_empty()).then_some(text)
    }

    /// Something in the span is a password or a key.
    pub fn is_concealed(&self, span: Span) -> bool {
        !self.concealed.is_empty()
            && self.resolve(span).is_some_and(|at| {
                let (file, start, end) = (at.span.file, at.span.start, at.span.end);
                let mut secrets = self.concealed.iter().filter(|secret| secret.file == file);
                secrets.any(|secret| secret.start < end && start < secret.end)
            })
    }

    /// The text of a file for people, of the same length: what is concealed is asterisks.
    pub fn shown(&self, id: FileId) -> Cow<'_, str> {
        self.shown_part(id, 0..self.file(id).map_or(0, |file| file.text().len()))
    }

    /// A part of the text of a file for people; empty if it is none.
    pub fn shown_part(&self, id: FileId, part: Range<usize>) -> Cow<'_, str> {
        let text = self.file(id).and_then(|file| file.text().get(part.clone()));
        let mut shown = Cow::Borrowed(text.unwrap_or_default());
        for secret in self.concealed.iter().filter(|secret| secret.file == id) {
            let start = (secret.start as usize).clamp(part.start, part.end) - part.start;
            let end = (secret.end as usize).clamp(part.start, part.end) - part.start;
            if start < end && shown.get(start..end).is_some() {
                shown.to_mut().replace_range(start..end, &"*".repeat(end - start));
            }
        }
        shown
    }

    /// Sorts spans as a reader meets them: text that the parser does not see stands where it was
    /// left out.
    pub fn reading_order(&self, span: Span) -> (u32, bool, Span) {
        if span.start < ASIDE {
            return (span.start, true, span);
        }
        let index = self.aside_segments.partition_point(|segment| segment.start <= span.start);
        let at = index.checked_sub(1).and_then(|index| self.aside_at.get(index));
        (at.copied().unwrap_or(u32::MAX), false, span)
    }

    /// The segments of the text in which a byte stands, and its end.
    pub(super) fn segments(&self, at: u32) -> (&[Segment], u32) {
        if at >= ASIDE {
            (&self.aside_segments, length(&self.aside).saturating_add(ASIDE))
        } else {
            (&self.segments, length(&self.expanded))
        }
    }

    /// How long the text is that the parser reads.
    pub fn end(&self) -> u32 {
        length(&self.expanded)
    }

    /// What the parser reads.
    pub fn expanded(&self) -> &str {
        &self.expanded
    }

    /// The expanded text of a span; empty if it is none of this map.
    pub fn text(&self, span: Span) -> &str {
        let (text, base) =
            if span.start >= ASIDE { (&self.aside, ASIDE) } else { (&self.expanded, 0) };
        let range = (span.start - base) as usize..span.end.saturating_sub(base) as usize;
        text.get(range).unwrap_or_default()
    }
}

/// Notes where text from `start` on came from, unless that goes on as before.
fn add(segments: &mut Vec<Segment>, start: u32, origin: Origin) {
    let goes_on = segments
        .last()
        .is_some_and(|last| last.origin.advanced((start - last.start) as usize) == origin);
    if !goes_on {
        segments.push(Segment { start, origin });
    }
}

pub(super) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of one file, of which the parser sees all but the first line.
    fn map(path: &str, hidden: &str, seen: &str) -> (SourceMap, Span, Span) {
        let mut map = SourceMap::default();
        let file = map.add_file(path.as_ref(), format!("{hidden}{seen}"), None);
        let aside = map.set_aside(&Traced::new(hidden, Origin::File { file, offset: 0 }));
        let span = map.push(seen, Origin::File { file, offset: length(hidden) });
        (map, aside, span)
    }

    #[test]
    fn several_maps_become_one_in_which_every_span_finds_its_file() {
        let (first, first_aside, first_text) = map("a.conf", "# a\n", "one two\n");
        let (mut second, second_aside, second_text) = map("b.conf", "# b\n", "three\n");
        second.conceal(second_text.slice(0, 5));
        let mut all = SourceMap::default();
        let (a, b) = (all.append(first), all.append(second));
        for (span, path, line, text) in [
            (a.span(first_aside), "a.conf", 1, "# a\n"),
            (a.span(first_text.slice(4, 7)), "a.conf", 2, "two"),
            (b.span(second_aside), "b.conf", 1, "# b\n"),
            (b.span(second_text.slice(0, 5)), "b.conf", 2, "three"),
        ] {
            let at = all.resolve(span).unwrap();
            assert_eq!((at.path.to_str().unwrap(), at.line, all.text(span)), (path, line, text));
        }
        // The end of the first text is not the beginning of the second one.
        let end = Span::new(first_text.end, first_text.end);
        assert_eq!(all.resolve(a.span(end)).unwrap().path, Path::new("a.conf"));
        let end = Span::new(second_text.end, second_text.end);
        assert_eq!(all.resolve(b.span(end)).unwrap().path, Path::new("b.conf"));
        let (id, _) = all.files_by_id().nth(1).unwrap();
        assert_eq!(all.shown(id), "# b\n*****\n");
        // As a reader meets them.
        let order = [a.span(first_aside), a.span(first_text), b.span(second_aside)];
        assert!(order.is_sorted_by_key(|span| all.reading_order(*span)));
    }
}
