//! The configuration that runs, for whoever wants to hold another one against it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What was read, and how: enough to understand it again. It holds passwords and the environment of
/// the daemon, so it has no printable form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// The process that runs it.
    pub pid: u32,
    /// The file that a reload reads.
    pub file: String,
    /// The directory of the daemon, which a relative name begins at.
    pub directory: String,
    /// The config-id that `@id` lines are compared with.
    pub config_id: String,
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// Where `${_RANDOM}` begins.
    pub random_seed: u64,
    /// Every failure of an include is an error (`-e`).
    pub check_includes: bool,
    /// The texts of all files (`source/recording.rs`).
    pub texts: String,
}

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configuration").field("file", &self.file).finish_non_exhaustive()
    }
}
