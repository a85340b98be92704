//! Findings as rustc shows them: the line, a marker, and what to write instead.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diag::patch::{self, FileEdit};
use crate::diag::{Diagnostic, Fix, Severity};
use crate::source::{File, FileId, FileSpan, SourceMap, Use};

/// One finding over several lines, without a line end. Colours are terminal escapes.
pub fn text(diagnostic: &Diagnostic, sources: &SourceMap, colours: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id);
    let mut report: Group<'_> = Group::with_title(title);
    let places = places(diagnostic, sources);
    for (id, marks) in &places {
        let Some(file) = sources.file(*id) else { continue };
        let path = file.path().to_string_lossy().into_owned();
        let window = Window::around(file, marks.iter().map(|(span, ..)| *span));
        let text = sources.shown_part(*id, window.bytes.clone());
        let mut snippet = Snippet::source(text).path(path).line_start(window.line);
        for (span, label, primary) in marks {
            let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let range = window.range(*span);
            snippet = snippet.annotation(kind.span(range).label(label.as_str()));
        }
        report = report.element(snippet);
    }
    if let (None, Some((_, file))) = (diagnostic.span, sources.main_file()) {
        // It is about the file as a whole.
        let path = file.path().to_string_lossy().into_owned();
        report = report.element(annotate_snippets::Origin::path(path));
    }
    for note in trace(diagnostic, sources) {
        report = report.element(Level::NOTE.message(note));
    }
    for note in &diagnostic.notes {
        report = report.element(Level::NOTE.message(note.as_str()));
    }
    let mut groups = Vec::new();
    let patches = diagnostic.fix.as_ref().and_then(|fix| patches(fix, sources));
    if let (Some(fix), Some(patches)) = (&diagnostic.fix, patches) {
        // The change itself stands where rustc shows it: below its own line of help.
        let title = diagnostic.help.as_deref().unwrap_or(&fix.title);
        groups.push(Level::HELP.secondary_title(title).elements(patches));
    } else if let Some(help) = &diagnostic.help {
        report = report.element(Level::HELP.message(help.as_str()));
    }
    groups.insert(0, report);
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&groups)
}

/// The changes of a fix, file by file; `None` if it cannot be made in the files.
fn patches<'a>(
    fix: &Fix,
    sources: &'a SourceMap,
) -> Option<Vec<Snippet<'a, annotate_snippets::Patch<'a>>>> {
    let mut by_file: Vec<(FileId, Vec<FileEdit>)> = Vec::new();
    for edit in patch::edits(fix, sources)? {
        match by_file.iter_mut().find(|(file, _)| *file == edit.place.file) {
            Some((_, edits)) => edits.push(edit),
            None => by_file.push((edit.place.file, vec![edit])),
        }
    }
    let snippet = |(id, edits): (FileId, Vec<FileEdit>)| {
        let file = sources.file(id)?;
        let window = Window::around(file, edits.iter().map(|edit| edit.place));
        let text = sources.shown_part(id, window.bytes.clone());
        let patches = edits
            .into_iter()
            .map(|edit| annotate_snippets::Patch::new(window.range(edit.place), edit.replacement));
        Some(Snippet::source(text).line_start(window.line).patches(patches))
    };
    by_file.into_iter().map(snippet).collect()
}

/// The lines of a file from the first to the last place that is shown: a finding in a long file
/// does not cost the whole file.
struct Window {
    bytes: Range<usize>,
    /// Number of its first line.
    line: usize,
}

impl Window {
    fn around(file: &File, places: impl Iterator<Item = FileSpan>) -> Self {
        let text = file.text();
        let mut bytes = text.len()..0;
        for place in places {
            bytes.start = bytes.start.min(place.start as usize);
            bytes.end = bytes.end.max(place.end as usize);
        }
        let before = text.get(..bytes.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        // A removed line ends with its line end.
        let after = text.get(bytes.end..).unwrap_or_default();
        let end = bytes.end + after.find('\n').unwrap_or(after.len());
        let carriage_return = text.get(bytes.end..end).is_some_and(|rest| rest.ends_with('\r'));
        let end = if carriage_return { end - 1 } else { end };
        let (line, _) = file.position(u32::try_from(start).unwrap_or(u32::MAX));
        Self { bytes: start..end, line: line as usize }
    }

    fn range(&self, place: FileSpan) -> Range<usize> {
        let at = |offset: u32| (offset as usize).saturating_sub(self.bytes.start);
        at(place.start)..at(place.end)
    }
}

/// How the text came to be where it is: the definitions that it came through, innermost first, and
/// the files that include its own.
fn trace(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<String> {
    let Some(at) = diagnostic.span.and_then(|span| sources.resolve(span)) else {
        return Vec::new();
    };
    let position = |span: FileSpan| {
        let file = sources.file(span.file)?;
        let (line, column) = file.position(span.start);
        Some(format!("{}:{line}:{column}", file.path().display()))
    };
    let mut notes = Vec::new();
    // What was replaced in it is shown as it reads then.
    let reading = diagnostic.span.and_then(|span| sources.reading(span));
    if let Some(reading) = reading.filter(|text| text.len() < 100 && !text.contains('\n')) {
        notes.push(format!("it reads `{reading}` here"));
    }
    for used in at.expansions.iter().take(MOST_USES) {
        let Use { name, site, definition, part } = used;
        let (words, place) = match (part, definition) {
            (true, None) => continue,
            (true, Some(definition)) => ("is defined at", position(*definition)),
            (false, _) => ("is used at", position(*site)),
        };
        notes.extend(place.map(|place| format!("`${name}` {words} {place}")));
    }
    if let more @ 1.. = at.expansions.len().saturating_sub(MOST_USES) {
        notes.push(format!("and so on, through {more} more definitions"));
    }
    let mut file = sources.file(at.span.file);
    while let Some(site) = file.and_then(File::included_from) {
        notes.extend(position(site).map(|place| format!("included at {place}")));
        file = sources.file(site.file);
    }
    notes
}

/// So many definitions are named.
const MOST_USES: usize = 6;

type Marks = Vec<(FileSpan, String, bool)>;

/// All marks, by file; the file of the finding itself first.
fn places(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<(FileId, Marks)> {
    let own = diagnostic.span.map(|span| (span, diagnostic.label.clone(), true));
    let related = diagnostic.related.iter().map(|label| (label.span, label.text.clone(), false));
    let mut places: Vec<(_, Marks)> = Vec::new();
    for (span, label, primary) in own.into_iter().chain(related) {
        let Some(location) = sources.resolve(span) else { continue };
        let mark = (location.span, label, primary);
        match places.iter_mut().find(|(file, _)| *file == location.span.file) {
            Some((_, marks)) => marks.push(mark),
            None => places.push((location.span.file, vec![mark])),
        }
    }
    places
}
