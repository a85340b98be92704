//! Text to tree (being laid).

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod tree;

pub use tree::{Block, Statement, Tree, Word};
