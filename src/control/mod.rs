//! What operators are shown of a running daemon, and what they may ask of it: plain data, made from
//! a snapshot of the engine and what the process adds.
//!
//! | File | Subject |
//! | --- | --- |
//! | `process` | what only the process knows of itself |
//! | `protocol` | requests and answers of the control socket |
//! | `status` | the status as data; `instance` is one instance of it |
//! | `text` | the same for people |
//! | `configuration` | the configuration that runs |
//! | `duration` | durations as people write and read them |
//!
//! The socket is `runtime/control`, what is printed is `cli`'s. Nothing here touches the world.
//! `docs/control.md` describes the protocol; what stands there changes with [`VERSION`] only.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod configuration;
pub mod duration;
pub mod health;
pub mod instance;
pub mod metrics;
pub mod process;
pub mod protocol;
pub mod status;
pub mod text;

#[cfg(test)]
mod tests;

pub use configuration::Configuration;
pub use process::{Commanded, Process};
pub use protocol::{Answer, Concerned, Request, VERSION};
pub use status::Status;
