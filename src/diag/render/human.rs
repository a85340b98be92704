//! Findings as rustc shows them: the line, a marker, and what to write instead.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diag::{Diagnostic, Severity};
use crate::source::{File, FileSpan, SourceMap, Use};

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
        let mut snippet = Snippet::source(sources.shown(*id)).path(path);
        for (span, label, primary) in marks {
            let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let range = span.start as usize..span.end as usize;
            snippet = snippet.annotation(kind.span(range).label(label.as_str()));
        }
        report = report.element(snippet);
    }
    for note in trace(diagnostic, sources) {
        report = report.element(Level::NOTE.message(note));
    }
    for note in &diagnostic.notes {
        report = report.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        report = report.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[report])
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
fn places(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<(crate::source::FileId, Marks)> {
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
