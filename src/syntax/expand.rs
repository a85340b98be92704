//! From files to the expanded text: lines are cut, comments removed, includes read in place.
//!
//! `$NAME`, `@id` and `~SEQ` are recognised and reported; a configuration that uses them cannot be
//! understood without them, so each is an error, and its line is left out.

use crate::diag::{Code, Diagnostic, Severity, Sink};
use crate::source::{FileId, FileSpan, LoadError, LoadedFile, Loader, Origin, Pattern, SourceMap};
use crate::syntax::Environment;
use crate::syntax::lines::{self, Kind};
use crate::units::Span;

/// Deepest chain of includes.
const DEEPEST: usize = 32;

/// A file that is being read.
struct Reading {
    file: FileId,
    /// Where the next line begins.
    at: usize,
    /// Includes around it.
    depth: usize,
}

/// A line of a file, without its end.
struct Line<'a> {
    file: FileId,
    /// Where it begins in the file.
    start: usize,
    text: &'a str,
    depth: usize,
}

/// Reads all files into one text.
pub(super) fn expand(
    loader: &dyn Loader,
    files: Vec<LoadedFile>,
    _environment: &Environment,
    findings: &mut Sink,
) -> SourceMap {
    let mut expander =
        Expander { loader, findings, sources: SourceMap::default(), stack: Vec::new() };
    for file in files.into_iter().rev() {
        expander.begin(file, None, 0);
    }
    while let Some(reading) = expander.stack.pop() {
        expander.next_line(reading);
    }
    expander.sources
}

struct Expander<'a> {
    loader: &'a dyn Loader,
    findings: &'a mut Sink,
    sources: SourceMap,
    stack: Vec<Reading>,
}

