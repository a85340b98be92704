//! What operators are shown of a running daemon, and what they may ask of it: plain data, made from
//! a snapshot of the engine and what the process adds.
//!
//! The socket is `runtime/control`, what is printed is `cli`'s. Nothing here touches the world.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod health;
pub mod metrics;
pub mod process;

pub use process::Process;
