//! A value that counts how often somebody could have changed it: whoever has looked at all of it need
//! not look again while the count is the same.

use std::ops::{Deref, DerefMut};

/// The value, and the count.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Counted<T> {
    value: T,
    changes: u64,
}

impl<T> Counted<T> {
    pub(in crate::sim) const fn new(value: T) -> Self {
        Self { value, changes: 0 }
    }

    /// How often it was lent for a change.
    pub(in crate::sim) const fn changes(&self) -> u64 {
        self.changes
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Counted<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changes = self.changes.wrapping_add(1);
        &mut self.value
    }
}
