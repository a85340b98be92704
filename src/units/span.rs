//! Where in the configuration a value was written.

use std::ops::Deref;

/// Bytes `start..end` of the expanded configuration text; only `source` can turn it into
/// file, line and column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte; never below `start`.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end`; an end below the start is taken as the start.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// A span inside this one, by offsets relative to its start.
    pub fn slice(self, start: usize, end: usize) -> Self {
        let at = |offset: usize| {
            self.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(self.end)
        };
        Self::new(at(start), at(end))
    }
}

/// A value and where it was written. Equality looks at the value alone, so that a reload of a
/// re-indented file changes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written; for a default, the statement that it belongs to.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its position.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same position with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_ignores_the_position() {
        assert_eq!(Spanned::new(7, Span::new(0, 1)), Spanned::new(7, Span::new(40, 41)));
        assert_ne!(Spanned::new(7, Span::new(0, 1)), Spanned::new(8, Span::new(0, 1)));
    }

    #[test]
    fn a_slice_stays_inside() {
        assert_eq!(Span::new(10, 20).slice(2, 5), Span::new(12, 15));
        assert_eq!(Span::new(10, 20).slice(8, 99), Span::new(18, 20));
    }
}
