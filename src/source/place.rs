//! From a span to the place where a person wrote it, and where keepalived would name it.
//!
//! Text of one origin is shown where it stands: that of a definition in the definition, which is
//! what has to be edited. Text that joins several origins (`${NET}.300/24`) is shown at the
//! innermost line that holds all of it: each part that came out of a definition is represented by
//! its use there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::map::length;
use crate::source::{Expansion, ExpansionId, File, FileId, FileSpan, Origin, SourceMap};
use crate::units::Span;

/// Where a span was written, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location {
    /// The bytes in the file.
    pub span: FileSpan,
    /// Name of the file.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column one past the end.
    pub end_column: u32,
    /// The expansions that the text came through, innermost first.
    pub expansions: Vec<Use>,
}

/// One use of a definition on the way to a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The name, as in `$NAME`.
    pub name: Arc<str>,
    /// Where it was used.
    pub site: FileSpan,
    /// Where it was defined; `None` for what keepalived defines itself.
    pub definition: Option<FileSpan>,
    /// True if the place is that of the use, because only a part of the text came out of this
    /// definition; false if the place is inside the definition.
    pub part: bool,
}

/// A byte of the expanded text: where it was written, and the uses around it, outermost first.
struct Byte {
    written: FileSpan,
    chain: Vec<ExpansionId>,
    /// The use at `written` that computed it.
    computed: Option<ExpansionId>,
}

impl SourceMap {
    /// Where a span was written. Text of one definition: there. Text that joins several origins:
    /// on the line of the use. `None` only if there is no file at all.
    pub fn resolve(&self, span: Span) -> Option<Location> {
        let empty = span.end <= span.start;
        let last = if empty { span.start } else { span.end - 1 };
        let (written, expansions) = match (self.byte(span.start), self.byte(last)) {
            (Some(first), Some(last)) => self.joined(&first, &last),
            (Some(first), None) => self.joined(&first, &first),
            _ => (self.end_of_input()?, Vec::new()),
        };
        let end = if empty { written.start } else { written.end };
        let span = FileSpan { end, ..written };
        let file = self.file(span.file)?;
        let (line, column) = file.position(span.start);
        let (end_line, end_column) = file.position(span.end);
        let path = file.path().to_owned();
        Some(Location { span, path, line, column, end_line, end_column, expansions })
    }

    /// The file and the line that keepalived names: those that it had read last, which for the text
    /// of a definition are those of its outermost use.
    pub fn read_at(&self, span: Span) -> Option<(&Path, u32)> {
        let at = match self.byte(span.start) {
            Some(Byte { written, chain, .. }) => {
                let outermost = chain.first().and_then(|id| self.expansion(*id));
                outermost.map_or(written, |expansion| expansion.use_site)
            }
            None => self.end_of_input()?,
        };
        let file = self.file(at.file)?;
        Some((file.path(), file.position(at.start).0))
    }

    /// The innermost place that holds both bytes, and the uses that lead there or stand in it.
    fn joined(&self, first: &Byte, last: &Byte) -> (FileSpan, Vec<Use>) {
        let common = first.chain.iter().zip(&last.chain).take_while(|(a, b)| a == b).count();
        let at = |byte: &Byte| match byte.chain.get(common).and_then(|id| self.expansion(*id)) {
            Some(expansion) => expansion.use_site,
            None => byte.written,
        };
        let (start, end) = (at(first), at(last));
        let together = start.file == end.file && end.end >= start.start;
        let span = if together { FileSpan { end: end.end.max(start.end), ..start } } else { start };
        let mut uses = Vec::new();
        for byte in [first, last] {
            let computed = byte.computed.map(|id| (usize::MAX, id));
            let chain = byte.chain.iter().copied().enumerate().rev();
            for (depth, id) in computed.into_iter().chain(chain) {
                let Some(expansion) = self.expansion(id) else { continue };
                let Expansion { name, definition, use_site, .. } = expansion;
                let (name, site) = (Arc::clone(name), *use_site);
                let used = Use { name, site, definition: *definition, part: depth >= common };
                if !uses.contains(&used) {
                    uses.push(used);
                }
            }
        }
        (span, uses)
    }

    /// The one byte of a file (or its use) behind a byte of the expanded text.
    fn byte(&self, at: u32) -> Option<Byte> {
        let (segments, end) = self.segments(at);
        if at >= end {
            return None;
        }
        let index = segments.partition_point(|segment| segment.start <= at).checked_sub(1)?;
        let segment = segments.get(index)?;
        let into = (at.saturating_sub(segment.start)) as usize;
        let character = |file, start: u32| {
            // A span ends after a whole character.
            let rest = self.file(file).and_then(|file| file.text().get(start as usize..));
            let width = rest.and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            FileSpan { file, start, end: start.saturating_add(u32::try_from(width).unwrap_or(1)) }
        };
        match segment.origin.advanced(into) {
            Origin::File { file, offset } => {
                Some(Byte { written: character(file, offset), chain: Vec::new(), computed: None })
            }
            Origin::Expansion { id, file, offset } => {
                let written = character(file, offset);
                Some(Byte { written, chain: self.chain(id), computed: None })
            }
            Origin::Computed { id } => {
                let mut chain = self.chain(id);
                let written = self.expansion(id)?.use_site;
                // Its place is that of the use: the use does not lead there.
                chain.pop();
                Some(Byte { written, chain, computed: Some(id) })
            }
        }
    }

    /// The use and those around it, outermost first.
    fn chain(&self, id: ExpansionId) -> Vec<ExpansionId> {
        let mut chain: Vec<_> = self.outwards(id).map(|(id, _)| id).collect();
        chain.reverse();
        chain
    }

    /// The use and those around it, innermost first.
    pub fn outwards(&self, id: ExpansionId) -> impl Iterator<Item = (ExpansionId, &Expansion)> {
        let first = self.expansion(id).map(|expansion| (id, expansion));
        std::iter::successors(first, |(id, expansion)| {
            // A parent is always older: this ends.
            let parent = expansion.parent.filter(|parent| parent < id)?;
            Some((parent, self.expansion(parent)?))
        })
    }

    /// Where a text was written whose first and last bytes have these origins: a place for a use.
    pub fn site(&self, first: Origin, last: Origin) -> Option<FileSpan> {
        let byte = |origin| match origin {
            Origin::File { file, offset } | Origin::Expansion { file, offset, .. } => {
                Some(FileSpan { file, start: offset, end: offset.saturating_add(1) })
            }
            Origin::Computed { id } => self.expansion(id).map(|expansion| expansion.use_site),
        };
        let (first, last) = (byte(first)?, byte(last)?);
        let together = first.file == last.file && last.end >= first.start;
        Some(if together { FileSpan { end: last.end, ..first } } else { first })
    }

    pub(super) fn end_of_input(&self) -> Option<FileSpan> {
        let end = length(self.files.first().map(File::text)?);
        Some(FileSpan { file: FileId(0), start: end, end })
    }
}
