//! Where a run of the expanded text came from, and through which uses of definitions.

use std::sync::Arc;

use crate::source::{FileId, FileSpan};

/// Names an expansion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ExpansionId(pub(super) u32);

/// One use of a definition (or of a generator's variable).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expansion {
    /// Its name, as in `$NAME`.
    pub name: Arc<str>,
    /// Where it was defined; `None` for what keepalived defines itself.
    pub definition: Option<FileSpan>,
    /// Where it was used.
    pub use_site: FileSpan,
    /// The expansion in whose value the use stands.
    pub parent: Option<ExpansionId>,
    /// How many uses are around it.
    pub depth: u32,
}

/// Where a run of the expanded text came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Copied byte for byte.
    File {
        /// From which file.
        file: FileId,
        /// Offset of its first byte there.
        offset: u32,
    },
    /// Copied byte for byte from the value of a definition.
    Expansion {
        /// Through which use.
        id: ExpansionId,
        /// The file of the definition.
        file: FileId,
        /// Offset of the first byte there.
        offset: u32,
    },
    /// Computed: no text to point at but that of the use.
    Computed {
        /// Through which use.
        id: ExpansionId,
    },
}

impl Origin {
    /// The origin of a byte so many further on.
    pub fn advanced(self, by: usize) -> Self {
        let by = u32::try_from(by).unwrap_or(u32::MAX);
        match self {
            Self::File { file, offset } => Self::File { file, offset: offset.saturating_add(by) },
            Self::Expansion { id, file, offset } => {
                Self::Expansion { id, file, offset: offset.saturating_add(by) }
            }
            Self::Computed { id } => Self::Computed { id },
        }
    }

    /// The same text as the value of a definition, through a use of it.
    pub(super) fn through(self, id: ExpansionId) -> Self {
        match self {
            Self::File { file, offset } | Self::Expansion { file, offset, .. } => {
                Self::Expansion { id, file, offset }
            }
            Self::Computed { .. } => Self::Computed { id },
        }
    }

    /// The use that it came through, if any.
    pub fn expansion(self) -> Option<ExpansionId> {
        match self {
            Self::File { .. } => None,
            Self::Expansion { id, .. } | Self::Computed { id } => Some(id),
        }
    }
}
