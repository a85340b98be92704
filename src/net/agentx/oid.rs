//! Object identifiers: the names of SNMP.

use std::fmt;

/// A name: a path of numbers. Names are ordered as a walk visits them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Oid(Vec<u32>);

impl Oid {
    /// The most numbers that a name has (RFC 2741 section 5.1).
    pub const MOST: usize = 128;

    /// The name of these numbers.
    pub fn new(parts: &[u32]) -> Self {
        Self(parts.to_vec())
    }

    /// The name with more numbers behind it.
    #[must_use]
    pub fn with(&self, parts: &[u32]) -> Self {
        let mut all = Vec::with_capacity(self.0.len().saturating_add(parts.len()));
        all.extend_from_slice(&self.0);
        all.extend_from_slice(parts);
        Self(all)
    }

    /// The numbers.
    pub fn parts(&self) -> &[u32] {
        &self.0
    }

    /// No name at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u32>> for Oid {
    fn from(parts: Vec<u32>) -> Self {
        Self(parts)
    }
}

/// As `snmpwalk -On` prints it.
impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, ".{part}"))
    }
}
