//! The status of a daemon as data, for programs (`status --json`) and for [`super::text`]. Points in
//! time are seconds since 1970, durations seconds, both to the millisecond.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::control::instance::InstanceStatus;
use crate::control::process::Process;
use crate::engine::snapshot::{Snapshot, TrackerKind, TrackerSnapshot};

/// A daemon at one moment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Status {
    /// When.
    pub at: f64,
    /// Version of the program.
    pub program: String,
    /// Number of the process.
    pub pid: u32,
    /// When it began to serve.
    pub started: f64,
    /// The file that it reads at a reload.
    pub configuration: String,
    /// Network namespace that it was put into.
    pub namespace: Option<String>,
    /// Priority of real-time scheduling, if it has one.
    pub real_time: Option<u8>,
    /// What became of new configurations.
    pub reloads: ReloadStatus,
    /// How often, how long and when the process did not run.
    pub stalls: StallStatus,
    /// Every instance, in the order of the configuration.
    pub instances: Vec<InstanceStatus>,
    /// Every sync group.
    pub groups: Vec<GroupStatus>,
    /// Everything that is tracked.
    pub trackers: Vec<TrackerStatus>,
    /// The last commands of operators, the oldest first.
    pub commands: Vec<CommandStatus>,
}

/// New configurations since the start.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReloadStatus {
    /// Applied.
    pub accepted: u64,
    /// Refused: the running one went on.
    pub refused: u64,
    /// When the last one came.
    pub last: Option<f64>,
    /// Whether that was applied.
    pub last_accepted: Option<bool>,
    /// One is being read.
    pub running: bool,
    /// When the next is planned.
    pub planned: Option<f64>,
}

/// When the process did not run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StallStatus {
    /// How often.
    pub count: u64,
    /// The longest.
    pub longest_seconds: f64,
    /// When the last ended.
    pub last: Option<f64>,
}

/// A sync group.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GroupStatus {
    /// Its name.
    pub name: String,
    /// The state of its members.
    pub state: String,
    /// Why: which member's change it was, and the cause of that.
    #[serde(default)]
    pub why: Option<String>,
    /// Their names.
    pub members: Vec<String>,
}

/// Something that is tracked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TrackerStatus {
    /// `script`, `file`, `process`, `bfd`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Good, met, up; nothing for a file and before the first result of a script.
    pub up: Option<bool>,
    /// The number in a file, how many processes run, a script's counter.
    pub value: i64,
    /// How the last run of a script ended.
    pub last: Option<String>,
    /// How long it took.
    pub took_seconds: Option<f64>,
}

/// A command that an operator gave.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CommandStatus {
    /// When.
    pub at: f64,
    /// What, in words.
    pub what: String,
    /// Who, in words.
    pub by: String,
    /// Why, as the operator said.
    pub reason: Option<String>,
}

impl Status {
    /// What a snapshot and the process say together.
    pub fn of(engine: &Snapshot, process: &Process) -> Self {
        let moment = |at| seconds(engine.wall(at));
        let Snapshot { reloads, stalls, .. } = engine;
        Self {
            at: seconds(engine.unix),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            pid: process.pid,
            started: seconds(process.started),
            configuration: process.configuration.display().to_string(),
            namespace: process.namespace.clone(),
            real_time: process.real_time,
            reloads: ReloadStatus {
                accepted: reloads.accepted,
                refused: reloads.refused,
                last: reloads.last.map(|(at, _)| moment(at)),
                last_accepted: reloads.last.map(|(_, accepted)| accepted),
                running: process.reloading,
                planned: process.reload_at.map(seconds),
            },
            stalls: StallStatus {
                count: stalls.count,
                longest_seconds: seconds(stalls.longest),
                last: stalls.last.map(|(at, _)| moment(at)),
            },
            instances: InstanceStatus::all(engine),
            groups: engine
                .groups
                .iter()
                .map(|group| GroupStatus {
                    name: group.name.clone(),
                    state: group.state.name().to_owned(),
                    why: group.why.as_ref().map(|why| why.to_string()),
                    members: group.members.clone(),
                })
                .collect(),
            trackers: engine.trackers.iter().map(TrackerStatus::of).collect(),
            commands: process
                .commands
                .iter()
                .map(|command| CommandStatus {
                    at: seconds(command.at),
                    what: command.what.to_string(),
                    by: command.by.to_string(),
                    reason: command.reason.as_deref().map(str::to_owned),
                })
                .collect(),
        }
    }

    /// The instance of that name.
    pub fn instance(&self, name: &str) -> Option<&InstanceStatus> {
        self.instances.iter().find(|instance| instance.name == name)
    }

    /// The same daemon with these instances only; nothing if one of them is not there.
    pub fn only(mut self, names: &[String]) -> Result<Self, String> {
        if let Some(unknown) = names.iter().find(|name| self.instance(name).is_none()) {
            return Err(unknown.clone());
        }
        self.instances.retain(|instance| names.contains(&instance.name));
        Ok(self)
    }
}

impl TrackerStatus {
    fn of(tracker: &TrackerSnapshot) -> Self {
        Self {
            kind: kind(tracker.kind).to_owned(),
            name: tracker.name.clone(),
            up: tracker.up,
            value: tracker.value,
            last: tracker.last.map(|outcome| outcome.to_string()),
            took_seconds: tracker.took.map(seconds),
        }
    }
}

/// The word for a kind of thing that is tracked.
pub(super) const fn kind(kind: TrackerKind) -> &'static str {
    match kind {
        TrackerKind::Script => "script",
        TrackerKind::File => "file",
        TrackerKind::Process => "process",
        TrackerKind::Bfd => "bfd",
    }
}

/// Seconds to the millisecond.
pub(super) fn seconds(duration: Duration) -> f64 {
    let millis = duration.subsec_millis();
    Duration::new(duration.as_secs(), millis.saturating_mul(1_000_000)).as_secs_f64()
}
