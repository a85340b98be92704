//! Several maps in one, for a report about several configurations.

use crate::source::map::{ASIDE, Segment, length};
use crate::source::{Expansion, ExpansionId, FileId, FileSpan, Origin, SourceMap};
use crate::units::Span;

/// Where the spans of a map lie in the one that it was appended to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moved {
    text: u32,
    aside: u32,
}

impl Moved {
    /// A span of the appended map as one of the whole.
    pub fn span(self, span: Span) -> Span {
        let by = if span.start >= ASIDE { self.aside } else { self.text };
        Span::new(span.start.saturating_add(by), span.end.saturating_add(by))
    }
}

impl SourceMap {
    /// Takes over everything of another map, so that findings about several configurations fit into
    /// one report; says where that one's spans lie in this one.
    pub fn append(&mut self, other: Self) -> Moved {
        let end = other.end_of_input();
        let moved = Moved { text: length(&self.expanded), aside: length(&self.aside) };
        let first_file = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let first_expansion = u32::try_from(self.expansions.len()).unwrap_or(u32::MAX);
        let file = |id: FileId| FileId(id.0.saturating_add(first_file));
        let place = |span: FileSpan| FileSpan { file: file(span.file), ..span };
        let expansion = |id: ExpansionId| ExpansionId(id.0.saturating_add(first_expansion));
        let segment = |segment: Segment, by: u32| Segment {
            start: segment.start.saturating_add(by),
            origin: match segment.origin {
                Origin::File { file: id, offset } => Origin::File { file: file(id), offset },
                Origin::Expansion { id, file: of, offset } => {
                    Origin::Expansion { id: expansion(id), file: file(of), offset }
                }
                Origin::Computed { id } => Origin::Computed { id: expansion(id) },
            },
        };
        self.files.extend(other.files.into_iter().map(|each| each.moved(place)));
        self.expansions.extend(other.expansions.into_iter().map(|each| Expansion {
            definition: each.definition.map(place),
            use_site: place(each.use_site),
            parent: each.parent.map(expansion),
            ..each
        }));
        self.segments.extend(other.segments.into_iter().map(|each| segment(each, moved.text)));
        let asides = other.aside_segments.into_iter().map(|each| segment(each, moved.aside));
        self.aside_segments.extend(asides);
        self.aside_at.extend(other.aside_at.into_iter().map(|at| at.saturating_add(moved.text)));
        self.concealed.extend(other.concealed.into_iter().map(place));
        self.expanded.push_str(&other.expanded);
        self.aside.push_str(&other.aside);
        // The end of one text must not be the beginning of the next.
        if let Some(end) = end.map(place) {
            self.push("\n", Origin::File { file: end.file, offset: end.start });
        }
        moved
    }
}
