//! Physical lines of the file on top: cut, checked, freed of their comments.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::source::{FileId, FileSpan, LoadedFile, Origin, Traced};
use crate::syntax::expand::includes::Classes;
use crate::syntax::expand::{Expander, offset, unclosed_quote};
use crate::syntax::lines::{self, Content};
use crate::units::Compat;

/// Longest part of a line that is kept for a finding about it.
const SHOWN: usize = 1_000;

/// A file that is being read.
pub(super) struct Reading {
    pub(super) file: FileId,
    pub(super) path: PathBuf,
    text: Arc<str>,
    /// Where the next line begins.
    at: usize,
    /// It holds NUL bytes, or bytes that are no UTF-8, somewhere.
    odd: bool,
    /// `include_check` as it was when the file was opened.
    include_check: Classes,
}

/// A line of a file, without its end.
struct Line<'a> {
    file: FileId,
    /// Where it begins in the file.
    start: usize,
    text: &'a str,
}

impl Line<'_> {
    fn origin(&self, at: usize) -> Origin {
        Origin::File { file: self.file, offset: offset(self.start + at) }
    }

    /// A part of it.
    fn part(&self, range: Range<usize>) -> Traced {
        let text = self.text.get(range.clone()).unwrap_or_default();
        Traced::new(text, self.origin(range.start))
    }

    /// The line without the blanks around it, as much of it as can be shown.
    fn shown(&self) -> Traced {
        let start = self.text.len() - self.text.trim_start_matches([' ', '\t']).len();
        let mut end = self.text.trim_end_matches([' ', '\t']).len().max(start);
        if end - start > SHOWN {
            end = (start..start + SHOWN)
                .rev()
                .find(|at| self.text.is_char_boundary(*at))
                .unwrap_or(start);
        }
        self.part(start..end)
    }
}

