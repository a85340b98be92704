//! One file: its text and its lines.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Names a file of a [`SourceMap`](super::SourceMap).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub(super) u32);

/// Bytes of one file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileSpan {
    /// Which file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A file as it was read, bytes that are no UTF-8 replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    path: PathBuf,
    text: Arc<str>,
    line_starts: Vec<u32>,
    included_from: Option<FileSpan>,
}

impl File {
    pub(super) fn new(path: PathBuf, text: Arc<str>, included_from: Option<FileSpan>) -> Self {
        let ends = text.match_indices('\n');
        let line_starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1)))
            .collect();
        Self { path, text, line_starts, included_from }
    }

    /// The same file among others.
    pub(super) fn moved(mut self, place: impl Fn(FileSpan) -> FileSpan) -> Self {
        self.included_from = self.included_from.map(place);
        self
    }

    /// Its name as it was matched.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its text, for a reader that outlives a borrow.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The `include` that brought it in.
    pub fn included_from(&self) -> Option<FileSpan> {
        self.included_from
    }

    /// Line and column (from 1, in characters) of a byte; past the end: of the end.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let before = self
            .text
            .get(start as usize..offset as usize)
            .unwrap_or_else(|| self.text.get(start as usize..).unwrap_or_default());
        let column = u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
        (u32::try_from(line).unwrap_or(u32::MAX), column)
    }
}
