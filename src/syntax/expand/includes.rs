//! `include` and its variants: which files are read in place, and what happens if there are none.

use std::ops::Range;
use std::path::Path as FilePath;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::source::{LoadError, LoadedFile, Pattern, Traced};
use crate::syntax::expand::Expander;
use crate::syntax::expand::evaluate::Path;
use crate::units::Span;

/// Deepest chain of includes.
const DEEPEST: usize = 64;

/// Classes of problems with an include: those that are fatal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Classes(u8);

impl Classes {
    pub(super) const NONE: Self = Self(0);
    /// A file that was found cannot be read.
    pub(super) const READ: Self = Self(1);
    /// A named file or folder is missing.
    pub(super) const MATCH: Self = Self(2);
    /// A wildcard matches nothing.
    pub(super) const WILDCARD: Self = Self(4);
    /// One of the alternatives in braces is missing.
    pub(super) const BRACE: Self = Self(8);
    pub(super) const ALL: Self = Self(15);

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    const fn has(self, class: Self) -> bool {
        self.0 & class.0 != 0
    }

    /// Those of one variant of `include`.
    fn of(directive: &str) -> Self {
        match directive.as_bytes().get("include".len()) {
            Some(b'r') => Self::READ,
            Some(b'm') => Self::READ.and(Self::MATCH),
            Some(b'w') => Self::READ.and(Self::MATCH).and(Self::WILDCARD),
            Some(b'b') => Self::READ.and(Self::BRACE),
            Some(b'a') => Self::ALL,
            _ => Self::NONE,
        }
    }

    /// Those after `include_check` with these words. What is wrong with them is said elsewhere.
    pub(super) fn changed<'a>(self, words: impl Iterator<Item = &'a str>) -> Self {
        let class = |word: &str| match word {
            "read" => Some(Self::READ),
            "match" => Some(Self::MATCH),
            "wildcard_match" => Some(Self::WILDCARD),
            "brace_match" => Some(Self::BRACE),
            _ => None,
        };
        let mut words = words.peekable();
        if words.peek().is_none() {
            return Self::ALL;
        }
        let mut set = self;
        for (at, word) in words.enumerate() {
            let (sign, name) = match word.as_bytes().first() {
                Some(sign @ (b'+' | b'-')) => (*sign, word.get(1..).unwrap_or_default()),
                _ => (b' ', word),
            };
            let Some(class) = class(name) else { continue };
            set = match sign {
                b'+' => set.and(class),
                b'-' => set.without(class),
                _ if at == 0 => Self::READ.and(class),
                _ => set,
            };
        }
        set
    }
}

/// What became of one problem with an include.
struct Problem<'a> {
    span: Span,
    fatal: bool,
    /// keepalived logs nothing unless it is fatal.
    quiet: bool,
    words: &'a str,
}

