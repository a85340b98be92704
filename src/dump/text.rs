//! Lines with keepalived's indents. Readers go by them: 1 begins a thing, 3 is one of its properties,
//! 5 an entry of a list.

use std::fmt::{self, Display, Write as _};

/// Text that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl Text {
    fn line(&mut self, indent: usize, what: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{:indent$}{what}", "");
    }

    /// `------< title >------`.
    pub(super) fn section(&mut self, title: &str) {
        self.line(0, format_args!("------< {title} >------"));
    }

    /// What begins a thing, or a setting of the process.
    pub(super) fn head(&mut self, what: fmt::Arguments<'_>) {
        self.line(1, what);
    }

    /// A property of the thing.
    pub(super) fn property(&mut self, what: fmt::Arguments<'_>) {
        self.line(3, what);
    }

    /// An entry of a list.
    pub(super) fn entry(&mut self, what: impl Display) {
        self.line(5, what);
    }

    /// A list with its title; nothing without entries.
    pub(super) fn list<T: Display>(&mut self, title: &str, entries: impl IntoIterator<Item = T>) {
        let mut entries = entries.into_iter().peekable();
        if entries.peek().is_some() {
            self.property(format_args!("{title} :"));
            entries.for_each(|entry| self.entry(entry));
        }
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// `enabled` and `disabled`.
pub(super) const fn enabled(on: bool) -> &'static str {
    if on { "enabled" } else { "disabled" }
}

/// `yes` and `no`.
pub(super) const fn yes(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

/// A value that may be missing.
pub(super) fn or_none<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "(none)".to_owned(), |value| value.to_string())
}
