//! From a [`Fix`] to changes of files: only text that stands in a file as the parser read it can be
//! changed there; what came out of a definition cannot.

use crate::diag::Fix;
use crate::source::{FileId, FileSpan, SourceMap};
use crate::units::Span;

/// One replacement in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEdit {
    /// What goes.
    pub place: FileSpan,
    /// What comes.
    pub replacement: String,
}

/// The changes that a fix makes; `None` if it cannot be carried out in the files.
pub fn edits(fix: &Fix, sources: &SourceMap) -> Option<Vec<FileEdit>> {
    fix.edits
        .iter()
        .map(|edit| {
            let place = written(edit.span, sources)?;
            let place = match edit.replacement.as_str() {
                "" => widened(place, sources.file(place.file)?.text())?,
                _ => place,
            };
            Some(FileEdit { place, replacement: edit.replacement.clone() })
        })
        .collect()
}

/// The place of a text that stands in a file exactly as it was read.
fn written(span: Span, sources: &SourceMap) -> Option<FileSpan> {
    let at = sources.resolve(span)?;
    let text = sources.file(at.span.file)?.text();
    let text = text.get(at.span.start as usize..at.span.end as usize)?;
    (at.expansions.is_empty() && text == sources.text(span)).then_some(at.span)
}

/// What a removal takes along: the whole line if nothing else stands on it, else the blanks before.
fn widened(place: FileSpan, text: &str) -> Option<FileSpan> {
    let (start, end) = (place.start as usize, place.end as usize);
    let before = text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let after = text.get(end..)?;
    let line_end = after.find('\n').map_or(text.len(), |at| end + at + 1);
    let blank =
        |range: std::ops::Range<usize>| text.get(range).is_some_and(|text| text.trim().is_empty());
    let (start, end) = match (blank(line_start..start), blank(end..line_end)) {
        (true, true) => (line_start, line_end),
        (true, false) => (start, end + after.len() - after.trim_start_matches([' ', '\t']).len()),
        (false, _) => (before.trim_end_matches([' ', '\t']).len(), end),
    };
    let at = |offset| u32::try_from(offset).ok();
    Some(FileSpan { file: place.file, start: at(start)?, end: at(end)? })
}

/// Changes of files that do not disturb each other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Patch {
    edits: Vec<FileEdit>,
}

impl Patch {
    /// Takes all edits of a fix, or none if one overlaps with what is there.
    pub fn add(&mut self, edits: Vec<FileEdit>) -> bool {
        let apart = |a: &FileEdit, b: &FileEdit| {
            let (a, b) = (a.place, b.place);
            a.file != b.file || a.end < b.start || b.end < a.start
        };
        let free = edits.iter().all(|new| self.edits.iter().all(|known| apart(new, known)));
        if free {
            self.edits.extend(edits);
        }
        free
    }

    /// The files that change.
    pub fn files(&self) -> Vec<FileId> {
        let mut files: Vec<_> = self.edits.iter().map(|edit| edit.place.file).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The text of a file with its changes.
    pub fn apply(&self, file: FileId, text: &str) -> String {
        let mut edits: Vec<_> = self.edits.iter().filter(|edit| edit.place.file == file).collect();
        edits.sort_by_key(|edit| (edit.place.start, edit.place.end));
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for edit in edits {
            out.push_str(text.get(from..edit.place.start as usize).unwrap_or_default());
            out.push_str(&edit.replacement);
            from = edit.place.end as usize;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Edit;
    use crate::source::Origin;

    /// The text after the removal of the first `X…X`.
    fn without(text: &str) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add_file("k.conf".as_ref(), text.to_owned(), None);
        sources.push(text, Origin::File { file, offset: 0 });
        let at = |offset: usize| u32::try_from(offset).unwrap();
        let start = text.find('X').unwrap();
        let end = text.rfind('X').unwrap() + 1;
        let edit = Edit { span: Span::new(at(start), at(end)), replacement: String::new() };
        let fix = Fix { title: String::new(), edits: vec![edit], safe: true };
        let mut patch = Patch::default();
        let edits = edits(&fix, &sources).unwrap();
        assert!(patch.add(edits.clone()) && !patch.add(edits));
        patch.apply(file, text)
    }

    #[test]
    fn a_removal_takes_the_line_or_the_blanks_along() {
        for (text, expected) in [
            ("a\n  XbX\nc\n", "a\nc\n"),
            ("a\n  XbX", "a\n"),
            ("a  XbX\n", "a\n"),
            ("a XbX # c\n", "a # c\n"),
            ("  XbX # c\n", "  # c\n"),
        ] {
            assert_eq!(without(text), expected, "{text:?}");
        }
    }

    #[test]
    fn text_from_a_definition_is_not_changed() {
        let mut sources = SourceMap::default();
        let file = sources.add_file("k.conf".as_ref(), "abc\n".to_owned(), None);
        sources.push("x", Origin::File { file, offset: 0 });
        let edit = Edit { span: Span::new(0, 1), replacement: "y".to_owned() };
        let fix = Fix { title: String::new(), edits: vec![edit], safe: true };
        assert_eq!(edits(&fix, &sources), None);
    }
}