impl Expander<'_> {
    /// Opens a file: its lines come next.
    pub(super) fn begin(&mut self, loaded: LoadedFile, included_from: Option<FileSpan>) {
        if !self.bounds.take_file() {
            return;
        }
        let text = String::from_utf8(loaded.bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let odd = text.contains(['\0', char::REPLACEMENT_CHARACTER]);
        let file = self.sources.add_file(&loaded.path, text, included_from);
        let text = self.sources.file(file).map(|file| file.shared_text()).unwrap_or_default();
        let include_check = self.include_check;
        self.files.push(Reading { file, path: loaded.path, text, at: 0, odd, include_check });
    }

    /// Takes the next line of the files; false if there is none.
    pub(super) fn next_physical(&mut self) -> bool {
        let Some(reading) = self.files.last_mut() else { return false };
        let text = Arc::clone(&reading.text);
        let rest = text.get(reading.at..).unwrap_or_default();
        if rest.is_empty() {
            self.include_check = reading.include_check;
            self.files.pop();
            return true;
        }
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let whole = rest.get(..length).unwrap_or(rest).trim_end_matches(['\n', '\r']);
        let mut line = Line { file: reading.file, start: reading.at, text: whole };
        let odd = reading.odd;
        reading.at += length;
        if line.start == 0 {
            self.skip_byte_order_mark(&mut line);
        }
        if line.text.len() > lines::LONGEST {
            self.too_long(&line);
        } else if odd && line.text.contains('\0') && !self.cut_at_nul(&mut line) {
        } else {
            self.decomment(&line, odd);
        }
        true
    }

    fn skip_byte_order_mark(&mut self, line: &mut Line<'_>) {
        const MARK: &str = "\u{feff}";
        if let Some(rest) = line.text.strip_prefix(MARK) {
            let span = self.aside(&line.part(0..MARK.len()));
            self.report(
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

    fn too_long(&mut self, line: &Line<'_>) {
        let span = self.aside(&line.shown());
        let message = format!("this line has more than {} bytes and is left out", lines::LONGEST);
        let diagnostic = Diagnostic::new(Code::LINE_TOO_LONG, Severity::Error, span, message);
        let diagnostic = match self.environment.compat {
            Compat::V2_2_7 => diagnostic
                .with_verdict(Verdict::Silent)
                .with_note("keepalived cuts it without a word and reads each piece as a line"),
            Compat::V2_4_3 => diagnostic
                .with_wording("line too long - ignoring")
                .with_note("keepalived drops the first part and reads the rest as a line"),
        };
        self.report(diagnostic);
    }

    /// keepalived 2.4.3 leaves a line with NUL bytes out, 2.2.7 reads it up to the first. True if
    /// anything is to be read.
    fn cut_at_nul(&mut self, line: &mut Line<'_>) -> bool {
        const WORDING: &str = "configuration appears to have embedded NULs - ignoring line";
        let span = self.aside(&line.shown());
        match self.environment.compat {
            Compat::V2_2_7 => {
                let text = "this line holds NUL bytes and is read up to the first";
                self.report(
                    Diagnostic::new(Code::NUL_BYTE, Severity::Error, span, text)
                        .with_verdict(Verdict::Silent),
                );
                line.text = line.text.split('\0').next().unwrap_or_default();
                true
            }
            Compat::V2_4_3 => {
                let text = "this line holds NUL bytes and is left out";
                self.report(
                    Diagnostic::new(Code::NUL_BYTE, Severity::Error, span, text)
                        .with_wording(WORDING),
                );
                false
            }
        }
    }

    fn decomment(&mut self, line: &Line<'_>, odd: bool) {
        let content = lines::content(line.text, self.environment.compat);
        self.comment_begins(line, &content);
        let empty = content.runs.is_empty() && content.backslash.is_none();
        if empty && !(content.comment.is_none() && self.unfinished.is_some()) {
            self.only_a_comment(line, &content);
            return;
        }
        // Old comments in old encodings do no harm.
        let run = |run: &Range<usize>| line.text.get(run.clone()).unwrap_or_default();
        let joined = || content.runs.iter().map(run);
        if odd && joined().any(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
            let span = self.aside(&line.shown());
            self.report(
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
        if let ([only], None, None, None) =
            (content.runs.as_slice(), content.backslash, content.open_quote, &self.unfinished)
            && self.deliver_plain(run(only), line.origin(only.start), line.origin(line.text.len()))
        {
            return;
        }
        let mut text = Traced::default();
        for range in &content.runs {
            text.push(run(range), line.origin(range.start));
        }
        if let Some(at) = content.backslash {
            text.push("\\", line.origin(at));
        }
        if let Some(quote) = content.open_quote {
            let end = content.runs.last().map_or(quote, |run| run.end);
            let span = self.aside(&line.part(quote..end));
            self.report(unclosed_quote(span));
        }
        self.evaluate(text);
    }

    /// What a comment hides that was hardly meant as one.
    fn comment_begins(&mut self, line: &Line<'_>, content: &Content) {
        let Some(at) = content.comment else { return };
        let before = line.text.get(..at).unwrap_or_default();
        let Some(last) = before.bytes().last() else { return };
        match before.trim_start_matches([' ', '\t']) {
            "@" | "@^" if line.text.as_bytes().get(at) == Some(&b'!') => {
                self.not_a_negation(&line.shown());
            }
            _ if last.is_ascii_alphanumeric() => {
                let span = self.aside(&line.part(at..at + 1));
                let text = "a comment begins in the middle of a word";
                self.report(
                    Diagnostic::new(Code::COMMENT_IN_WORD, Severity::Warning, span, text)
                        .with_label("ignored from here on")
                        .with_help(
                            "put the word into double quotes or a backslash before the character; \
                             for a comment, put a blank before it",
                        ),
                );
            }
            _ => {}
        }
    }

    /// A line without words.
    fn only_a_comment(&mut self, line: &Line<'_>, content: &Content) {
        if self.unfinished.is_none() || content.comment.is_none() {
            return;
        }
        let span = self.aside(&line.shown());
        self.report(
            Diagnostic::new(
                Code::COMMENT_IN_DEFINITION,
                Severity::Warning,
                span,
                "a comment stands between the lines of a definition",
            )
            .with_label("the definition goes on after it")
            .with_verdict(Verdict::Counted)
            .with_note(
                "keepalived's parent process skips it too; for the processes that run VRRP and \
                 the checkers the definition ends here, and the lines after it are configuration",
            )
            .with_help("put comments before the definition"),
        );
    }
}
