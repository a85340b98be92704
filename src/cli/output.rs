//! Lines on the standard streams; a reader that went away is not our failure.

use std::io::Write;

/// Writes one line to standard output.
pub(crate) fn line_out(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Writes one line to standard error.
pub(crate) fn line_err(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// One line to standard output, formatted as by `format!`.
macro_rules! out {
    ($($argument:tt)*) => { $crate::cli::output::line_out(&format!($($argument)*)) };
}

/// One line to standard error, formatted as by `format!`.
macro_rules! err {
    ($($argument:tt)*) => { $crate::cli::output::line_err(&format!($($argument)*)) };
}

pub(crate) use {err, out};
