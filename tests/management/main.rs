//! What others ask of the daemon and are told by it, beside the real keepalived: D-Bus, with a bus of
//! the test's own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../lab/mod.rs"]
mod lab;

mod bus;
mod dbus;