impl Expander<'_> {
    /// Reads the files of a pattern in place of this line.
    pub(super) fn include(
        &mut self,
        line: &Traced,
        directive: Range<usize>,
        pattern: Range<usize>,
        path: Path,
    ) {
        let span = self.aside(line);
        let text = line.text();
        let fatal = Classes::of(text.get(directive).unwrap_or_default()).and(self.include_check);
        let name = text.get(pattern).unwrap_or_default();
        if self.files.len() >= DEEPEST {
            let text = format!("includes are nested more than {DEEPEST} deep");
            return self.cycle(span, text, fatal);
        }
        if path.conditional || path.replaced || path.after_brace {
            self.read_twice(span, path);
        }
        let from = self.files.last().map(|reading| reading.path.clone());
        let found = self.loader.load(Pattern { text: name, from: from.as_deref() });
        let braces = name.contains('{') && name.contains('}');
        let (mut files, mut absent) = (Vec::new(), Vec::new());
        for result in found {
            match result {
                Ok(file) => files.push(file),
                Err(error @ (LoadError::Missing(_) | LoadError::NoMatch(_))) => absent.push(error),
                Err(error) => {
                    let words = error.relative_to(from.as_deref()).to_string();
                    let fatal = fatal.has(Classes::READ);
                    self.problem(&Problem { span, fatal, quiet: false, words: &words });
                }
            }
        }
        if let Some(first) = absent.first() {
            let missing = format!("Config files missing '{name}'.");
            let (class, words) = match first {
                _ if braces && files.is_empty() => (Classes::BRACE, missing),
                _ if braces => (Classes::BRACE, format!("Some config files missing: \"{name}\".")),
                LoadError::NoMatch(_) => {
                    (Classes::WILDCARD, format!("No config files matched '{name}'."))
                }
                _ => (Classes::MATCH, missing),
            };
            let (fatal, quiet) = (fatal.has(class), class == Classes::WILDCARD);
            self.problem(&Problem { span, fatal, quiet, words: &words });
            if fatal && braces {
                files.clear();
            }
        }
        let site = self.site(line, 0..line.text().len());
        for file in files.into_iter().rev() {
            if self.is_being_read(&file) {
                let name = file.path.display();
                self.cycle(span, format!("{name} includes itself"), fatal);
            } else {
                self.begin(file, site);
            }
        }
    }

    fn is_being_read(&self, file: &LoadedFile) -> bool {
        self.files.iter().any(|reading| reading.path == file.path)
    }

    fn cycle(&mut self, span: Span, text: String, fatal: Classes) {
        let verdict = match fatal.has(Classes::READ) {
            true => Verdict::Include,
            false => Verdict::Logged,
        };
        self.report(
            Diagnostic::new(Code::INCLUDE_CYCLE, Severity::Error, span, text)
                .with_label("not read again")
                .with_verdict(verdict)
                .with_note("keepalived goes on until it can open no more files"),
        );
    }

    /// A problem with an include is an error where keepalived would end, else a warning.
    fn problem(&mut self, problem: &Problem<'_>) {
        let (severity, verdict) = match (problem.fatal, problem.quiet) {
            (true, _) => (Severity::Error, Verdict::Include),
            (false, false) => (Severity::Warning, Verdict::Logged),
            (false, true) => (Severity::Note, Verdict::Silent),
        };
        let diagnostic =
            Diagnostic::new(Code::INCLUDE_NOT_FOUND, severity, problem.span, problem.words)
                .with_verdict(verdict);
        self.report(match problem.fatal {
            true => diagnostic.with_label("keepalived ends here"),
            false => diagnostic.with_label("nothing is included"),
        });
    }

    fn read_twice(&mut self, span: Span, path: Path) {
        let why = match path {
            Path { after_brace: true, .. } => "behind a brace",
            Path { replaced: true, .. } => "with a definition in it",
            _ => "behind a condition",
        };
        self.report(
            Diagnostic::new(
                Code::INCLUDED_TWICE,
                Severity::Warning,
                span,
                format!("an `include` {why} is read twice by keepalived"),
            )
            .with_label("read once here")
            .with_note(
                "keepalived's parent process writes the file into the copy that the other \
                 processes read, and leaves the `include` in it",
            )
            .with_help("put the `include` on a line of its own"),
        );
    }
}

impl LoadError {
    /// The same error with the file's name as it was matched, not as it was opened.
    fn relative_to(self, from: Option<&FilePath>) -> Self {
        let folder = from.and_then(FilePath::parent);
        let short = |path: std::path::PathBuf| match folder.map(|folder| path.strip_prefix(folder))
        {
            Some(Ok(short)) => short.to_owned(),
            _ => path,
        };
        match self {
            Self::Missing(path) => Self::Missing(short(path)),
            Self::NoMatch(path) => Self::NoMatch(short(path)),
            Self::Directory(path) => Self::Directory(short(path)),
            Self::NotRegular(path) => Self::NotRegular(short(path)),
            Self::Open { path, reason } => Self::Open { path: short(path), reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn include_check_sets_adds_and_removes_classes() {
        let check = |before: Classes, words: &str| before.changed(words.split_ascii_whitespace());
        assert_eq!(check(Classes::NONE, ""), Classes::ALL);
        assert_eq!(check(Classes::ALL, "read"), Classes::READ);
        assert_eq!(check(Classes::NONE, "match"), Classes::READ.and(Classes::MATCH));
        assert_eq!(check(Classes::READ, "+brace_match"), Classes::READ.and(Classes::BRACE));
        assert_eq!(check(Classes::ALL, "-read -match"), Classes::WILDCARD.and(Classes::BRACE));
        assert_eq!(check(Classes::NONE, "read match"), Classes::READ);
        assert_eq!(check(Classes::MATCH, "readable"), Classes::MATCH);
    }
}
