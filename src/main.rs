//! Hands the command line to [`stillalive::cli`] and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    stillalive::cli::main(std::env::args_os())
}
