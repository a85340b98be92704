//! What the Linux shell does to a real kernel: each test runs again as a child process in a
//! network namespace of its own. Without the privilege it prints why it is skipped, and fails
//! under `CI=true`.

#![allow(clippy::expect_used, clippy::print_stderr, reason = "a test may panic and say why")]

mod addresses;
mod announce;
mod isolation;
mod monitor;
mod packets;
mod paths;
