//! Lines for the log, in keepalived's wording, because operators and tools look for it.

use std::fmt;

/// A log line. `Display` gives its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Only shown with `-D` (`--log-detail`).
    pub detail: bool,
    /// What happened.
    pub text: String,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
