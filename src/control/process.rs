//! What only the process knows of itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The process at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// When it began to serve: so much time since 1970.
    pub started: Duration,
    /// The file that it reads at a reload.
    pub configuration: PathBuf,
    /// Network namespace that it was put into.
    pub namespace: Option<String>,
    /// Priority of real-time scheduling, 1..=99, if it has one.
    pub real_time: Option<u8>,
    /// The next planned reload, since 1970.
    pub reload_at: Option<Duration>,
    /// A new configuration is being read.
    pub reloading: bool,
    /// The last commands of operators, the oldest first.
    pub commands: Arc<[Commanded]>,
}

/// A command of an operator that was carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commanded {
    /// When: so much time since 1970.
    pub at: Duration,
    /// What, in words: `drain of V1 for 30m`.
    pub what: Arc<str>,
    /// Who, in words: user and process.
    pub by: Arc<str>,
    /// Why, as the operator said.
    pub reason: Option<Arc<str>>,
}
