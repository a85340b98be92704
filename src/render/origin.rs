//! Where a statement was written, in words.

use std::fmt;

use crate::source::{FileSpan, SourceMap};
use crate::syntax::Statement;

/// A line of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The file as it was named.
    pub(super) file: String,
    /// From 1.
    pub(super) line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Where a statement was written, and what it came through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Origin {
    /// Its line; that of the definition if all of it stands there.
    pub(super) place: Place,
    /// Definitions and generators, innermost first, with the lines that use them.
    pub(super) via: Vec<(String, Place)>,
    /// The lines with the includes, innermost first.
    pub(super) included_from: Vec<Place>,
}

impl Origin {
    /// The origin of a statement; `None` only if it has none.
    pub(super) fn of(statement: &Statement, sources: &SourceMap) -> Option<Self> {
        let at = sources.resolve(statement.keyword_span())?;
        let mut via: Vec<(String, Place)> = Vec::new();
        for word in &statement.words {
            let Some(word_at) = sources.resolve(word.span) else { continue };
            for used in word_at.expansions {
                let Some(place) = place(used.site, sources) else { continue };
                let name = used.name.to_string();
                if !via.contains(&(name.clone(), place.clone())) {
                    via.push((name, place));
                }
            }
        }
        let mut included_from = Vec::new();
        let mut next = sources.file(at.span.file).and_then(|file| file.included_from());
        while let Some(site) = next.filter(|_| included_from.len() < sources.files().len()) {
            included_from.extend(place(site, sources));
            next = sources.file(site.file).and_then(|file| file.included_from());
        }
        let file = at.path.to_string_lossy().into_owned();
        Some(Self { place: Place { file, line: at.line }, via, included_from })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        for (name, place) in &self.via {
            let sign = if name.starts_with(['$', '~']) { "" } else { "$" };
            if *place == self.place {
                write!(f, " {sign}{name}")?;
            } else {
                write!(f, " {sign}{name} ({place})")?;
            }
        }
        Ok(())
    }
}

fn place(site: FileSpan, sources: &SourceMap) -> Option<Place> {
    let file = sources.file(site.file)?;
    let (line, _) = file.position(site.start);
    Some(Place { file: file.path().to_string_lossy().into_owned(), line })
}
