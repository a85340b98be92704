//! Where every character of the configuration came from.
//!
//! Owns the texts of all files, their line tables, and the *expanded text*: what the parser reads
//! after includes, conditions, definitions and generators. A segment map says for each byte of it whether it was
//! copied from a file, came out of the expansion of a definition, or was computed. Only this layer
//! turns a [`Span`](crate::units::Span) into a file, a line and a column.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod file;
mod join;
mod loader;
mod map;
mod origin;
mod place;
mod recording;
mod traced;

pub use file::{File, FileId, FileSpan};
pub use join::Moved;
pub use loader::{LoadError, LoadedFile, Loader, Memory, Pattern};
pub use map::SourceMap;
pub use origin::{Expansion, ExpansionId, Origin};
pub use place::{Location, Use};
pub use recording::{Damaged, Recorded, Recording, Texts};
pub use traced::Traced;