impl Expander<'_> {
    fn begin(&mut self, loaded: LoadedFile, included_from: Option<FileSpan>, depth: usize) {
        let text = String::from_utf8_lossy(&loaded.bytes).into_owned();
        let file = self.sources.add_file(&loaded.path, text, included_from);
        self.stack.push(Reading { file, at: 0, depth });
    }

    fn next_line(&mut self, reading: Reading) {
        let Reading { file, at, depth } = reading;
        let text = self.sources.file(file).map(|file| file.text()).unwrap_or_default();
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let whole = rest.get(..length).unwrap_or(rest).trim_end_matches(['\n', '\r']).to_owned();
        self.stack.push(Reading { file, at: at + length, depth });
        let mut line = Line { file, start: at, text: &whole, depth };
        if at == 0 {
            self.skip_byte_order_mark(&mut line);
        }
        if line.text.len() > lines::LONGEST {
            self.report(
                &line,
                Code::LINE_TOO_LONG,
                &format!("this line has more than {} bytes and is left out", lines::LONGEST),
                "keepalived drops the first part and reads the rest as a line of its own",
            );
        } else if line.text.contains('\0') {
            self.report(
                &line,
                Code::NUL_BYTE,
                "this line holds NUL bytes and is left out",
                "configuration appears to have embedded NULs - ignoring line",
            );
        } else {
            self.take(&line);
        }
    }

    fn skip_byte_order_mark(&mut self, line: &mut Line<'_>) {
        const MARK: &str = "\u{feff}";
        if let Some(rest) = line.text.strip_prefix(MARK) {
            let span = self.sources.push_aside(MARK, line.file, 0);
            self.findings.push(
                Diagnostic::new(
                    Code::BYTE_ORDER_MARK,
                    Severity::Warning,
                    span,
                    "the file begins with a byte order mark",
                )
                .with_note("keepalived takes it for a part of the first word")
                .with_help("save the file as UTF-8 without it"),
            );
            line.text = rest;
            line.start += MARK.len();
        }
    }

    fn take(&mut self, line: &Line<'_>) {
        let content = lines::content(line.text);
        let joined: String =
            content.runs.iter().filter_map(|run| line.text.get(run.clone())).collect();
        // Old comments in old encodings do no harm.
        if joined.contains(char::REPLACEMENT_CHARACTER) {
            let span = self.aside(line);
            self.findings.push(
                Diagnostic::new(
                    Code::NOT_UTF8,
                    Severity::Warning,
                    span,
                    "this line holds bytes that are not UTF-8",
                )
                .with_label("each is read as U+FFFD")
                .with_note("keepalived keeps them as they are"),
            );
        }
        match lines::kind(&joined) {
            Kind::Blank => return,
            Kind::Definition => return self.not_yet(line, "definitions (`$NAME=value`)"),
            Kind::Condition => return self.not_yet(line, "conditions (`@id`)"),
            Kind::Sequence => return self.not_yet(line, "generators (`~SEQ`, `~LST`)"),
            Kind::Include(directive, pattern) => return self.include(line, &directive, &pattern),
            Kind::Text if let Some(at) = lines::directive_after_brace(line.text, &content) => {
                for run in &content.runs {
                    let run = run.start..run.end.min(at);
                    self.keep(line, run.start, line.text.get(run).unwrap_or_default());
                }
                self.keep(line, at, "\n");
                let rest = line.text.get(at..).unwrap_or_default();
                return self.take(&Line { start: line.start + at, text: rest, ..*line });
            }
            Kind::Text if lines::uses_definition(&joined) => {
                return self.not_yet(line, "uses of definitions (`$NAME`)");
            }
            Kind::Text => {}
        }
        for run in &content.runs {
            self.keep(line, run.start, line.text.get(run.clone()).unwrap_or_default());
        }
        if let Some(quote) = content.open_quote {
            let offset = offset(line.start + quote);
            let rest = line.text.get(quote..).unwrap_or_default();
            let span = self.sources.push_aside(rest, line.file, offset);
            self.findings.push(unclosed_quote(span));
        }
        self.keep(line, line.text.len(), "\n");
    }

    fn include(&mut self, line: &Line<'_>, directive: &str, pattern: &str) {
        let span = self.aside(line);
        if line.depth >= DEEPEST {
            self.findings.push(
                Diagnostic::new(
                    Code::INCLUDE_CYCLE,
                    Severity::Error,
                    span,
                    format!("includes are nested more than {DEEPEST} deep"),
                )
                .with_label("a file that includes itself?"),
            );
            return;
        }
        let from = self.sources.file(line.file).map(|file| file.path().to_owned());
        let found = self.loader.load(Pattern { text: pattern, from: from.as_deref() });
        let start = offset(line.start);
        let end = offset(line.start + line.text.len());
        let site = FileSpan { file: line.file, start, end };
        let mut files = Vec::new();
        for result in found {
            match result {
                Ok(file) => files.push(file),
                Err(error) => self.not_included(span, directive, &error),
            }
        }
        for file in files.into_iter().rev() {
            self.begin(file, Some(site), line.depth + 1);
        }
    }

    /// A problem with an include is an error where keepalived would end, else a warning.
    fn not_included(&mut self, span: Span, directive: &str, error: &LoadError) {
        let strict = match error {
            LoadError::Missing(_) => matches!(directive, "includem" | "includew" | "includea"),
            LoadError::NoMatch(_) => matches!(directive, "includew" | "includea"),
            _ => directive != "include",
        };
        let severity = if strict { Severity::Error } else { Severity::Warning };
        let note = if strict {
            format!("`{directive}` makes this fatal: keepalived ends with status 6")
        } else {
            "keepalived goes on without it".to_owned()
        };
        self.findings.push(
            Diagnostic::new(Code::INCLUDE_NOT_FOUND, severity, span, error.to_string())
                .with_note(note),
        );
    }

    fn not_yet(&mut self, line: &Line<'_>, what: &str) {
        let span = self.aside(line);
        self.findings.push(
            Diagnostic::new(
                Code::PREPROCESSOR_NOT_YET,
                Severity::Error,
                span,
                format!("{what} are not supported yet"),
            )
            .with_label("this line is left out")
            .with_help("write it out"),
        );
    }

    fn report(&mut self, line: &Line<'_>, code: Code, message: &str, note: &str) {
        let span = self.aside(line);
        self.findings.push(Diagnostic::new(code, Severity::Error, span, message).with_note(note));
    }

    /// Copies a part of the line for the parser.
    fn keep(&mut self, line: &Line<'_>, at: usize, text: &str) {
        let offset = offset(line.start + at);
        self.sources.push(text, Origin::File { file: line.file, offset });
    }

    /// The line without the blanks around it, as a place for a finding.
    fn aside(&mut self, line: &Line<'_>) -> Span {
        let text = line.text.trim_matches([' ', '\t']);
        let before = line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
        self.sources.push_aside(text, line.file, offset(line.start + before))
    }
}

/// The finding about a quote: that of the scanner of lines, which heeds backslashes, or that of the
/// words, which do not.
pub(super) fn unclosed_quote(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UNCLOSED_QUOTE, Severity::Error, span, "a double quote is never closed")
        .with_label("the line is ignored from here on")
        .with_help("close it on the same line; values cannot span lines")
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
