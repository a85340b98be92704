//! The units, under a real systemd: it runs as process 1 of namespaces of its own, on an overlay of
//! this machine's files, in the network of a lab's host. Nothing of the machine is changed.
//!
//! Where that cannot be (no root, no systemd, no overlay), the tests say so and are skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../lab/mod.rs"]
mod lab;

mod dropin;
mod machine;
mod units;
