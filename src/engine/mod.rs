//! The state machines, without I/O and without a clock.
//!
//! Rule of use: one [`Engine::handle`], then drain [`Engine::poll_effect`] to `None`, then arm
//! [`Engine::poll_timeout`].

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod effect;
pub mod event;
pub mod message;
pub mod snapshot;
