//! The control socket: what operators see of a running daemon, what they can have it do, and what
//! nobody can do to it through the socket.
//!
//! Tests with daemons run in network namespaces, as those of `tests/failover`; `--nocapture` prints
//! what they measured.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../lab/mod.rs"]
mod lab;

mod client;
mod duty;
mod hostile;
mod plan;
mod status;
